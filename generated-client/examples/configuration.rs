//! Configures a client for a long-running program: timeouts, default headers, connections, and
//! derived clients.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example configuration
//! ```

use std::process::ExitCode;
use std::time::Duration;

use twelvelabs::{CallOptions, ClientBuilder, Error};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let mut builder = ClientBuilder::from_env()?
        .user_agent("film-archive/1.0")
        .header("x-team", "archive")
        .query("region", "eu")
        .timeout(Duration::from_secs(120))
        .idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(8);
    if let Ok(proxy) = std::env::var("ARCHIVE_PROXY") {
        builder = builder.proxy(proxy);
    }
    let client = builder.build()?;

    // The derived client shares the connections.
    let nightly = client.with_options(
        CallOptions::new()
            .header("x-job", "nightly")
            .deadline(Duration::from_secs(600))
            .retries(5),
    );
    let assets = client.assets().list().send().await?;
    println!("interactive: {} assets", assets.data.len());
    let assets = nightly.assets().list().send().await?;
    println!("nightly: {} assets", assets.data.len());

    // A single call overrides the options.
    let options = CallOptions::new()
        .without_header("x-team")
        .without_query("region");
    let request = nightly.assets().list().with_options(options);
    let response = request.send_with_response().await?;
    println!("without defaults: {}", response.status());
    Ok(())
}
