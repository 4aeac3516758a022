//! Random models, as a document and as the types of a crate. `fuzz/build.rs` generates the types of
//! the fuzz target `models` in the same way.

use std::path::Path;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::kind::{self, Kind};

/// The number of types at the top of the document.
pub(crate) const TYPES: usize = 40;

/// Returns a source of random models that is always the same for a seed.
pub(crate) fn runner(seed: u8) -> TestRunner {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    TestRunner::new_with_rng(Config::default(), rng)
}

/// Returns the schemas at the top of a random document.
pub(crate) fn kinds(runner: &mut TestRunner) -> Vec<Kind> {
    let object = kind::object();
    let mut kind = || object.new_tree(runner).expect("a schema").current();
    (0..TYPES).map(|_| kind()).collect()
}

/// Returns the name of the type at a position.
pub(crate) fn name(position: usize) -> String {
    format!("Type{position}")
}

/// Returns a document in which the schemas are sent and received.
pub(crate) fn document(kinds: &[Kind]) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for (position, kind) in kinds.iter().enumerate() {
        let name = name(position);
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        let content = json!({"content": {"application/json": {"schema": schema}}});
        let operation = json!({
            "operationId": format!("send_{}", name.to_lowercase()),
            "requestBody": content,
            "responses": {"200": {"description": "ok", "content": content["content"]}},
        });
        paths.insert(format!("/{name}"), json!({"post": operation}));
        schemas.insert(name, kind.schema());
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Trips", "version": "1"},
        "servers": [{"url": "https://api.trips.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Returns modules for the runtime and the types of a generated crate, whose sources are in the
/// folder `src`, and a list of functions that compare how a body is read as each type.
pub(crate) fn source(src: &Path) -> String {
    let file = |module: &str| format!("{:?}", src.join(module).join("mod.rs"));
    let compare = (0..TYPES).map(|position| format!("compare::<types::{}>, ", name(position)));
    format!(
        "#[path = {}]\npub mod runtime;\n#[path = {}]\npub mod types;\n\n\
         pub const TYPES: [fn(&[u8]); {TYPES}] = [{}];\n",
        file("runtime"),
        file("types"),
        compare.collect::<String>(),
    )
}
