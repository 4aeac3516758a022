//! Lists the assets of the account and records the responses in a file, or replays them without
//! network access. Use recordings in tests.
//!
//! The file contains the responses of the API, without API keys and URL signatures.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --features mock --example record_replay -- record FILE
//! cargo run --features mock --example record_replay -- replay FILE
//! ```

use std::error::Error;
use std::process::ExitCode;

use twelvelabs::mock::Cassette;

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

async fn list_assets() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let cassette = match arguments.as_slice() {
        [mode, file] if mode == "record" => Cassette::record(file),
        [mode, file] if mode == "replay" => Cassette::replay(file)?,
        _ => return Err("usage: record_replay record|replay FILE".into()),
    };
    let client = cassette.builder()?.build()?;
    let mut assets = client.assets().list().stream();
    while let Some(asset) = assets.next_item().await? {
        println!("{}", asset.id.as_deref().unwrap_or("-"));
    }
    // If the run fails before this, an existing file is unchanged.
    cassette.save()?;
    Ok(())
}
