//! `client.responses()`.

use twelvelabs::operations::responses::{CreateRequest, CreateStreamRequest};
use twelvelabs::types::{
    JsonTextFormat, PlainTextFormat, ResponseInclude, ResponseInputItem, ResponseSelection,
    ResponseSelectionKind, TextParam,
};

use super::*;

const STORE: &str = "6298d673f1090f1100476d54";
const SESSION: &str = "6298d673f1090f1100476d5c";

pub(super) const CALLS: &[Call] = &[
    ("responses/create", |client| {
        value(create(client).text(as_json()).send())
    }),
    ("responses/create.text", |client| {
        value(create(client).text(as_text()).send())
    }),
    ("responses/create_stream", |client| {
        events(create_stream(client).text(as_json()).send())
    }),
    ("responses/create_stream.text", |client| {
        events(create_stream(client).text(as_text()).send())
    }),
];

fn create(client: &Client) -> CreateRequest {
    client
        .responses()
        .create(STORE, [question()])
        .session_id(SESSION)
        .instructions("Be brief.")
        .include([ResponseInclude::IntermediateOutputs])
        .selections(selections())
}

fn create_stream(client: &Client) -> CreateStreamRequest {
    client
        .responses()
        .create_stream(STORE, [question()])
        .session_id(SESSION)
        .instructions("Be brief.")
        .include([ResponseInclude::IntermediateOutputs])
        .selections(selections())
}

fn question() -> ResponseInputItem {
    ResponseInputItem::new("Who is on board?")
}

fn selections() -> [ResponseSelection; 2] {
    [
        ResponseSelection::new(ResponseSelectionKind::Item, "6298d673f1090f1100476d55"),
        ResponseSelection::new(
            ResponseSelectionKind::Collection,
            "6298d673f1090f1100476d57",
        ),
    ]
}

fn as_json() -> TextParam {
    let format = JsonTextFormat::new("answer", schema())
        .description("An answer")
        .strict(true);
    TextParam::new().format(format)
}

fn as_text() -> TextParam {
    TextParam::new().format(PlainTextFormat::new())
}
