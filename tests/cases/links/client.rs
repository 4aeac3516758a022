//! Values with types of other crates. This file is compiled as a test of the
//! generated crate.

use std::net::IpAddr;

use links::types::Link;
use links::url::Url;
use serde_json::json;

#[test]
fn values_have_the_types_that_the_overlay_says() {
    let json = json!({
        "target": "https://a.example/", "others": ["https://b.example/"], "back": null,
        "address": "10.0.0.1",
    });
    let link: Link = serde_json::from_value(json.clone()).unwrap();
    let target: &Url = &link.target;
    assert_eq!(target.host_str(), Some("a.example"));
    assert_eq!(link.address, Some(IpAddr::from([10, 0, 0, 1])));
    assert_eq!(serde_json::to_value(&link).unwrap()["others"], json["others"]);
}

#[test]
fn a_value_that_the_type_refuses_is_an_error_at_its_field() {
    let json = json!({"target": "https://a.example/", "others": ["nowhere"]});
    let error = serde_json::from_value::<Link>(json).unwrap_err().to_string();
    assert!(error.contains("relative URL without a base"), "{error}");
}

#[test]
fn parameters_have_them_too() {
    let client = links::Client::builder().api_key("k").build().unwrap();
    let url = Url::parse("https://a.example/?q=1").unwrap();
    let request = client.links().get(url.clone()).near(url.clone());
    let link = Link::new(url);
    let _ = (request, client.links().create("home", link.target));
}
