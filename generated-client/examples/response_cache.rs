//! Prints the status of an asset twice. The second response comes from an in-memory cache, if the
//! API confirms that the `ETag` of the first response is still valid.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example response_cache -- ASSET_ID
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use twelvelabs::bytes::Bytes;
use twelvelabs::http::header::{ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use twelvelabs::http::{Method, StatusCode};
use twelvelabs::{Attempt, AttemptResponse, Client, ClientBuilder, Middleware};
use twelvelabs::{MiddlewareFuture, Next};

/// A cached response.
#[derive(Clone)]
struct Entry {
    etag: HeaderValue,
    headers: HeaderMap,
    body: Bytes,
}

/// The last response of each URL. The URL identifies a response, because all requests use the same
/// API key.
#[derive(Default)]
struct Cache(Mutex<HashMap<String, Entry>>);

impl Middleware for Cache {
    fn call<'a>(&'a self, mut attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        if attempt.method() != Method::GET {
            return next.run(attempt);
        }
        Box::pin(async move {
            let url = attempt.url().to_owned();
            let entry = self.get(&url);
            if let Some(Entry { etag, .. }) = &entry {
                attempt.headers_mut().insert(IF_NONE_MATCH, etag.clone());
            }
            let response = next.run(attempt).await?;
            match entry {
                Some(Entry { headers, body, .. })
                    if response.status() == StatusCode::NOT_MODIFIED =>
                {
                    println!("from the cache:");
                    Ok(AttemptResponse::new(StatusCode::OK, headers, body))
                }
                _ => self.keep(url, response).await,
            }
        })
    }
}

impl Cache {
    fn get(&self, url: &str) -> Option<Entry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(url).cloned()
    }

    /// Stores a response that has an `ETag`.
    async fn keep(
        &self,
        url: String,
        response: AttemptResponse,
    ) -> Result<AttemptResponse, twelvelabs::Error> {
        let etag = match response.headers().get(ETAG) {
            Some(etag) if response.status() == StatusCode::OK => etag.clone(),
            _ => return Ok(response),
        };
        let (response, body) = response.buffered().await?;
        let headers = response.headers().clone();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(
            url,
            Entry {
                etag,
                headers,
                body,
            },
        );
        Ok(response)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match print_twice().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn print_twice() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [id] = arguments.as_slice() else {
        return Err("usage: response_cache ASSET_ID".into());
    };
    let client = ClientBuilder::from_env()?
        .middleware(Cache::default())
        .build()?;
    print_status(&client, id).await?;
    print_status(&client, id).await?;
    Ok(())
}

async fn print_status(client: &Client, id: &str) -> Result<(), twelvelabs::Error> {
    let asset = client.assets().retrieve(id).send().await?;
    let status = asset.status.as_ref().map_or("-", |status| status.as_str());
    println!("{id} is {status}");
    Ok(())
}
