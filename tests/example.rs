//! `cargo run --package twelvelabs --example list_assets`, against a server on
//! this machine.

use httpmock::Method::GET;
use httpmock::MockServer;
use serde_json::json;
use tests::command::{Outcome, example, run};

const KEY: &str = "tlk_0123456789";

#[test]
fn it_prints_one_line_for_each_asset_of_all_pages() {
    let server = MockServer::start();
    let page = |number: &'static str, assets: serde_json::Value| {
        server.mock(|when, then| {
            when.method(GET)
                .path("/v1.3/assets")
                .header("x-api-key", KEY)
                .query_param("page", number);
            then.status(200).json_body(json!({
                "data": assets,
                "page_info": {"total_page": 2},
            }));
        })
    };
    let pages = [
        page(
            "1",
            json!([
                {"_id": "6298d673f1090f1100476d4c", "status": "ready", "filename": "01.mp4"},
                {"_id": "6298d673f1090f1100476d4d", "status": "processing", "filename": "02.mp4"},
            ]),
        ),
        page("2", json!([{"_id": "6298d673f1090f1100476d4e"}, {}])),
    ];

    let outcome = list_assets(&server).exits_with(0);

    insta::assert_snapshot!(outcome.stdout, @r"
    6298d673f1090f1100476d4c  ready       01.mp4
    6298d673f1090f1100476d4d  processing  02.mp4
    6298d673f1090f1100476d4e  -           -
    -                         -           -
    ");
    assert_eq!(outcome.stderr, "");
    for page in pages {
        page.assert();
    }
}

#[test]
fn it_prints_why_it_failed_and_exits_with_1() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.method(GET).path("/v1.3/assets");
        then.status(401)
            .json_body(json!({"code": "api_key_invalid", "message": "The API key is invalid."}));
    });
    let outcome = list_assets(&server).exits_with(1);
    assert_eq!(outcome.stdout, "");
    assert_eq!(
        outcome.stderr,
        "error: assets_list: 401 Unauthorized: api_key_invalid: The API key is invalid.\n"
    );
}

#[test]
fn it_says_what_to_set_when_there_is_no_key() {
    let outcome = run(example("list_assets")
        .env_remove("TWELVE_LABS_API_KEY")
        .env_remove("TWELVELABS_API_KEY"))
    .exits_with(1);
    assert_eq!(
        outcome.stderr,
        "error: no API key for Twelve Labs: set TWELVE_LABS_API_KEY or TWELVELABS_API_KEY\n"
    );
}

fn list_assets(server: &MockServer) -> Outcome {
    run(example("list_assets")
        .env("TWELVE_LABS_API_KEY", KEY)
        .env("TWELVELABS_BASE_URL", format!("{}/v1.3", server.base_url())))
}
