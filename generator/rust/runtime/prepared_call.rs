//! The pipeline of a call: sends the request with retries and reads the response. `attempt` sends
//! one attempt; `authentication` adds the keys.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT_ENCODING, HeaderValue, USER_AGENT};
use serde::de::DeserializeOwned;

use super::attempt::Limit;
use super::byte_stream::ByteStream;
use super::call::Call;
use super::charset;
use super::error::{Error, RequestError};
use super::event_stream::EventStream;
use super::operation::ANY_PATH;
use super::outgoing::Outgoing;
use super::path::follows_template;
use super::platform::{self, BoxBuild, Instant, Received, ResponseBody, SendOutsideBrowser};
use super::read::Read;
use super::redirect;
use super::request_builder::{BuildError, Raw};
use super::response::Response;
use super::retry::{Attempts, NotRepeated, has_idempotency_key};
use super::sending::{Reply, Replying, SendingWithResponse};
use super::trace::Span;
use super::transport_error::TransportError;
use super::write::Write;

/// The maximum number of bytes of an unused body that are read, to use its connection again.
const MOST_DISCARDED: usize = 64 << 10;

/// The time limit of reading an unused body.
pub(super) const DISCARD_TIME: Duration = Duration::from_millis(100);

/// A call with the function that builds its request. The request is built when the future of the
/// call is first polled, and again for each further attempt.
pub struct PreparedCall {
    pub(super) call: Call,
    pub(super) build: BoxBuild,
}

impl Call {
    /// Adds the function that builds the request.
    pub fn prepare<F>(self, build: F) -> PreparedCall
    where
        F: Fn(Raw<'_>) -> Result<Outgoing, BuildError> + SendOutsideBrowser + 'static,
    {
        PreparedCall {
            call: self,
            build: platform::box_build(build),
        }
    }
}

#[allow(dead_code, reason = "an API may not have all kinds of responses")]
impl PreparedCall {
    /// Sends the request and decodes the JSON response as an API type.
    pub fn json<T: Read>(self) -> SendingWithResponse<T> {
        SendingWithResponse::whole(self.call.operation, self.read_reply(), Reply::json)
    }

    /// Sends the request and deserializes the JSON response as a type of the caller.
    pub fn json_as<T: DeserializeOwned>(self) -> SendingWithResponse<T> {
        SendingWithResponse::whole(self.call.operation, self.read_reply(), Reply::json_as)
    }

    /// Sends the request and returns the response body without decoding.
    pub fn raw(self) -> SendingWithResponse<Bytes> {
        SendingWithResponse::whole(self.call.operation, self.read_reply(), Reply::raw)
    }

    /// Sends the request and returns the response body as text.
    pub fn text(self) -> SendingWithResponse<String> {
        SendingWithResponse::whole(self.call.operation, self.read_reply(), Reply::text)
    }

    /// Sends the request and ignores the response body.
    pub fn empty(self) -> SendingWithResponse<()> {
        SendingWithResponse::whole(self.call.operation, self.discarded_reply(), Reply::empty)
    }

    /// Sends the request and returns the response body as a stream. Compression is disabled, so
    /// that the bytes and the content length are those of the content.
    ///
    /// The timeouts apply to the response headers and to each chunk, but not to the whole body.
    pub fn bytes(self) -> SendingWithResponse<ByteStream> {
        let reply = self.uncompressed();
        SendingWithResponse::unread(reply.call.operation, reply.reply(), Reply::bytes)
    }

    /// Sends the request and returns the response as a stream of events. The timeouts apply as in
    /// [`bytes`](Self::bytes).
    pub fn events<T: Read + Write>(self) -> SendingWithResponse<EventStream<T>> {
        let reply = self.uncompressed();
        SendingWithResponse::unread(reply.call.operation, reply.reply(), Reply::events)
    }

    /// Disables compression of the response, because decompression can delay or merge chunks.
    fn uncompressed(mut self) -> Self {
        self.call.accepts_compressed = false;
        self
    }

    /// Sends the request and reads the whole response body.
    fn read_reply(self) -> Replying<Bytes> {
        let Self {
            mut call,
            mut build,
        } = self;
        Box::pin(async move {
            super::server_variables::locate(&mut call)?;
            let request = call.build(&mut build)?;
            let mut attempts = call.begin(&request);
            let span = attempts.span();
            let whole = call.whole(request, &mut build, &mut attempts);
            let response = span.around(whole).await?;
            Ok(Reply {
                call,
                response,
                attempts,
            })
        })
    }

    /// Sends the request and discards the response body.
    fn discarded_reply(self) -> Replying<Bytes> {
        let reply = self.reply();
        Box::pin(async move {
            let Reply {
                call,
                response,
                mut attempts,
            } = reply.await?;
            let (status, headers, body) = response.map(platform::body_of).into_parts();
            discard(body).await;
            attempts.hold(None);
            let response = Response::new(status, headers, Bytes::new());
            Ok(Reply {
                call,
                response,
                attempts,
            })
        })
    }

    /// Sends the request without reading the response body.
    fn reply(self) -> Replying<Received> {
        let Self {
            mut call,
            mut build,
        } = self;
        Box::pin(async move {
            super::server_variables::locate(&mut call)?;
            let request = call.build(&mut build)?;
            let mut attempts = call.begin(&request);
            let span = attempts.span();
            let send = call.send(request, &mut build, &mut attempts);
            let (response, _) = span.around(send).await?;
            Ok(Reply {
                call,
                response,
                attempts,
            })
        })
    }
}

/// Reads and discards the rest of a body. An HTTP/1.1 connection can be used again only after its
/// body is read. A long or slow body is not read to its end.
pub(super) async fn discard(mut body: ResponseBody) {
    let reading = async {
        let mut left = MOST_DISCARDED;
        while let Ok(Some(chunk)) = body.chunk().await {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    let _ = platform::timeout(DISCARD_TIME, reading).await;
}

impl fmt::Debug for PreparedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedCall")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Builds the request.
    pub(super) fn build(&self, build: &mut BoxBuild) -> Result<Outgoing, Error> {
        let raw = Raw::new(self.base_url(), self.operation);
        build
            .build(raw)
            .map_err(|error| error.of(self.operation.id))
    }

    fn base_url(&self) -> &str {
        match self.server() {
            Some(server) if !self.transport.replaces_servers => server,
            _ => &self.transport.base_url,
        }
    }

    /// Returns the URL of the operation's own server, if it has one.
    pub(super) fn server(&self) -> Option<&'static str> {
        self.operation.server(self.transport.environment)
    }

    pub(super) fn begin(&self, request: &Outgoing) -> Attempts {
        let span = Span::new(self.operation, &request.request);
        Attempts::new(&self.options, span)
    }

    /// Sends a request and reads the whole body of its response within the timeout.
    ///
    /// A call is not retried if the body of a successful response is interrupted. The error is
    /// returned to the caller.
    async fn whole(
        &mut self,
        request: Outgoing,
        build: &mut BoxBuild,
        attempts: &mut Attempts,
    ) -> Result<Response<Bytes>, Error> {
        let (response, limit) = self.send(request, build, attempts).await?;
        if charset::is_event_stream(response.headers()) {
            return Err(attempts.end(self.unexpected_events(response)));
        }
        let (status, headers, body) = response.map(platform::body_of).into_parts();
        // For an upload, the timeout of the response starts when the file has been sent.
        let until = limit
            .until
            .or_else(|| Instant::now().checked_add(attempts.time(limit.time)));
        match self.read(body, until).await {
            Ok(body) => {
                attempts.hold(None);
                Ok(Response::new(status, headers, body))
            }
            Err(error) => Err(attempts.end(error.into())),
        }
    }

    /// Reads a whole body, up to the maximum length.
    pub(super) async fn read(
        &self,
        mut response: ResponseBody,
        until: Option<Instant>,
    ) -> Result<Bytes, TransportError> {
        let mut body = self.chunk(&mut response, until).await?.unwrap_or_default();
        let mut longer = BytesMut::new();
        // Most bodies are a single chunk, which is not copied.
        while let Some(chunk) = self.chunk(&mut response, until).await? {
            longer.extend_from_slice(&std::mem::take(&mut body));
            longer.extend_from_slice(&chunk);
            if longer.len() > self.transport.max_body {
                break;
            }
        }
        if !longer.is_empty() {
            body = longer.freeze();
        }
        if body.len() > self.transport.max_body {
            return Err(TransportError::oversized(
                self.operation.id,
                "the response body",
                self.transport.max_body,
            ));
        }
        Ok(body)
    }

    /// Waits for the next chunk of a body.
    async fn chunk(
        &self,
        response: &mut ResponseBody,
        until: Option<Instant>,
    ) -> Result<Option<Bytes>, TransportError> {
        let mut chunk = pin!(response.chunk());
        // A chunk that has already arrived does not need a timer.
        let arrived = poll_fn(|context| Poll::Ready(chunk.as_mut().poll(context))).await;
        let chunk = match arrived {
            Poll::Ready(chunk) => chunk,
            Poll::Pending => self.in_time(chunk, until).await?,
        };
        chunk.map_err(|cause| TransportError::new(Some(self.operation.id), cause))
    }

    /// Waits for body data, limited by the idle timeout and by `until`.
    async fn in_time<F: Future>(
        &self,
        part: F,
        until: Option<Instant>,
    ) -> Result<F::Output, TransportError> {
        let idle = self.options.idle_time();
        let silent = Instant::now().checked_add(idle);
        let Some(limit) = silent.into_iter().chain(until).min() else {
            return Ok(part.await);
        };
        platform::timeout_at(limit, part)
            .await
            .map_err(|_| match until == Some(limit) {
                true => TransportError::late_response(self.operation.id),
                false => TransportError::silent(self.operation.id, idle),
            })
    }

    /// Sends a request, with retries. Returns the response if it is successful, and the time limit
    /// of its body. All requests are sent by this function.
    pub(super) async fn send(
        &mut self,
        mut request: Outgoing,
        build: &mut BoxBuild,
        attempts: &mut Attempts,
    ) -> Result<(Response<Received>, Limit), Error> {
        if self.needs_credential() {
            Box::pin(self.authenticate(false, attempts))
                .await
                .map_err(|error| attempts.end(error))?;
        }
        self.complete(&mut request)
            .map_err(|error| attempts.end(error))?;
        if self.operation.idempotency.is_some() || self.options.given_idempotency_key().is_some() {
            self.identify(&mut request.request, attempts)
                .map_err(|error| attempts.end(error))?;
        }
        let method = request.request.method().clone();
        let mut before = None;
        let mut is_renewed = false;
        loop {
            let sent = self.attempt(request, build, attempts).await;
            let error = match (sent, before) {
                (Ok(response), _) => {
                    self.transport.pacing.accept(self.operation, attempts);
                    return Ok(response);
                }
                // The request was already sent, but cannot be built again.
                (Err(Error::InvalidRequest(error)), Some(before)) => {
                    let reason = NotRepeated::Unopened(error.message().to_owned());
                    return Err(attempts.end(before).not_repeated(reason));
                }
                (Err(error), _) => error,
            };
            if !is_renewed && self.may_renew(&error) {
                is_renewed = true;
                match Box::pin(self.renewed(build, attempts)).await {
                    Ok(Some(again)) => {
                        request = again;
                        before = Some(error);
                        continue;
                    }
                    Ok(None) => {}
                    Err(reason) => {
                        let reason = NotRepeated::Credential(reason.to_string());
                        return Err(attempts.end(error).not_repeated(reason));
                    }
                }
            }
            let is_paused = self.pause(&error, attempts);
            if !attempts.may_pass(&error) {
                return Err(attempts.end(error));
            }
            let budget = &self.transport.pacing.budget;
            // Building a request again may be slow, so this is done only if it is necessary.
            let has_key = || {
                let again = self.rebuild(build);
                again.is_ok_and(|again| has_idempotency_key(again.request.headers()))
            };
            let wait = match attempts.wait(&method, has_key, &error, budget) {
                Ok(wait) => wait,
                Err(None) => return Err(attempts.end(error)),
                Err(Some(reason)) => return Err(attempts.end(error).not_repeated(reason)),
            };
            let again = match self.rebuild(build) {
                Ok(again) if again.is_unread() => Ok(again),
                Ok(_) => Err(NotRepeated::BodyIsRead),
                Err(reason) => Err(NotRepeated::Unopened(reason.to_string())),
            };
            request = match again {
                Ok(again) => again,
                Err(reason) => {
                    budget.give_back(attempts.cost());
                    return Err(attempts.end(error).not_repeated(reason));
                }
            };
            attempts.span().repeat(&error, wait);
            if !is_paused {
                Box::pin(platform::sleep(wait)).await;
            }
            before = Some(error);
        }
    }

    /// Rebuilds the request for another attempt or a redirect.
    #[cold]
    pub(super) fn rebuild(&self, build: &mut BoxBuild) -> Result<Outgoing, Error> {
        let mut request = self.build(build)?;
        self.complete(&mut request)?;
        Ok(request)
    }

    /// Checks that the URL matches the operation's path, and adds the headers and the query of the
    /// client and of the call options.
    fn complete(&self, outgoing: &mut Outgoing) -> Result<(), Error> {
        self.options
            .apply(outgoing, self.operation)
            .map_err(|error| error.of(self.operation.id))?;
        if self.operation.has_optional_body {
            outgoing.leave_out_empty_form();
        }
        let request = &mut outgoing.request;
        super::constant_headers::check(self.operation, request.headers())?;
        if !follows_template(request.url(), self.base_url(), self.operation.path) {
            let message = match self.operation.path {
                ANY_PATH => "the path does not start with `/`, or is outside the base URL".into(),
                path => {
                    format!("a parameter of the path `{path}` is empty or changes the path")
                }
            };
            return Err(RequestError::new(self.operation.id, message).into());
        }
        if let Some(url) = self.options.list_page_url() {
            redirect::to_list_page(request, url, self.operation.id)?;
            self.options.add_missing_query(request.url_mut());
        }
        self.add_idempotency_key(request)?;
        if platform::SENDS_USER_AGENT {
            request
                .headers_mut()
                .entry(USER_AGENT)
                .or_insert_with(|| self.transport.user_agent.clone());
        }
        self.add_keys(request)?;
        if !self.accepts_compressed {
            let headers = request.headers_mut();
            headers
                .entry(ACCEPT_ENCODING)
                .or_insert(HeaderValue::from_static("identity"));
        }
        Ok(())
    }
}
