//! The fields of operations and what they consist of.

use api::{
    Advance, Api, BodyEncoding, Channel, Constant, Docs, EventName, FieldRole, FieldStyle,
    FormerCall, Input, ListEnd, Location, Messages, Operation, Paging, Response, Style, Type,
    TypeId,
};
use serde_json::json;

use super::{Added, Breaking, Changed, Documentation, Kind, Row, constant, deprecated, limits};
use super::{nothing, row};
use crate::single_facts::model::{
    self, add, index, op, param, path, pets, status, waited, without,
};

/// The former names of operations.
pub(super) fn of_former_calls() -> Vec<Row> {
    fn call(api: &mut Api) -> &mut FormerCall {
        &mut pets(api).former_calls[0]
    }
    let other = [
        (Kind::FormerNameRemoved, Breaking),
        (Kind::FormerNameAdded, Added),
    ];
    let both = [
        (Kind::FormerNameRemoved, Breaking),
        (Kind::FormerNameRemoved, Breaking),
    ];
    let gone = [(Kind::FormerNameRemoved, Breaking)];
    vec![
        row("Operation.former_calls", both, |api| {
            pets(api).former_calls.clear();
        }),
        row("Operation.former_setters", gone, |api| {
            pets(api).former_setters.clear();
        }),
        row(
            "FormerCall.group",
            [other[0], other[0], other[1], other[1]],
            |api| call(api).group.push("old".to_owned()),
        ),
        row("FormerCall.method", other, |api| call(api).method.push('s')),
        row("FormerCall.request", other, |api| {
            call(api).request.push('s');
        }),
        nothing(
            "FormerCall.arguments_struct",
            "the operation has no struct of arguments now that it could be an alias of",
            |api| call(api).arguments_struct = Some("AllArguments".to_owned()),
        ),
        nothing(
            "FormerCall.since",
            "it is in the note of the deprecation",
            |api| {
                call(api).since.push('1');
            },
        ),
    ]
}

/// The waits for what operations return.
pub(super) fn of_waits() -> Vec<Row> {
    let changed = [(Kind::WaitChanged, Changed)];
    vec![
        row("Wait.method", [(Kind::WaitRenamed, Breaking)], |api| {
            waited(api).method.push('s');
        }),
        row("Wait.subject", changed, |api| waited(api).subject.push('s')),
        row("Wait.status", changed, |api| {
            waited(api).status = model::path("status");
        }),
        nothing("Wait.is_enum", "it is the type of the property", |api| {
            waited(api).is_enum = true;
        }),
        row("Wait.done", changed, |api| {
            waited(api).done.push("done".to_owned());
        }),
        row("Wait.failed", changed, |api| waited(api).failed.clear()),
        row("Wait.reason", changed, |api| waited(api).reason = None),
    ]
}

pub(super) fn of_operations() -> Vec<Row> {
    vec![
        nothing("Operation.id", "calls and requests are the same", |api| {
            op(api, "shops_old").id = "shops_ancient".to_owned();
        }),
        row(
            "Operation.group",
            [(Kind::OperationRenamed, Breaking)],
            |api| {
                op(api, "shops_old").group = vec!["stores".to_owned()];
            },
        ),
        row(
            "Operation.method",
            [(Kind::OperationRenamed, Breaking)],
            |api| {
                pets(api).method.push('s');
            },
        ),
        row(
            "Operation.request",
            [(Kind::RequestRenamed, Breaking)],
            |api| {
                pets(api).request.push('s');
            },
        ),
        nothing("Operation.function", "the module `raw` is private", |api| {
            pets(api).function.push('s');
        }),
        row("Operation.verb", [(Kind::OperationMoved, Changed)], |api| {
            pets(api).verb = "POST".to_owned();
        }),
        row("Operation.path", [(Kind::OperationMoved, Changed)], |api| {
            pets(api).path.push('s');
        }),
        row(
            "Operation.summary",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                pets(api).summary = Docs::page("A text.");
            },
        ),
        row(
            "Operation.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                pets(api).docs = Docs::page("A text.");
            },
        ),
        row(
            "Operation.reference",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                pets(api).reference = Some("https://docs.example.com".to_owned());
            },
        ),
        row(
            "Operation.server",
            [(Kind::OperationMoved, Changed)],
            |api| {
                pets(api).server = Some("https://files.example.com".to_owned());
            },
        ),
        row(
            "Operation.environment_servers",
            [(Kind::OperationMoved, Changed)],
            |api| {
                pets(api).environment_servers = vec!["https://files.example.com".to_owned()];
            },
        ),
        row("Operation.security", [(Kind::KeyChanged, Changed)], |api| {
            pets(api).security = Some(vec![vec![1]]);
        }),
        row(
            "Operation.deprecated",
            [(Kind::OperationDeprecated, Changed)],
            |api| {
                pets(api).deprecated = deprecated("");
            },
        ),
        row(
            "Deprecation.note",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                op(api, "shops_old").deprecated = deprecated("Use another one.");
            },
        ),
        row(
            "Operation.parameters",
            [(Kind::SetterAdded, Added)],
            |api| {
                add(pets(api), "fresh", false, Type::DateTime);
            },
        ),
        row(
            "Operation.body",
            [
                (Kind::BodyRemoved, Changed),
                (Kind::SetterRemoved, Breaking),
            ],
            |api| {
                op(api, "shops_save").body = None;
            },
        ),
        row(
            "Operation.response",
            [(Kind::AnswerTypeChanged, Breaking)],
            |api| {
                op(api, "shops_list").response = Response::Bytes;
            },
        ),
        row(
            "Operation.errors",
            [(Kind::ErrorTypeChanged, Changed)],
            |api| {
                pets(api).errors.clear();
            },
        ),
        row(
            "Operation.statuses",
            [(Kind::StatusAdded, Changed)],
            |api| {
                pets(api).statuses.push(status("409"));
            },
        ),
        row("Operation.call", [(Kind::SetterRemoved, Breaking)], |api| {
            let lost = index(pets(api), "lost");
            without(&mut pets(api).call.setters, lost);
        }),
        row("Call.setters", [(Kind::SetterRemoved, Breaking)], |api| {
            let lost = index(pets(api), "lost");
            without(&mut pets(api).call.setters, lost);
        }),
        row(
            "Call.arguments",
            [(Kind::ArgumentRemoved, Breaking)],
            |api| {
                op(api, "shops_many").call.arguments.clear();
            },
        ),
        row(
            "Call.arguments",
            [(Kind::ArgumentBecameSetter, Breaking)],
            |api| {
                let call = &mut op(api, "shops_many").call;
                call.arguments.clear();
                call.setters.push(Input::BodyField(0));
            },
        ),
        row(
            "Call.arguments_struct",
            [(Kind::ArgumentsRegrouped, Breaking)],
            |api| {
                op(api, "shops_many").call.arguments_struct = Some("ManyArguments".to_owned());
            },
        ),
        row(
            "Operation.sets",
            [(Kind::FixedValueChanged, Changed)],
            |api| {
                op(api, "shops_put").sets[0].1 = false;
            },
        ),
        row(
            "Operation.client_headers",
            [(Kind::ClientHeaderRequired, Breaking)],
            |api| {
                pets(api).client_headers.push("shop".to_owned());
            },
        ),
        row(
            "Operation.idempotency",
            [(Kind::IdempotencyKeyChanged, Changed)],
            |api| {
                pets(api).idempotency = Some("idempotency-key".to_owned());
            },
        ),
        row(
            "Operation.bucket",
            [(Kind::RateLimitBucketChanged, Changed)],
            |api| {
                pets(api).bucket = Some("reads".to_owned());
            },
        ),
        row("Operation.wait", [(Kind::WaitRemoved, Breaking)], |api| {
            pets(api).wait = None;
        }),
        nothing(
            "Operation.origin",
            "it is where the page describes it",
            |api| {
                pets(api).origin = None;
            },
        ),
    ]
}

pub(super) fn of_parameters() -> Vec<Row> {
    vec![
        row("Parameter.name", [(Kind::SetterRenamed, Breaking)], |api| {
            param(pets(api), "limit").name = "most".to_owned();
        }),
        row(
            "Parameter.name",
            [(Kind::ArgumentRenamed, Changed)],
            |api| {
                param(pets(api), "first").name = "one".to_owned();
            },
        ),
        nothing("Parameter.argument", "the module `raw` is private", |api| {
            param(pets(api), "limit").argument.push('s');
        }),
        row(
            "Parameter.wire",
            [(Kind::ParameterNameChanged, Changed)],
            |api| {
                param(pets(api), "limit").wire = "Limit".to_owned();
            },
        ),
        row(
            "Parameter.location",
            [(Kind::ParameterLocationChanged, Changed)],
            |api| {
                param(pets(api), "limit").location = Location::Cookie;
            },
        ),
        row(
            "Parameter.style",
            [(Kind::ParameterStyleChanged, Changed)],
            |api| {
                param(pets(api), "kinds").style = Style::PipeDelimited;
            },
        ),
        row(
            "Parameter.style",
            [(Kind::ParameterStyleChanged, Changed)],
            |api| {
                param(pets(api), "tight").style = Style::Form { explode: true };
            },
        ),
        row(
            "Parameter.allow_reserved",
            [(Kind::ParameterStyleChanged, Changed)],
            |api| {
                param(pets(api), "kinds").allow_reserved = true;
            },
        ),
        nothing(
            "Parameter.is_styled",
            "it follows from style and type",
            |api| {
                param(pets(api), "kinds").is_styled = true;
            },
        ),
        row(
            "Parameter.ty",
            [(Kind::SetterTypeChanged, Breaking)],
            |api| {
                param(pets(api), "limit").ty = Type::String;
            },
        ),
        nothing(
            "Parameter.required",
            "the call has it as an argument",
            |api| {
                param(pets(api), "limit").required = true;
            },
        ),
        row(
            "Parameter.default",
            [(Kind::DefaultValueChanged, Changed)],
            |api| {
                param(pets(api), "limit").default = Some(json!(10));
            },
        ),
        nothing("Parameter.example", "it is only in examples", |api| {
            param(pets(api), "limit").example = Some(7.into());
        }),
        row(
            "Parameter.limits",
            [(Kind::LimitChanged, Changed), (Kind::LimitChanged, Changed)],
            |api| {
                param(pets(api), "limit").limits = limits();
            },
        ),
        row("Parameter.limits", [(Kind::LimitChanged, Changed)], |api| {
            param(pets(api), "limit").limits.values = vec!["1".to_owned()];
        }),
        row(
            "Parameter.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                param(pets(api), "limit").docs = Docs::page("A text.");
            },
        ),
        row(
            "Parameter.deprecated",
            [(Kind::MemberDeprecated, Changed)],
            |api| {
                param(pets(api), "limit").deprecated = deprecated("");
            },
        ),
    ]
}

pub(super) fn of_bodies() -> Vec<Row> {
    fn body<'a>(api: &'a mut api::Api, id: &str) -> &'a mut api::Body {
        op(api, id).body.as_mut().expect("a body")
    }
    fn style(api: &mut api::Api) -> &mut FieldStyle {
        match &mut body(api, "shops_put").encoding {
            BodyEncoding::UrlEncoded(styles) => &mut styles[0],
            other => panic!("{other:?}"),
        }
    }
    let encoding = [(Kind::BodyEncodingChanged, Changed)];
    vec![
        row("Body.encoding", encoding, |api| {
            body(api, "shops_save").encoding = BodyEncoding::Json(Some("text/json".to_owned()));
        }),
        row("Body.encoding", encoding, |api| {
            body(api, "shops_save").encoding = BodyEncoding::Multipart;
        }),
        row("Body.encoding", encoding, |api| {
            body(api, "shops_save").encoding = BodyEncoding::Text(None);
        }),
        row("Body.encoding", encoding, |api| {
            body(api, "shops_save").encoding = BodyEncoding::File(None);
        }),
        row("FieldStyle.wire", encoding, |api| style(api).wire.push('s')),
        row("FieldStyle.style", encoding, |api| {
            style(api).style = Style::Form { explode: true };
        }),
        row("FieldStyle.allow_reserved", encoding, |api| {
            style(api).allow_reserved = true;
        }),
        row("Body.ty", [(Kind::SetterTypeChanged, Breaking)], |api| {
            body(api, "shops_save").ty = Type::Json;
        }),
        row("Body.limits", [(Kind::LimitChanged, Changed)], |api| {
            body(api, "pets_get").limits.max_items = Some(9);
        }),
        row("Body.ty", [(Kind::WireChanged, Changed)], |api| {
            body(api, "shops_raw").ty = Type::Json;
        }),
        row(
            "Body.required",
            [(Kind::BodyBecameOptional, Changed)],
            |api| {
                body(api, "shops_save").required = false;
            },
        ),
        row("Body.fields", [(Kind::FixedValueChanged, Changed)], |api| {
            body(api, "shops_many").fields.pop();
        }),
        row(
            "Body.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                body(api, "shops_save").docs = Docs::page("A text.");
            },
        ),
        row(
            "BodyField.position",
            [(Kind::ParameterNameChanged, Changed)],
            |api| {
                body(api, "shops_many").fields[0].position = Some(1);
            },
        ),
        row(
            "BodyField.name",
            [(Kind::ArgumentRenamed, Changed)],
            |api| {
                body(api, "shops_many").fields[0].name.push('s');
            },
        ),
        row(
            "BodyField.role",
            [(Kind::FixedValueChanged, Changed)],
            |api| {
                body(api, "shops_many").fields[1].role = constant(false);
            },
        ),
        row(
            "BodyField.role",
            [(Kind::FixedValueChanged, Changed)],
            |api| {
                body(api, "shops_many").fields[1].role = FieldRole::Constant {
                    value: Constant::Bool(true),
                    forced: true,
                };
            },
        ),
    ]
}

pub(super) fn of_responses() -> Vec<Row> {
    fn paging(api: &mut api::Api) -> &mut Paging {
        pets(api).paging.as_mut().expect("paging")
    }
    fn event_name(operation: &mut Operation) -> &mut EventName {
        operation.event_name.as_mut().expect("a name")
    }
    fn channel(api: &mut Api) -> &mut Channel {
        match &mut op(api, "shops_live").response {
            Response::Channel(channel) => channel,
            other => panic!("{other:?}"),
        }
    }
    let format = [(Kind::ResponseFormatChanged, Changed)];
    vec![
        row("Operation.response", format, |api| {
            op(api, "shops_watch").response = Response::Events {
                ty: Type::String,
                media_type: "application/x-ndjson".to_owned(),
            };
        }),
        row(
            "Channel.sent",
            [(Kind::AnswerTypeChanged, Breaking)],
            |api| channel(api).sent = Messages::Text,
        ),
        row(
            "Channel.received",
            [(Kind::AnswerTypeChanged, Breaking)],
            |api| channel(api).received = Messages::Bytes,
        ),
        row("Operation.event_name", format, |api| {
            op(api, "shops_watch").event_name = None;
        }),
        row("EventName.property", format, |api| {
            event_name(op(api, "shops_watch")).property.push('s');
        }),
        row("EventName.fields", format, |api| {
            event_name(op(api, "shops_watch")).fields.clear();
        }),
        row(
            "ErrorResponse.status",
            [
                (Kind::ErrorTypeChanged, Changed),
                (Kind::ErrorTypeChanged, Changed),
            ],
            |api| {
                pets(api).errors[0].status = "404".to_owned();
            },
        ),
        row(
            "ErrorResponse.ty",
            [(Kind::ErrorTypeChanged, Changed)],
            |api| {
                pets(api).errors[0].ty = TypeId::new("Other");
            },
        ),
        row(
            "Status.status",
            [(Kind::StatusRemoved, Changed), (Kind::StatusAdded, Changed)],
            |api| {
                pets(api).statuses[1].status = "409".to_owned();
            },
        ),
        row(
            "Status.media_types",
            [(Kind::ResponseFormatChanged, Changed)],
            |api| {
                pets(api).statuses[1].media_types = vec!["text/plain".to_owned()];
            },
        ),
        row(
            "Status.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                pets(api).statuses[1].docs = Docs::page("A text.");
            },
        ),
        row("Operation.paging", [(Kind::PagingAdded, Added)], |api| {
            let paging = op(api, "shops_page").paging.clone();
            op(api, "shops_list").paging = paging;
        }),
        row("Paging.advance", [(Kind::PagingChanged, Changed)], |api| {
            paging(api).advance = Advance::Link;
        }),
        row("Paging.advance", [(Kind::PagingChanged, Changed)], |api| {
            let page = op(api, "shops_page").paging.as_mut();
            page.expect("paging").advance = Advance::Number {
                input: Input::Parameter(0),
                first: 0,
                end: None,
            };
        }),
        row("Paging.advance", [(Kind::PagingChanged, Changed)], |api| {
            let page = op(api, "shops_page").paging.as_mut();
            page.expect("paging").advance = Advance::Number {
                input: Input::Parameter(0),
                first: 1,
                end: Some(ListEnd::Items(path("data"))),
            };
        }),
        row("Paging.more", [(Kind::PagingChanged, Changed)], |api| {
            paging(api).more = Some(path("data"));
        }),
        row("Paging.items", [(Kind::PagingChanged, Changed)], |api| {
            paging(api).items = path("later");
        }),
        row(
            "Paging.item",
            [(Kind::PagingItemChanged, Breaking)],
            |api| {
                paging(api).item = Type::Bool;
            },
        ),
        row("Step.field", [(Kind::PagingChanged, Changed)], |api| {
            paging(api).items.0[0].field = "later".to_owned();
        }),
        nothing("Step.optional", "the field is compared", |api| {
            paging(api).items.0[0].optional = true;
        }),
    ]
}
