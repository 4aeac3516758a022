//! Prints each asset of the account, one a line: id, status and file name.
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

/// Prints all assets, a page at a time.
async fn list_assets() -> Result<(), Error> {
    let client = Client::from_env()?;
    let mut page = 1;
    loop {
        let list = client
            .assets()
            .list()
            .page(page)
            .page_limit(50)
            .send()
            .await?;
        for asset in &list.data {
            print(asset);
        }
        let pages = list.page_info.and_then(|info| info.total_page);
        if pages.is_none_or(|pages| page >= pages) {
            return Ok(());
        }
        page += 1;
    }
}

fn print(asset: &Asset) {
    let id = asset.id.as_deref().unwrap_or("-");
    let status = asset.status.as_ref().map_or("-", |status| status.as_str());
    let filename = asset.filename.as_deref().unwrap_or("-");
    println!("{id:<24}  {status:<10}  {filename}");
}
