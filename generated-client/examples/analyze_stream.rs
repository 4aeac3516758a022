//! Asks a question about a video, and prints the generated text while it is received.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example analyze_stream -- ASSET_ID "What happens?"
//! ```

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use twelvelabs::Client;
use twelvelabs::types::{StreamAnalyzeResponse, VideoContextAssetId};

#[tokio::main]
async fn main() -> ExitCode {
    match analyze().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn analyze() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [asset_id, prompt] = arguments.as_slice() else {
        return Err("usage: analyze_stream ASSET_ID PROMPT".into());
    };
    let client = Client::from_env()?;
    let video = VideoContextAssetId::new(asset_id);
    let request = client.analyze_stream().video(video).prompt(prompt);
    let mut events = request.send().await?;
    while let Some(event) = events.next_event().await? {
        if let StreamAnalyzeResponse::TextGeneration(piece) = event {
            print!("{}", piece.text.unwrap_or_default());
            std::io::stdout().flush()?;
        }
    }
    println!();
    Ok(())
}
