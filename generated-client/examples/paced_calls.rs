//! Prints the status of many assets, with a limited number of requests per second and at the same
//! time.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example paced_calls -- ASSET_ID…
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::future::join_all;
use twelvelabs::{Client, ClientBuilder};

#[tokio::main]
async fn main() -> ExitCode {
    match paced_calls().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn paced_calls() -> Result<(), Box<dyn Error>> {
    let asset_ids: Vec<String> = std::env::args().skip(1).collect();
    let client: Client = ClientBuilder::from_env()?
        .rate_limit(8, Duration::from_secs(1))
        .max_concurrent_requests(4)
        .build()?;
    // All calls are made at once, and the client decides when their requests are sent.
    let assets = client.assets();
    let calls = asset_ids.iter().map(|id| assets.retrieve(id).send());
    for (id, asset) in asset_ids.iter().zip(join_all(calls).await) {
        match asset?.status {
            Some(status) => println!("{id}: {status}"),
            None => println!("{id}: unknown"),
        }
    }
    Ok(())
}
