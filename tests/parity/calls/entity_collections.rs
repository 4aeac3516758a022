//! `client.entity_collections()`.

use twelvelabs::types::{EntityCollectionSortBy, EntitySortBy, EntityStatus, NewEntity};

use super::*;

const COLLECTION: &str = "6298d673f1090f1100476d52";
const ENTITY: &str = "6298d673f1090f1100476d53";
const ASSETS: [&str; 2] = [ASSET, OTHER_ASSET];

pub(super) const CALLS: &[Call] = &[
    ("entity_collections/create", |client| {
        let request = client.entity_collections().create("Crew");
        value(request.description("All on board").send())
    }),
    ("entity_collections/delete", |client| {
        value(client.entity_collections().delete(COLLECTION).send())
    }),
    ("entity_collections/list", |client| {
        let request = client.entity_collections().list().page(2).page_limit(20);
        let request = request
            .name("Crew & guests")
            .sort_by(EntityCollectionSortBy::Name);
        value(request.sort_option("asc").send())
    }),
    ("entity_collections/retrieve", |client| {
        value(client.entity_collections().retrieve(COLLECTION).send())
    }),
    ("entity_collections/update", |client| {
        let request = client.entity_collections().update(COLLECTION).name("Crew");
        value(request.description("All on board").send())
    }),
    ("entity_collections/entities/create", |client| {
        let entities = client.entity_collections().entities();
        let request = entities.create(COLLECTION, "Ann Lee", ASSETS);
        value(
            request
                .description("The captain")
                .metadata(metadata())
                .send(),
        )
    }),
    ("entity_collections/entities/create_assets", |client| {
        let entities = client.entity_collections().entities();
        value(entities.create_assets(COLLECTION, ENTITY, ASSETS).send())
    }),
    ("entity_collections/entities/create_bulk", |client| {
        let ann = NewEntity::new("Ann Lee", ASSETS.map(str::to_owned).to_vec())
            .description("The captain")
            .metadata(metadata());
        let bo = NewEntity::new("Bo", vec![OTHER_ASSET.to_owned()]);
        let entities = client.entity_collections().entities();
        value(entities.create_bulk(COLLECTION, [ann, bo]).send())
    }),
    ("entity_collections/entities/delete", |client| {
        value(
            client
                .entity_collections()
                .entities()
                .delete(COLLECTION, ENTITY)
                .send(),
        )
    }),
    ("entity_collections/entities/delete_assets", |client| {
        let entities = client.entity_collections().entities();
        value(entities.delete_assets(COLLECTION, ENTITY, ASSETS).send())
    }),
    ("entity_collections/entities/list", |client| {
        let request = client.entity_collections().entities().list(COLLECTION);
        let request = request.page(2).page_limit(20).name("Ann Lee");
        let request = request
            .status(EntityStatus::Ready)
            .sort_by(EntitySortBy::Name);
        value(request.sort_option("asc").send())
    }),
    ("entity_collections/entities/list_by_asset", |client| {
        let request = client.entity_collections().entities().list_by_asset(ASSET);
        value(request.page(2).page_limit(20).send())
    }),
    ("entity_collections/entities/retrieve", |client| {
        value(
            client
                .entity_collections()
                .entities()
                .retrieve(COLLECTION, ENTITY)
                .send(),
        )
    }),
    ("entity_collections/entities/update", |client| {
        let request = client
            .entity_collections()
            .entities()
            .update(COLLECTION, ENTITY);
        let request = request.name("Ann Lee").description("The captain");
        value(request.metadata(metadata()).send())
    }),
];

fn metadata() -> Map<String, Value> {
    object(json!({
        "role": "captain",
        "years": 12,
        "rating": 4.5,
        "active": true,
        "boats": ["Anna"],
        "gone": null,
        "home": {"port": "Kiel"},
    }))
}
