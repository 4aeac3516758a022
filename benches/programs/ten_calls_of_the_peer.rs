//! The program `ten_calls` with the client that openapi-to-rust generates. Its client returns no
//! events of a stream, and has no pagination.

use peer::generated::{
    AnalyzeRequest, HttpClient, VideoContext, VideoContextAssetId, VideoContextType,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = std::env::var("TWELVELABS_API_KEY")?;
    let client = HttpClient::new().with_header("x-api-key", key);

    let page = client
        .assets_list(None, Some(50), None, None, None::<&str>)
        .await?;
    println!("{page:?}");
    let asset = client.assets_retrieve("asset").await?;
    println!("{asset:?}");
    client.assets_delete("asset", None).await?;

    let index = client.indexes_retrieve("index").await?;
    println!("{index:?}");
    let mut number = 1;
    loop {
        let none = None::<&str>;
        let page = client
            .indexes_list(Some(number), None, none, none, none, none, none, none, none)
            .await?;
        let indexes = page.data.unwrap_or_default();
        if indexes.is_empty() {
            break;
        }
        for index in indexes {
            println!("{index:?}");
        }
        number += 1;
    }

    let stores = client
        .knowledge_stores_list(None, None, None, None::<&str>)
        .await?;
    println!("{stores:?}");
    let task = client.embed_tasks_retrieve("task", None).await?;
    println!("{task:?}");

    let video = VideoContext::VideoContextAssetId(VideoContextAssetId {
        asset_id: "asset".to_owned(),
        r#type: VideoContextType::AssetId,
    });
    let request = AnalyzeRequest {
        video: Some(video),
        ..AnalyzeRequest::default()
    };
    let analysis = client.analyze(Some(request.clone())).await?;
    println!("{analysis:?}");
    client.analyze_stream(Some(request)).await?;

    let results = client.search_retrieve("token", None).await?;
    println!("{results:?}");
    Ok(())
}
