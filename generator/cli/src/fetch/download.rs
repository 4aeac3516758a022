//! Requests to the documentation site. Requests have time and size limits, are retried after
//! transient failures, and are never redirected to another host.

use generator::Code;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use ureq::Agent;
use ureq::http::{HeaderMap, Response, StatusCode};

use super::site_url::SiteUrl;
use super::state::Validators;
use crate::shell::Failure;

/// The maximum number of attempts of a request.
const ATTEMPTS: u32 = 4;

/// The delay before the second attempt. It doubles with each further attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The maximum delay that is accepted from a server.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

const MOST_REDIRECTS: usize = 5;

/// The maximum length of a stored validator, in bytes.
const LONGEST_VALIDATOR: usize = 512;

/// The HTTP client for the site.
pub(crate) struct Client {
    agent: Agent,
    timeout: Duration,
    threads: ThreadPool,
}

/// The limits of a file, and the advice if it does not exist.
pub(crate) struct Limits {
    /// The maximum size of the file, in bytes.
    pub(crate) size: u64,
    /// The advice if the file does not exist.
    pub(crate) missing: &'static str,
}

/// The response to a request for a page.
pub(crate) enum Fetched {
    Body(Body),
    /// The page is unchanged.
    Unchanged,
}

/// A complete page.
pub(crate) struct Body {
    /// The final URL, after all redirects.
    pub(crate) url: SiteUrl,
    pub(crate) bytes: Vec<u8>,
    pub(crate) validators: Validators,
}

/// The reason why an attempt failed.
struct Fault {
    message: String,
    advice: &'static str,
    retry: Retry,
}

/// The retry policy of a fault.
enum Retry {
    Never,
    Soon,
    /// After the delay that the server requested.
    After(Duration),
}

impl Client {
    /// Creates a client that sends up to `jobs` requests at once.
    ///
    /// # Errors
    ///
    /// Returns an error if the threads cannot be created.
    pub(crate) fn new(timeout: Duration, jobs: usize) -> Result<Self, Failure> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(jobs)
            .build()
            .map_err(|error| {
                Failure::check(
                    Code::ProgramFailed,
                    format!("cannot create {jobs} threads: {error}"),
                    "use fewer with `--jobs`",
                )
            })?;
        let config = Agent::config_builder()
            .user_agent(concat!("apipages/", env!("CARGO_PKG_VERSION")))
            .accept("text/markdown, text/plain;q=0.9, */*;q=0.1")
            .http_status_as_error(false)
            // Redirects are followed by `get`, which checks the host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(jobs)
            .max_idle_connections_per_host(jobs)
            .timeout_global(Some(timeout))
            .build();
        Ok(Self {
            agent: config.into(),
            timeout,
            threads,
        })
    }

    /// Calls a function that sends requests for each item, several at once, and returns the results
    /// in order.
    pub(crate) fn each<T: Sync, U: Send>(
        &self,
        items: &[T],
        run: impl Fn(&T) -> U + Sync + Send,
    ) -> Vec<U> {
        let run = || items.par_iter().with_max_len(1).map(&run).collect();
        self.threads.install(run)
    }

    /// Fetches a URL, unless its content matches the known validators.
    ///
    /// # Errors
    ///
    /// Returns an error with the URL if the content cannot be fetched completely.
    pub(crate) fn get(
        &self,
        url: &SiteUrl,
        known: Option<&Validators>,
        limits: &Limits,
    ) -> Result<Fetched, Failure> {
        let mut pause = FIRST_PAUSE;
        let mut attempts = 1;
        loop {
            let fault = match self.attempt(url, known, limits) {
                Ok(fetched) => return Ok(fetched),
                Err(fault) => fault,
            };
            match fault.wait(pause) {
                Some(wait) if attempts < ATTEMPTS => sleep(wait),
                _ => return Err(fault.into_failure(attempts)),
            }
            pause *= 2;
            attempts += 1;
        }
    }

    fn attempt(
        &self,
        url: &SiteUrl,
        known: Option<&Validators>,
        limits: &Limits,
    ) -> Result<Fetched, Fault> {
        let mut at = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(&at, known)?;
            match response.status() {
                StatusCode::OK => return self.read(at, response, limits.size).map(Fetched::Body),
                StatusCode::NOT_MODIFIED if known.is_some() => return Ok(Fetched::Unchanged),
                status if is_redirect(status) => at = target(&at, response.headers())?,
                status => return Err(refusal(&at, status, response.headers(), limits)),
            }
        }
        Err(Fault {
            message: format!("`{url}` redirects more than {MOST_REDIRECTS} times"),
            advice: "report this to the publisher of the pages: it is probably a redirect loop",
            retry: Retry::Never,
        })
    }

    fn send(
        &self,
        url: &SiteUrl,
        known: Option<&Validators>,
    ) -> Result<Response<ureq::Body>, Fault> {
        let mut request = self.agent.get(url.to_string());
        if let Some(known) = known {
            let conditions = [
                ("if-none-match", &known.etag),
                ("if-modified-since", &known.last_modified),
            ];
            for (name, value) in conditions {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
        }
        request
            .call()
            .map_err(|error| self.interrupted(url, &error))
    }

    /// Reads a body to its end.
    fn read(
        &self,
        url: SiteUrl,
        response: Response<ureq::Body>,
        limit: u64,
    ) -> Result<Body, Fault> {
        let (head, body) = response.into_parts();
        if let Some(coding) = head.headers.get("content-encoding")
            && coding != "identity"
        {
            return Err(Fault {
                message: format!(
                    "`{url}` is sent with the content coding {coding:?}, which was not requested"
                ),
                advice: "report this to the publisher of the pages",
                retry: Retry::Never,
            });
        }
        let bytes = body
            .into_with_config()
            .limit(limit)
            .read_to_vec()
            .map_err(|error| self.cut_short(&url, limit, &error))?;
        Ok(Body {
            url,
            bytes,
            validators: validators(&head.headers),
        })
    }

    /// Returns the error of a request without a response.
    fn interrupted(&self, url: &SiteUrl, error: &ureq::Error) -> Fault {
        match error {
            ureq::Error::Timeout(_) => self.timed_out(url),
            ureq::Error::HostNotFound => Fault {
                message: format!("cannot resolve the host of `{url}`"),
                advice: "check the URL and your connection",
                retry: Retry::Soon,
            },
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => Fault {
                message: format!("the TLS connection for `{url}` failed: {error}"),
                advice: "check the site's certificate and the clock of this machine",
                retry: Retry::Never,
            },
            error => Fault {
                message: format!("cannot reach `{url}`: {error}"),
                advice: "check the URL and your connection, and run the command again",
                retry: Retry::Soon,
            },
        }
    }

    /// Returns the error of a response that was not received completely.
    fn cut_short(&self, url: &SiteUrl, limit: u64, error: &ureq::Error) -> Fault {
        match error {
            ureq::Error::Timeout(_) => self.timed_out(url),
            ureq::Error::BodyExceedsLimit(_) => Fault {
                message: format!("`{url}` is larger than {} MiB", limit >> 20),
                advice: "pages of operations are smaller: exclude it with `exclude` under \
                         `[fetch]` in `codegen.toml`",
                retry: Retry::Never,
            },
            error => Fault {
                message: format!("`{url}` was not received completely: {error}"),
                advice: "run the command again; if the problem persists, report it to the publisher of the pages",
                retry: Retry::Soon,
            },
        }
    }

    fn timed_out(&self, url: &SiteUrl) -> Fault {
        Fault {
            message: format!("`{url}` took longer than {} s", self.timeout.as_secs()),
            advice: "run the command again, or increase `--timeout`",
            retry: Retry::Soon,
        }
    }
}

impl Fault {
    /// Returns the delay before another attempt, if one may succeed.
    fn wait(&self, pause: Duration) -> Option<Duration> {
        match self.retry {
            Retry::Soon => Some(pause),
            Retry::After(wait) if wait <= LONGEST_PAUSE => Some(wait.max(pause)),
            Retry::Never | Retry::After(_) => None,
        }
    }

    fn into_failure(self, attempts: u32) -> Failure {
        let message = match attempts {
            1 => self.message,
            attempts => format!("{} ({attempts} attempts)", self.message),
        };
        Failure::check(Code::DownloadFailed, message, self.advice)
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Returns the target of a redirect, if it is on the same site.
fn target(from: &SiteUrl, headers: &HeaderMap) -> Result<SiteUrl, Fault> {
    let location = headers
        .get("location")
        .map(|value| String::from_utf8_lossy(value.as_bytes()));
    let location = location.unwrap_or_default();
    let fault = |what: String, advice| Fault {
        message: format!("`{from}` redirects {what}"),
        advice,
        retry: Retry::Never,
    };
    match from.join(&location) {
        Ok(to) if from.is_same_site(&to) => Ok(to),
        Ok(to) => Err(fault(
            format!("to another host or port, `{to}`, and is not followed"),
            "if the site has moved, fetch from its new index",
        )),
        Err(why) => Err(fault(
            format!("to `{}`: {why}", location.escape_debug()),
            "report this to the publisher of the pages",
        )),
    }
}

/// Returns the error of a response that is neither the page nor a redirect.
fn refusal(url: &SiteUrl, status: StatusCode, headers: &HeaderMap, limits: &Limits) -> Fault {
    let retry = match status.as_u16() {
        429 | 500..=599 => retry_after(headers).map_or(Retry::Soon, Retry::After),
        _ => Retry::Never,
    };
    let asked = match retry {
        Retry::After(wait) if wait > LONGEST_PAUSE => {
            format!(" and requests a retry after {} s", wait.as_secs())
        }
        _ => String::new(),
    };
    Fault {
        message: format!("`{url}` responds with {status}{asked}"),
        advice: match status.as_u16() {
            401 | 403 => "only public pages can be fetched",
            404 | 410 => limits.missing,
            429 | 500..=599 => "run the command again later",
            _ => "check the URL in a browser",
        },
        retry,
    }
}

/// Returns the delay that the server requests, in seconds or until a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

fn validators(headers: &HeaderMap) -> Validators {
    let text = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        (value.len() <= LONGEST_VALIDATOR).then(|| value.to_owned())
    };
    Validators {
        etag: text("etag"),
        last_modified: text("last-modified"),
    }
}
