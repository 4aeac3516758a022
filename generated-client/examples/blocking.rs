//! Prints the file names of all assets, with blocking calls.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --features blocking --example blocking
//! ```

use twelvelabs::{Client, Error};

fn main() -> Result<(), Error> {
    let client = Client::from_env()?;
    for asset in client.assets().list().page_limit(50).stream_blocking() {
        println!("{}", asset?.filename.unwrap_or_default());
    }
    Ok(())
}
