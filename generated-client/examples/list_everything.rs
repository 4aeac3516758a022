//! Prints the contents of the account: indexes with their assets, entity collections, knowledge
//! stores, and assets.
//!
//! ```sh
//! TWELVE_LABS_API_KEY=… cargo run --example list_everything
//! ```

use std::process::ExitCode;

use twelvelabs::{Client, Error};

#[tokio::main]
async fn main() -> ExitCode {
    match list_everything().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn list_everything() -> Result<(), Error> {
    let client = Client::from_env()?;

    let mut indexes = client.indexes().list().page_limit(50).stream();
    while let Some(index) = indexes.next_item().await? {
        let id = index.id.unwrap_or_default();
        print("index", &id, index.index_name.as_deref());
        let mut indexed = client.indexes().indexed_assets().list(&id).stream();
        while let Some(asset) = indexed.next_item().await? {
            let id = asset.id.unwrap_or_default();
            let file = asset.system_metadata.and_then(|file| file.filename);
            print("  indexed asset", &id, file.as_deref());
        }
    }

    let mut collections = client.entity_collections().list().stream();
    while let Some(collection) = collections.next_item().await? {
        let id = collection.id.unwrap_or_default();
        print("entity collection", &id, collection.name.as_deref());
    }

    let mut stores = client.knowledge_stores().list().stream();
    while let Some(store) = stores.next_item().await? {
        let id = store.id.unwrap_or_default();
        print("knowledge store", &id, store.name.as_deref());
    }

    let mut assets = client.assets().list().page_limit(50).stream();
    while let Some(asset) = assets.next_item().await? {
        let id = asset.id.unwrap_or_default();
        print("asset", &id, asset.filename.as_deref());
    }
    Ok(())
}

fn print(kind: &str, id: &str, name: Option<&str>) {
    println!("{kind} {id} {}", name.unwrap_or_default());
}
