//! A form without its files.
//!
//! ```yaml
//! multipart/form-data:
//!   schema:
//!     properties:
//!       name: {type: string}   # and photo: {type: string, format: binary}
//! ```
//!
//! The export omits file properties from the schema of a form. The page's samples still send them,
//! as parts with a file name. Whether the API requires them is not documented, so they are
//! optional, unless a file is the only field of the form. A field that is sent more than once, or
//! whose name is a plural, is a list, because a list with one file is sent like a single file.
//! Fields are inserted in the order of the samples, because a server may depend on this order.
//!
//! Other forms have a field such as `file` that is an object without properties. The export writes
//! this for a file that the API's own document describes as an object.

use heck::ToSnakeCase;
use serde_json::{Map, Value, json};

use super::{Context, Fixed, Quirk, is_empty_object};
use crate::references;
use crate::walk;
use names::singular;
use pages::page::SampleFile;
use pages::pointer;

pub(super) const QUIRK: Quirk = Quirk {
    name: "missing-file",
    summary: "form files that occur only in samples, or are empty objects",
    fix,
};

const FORM: &str = "multipart/form-data";

fn fix(root: &mut Value, context: &Context<'_>, fixed: &mut Fixed) {
    // The samples belong to the page, which describes one operation.
    let Some(form) = form(root) else { return };
    for pointer in empty_files(root, &form) {
        if let Some(Value::Object(schema)) = root.pointer_mut(&pointer) {
            let description = schema.shift_remove("description");
            *schema = Map::from_iter([
                ("type".to_owned(), "string".into()),
                ("format".to_owned(), "binary".into()),
            ]);
            schema.extend(description.map(|text| ("description".to_owned(), text)));
            fixed.at(pointer);
        }
    }
    let files = &context.page.sample_files;
    if files.is_empty() {
        return;
    }
    let Some(Value::Object(schema)) = root.pointer_mut(&form) else {
        return;
    };
    let is_composed = ["allOf", "anyOf", "oneOf"].map(|keyword| schema.contains_key(keyword));
    let is_composed = is_composed.contains(&true);
    let properties = schema
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(properties) = properties else {
        return;
    };
    let is_one = files.iter().all(|file| file.name == files[0].name);
    let is_all = is_one && properties.is_empty() && !is_composed;
    for SampleFile { name, after } in files {
        let file = json!({"type": "string", "format": "binary"});
        let is_repeated = files.iter().filter(|other| other.name == *name).count() > 1;
        let schema = if is_repeated || singular(name).is_some() {
            json!({"type": "array", "items": file})
        } else {
            file
        };
        if !properties.contains_key(name) {
            let index = index_after(properties, after.as_deref());
            properties.shift_insert(index, name.clone(), schema);
            fixed.at(format!("{form}{}", pointer::of(&["properties", name])));
        }
    }
    if is_all {
        schema.insert("required".to_owned(), json!([files[0].name]));
    }
}

/// Returns the pointers to the fields of a form that are called files, but are objects without
/// properties.
fn empty_files(root: &Value, form: &str) -> Vec<String> {
    let is_empty = |schema: &Value| {
        let schema = match schema["$ref"].as_str() {
            Some(target) => references::find(root, target),
            None => Some(schema),
        };
        schema.is_some_and(is_empty_object)
    };
    let schema = root.pointer(form);
    let properties = schema.and_then(|schema| schema["properties"].as_object());
    let fields = properties.into_iter().flatten();
    let pointers = fields.filter_map(|(name, field)| {
        let words = name.to_snake_case();
        let pointer = |items: &[&str]| {
            let field = pointer::of(&[&["properties", name], items].concat());
            format!("{form}{field}")
        };
        match words.rsplit('_').next()? {
            "file" if is_empty(field) => Some(pointer(&[])),
            "files" if is_empty(&field["items"]) => Some(pointer(&["items"])),
            _ => None,
        }
    });
    pointers.collect()
}

/// Returns the index after the property `after`: 0 if it is `None`, and the end if the form has no
/// such property.
fn index_after(properties: &Map<String, Value>, after: Option<&str>) -> usize {
    let Some(after) = after else { return 0 };
    let mut names = properties.keys();
    let index = names.position(|name| name == after);
    index.map_or(properties.len(), |index| index + 1)
}

/// Returns the pointer to the schema of the form of the only operation.
fn form(root: &Value) -> Option<String> {
    let mut operations = walk::operations(root);
    let (path, method, operation) = operations.next()?;
    if operations.next().is_some() {
        return None;
    }
    let schema = &operation.get("requestBody")?["content"][FORM]["schema"];
    let Some(target) = schema["$ref"].as_str() else {
        let place = [
            "paths",
            path,
            method,
            "requestBody",
            "content",
            FORM,
            "schema",
        ];
        return schema.is_object().then(|| pointer::of(&place));
    };
    let name = target.strip_prefix(walk::SCHEMAS)?;
    Some(pointer::of(&["components", "schemas", name]))
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use super::*;

    fn body(schema: &str) -> String {
        format!(
            "paths:\n  /pets:\n    post:\n      requestBody:\n        content:\n          \
             multipart/form-data: {{schema: {schema}}}\n\
             components:\n  schemas:\n    Pet: {{properties: {{name: {{type: string}}}}}}\n"
        )
    }

    #[test]
    fn a_file_of_the_samples_is_a_part_of_the_form() {
        let file = json!({"type": "string", "format": "binary"});
        let (root, fixed) = run(&QUIRK, &body("{properties: {name: {type: string}}}"));
        let place = "/paths/~1pets/post/requestBody/content/multipart~1form-data/schema/properties";
        assert_eq!(root.pointer(&format!("{place}/photo")), Some(&file));
        assert_eq!(
            root.pointer(&format!("{place}/tracks")),
            Some(&json!({"type": "array", "items": file}))
        );
        assert_eq!(
            fixed,
            ["photo", "tracks"].map(|name| format!("{place}/{name}"))
        );

        let (root, _) = run(&QUIRK, &body("{$ref: '#/components/schemas/Pet'}"));
        assert_eq!(
            root["components"]["schemas"]["Pet"]["properties"]["photo"],
            file
        );
    }

    #[test]
    fn a_file_stands_where_the_samples_send_it() {
        let (root, _) = run(
            &QUIRK,
            &body("{properties: {name: {type: string}, size: {type: string}}}"),
        );
        let place = "/paths/~1pets/post/requestBody/content/multipart~1form-data/schema/properties";
        let properties = root.pointer(place).and_then(Value::as_object);
        let names: Vec<_> = properties.into_iter().flat_map(Map::keys).collect();
        assert_eq!(names, ["name", "photo", "size", "tracks"]);
    }

    #[test]
    fn a_file_that_the_form_has_stays_as_it_is() {
        let (_, fixed) = run(
            &QUIRK,
            &body("{properties: {photo: {type: string, format: binary}, tracks: {}}}"),
        );
        assert!(fixed.is_empty());
    }
    #[test]
    fn a_field_that_is_called_a_file_is_not_an_empty_object() {
        let file = json!({"type": "string", "format": "binary"});
        let empty = "{type: object, properties: {}}";
        let (root, _) = run(
            &QUIRK,
            &body(&format!(
                "{{properties: {{file: {empty}, csvFile: {{$ref: '#/components/schemas/Empty'}}, \
                 audio_files: {{type: array, items: {empty}}}, profile: {empty}, \
                 meta_file: {{type: object, properties: {{}}, additionalProperties: true}}}}}}"
            ))
            .replace("schemas:\n", &format!("schemas:\n    Empty: {empty}\n")),
        );
        let place = "/paths/~1pets/post/requestBody/content/multipart~1form-data/schema/properties";
        let properties = root.pointer(place).expect("properties");
        assert_eq!(properties["file"], file);
        assert_eq!(properties["csvFile"], file);
        assert_eq!(properties["audio_files"]["items"], file);
        for other in ["profile", "meta_file"] {
            assert_eq!(properties[other]["type"], "object", "{other}");
        }
    }
}
