//! Uploads a video in chunks, adds it to an index, and waits until it can be searched.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example upload_and_wait -- VIDEO INDEX_ID
//! ```

use std::error::Error;
use std::process::ExitCode;

use twelvelabs::Client;
use twelvelabs::types::MultipartAssetType;

#[tokio::main]
async fn main() -> ExitCode {
    match upload_and_wait().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn upload_and_wait() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [video, index_id] = arguments.as_slice() else {
        return Err("usage: upload_and_wait VIDEO INDEX_ID".into());
    };
    let client = Client::from_env()?;

    let file = client
        .multipart_upload()
        .upload_file(video, MultipartAssetType::Video)
        .on_progress(|progress| println!("{} of {} bytes", progress.bytes, progress.total_bytes))
        .send()
        .await?;
    let asset_id = file.asset_id.ok_or("the API returned no asset ID")?;
    client.assets().wait_until_done(&asset_id).send().await?;
    println!("asset {asset_id} is ready");

    let indexed_assets = client.indexes().indexed_assets();
    let indexed = indexed_assets.create(index_id, &asset_id).send().await?;
    let id = indexed.id.ok_or("the API returned no indexed asset ID")?;
    indexed_assets.wait_until_done(index_id, &id).send().await?;
    println!("indexed asset {id} can be searched");
    Ok(())
}
