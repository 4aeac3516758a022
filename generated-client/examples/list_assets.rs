//! Prints the assets of the account, one per line: ID, status, and file name.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example list_assets
//! ```

use std::process::ExitCode;

use twelvelabs::types::Asset;
use twelvelabs::{Client, Error};

#[tokio::main]
async fn main() -> ExitCode {
    match list_assets().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints all assets. Pages are requested as needed.
async fn list_assets() -> Result<(), Error> {
    let client = Client::from_env()?;
    let mut assets = client.assets().list().page_limit(50).stream();
    while let Some(asset) = assets.next_item().await? {
        print(&asset);
    }
    Ok(())
}

fn print(asset: &Asset) {
    let id = asset.id.as_deref().unwrap_or("-");
    let status = asset.status.as_ref().map_or("-", |status| status.as_str());
    let filename = asset.filename.as_deref().unwrap_or("-");
    println!("{id:<24}  {status:<10}  {filename}");
}
