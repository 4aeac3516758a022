//! Webhooks: their payloads and signatures.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::extensions::WEBHOOK_SIGNATURE;
use crate::merged::Merged;
use crate::overlay::Overlay;
use crate::token::is_token;
use crate::walk::{self, WEBHOOKS, X_WEBHOOKS};
use pages::pointer;
use pages::{Code, Problem};

/// The signature of a request, and the signed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The header with the signature, in lower case.
    pub header: String,
    /// The text before each signature in the header.
    pub prefix: String,
    /// The character between the elements of the header.
    pub separator: Option<char>,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The encoding of a signature.
    pub encoding: Encoding,
    /// The format of the secret.
    pub secret: SecretForm,
    /// The location of the timestamp.
    pub timestamp: Option<Timestamp>,
    /// The header with the identifier of the delivery, in lower case.
    pub id: Option<String>,
    /// The signed text.
    pub signed: Vec<Piece>,
}

/// An algorithm with a shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `hmac-sha256`
    HmacSha256,
    /// `hmac-sha512`
    HmacSha512,
}

/// The encoding of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `hex`
    Hex,
    /// `base64`
    Base64,
}

/// The format of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretForm {
    /// The bytes of the text are the key.
    Text,
    /// The text is the Base64-encoded key, after this prefix, which can be empty.
    Base64(String),
}

/// The location of a timestamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timestamp {
    /// A header, in lower case.
    Header(String),
    /// The element of the signature's header that begins with this text.
    Element(String),
}

/// A piece of the signed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Literal text.
    Text(String),
    /// `{id}`
    Id,
    /// `{timestamp}`
    Timestamp,
    /// `{body}`
    Body,
}

/// Returns the schema of the body of a request.
pub(crate) fn payload(operation: &Map<String, Value>) -> Option<&Value> {
    let content = operation.get("requestBody")?["content"].as_object()?;
    let is_json = |name: &str| {
        let name = name.split(';').next().unwrap_or_default().trim();
        name == "application/json" || name.ends_with("+json")
    };
    let (_, media_type) = content.iter().find(|(name, _)| is_json(name))?;
    media_type.get("schema")
}

/// Renames the key of webhooks in OpenAPI 3.0 to that of 3.1.
pub(crate) fn rename(root: &mut Value) {
    let Some(root) = root.as_object_mut() else {
        return;
    };
    if let Some(webhooks) = root.shift_remove(X_WEBHOOKS) {
        root.entry(WEBHOOKS).or_insert(webhooks);
    }
}

/// Checks that the events of the merged document can be verified.
///
/// # Errors
///
/// If `x-webhook-signature` is not valid, because events could not be verified.
pub fn check(
    api: &Merged,
    overlay: Option<&Overlay>,
    warnings: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let signature = Signature::of(&api.root).map_err(|reason| {
        let message = format!("`{WEBHOOK_SIGNATURE}` cannot be used: {reason}");
        let place = overlay.map(|overlay| overlay.place_of_root_extension(WEBHOOK_SIGNATURE));
        Problem::new(Code::InvalidWebhookSignature, message)
            .at(place)
            .advice(
                "name a style (`stripe`, `standard-webhooks`, `svix`, `slack`, or `github`), and set \
                 the keys in which the API differs from it",
            )
    })?;
    let first = walk::webhooks(&api.root).next();
    let is_said = api.root.get(WEBHOOK_SIGNATURE).is_some();
    if let (None, false, Some((name, ..))) = (signature, is_said, first) {
        let message =
            "the pages do not describe how webhooks are signed: the client cannot verify events";
        warnings.push(
            Problem::new(Code::UnverifiedWebhooks, message)
                .at(api.place(&origin(name)))
                .advice(
                    "set `x-webhook-signature` on `$` in `overlay.yaml`, or set it to `false` \
                     if webhooks are not signed",
                ),
        );
    }
    Ok(())
}

/// Returns the key of a webhook in the origins, which otherwise contain operation IDs.
pub(crate) fn origin(name: &str) -> String {
    pointer::of(&[WEBHOOKS, name])
}

/// The named styles, each with the headers by which its requests are recognized.
const STYLES: [(&str, &[&str]); 5] = [
    ("svix", &["svix-id", "svix-timestamp", "svix-signature"]),
    (
        "standard-webhooks",
        &["webhook-id", "webhook-timestamp", "webhook-signature"],
    ),
    ("stripe", &["stripe-signature"]),
    ("slack", &["x-slack-signature", "x-slack-request-timestamp"]),
    ("github", &["x-hub-signature-256"]),
];

/// The keys of the extension.
const KEYS: [&str; 11] = [
    "style",
    "header",
    "prefix",
    "separator",
    "algorithm",
    "encoding",
    "secret",
    "timestamp-header",
    "timestamp-prefix",
    "id-header",
    "signed",
];

/// The result of reading a part of the extension. The error is a message.
pub(crate) type Reading<T> = Result<T, String>;

impl Signature {
    /// Returns the signature that a document describes, or that the headers of its webhooks imply.
    ///
    /// # Errors
    ///
    /// If the description is not valid.
    pub(crate) fn of(root: &Value) -> Reading<Option<Self>> {
        match root.get(WEBHOOK_SIGNATURE) {
            None => Ok(Self::of_headers(root)),
            Some(Value::Bool(false)) => Ok(None),
            Some(Value::String(style)) => Self::styled(style).map(Some),
            Some(Value::Object(words)) => Self::stated(words).map(Some),
            Some(other) => Err(format!("`{other}` is not a style or an object")),
        }
    }

    /// Returns the signature of the style whose headers the webhooks have.
    fn of_headers(root: &Value) -> Option<Self> {
        let parameters = walk::webhooks(root)
            .filter_map(|(_, _, operation)| operation.get("parameters")?.as_array())
            .flatten();
        let headers = parameters.filter(|parameter| parameter["in"] == "header");
        let headers: BTreeSet<String> = headers
            .filter_map(|parameter| Some(parameter["name"].as_str()?.to_ascii_lowercase()))
            .collect();
        let (style, _) = STYLES
            .iter()
            .find(|(_, own)| own.iter().all(|header| headers.contains(*header)))?;
        Self::styled(style).ok()
    }

    /// Returns a named style.
    fn styled(style: &str) -> Reading<Self> {
        let hex = Self {
            header: String::new(),
            prefix: String::new(),
            separator: None,
            algorithm: Algorithm::HmacSha256,
            encoding: Encoding::Hex,
            secret: SecretForm::Text,
            timestamp: None,
            id: None,
            signed: vec![Piece::Body],
        };
        let standard = |vendor: &str| Self {
            header: format!("{vendor}-signature"),
            prefix: "v1,".to_owned(),
            separator: Some(' '),
            encoding: Encoding::Base64,
            secret: SecretForm::Base64("whsec_".to_owned()),
            timestamp: Some(Timestamp::Header(format!("{vendor}-timestamp"))),
            id: Some(format!("{vendor}-id")),
            signed: pieces("{id}.{timestamp}.{body}"),
            ..hex.clone()
        };
        Ok(match style {
            "stripe" => Self {
                header: "stripe-signature".to_owned(),
                prefix: "v1=".to_owned(),
                separator: Some(','),
                timestamp: Some(Timestamp::Element("t=".to_owned())),
                signed: pieces("{timestamp}.{body}"),
                ..hex
            },
            "standard-webhooks" => standard("webhook"),
            "svix" => standard("svix"),
            "slack" => Self {
                header: "x-slack-signature".to_owned(),
                prefix: "v0=".to_owned(),
                timestamp: Some(Timestamp::Header("x-slack-request-timestamp".to_owned())),
                signed: pieces("v0:{timestamp}:{body}"),
                ..hex
            },
            "github" => Self {
                header: "x-hub-signature-256".to_owned(),
                prefix: "sha256=".to_owned(),
                ..hex
            },
            other => return Err(format!("there is no style `{other}`")),
        })
    }

    /// Returns the signature that an object describes: a style, and the keys that differ from it.
    fn stated(words: &Map<String, Value>) -> Reading<Self> {
        if let Some(key) = words.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!("it has no key `{key}`"));
        }
        let word = |key: &str| match words.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if is_text(text) => Ok(Some(text.as_str())),
            Some(other) => Err(format!("`{key}: {other}` is not visible ASCII text")),
        };
        let header = |key: &str| match word(key)? {
            Some(name) if !is_token(name) => Err(format!("`{key}: {name}` is not a header")),
            name => Ok(name.map(str::to_ascii_lowercase)),
        };
        let mut signature = Self::styled(word("style")?.unwrap_or("github"))?;
        if !words.contains_key("style") {
            signature.header.clear();
            signature.prefix.clear();
        }
        if let Some(name) = header("header")? {
            signature.header = name;
        }
        if let Some(prefix) = word("prefix")? {
            prefix.clone_into(&mut signature.prefix);
        }
        if let Some(separator) = word("separator")? {
            signature.separator = Some(separator_of(separator)?);
        }
        if let Some(algorithm) = word("algorithm")? {
            signature.algorithm = match algorithm {
                "hmac-sha256" => Algorithm::HmacSha256,
                "hmac-sha512" => Algorithm::HmacSha512,
                other => return Err(format!("`algorithm: {other}` is not known")),
            };
        }
        if let Some(encoding) = word("encoding")? {
            signature.encoding = match encoding {
                "hex" => Encoding::Hex,
                "base64" => Encoding::Base64,
                other => return Err(format!("`encoding: {other}` is not known")),
            };
        }
        if let Some(secret) = word("secret")? {
            signature.secret = match secret {
                "text" => SecretForm::Text,
                "base64" => SecretForm::Base64(String::new()),
                other => match other.strip_suffix("{base64}") {
                    Some(prefix) => SecretForm::Base64(prefix.to_owned()),
                    None => return Err(format!("`secret: {other}` is not known")),
                },
            };
        }
        match (header("timestamp-header")?, word("timestamp-prefix")?) {
            (Some(_), Some(_)) => {
                return Err(
                    "a timestamp has one location: `timestamp-header` or `timestamp-prefix`"
                        .to_owned(),
                );
            }
            (Some(name), None) => signature.timestamp = Some(Timestamp::Header(name)),
            (None, Some(prefix)) => {
                signature.timestamp = Some(Timestamp::Element(prefix.to_owned()));
            }
            (None, None) => {}
        }
        if let Some(name) = header("id-header")? {
            signature.id = Some(name);
        }
        if let Some(signed) = word("signed")? {
            signature.signed = pieces(signed);
        }
        signature.check()?;
        Ok(signature)
    }

    /// Checks that the settings are consistent.
    fn check(&self) -> Reading<()> {
        let count = |piece: &Piece| self.signed.iter().filter(|other| *other == piece).count();
        if self.header.is_empty() {
            return Err("it has neither `style` nor `header`".to_owned());
        }
        if count(&Piece::Body) != 1 {
            return Err("`signed` must contain `{body}` exactly once".to_owned());
        }
        // Values that are not signed can be forged.
        for (name, piece, is_placed) in [
            ("timestamp", Piece::Timestamp, self.timestamp.is_some()),
            ("id", Piece::Id, self.id.is_some()),
        ] {
            match (count(&piece), is_placed) {
                (0, false) | (1, true) => {}
                (0, true) => return Err(format!("`signed` does not contain `{{{name}}}`")),
                (_, false) => return Err(format!("no key sets the location of `{{{name}}}`")),
                (_, true) => return Err(format!("`signed` contains `{{{name}}}` twice")),
            }
        }
        if let Some(Timestamp::Element(prefix)) = &self.timestamp {
            if self.separator.is_none() {
                return Err("`timestamp-prefix` needs a `separator`".to_owned());
            }
            if self.prefix.is_empty() || self.prefix.starts_with(prefix.as_str()) {
                return Err(
                    "`prefix` does not distinguish a signature from the timestamp".to_owned(),
                );
            }
        }
        let elements = [Some(self.prefix.as_str()), self.element()];
        let mut elements = elements.into_iter().flatten();
        // `v1,` of Standard Webhooks is not split, because its separator is a space.
        if let Some(separator) = self.separator
            && elements.any(|element| element.contains(separator))
        {
            return Err("a prefix contains the `separator`".to_owned());
        }
        Ok(())
    }

    /// Returns the text before the timestamp in the header.
    fn element(&self) -> Option<&str> {
        match &self.timestamp {
            Some(Timestamp::Element(prefix)) => Some(prefix),
            _ => None,
        }
    }
}

fn separator_of(text: &str) -> Reading<char> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(only @ (',' | ' ' | ';')), None) => Ok(only),
        _ => Err(format!(
            "`separator: {text}` is not a comma, a semicolon, or a space"
        )),
    }
}

/// Returns `true` if a text can be in a header.
fn is_text(text: &str) -> bool {
    !text.is_empty() && text.len() <= 100 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Splits a template such as `{timestamp}.{body}`.
fn pieces(template: &str) -> Vec<Piece> {
    const PLACES: [(&str, Piece); 3] = [
        ("{id}", Piece::Id),
        ("{timestamp}", Piece::Timestamp),
        ("{body}", Piece::Body),
    ];
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(next) = rest.chars().next() {
        let place = PLACES.iter().find(|(name, _)| rest.starts_with(name));
        let Some((name, piece)) = place else {
            text.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(piece.clone());
        rest = &rest[name.len()..];
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn signature(words: Value) -> Reading<Option<Signature>> {
        Signature::of(&json!({ WEBHOOK_SIGNATURE: words }))
    }

    #[test]
    fn keys_differ_from_a_style() {
        let stripe = signature(json!("stripe"));
        let same = signature(json!({"style": "stripe", "header": "Stripe-Signature"}));
        assert_eq!(stripe, same);
        let own = signature(json!({"style": "stripe", "header": "TL-Signature"}));
        let own = own.expect("it is right").expect("a signature");
        assert_eq!(own.header, "tl-signature");
        assert_eq!(
            own.signed,
            [Piece::Timestamp, Piece::Text(".".to_owned()), Piece::Body]
        );
        assert_eq!(signature(json!(false)), Ok(None));
    }

    #[test]
    fn a_signature_without_a_style_is_defined_by_its_keys() {
        let own = signature(json!({
            "header": "X-Signature", "prefix": "v2=", "algorithm": "hmac-sha512",
            "encoding": "base64", "secret": "key_{base64}", "timestamp-header": "X-Time",
            "id-header": "X-Id", "signed": "{id}|{timestamp}|{body}",
        }));
        let expected = Signature {
            header: "x-signature".to_owned(),
            prefix: "v2=".to_owned(),
            separator: None,
            algorithm: Algorithm::HmacSha512,
            encoding: Encoding::Base64,
            secret: SecretForm::Base64("key_".to_owned()),
            timestamp: Some(Timestamp::Header("x-time".to_owned())),
            id: Some("x-id".to_owned()),
            signed: pieces("{id}|{timestamp}|{body}"),
        };
        assert_eq!(own, Ok(Some(expected)));
        let plain = signature(json!({"header": "X-Signature"}));
        let plain = plain.expect("it is right").expect("a signature");
        assert_eq!(
            (plain.prefix.as_str(), plain.signed),
            ("", vec![Piece::Body])
        );
    }

    #[test]
    fn a_wrong_word_is_an_error() {
        for (words, reason) in [
            (json!(1), "`1` is not a style or an object"),
            (json!("strip"), "there is no style `strip`"),
            (json!({"style": "strip"}), "there is no style `strip`"),
            (json!({"headers": "a"}), "it has no key `headers`"),
            (json!({}), "it has neither `style` nor `header`"),
            (json!({"header": "a b"}), "`header: a b` is not a header"),
            (
                json!({"header": "a", "prefix": ""}),
                "`prefix: \"\"` is not visible ASCII text",
            ),
            (
                json!({"header": "a", "algorithm": "md5"}),
                "`algorithm: md5` is not known",
            ),
            (
                json!({"header": "a", "encoding": "utf8"}),
                "`encoding: utf8` is not known",
            ),
            (
                json!({"header": "a", "secret": "hex"}),
                "`secret: hex` is not known",
            ),
            (
                json!({"header": "a", "separator": "--"}),
                "`separator: --` is not a comma, a semicolon, or a space",
            ),
            (
                json!({"header": "a", "signed": "{timestamp}"}),
                "`signed` must contain `{body}` exactly once",
            ),
            (
                json!({"header": "a", "signed": "{timestamp}.{body}"}),
                "no key sets the location of `{timestamp}`",
            ),
            (
                json!({"header": "a", "id-header": "b"}),
                "`signed` does not contain `{id}`",
            ),
            (
                json!({"style": "slack", "timestamp-prefix": "t="}),
                "`timestamp-prefix` needs a `separator`",
            ),
            (
                json!({"style": "stripe", "prefix": "t=="}),
                "`prefix` does not distinguish a signature from the timestamp",
            ),
            (
                json!({"style": "stripe", "prefix": "v1,"}),
                "a prefix contains the `separator`",
            ),
        ] {
            assert_eq!(signature(words.clone()), Err(reason.to_owned()), "{words}");
        }
    }

    #[test]
    fn headers_of_a_style_are_recognized() {
        let with = |names: &[&str]| {
            let parameters = names.iter();
            let parameters: Vec<Value> = parameters
                .map(|name| json!({"name": name, "in": "header"}))
                .collect();
            let root = json!({"webhooks": {"sent": {"post": {"parameters": parameters}}}});
            let found = Signature::of(&root).expect("nothing is stated");
            found.map(|signature| signature.header)
        };
        let svix = ["svix-id", "Svix-Signature", "svix-timestamp"];
        assert_eq!(with(&svix).as_deref(), Some("svix-signature"));
        assert_eq!(with(&svix[..2]), None);
        assert_eq!(
            with(&["X-Hub-Signature-256"]).as_deref(),
            Some("x-hub-signature-256")
        );
        assert_eq!(with(&["Harbor-Signature"]), None);
    }

    #[test]
    fn styles_fit() {
        for (style, headers) in STYLES {
            let signature = Signature::styled(style).expect("a style");
            assert!(headers.contains(&signature.header.as_str()));
            assert_eq!(signature.check(), Ok(()));
        }
    }
}
