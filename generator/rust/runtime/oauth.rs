//! OAuth 2.0 access tokens with the client credentials grant (RFC 6749, section 4.4).

use std::fmt::{self, Formatter};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::{Serializer, byte_serialize};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::api;
use super::api_error::ApiError;
use super::call_options::CallOptions;
use super::client::{ClientBuilder, is_loopback};
use super::credentials::{Credential, CredentialFuture, CredentialProvider, Provider};
use super::error::Error;
use super::key;
use super::platform;
use super::retry;
use super::transport::HttpClient;
use super::transport_error::TransportError;

/// The operation name of token requests in errors.
const OPERATION: &str = "token";

/// The maximum length of a response to a token request, in bytes.
const LONGEST: usize = 1 << 20;

/// A client ID and a client secret, which are exchanged for access tokens.
#[derive(Clone)]
#[must_use = "credentials do nothing until they are passed to a client"]
pub struct ClientCredentials {
    id: String,
    secret: SecretString,
    scopes: Option<Vec<String>>,
    token_url: Option<String>,
    in_body: bool,
    retries: u32,
    max_retry_after: Duration,
}

impl ClientCredentials {
    /// Creates credentials with the documented scopes and token URL of the API.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: SecretString::from(secret.into()),
            scopes: None,
            token_url: None,
            in_body: false,
            retries: 0,
            max_retry_after: Duration::ZERO,
        }
    }

    /// Sets the scopes to request. Without scopes, the server decides.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the URL of the token endpoint.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Sends the client ID and the client secret in the body, for a server that does not support
    /// HTTP Basic authentication.
    pub fn in_body(mut self) -> Self {
        self.in_body = true;
        self
    }

    /// Sets the retries of token requests to those of a client. They cannot be those of a call,
    /// because several calls may wait for one token.
    pub(super) fn retrying(self, options: &CallOptions) -> Self {
        Self {
            retries: options.retry_limit(),
            max_retry_after: options.retry_after_limit(),
            ..self
        }
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("id", &self.id)
            .field("secret", &format_args!("[redacted]"))
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Sets the client credentials with which the client obtains access tokens.
    pub fn client_credentials(mut self, credentials: ClientCredentials) -> Self {
        self.oauth = Some(credentials);
        self
    }
}

/// Returns the credentials from environment variables.
pub(super) fn from_variables(set: impl Fn(&str) -> Option<String>) -> Option<ClientCredentials> {
    let (id, secret) = api::CLIENT_VARIABLES;
    Some(ClientCredentials::new(set(id)?, set(secret)?))
}

/// Removes the client credentials if the key at an index, which is set instead, is the token.
pub(super) fn replaced(credentials: &mut Option<ClientCredentials>, position: usize) {
    if position == api::TOKEN_KEY {
        *credentials = None;
    }
}

/// Adds the token provider, unless another provider already provides its key.
pub(super) fn added(mut providers: Vec<Provider>, tokens: Option<Provider>) -> Vec<Provider> {
    let is_provided = |position| providers.iter().any(|it| it.position == position);
    let tokens = tokens.filter(|tokens| !is_provided(tokens.position));
    providers.extend(tokens);
    providers
}

/// Returns the token provider, or `None` without client credentials.
///
/// # Errors
///
/// Returns [`Error::InvalidConfiguration`] if the token URL is invalid or would send the secret
/// unencrypted.
pub(super) fn provider(
    credentials: Option<ClientCredentials>,
    http: &HttpClient,
    base_url: &Url,
    allow_plain_http: bool,
) -> Result<Option<Provider>, Error> {
    let Some(credentials) = credentials else {
        return Ok(None);
    };
    let url = credentials.token_url.as_deref();
    let url = url.unwrap_or(api::TOKEN_URL);
    let invalid = |message: &str| Error::invalid(message, None);
    let url = base_url
        .join(url)
        .map_err(|error| Error::invalid("the token URL is invalid", Some(error.into())))?;
    let is_private = url.scheme() == "https" || is_loopback(&url) || allow_plain_http;
    if !matches!(url.scheme(), "http" | "https") || !is_private {
        let message = "the token URL is not https, so the secret would be sent unencrypted";
        return Err(invalid(message));
    }
    let tokens = Tokens {
        http: http.clone(),
        url,
        credentials,
    };
    Ok(Some(Provider::new(api::TOKEN_KEY, Arc::new(tokens))))
}

struct Tokens {
    http: HttpClient,
    url: Url,
    credentials: ClientCredentials,
}

impl CredentialProvider for Tokens {
    fn credential(&self) -> CredentialFuture<'_> {
        Box::pin(self.obtain())
    }
}

impl Tokens {
    /// Obtains a token. Transient failures are retried.
    async fn obtain(&self) -> Result<Credential, Error> {
        let mut waits = retry::waits(self.credentials.retries);
        loop {
            let error = match self.obtain_once().await {
                Ok(token) => return Ok(token),
                Err(error) => error,
            };
            let asked = error.retry_after().unwrap_or_default();
            let may_pass = error.may_pass() && asked <= self.credentials.max_retry_after;
            match waits.next().filter(|_| may_pass) {
                Some(wait) => platform::sleep(wait.max(asked)).await,
                None => return Err(error),
            }
        }
    }

    async fn obtain_once(&self) -> Result<Credential, Error> {
        let fail = |cause| Error::from_reqwest(Some(OPERATION), cause);
        let response = self.http.execute(self.request()).await.map_err(fail)?;
        let status = response.status();
        let headers = response.headers().clone();
        let mut received = platform::body_of(platform::received(response));
        let mut body = Vec::new();
        while body.len() <= LONGEST
            && let Some(chunk) = received.chunk().await.map_err(fail)?
        {
            body.extend_from_slice(&chunk);
        }
        let is_truncated = body.len() > LONGEST;
        body.truncate(LONGEST);
        if !status.is_success() {
            let secret = self.credentials.secret.expose_secret();
            let body = key::without(secret, &body).unwrap_or(body).into();
            return Err(ApiError::new(OPERATION, status, headers, body, is_truncated).into());
        }
        if is_truncated {
            let error = TransportError::oversized(OPERATION, "the response body", LONGEST);
            return Err(error.into());
        }
        let token: Option<Value> = serde_json::from_slice(&body).ok();
        let field = |name| token.as_ref().and_then(|token| token.get(name));
        let Some(access_token) = field("access_token").and_then(Value::as_str) else {
            return Err(Error::credential(
                "the response of the token endpoint has no `access_token`",
            ));
        };
        let credential = Credential::new(access_token);
        let lifetime = field("expires_in").and_then(seconds);
        Ok(match lifetime {
            Some(seconds) => credential.expires_in(Duration::from_secs(seconds)),
            None => credential,
        })
    }

    fn request(&self) -> Request {
        let ClientCredentials { id, secret, .. } = &self.credentials;
        let secret = secret.expose_secret();
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        let scopes = match &self.credentials.scopes {
            Some(scopes) => scopes.join(" "),
            None => api::TOKEN_SCOPES.join(" "),
        };
        if !scopes.is_empty() {
            form.append_pair("scope", &scopes);
        }
        let mut request = Request::new(Method::POST, self.url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form_type);
        if self.credentials.in_body {
            form.append_pair("client_id", id);
            form.append_pair("client_secret", secret);
        } else {
            // RFC 6749 requires that both are form-encoded before they are joined.
            let [id, secret] = [id.as_str(), secret]
                .map(|text| -> String { byte_serialize(text.as_bytes()).collect() });
            let value = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
            // Base64 is ASCII.
            if let Ok(mut value) = HeaderValue::try_from(value) {
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
        }
        *request.body_mut() = Some(form.finish().into());
        request
    }
}

/// Returns a number of seconds. Some servers send it as a string.
fn seconds(value: &Value) -> Option<u64> {
    let text = || value.as_str()?.parse().ok();
    value.as_u64().or_else(text)
}
