//! The configuration of a client in `codegen.toml` and in programs.

use httpmock::Method::GET;
use httpmock::MockServer;
use serde_json::json;
use tests::Workplace;
use tests::command::{example, run};
use twelvelabs::ClientBuilder;

#[test]
fn the_example_sends_its_defaults_and_removes_them() {
    let server = MockServer::start();
    let list = |job: bool, defaults: bool| {
        server.mock(|when, then| {
            let mut when = when.method(GET).path("/v1.3/assets");
            when = match job {
                true => when.header("x-job", "nightly"),
                false => when.header_missing("x-job"),
            };
            match defaults {
                true => when.header("x-team", "archive").query_param("region", "eu"),
                false => when.header_missing("x-team").query_param_missing("region"),
            };
            then.status(200).json_body(json!({"data": [{}]}));
        })
    };
    let mocks = [list(false, true), list(true, true), list(true, false)];
    let outcome = run(example("configuration")
        .env("TWELVE_LABS_API_KEY", "tlk_0123456789")
        .env("TWELVELABS_BASE_URL", server.url("/v1.3")))
    .exits_with(0);
    insta::assert_snapshot!(outcome.stdout, @r"
    interactive: 1 assets
    nightly: 1 assets
    without defaults: 200 OK
    ");
    for mock in mocks {
        mock.assert();
    }
}

#[test]
fn an_attempt_has_ten_minutes_by_default() {
    assert_eq!(ClientBuilder::DEFAULT_TIMEOUT.as_secs(), 600);
}

#[test]
fn codegen_toml_sets_the_default_timeout() {
    let workplace = Workplace::with_spec_of("pet_shop");
    let settings = workplace.read("spec/codegen.toml");
    workplace.write(
        "spec/codegen.toml",
        &format!("{settings}\n[client]\ntimeout = 90\n"),
    );
    workplace.codegen(&[]).exits_with(0);
    let facts = workplace.read("client/src/runtime/api.rs");
    let timeout = "pub(super) const TIMEOUT: Duration = Duration::from_secs(90);";
    assert!(facts.contains(timeout), "{facts}");
}

#[test]
fn a_timeout_of_no_time_is_an_invalid_setting() {
    let workplace = Workplace::with_spec_of("pet_shop");
    let settings = workplace.read("spec/codegen.toml");
    workplace.write(
        "spec/codegen.toml",
        &format!("{settings}\n[client]\ntimeout = 0\n"),
    );
    let outcome = workplace.codegen(&[]).exits_with(1);
    assert!(
        outcome.stderr.contains("error[invalid-setting]"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("nonzero"), "{}", outcome.stderr);
}
