//! Names the items of lists like the platform's OpenAPI documents, so that a type has the same name
//! whether it comes from such a document or from prose.
//!
//! Items need a name if the name of their list is not a plural: `status` is a list of `Status`, not
//! of `StatusItem`. Types inside a body are named after the operation instead of the body.

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::walk::{self, OperationKey, SCHEMAS, schemas_of_mut};
use names::singular;

/// Moves items of lists without a plural name to the named schemas.
pub(super) fn name(root: &mut Value) {
    let mut named = Map::new();
    for (name, schema) in schemas_of_mut(root).into_iter().flatten() {
        visit(schema, name, &mut named);
    }
    walk::operations_mut(root, &mut |key, operation| {
        let place = place(key);
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let name = format!("{place}Parameters{}", name.to_pascal_case());
            let schema = &mut parameter["schema"];
            move_items(schema, &name, "SchemaItems", &mut named);
        }
        let body = operation.get_mut("requestBody");
        visit_content(body, &format!("{place}RequestBody"), move_all, &mut named);
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for response in responses
            .into_iter()
            .flatten()
            .map(|(_, response)| response)
        {
            visit_content(
                Some(response),
                &format!("{place}Responses"),
                visit,
                &mut named,
            );
        }
    });
    if let Some(schemas) = schemas_of_mut(root) {
        for (name, schema) in named {
            schemas.entry(name).or_insert(schema);
        }
    }
}

/// Returns the prefix of the names of types inside an operation: `PetsPetIdGet`.
fn place(key: OperationKey<'_>) -> String {
    format!("{} {}", key.path, key.method).to_pascal_case()
}

/// Calls `visit` with the schemas of a body or a response, and with their names.
fn visit_content(
    holder: Option<&mut Value>,
    place: &str,
    visit: fn(&mut Value, &str, &mut Map<String, Value>),
    named: &mut Map<String, Value>,
) {
    let content = holder.and_then(|holder| holder.get_mut("content")?.as_object_mut());
    for (media_type, content) in content.into_iter().flatten() {
        let name = format!("{place}Content{}Schema", media_type.to_pascal_case());
        visit(&mut content["schema"], &name, named);
    }
}

/// Moves all types directly inside a schema with this name.
fn move_all(schema: &mut Value, name: &str, named: &mut Map<String, Value>) {
    visit(schema, name, named);
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (property, schema) in properties.into_iter().flatten() {
        let name = format!("{name}{}", property.to_pascal_case());
        match schema.get_mut("items") {
            Some(items) => move_type(items, format!("{name}Items"), named),
            None => move_type(schema, name, named),
        }
    }
}

/// Moves a schema to the named schemas if it becomes a separate type.
fn move_type(schema: &mut Value, name: String, named: &mut Map<String, Value>) {
    let keywords = ["enum", "properties", "oneOf"];
    // A constant boolean is not a type.
    if schema["type"] == "boolean" || !keywords.iter().any(|keyword| schema.get(keyword).is_some())
    {
        return;
    }
    let mut reference = json!({ "$ref": format!("{SCHEMAS}{name}") });
    let mut moved = schema.take();
    // The keywords about the property stay with it.
    if let (Value::Object(reference), Value::Object(moved)) = (&mut reference, &mut moved) {
        for key in ["nullable", "default", "deprecated"] {
            reference.extend(moved.shift_remove(key).map(|value| (key.to_owned(), value)));
        }
        let description = moved.get("description").cloned();
        reference.extend(description.map(|text| ("description".to_owned(), text)));
    }
    named.insert(name, moved);
    *schema = reference;
}

/// Visits the properties of a schema with this name, and of the objects in it.
fn visit(schema: &mut Value, name: &str, named: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (property, schema) in properties {
        let name = format!("{name}{}", property.to_pascal_case());
        visit(schema, &name, named);
        move_items(schema, &name, "Items", named);
    }
}

/// Moves the items of a list with this name, if it is not a plural.
fn move_items(schema: &mut Value, name: &str, ending: &str, named: &mut Map<String, Value>) {
    if let Some(items) = schema.get_mut("items").filter(|_| singular(name).is_none()) {
        move_type(items, format!("{name}{ending}"), named);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_lists_without_a_plural_name_are_named_by_place() {
        let list = json!({"type": "array", "items": {"type": "string", "enum": ["a"]}});
        let object = json!({"type": "object", "properties": {"status": list, "kinds": list}});
        let mut root = json!({
            "paths": {"/pets/{id}": {"get": {
                "parameters": [{"name": "sort_by", "in": "query", "schema": list}],
                "requestBody": {"content": {"application/json": {"schema": object}}},
                "responses": {"200": {"content": {"application/json": {"schema": object}}}},
            }}},
            "components": {"schemas": {"Pet": object}},
        });
        name(&mut root);
        let schemas = walk::schemas_of(&root).expect("schemas");
        let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "Pet",
                "PetStatusItems",
                "PetsIdGetParametersSortBySchemaItems",
                "PetsIdGetRequestBodyContentApplicationJsonSchemaStatusItems",
                "PetsIdGetRequestBodyContentApplicationJsonSchemaKindsItems",
                "PetsIdGetResponsesContentApplicationJsonSchemaStatusItems",
            ]
        );
        assert_eq!(schemas["Pet"]["properties"]["kinds"], list);
    }
}
