//! Receives Twelve Labs events with axum, and prints the result of each task.
//!
//! ```sh
//! TWELVE_LABS_WEBHOOK_SECRET=… cargo run --features webhooks --example webhooks -- 127.0.0.1:3000
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::net::TcpListener;
use twelvelabs::webhooks::{ErrorKind, Event, Verifier};

/// Deliveries are remembered for twice the tolerance.
const MEMORY: Duration = Duration::from_secs(10 * 60);

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let secret = std::env::var("TWELVE_LABS_WEBHOOK_SECRET")
        .map_err(|_| "set TWELVE_LABS_WEBHOOK_SECRET")?;
    let address = std::env::args().nth(1).ok_or("usage: webhooks ADDRESS")?;
    let seen = Mutex::new(HashMap::new());
    let verifier = Verifier::new(secret).on_replay(move |id| was_seen(&seen, id));
    let router = Router::new()
        .route("/webhooks", post(receive))
        .with_state(verifier);
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

/// Returns `true` if a delivery was already received. Several servers need shared storage.
fn was_seen(seen: &Mutex<HashMap<String, Instant>>, id: &str) -> bool {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.retain(|_, received| received.elapsed() < MEMORY);
    seen.insert(id.to_owned(), Instant::now()).is_some()
}

async fn receive(State(verifier): State<Verifier>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match Event::from_request(&headers, &body, &verifier) {
        Ok(event) => print(&event),
        // Respond with success, so that the platform does not send the event again.
        Err(error) if error.kind() == ErrorKind::Replayed => println!("a replay"),
        Err(error) => {
            println!("refused: {error}");
            return match error.is_unverified() {
                true => StatusCode::UNAUTHORIZED,
                false => StatusCode::INTERNAL_SERVER_ERROR,
            };
        }
    }
    StatusCode::NO_CONTENT
}

fn print(event: &Event) {
    match event {
        Event::IndexTaskReady(event) => println!("{} can be searched", event.data.id),
        Event::IndexTaskFailed(event) => println!("{} is not indexed", event.data.id),
        Event::AnalyzeTaskReady(event) => println!("{} is analyzed", event.data.id),
        Event::AnalyzeTaskFailed(event) => println!("{} is not analyzed", event.data.id),
        Event::AnalyzeTaskCanceled(event) => println!("{} is canceled", event.data.id),
        other => println!("unknown event: {other:?}"),
    }
}
