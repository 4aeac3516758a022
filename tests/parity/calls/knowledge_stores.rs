//! `client.knowledge_stores()`, its items, and collections of them.

use twelvelabs::operations::knowledge_stores::SearchRequest;
use twelvelabs::types::{
    AssetTypeFilter, DescriptionEnrichment, IngestionConfig, ItemIdFilter, JsonSchemaEnrichment,
    JsonSchemaObject, KnowledgeStoreItemAssetType, KnowledgeStoreItemCollectionSortBy,
    KnowledgeStoreItemSortBy, KnowledgeStoreItemStatus, KnowledgeStoreMetadataValue,
    KnowledgeStoreSearchQuery, KnowledgeStoreSortBy, SearchKnowledgeStoreFilter,
    SearchKnowledgeStoreGroupBy, SearchKnowledgeStoreOptions, VideoSearchModality,
    VideoSearchOptions,
};

use super::*;

const STORE: &str = "6298d673f1090f1100476d54";
const ITEM: &str = "6298d673f1090f1100476d55";
const OTHER_ITEM: &str = "6298d673f1090f1100476d56";
const COLLECTION: &str = "6298d673f1090f1100476d57";

pub(super) const CALLS: &[Call] = &[
    ("knowledge_stores/create", |client| {
        let properties = object(schema()["properties"].clone());
        let schema = JsonSchemaObject::new(properties);
        let config = IngestionConfig::new(JsonSchemaEnrichment::new(schema));
        let request = client.knowledge_stores().create("Sea");
        let request = request.description("All of the sea").metadata(metadata());
        value(request.ingestion_config(config).send())
    }),
    ("knowledge_stores/create.description", |client| {
        let config = IngestionConfig::new(DescriptionEnrichment::new("What is seen"));
        let request = client.knowledge_stores().create("Sea");
        let request = request.description("All of the sea").metadata(metadata());
        value(request.ingestion_config(config).send())
    }),
    ("knowledge_stores/delete", |client| {
        value(client.knowledge_stores().delete(STORE).send())
    }),
    ("knowledge_stores/list", |client| {
        let request = client.knowledge_stores().list().page(2).page_limit(20);
        let request = request.sort_by(KnowledgeStoreSortBy::CreatedAt);
        value(request.sort_option("desc").send())
    }),
    ("knowledge_stores/retrieve", |client| {
        value(client.knowledge_stores().retrieve(STORE).send())
    }),
    ("knowledge_stores/search", |client| {
        let both = vec![
            KnowledgeStoreItemAssetType::Video,
            KnowledgeStoreItemAssetType::Image,
        ];
        let items = vec![ITEM.to_owned(), OTHER_ITEM.to_owned()];
        let filter = SearchKnowledgeStoreFilter::new()
            .asset_type(AssetTypeFilter::new().in_(both))
            .item_id(ItemIdFilter::new().in_(items));
        value(search(client).filter(filter).send())
    }),
    ("knowledge_stores/search.equal", |client| {
        let filter = SearchKnowledgeStoreFilter::new()
            .asset_type(AssetTypeFilter::new().eq_(KnowledgeStoreItemAssetType::Video))
            .item_id(ItemIdFilter::new().eq_(ITEM));
        value(search(client).filter(filter).send())
    }),
    ("knowledge_stores/update", |client| {
        let request = client.knowledge_stores().update(STORE).name("Sea");
        let request = request.description("All of the sea");
        value(request.metadata(metadata()).send())
    }),
    ("knowledge_store_items/create", |client| {
        let request = client.knowledge_store_items().create(STORE, ASSET);
        let request = request.asset_type(KnowledgeStoreItemAssetType::Video);
        value(request.metadata(metadata()).send())
    }),
    ("knowledge_store_items/delete", |client| {
        value(client.knowledge_store_items().delete(STORE, ITEM).send())
    }),
    ("knowledge_store_items/list", |client| {
        let request = client
            .knowledge_store_items()
            .list(STORE)
            .page(2)
            .page_limit(20);
        let request = request
            .sort_by(KnowledgeStoreItemSortBy::CreatedAt)
            .sort_option("desc");
        let status = [
            KnowledgeStoreItemStatus::Queued,
            KnowledgeStoreItemStatus::Ready,
        ];
        value(request.status(status).send())
    }),
    ("knowledge_store_items/list.single", |client| {
        let request = client
            .knowledge_store_items()
            .list(STORE)
            .page(2)
            .page_limit(20);
        let request = request
            .sort_by(KnowledgeStoreItemSortBy::CreatedAt)
            .sort_option("desc");
        value(request.status([KnowledgeStoreItemStatus::Ready]).send())
    }),
    ("knowledge_store_items/retrieve", |client| {
        value(client.knowledge_store_items().retrieve(STORE, ITEM).send())
    }),
    ("knowledge_store_item_collections/add_items", |client| {
        let collections = client.knowledge_store_item_collections();
        value(
            collections
                .add_items(STORE, COLLECTION, [ITEM, OTHER_ITEM])
                .send(),
        )
    }),
    ("knowledge_store_item_collections/create", |client| {
        let request = client
            .knowledge_store_item_collections()
            .create(STORE, "Sea");
        let request = request.description("All of the sea");
        value(request.metadata(metadata()).send())
    }),
    ("knowledge_store_item_collections/delete", |client| {
        value(
            client
                .knowledge_store_item_collections()
                .delete(STORE, COLLECTION)
                .send(),
        )
    }),
    ("knowledge_store_item_collections/list", |client| {
        let request = client.knowledge_store_item_collections().list(STORE);
        let request = request.page(2).page_limit(20).sort_option("asc");
        value(
            request
                .sort_by(KnowledgeStoreItemCollectionSortBy::Name)
                .send(),
        )
    }),
    ("knowledge_store_item_collections/list_items", |client| {
        let collections = client.knowledge_store_item_collections();
        let request = collections.list_items(STORE, COLLECTION);
        value(request.page(2).page_limit(20).send())
    }),
    ("knowledge_store_item_collections/remove_items", |client| {
        let collections = client.knowledge_store_item_collections();
        value(
            collections
                .remove_items(STORE, COLLECTION, [ITEM, OTHER_ITEM])
                .send(),
        )
    }),
    ("knowledge_store_item_collections/retrieve", |client| {
        value(
            client
                .knowledge_store_item_collections()
                .retrieve(STORE, COLLECTION)
                .send(),
        )
    }),
    ("knowledge_store_item_collections/update", |client| {
        let request = client
            .knowledge_store_item_collections()
            .update(STORE, COLLECTION);
        let request = request.name("Sea").description("All of the sea");
        value(request.metadata(metadata()).send())
    }),
];

fn search(client: &Client) -> SearchRequest {
    let query = KnowledgeStoreSearchQuery::new("a boat");
    let modalities = vec![VideoSearchModality::Visual, VideoSearchModality::Audio];
    let options = SearchKnowledgeStoreOptions::new().video(VideoSearchOptions::new(modalities));
    client
        .knowledge_stores()
        .search(STORE, query)
        .search_options(options)
        .group_by(SearchKnowledgeStoreGroupBy::Item)
        .page_size(20)
        .page_token("1234567890-abcdef")
        .include_metadata(true)
}

fn metadata() -> BTreeMap<String, KnowledgeStoreMetadataValue> {
    let tags = vec!["sea".to_owned(), "boat".to_owned()];
    BTreeMap::from([
        ("title".to_owned(), "A day at sea".into()),
        ("views".to_owned(), 1200.into()),
        ("rating".to_owned(), 4.5.into()),
        ("public".to_owned(), true.into()),
        ("tags".to_owned(), tags.into()),
    ])
}
