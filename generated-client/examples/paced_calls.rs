//! Prints the status of many assets, with a rate limit and a limit of concurrent requests.
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
    // All calls start at once. The client schedules their requests.
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
