//! The edits of single facts, at least one for each kind of change.

use api::{
    Advance, Api, BodyEncoding, Bound, Condition, Constant, ConstantHeader, Constructor,
    Deprecation, Docs, Encoding, Input, Key, Limits, Location, OtherKey, Presence, Response, Shape,
    Style, Tagging, Type, TypeId,
};
use serde_json::json;

use super::Fact;
use super::model::{
    add, environment, former_name, index, kind, of_webhook, op, paging, param, path, pet, pets,
    pets_get, shape, signature, status, ty, union, variant, wait, waited, webhook, webhooks,
    without,
};
use crate::Kind;
use crate::sample::{named, operation};

fn fact(
    kind: Kind,
    subject: &'static str,
    member: impl Into<Option<&'static str>>,
    edit: fn(&mut Api),
) -> Fact {
    Fact {
        kind,
        subject,
        member: member.into(),
        edit,
    }
}

pub(super) fn facts() -> Vec<Fact> {
    let parts = [
        of_the_api(),
        of_operations(),
        of_inputs(),
        of_requests(),
        of_responses(),
        of_types(),
        of_structs(),
        of_fields(),
        of_variants(),
        of_values(),
    ];
    parts.into_iter().flatten().collect()
}

fn of_the_api() -> Vec<Fact> {
    vec![
        fact(Kind::ServerChanged, "", None, |api| api.server.push('s')),
        fact(Kind::DetailChanged, "", None, |api| api.title.push('s')),
        fact(Kind::HeadersChanged, "", None, |api| {
            api.headers.push(ConstantHeader {
                setter: "pet_version".to_owned(),
                name: "pet-version".to_owned(),
                value: Some("1".to_owned()),
                docs: Docs::default(),
            });
        }),
        fact(Kind::HeaderSetterRemoved, "", None, |api| {
            "renamed".clone_into(&mut api.headers[0].setter);
        }),
        fact(Kind::HeaderSetterAdded, "", None, |api| {
            let (setter, key) = ("fresh".to_owned(), Key::Basic);
            api.other_keys.push(OtherKey { setter, key });
        }),
        fact(Kind::HeaderSetterChanged, "", None, |api| {
            api.other_keys[0].key = Key::Basic;
        }),
        fact(Kind::DependencyFeaturesChanged, "", None, |api| {
            let mut dependencies = api.dependencies.values_mut();
            let uuid = dependencies.next().expect("a crate");
            uuid.features.push("v4".to_owned());
        }),
        fact(Kind::DependencyChanged, "", None, |api| {
            let mut dependencies = api.dependencies.values_mut();
            "2".clone_into(&mut dependencies.next().expect("a crate").version);
        }),
        fact(Kind::WebhookRemoved, "", "gone-event", |api| {
            webhooks(api).events.retain(|it| it.name != "gone-event");
        }),
        fact(Kind::WebhookAdded, "", "fresh-event", |api| {
            webhooks(api).events.push(webhook("fresh-event"));
        }),
        fact(Kind::WebhookChanged, "", "typed-event", |api| {
            of_webhook(api, "typed-event").ty = Type::Json;
        }),
        fact(Kind::MemberDeprecated, "", "typed-event", |api| {
            of_webhook(api, "typed-event").deprecated = true;
        }),
        fact(Kind::WebhookSignatureChanged, "", None, |api| {
            "tl-signature".clone_into(&mut signature(api).header);
        }),
        fact(Kind::EnvironmentAdded, "", None, |api| {
            api.environments.push(environment("Apac"));
        }),
        fact(Kind::EnvironmentRemoved, "", None, |api| {
            api.environments.retain(|it| it.name != "Eu");
        }),
        fact(Kind::ServerChanged, "", None, |api| {
            api.environments[0].url.push('s');
        }),
        fact(Kind::DocumentationChanged, "", None, |api| {
            api.environments[0].docs = Docs::page("A text.");
        }),
        fact(Kind::KeyChanged, "", None, |api| {
            let name = "key".to_owned();
            api.key = Some(Key::Query { name });
            api.security = vec![vec![0]];
        }),
        fact(Kind::KeyChanged, "pets_get", None, |api| {
            let (setter, key) = ("admin".to_owned(), Key::Basic);
            api.other_keys.push(OtherKey { setter, key });
            let position = api.keys().count() - 1;
            op(api, "pets_get").security = Some(vec![vec![position]]);
        }),
    ]
}

fn of_operations() -> Vec<Fact> {
    let id = "pets_get";
    vec![
        fact(Kind::OperationRemoved, "shops_delete", None, |api| {
            api.operations.retain(|it| it.id != "shops_delete");
        }),
        fact(Kind::OperationRenamed, id, None, |api| {
            "fetch".clone_into(&mut pets(api).method);
        }),
        fact(Kind::OperationAdded, "shops_found", None, |api| {
            api.operations.push(operation("shops", "found"));
        }),
        fact(Kind::OperationMoved, id, None, |api| {
            pets(api).path.push('s');
        }),
        fact(Kind::OperationMoved, id, None, |api| {
            pets(api).server = Some("https://files.example.com".to_owned());
        }),
        fact(Kind::OperationDeprecated, id, None, |api| {
            let note = String::new();
            pets(api).deprecated = Some(Deprecation { note });
        }),
        fact(Kind::OperationUndeprecated, "shops_old", None, |api| {
            op(api, "shops_old").deprecated = None;
        }),
        fact(Kind::IdempotencyKeyChanged, id, None, |api| {
            pets(api).idempotency = Some("idempotency-key".to_owned());
        }),
        fact(Kind::ClientHeaderRequired, id, None, |api| {
            pets(api).client_headers.push("shop".to_owned());
        }),
        fact(Kind::RateLimitBucketChanged, id, None, |api| {
            pets(api).bucket = Some("reads".to_owned());
        }),
        fact(Kind::RequestRenamed, id, None, |api| {
            "Got".clone_into(&mut pets(api).request);
        }),
        fact(Kind::DocumentationChanged, id, None, |api| {
            pets(api).docs = Docs::page("A text.");
        }),
        fact(Kind::DocumentationChanged, id, "limit", |api| {
            param(pets(api), "limit").docs = Docs::page("A text.");
        }),
    ]
}

fn of_inputs() -> Vec<Fact> {
    let id = "pets_get";
    vec![
        fact(Kind::ArgumentRemoved, id, "gone", |api| {
            let pets = pets(api);
            let gone = index(pets, "gone");
            without(&mut pets.call.arguments, gone);
        }),
        fact(Kind::ArgumentAdded, id, "fresh", |api| {
            add(pets(api), "fresh", true, Type::DateTime);
        }),
        fact(Kind::ArgumentRenamed, id, "other", |api| {
            "other".clone_into(&mut param(pets(api), "renamed").name);
        }),
        fact(Kind::ArgumentTypeChanged, id, "typed", |api| {
            param(pets(api), "typed").ty = Type::Bool;
        }),
        fact(Kind::ArgumentsReordered, id, None, |api| {
            let pets = pets(api);
            let names = ["first", "second"].map(|name| Input::Parameter(index(pets, name)));
            let arguments = &mut pets.call.arguments;
            let position = |input| arguments.iter().position(|it| it == input).expect("it");
            let [first, second] = [position(&names[0]), position(&names[1])];
            arguments.swap(first, second);
        }),
        fact(Kind::ArgumentsRegrouped, "shops_many", None, |api| {
            op(api, "shops_many").call.arguments_struct = Some("ManyArguments".to_owned());
        }),
        fact(Kind::ArgumentsStructRenamed, "shops_struct", None, |api| {
            op(api, "shops_struct").call.arguments_struct = Some("Other".to_owned());
        }),
        fact(Kind::ArgumentBecameSetter, id, "loose", |api| {
            let pets = pets(api);
            let loose = index(pets, "loose");
            without(&mut pets.call.arguments, loose);
            pets.call.setters.push(Input::Parameter(loose));
        }),
        fact(Kind::SetterBecameArgument, id, "tight", |api| {
            let pets = pets(api);
            let tight = index(pets, "tight");
            without(&mut pets.call.setters, tight);
            pets.call.arguments.push(Input::Parameter(tight));
        }),
        fact(Kind::SetterRemoved, id, "lost", |api| {
            let pets = pets(api);
            let lost = index(pets, "lost");
            without(&mut pets.call.setters, lost);
        }),
        fact(Kind::SetterAdded, id, "new", |api| {
            add(pets(api), "new", false, Type::DateTime);
        }),
        fact(Kind::SetterRenamed, id, "named", |api| {
            "named".clone_into(&mut param(pets(api), "called").name);
        }),
        fact(Kind::SetterTypeChanged, id, "changed", |api| {
            param(pets(api), "changed").ty = Type::Bool;
        }),
    ]
}

fn of_requests() -> Vec<Fact> {
    let id = "pets_get";
    vec![
        fact(Kind::ParameterNameChanged, id, "limit", |api| {
            "Limit".clone_into(&mut param(pets(api), "limit").wire);
        }),
        fact(Kind::ParameterLocationChanged, id, "limit", |api| {
            param(pets(api), "limit").location = Location::Header;
        }),
        fact(Kind::ParameterStyleChanged, id, "kinds", |api| {
            param(pets(api), "kinds").style = Style::Form { explode: false };
        }),
        fact(Kind::BodyAdded, "shops_list", None, |api| {
            op(api, "shops_list").body = pets_get().body;
        }),
        fact(Kind::BodyRemoved, "shops_put", None, |api| {
            let put = op(api, "shops_put");
            put.body = None;
            put.call.setters.clear();
        }),
        fact(Kind::BodyEncodingChanged, id, None, |api| {
            let body = pets(api).body.as_mut();
            body.expect("a body").encoding = BodyEncoding::UrlEncoded(Vec::new());
        }),
        fact(Kind::BodyBecameRequired, id, None, |api| {
            pets(api).body.as_mut().expect("a body").required = true;
        }),
        fact(Kind::BodyBecameOptional, "shops_save", None, |api| {
            let body = op(api, "shops_save").body.as_mut();
            body.expect("a body").required = false;
        }),
        fact(Kind::FixedValueChanged, id, None, |api| {
            pets(api).sets.push(("mode".to_owned(), true));
        }),
        fact(Kind::WireChanged, "shops_raw", None, |api| {
            let body = op(api, "shops_raw").body.as_mut();
            body.expect("a body").ty = Type::Bool;
        }),
    ]
}

fn of_responses() -> Vec<Fact> {
    let id = "pets_get";
    vec![
        fact(Kind::AnswerTypeChanged, id, None, |api| {
            pets(api).response = Response::Json(Type::Bool);
        }),
        fact(Kind::ResponseFormatChanged, "shops_watch", None, |api| {
            op(api, "shops_watch").response = Response::Events {
                ty: Type::String,
                media_type: "application/x-ndjson".to_owned(),
            };
        }),
        fact(Kind::StatusRemoved, id, "404", |api| {
            pets(api).statuses.retain(|it| it.status != "404");
        }),
        fact(Kind::StatusAdded, id, "409", |api| {
            pets(api).statuses.push(status("409"));
        }),
        fact(Kind::DocumentationChanged, id, "200", |api| {
            pets(api).statuses[0].docs = Docs::page("A text.");
        }),
        fact(Kind::ErrorTypeChanged, id, "400", |api| {
            pets(api).errors[0].ty = TypeId::new("Other");
        }),
        fact(Kind::PagingRemoved, "shops_page", None, |api| {
            op(api, "shops_page").paging = None;
        }),
        fact(Kind::PagingAdded, "shops_list", None, |api| {
            op(api, "shops_list").paging = Some(paging());
        }),
        fact(Kind::PagingChanged, id, None, |api| {
            let pets = pets(api);
            let token = index(pets, "token");
            pets.paging.as_mut().expect("paging").advance = Advance::Token {
                input: Input::Parameter(token),
                next: path("later"),
            };
        }),
        fact(Kind::WaitRemoved, "shops_page", None, |api| {
            op(api, "shops_page").wait = None;
        }),
        fact(Kind::WaitRenamed, id, None, |api| {
            waited(api).method.push('s');
        }),
        fact(Kind::WaitAdded, "shops_list", None, |api| {
            op(api, "shops_list").wait = Some(wait());
        }),
        fact(Kind::WaitChanged, id, None, |api| {
            waited(api).done.push("done".to_owned());
        }),
        fact(Kind::PagingItemChanged, id, None, |api| {
            pets(api).paging.as_mut().expect("paging").item = Type::Bool;
        }),
    ]
}

fn of_types() -> Vec<Fact> {
    vec![
        fact(Kind::TypeRemoved, "GoneType", None, |api| {
            api.types.remove(&TypeId::new("GoneType"));
        }),
        fact(Kind::TypeRenamed, "NewName", None, |api| {
            let [old, new] = ["OldName", "NewName"].map(TypeId::new);
            let mut ty = api.types.remove(&old).expect("a type");
            ty.id = new.clone();
            api.types.insert(new, ty);
            op(api, "shops_old").response = Response::Json(named("NewName"));
        }),
        fact(Kind::TypeAdded, "FreshType", None, |api| {
            let mut ty = ty(api, "Sent").clone();
            ty.id = TypeId::new("FreshType");
            api.types.insert(ty.id.clone(), ty);
        }),
        fact(Kind::TypeFormChanged, "Shifting", None, |api| {
            ty(api, "Shifting").shape = Shape::Newtype(Type::Bool);
        }),
        fact(Kind::DocumentationChanged, "Pet", None, |api| {
            ty(api, "Pet").docs = Docs::page("A text.");
        }),
    ]
}

fn of_structs() -> Vec<Fact> {
    vec![
        fact(Kind::TypeEncodingChanged, "FormType", None, |api| {
            shape(api, "FormType").encoding = Encoding::Multipart;
        }),
        fact(Kind::FormerNameRemoved, "Rebuilt", None, |api| {
            ty(api, "Rebuilt").former_names.clear();
        }),
        fact(Kind::FormerNameAdded, "Sent", None, |api| {
            let former = former_name("SentOne", "Sent");
            ty(api, "Sent").former_names.push(former);
        }),
        fact(Kind::AlternativesChanged, "Pet", None, |api| {
            shape(api, "Pet").alternatives = vec![vec![vec![0], vec![1]]];
        }),
        fact(Kind::FieldsReordered, "Parts", None, |api| {
            shape(api, "Parts").fields.reverse();
        }),
        fact(Kind::DefaultRemoved, "Defaulted", None, |api| {
            shape(api, "Defaulted").constructor = Constructor::New(vec![0]);
        }),
        fact(Kind::DefaultAdded, "Undefaulted", None, |api| {
            shape(api, "Undefaulted").constructor = Constructor::Default;
        }),
        fact(Kind::ConstructorChanged, "Rebuilt", None, |api| {
            shape(api, "Rebuilt").constructor = Constructor::New(vec![1]);
        }),
    ]
}

fn of_fields() -> Vec<Fact> {
    vec![
        fact(Kind::FieldRemoved, "Pet", "gone", |api| {
            shape(api, "Pet")
                .fields
                .retain(|field| field.name != "gone");
        }),
        fact(Kind::FieldRenamed, "Pet", "other", |api| {
            "other".clone_into(&mut pet(api, "renamed").name);
        }),
        fact(Kind::FieldAdded, "Pet", "fresh", |api| {
            let mut fresh = pet(api, "age").clone();
            "fresh".clone_into(&mut fresh.name);
            "fresh".clone_into(&mut fresh.wire);
            shape(api, "Pet").fields.push(fresh);
        }),
        fact(Kind::FieldTypeChanged, "Pet", "typed", |api| {
            pet(api, "typed").ty = Type::Bool;
        }),
        fact(Kind::FieldBecameOptional, "Pet", "loose", |api| {
            pet(api, "loose").presence = Presence::Optional;
        }),
        fact(Kind::FieldBecameRequired, "Pet", "tight", |api| {
            pet(api, "tight").presence = Presence::Required;
        }),
        fact(Kind::FieldPresenceChanged, "Pet", "nullable", |api| {
            pet(api, "nullable").presence = Presence::Nullable;
        }),
        fact(Kind::FieldConstantChanged, "Pet", "constant", |api| {
            pet(api, "constant").constant = Some(Constant::Bool(true));
        }),
        fact(Kind::FieldTagChanged, "Pet", "tagged", |api| {
            pet(api, "tagged").tag = Some("pet".to_owned());
        }),
        fact(Kind::FieldAccessChanged, "Pet", "age", |api| {
            pet(api, "age").read_only = true;
        }),
        fact(Kind::FieldEncodingChanged, "Pet", "age", |api| {
            pet(api, "age").json_part = true;
        }),
        fact(Kind::PropertyNameChanged, "Pet", "age", |api| {
            "Age".clone_into(&mut pet(api, "age").wire);
        }),
        fact(Kind::DocumentationChanged, "Pet", "age", |api| {
            pet(api, "age").docs = Docs::page("A text.");
        }),
    ]
}

fn of_variants() -> Vec<Fact> {
    vec![
        fact(Kind::VariantRemoved, "Kind", "Fish", |api| {
            kind(api).values.retain(|value| value.name != "Fish");
        }),
        fact(Kind::VariantRenamed, "Animal", "Renamed", |api| {
            "Renamed".clone_into(&mut variant(api, "Other").name);
        }),
        fact(Kind::VariantAdded, "Kind", "Fresh", |api| {
            let mut fresh = kind(api).values[0].clone();
            "Fresh".clone_into(&mut fresh.name);
            "fresh".clone_into(&mut fresh.value);
            kind(api).values.push(fresh);
        }),
        fact(Kind::VariantTypeChanged, "Animal", "Pet", |api| {
            variant(api, "Pet").ty = Type::Bool;
        }),
        fact(Kind::VariantValueChanged, "Animal", "Pet", |api| {
            variant(api, "Pet").tags.push("dog".to_owned());
        }),
        fact(Kind::VariantConditionChanged, "Tried", "Bool", |api| {
            let mut variants = union(api, "Tried").variants.iter_mut();
            let variant = variants.find(|it| it.name == "Bool").expect("a variant");
            variant.condition = Some(Condition {
                property: "kind".to_owned(),
                values: vec!["bool".to_owned()],
            });
        }),
        fact(Kind::VariantsReordered, "Tried", None, |api| {
            union(api, "Tried").variants.reverse();
        }),
        fact(Kind::DiscriminatorChanged, "Animal", None, |api| {
            union(api, "Animal").tagging = Tagging::Tagged("Type".to_owned());
        }),
        fact(Kind::DocumentationChanged, "Kind", "Cat", |api| {
            kind(api).values[0].docs = Docs::page("A text.");
        }),
    ]
}

fn of_values() -> Vec<Fact> {
    fn limits(limits: &mut Limits) {
        limits.maximum = Some(Bound {
            number: "50".to_owned(),
            exclusive: false,
        });
    }
    vec![
        fact(Kind::DefaultValueChanged, "Pet", "age", |api| {
            pet(api, "age").default = Some(json!("3"));
        }),
        fact(Kind::DefaultValueChanged, "pets_get", "limit", |api| {
            param(pets(api), "limit").default = Some(json!(3));
        }),
        fact(Kind::LimitChanged, "Pet", "age", |api| {
            limits(&mut pet(api, "age").limits);
        }),
        fact(Kind::LimitChanged, "pets_get", "limit", |api| {
            limits(&mut param(pets(api), "limit").limits);
        }),
        fact(Kind::FormatChanged, "Pet", "age", |api| {
            pet(api, "age").limits.format = Some("email".to_owned());
        }),
        fact(Kind::MemberDeprecated, "Pet", "age", |api| {
            pet(api, "age").deprecated = Some(Deprecation {
                note: String::new(),
            });
        }),
        fact(Kind::MemberUndeprecated, "Pet", "deprecated", |api| {
            pet(api, "deprecated").deprecated = None;
        }),
    ]
}
