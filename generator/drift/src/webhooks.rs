//! Compares webhooks: the events that programs receive, and their verification.

use api::{
    Algorithm, Api, Piece, SecretForm, Signature, SignatureEncoding, Timestamp, Type, Webhook,
    Webhooks,
};

use crate::code::{qualified, quoted};
use crate::documentation;
use crate::renames::Renames;
use crate::{Change, Kind, Subject};

/// Compares the events, their payloads, and their signature.
pub(crate) fn compare(old: &Api, new: &Api, renames: &Renames<'_>) -> Vec<Change> {
    let [before, now] = [old, new].map(|api| events(api.webhooks.as_ref()));
    let named = |all: &[&Webhook], name: &str| all.iter().any(|event| event.name == name);
    let mut changes = Vec::new();
    let mut add = |kind, event: &Webhook, what: String| {
        changes.push(Change::new(kind, &Subject::Api, what).member(&event.name));
    };
    for event in before.iter().filter(|event| !named(&now, &event.name)) {
        let what = format!("the event {} was removed", quoted(&event.name));
        add(Kind::WebhookRemoved, event, what);
    }
    for event in now.iter().filter(|event| !named(&before, &event.name)) {
        let what = format!("the event {} was added", quoted(&event.name));
        add(Kind::WebhookAdded, event, what);
    }
    for event in &before {
        let other = now.iter().find(|other| other.name == event.name);
        changes.extend(
            other
                .into_iter()
                .flat_map(|other| of_event(event, other, renames)),
        );
    }
    if let (Some(before), Some(now)) = (&old.webhooks, &new.webhooks) {
        let ty = Type::Named(before.event.clone());
        if !renames.same(&ty, &Type::Named(now.event.clone())) {
            let what = "events have a different type";
            let change = Change::new(Kind::WebhookChanged, &Subject::Api, what);
            let states = [before, now].map(|it| format!("types::{}", it.event));
            let [before, now] = states;
            let why = "code that uses events expects the old type";
            changes.push(change.states(before, now).breaking(why));
        }
    }
    let [before, now] = [old, new].map(|api| api.webhooks.as_ref()?.signature.as_ref());
    // The signature of the first events is not a change.
    if before != now && old.webhooks.is_some() {
        let what = "events are signed differently";
        let change = Change::new(Kind::WebhookSignatureChanged, &Subject::Api, what);
        let change = change.states(before.map(signature), now.map(signature));
        changes.push(match now {
            Some(_) => change,
            None => change.breaking("programs that verify events no longer compile"),
        });
    }
    changes
}

fn events(webhooks: Option<&Webhooks>) -> Vec<&Webhook> {
    let events = webhooks.into_iter().flat_map(|webhooks| &webhooks.events);
    events.collect()
}

fn of_event(old: &Webhook, new: &Webhook, renames: &Renames<'_>) -> Vec<Change> {
    let name = quoted(&old.name);
    let mut changes = Vec::new();
    let mut add = |change: Change| changes.push(change.member(&old.name));
    if !renames.same(&old.ty, &new.ty) {
        let what = format!("the event {name} has a different payload");
        let change = Change::new(Kind::WebhookChanged, &Subject::Api, what);
        add(change.states(qualified(&old.ty), qualified(&new.ty)));
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => {
            let what = format!("the event {name} is deprecated");
            add(Change::new(Kind::MemberDeprecated, &Subject::Api, what));
        }
        (true, false) => {
            let what = format!("the event {name} is no longer deprecated");
            add(Change::new(Kind::MemberUndeprecated, &Subject::Api, what));
        }
        _ => {}
    }
    if old.reference != new.reference {
        let what = format!("the event {name} has a different page");
        let change = Change::new(Kind::DocumentationChanged, &Subject::Api, what);
        add(change.states(old.reference.clone(), new.reference.clone()));
    }
    let docs = documentation::compare(
        &Subject::Api,
        Some(&old.name),
        old.docs.as_str(),
        new.docs.as_str(),
    );
    changes.extend(docs);
    changes
}

/// Returns a signature in one line.
fn signature(signature: &Signature) -> String {
    let Signature {
        header,
        prefix,
        separator,
        algorithm,
        encoding,
        secret,
        timestamp,
        id,
        signed,
    } = signature;
    let mut elements = Vec::new();
    if let Some(Timestamp::Element(before)) = timestamp {
        elements.push(format!("{before}<timestamp>"));
    }
    let encoding = match encoding {
        SignatureEncoding::Hex => "hex",
        SignatureEncoding::Base64 => "base64",
    };
    elements.push(format!("{prefix}<{encoding}>"));
    let separator = separator.map_or_else(String::new, String::from);
    let signed = signed.iter().map(|piece| match piece {
        Piece::Text(text) => text.as_str(),
        Piece::Id => "<id>",
        Piece::Timestamp => "<timestamp>",
        Piece::Body => "<body>",
    });
    let signed: String = signed.collect();
    let algorithm = match algorithm {
        Algorithm::HmacSha256 => "HMAC-SHA256",
        Algorithm::HmacSha512 => "HMAC-SHA512",
    };
    let secret = match secret {
        SecretForm::Text => String::new(),
        SecretForm::Base64(prefix) => format!(" with {prefix}<base64>"),
    };
    let mut text = format!(
        "{header}: {} by {algorithm}{secret} of {signed}",
        elements.join(&separator)
    );
    if elements.len() == 1 && !separator.is_empty() {
        text.push_str(&format!(", several with {separator:?} between"));
    }
    if let Some(Timestamp::Header(name)) = timestamp {
        text.push_str(&format!(", {name}: <timestamp>"));
    }
    if let Some(name) = id {
        text.push_str(&format!(", {name}: <id>"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Effect;
    use crate::single_facts::model::{base, stripe};

    #[test]
    fn a_signature_is_shown_in_one_line() {
        assert_eq!(
            signature(&stripe()),
            "stripe-signature: t=<timestamp>,v1=<hex> by HMAC-SHA256 of <timestamp>.<body>"
        );
        let standard = Signature {
            header: "webhook-signature".to_owned(),
            prefix: "v1,".to_owned(),
            separator: Some(' '),
            algorithm: Algorithm::HmacSha512,
            encoding: SignatureEncoding::Base64,
            secret: SecretForm::Base64("whsec_".to_owned()),
            timestamp: Some(Timestamp::Header("webhook-timestamp".to_owned())),
            id: Some("webhook-id".to_owned()),
            signed: vec![Piece::Id, Piece::Text(".".to_owned()), Piece::Body],
        };
        assert_eq!(
            signature(&standard),
            "webhook-signature: v1,<base64> by HMAC-SHA512 with whsec_<base64> of <id>.<body>, several \
             with \" \" between, webhook-timestamp: <timestamp>, webhook-id: <id>"
        );
    }

    #[test]
    fn a_signature_that_is_gone_breaks_programs_that_verify() {
        let base = base();
        let mut now = base.clone();
        now.webhooks.as_mut().expect("webhooks").signature = None;
        let effects = |old, new| {
            let changes = crate::compare(old, new);
            changes.iter().map(|it| it.effect).collect::<Vec<_>>()
        };
        assert_eq!(effects(&base, &now), [Effect::Breaking]);
        assert_eq!(effects(&now, &base), [Effect::Changed]);
    }
}
