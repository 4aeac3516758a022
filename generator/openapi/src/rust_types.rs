//! Types of other crates, which the overlay sets for formats and schemas.
//!
//! ```yaml
//! x-rust-formats: {uuid: 'uuid::Uuid'}
//! x-rust-dependencies: {uuid: {version: '1', features: [serde]}}
//! ```
//!
//! A schema can also have `x-rust-type`. These extensions add code and dependencies to the client.
//! Only the overlay can set them, because pages are not trusted.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::overlay::Overlay;
use crate::walk;
use pages::{Code, Problem};

/// The path of the Rust type of a schema.
pub(crate) const TYPE: &str = "x-rust-type";

/// The paths of types, by format.
const FORMATS: &str = "x-rust-formats";

/// The crates of the paths.
pub(crate) const DEPENDENCIES: &str = "x-rust-dependencies";

/// A crate that the client depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The version, as a manifest requires it.
    pub version: String,
    /// The features.
    pub features: Vec<String>,
    /// Whether the default features are on.
    pub default_features: bool,
}

/// Removes the extensions from a page. Returns `true` if it has any.
pub(crate) fn remove(root: &mut Value) -> bool {
    let mut found = false;
    let mut remove = |object: &mut Map<String, Value>, words: &[&str]| {
        for word in words {
            found |= object.shift_remove(*word).is_some();
        }
    };
    if let Some(root) = root.as_object_mut() {
        remove(root, &[FORMATS, DEPENDENCIES]);
    }
    walk::schemas_mut(root, &mut |_, schema| {
        if let Some(schema) = schema.as_object_mut() {
            remove(schema, &[TYPE]);
        }
    });
    found
}

/// Sets the types of schemas as the overlay specifies. The document must be normalized.
///
/// # Errors
///
/// If a path is not valid for a type, or the overlay does not name its crate.
pub fn spread(root: &mut Value, overlay: &Overlay) -> Result<(), Problem> {
    let formats = root.as_object_mut().and_then(|it| it.shift_remove(FORMATS));
    let formats = formats.unwrap_or_default();
    let dependencies = dependencies(root);
    let mut wrong = None;
    walk::schemas_mut(root, &mut |_, schema| {
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        let of_format = object.get("format").and_then(Value::as_str);
        let of_format = of_format.and_then(|format| formats.get(format));
        let of_format =
            of_format.filter(|_| object.get("type").is_some_and(|kind| kind == "string"));
        let Some(path) = object.get(TYPE).or(of_format).cloned() else {
            return;
        };
        match path
            .as_str()
            .ok_or(())
            .and_then(|path| check(path, &dependencies))
        {
            Ok(()) => {
                // The schema is replaced with the type, and its other keywords are dropped.
                object.retain(|key, _| KEPT.contains(&key.as_str()) || walk::is_extension(key));
                object.insert(TYPE.to_owned(), path);
            }
            Err(()) => {
                wrong.get_or_insert(path);
            }
        }
    });
    match wrong {
        None => Ok(()),
        Some(path) => {
            let path = path
                .as_str()
                .map_or_else(|| path.to_string(), str::to_owned);
            let problem = Problem::new(
                Code::InvalidOverlay,
                format!(
                    "`{path}` is not a type of the standard library or of a crate that the \
                     overlay names"
                ),
            );
            Err(problem.at(overlay.place_of_text(&path)).advice(format!(
                "write a path such as `uuid::Uuid`, and add its crate with a version to \
                 `{DEPENDENCIES}`"
            )))
        }
    }
}

/// Keywords about the use of a type.
const KEPT: [&str; 8] = [
    "default",
    "deprecated",
    "description",
    "example",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
];

/// Checks that a path names a type of the standard library or of a declared crate.
fn check(path: &str, dependencies: &BTreeMap<String, Dependency>) -> Result<(), ()> {
    let is_word = |word: &str| {
        let is_in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(is_in_word)
            && !names::is_keyword(word)
    };
    let mut words = path.split("::");
    let first = words.next().unwrap_or_default();
    let is_known = first == "std"
        || dependencies.contains_key(first)
        || dependencies.contains_key(&first.replace('_', "-"));
    let is_path = path.contains("::") && path.split("::").all(is_word);
    let is_type = path
        .rsplit("::")
        .next()
        .is_some_and(|name| names::type_name(name) == name);
    (is_path && is_type && is_known).then_some(()).ok_or(())
}

/// Returns the crates that the document names. Crates that are not valid in a manifest are skipped,
/// so that their types are rejected.
pub(crate) fn dependencies(root: &Value) -> BTreeMap<String, Dependency> {
    let named = root[DEPENDENCIES].as_object().into_iter().flatten();
    let is_name = |name: &str| {
        let is_in_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_in_name)
    };
    let dependencies = named
        .filter(|(name, _)| is_name(name))
        .filter_map(|(name, value)| {
            let version = value["version"].as_str().or(value.as_str())?;
            let is_in_version = |c: char| c.is_ascii_alphanumeric() || ".,=<>~^*+- ".contains(c);
            version.chars().all(is_in_version).then_some(())?;
            let features = value["features"].as_array().into_iter().flatten();
            let features = features.filter_map(Value::as_str);
            Some((
                name.clone(),
                Dependency {
                    version: version.to_owned(),
                    features: features.map(str::to_owned).collect(),
                    default_features: value["default-features"] != false,
                },
            ))
        });
    dependencies.collect()
}

#[cfg(test)]
mod tests {

    use pages::SourceFile;
    use serde_json::json;

    use super::*;

    fn overlay() -> Overlay {
        let text = "overlay: 1.0.0\nactions:\n  - target: $\n    update:\n      \
                    x-rust-formats: {uuid: 'uuid::Uuid'}\n";
        let file = SourceFile::new("overlay.yaml", text);
        Overlay::read(&file).expect("it is an overlay")
    }

    fn spread_over(formats: Value, schema: Value) -> Result<Value, String> {
        let mut root = json!({
            "x-rust-formats": formats,
            "x-rust-dependencies": {"uuid": "1", "rust-decimal": {"version": "1.2"}},
            "components": {"schemas": {"Pet": {"properties": {"id": schema}}}},
        });
        spread(&mut root, &overlay()).map_err(|problem| problem.message().to_owned())?;
        assert!(root.get(FORMATS).is_none());
        Ok(root["components"]["schemas"]["Pet"]["properties"]["id"].take())
    }

    #[test]
    fn a_format_has_the_type_that_the_overlay_says() {
        let schema = json!({
            "type": "string", "nullable": true, "format": "uuid", "maxLength": 36,
        });
        assert_eq!(
            spread_over(json!({"uuid": "uuid::Uuid"}), schema),
            Ok(json!({"nullable": true, "x-rust-type": "uuid::Uuid"}))
        );
        let number = json!({"type": "integer", "format": "uuid"});
        assert_eq!(
            spread_over(json!({"uuid": "uuid::Uuid"}), number.clone()),
            Ok(number)
        );
    }

    #[test]
    fn a_schema_has_the_type_that_it_says() {
        let own = json!({"properties": {"a": {}}, "x-rust-type": "rust_decimal::Decimal"});
        assert_eq!(
            spread_over(json!({}), own),
            Ok(json!({"x-rust-type": "rust_decimal::Decimal"}))
        );
    }

    #[test]
    fn only_a_path_of_a_crate_that_is_named_is_a_type() {
        for path in [
            "Uuid",
            "uuid::Uuid<u8>",
            "uuid::v4()",
            "uuid::fn::Uuid",
            "other::Uuid",
            "uuid::Uuid; use std::fs",
            "uuid::",
        ] {
            let schema = json!({"type": "string", "x-rust-type": path});
            assert_eq!(
                spread_over(json!({}), schema),
                Err(format!(
                    "`{path}` is not a type of the standard library or of a crate that the \
                     overlay names"
                )),
                "{path}"
            );
        }
    }

    #[test]
    fn a_page_cannot_say_them() {
        let mut root = json!({
            "x-rust-formats": {}, "x-rust-dependencies": {},
            "components": {"schemas": {"Pet": {"items": {"x-rust-type": "a::B"}}}},
        });
        assert!(remove(&mut root));
        assert_eq!(
            root,
            json!({"components": {"schemas": {"Pet": {"items": {}}}}})
        );
        assert!(!remove(&mut root));
    }
}
