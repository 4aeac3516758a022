//! Operations without a fixture, because the SDK does not have them.

#![allow(deprecated, reason = "the SDK has dropped what is deprecated")]

use twelvelabs::types::{GistType, SummarizeType};

use super::*;

const VIDEO: &str = "6298d673f1090f1100476d4f";

pub(super) const CALLS: &[Call] = &[
    ("generate", |client| {
        value(client.generate(VIDEO, "What happens?").send())
    }),
    ("generate_stream", |client| {
        events(client.generate_stream(VIDEO, "What happens?").send())
    }),
    ("gist", |client| {
        value(client.gist(VIDEO, [GistType::Title]).send())
    }),
    ("summarize", |client| {
        value(client.summarize(VIDEO, SummarizeType::Chapter).send())
    }),
    ("indexes/videos/update_information", |client| {
        let request = client.indexes().videos().update_information(INDEX, VIDEO);
        value(request.user_metadata(user_metadata()).send())
    }),
];
