//! A model with a place for each edit, and its parts.

use api::samples;
use api::{
    Advance, Algorithm, Api, BodyEncoding, Channel, Constructor, Dependency, Deprecation, Docs,
    Encoding, Enum, Environment, ErrorResponse, Field, FormerName, Input, Key, Messages, Operation,
    OtherKey, Paging, Parameter, Path, Piece, Presence, Response, SecretForm, ServerVariable,
    Shape, Signature, Status, Step, Struct, Timestamp, Type, TypeDef, TypeId, Union, UrlPart,
    Variant, Wait, Webhook, Webhooks,
};

use crate::sample::{field, named, open_enum, operation, parameter, record, tagged, untagged_with};

pub(crate) fn base() -> Api {
    let mut api = samples::api([]);
    api.environments = ["Us", "Eu"].map(environment).into();
    api.server_variables = vec![server_variable("tenant")];
    api.headers = vec![api::ConstantHeader {
        setter: "shop".to_owned(),
        name: "shop".to_owned(),
        value: Some("1".to_owned()),
        docs: Docs::default(),
    }];
    api.key = Some(Key::Header {
        name: "authorization".to_owned(),
        prefix: "Bearer ".to_owned(),
    });
    api.other_keys = vec![OtherKey {
        setter: "user".to_owned(),
        key: Key::Cookie {
            name: "user".to_owned(),
        },
    }];
    api.security = vec![vec![0]];
    let uuid = Dependency {
        version: "1".to_owned(),
        features: Vec::new(),
        default_features: true,
    };
    api.dependencies.insert("uuid".to_owned(), uuid);
    api.operations.push(pets_get());
    for method in [
        "list", "delete", "many", "struct", "put", "save", "watch", "page", "old", "raw", "live",
    ] {
        api.operations.push(Operation {
            path: format!("/shops/{method}"),
            ..operation("shops", method)
        });
    }
    op(&mut api, "shops_old").deprecated = Some(Deprecation {
        note: String::new(),
    });
    op(&mut api, "shops_old").response = Response::Json(named("OldName"));
    op(&mut api, "shops_struct").call.arguments_struct = Some("StructArguments".to_owned());
    op(&mut api, "shops_watch").response = Response::Events {
        ty: Type::String,
        media_type: "text/event-stream".to_owned(),
    };
    op(&mut api, "shops_live").response = Response::Channel(Channel {
        sent: Messages::Json(Type::String),
        received: Messages::JsonOrBytes(Type::String),
    });
    let page = op(&mut api, "shops_page");
    add(page, "token", false, Type::String);
    page.paging = Some(paging());
    page.wait = Some(wait());
    let list = op(&mut api, "shops_list");
    add(list, "token", false, Type::String);
    for id in ["shops_put", "shops_save", "shops_raw"] {
        let operation = op(&mut api, id);
        operation.body = pets_get().body;
        operation.body.as_mut().expect("a body").required = true;
        if id != "shops_raw" {
            operation.call.setters.push(Input::Body);
        }
    }
    add_types(&mut api);
    let names = ["gone-event", "typed-event", "old-event"];
    api.webhooks = Some(Webhooks {
        event: TypeId::new("Tried"),
        events: names.map(webhook).into(),
        signature: Some(stripe()),
    });
    api.webhooks.as_mut().expect("webhooks").events[2].deprecated = true;
    api
}

pub(super) fn webhook(name: &str) -> Webhook {
    Webhook {
        name: name.to_owned(),
        ty: named("Pet"),
        docs: Docs::default(),
        reference: None,
        deprecated: false,
        origin: None,
    }
}

pub(crate) fn stripe() -> Signature {
    Signature {
        header: "stripe-signature".to_owned(),
        prefix: "v1=".to_owned(),
        separator: Some(','),
        algorithm: Algorithm::HmacSha256,
        encoding: api::SignatureEncoding::Hex,
        secret: SecretForm::Text,
        timestamp: Some(Timestamp::Element("t=".to_owned())),
        id: None,
        signed: vec![Piece::Timestamp, Piece::Text(".".to_owned()), Piece::Body],
    }
}

pub(super) fn webhooks(api: &mut Api) -> &mut Webhooks {
    api.webhooks.as_mut().expect("webhooks")
}

pub(super) fn of_webhook<'a>(api: &'a mut Api, name: &str) -> &'a mut Webhook {
    let mut events = webhooks(api).events.iter_mut();
    events.find(|event| event.name == name).expect("a webhook")
}

pub(super) fn signature(api: &mut Api) -> &mut Signature {
    webhooks(api).signature.as_mut().expect("a signature")
}

pub(super) fn former_name(name: &str, current: &str) -> FormerName {
    FormerName {
        name: name.to_owned(),
        current: current.to_owned(),
        since: "0.2.0".to_owned(),
    }
}

pub(super) fn server_variable(name: &str) -> ServerVariable {
    ServerVariable {
        setter: name.to_owned(),
        name: name.to_owned(),
        default: Some("acme".to_owned()),
        part: UrlPart::Host,
        docs: Docs::default(),
    }
}

pub(super) fn environment(name: &str) -> Environment {
    Environment {
        name: name.to_owned(),
        url: format!("https://{name}.example"),
        template: None,
        docs: Docs::default(),
    }
}

pub(super) fn pets_get() -> Operation {
    let mut pets = operation("pets", "get");
    for (name, ty) in [
        ("first", Type::String),
        ("second", Type::String),
        ("gone", Type::Date),
        ("renamed", Type::Bool),
        ("typed", Type::String),
        ("loose", Type::JsonObject),
    ] {
        add(&mut pets, name, true, ty);
    }
    for (name, ty) in [
        ("token", Type::String),
        ("limit", Type::Float(api::FloatKind::F64)),
        ("kinds", Type::List(Box::new(Type::String))),
        ("tight", Type::Json),
        ("lost", Type::Bool),
        ("called", Type::Date),
        ("changed", Type::String),
    ] {
        add(&mut pets, name, false, ty);
    }
    pets.body = Some(api::Body {
        encoding: BodyEncoding::Json(None),
        ty: named("Pet"),
        limits: api::Limits::default(),
        required: false,
        fields: Vec::new(),
        docs: Docs::default(),
    });
    pets.call.setters.push(Input::Body);
    pets.response = Response::Json(named("Pet"));
    pets.statuses = vec![status("200"), status("404"), status("400")];
    pets.errors = vec![ErrorResponse {
        status: "400".to_owned(),
        ty: TypeId::new("Sent"),
    }];
    let token = index(&pets, "token");
    pets.paging = Some(Paging {
        advance: Advance::Token {
            input: Input::Parameter(token),
            next: path("next"),
        },
        ..paging()
    });
    pets.wait = Some(wait());
    pets
}

fn add_types(api: &mut Api) {
    let pair = || record([field("a", Type::String), field("b", Type::String)]);
    let names = [
        "GoneType",
        "OldName",
        "FormType",
        "Parts",
        "Defaulted",
        "Undefaulted",
        "Sent",
        "Rebuilt",
        "Other",
    ];
    let shapes = names.map(|name| (name, pair())).into_iter().chain([
        ("Pet", a_pet()),
        ("Shifting", open_enum(&["a", "b"])),
        ("Kind", open_enum(&["cat", "dog", "bird", "fish"])),
        ("Animal", tagged("type", &["Other", "Pet", "Sent", "Parts"])),
        (
            "Tried",
            untagged_with(&["auto", "none"], &[Type::String, Type::Bool]),
        ),
    ]);
    for (name, shape) in shapes {
        let id = TypeId::new(name);
        let definition = TypeDef {
            module: name.to_lowercase(),
            sent: name == "Sent",
            ..samples::definition(name, shape)
        };
        api.types.insert(id, definition);
    }
    ty(api, "Rebuilt").former_names = vec![former_name("Built", "Rebuilt")];
    shape(api, "Parts").encoding = Encoding::Multipart;
    shape(api, "Defaulted").constructor = Constructor::Default;
    shape(api, "Undefaulted").constructor = Constructor::New(vec![0]);
    shape(api, "Rebuilt").constructor = Constructor::New(vec![0]);
}

fn a_pet() -> Shape {
    let names = [
        "age", "gone", "renamed", "typed", "loose", "tight", "nullable", "constant", "tagged",
    ];
    let fields = names.map(|name| field(name, Type::String).optional());
    let fields = fields.into_iter().chain([
        field("data", Type::List(Box::new(Type::String))),
        field("next", Type::String),
        field("later", Type::String),
        field("deprecated", Type::Bool).edited(|field| {
            field.deprecated = Some(Deprecation {
                note: String::new(),
            });
        }),
    ]);
    let mut shape = record(fields);
    if let Shape::Struct(shape) = &mut shape {
        let loose = shape.fields.iter_mut().find(|field| field.name == "loose");
        loose.expect("a field").presence = Presence::Required;
    }
    shape
}

pub(super) fn op<'a>(api: &'a mut Api, id: &str) -> &'a mut Operation {
    let mut operations = api.operations.iter_mut();
    operations
        .find(|operation| operation.id == id)
        .expect("an operation")
}

pub(super) fn pets(api: &mut Api) -> &mut Operation {
    op(api, "pets_get")
}

pub(super) fn waited(api: &mut Api) -> &mut Wait {
    pets(api).wait.as_mut().expect("a wait")
}

pub(super) fn param<'a>(operation: &'a mut Operation, name: &str) -> &'a mut Parameter {
    let mut parameters = operation.parameters.iter_mut();
    parameters.find(|it| it.name == name).expect("a parameter")
}

pub(super) fn index(operation: &Operation, name: &str) -> usize {
    let mut parameters = operation.parameters.iter();
    parameters
        .position(|it| it.name == name)
        .expect("a parameter")
}

pub(super) fn ty<'a>(api: &'a mut Api, name: &str) -> &'a mut TypeDef {
    api.types.get_mut(&TypeId::new(name)).expect("a type")
}

pub(super) fn shape<'a>(api: &'a mut Api, name: &str) -> &'a mut Struct {
    match &mut ty(api, name).shape {
        Shape::Struct(shape) => shape,
        other => panic!("{other:?}"),
    }
}

pub(super) fn pet<'a>(api: &'a mut Api, name: &str) -> &'a mut Field {
    let mut fields = shape(api, "Pet").fields.iter_mut();
    fields.find(|it| it.name == name).expect("a field")
}

pub(super) fn kind(api: &mut Api) -> &mut Enum {
    match &mut ty(api, "Kind").shape {
        Shape::Enum(shape) => shape,
        other => panic!("{other:?}"),
    }
}

pub(super) fn union<'a>(api: &'a mut Api, name: &str) -> &'a mut Union {
    match &mut ty(api, name).shape {
        Shape::Union(union) => union,
        other => panic!("{other:?}"),
    }
}

pub(super) fn variant<'a>(api: &'a mut Api, name: &str) -> &'a mut Variant {
    let mut variants = union(api, "Animal").variants.iter_mut();
    variants.find(|it| it.name == name).expect("a variant")
}

/// Adds a parameter with an argument or a setter.
pub(super) fn add(operation: &mut Operation, name: &str, required: bool, ty: Type) {
    operation.parameters.push(parameter(name, ty, required));
    let input = Input::Parameter(operation.parameters.len() - 1);
    let call = &mut operation.call;
    if required {
        call.arguments.push(input);
    } else {
        call.setters.push(input);
    }
}

pub(super) fn without(inputs: &mut Vec<Input>, index: usize) {
    inputs.retain(|input| *input != Input::Parameter(index));
}

pub(super) fn path(name: &str) -> Path {
    Path(vec![Step {
        field: name.to_owned(),
        optional: false,
    }])
}

pub(super) fn paging() -> Paging {
    Paging {
        advance: Advance::Token {
            input: Input::Parameter(0),
            next: path("next"),
        },
        more: None,
        items: path("data"),
        item: Type::String,
    }
}

pub(super) fn wait() -> Wait {
    Wait {
        method: "wait_until_done".to_owned(),
        subject: "pet".to_owned(),
        status: path("state"),
        is_enum: false,
        done: vec!["ready".to_owned()],
        failed: vec!["ill".to_owned()],
        reason: Some(path("note")),
    }
}

pub(super) fn status(status: &str) -> Status {
    Status {
        status: status.to_owned(),
        docs: Docs::page("documented"),
        media_types: Vec::new(),
    }
}
