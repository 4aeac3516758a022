//! `client.responses()`.

use twelvelabs::operations::responses::{CreateRequest, CreateStreamRequest};
use twelvelabs::types::{
    JsonTextFormat, PlainTextFormat, ResponseInclude, ResponseInputItem, ResponseInputItemRole,
    ResponseInputItemType, ResponseSelection, ResponseSelectionKind, TextFormat, TextFormatType,
    TextParam,
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
    ResponseInputItem {
        type_: ResponseInputItemType::Message,
        role: ResponseInputItemRole::User,
        content: "Who is on board?".to_owned(),
    }
}

fn selections() -> [ResponseSelection; 2] {
    [
        ResponseSelection {
            kind: ResponseSelectionKind::Item,
            id: "6298d673f1090f1100476d55".to_owned(),
        },
        ResponseSelection {
            kind: ResponseSelectionKind::Collection,
            id: "6298d673f1090f1100476d57".to_owned(),
        },
    ]
}

fn as_json() -> TextParam {
    let format = JsonTextFormat {
        type_: TextFormatType::JsonSchema,
        name: "answer".to_owned(),
        description: Some("An answer".to_owned()),
        schema: schema(),
        strict: Some(true),
    };
    TextParam {
        format: Some(TextFormat::JsonSchema(format)),
    }
}

fn as_text() -> TextParam {
    let format = PlainTextFormat {
        type_: TextFormatType::Text,
    };
    TextParam {
        format: Some(TextFormat::Text(format)),
    }
}
