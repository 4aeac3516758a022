//! The committed `spec/openapi.json` and `generated-client/` are up to date with the pages.

use generator::output::Plan;
use generator::{History, Surroundings, generate};
use tests::repository;

#[test]
fn the_committed_client_is_what_the_pages_give() {
    let spec = repository("spec");
    let mut source = generator::read(&spec).expect("the committed pages");
    source.surroundings = Surroundings {
        workspace_member: true,
        has_extras: true,
        has_examples: true,
    };
    let mut output = generate(&source).expect("the committed pages are good");
    let (client, openapi) = (repository("generated-client"), spec.join("openapi.json"));
    History::read(&client, &openapi)
        .and_then(|history| output.record(&history))
        .expect("the record of the last version is good");
    let plan = Plan::new(&output, &client, &openapi).expect("nothing is in the way");

    let drifted: Vec<String> = plan
        .differences()
        .iter()
        .map(|(difference, path)| format!("{difference:?}: {}", path.display()))
        .collect();
    assert!(
        drifted.is_empty(),
        "these files are not what `spec/` gives; run `cargo xtask codegen`:\n{}",
        drifted.join("\n")
    );
}
