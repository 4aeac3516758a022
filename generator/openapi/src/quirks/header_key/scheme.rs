//! Finds the security scheme that the header parameter of a key represents.

use serde_json::{Map, Value, json};

use super::description;
use crate::extensions::UNDESCRIBED;

/// Returns the scheme of a key. The first available source is used: a description that shows the
/// header, a scheme of the document that sends this header or has no other parameter, or an HTTP
/// scheme in the description. Otherwise, the key is sent without a prefix.
pub(super) fn of(parameter: &Value, declared: &Map<String, Value>) -> Value {
    let name = parameter["name"].as_str().unwrap_or_default();
    let text = parameter["description"].as_str().unwrap_or_default();
    if let Some(word) = description::shown(name, text) {
        let mut scheme = header(name, &word);
        if is_authorization(name) && description::has_unknown_prefix(text) {
            scheme[UNDESCRIBED] = true.into();
        }
        return scheme;
    }
    let sent = declared.values().find(|scheme| is_header(scheme, name));
    if let Some(scheme) = sent.or_else(|| elsewhere(text, declared)) {
        return without_description(scheme);
    }
    let mut scheme = header(name, description::named(text).unwrap_or_default());
    if text.trim().is_empty() {
        scheme[UNDESCRIBED] = true.into();
    }
    scheme
}

/// Returns a scheme with the prefix that its description shows, or `None` if it has one already, or
/// if the description shows the bare key.
pub(super) fn described(scheme: &Value) -> Option<Value> {
    let is_bare = scheme["type"] == "apiKey"
        && scheme["in"] == "header"
        && scheme.get("x-fern-header").is_none();
    let (name, text) = (scheme["name"].as_str()?, scheme["description"].as_str()?);
    let word = description::shown(name, text).filter(|word| is_bare && !word.is_empty())?;
    let mut described = header(name, &word);
    described["description"] = text.into();
    Some(described)
}

/// Returns the name of the header in which a scheme sends the key.
pub(crate) fn header_of(scheme: &Value) -> Option<&str> {
    match scheme["type"].as_str()? {
        "apiKey" if scheme["in"] == "header" => scheme["name"].as_str(),
        "http" | "oauth2" | "openIdConnect" => Some("Authorization"),
        _ => None,
    }
}

/// Returns `true` if a scheme sends the key in the header with this name.
pub(super) fn is_header(scheme: &Value, name: &str) -> bool {
    header_of(scheme).is_some_and(|own| own.eq_ignore_ascii_case(name))
}

/// Returns the scheme of a cookie or a query parameter that the export turned into a header. It
/// must be the only scheme, and have either no description or that of the parameter.
fn elsewhere<'a>(text: &str, declared: &'a Map<String, Value>) -> Option<&'a Value> {
    let mut schemes = declared.values();
    let (only, more) = (schemes.next()?, schemes.next());
    let is_elsewhere = only["type"] == "apiKey" && only["in"] != "header";
    let own = only["description"].as_str().unwrap_or_default();
    let is_same = text.is_empty() || text.trim() == own.trim();
    (more.is_none() && is_elsewhere && is_same).then_some(only)
}

fn without_description(scheme: &Value) -> Value {
    let mut scheme = scheme.clone();
    if let Some(scheme) = scheme.as_object_mut() {
        scheme.shift_remove("description");
    }
    scheme
}

/// Returns `true` if a header is `Authorization`, whose keys usually have a prefix.
fn is_authorization(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

/// Returns the scheme of a key in a header with a prefix.
fn header(name: &str, word: &str) -> Value {
    let lower = word.to_ascii_lowercase();
    if is_authorization(name) && ["bearer", "basic"].contains(&lower.as_str()) {
        return json!({"type": "http", "scheme": lower});
    }
    let mut scheme = json!({"type": "apiKey", "in": "header", "name": name});
    if !word.is_empty() {
        scheme["x-fern-header"] = json!({"prefix": word});
    }
    scheme
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme(name: &str, description: &str, declared: Value) -> Value {
        let parameter = json!({"name": name, "in": "header", "description": description});
        of(&parameter, declared.as_object().expect("schemes by name"))
    }

    fn bare() -> Value {
        json!({"type": "apiKey", "in": "header", "name": "Authorization"})
    }

    #[test]
    fn a_key_that_nothing_is_known_about_is_sent_as_it_is() {
        let mut undescribed = bare();
        undescribed[UNDESCRIBED] = true.into();
        for text in ["", "Header authentication of the form `undefined <token>`"] {
            assert_eq!(scheme("Authorization", text, json!({})), undescribed);
        }
        assert_eq!(scheme("Authorization", "Your API key.", json!({})), bare());
    }

    #[test]
    fn the_schemes_of_the_document_decide() {
        let bearer = json!({"type": "http", "scheme": "bearer"});
        for (declared, expected) in [
            (bearer.clone(), bearer.clone()),
            (bare(), bare()),
            (json!({"type": "oauth2"}), json!({"type": "oauth2"})),
            (
                json!({"type": "http", "scheme": "basic", "description": "Name and password"}),
                json!({"type": "http", "scheme": "basic"}),
            ),
            // A scheme for another header is ignored.
            (
                json!({"type": "apiKey", "in": "header", "name": "x-key"}),
                bare(),
            ),
        ] {
            let declared = json!({ "one": declared });
            let mut found = scheme("Authorization", "", declared);
            let found = found.as_object_mut().expect("a scheme");
            found.shift_remove(UNDESCRIBED);
            assert_eq!(Value::Object(found.clone()), expected);
        }
    }

    #[test]
    fn a_header_that_the_description_shows_goes_before_a_scheme() {
        let bearer = json!({"Token": {"type": "http", "scheme": "bearer"}});
        let text = "Your key. Example: `Authorization: your_key`";
        assert_eq!(scheme("Authorization", text, bearer), bare());
        let text = "Header authentication of the form `Token <token>`";
        assert_eq!(
            scheme("Authorization", text, json!({"Key": bare()})),
            json!({
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-fern-header": {"prefix": "Token"}
            })
        );
    }

    #[test]
    fn a_cookie_scheme_is_a_cookie() {
        let cookie = json!({"type": "apiKey", "in": "cookie", "name": "session"});
        let declared = json!({ "session": cookie });
        assert_eq!(scheme("Authorization", "", declared.clone()), cookie);
        let shown = "Bearer authentication of the form `Bearer <token>`";
        assert_eq!(
            scheme("Authorization", shown, declared),
            json!({"type": "http", "scheme": "bearer"})
        );
    }
}
