//! Lists the assets of the account, and records the responses in a file, or reads them from that
//! file without a request: for tests that need the responses of the API, but not the API.
//!
//! The file has no keys of requests, but everything that the API responds.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example record_replay -- record FILE
//! TWELVE_LABS_API_KEY=any cargo run --example record_replay -- replay FILE
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use twelvelabs::http::{HeaderMap, StatusCode, Uri};
use twelvelabs::{Attempt, AttemptResponse, ClientBuilder, Middleware, MiddlewareFuture, Next};

type Failure = Box<dyn Error + Send + Sync>;

/// Writes each response to a file, as a line of JSON.
struct Recorder(Mutex<File>);

impl Middleware for Recorder {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        Box::pin(async move {
            let request = name(&attempt).map_err(twelvelabs::Error::middleware)?;
            let (response, body) = next.run(attempt).await?.buffered().await?;
            self.write(&request, response.status(), &body)
                .map_err(twelvelabs::Error::middleware)?;
            Ok(response)
        })
    }
}

impl Recorder {
    fn write(&self, request: &str, status: StatusCode, body: &[u8]) -> Result<(), Failure> {
        let body = std::str::from_utf8(body)?;
        let record = json!({"request": request, "status": status.as_u16(), "body": body});
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(writeln!(file, "{record}")?)
    }
}

/// Responds with what was recorded for a request, the last time that it was sent.
struct Replay(HashMap<String, (StatusCode, String)>);

impl Middleware for Replay {
    fn call<'a>(&'a self, attempt: Attempt, _: Next<'a>) -> MiddlewareFuture<'a> {
        Box::pin(async move {
            let request = name(&attempt).map_err(twelvelabs::Error::middleware)?;
            match self.0.get(&request) {
                Some((status, body)) => {
                    let body = body.clone();
                    Ok(AttemptResponse::new(*status, HeaderMap::new(), body))
                }
                None => {
                    let reason = format!("`{request}` is not recorded");
                    Err(twelvelabs::Error::middleware(reason))
                }
            }
        })
    }
}

impl Replay {
    fn read(path: &str) -> Result<Self, Failure> {
        let mut records = HashMap::new();
        for line in std::fs::read_to_string(path)?.lines() {
            let record: Value = serde_json::from_str(line)?;
            let text = |name: &str| record[name].as_str().map(str::to_owned).ok_or("no record");
            let status = record["status"].to_string().parse()?;
            records.insert(text("request")?, (status, text("body")?));
        }
        Ok(Self(records))
    }
}

/// Returns the method and the path of a request, with its query, whatever the server is. An API
/// with its key in the query has to leave that out.
fn name(attempt: &Attempt) -> Result<String, Failure> {
    let url: Uri = attempt.url().parse()?;
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    Ok(format!("{} {path}", attempt.method()))
}

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

async fn list_assets() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let builder = ClientBuilder::from_env()?;
    let builder = match arguments.as_slice() {
        [mode, file] if mode == "record" => {
            builder.middleware(Recorder(Mutex::new(File::create(file)?)))
        }
        [mode, file] if mode == "replay" => builder.middleware(Replay::read(file)?),
        _ => return Err("usage: record_replay record|replay FILE".into()),
    };
    let client = builder.build()?;
    let mut assets = client.assets().list().stream();
    while let Some(asset) = assets.next_item().await? {
        println!("{}", asset.id.as_deref().unwrap_or("-"));
    }
    Ok(())
}
