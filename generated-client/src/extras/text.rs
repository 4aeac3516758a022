//! The text of a response, buffered or streamed.

use std::fmt::{self, Debug, Formatter};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::OutputError;
use crate::EventStream;
use crate::types::{
    ResponseObject, ResponseOutputContentPartType, ResponseOutputItem, ResponseOutputItemType,
    ResponseStreamEvent, StreamAnalyzeResponse,
};

/// The phase of a message with the final text. Messages of other phases are commentary.
const FINAL: &str = "final_answer";

impl ResponseObject {
    /// Returns the text of the response: the concatenated texts of all output messages, without
    /// commentary. It is empty if the output has no messages.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::ResponseInputItem};
    ///
    /// # async fn example() -> Result<(), twelvelabs::Error> {
    /// let client = Client::from_env()?;
    /// let input = [ResponseInputItem::new("Which videos show a beach?")];
    /// let responses = client.responses();
    /// let response = responses.create("knowledge_store_id", input).send().await?;
    /// println!("{}", response.output_text());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "text")]
    pub fn output_text(&self) -> String {
        let messages = self.output.iter().filter(|item| is_final(item));
        let parts = messages.flat_map(|item| &item.content);
        parts
            .filter(|part| part.type_ == ResponseOutputContentPartType::OutputText)
            .map(|part| part.text.as_str())
            .collect()
    }
}

/// Returns `true` if an output item is a message other than commentary.
fn is_final(item: &ResponseOutputItem) -> bool {
    let phase = item.phase.as_deref();
    item.type_ == ResponseOutputItemType::Message && phase.is_none_or(|phase| phase == FINAL)
}

impl EventStream<ResponseStreamEvent> {
    /// Converts this stream into a stream of text pieces. Commentary and all other events are
    /// skipped.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::ResponseInputItem};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::from_env()?;
    /// let input = [ResponseInputItem::new("Which videos show a beach?")];
    /// let request = client.responses().create_stream("knowledge_store_id", input);
    /// let mut text = request.send().await?.into_text();
    /// while let Some(piece) = text.next_piece().await? {
    ///     print!("{piece}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_text(self) -> TextStream<ResponseStreamEvent> {
        TextStream::new(self, |comments, event| match event {
            ResponseStreamEvent::ResponseOutputItemAdded(added) => {
                let comment = added.item.filter(|item| !is_final(item));
                comments.extend(comment.map(|item| item.id));
                Ok(None)
            }
            ResponseStreamEvent::ResponseOutputTextDelta(event) => {
                let is_comment = event.item_id.is_some_and(|id| comments.contains(&id));
                Ok(event.delta.filter(|_| !is_comment))
            }
            ResponseStreamEvent::ResponseFailed(event) => Err(OutputError::Failed {
                response: event.response.map(Box::new),
            }),
            _ => Ok(None),
        })
    }
}

impl EventStream<StreamAnalyzeResponse> {
    /// Converts this stream into a stream of text pieces. All other events are skipped.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::VideoContextUrl};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::from_env()?;
    /// let video = VideoContextUrl::new("https://example.com/a.mp4");
    /// let request = client.analyze_stream().video(video).prompt("Describe the video.");
    /// let text = request.send().await?.into_text().collect().await?;
    /// println!("{text}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_text(self) -> TextStream<StreamAnalyzeResponse> {
        TextStream::new(self, |_, event| match event {
            StreamAnalyzeResponse::TextGeneration(event) => Ok(event.text),
            _ => Ok(None),
        })
    }
}

/// The streamed text of a response, from events of type `E`. This type is a [`Stream`] of text
/// pieces.
pub struct TextStream<E> {
    events: EventStream<E>,
    read: fn(&mut Vec<String>, E) -> Result<Option<String>, OutputError>,
    /// The IDs of the messages that are commentary.
    comments: Vec<String>,
    has_failed: bool,
}

impl<E> TextStream<E> {
    fn new(
        events: EventStream<E>,
        read: fn(&mut Vec<String>, E) -> Result<Option<String>, OutputError>,
    ) -> Self {
        Self {
            events,
            read,
            comments: Vec::new(),
            has_failed: false,
        }
    }

    /// Returns the next piece of the text, or `None` at the end. This method is cancel safe.
    ///
    /// # Errors
    ///
    /// Returns [`OutputError::Call`] if the event stream fails, and [`OutputError::Failed`] if the
    /// API could not create the response. The stream ends after an error.
    pub async fn next_piece(&mut self) -> Result<Option<String>, OutputError> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Reads the stream to its end, and returns the whole text.
    ///
    /// # Errors
    ///
    /// See [`next_piece`](Self::next_piece).
    pub async fn collect(mut self) -> Result<String, OutputError> {
        let mut text = String::new();
        while let Some(piece) = self.next_piece().await? {
            text.push_str(&piece);
        }
        Ok(text)
    }
}

impl<E> Stream for TextStream<E> {
    type Item = Result<String, OutputError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while !this.has_failed {
            let event = match ready!(Pin::new(&mut this.events).poll_next(context)) {
                Some(Ok(event)) => event,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            };
            match (this.read)(&mut this.comments, event) {
                Ok(None) => {}
                Ok(Some(piece)) if piece.is_empty() => {}
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Err(error) => {
                    this.has_failed = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        Poll::Ready(None)
    }
}

impl<E> Debug for TextStream<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextStream").finish_non_exhaustive()
    }
}
