//! The header for the idempotency key of an operation.

use openapi::tree::{self, Idempotency};

use crate::{Location, Parameter, Type};

/// The end of the names of headers that always contain an idempotency key, regardless of their
/// description: `Idempotency-Key`, `X-Idempotency-Key`, `Example-Idempotency-Key`.
const KEY: &str = "idempotency-key";

/// The length of a key that the client generates.
const GENERATED: u64 = 36;

/// Returns the name of the header, in lower case. A parameter for the key becomes optional, because
/// the client generates a key if the caller does not set one.
pub(super) fn take(source: &tree::Operation, parameters: &mut [Parameter]) -> Option<String> {
    let named = match &source.idempotency {
        Idempotency::Off => return None,
        Idempotency::Header(name) => Some(name.to_ascii_lowercase()),
        Idempotency::Unspecified => None,
    };
    let is_key = |parameter: &&mut Parameter| {
        let name = parameter.wire.to_ascii_lowercase();
        let is_named = match &named {
            Some(named) => name == *named,
            None => name
                .strip_suffix(KEY)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('-')),
        };
        parameter.location == Location::Header && is_named
    };
    match parameters.iter_mut().find(is_key) {
        None => named,
        Some(parameter) if can_be_generated(parameter) => {
            parameter.required = false;
            Some(parameter.wire.to_ascii_lowercase())
        }
        Some(_) => None,
    }
}

/// Returns `true` if the document allows a generated key.
fn can_be_generated(parameter: &Parameter) -> bool {
    let limits = &parameter.limits;
    let is_text = matches!(parameter.ty, Type::String | Type::External(_));
    is_text
        && limits.max_length.is_none_or(|most| most >= GENERATED)
        && limits.min_length.is_none_or(|least| least <= GENERATED)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Operation;
    use crate::lower::lowered;

    fn operation(word: Value, parameters: Value) -> Operation {
        let (api, warnings) = lowered(&json!({"paths": {"/pets": {"post": {
            "operationId": "pets_add",
            "parameters": parameters,
            "x-idempotency-header": word,
            "x-rate-limit-bucket": "writes",
        }}}}));
        assert_eq!(warnings, [""; 0]);
        api.operations.into_iter().next().expect("one operation")
    }

    fn header(name: &str, schema: Value) -> Value {
        json!([{"name": name, "in": "header", "required": true, "schema": schema}])
    }

    #[test]
    fn a_header_parameter_with_a_known_name_holds_the_key_and_is_optional() {
        for name in [
            "Idempotency-Key",
            "x-idempotency-key",
            "Example-Idempotency-Key",
        ] {
            let text = json!({"type": "string"});
            let operation = operation(Value::Null, header(name, text));
            let expected = name.to_ascii_lowercase();
            assert_eq!(operation.idempotency, Some(expected));
            assert!(!operation.parameters[0].required);
            assert_eq!(operation.call.arguments, []);
            assert_eq!(operation.call.setters.len(), 1);
        }
    }

    #[test]
    fn the_document_names_the_header() {
        let text = json!({"type": "string"});
        let named = operation(json!("Request-Token"), json!([]));
        assert_eq!(named.idempotency.as_deref(), Some("request-token"));
        assert_eq!(named.bucket.as_deref(), Some("writes"));
        let parameter = operation(
            json!("Request-Token"),
            header("request-token", text.clone()),
        );
        assert!(!parameter.parameters[0].required);
        let other = operation(Value::Null, header("Request-Token", text));
        assert_eq!(other.idempotency, None);
        assert!(other.parameters[0].required);
    }

    #[test]
    fn a_key_that_the_client_cannot_generate_is_that_of_the_caller() {
        for (word, schema) in [
            (json!(false), json!({"type": "string"})),
            (Value::Null, json!({"type": "integer"})),
            (Value::Null, json!({"type": "string", "maxLength": 16})),
        ] {
            let operation = operation(word, header("Idempotency-Key", schema));
            assert_eq!(operation.idempotency, None);
            assert!(operation.parameters[0].required);
        }
        let text = json!({"type": "string"});
        let other = operation(Value::Null, header("Nonidempotency-Key", text));
        assert_eq!(other.idempotency, None);
    }
}
