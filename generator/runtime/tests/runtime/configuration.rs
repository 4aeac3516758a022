//! Settings of a client, and the rejection of invalid settings.

use crate::calls::Calls;
use crate::runtime::{Client, ClientBuilder, Error};

fn with_base_url(base_url: &str) -> Result<Client, Error> {
    Client::builder().api_key("k").base_url(base_url).build()
}

fn from_variables(variables: &[(&str, &str)]) -> Result<Client, Error> {
    ClientBuilder::from_variables(|name| {
        let (_, value) = variables.iter().find(|(key, _)| *key == name)?;
        Some((*value).to_owned())
    })?
    .build()
}

#[test]
fn the_base_address_is_the_apis_own_by_default() {
    let client = Client::new("k").unwrap();
    assert_eq!(client.base_url(), "https://api.example.com/v1");
}

#[test]
fn a_slash_at_the_end_of_the_base_address_does_not_count() {
    for base_url in ["https://h.example/v2", "https://h.example/v2/"] {
        let client = with_base_url(base_url).unwrap();
        assert_eq!(client.base_url(), "https://h.example/v2");
    }
    assert_eq!(
        with_base_url("https://h.example/").unwrap().base_url(),
        "https://h.example"
    );
}

#[test]
fn a_base_address_that_cannot_be_called_is_refused_with_the_reason() {
    let reasons = [
        (
            "h.example/v1",
            "the base URL is invalid: relative URL without a base",
        ),
        ("ftp://h.example", "the base URL is neither http nor https"),
        (
            "https://h.example?a=b",
            "the base URL has a query or a fragment",
        ),
        (
            "https://h.example#a",
            "the base URL has a query or a fragment",
        ),
        (
            "https://user:pass@h.example",
            "the base URL has a user name or a password",
        ),
    ];
    for (base_url, reason) in reasons {
        let error = with_base_url(base_url).unwrap_err();
        assert!(matches!(error, Error::InvalidConfiguration(_)));
        assert_eq!(error.to_string(), reason);
    }
}

#[test]
fn variables_fill_in_the_servers_url() {
    let builder = || Client::builder().api_key("k");
    for (builder, url) in [
        (builder(), "https://api.example.com/v1"),
        (
            builder().server_variable(0, "eu.api"),
            "https://eu.api.example.com/v1",
        ),
        (
            builder().server_variable(1, "v2").server_variable(1, "v3"),
            "https://api.example.com/v3",
        ),
        (
            builder()
                .server_variable(0, "a/b")
                .base_url("https://h.example"),
            "https://h.example",
        ),
    ] {
        assert_eq!(builder.build().unwrap().base_url(), url);
    }
}

#[test]
fn a_variable_does_not_lead_to_another_host_or_path() {
    for (position, value, setter) in [
        (0, "evil.test/", "region"),
        (0, "evil.test:443\\", "region"),
        (0, "evil.test#", "region"),
        (0, "me@evil.test?", "region"),
        (0, "", "region"),
        (1, "..", "version"),
        (1, "v1/pets", "version"),
        (1, "v1?s3cret", "version"),
        (2, "evil.test/", "index_host"),
        (2, "me@evil.test:1", "index_host"),
    ] {
        let builder = Client::builder().api_key("k");
        let error = builder
            .server_variable(position, value)
            .build()
            .unwrap_err();
        assert!(matches!(error, Error::InvalidConfiguration(_)));
        let text = format!("{error} {error:?}");
        assert!(
            text.contains(&format!("`ClientBuilder::{setter}`")),
            "{text}"
        );
        assert!(value.is_empty() || !text.contains(value), "{text}");
    }
}

#[test]
fn plain_http_is_for_this_machine_alone_unless_allowed() {
    for here in [
        "http://localhost:1",
        "http://127.0.0.1",
        "http://127.1.2.3",
        "http://[::1]:80",
    ] {
        assert!(with_base_url(here).is_ok(), "{here}");
    }
    for elsewhere in [
        "http://h.example",
        "http://192.168.0.1",
        "http://localhost.h.example",
        "http://127.0.0.1.h.example",
    ] {
        let error = with_base_url(elsewhere).unwrap_err();
        assert!(error.to_string().contains("plain http"), "{elsewhere}");
    }
    let allowed = Client::builder()
        .api_key("k")
        .base_url("http://h.example")
        .allow_plain_http(true)
        .build();
    assert!(allowed.is_ok());
}

#[test]
fn without_a_key_there_is_no_client() {
    for builder in [Client::builder(), Client::builder().api_key("")] {
        let error = builder.build().unwrap_err();
        assert!(matches!(error, Error::MissingConfiguration(_)));
        assert_eq!(
            error.to_string(),
            "no API key for Example: call `ClientBuilder::api_key` or \
             `ClientBuilder::token`, or set EXAMPLE_API_KEY or EXAMPLE_KEY and call `Client::from_env`"
        );
    }
}

#[test]
fn values_that_are_not_valid_in_a_header_are_errors() {
    let error = Client::new("secret\nkey").unwrap_err();
    assert!(matches!(error, Error::InvalidConfiguration(_)));
    assert!(!format!("{error} {error:?}").contains("secret"));

    let error = Client::builder()
        .api_key("k")
        .user_agent("a\nb")
        .build()
        .unwrap_err();
    assert!(matches!(error, Error::InvalidConfiguration(_)));
}

#[test]
fn the_environment_gives_key_and_base_address() {
    let client = from_variables(&[
        ("EXAMPLE_API_KEY", "k"),
        ("EXAMPLE_BASE_URL", "https://h.example/v9"),
    ]);
    assert_eq!(client.unwrap().base_url(), "https://h.example/v9");
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let client = from_variables(&[
        ("EXAMPLE_API_KEY", ""),
        ("EXAMPLE_KEY", "k"),
        ("EXAMPLE_BASE_URL", ""),
    ]);
    assert_eq!(client.unwrap().base_url(), "https://api.example.com/v1");
}

#[test]
fn an_environment_without_a_key_is_told_which_variables_to_set() {
    let error = from_variables(&[("EXAMPLE_BASE_URL", "https://h.example")]).unwrap_err();
    assert!(matches!(error, Error::MissingConfiguration(_)));
    assert_eq!(
        error.to_string(),
        "no API key for Example: call `ClientBuilder::api_key` or `ClientBuilder::token`, or set \
         EXAMPLE_API_KEY or EXAMPLE_KEY and call `Client::from_env`"
    );
}

#[test]
fn debug_shows_the_address_and_never_the_key() {
    let builder = Client::builder().api_key("secret-key");
    let builder_text = format!("{builder:?}");
    let client = builder.build().unwrap();
    let client_text = format!("{client:?}");

    assert!(client_text.contains("https://api.example.com/v1"));
    for text in [builder_text, client_text] {
        assert!(text.contains("[redacted]"), "{text}");
        assert!(!text.contains("secret-key"), "{text}");
    }
}

#[test]
fn a_client_can_be_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Client>();
}
