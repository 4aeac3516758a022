//! Tests an edit of each single field of the model, with the exact expected changes. A field that
//! is missing from the tables causes a compile error or a test failure.

mod operations;
mod types;
mod webhooks;
mod whole;

use std::collections::BTreeSet;

use api::{
    Advance, Api, BodyEncoding, BodyField, Docs, EventName, FieldRole, FieldStyle, FormerCall,
    Input, Rest,
};
use api::{Condition, Constant, Deprecation, Key, OtherKey, Style, Type};

use super::model::{self, former_name, op, pet, shape};
use crate::Effect::{self, Added, Breaking, Changed, Documentation};
use crate::sample::named;
use crate::{Kind, compare};

/// An edit of one field, and the expected changes.
struct Row {
    /// The struct and the field.
    field: &'static str,
    found: Vec<(Kind, Effect)>,
    edit: fn(&mut Api),
}

/// An edit that affects callers or the API.
fn row<const N: usize>(field: &'static str, found: [(Kind, Effect); N], edit: fn(&mut Api)) -> Row {
    let found = Vec::from(found);
    Row { field, found, edit }
}

/// An edit without an effect, for the stated reason.
fn nothing(field: &'static str, _why: &'static str, edit: fn(&mut Api)) -> Row {
    row(field, [], edit)
}

fn rows() -> Vec<Row> {
    let parts = [
        whole::rows(),
        webhooks::rows(),
        operations::of_former_calls(),
        operations::of_operations(),
        operations::of_parameters(),
        operations::of_bodies(),
        operations::of_responses(),
        operations::of_waits(),
        types::of_types(),
        types::of_fields(),
        types::of_variants(),
    ];
    parts.into_iter().flatten().collect()
}

/// Lists the fields of structs. A pattern without `..` must name all of them.
macro_rules! fields {
    ($($name:ident { $($field:ident),* $(,)? })*) => {
        const FIELDS: &[&str] = &[$($(concat!(stringify!($name), ".", stringify!($field))),*),*];

        $(const _: fn(api::$name) = |it| {
            let api::$name { $($field: _),* } = it;
        };)*
    };
}

fields! {
    Api {
        title, version, docs, server, server_template, server_variables, environments, key, other_keys, security, headers, types,
        group_docs, operations, webhooks, dependencies,
    }
    Webhooks { event, events, signature }
    Webhook { name, ty, docs, reference, deprecated, origin }
    Signature {
        header, prefix, separator, algorithm, encoding, secret, timestamp, id, signed,
    }
    OtherKey { setter, key }
    Environment { name, url, template, docs }
    ServerVariable { setter, name, default, part, docs }
    ConstantHeader { setter, name, value, docs }
    Dependency { version, features, default_features }
    Operation {
        id, group, method, request, function, verb, path, summary, docs, reference, server,
        environment_servers, security, deprecated, parameters, body, response, event_name, errors, statuses, call,
        paging, sets, client_headers, idempotency, bucket, wait, origin, former_calls, former_setters,
    }
    Wait { method, subject, status, is_enum, done, failed, reason }
    FormerCall { group, method, request, arguments_struct, since }
    FormerName { name, current, since }
    Deprecation { note }
    Parameter {
        name, argument, wire, location, style, allow_reserved, is_styled, ty, required, default,
        example, limits, docs, deprecated,
    }
    Body { encoding, ty, limits, required, fields, docs }
    FieldStyle { wire, style, allow_reserved }
    BodyField { position, name, role }
    EventName { property, fields }
    Channel { sent, received }
    ErrorResponse { status, ty }
    Status { status, docs, media_types }
    Call { arguments, arguments_struct, setters }
    Paging { advance, more, items, item }
    Step { field, optional }
    TypeDef {
        id, module, alias, docs, shape, limits, sent, received, former_names, former_members,
    }
    Struct { fields, alternatives, rest, encoding, constructor }
    Field {
        name, setter, wire, ty, presence, constant, tag, json_part, read_only, write_only,
        default, example, limits, docs, deprecated,
    }
    Limits {
        minimum, maximum, min_length, max_length, min_items, max_items, unique_items,
        min_properties, max_properties, multiple_of, pattern, format, values, items,
    }
    Bound { number, exclusive }
    Rest { name, setter, ty, docs }
    Enum { values, unknown }
    EnumValue { name, value, docs }
    Union { tagging, values, variants, unknown }
    Variant { name, ty, limits, tags, condition }
    Condition { property, values }
}

#[test]
fn the_tables_have_all_fields() {
    let rows: BTreeSet<&str> = rows().iter().map(|row| row.field).collect();
    let missing: Vec<&&str> = FIELDS
        .iter()
        .filter(|field| !rows.contains(**field))
        .collect();
    assert!(missing.is_empty(), "no row edits {missing:?}");
}

#[test]
fn each_field_alone_causes_the_expected_changes() {
    let base = base();
    let mut wrong = Vec::new();
    for Row { field, found, edit } in rows() {
        let mut now = base.clone();
        edit(&mut now);
        let mut changes: Vec<(Kind, Effect)> = compare(&base, &now)
            .iter()
            .map(|change| (change.kind, change.effect))
            .collect();
        changes.sort_unstable();
        let mut found = found;
        found.sort_unstable();
        if changes != found {
            wrong.push(format!("{field}: {changes:?} instead of {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A change that affects the API is never reported as documentation.
#[test]
fn only_texts_of_pages_are_documentation() {
    let texts = [
        "docs",
        "group_docs",
        "summary",
        "reference",
        "title",
        "version",
        "note",
    ];
    for Row { field, found, .. } in rows() {
        let (_, name) = field.split_once('.').expect("a struct and a field");
        let is_text = texts.contains(&name) && field != "Dependency.version";
        let is_documentation = found.iter().any(|(_, effect)| *effect == Documentation);
        assert_eq!(is_documentation, is_text, "{field}");
    }
}

/// The model of the other tests, with a place for each field.
fn base() -> Api {
    let mut api = model::base();
    api.other_keys.push(OtherKey {
        setter: "token".to_owned(),
        key: Key::ClientCredentials {
            token_url: "/token".to_owned(),
            scopes: vec!["read".to_owned()],
        },
    });
    let pets = model::pets(&mut api);
    pets.former_calls = vec![FormerCall {
        group: vec!["animals".to_owned()],
        method: "all".to_owned(),
        request: "AllRequest".to_owned(),
        arguments_struct: None,
        since: "0.2.0".to_owned(),
    }];
    pets.former_setters = vec![former_name("ancient", "recent")];
    model::ty(&mut api, "Pet").former_members = vec![former_name("former_name", "name")];
    op(&mut api, "shops_watch").event_name = Some(EventName {
        property: "type".to_owned(),
        fields: vec!["data".to_owned()],
    });
    let put = op(&mut api, "shops_put");
    put.sets = vec![("stream".to_owned(), true)];
    let form = put.body.as_mut().expect("a body");
    form.encoding = BodyEncoding::UrlEncoded(vec![FieldStyle {
        wire: "data".to_owned(),
        style: Style::Form { explode: false },
        allow_reserved: false,
    }]);
    let many = op(&mut api, "shops_many");
    let mut body = model::pets_get().body.expect("a body");
    body.ty = named("Sent");
    body.fields = vec![
        body_field(0, "a", FieldRole::Argument),
        body_field(1, "b", constant(true)),
    ];
    many.body = Some(body);
    many.call.arguments.push(Input::BodyField(0));
    shape(&mut api, "Sent").rest = Some(Rest {
        name: "extra".to_owned(),
        setter: "extra".to_owned(),
        ty: Type::JsonObject,
        docs: Docs::default(),
    });
    model::ty(&mut api, "Sent").alias = Some("SentPet".to_owned());
    pet(&mut api, "age").limits = limits();
    pet(&mut api, "age").setter = Some("age".to_owned());
    let page = op(&mut api, "shops_page").paging.as_mut();
    page.expect("paging").advance = Advance::Number {
        input: Input::Parameter(0),
        first: 1,
        end: None,
    };
    model::union(&mut api, "Tried").variants[0].condition = Some(Condition {
        property: "kind".to_owned(),
        values: vec!["text".to_owned()],
    });
    api
}

fn body_field(position: usize, name: &str, role: FieldRole) -> BodyField {
    BodyField {
        position: Some(position),
        name: name.to_owned(),
        role,
    }
}

fn constant(value: bool) -> FieldRole {
    FieldRole::Constant {
        value: Constant::Bool(value),
        forced: false,
    }
}

fn limits() -> api::Limits {
    let bound = |number: &str| {
        Some(api::Bound {
            number: number.to_owned(),
            exclusive: false,
        })
    };
    api::Limits {
        minimum: bound("1"),
        maximum: bound("9"),
        ..api::Limits::default()
    }
}

fn deprecated(note: &str) -> Option<Deprecation> {
    let note = note.to_owned();
    Some(Deprecation { note })
}
