//! The one way by which a request leaves and its answer is read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderValue, USER_AGENT};
use reqwest::{Request, Url};
use serde::Serialize;

use super::api_error::ApiError;
use super::byte_stream::ByteStream;
use super::call_options::CallOptions;
use super::decode_error::DecodeError;
use super::error::{Error, RequestError};
use super::event_stream::EventStream;
use super::key::Key;
use super::outgoing::Outgoing;
use super::path::follows_template;
use super::platform::{self, AnswerBody, Instant};
use super::pulse::Pulse;
use super::read::Read;
use super::redirect::{Redirects, Refusal};
use super::response::Response;
use super::retry::{Attempts, NotRepeated};
use super::sending::{Reply, Replying, SendingWithResponse};
use super::trace::Span;
use super::transport_error::TransportError;

/// How much of an error's body is kept, in bytes.
const ERROR_BODY_LIMIT: usize = 1 << 20;

/// The raw layer: one function for each operation, with all of its parameters
/// as positional arguments. Cloning it is cheap.
#[derive(Clone)]
pub struct Raw {
    pub(crate) base_url: Arc<str>,
    pub(crate) client: reqwest::Client,
    /// Whether redirects are left to this layer, and not to the HTTP client.
    pub(super) follows_redirects: bool,
    pub(super) key: Arc<Key>,
    pub(super) user_agent: HeaderValue,
    pub(super) options: Arc<CallOptions>,
    pub(super) max_body: usize,
}

impl Raw {
    /// Returns the raw layer whose calls are made with these options; what they
    /// do not set stays as it is here.
    #[must_use]
    pub fn with_options(&self, options: &CallOptions) -> Self {
        if options.is_empty() {
            return self.clone();
        }
        Self {
            options: Arc::new(self.options.with(options)),
            ..self.clone()
        }
    }
}

/// What sending a request needs to know of its operation.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The name by which errors call it.
    pub id: &'static str,
    /// The path below the base address, with its parameters in braces.
    pub path: &'static str,
}

#[doc(hidden)]
impl Raw {
    /// Sends a request whose response is JSON.
    pub fn json<T: Read>(
        &self,
        request: Result<Outgoing, Error>,
        operation: &Operation,
    ) -> SendingWithResponse<T> {
        let reply = self.read_reply(request, *operation);
        SendingWithResponse::whole(operation, reply, Reply::json)
    }

    /// Sends a request whose response is text.
    pub fn text(
        &self,
        request: Result<Outgoing, Error>,
        operation: &Operation,
    ) -> SendingWithResponse<String> {
        let reply = self.read_reply(request, *operation);
        SendingWithResponse::whole(operation, reply, Reply::text)
    }

    /// Sends a request whose response is only its status.
    pub fn empty(
        &self,
        request: Result<Outgoing, Error>,
        operation: &Operation,
    ) -> SendingWithResponse<()> {
        let request = request.map(|mut request| {
            self.limit_whole(&mut request);
            request
        });
        let reply = self.reply(request, *operation);
        SendingWithResponse::unread(operation, reply, Reply::empty)
    }

    /// Sends a request whose response is read as it arrives.
    ///
    /// The wait for the response and for each chunk of its body is limited, but not their
    /// sum.
    pub fn bytes(
        &self,
        request: Result<Outgoing, Error>,
        operation: &Operation,
    ) -> SendingWithResponse<ByteStream> {
        let reply = self.reply(request, *operation);
        SendingWithResponse::unread(operation, reply, Reply::bytes)
    }

    /// Sends a request whose response is events, each of which is read as it arrives. The
    /// waits are limited like those of [`bytes`](Self::bytes).
    pub fn events<T: Read + Serialize>(
        &self,
        request: Result<Outgoing, Error>,
        operation: &Operation,
    ) -> SendingWithResponse<EventStream<T>> {
        let reply = self.reply(request, *operation);
        SendingWithResponse::unread(operation, reply, Reply::events)
    }

    /// Sends a request, and reads the whole body of its response.
    fn read_reply(
        &self,
        request: Result<Outgoing, Error>,
        operation: Operation,
    ) -> Replying<Bytes> {
        let raw = self.clone();
        Box::pin(async move {
            let request = request?;
            let mut attempts = raw.begin(&request, &operation);
            let span = attempts.span();
            let whole = raw.whole(request, &operation, &mut attempts);
            let response = span.around(whole).await?;
            Ok(Reply {
                raw,
                operation,
                response,
                attempts,
            })
        })
    }

    /// Sends a request, and leaves the body of its response unread.
    fn reply(
        &self,
        request: Result<Outgoing, Error>,
        operation: Operation,
    ) -> Replying<reqwest::Response> {
        let raw = self.clone();
        Box::pin(async move {
            let request = request?;
            let mut attempts = raw.begin(&request, &operation);
            let span = attempts.span();
            let send = raw.send(request, &operation, &mut attempts);
            let response = span.around(send).await?;
            Ok(Reply {
                raw,
                operation,
                response,
                attempts,
            })
        })
    }

    fn begin(&self, request: &Outgoing, operation: &Operation) -> Attempts {
        Attempts::new(
            &self.options,
            Span::new(operation, request.request.method()),
        )
    }

    /// Sends a request and reads all of its answer within the timeout.
    ///
    /// An answer that began as a success is not asked for again when its body
    /// breaks off: the error says so, and the caller knows what it is worth.
    async fn whole(
        &self,
        mut request: Outgoing,
        operation: &Operation,
        attempts: &mut Attempts,
    ) -> Result<Response<Bytes>, Error> {
        self.limit_whole(&mut request);
        let is_streamed = request.is_streamed();
        let answer = self.send(request, operation, attempts).await?;
        let (status, headers, body) = answer.map(platform::body_of).into_parts();
        let body = if is_streamed {
            let limit = attempts.time(self.options.time_for_attempt());
            platform::timeout(limit, self.read(body, operation))
                .await
                .unwrap_or_else(|_| Err(TransportError::silent(operation.id, limit)))
        } else {
            self.read(body, operation).await
        };
        let error = match body {
            Ok(body) => return Ok(Response::new(status, headers, body)),
            Err(error) => error,
        };
        Err(attempts.end(error.into()))
    }

    /// Reads all of a body that is not too long.
    async fn read(
        &self,
        mut answer: AnswerBody,
        operation: &Operation,
    ) -> Result<Bytes, TransportError> {
        let fail = |cause| TransportError::new(Some(operation.id), cause);
        let mut body = answer.chunk().await.map_err(fail)?.unwrap_or_default();
        let mut longer = BytesMut::new();
        // Most answers are one chunk, which need not be copied.
        while let Some(chunk) = answer.chunk().await.map_err(fail)? {
            longer.extend_from_slice(&std::mem::take(&mut body));
            longer.extend_from_slice(&chunk);
            if longer.len() > self.max_body {
                break;
            }
        }
        if !longer.is_empty() {
            body = longer.freeze();
        }
        if body.len() > self.max_body {
            let what = "the body of the answer";
            return Err(TransportError::oversized(operation.id, what, self.max_body));
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
        operation: &Operation,
        attempts: &mut Attempts,
    ) -> Result<Response<reqwest::Response>, Error> {
        self.prepare(&mut outgoing.request, operation)
            .map_err(|error| attempts.end(error))?;
        let mut before = None;
        loop {
            let error = match (self.attempt(&outgoing, operation, attempts).await, before) {
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
        operation: &Operation,
        attempts: &mut Attempts,
    ) -> Result<Response<reqwest::Response>, Error> {
        let pulse = Pulse::new();
        let mut request = outgoing
            .open(&self.client, &pulse)
            .await
            .map_err(|error| error.of(operation.id))?;
        let limit = request.timeout().copied();
        let limit = attempts.begin(limit.unwrap_or_else(|| self.options.time_for_attempt()));
        let begin = Instant::now();
        let mut redirects = None;
        if let Some(timeout) = request.timeout_mut() {
            *timeout = limit;
        }
        loop {
            let mut answer = self
                .execute(request, operation, &pulse, limit, attempts)
                .await?;
            let status = answer.status();
            let mut headers = std::mem::take(answer.headers_mut());
            self.key.hide_in(&mut headers);
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
            let body = self.key.without(body.into());
            let refusal = refusal.map(|refusal| self.key.without_in(refusal.text()));
            return Err(
                ApiError::new(operation.id, status, headers, body, is_truncated)
                    .redirected(refusal)
                    .into(),
            );
        }
    }

    /// Sends a request, and waits for the beginning of its answer.
    async fn execute(
        &self,
        request: Request,
        operation: &Operation,
        pulse: &Pulse,
        limit: Duration,
        attempts: &Attempts,
    ) -> Result<reqwest::Response, Error> {
        // Where there is a timeout, it holds until the end of the answer's body, and
        // `reqwest` keeps it.
        let answer = if request.timeout().is_some() {
            self.client.execute(request).await
        } else {
            pulse
                .within(limit, attempts.deadline(), self.client.execute(request))
                .await
                .ok_or_else(|| TransportError::silent(operation.id, limit))?
        };
        answer.map_err(|cause| Error::from_reqwest(Some(operation.id), cause))
    }

    /// Returns the request to where it is redirected, if it is.
    async fn redirected(
        &self,
        outgoing: &Outgoing,
        pulse: &Pulse,
        to: Result<Url, Option<Refusal>>,
    ) -> Result<Request, Option<Refusal>> {
        let to = to?;
        let reason = if !self.follows_redirects {
            "the HTTP client in use leaves it".to_owned()
        } else if !outgoing.is_unread() {
            NotRepeated::BodyIsRead.to_string()
        } else {
            match outgoing.open(&self.client, pulse).await {
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
    fn prepare(&self, request: &mut Request, operation: &Operation) -> Result<(), Error> {
        if !follows_template(request.url(), &self.base_url, operation.path) {
            let message = format!(
                "a parameter in the path `{}` is empty or leads to another path",
                operation.path
            );
            return Err(RequestError::new(operation.id, message).into());
        }
        self.options
            .apply(request)
            .map_err(|message| RequestError::new(operation.id, message))?;
        if platform::SENDS_USER_AGENT {
            request
                .headers_mut()
                .entry(USER_AGENT)
                .or_insert_with(|| self.user_agent.clone());
        }
        self.key.add_to(request)?;
        Ok(())
    }

    /// Returns the error for an answer that does not have the expected form.
    pub(super) fn decode_error(
        &self,
        operation: &Operation,
        answer: Response<Bytes>,
        path: String,
        error: serde_json::Error,
    ) -> Error {
        let answer = answer.map(|body| self.key.without(body));
        let path = self.key.without_in(path);
        let text = error.to_string();
        let redacted = self.key.without_in(text.clone());
        let error = if redacted == text {
            error
        } else {
            serde::de::Error::custom(redacted)
        };
        DecodeError::new(operation.id, answer, path, error).into()
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw")
            .field("base_url", &self.base_url)
            .field("key", &format_args!("[redacted]"))
            .field("user_agent", &self.user_agent)
            .field("options", &self.options)
            .finish_non_exhaustive()
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
