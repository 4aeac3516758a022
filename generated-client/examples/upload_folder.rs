//! Uploads the videos of a folder, two at a time, and prints their assets. A failed file does not
//! stop the others.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example upload_folder -- FOLDER
//! ```

use std::error::Error;
use std::process::ExitCode;

use twelvelabs::Client;

#[tokio::main]
async fn main() -> ExitCode {
    match upload_folder().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn upload_folder() -> Result<ExitCode, Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    let folder = folder.ok_or("usage: upload_folder FOLDER")?;
    let client = Client::from_env()?;
    let outcome = client
        .assets()
        .upload_folder(folder)
        .extensions(["mp4", "mov", "mkv", "webm"])
        .recursive()
        .parallelism(2)
        .on_progress(|progress| println!("{} of {} files", progress.files, progress.total_files))
        .send()
        .await?;
    for asset in &outcome.uploaded {
        let id = asset.asset_id.as_deref().unwrap_or("-");
        println!("{}: asset {id}", asset.path.display());
    }
    for failure in &outcome.failed {
        eprintln!("{}: {}", failure.path.display(), failure.error);
    }
    Ok(match outcome.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
