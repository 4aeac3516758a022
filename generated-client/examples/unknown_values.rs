//! Retrieves an asset, and logs the undocumented properties and values of the response.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --features tracing --example unknown_values -- ASSET_ID
//! ```

use std::error::Error;
use std::process::ExitCode;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;
use twelvelabs::Client;

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

async fn run() -> Result<(), Box<dyn Error>> {
    let Some(asset_id) = std::env::args().nth(1) else {
        return Err("usage: unknown_values ASSET_ID".into());
    };
    let unknown = Targets::new().with_target("twelvelabs::unknown", LevelFilter::DEBUG);
    let lines = fmt::layer().without_time().with_ansi(false);
    tracing_subscriber::registry()
        .with(lines.with_filter(unknown))
        .init();
    let asset = Client::from_env()?.assets().retrieve(asset_id).send();
    println!("{}", asset.await?.id.unwrap_or_default());
    Ok(())
}
