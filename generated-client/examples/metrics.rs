//! Lists the assets of the account, and prints the number and the mean latency of the requests, by
//! operation and status.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example metrics
//! ```

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use twelvelabs::http::StatusCode;
use twelvelabs::{Attempt, ClientBuilder, Error, Middleware, MiddlewareFuture, Next};

/// An operation and the status of its response, or `None` without a response.
type Series = (&'static str, Option<StatusCode>);

/// The number of requests and their total latency.
#[derive(Default)]
struct Metrics(Mutex<BTreeMap<Series, (u32, Duration)>>);

impl Middleware for Metrics {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        Box::pin(async move {
            let (operation, start) = (attempt.operation(), Instant::now());
            let response = next.run(attempt).await;
            let status = response.as_ref().ok().map(|response| response.status());
            self.add(operation, status, start.elapsed());
            response
        })
    }
}

impl Metrics {
    fn add(&self, operation: &'static str, status: Option<StatusCode>, latency: Duration) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, total) = counts.entry((operation, status)).or_default();
        *count += 1;
        *total += latency;
    }

    fn print(&self) {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for ((operation, status), (count, total)) in &*counts {
            let status = status.map_or("failed".to_owned(), |status| status.as_str().to_owned());
            let mean = *total / *count;
            println!("{operation}  {status}  {count} requests  {mean:.1?} on average");
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let metrics = Arc::new(Metrics::default());
    let listed = list_assets(Arc::clone(&metrics)).await;
    metrics.print();
    match listed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn list_assets(metrics: Arc<Metrics>) -> Result<(), Error> {
    let client = ClientBuilder::from_env()?.middleware(metrics).build()?;
    let mut assets = client.assets().list().stream();
    while let Some(asset) = assets.next_item().await? {
        println!("{}", asset.id.as_deref().unwrap_or("-"));
    }
    Ok(())
}
