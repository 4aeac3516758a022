//! The kinds of channel messages, and their decoding.

use std::marker::PhantomData;

use bytes::Bytes;

use super::super::read::{self, Failure as Mismatch, Notes, Read};
use super::super::write::{self, Write};

/// JSON messages of type `T`.
///
/// JSON is also accepted in binary frames.
#[derive(Debug)]
pub struct Messages<T>(PhantomData<fn() -> T>);

/// JSON messages of type `T` in text frames, and bytes in binary frames.
#[derive(Debug)]
pub struct Frames<T>(PhantomData<fn() -> T>);

/// Bytes in binary frames.
#[derive(Debug)]
pub enum Binary {}

/// Text that is not JSON.
#[derive(Debug)]
pub enum Text {}

/// No messages in this direction.
#[derive(Debug)]
pub enum Nothing {}

/// A received message of a channel with [`Frames`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Frame<T> {
    /// A message in JSON.
    Message(T),
    /// Bytes.
    Binary(Bytes),
}

impl<T> Frame<T> {
    /// Returns the JSON message, if it is one.
    pub fn into_message(self) -> Option<T> {
        match self {
            Self::Message(message) => Some(message),
            Self::Binary(_) => None,
        }
    }

    /// Returns the bytes, if the message is a binary frame.
    pub fn into_binary(self) -> Option<Bytes> {
        match self {
            Self::Binary(bytes) => Some(bytes),
            Self::Message(_) => None,
        }
    }
}

/// A kind of messages that can be received: [`Messages`], [`Frames`], [`Binary`], [`Text`], or
/// [`Nothing`]. Programs do not implement this trait.
pub trait Receive {
    /// A received message.
    type Item;

    #[doc(hidden)]
    fn decode(data: Data) -> Decoded<Self::Item>;
}

/// The data of a message.
#[derive(Debug)]
pub struct Data {
    pub(super) bytes: Bytes,
    /// The message is text, and its bytes are UTF-8.
    pub(super) is_text: bool,
}

/// A decoded message, or the reason why it is invalid for the channel.
#[derive(Debug)]
pub struct Decoded<T>(pub(super) Result<(T, Unknown), Rejected>);

/// The unknown names and values of a message, with the message.
pub(super) type Unknown = Option<Box<(Notes, Bytes)>>;

/// The reason why a message is invalid for the channel.
#[derive(Debug)]
pub(super) enum Rejected {
    Mismatch(Bytes, Mismatch),
    Kind(&'static str),
}

impl<T> Decoded<T> {
    fn of(item: T) -> Self {
        Self(Ok((item, None)))
    }

    fn kind(reason: &'static str) -> Self {
        Self(Err(Rejected::Kind(reason)))
    }

    fn map<U>(self, change: impl FnOnce(T) -> U) -> Decoded<U> {
        Decoded(self.0.map(|(item, unknown)| (change(item), unknown)))
    }
}

fn json<T: Read>(bytes: Bytes) -> Decoded<T> {
    Decoded(match read::decode::<T>(&bytes) {
        Ok((message, notes)) if notes.is_empty() => Ok((message, None)),
        Ok((message, notes)) => Ok((message, Some(Box::new((notes, bytes))))),
        Err(mismatch) => Err(Rejected::Mismatch(bytes, mismatch)),
    })
}

impl<T: Read> Receive for Messages<T> {
    type Item = T;

    fn decode(data: Data) -> Decoded<T> {
        json(data.bytes)
    }
}

impl<T: Read> Receive for Frames<T> {
    type Item = Frame<T>;

    fn decode(data: Data) -> Decoded<Frame<T>> {
        match data.is_text {
            true => json(data.bytes).map(Frame::Message),
            false => Decoded::of(Frame::Binary(data.bytes)),
        }
    }
}

impl Receive for Binary {
    type Item = Bytes;

    fn decode(data: Data) -> Decoded<Bytes> {
        match data.is_text {
            true => Decoded::kind("the server sent a text frame on a binary channel"),
            false => Decoded::of(data.bytes),
        }
    }
}

impl Receive for Text {
    type Item = String;

    fn decode(data: Data) -> Decoded<String> {
        match String::from_utf8(data.bytes.into()) {
            Ok(text) => Decoded::of(text),
            Err(_) => Decoded::kind("the server sent a binary frame on a text channel"),
        }
    }
}

impl Receive for Nothing {
    type Item = std::convert::Infallible;

    fn decode(_: Data) -> Decoded<Self::Item> {
        Decoded::kind("the server sent a message on a send-only channel")
    }
}

/// Returns a message as JSON text.
pub(super) fn text_of(message: &dyn Write) -> write::Result<String> {
    write::to_json(message)
}
