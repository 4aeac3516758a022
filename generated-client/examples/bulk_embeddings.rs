//! Writes the embeddings of many videos to a file, one line of JSON per segment.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example bulk_embeddings -- FILE VIDEO_URL…
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::process::ExitCode;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use twelvelabs::Client;
use twelvelabs::types::{
    AsyncEmbeddingInputType, AsyncVideoInputRequest, EmbeddingData, MarengoModel, MediaSource,
};

/// The maximum number of concurrent tasks.
const TASKS: usize = 4;

#[tokio::main]
async fn main() -> ExitCode {
    match bulk_embeddings().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn bulk_embeddings() -> Result<(), Box<dyn Error>> {
    let mut urls: Vec<String> = std::env::args().skip(1).collect();
    if urls.len() < 2 {
        return Err("usage: bulk_embeddings FILE VIDEO_URL…".into());
    }
    let mut file = BufWriter::new(File::create(urls.remove(0))?);
    let client = Client::from_env()?;
    let mut videos = stream::iter(urls)
        .map(|url| embed(&client, url))
        .buffered(TASKS);
    while let Some((url, segments)) = videos.try_next().await? {
        for segment in &segments {
            let (start, end) = (segment.start_sec, segment.end_sec);
            let line =
                json!({"video": url, "start": start, "end": end, "embedding": segment.embedding});
            writeln!(file, "{line}")?;
        }
        println!("{url}: {} segments", segments.len());
    }
    file.flush()?;
    Ok(())
}

/// Returns the URL of a video and the embeddings of its segments.
async fn embed(
    client: &Client,
    url: String,
) -> Result<(String, Vec<EmbeddingData>), Box<dyn Error>> {
    let tasks = client.embed().v2().tasks();
    let video = AsyncVideoInputRequest::new(MediaSource::new().url(&url));
    let request = tasks.create(AsyncEmbeddingInputType::Video, MarengoModel::Marengo3_0);
    let task = request.video(video).send().await?;
    let task = tasks.wait_until_done(task.id).send().await?;
    Ok((url, task.data.unwrap_or_default()))
}
