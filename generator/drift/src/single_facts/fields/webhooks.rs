//! The fields of webhooks.

use api::{Algorithm, Docs, Origin, SecretForm, SignatureEncoding, Timestamp, Type, TypeId};
use pages::SourceFile;

use super::{Breaking, Changed, Documentation, Kind, Row, nothing, row};
use crate::Effect::Added;
use crate::single_facts::model::{of_webhook, signature, webhook, webhooks};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_webhooks();
    rows.extend(of_signatures());
    rows
}

fn of_webhooks() -> Vec<Row> {
    vec![
        row(
            "Api.webhooks",
            [
                (Kind::WebhookRemoved, Changed),
                (Kind::WebhookRemoved, Changed),
                (Kind::WebhookRemoved, Changed),
                (Kind::WebhookSignatureChanged, Breaking),
            ],
            |api| api.webhooks = None,
        ),
        row(
            "Webhooks.event",
            [(Kind::WebhookChanged, Breaking)],
            |api| {
                webhooks(api).event = TypeId::new("Pet");
            },
        ),
        row("Webhooks.events", [(Kind::WebhookAdded, Added)], |api| {
            webhooks(api).events.push(webhook("fresh-event"));
        }),
        row(
            "Webhooks.signature",
            [(Kind::WebhookSignatureChanged, Breaking)],
            |api| webhooks(api).signature = None,
        ),
        row(
            "Webhook.name",
            [(Kind::WebhookRemoved, Changed), (Kind::WebhookAdded, Added)],
            |api| of_webhook(api, "typed-event").name.push('s'),
        ),
        row("Webhook.ty", [(Kind::WebhookChanged, Changed)], |api| {
            of_webhook(api, "typed-event").ty = Type::Json;
        }),
        row(
            "Webhook.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| of_webhook(api, "typed-event").docs = Docs::page("A text."),
        ),
        row(
            "Webhook.reference",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                let page = "https://docs.example/typed".to_owned();
                of_webhook(api, "typed-event").reference = Some(page);
            },
        ),
        row(
            "Webhook.deprecated",
            [(Kind::MemberDeprecated, Changed)],
            |api| of_webhook(api, "typed-event").deprecated = true,
        ),
        row(
            "Webhook.deprecated",
            [(Kind::MemberUndeprecated, Changed)],
            |api| of_webhook(api, "old-event").deprecated = false,
        ),
        nothing(
            "Webhook.origin",
            "it is where the report points to",
            |api| {
                let place = SourceFile::new("a.md", "").place(1);
                of_webhook(api, "typed-event").origin = Some(Origin(place));
            },
        ),
    ]
}

fn of_signatures() -> Vec<Row> {
    let changed = |field, edit| row(field, [(Kind::WebhookSignatureChanged, Changed)], edit);
    vec![
        changed("Signature.header", |api| signature(api).header.push('s')),
        changed("Signature.prefix", |api| signature(api).prefix.push('s')),
        changed("Signature.separator", |api| {
            signature(api).separator = Some(' ');
        }),
        changed("Signature.algorithm", |api| {
            signature(api).algorithm = Algorithm::HmacSha512;
        }),
        changed("Signature.encoding", |api| {
            signature(api).encoding = SignatureEncoding::Base64;
        }),
        changed("Signature.secret", |api| {
            signature(api).secret = SecretForm::Base64(String::new());
        }),
        changed("Signature.timestamp", |api| {
            signature(api).timestamp = Some(Timestamp::Header("time".to_owned()));
        }),
        changed("Signature.id", |api| {
            signature(api).id = Some("id".to_owned());
        }),
        changed("Signature.signed", |api| {
            signature(api).signed.pop();
        }),
    ]
}
