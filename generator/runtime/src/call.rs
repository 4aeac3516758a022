//! A call: the one way by which a request is sent and its response is read.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::USER_AGENT;
use reqwest::{Request, Url};
use serde::Serialize;

use super::api_error::ApiError;
use super::byte_stream::ByteStream;
use super::call_options::CallOptions;
use super::client::Client;
use super::decode_error::DecodeError;
use super::error::{Error, RequestError};
use super::event_stream::EventStream;
use super::operation::Operation;
use super::outgoing::Outgoing;
use super::path::follows_template;
use super::platform::{self, AnswerBody, Instant};
use super::pulse::Pulse;
use super::read::Read;
use super::redirect::{Redirects, Refusal};
use super::request_builder::{BuildError, Raw};
use super::response::Response;
use super::retry::{Attempts, NotRepeated};
use super::sending::{Reply, Replying, SendingWithResponse};
use super::trace::Span;
use super::transport::Transport;
use super::transport_error::TransportError;

/// How much of the body of an error response is kept, in bytes.
const ERROR_BODY_LIMIT: usize = 1 << 20;

/// A call of an operation with the options that hold for it. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Call {
    pub(super) transport: Arc<Transport>,
    pub(super) options: Arc<CallOptions>,
    pub(super) operation: &'static Operation,
}

/// A call with its request, which is sent when the future of the call is polled.
#[derive(Debug)]
pub struct PreparedCall {
    call: Call,
    request: Result<Outgoing, BuildError>,
}

impl Call {
    /// Returns a call by a client, which differs by these options from other calls.
    pub fn new(client: &Client, operation: &'static Operation, options: &CallOptions) -> Self {
        let transport = Arc::clone(&client.transport);
        let options = if options.is_empty() {
            Arc::clone(&transport.options)
        } else {
            Arc::new(transport.options.with(options))
        };
        Self {
            transport,
            options,
            operation,
        }
    }

    /// Returns the functions that build requests.
    pub fn raw(&self) -> Raw<'_> {
        Raw::new(&self.transport.base_url, self.operation)
    }

    /// Returns the call with its request.
    pub fn prepare(self, request: Result<Outgoing, BuildError>) -> PreparedCall {
        PreparedCall {
            call: self,
            request,
        }
    }
}

#[allow(dead_code, reason = "an API may not have all kinds of responses")]
impl PreparedCall {
    /// Sends the request, whose response is JSON.
    pub fn json<T: Read>(self) -> SendingWithResponse<T> {
        SendingWithResponse::whole(self.call.operation, self.read_reply(), Reply::json)
    }

    /// Sends the request, whose response is text.
    pub fn text(self) -> SendingWithResponse<String> {
        SendingWithResponse::whole(self.call.operation, self.read_reply(), Reply::text)
    }

    /// Sends the request, whose response is only its status.
    pub fn empty(mut self) -> SendingWithResponse<()> {
        if let Ok(request) = &mut self.request {
            self.call.limit_whole(request);
        }
        SendingWithResponse::unread(self.call.operation, self.reply(), Reply::empty)
    }

    /// Sends the request, whose response is read as it arrives.
    ///
    /// The wait for the response and for each chunk of its body is limited, but not their
    /// sum.
    pub fn bytes(self) -> SendingWithResponse<ByteStream> {
        SendingWithResponse::unread(self.call.operation, self.reply(), Reply::bytes)
    }

    /// Sends the request, whose response is events, each of which is read as it arrives.
    /// The waits are limited like those of [`bytes`](Self::bytes).
    pub fn events<T: Read + Serialize>(self) -> SendingWithResponse<EventStream<T>> {
        SendingWithResponse::unread(self.call.operation, self.reply(), Reply::events)
    }

    /// Sends the request, and reads the whole body of its response.
    fn read_reply(self) -> Replying<Bytes> {
        let Self { call, request } = self;
        Box::pin(async move {
            let request = request.map_err(|error| error.of(call.operation.id))?;
            let mut attempts = call.begin(&request);
            let span = attempts.span();
            let response = span.around(call.whole(request, &mut attempts)).await?;
            Ok(Reply {
                call,
                response,
                attempts,
            })
        })
    }

    /// Sends the request, and leaves the body of its response unread.
    fn reply(self) -> Replying<reqwest::Response> {
        let Self { call, request } = self;
        Box::pin(async move {
            let request = request.map_err(|error| error.of(call.operation.id))?;
            let mut attempts = call.begin(&request);
            let span = attempts.span();
            let response = span.around(call.send(request, &mut attempts)).await?;
            Ok(Reply {
                call,
                response,
                attempts,
            })
        })
    }
}

impl Call {
    fn begin(&self, request: &Outgoing) -> Attempts {
        let span = Span::new(self.operation, request.request.method());
        Attempts::new(&self.options, span)
    }

    /// Sends a request and reads all of its answer within the timeout.
    ///
    /// An answer that began as a success is not asked for again when its body
    /// breaks off: the error says so, and the caller knows what it is worth.
    async fn whole(
        &self,
        mut request: Outgoing,
        attempts: &mut Attempts,
    ) -> Result<Response<Bytes>, Error> {
        self.limit_whole(&mut request);
        let is_streamed = request.is_streamed();
        let answer = self.send(request, attempts).await?;
        let (status, headers, body) = answer.map(platform::body_of).into_parts();
        let body = if is_streamed {
            let limit = attempts.time(self.options.time_for_attempt());
            platform::timeout(limit, self.read(body))
                .await
                .unwrap_or_else(|_| Err(TransportError::silent(self.operation.id, limit)))
        } else {
            self.read(body).await
        };
        let error = match body {
            Ok(body) => return Ok(Response::new(status, headers, body)),
            Err(error) => error,
        };
        Err(attempts.end(error.into()))
    }

    /// Reads all of a body that is not too long.
    async fn read(&self, mut answer: AnswerBody) -> Result<Bytes, TransportError> {
        let fail = |cause| TransportError::new(Some(self.operation.id), cause);
        let mut body = answer.chunk().await.map_err(fail)?.unwrap_or_default();
        let mut longer = BytesMut::new();
        // Most answers are one chunk, which need not be copied.
        while let Some(chunk) = answer.chunk().await.map_err(fail)? {
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
            let what = "the body of the answer";
            return Err(TransportError::oversized(
                self.operation.id,
                what,
                self.transport.max_body,
            ));
        }
        Ok(body)
    }

    /// Makes the timeout hold until the end of the answer's body, unless that of the
    /// request is as long as it likes.
    fn limit_whole(&self, request: &mut Outgoing) {
        if !request.is_streamed() {
            let limit = self.options.time_for_attempt();
            request.request.timeout_mut().get_or_insert(limit);
        }
    }

    /// Sends a request, again if need be, and returns its answer if that is a
    /// success. Every request passes here, and through here alone.
    async fn send(
        &self,
        mut outgoing: Outgoing,
        attempts: &mut Attempts,
    ) -> Result<Response<reqwest::Response>, Error> {
        self.complete(&mut outgoing.request)
            .map_err(|error| attempts.end(error))?;
        let mut before = None;
        loop {
            let error = match (self.attempt(&outgoing, attempts).await, before) {
                (Ok(answer), _) => return Ok(answer),
                // A request that was sent is not to be taken for one that was not.
                (Err(Error::InvalidRequest(error)), Some(before)) => {
                    let reason = NotRepeated::Unopened(error.message().to_owned());
                    return Err(attempts.end(before).not_repeated(reason));
                }
                (Err(error), _) => error,
            };
            let wait = match attempts.wait(outgoing.request.method(), &error) {
                Ok(wait) => wait,
                Err(None) => return Err(attempts.end(error)),
                Err(Some(reason)) => return Err(attempts.end(error).not_repeated(reason)),
            };
            if !outgoing.is_unread() {
                return Err(attempts.end(error).not_repeated(NotRepeated::BodyIsRead));
            }
            attempts.span().repeat(&error, wait);
            platform::sleep(wait).await;
            before = Some(error);
        }
    }

    /// Sends a request once, and to where it is redirected.
    async fn attempt(
        &self,
        outgoing: &Outgoing,
        attempts: &mut Attempts,
    ) -> Result<Response<reqwest::Response>, Error> {
        let pulse = Pulse::new();
        let mut request = outgoing
            .open(&self.transport.client, &pulse)
            .await
            .map_err(|error| error.of(self.operation.id))?;
        let limit = request.timeout().copied();
        let limit = attempts.begin(limit.unwrap_or_else(|| self.options.time_for_attempt()));
        let begin = Instant::now();
        let mut redirects = None;
        if let Some(timeout) = request.timeout_mut() {
            *timeout = limit;
        }
        loop {
            let mut answer = self.execute(request, &pulse, limit, attempts).await?;
            let status = answer.status();
            let mut headers = std::mem::take(answer.headers_mut());
            self.transport.key.hide_in(&mut headers);
            if status.is_success() {
                attempts.span().answer(status);
                return Ok(Response::new(status, headers, answer));
            }
            let redirects = redirects.get_or_insert_with(|| Redirects::of(&outgoing.request));
            let to = redirects.next(status, &headers);
            let refusal = match self.redirected(outgoing, &pulse, to).await {
                Ok(redirected) => {
                    request = redirected;
                    if let Some(timeout) = request.timeout_mut() {
                        *timeout = limit.saturating_sub(begin.elapsed());
                    }
                    continue;
                }
                Err(refusal) => refusal,
            };
            let (body, is_truncated) =
                read_error(platform::body_of(answer), attempts.time(limit)).await;
            let body = self.transport.key.without(body.into());
            let refusal = refusal.map(|refusal| self.transport.key.without_in(refusal.text()));
            return Err(
                ApiError::new(self.operation.id, status, headers, body, is_truncated)
                    .redirected(refusal)
                    .into(),
            );
        }
    }

    /// Sends a request, and waits for the beginning of its answer.
    async fn execute(
        &self,
        request: Request,
        pulse: &Pulse,
        limit: Duration,
        attempts: &Attempts,
    ) -> Result<reqwest::Response, Error> {
        // Where there is a timeout, it holds until the end of the answer's body, and
        // `reqwest` keeps it.
        let answer = if request.timeout().is_some() {
            self.transport.client.execute(request).await
        } else {
            pulse
                .within(
                    limit,
                    attempts.deadline(),
                    self.transport.client.execute(request),
                )
                .await
                .ok_or_else(|| TransportError::silent(self.operation.id, limit))?
        };
        answer.map_err(|cause| Error::from_reqwest(Some(self.operation.id), cause))
    }

    /// Returns the request to where it is redirected, if it is.
    async fn redirected(
        &self,
        outgoing: &Outgoing,
        pulse: &Pulse,
        to: Result<Url, Option<Refusal>>,
    ) -> Result<Request, Option<Refusal>> {
        let to = to?;
        let reason = if !self.transport.follows_redirects {
            "the HTTP client in use leaves it".to_owned()
        } else if !outgoing.is_unread() {
            NotRepeated::BodyIsRead.to_string()
        } else {
            match outgoing.open(&self.transport.client, pulse).await {
                Ok(mut request) => {
                    *request.url_mut() = to;
                    return Ok(request);
                }
                Err(error) => error.message().to_owned(),
            }
        };
        Err(Some(Refusal::new(Some(to), reason)))
    }

    /// Refuses a request to anywhere but its operation's path, and tells the
    /// API who calls.
    fn complete(&self, request: &mut Request) -> Result<(), Error> {
        if !follows_template(request.url(), &self.transport.base_url, self.operation.path) {
            let message = format!(
                "a parameter in the path `{}` is empty or leads to another path",
                self.operation.path
            );
            return Err(RequestError::new(self.operation.id, message).into());
        }
        self.options
            .apply(request)
            .map_err(|message| RequestError::new(self.operation.id, message))?;
        if platform::SENDS_USER_AGENT {
            request
                .headers_mut()
                .entry(USER_AGENT)
                .or_insert_with(|| self.transport.user_agent.clone());
        }
        let added = self.transport.key.add_to(request);
        added.map_err(|cause| BuildError::from(cause).of(self.operation.id))
    }

    /// Returns the error for an answer that does not have the expected form.
    pub(super) fn decode_error(
        &self,
        answer: Response<Bytes>,
        path: String,
        error: serde_json::Error,
    ) -> Error {
        let answer = answer.map(|body| self.transport.key.without(body));
        let path = self.transport.key.without_in(path);
        let text = error.to_string();
        let redacted = self.transport.key.without_in(text.clone());
        let error = if redacted == text {
            error
        } else {
            serde::de::Error::custom(redacted)
        };
        DecodeError::new(self.operation.id, answer, path, error).into()
    }
}

/// Reads what comes of an error's body, and returns whether there was more to
/// it. A body that breaks off is no reason to lose the error.
async fn read_error(mut answer: AnswerBody, limit: Duration) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    let reading = async {
        while body.len() <= ERROR_BODY_LIMIT {
            match answer.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
        false
    };
    let is_whole = platform::timeout(limit, reading).await.unwrap_or(false);
    body.truncate(ERROR_BODY_LIMIT);
    (body, !is_whole)
}
