//! One attempt of a call: sends the request once and follows its redirects.

use std::time::Duration;

use http::StatusCode;
use http::header::HeaderMap;
use reqwest::Request;

use super::api_error::ApiError;
use super::call::Call;
use super::error::Error;
use super::outgoing::Outgoing;
use super::platform::{self, BoxBuild, Instant, Received, ResponseBody};
use super::prepared_call::discard;
use super::pulse::Pulse;
use super::redirect::{Redirects, Refusal};
use super::response::Response;
use super::retry::{Attempts, NotRepeated};
use super::transport::Execution;
use super::transport_error::TransportError;

/// The maximum number of bytes that are kept of the body of an error response.
const ERROR_BODY_LIMIT: usize = 1 << 20;

/// The time limit of an attempt.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) time: Duration,
    /// The time at which the attempt times out. `None` if the body is streamed: the timeout then
    /// starts when the body has been sent.
    pub(super) until: Option<Instant>,
}

impl Call {
    /// Sends a request once, and follows its redirects.
    ///
    /// Futures of rare cases are boxed. Otherwise they would enlarge the future of every call,
    /// which is moved after it is created.
    pub(super) async fn attempt(
        &self,
        request: Outgoing,
        build: &mut BoxBuild,
        attempts: &mut Attempts,
    ) -> Result<(Response<Received>, Limit), Error> {
        if self.transport.pacing.is_on() {
            Box::pin(self.turn(attempts)).await?;
        }
        let pulse = request.is_streamed().then(Pulse::new);
        let mut request = self.open(request, pulse.as_ref()).await?;
        let time = attempts.begin(self.options.time_for_attempt());
        let until = match pulse {
            // A time that overflows the clock means no limit.
            None => attempts.began().checked_add(time),
            Some(_) => None,
        };
        let limit = Limit { time, until };
        let mut redirects = None;
        loop {
            let response = self.client_response(request, pulse.as_ref(), limit, attempts);
            let mut response = response.await?;
            let status = response.status();
            let mut headers = std::mem::take(response.headers_mut());
            self.secrets().hide_in(&mut headers);
            if status.is_success() || self.upgrades && status == StatusCode::SWITCHING_PROTOCOLS {
                let size = response.content_length();
                attempts.span().receive(status, size);
                return Ok((Response::new(status, headers, response), limit));
            }
            let refusal = match status.is_redirection() {
                true => {
                    let redirected = self.redirected(
                        self.rebuild(build)?,
                        pulse.as_ref(),
                        redirects.get_or_insert_with(Redirects::new),
                        (status, &headers),
                    );
                    match Box::pin(redirected).await {
                        Ok(redirected) => {
                            Box::pin(discard(platform::body_of(response))).await;
                            request = redirected;
                            continue;
                        }
                        Err(refusal) => refusal,
                    }
                }
                false => None,
            };
            let idle = self.options.idle_time().min(time);
            let read = read_error(platform::body_of(response), attempts.time(idle));
            let (body, is_truncated) = Box::pin(read).await;
            let body = self.secrets().without(body.into());
            let refusal = refusal.map(|refusal| self.secrets().without_in(refusal.text()));
            return Err(
                ApiError::new(self.operation.id, status, headers, body, is_truncated)
                    .redirected(refusal)
                    .into(),
            );
        }
    }

    /// Opens the body of a request.
    async fn open(&self, request: Outgoing, pulse: Option<&Pulse>) -> Result<Box<Request>, Error> {
        match pulse {
            None => Ok(request.request),
            Some(pulse) => Box::pin(request.open(&self.transport.http, pulse))
                .await
                .map(Box::new)
                .map_err(|error| error.of(self.operation.id).into()),
        }
    }

    /// Sends a request and waits for the response headers.
    async fn client_response(
        &self,
        request: Box<Request>,
        pulse: Option<&Pulse>,
        limit: Limit,
        attempts: &mut Attempts,
    ) -> Result<Received, Error> {
        if !self.transport.middleware.is_empty() {
            return Box::pin(self.layered_response(request, pulse, limit, attempts)).await;
        }
        let id = self.operation.id;
        let sending = self.execute(request, attempts);
        let response = match (pulse, limit.until) {
            (Some(pulse), _) => {
                let idle = self.options.idle_time();
                Box::pin(pulse.within(idle, limit.time, attempts.deadline(), sending))
                    .await
                    .map_err(|limit| TransportError::silent(id, limit))?
            }
            (None, Some(until)) => platform::timeout_at(until, sending)
                .await
                .map_err(|_| TransportError::late_response(id))?,
            (None, None) => sending.await,
        };
        match response {
            Ok(response) => Ok(platform::received(response)),
            Err(cause) => Err(Error::from_reqwest(Some(id), cause)),
        }
    }

    /// Counts a request and starts to send it.
    fn execute(&self, request: Box<Request>, attempts: &mut Attempts) -> Execution {
        attempts.send(&request);
        self.transport.http.execute(*request)
    }

    /// Sends a request through the middleware and waits for the response headers, with the same
    /// limits as [`client_response`](Self::client_response). A single function for both cases would
    /// enlarge the future of calls without middleware.
    #[cold]
    async fn layered_response(
        &self,
        request: Box<Request>,
        pulse: Option<&Pulse>,
        limit: Limit,
        attempts: &mut Attempts,
    ) -> Result<Received, Error> {
        let id = self.operation.id;
        attempts.send(&request);
        let sending = self.send_through(*request, attempts.number());
        match (pulse, limit.until) {
            (Some(pulse), _) => {
                let idle = self.options.idle_time();
                let response = pulse
                    .within(idle, limit.time, attempts.deadline(), sending)
                    .await;
                response.map_err(|limit| TransportError::silent(id, limit))?
            }
            (None, Some(until)) => platform::timeout_at(until, sending)
                .await
                .map_err(|_| TransportError::late_response(id))?,
            (None, None) => sending.await,
        }
    }

    /// Returns the redirected request if the response is a redirect. `again` is the request that
    /// was sent.
    async fn redirected(
        &self,
        again: Outgoing,
        pulse: Option<&Pulse>,
        redirects: &mut Redirects,
        (status, headers): (StatusCode, &HeaderMap),
    ) -> Result<Box<Request>, Option<Refusal>> {
        let to = redirects.next(&again.request, status, headers)?;
        let reason = if !self.transport.follows_redirects {
            "the custom HTTP client did not follow it".to_owned()
        } else if !again.is_unread() {
            NotRepeated::BodyIsRead.to_string()
        } else {
            match self.open(again, pulse).await {
                Ok(mut request) => {
                    *request.url_mut() = to;
                    return Ok(request);
                }
                Err(Error::InvalidRequest(error)) => error.message().to_owned(),
                Err(error) => error.to_string(),
            }
        };
        Err(Some(Refusal::new(Some(to), reason)))
    }
}

/// Reads the body of an error response, and returns whether it is truncated. If reading fails, the
/// bytes that were received are returned.
async fn read_error(mut response: ResponseBody, limit: Duration) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    let reading = async {
        while body.len() <= ERROR_BODY_LIMIT {
            match response.chunk().await {
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
