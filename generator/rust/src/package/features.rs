//! The list of the features of the crate, in its documentation.

use api::Docs;
use openapi::Config;

use super::{Needs, manifest};

/// The features of the runtime, each with its description.
const SENTENCES: [(&str, &str); 9] = [
    (
        "blocking",
        "Adds `send_blocking()`, and iterators over lists and events, for programs without async.",
    ),
    (
        "gzip",
        "Accepts compressed responses, except for streams of bytes or events.",
    ),
    (
        "http2",
        "Uses HTTP/2 with servers that support it. Without this feature, each concurrent request has \
         its own HTTP/1.1 connection.",
    ),
    (
        "mock",
        "Adds the module `mock`: a local server with configured responses for tests.",
    ),
    (
        "native-tls",
        "Uses the TLS library of the system. To use only this library, disable the default features.",
    ),
    (
        "rustls",
        "Uses rustls for TLS, with the crypto provider of the process, or `ring` if there is none.",
    ),
    ("tracing", "Emits a `tracing` span for each call."),
    (
        "webhooks",
        "Adds the module `webhooks`, with the events that the API sends to your server.",
    ),
    (
        "websocket",
        "Adds the module `websocket`, and methods that open WebSocket channels.",
    ),
];

/// Returns the list of features: the default ones first, then the others by name.
pub(super) fn list(config: &Config, needs: Needs) -> Docs {
    let features = manifest::all_features(config, needs);
    let is_default = |name: &str| {
        let default = features.get("default");
        default.is_some_and(|default| default.iter().any(|feature| feature == name))
    };
    let names = features.keys().filter(|name| *name != "default");
    let (default, others): (Vec<_>, Vec<_>) = names.partition(|name| is_default(name));
    let items = default.into_iter().chain(others).map(|name| {
        let title = match is_default(name) {
            true => Docs::template("{} (default)", &[Docs::code(name)]),
            false => Docs::code(name),
        };
        (title, sentence(name, config))
    });
    Docs::list(&items.collect::<Vec<_>>())
}

/// Returns the description of a feature, from `codegen.toml` or from the runtime.
fn sentence(name: &str, config: &Config) -> Docs {
    if let Some(configured) = config.manifest.feature_docs.get(name) {
        return Docs::inline(configured);
    }
    let mut sentences = SENTENCES.iter();
    let known = sentences.find(|(known, _)| *known == name);
    known.map_or_else(Docs::default, |(_, sentence)| (*sentence).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_feature_of_the_runtime_has_a_sentence() {
        let needs = Needs {
            channels: true,
            webhooks: true,
            ..Needs::default()
        };
        let config = Config::default();
        let features = manifest::all_features(&config, needs);
        for name in features.keys().filter(|name| *name != "default") {
            assert!(!sentence(name, &config).is_empty(), "{name}");
        }
    }

    #[test]
    fn default_features_come_first_and_others_may_have_a_sentence() {
        let mut config = Config::default();
        let manifest = &mut config.manifest;
        manifest.features = [("zip", "gzip"), ("schema", "tracing")]
            .map(|(name, needed)| (name.to_owned(), vec![needed.to_owned()]))
            .into();
        let docs = ("schema".to_owned(), "The schemas of <types>.".to_owned());
        manifest.feature_docs = [docs].into();
        let list = list(&config, Needs::default()).to_string();
        let expected = [
            "- `gzip` (default): Accepts",
            "- `rustls` (default): Uses",
            "- `blocking`: Adds",
            "- `http2`: Uses",
            "- `mock`: Adds",
            "- `native-tls`: Uses",
            "- `schema`: The schemas of `<types>`.",
            "- `tracing`: Emits",
            "- `zip`",
        ];
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(lines.len(), expected.len(), "{list}");
        for (line, expected) in lines.into_iter().zip(expected) {
            assert!(line.starts_with(expected), "{line}");
        }
    }
}
