//! Uses an undocumented property, a custom response type, and an undocumented endpoint.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example undocumented
//! ```

use std::process::ExitCode;

use serde_json::{Value, json};
use twelvelabs::operations::indexes::CreateRequest;
use twelvelabs::types::{IndexesCreateRequest, NewIndexModel};
use twelvelabs::{Client, Error, Method};

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

async fn run() -> Result<(), Error> {
    let client = Client::from_env()?;

    // An undocumented property in the request and in the response.
    let models = [NewIndexModel::new(vec!["visual".to_owned()])];
    let created: Value = client
        .indexes()
        .create("films", models)
        .body_field("retention", json!({"days": 30}))
        .send_as()
        .await?;
    println!("created {} until {}", created["_id"], created["expires_at"]);

    // A whole body, for example one that was stored.
    let stored = IndexesCreateRequest::new("series", Vec::new());
    let response = CreateRequest::from_body(&client, stored)
        .send_with_response()
        .await?;
    println!("received {} bytes", response.bytes().len());

    // An endpoint without a client method.
    let usage: Value = client
        .request(Method::GET, "/usage")
        .query("period", "month")
        .send_as()
        .await?;
    println!("used {} minutes", usage["minutes"]);
    Ok(())
}
