//! Calls with requests that a test builds.

use reqwest::Request;

use crate::runtime::read::Read;
use crate::runtime::websocket::{Connecting, SocketOptions};
use crate::runtime::write::Write;
use crate::runtime::{
    ByteStream, Call, CallOptions, Client, Content, EventStream, Form, Operation, Outgoing,
    PreparedCall, SendingWithResponse, Streamed, Upload,
};

pub(crate) trait Calls {
    /// Returns a caller of operations with this client.
    fn calls(&self) -> Caller;
}

impl Calls for Client {
    fn calls(&self) -> Caller {
        Caller {
            client: self.clone(),
            options: CallOptions::new(),
        }
    }
}

pub(crate) struct Caller {
    client: Client,
    options: CallOptions,
}

impl Caller {
    pub(crate) fn with_options(self, options: &CallOptions) -> Self {
        Self {
            options: options.clone(),
            ..self
        }
    }

    fn prepare(&self, request: impl Into<Made>, operation: &'static Operation) -> PreparedCall {
        let made = request.into();
        Call::new(&self.client, operation, &self.options).prepare(move |_| Ok(made.outgoing()))
    }

    pub(crate) fn json<T: Read>(
        &self,
        request: impl Into<Made>,
        operation: &'static Operation,
    ) -> SendingWithResponse<T> {
        self.prepare(request, operation).json()
    }

    pub(crate) fn text(
        &self,
        request: impl Into<Made>,
        operation: &'static Operation,
    ) -> SendingWithResponse<String> {
        self.prepare(request, operation).text()
    }

    pub(crate) fn empty(
        &self,
        request: impl Into<Made>,
        operation: &'static Operation,
    ) -> SendingWithResponse<()> {
        self.prepare(request, operation).empty()
    }

    pub(crate) fn bytes(
        &self,
        request: impl Into<Made>,
        operation: &'static Operation,
    ) -> SendingWithResponse<ByteStream> {
        self.prepare(request, operation).bytes()
    }

    pub(crate) fn events<T: Read + Write>(
        &self,
        request: impl Into<Made>,
        operation: &'static Operation,
    ) -> SendingWithResponse<EventStream<T>> {
        self.prepare(request, operation).events()
    }

    pub(crate) fn connect<S, R>(
        &self,
        request: impl Into<Made>,
        operation: &'static Operation,
        options: SocketOptions,
    ) -> Connecting<S, R> {
        self.prepare(request, operation).connect(options)
    }
}

/// A request built by a test. Each attempt sends a copy.
pub(crate) struct Made {
    request: Request,
    content: Option<Content>,
}

impl Made {
    fn outgoing(&self) -> Outgoing {
        Outgoing::new(self.request.try_clone().unwrap(), self.content.clone())
    }
}

impl From<Request> for Made {
    fn from(request: Request) -> Self {
        let content = None;
        Self { request, content }
    }
}

/// Returns a request with a form as its body.
pub(crate) fn multipart(request: Request, form: Form) -> Made {
    let content = Some(Content::Streamed(Streamed::Form(form)));
    Made { request, content }
}

/// Returns a request with a file as its body.
pub(crate) fn upload(request: Request, upload: &Upload, media_type: Option<&'static str>) -> Made {
    let upload = upload.clone();
    let content = Some(Content::Streamed(Streamed::Upload { upload, media_type }));
    Made { request, content }
}
