//! Requests to the documentation site. They are limited in time and size, retried after
//! temporary failures, and never redirected to another host.

use generator::Code;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use ureq::Agent;
use ureq::http::{HeaderMap, Response, StatusCode};

use super::address::Address;
use super::state::Validators;
use crate::shell::Failure;

/// The maximum number of attempts of a request.
const ATTEMPTS: u32 = 4;

/// How long to wait before the second attempt; before each further one twice as
/// long as before the last.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest delay that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

const MOST_REDIRECTS: usize = 5;

/// The longest validator that is kept, in bytes.
const LONGEST_VALIDATOR: usize = 512;

/// Asks the site for pages.
pub(crate) struct Client {
    agent: Agent,
    timeout: Duration,
    threads: ThreadPool,
}

/// The kind of file that a request is for.
pub(crate) struct Wish {
    /// How large the file may be, in bytes.
    pub(crate) limit: u64,
    /// The advice if the site does not have it.
    pub(crate) missing: &'static str,
}

/// The response of the site to a request for a page.
pub(crate) enum Answer {
    Body(Body),
    /// It is as it was.
    Unchanged,
}

/// A page as it was sent, whole.
pub(crate) struct Body {
    /// Where it was found, after all redirects.
    pub(crate) address: Address,
    pub(crate) bytes: Vec<u8>,
    pub(crate) validators: Validators,
}

/// Why an attempt failed.
struct Fault {
    message: String,
    advice: &'static str,
    retry: Retry,
}

/// Whether another attempt may succeed.
enum Retry {
    Never,
    Soon,
    /// When the server says so.
    After(Duration),
}

impl Client {
    /// Returns a client that sends so many requests at once.
    ///
    /// # Errors
    ///
    /// When the system does not have the threads.
    pub(crate) fn new(timeout: Duration, jobs: usize) -> Result<Self, Failure> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(jobs)
            .build()
            .map_err(|error| {
                Failure::check(
                    Code::ProgramFailed,
                    format!("the system does not give {jobs} threads: {error}"),
                    "ask for fewer with `--jobs`",
                )
            })?;
        let config = Agent::config_builder()
            .user_agent(concat!("cargo-xtask-fetch/", env!("CARGO_PKG_VERSION")))
            .accept("text/markdown, text/plain;q=0.9, */*;q=0.1")
            .http_status_as_error(false)
            // They are followed here, where the host is looked at.
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

    /// Does something that sends requests with each item, several at once, and returns the results
    /// in the order of the items.
    pub(crate) fn each<T: Sync, U: Send>(
        &self,
        items: &[T],
        run: impl Fn(&T) -> U + Sync + Send,
    ) -> Vec<U> {
        let run = || items.par_iter().with_max_len(1).map(&run).collect();
        self.threads.install(run)
    }

    /// Fetches what is at an address, unless it is the version that is known.
    ///
    /// # Errors
    ///
    /// When it cannot be had whole: the failure names the address.
    pub(crate) fn get(
        &self,
        address: &Address,
        known: Option<&Validators>,
        wish: &Wish,
    ) -> Result<Answer, Failure> {
        let mut pause = FIRST_PAUSE;
        let mut attempts = 1;
        loop {
            let fault = match self.attempt(address, known, wish) {
                Ok(answer) => return Ok(answer),
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
        address: &Address,
        known: Option<&Validators>,
        wish: &Wish,
    ) -> Result<Answer, Fault> {
        let mut at = address.clone();
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(&at, known)?;
            match response.status() {
                StatusCode::OK => return self.read(at, response, wish.limit).map(Answer::Body),
                StatusCode::NOT_MODIFIED if known.is_some() => return Ok(Answer::Unchanged),
                status if is_redirect(status) => at = target(&at, response.headers())?,
                status => return Err(refusal(&at, status, response.headers(), wish)),
            }
        }
        Err(Fault {
            message: format!("`{address}` redirects more than {MOST_REDIRECTS} times"),
            advice: "tell those who publish the pages: it seems to lead round in a circle",
            retry: Retry::Never,
        })
    }

    fn send(
        &self,
        address: &Address,
        known: Option<&Validators>,
    ) -> Result<Response<ureq::Body>, Fault> {
        let mut request = self.agent.get(address.to_string());
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
            .map_err(|error| self.interrupted(address, &error))
    }

    /// Reads a body to its end.
    fn read(
        &self,
        address: Address,
        response: Response<ureq::Body>,
        limit: u64,
    ) -> Result<Body, Fault> {
        let (head, body) = response.into_parts();
        if let Some(coding) = head.headers.get("content-encoding")
            && coding != "identity"
        {
            return Err(Fault {
                message: format!(
                    "`{address}` is sent in the coding {coding:?}, which nobody asked for"
                ),
                advice: "tell those who publish the pages",
                retry: Retry::Never,
            });
        }
        let bytes = body
            .into_with_config()
            .limit(limit)
            .read_to_vec()
            .map_err(|error| self.cut_short(&address, limit, &error))?;
        Ok(Body {
            address,
            bytes,
            validators: validators(&head.headers),
        })
    }

    /// Says why there was no answer.
    fn interrupted(&self, address: &Address, error: &ureq::Error) -> Fault {
        match error {
            ureq::Error::Timeout(_) => self.timed_out(address),
            ureq::Error::HostNotFound => Fault {
                message: format!("the host of `{address}` is not found"),
                advice: "check the address and your connection",
                retry: Retry::Soon,
            },
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => Fault {
                message: format!("no secure connection is made for `{address}`: {error}"),
                advice: "check the site's certificate and this machine's clock",
                retry: Retry::Never,
            },
            error => Fault {
                message: format!("`{address}` cannot be reached: {error}"),
                advice: "check the address and your connection, and run the command again",
                retry: Retry::Soon,
            },
        }
    }

    /// Returns the error of a response that was not received completely.
    fn cut_short(&self, address: &Address, limit: u64, error: &ureq::Error) -> Fault {
        match error {
            ureq::Error::Timeout(_) => self.timed_out(address),
            ureq::Error::BodyExceedsLimit(_) => Fault {
                message: format!("`{address}` is larger than {} MiB", limit >> 20),
                advice: "no page of an operation is that large: leave it out with `exclude` under \
                         `[fetch]` in `codegen.toml`",
                retry: Retry::Never,
            },
            error => Fault {
                message: format!("`{address}` was cut short on its way: {error}"),
                advice: "run the command again; if it stays so, tell those who publish the pages",
                retry: Retry::Soon,
            },
        }
    }

    fn timed_out(&self, address: &Address) -> Fault {
        Fault {
            message: format!("`{address}` took longer than {} s", self.timeout.as_secs()),
            advice: "run the command again, or give it longer with `--timeout`",
            retry: Retry::Soon,
        }
    }
}

impl Fault {
    /// Returns how long to wait before another attempt, if one may succeed.
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

/// Returns where a redirect leads, if that is on the same site.
fn target(from: &Address, headers: &HeaderMap) -> Result<Address, Fault> {
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
            format!("to another host or port, `{to}`, and is not followed there"),
            "if the site has moved, fetch from its index there",
        )),
        Err(why) => Err(fault(
            format!("to `{}`: {why}", location.escape_debug()),
            "tell those who publish the pages",
        )),
    }
}

/// Returns the error of a response that is neither the page nor a redirect.
fn refusal(address: &Address, status: StatusCode, headers: &HeaderMap, wish: &Wish) -> Fault {
    let retry = match status.as_u16() {
        429 | 500..=599 => retry_after(headers).map_or(Retry::Soon, Retry::After),
        _ => Retry::Never,
    };
    let asked = match retry {
        Retry::After(wait) if wait > LONGEST_PAUSE => {
            format!(" and asks to come back in {} s", wait.as_secs())
        }
        _ => String::new(),
    };
    Fault {
        message: format!("`{address}` responds with {status}{asked}"),
        advice: match status.as_u16() {
            401 | 403 => "only pages that everybody may read are fetched",
            404 | 410 => wish.missing,
            429 | 500..=599 => "run the command again later",
            _ => "check the address in a browser",
        },
        retry,
    }
}

/// Returns how long the server asks to wait, in seconds or until a date.
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
