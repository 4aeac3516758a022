//! The keys of channels, whose pages contain fewer details than those of operations.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::Document;
use crate::quirks::header_of;
use pages::page::Format;

/// Replaces a key of a page of channels with the key that other pages send in the same header. A
/// page of channels names only the header, and not the prefix of the key.
pub(super) fn complete(documents: &mut [Document]) {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for document in documents
        .iter()
        .filter(|document| !is_of_channels(document))
    {
        let schemes = document.root["components"]["securitySchemes"].as_object();
        for scheme in schemes.into_iter().flatten().map(|(_, scheme)| scheme) {
            if let Some(header) = header_of(scheme) {
                let header = header.to_ascii_lowercase();
                known.entry(header).or_insert_with(|| scheme.clone());
            }
        }
    }
    for document in documents
        .iter_mut()
        .filter(|document| is_of_channels(document))
    {
        let schemes = document.root.pointer_mut("/components/securitySchemes");
        let schemes = schemes.and_then(Value::as_object_mut);
        for scheme in schemes.into_iter().flat_map(|schemes| schemes.values_mut()) {
            let header = header_of(scheme).filter(|_| scheme["type"] == "apiKey");
            let header = header.map(str::to_ascii_lowercase);
            if let Some(known) = header.and_then(|header| known.get(&header)) {
                *scheme = known.clone();
            }
        }
    }
}

fn is_of_channels(document: &Document) -> bool {
    document.page.format == Format::AsyncApi
}

#[cfg(test)]
mod tests {
    use super::super::tests::merged_files;
    use pages::SourceFile;

    #[test]
    fn the_key_of_a_channel_is_that_of_the_other_pages() {
        let pets = "# Pets\n\nGET https://api.example.com/pets\n\n```yaml\nopenapi: 3.1.1\n\
                    paths: {/pets: {get: {parameters: [{name: Authorization, in: header, \
                    description: 'Header authentication of the form `Token <token>`'}]}}}\n```\n";
        let live = "# Live\n\nGET /live\n\n```yaml\nasyncapi: 2.6.0\nchannels: {/live: {bindings: \
                    {ws: {headers: {properties: {Authorization: {type: string}}}}}}}\nservers: \
                    {a: {url: 'wss://api.example.com/', protocol: wss}}\n```\n";
        let files = [("pets.md", pets), ("live.md", live)];
        let files = files.map(|(name, text)| SourceFile::new(name, text));
        let root = merged_files(&files, "").0.root;
        let schemes = root["components"]["securitySchemes"].as_object();
        let schemes = schemes.expect("a key");
        assert_eq!(schemes.len(), 1);
        assert_eq!(schemes["key"]["x-fern-header"]["prefix"], "Token");
        let channel = &root["paths"]["/live"]["x-websocket"];
        assert!(channel["security"].is_null(), "{channel}");
        assert!(channel["parameters"].is_null(), "{channel}");
        assert!(channel["servers"].is_null(), "{channel}");
    }
}
