//! Creates an analysis task exactly once, even if the first call times out after the request was
//! sent.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example create_once -- ASSET_ID "What happens?"
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use twelvelabs::types::VideoContextAssetId;
use twelvelabs::{CallOptions, Client};

#[tokio::main]
async fn main() -> ExitCode {
    match create_once().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn create_once() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [asset_id, prompt] = arguments.as_slice() else {
        return Err("usage: create_once ASSET_ID PROMPT".into());
    };
    let client = Client::from_env()?;
    let video = VideoContextAssetId::new(asset_id);
    let tasks = client.analyze_async().tasks();
    let request = tasks.create().video(video).prompt(prompt);
    // Retries use the same key, so only one task is created.
    let hasty = CallOptions::new()
        .timeout(Duration::from_millis(500))
        .retries(0);
    let task = match request.clone().with_options(hasty).send().await {
        Err(error) if error.is_timeout() => {
            // The task may already exist. The same key prevents a second one.
            let key = error.idempotency_key().unwrap_or_default();
            let same = CallOptions::new().idempotency_key(key);
            request.with_options(same).send().await?
        }
        result => result?,
    };
    println!("task {} is {}", task.task_id, task.status);
    Ok(())
}
