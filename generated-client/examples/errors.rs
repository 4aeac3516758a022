//! Cancels an analysis task, and handles each kind of error.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example errors -- TASK_ID
//! ```

use std::error::Error;
use std::process::ExitCode;

use twelvelabs::types::FlatErrorResponse;
use twelvelabs::{ApiError, Client};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let Some(task_id) = std::env::args().nth(1) else {
        return Err("usage: errors TASK_ID".into());
    };
    let client = Client::from_env()?;
    let tasks = client.analyze_async().tasks();
    let error = match tasks.cancel(task_id).send().await {
        Ok(_) => {
            println!("canceled");
            return Ok(());
        }
        Err(error) => error,
    };
    if error.is_conflict() || error.is_not_found() {
        println!("there is nothing to cancel");
    } else if error.is_invalid() {
        println!("invalid: {}", error.message().unwrap_or_default());
    } else if error.is_unauthorized() || error.is_forbidden() {
        println!("check the API key: {}", reason(&error));
    } else if error.is_retryable() {
        println!("try again later: {error}");
    } else {
        return Err(error.into());
    }
    Ok(())
}

/// Returns the reason in the body of an error. The body has the documented type for the status.
fn reason(error: &twelvelabs::Error) -> String {
    let twelvelabs::Error::Api(error) = error else {
        return error.to_string();
    };
    let read = |error: &ApiError| error.json::<FlatErrorResponse>();
    match read(error) {
        Ok(body) => body.message,
        Err(_) => error.text().into_owned(),
    }
}
