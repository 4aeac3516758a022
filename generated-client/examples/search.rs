//! Searches the videos of an index with a text query, and prints each match.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example search -- INDEX_ID "a dog on a beach"
//! ```

use std::error::Error;
use std::process::ExitCode;

use twelvelabs::Client;
use twelvelabs::types::SearchOption;

#[tokio::main]
async fn main() -> ExitCode {
    match search().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the matches. Pages are requested as needed.
async fn search() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [index_id, text] = arguments.as_slice() else {
        return Err("usage: search INDEX_ID TEXT".into());
    };
    let client = Client::from_env()?;
    let mut matches = client
        .search()
        .create(index_id, [SearchOption::Visual, SearchOption::Audio])
        .query_text(text)
        .page_limit(50)
        .stream();
    while let Some(clip) = matches.next_item().await? {
        let video = clip.video_id.as_deref().unwrap_or("-");
        let (start, end) = (clip.start.unwrap_or_default(), clip.end.unwrap_or_default());
        println!("{video}  {start:.1} s to {end:.1} s");
    }
    Ok(())
}
