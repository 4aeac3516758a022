//! Creates an entity collection with a signed request, as a gateway in front of the API may
//! require.
//!
//! The signature is the HMAC-SHA256 of the method, the path with its query, and the body. A
//! production scheme also signs the time, to prevent replays.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… SIGNING_KEY=… cargo run --example request_signing -- NAME
//! ```

use std::error::Error;
use std::process::ExitCode;

use ring::hmac;
use twelvelabs::http::{HeaderValue, Uri};
use twelvelabs::{Attempt, ClientBuilder, Middleware, MiddlewareFuture, Next};

/// Signs each request.
struct Signature(hmac::Key);

impl Middleware for Signature {
    fn call<'a>(&'a self, mut attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        Box::pin(async move {
            let mut signature = self.sign(&attempt).map_err(twelvelabs::Error::middleware)?;
            signature.set_sensitive(true);
            attempt.headers_mut().insert("x-signature", signature);
            next.run(attempt).await
        })
    }
}

impl Signature {
    fn sign(&self, attempt: &Attempt) -> Result<HeaderValue, Box<dyn Error + Send + Sync>> {
        let url: Uri = attempt.url().parse()?;
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        let body = attempt.body().ok_or("a file cannot be signed")?;
        let mut context = hmac::Context::with_key(&self.0);
        for text in [attempt.method().as_str(), "\n", path, "\n"] {
            context.update(text.as_bytes());
        }
        context.update(body);
        let tag = context.sign();
        let digits = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
        Ok(HeaderValue::try_from(digits.collect::<String>())?)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match create().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn create() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name] = arguments.as_slice() else {
        return Err("usage: request_signing NAME".into());
    };
    let key = std::env::var("SIGNING_KEY").map_err(|_| "no signing key: set SIGNING_KEY")?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let client = ClientBuilder::from_env()?
        .middleware(Signature(key))
        .build()?;
    let collection = client.entity_collections().create(name).send().await?;
    let id = collection.id.as_deref().unwrap_or("-");
    println!("created {id}");
    Ok(())
}
