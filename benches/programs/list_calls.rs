//! Lists assets: `list_calls URL CALLS`.

use std::env::args;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (url, calls) = (args().nth(1), args().nth(2));
    let client = twelvelabs::Client::builder()
        .api_key("key-of-the-bench")
        .base_url(url.ok_or("no URL")?)
        .build()?;
    for _ in 0..calls.ok_or("no number of calls")?.parse()? {
        client.assets().list().page_limit(50).send().await?;
    }
    Ok(())
}
