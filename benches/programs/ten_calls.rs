//! A program with ten calls that lists, retrieves, and analyzes videos.

use twelvelabs::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::from_env()?;

    let page = client.assets().list().page_limit(50).send().await?;
    println!("{page:?}");
    let asset = client.assets().retrieve("asset").send().await?;
    println!("{asset:?}");
    client.assets().delete("asset").send().await?;

    let index = client.indexes().retrieve("index").send().await?;
    println!("{index:?}");
    let mut indexes = client.indexes().list().stream();
    while let Some(index) = indexes.next_item().await? {
        println!("{index:?}");
    }

    let stores = client.knowledge_stores().list().send().await?;
    println!("{stores:?}");
    let task = client.embed().tasks().retrieve("task").send().await?;
    println!("{task:?}");

    let video = twelvelabs::types::VideoContextAssetId::new("asset");
    let analysis = client.analyze().video(video.clone()).send().await?;
    println!("{analysis:?}");
    let mut events = client.analyze_stream().video(video).send().await?;
    while let Some(event) = events.next_event().await? {
        println!("{event:?}");
    }

    let results = client.search().retrieve("token").send().await?;
    println!("{results:?}");
    Ok(())
}
