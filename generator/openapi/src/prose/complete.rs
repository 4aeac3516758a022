//! Completes omitted facts from elsewhere: from another place on the page, another page, or a page
//! in another format.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::mark::{CUT, Cut};
use super::{cut, groups, inline, items, mark, named, navigation, whole};
use crate::document::Document;
use crate::walk::{self, SCHEMAS, schemas_of};

/// Completes the documents of prose pages, and removes the marks of omitted facts.
pub(crate) fn complete(documents: &mut [Document]) {
    if !documents.iter().any(Document::is_prose) {
        return;
    }
    whole::name(documents);
    named::complete(documents);
    named::unify(documents);
    cut::complete(documents);
    inline::name(documents);
    navigation::remove(documents);
    groups::name(documents);
    for document in documents.iter_mut().filter(|document| document.is_prose()) {
        let known = known_types(document);
        if let Some(prose) = document.prose_mut() {
            prose
                .unknown_types
                .retain(|(name, _)| !known.contains(name));
        }
        set_path_texts(document);
        mark::remove(&mut document.root);
        items::name(&mut document.root);
    }
}

/// Makes path parameters strings if their types are unknown, because a path contains only text.
fn set_path_texts(document: &mut Document) {
    let schemas = schemas_of(&document.root).into_iter().flatten();
    let unknown = schemas
        .filter(|(_, schema)| schema[CUT] == Cut::Type.as_str() && schema.get("type").is_none());
    let unknown: BTreeSet<String> = unknown.map(|(name, _)| name.clone()).collect();
    walk::operations_mut(&mut document.root, &mut |_, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let schema = &parameter["schema"];
            let name = schema["$ref"]
                .as_str()
                .and_then(|target| target.strip_prefix(SCHEMAS));
            let is_unknown = match name {
                Some(name) => unknown.contains(name),
                None => schema.as_object().is_some_and(Map::is_empty),
            };
            if parameter["in"] == "path" && is_unknown {
                parameter["schema"] = json!({"type": "string"});
            }
        }
    });
}

/// Returns the named types of a document whose content is known, at least in part.
fn known_types(document: &Document) -> BTreeSet<String> {
    let schemas = schemas_of(&document.root).into_iter().flatten();
    let known = schemas.filter(|(_, schema)| {
        let cut = schema.get(CUT);
        cut.is_none_or(|cut| *cut == Cut::Variants.as_str())
    });
    known
        .map(|(name, _): (&String, &Value)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::loss::LossKind;
    use pages::SourceFile;
    use pages::page;

    /// Reads pages with these sections, and returns their documents by the order of the files.
    fn read(sections: &[&str]) -> Vec<Document> {
        read_with(sections, &[])
    }

    /// Reads pages; those at the indices `fetched` were fetched.
    fn read_with(sections: &[&str], fetched: &[usize]) -> Vec<Document> {
        let files = sections.iter().enumerate().map(|(index, sections)| {
            let text = format!(
                "# Page {index}\n\nGET https://a.example/v1/{index}\n\n\
                 Reference: https://docs.a.example/reference/pages/{index}\n\n{sections}"
            );
            let file = SourceFile::new(&format!("{index}.md"), &text);
            match fetched.contains(&index) {
                true => file.fetched(1),
                false => file,
            }
        });
        let pages = page::read(&files.collect::<Vec<_>>()).expect("pages");
        Document::parse_all(pages, &Default::default(), &mut Vec::new()).expect("documents")
    }

    fn block(schemas: &str) -> String {
        format!(
            "## OpenAPI Specification\n\n```yaml\nopenapi: 3.1.1\npaths: {{/x: {{get: {{}}}}}}\n\
             components:\n  schemas:\n{schemas}```\n"
        )
    }

    const CUT_PAGE: &str = "## Response\n\n### 200\n\n- `a` (object, required)\n  - `b` (object, required)\n    \
        - `c` (object, required)\n      - `d` (object, required)\n        - `e` (object, required)\n          \
        - `f` (object, required)\n            - `pets` (list of object, required)\n            \
        - `kind` (enum, optional)\n";

    /// Returns the object that the page truncates.
    fn cut_object(document: &Document) -> &Value {
        let path = "/paths/~10/get/responses/200/content/application~1json/schema";
        let deep = ["a", "b", "c", "d", "e", "f"].map(|name| format!("/properties/{name}"));
        let pointer = format!("{path}{}", deep.concat());
        document.root.pointer(&pointer).expect("the deepest object")
    }

    #[test]
    fn a_truncated_type_is_completed_from_a_shallower_mention() {
        let other = "## Response\n\n### 200\n\n- `pets` (list of object, required)\n  - `name` (string, required)\n\
                     - `kind` (enum, optional)\n  - Allowed values: `cat`, `dog`\n";
        let documents = read(&[CUT_PAGE, other]);
        let properties = &cut_object(&documents[0])["properties"];
        assert_eq!(
            properties["pets"]["items"]["properties"]["name"],
            json!({"type": "string"})
        );
        assert_eq!(
            properties["kind"],
            json!({"type": "string", "enum": ["cat", "dog"]})
        );
        assert!(
            !documents[0].loses(LossKind::CutTypes) && !documents[0].loses(LossKind::EnumValues)
        );
    }

    #[test]
    fn a_truncated_type_is_completed_from_a_page_in_another_form() {
        let block = block(
            "    Owner:\n      required: [pets]\n      properties:\n        kind: {type: string, enum: [cat]}\n        \
             pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}\n    Pet: {type: object, properties: {}}\n",
        );
        let documents = read(&[CUT_PAGE, &block]);
        let properties = &cut_object(&documents[0])["properties"];
        assert_eq!(
            properties["pets"]["items"],
            json!({"$ref": "#/components/schemas/Pet"})
        );
        assert!(schemas_of(&documents[0].root).is_some_and(|schemas| schemas.contains_key("Pet")));
    }

    #[test]
    fn values_are_taken_only_from_objects_that_agree() {
        let other = |properties: &str| {
            format!("## Response\n\n### 200\n\n- `a` (object, required)\n{properties}")
        };
        let kind = "  - `kind` (enum, optional)\n    - Allowed values: ";
        let pets = "  - `pets` (list of object, required)\n    - `name` (string, required)\n";
        let cat = other(&format!("{pets}{kind}`cat`\n"));
        let dog = other(&format!("{pets}{kind}`dog`\n"));
        let text = other(&format!("  - `pets` (string, required)\n{kind}`ant`\n"));
        for (pages, values) in [
            (vec![&cat, &text], json!(["cat"])),
            (vec![&text], Value::Null),
            // Two lists of values are ambiguous.
            (vec![&cat, &dog], Value::Null),
        ] {
            let mut sections = vec![CUT_PAGE];
            sections.extend(pages.into_iter().map(String::as_str));
            let documents = read(&sections);
            assert_eq!(
                cut_object(&documents[0])["properties"]["kind"]["enum"],
                values
            );
        }
    }

    #[test]
    fn a_variant_is_completed_only_from_a_variant_with_its_title() {
        let cut = CUT_PAGE.replace("`f` (object, required)", "`f` (object or object, required)");
        let (head, _) = cut
            .split_once("            - `pets`")
            .expect("the deepest object");
        let variants = ["CAT", "BAG"].map(|title| {
            format!(
                "            - {title}\n              - `kind` (enum, required)\n              \
                 - `value` (object, required)\n"
            )
        });
        let cut = format!("{head}{}", variants.concat());
        let other = "## Response\n\n### 200\n\n- `object or object or object`\n  - CAT\n    \
                     - `kind` (enum, required)\n      - Allowed values: `CAT`\n    \
                     - `value` (object, required)\n      - `name` (string, required)\n  - CATS\n    \
                     - `kind` (enum, required)\n      - Allowed values: `CATS`\n    \
                     - `value` (list of object, required)\n      - `name` (string, required)\n";
        let documents = read(&[&cut, other]);
        let path = "/paths/~10/get/responses/200/content/application~1json/schema";
        let deep = ["a", "b", "c", "d", "e", "f"].map(|name| format!("/properties/{name}"));
        let union = documents[0]
            .root
            .pointer(&format!("{path}{}", deep.concat()));
        let variants = &union.expect("the deepest union")["oneOf"];
        let of = |index: usize| &variants[index]["properties"];
        assert_eq!(of(0)["kind"]["enum"], json!(["CAT"]));
        assert_eq!(
            of(0)["value"]["properties"],
            json!({"name": {"type": "string"}})
        );
        assert_eq!(of(1)["kind"], json!({"type": "string"}));
        assert_eq!(of(1)["value"], json!({}));
    }

    #[test]
    fn of_two_pages_that_are_complete_the_fetched_one_is_followed() {
        let other = |value: &str| {
            format!(
                "## Response\n\n### 200\n\n- `pets` (list of object, required)\n  - `name` (string, required)\n\
                 - `kind` (enum, optional)\n  - Allowed values: `{value}`\n"
            )
        };
        let (first, second) = (other("ant"), other("bee"));
        for (fetched, value) in [(1, "ant"), (2, "bee")] {
            let documents = read_with(&[CUT_PAGE, &first, &second], &[fetched]);
            let kind = &cut_object(&documents[0])["properties"]["kind"];
            assert_eq!(kind["enum"], json!([value]));
        }

        let union = "## Response\n\n### 200\n\n- `a` (Shape, required)\n\n## Types\n\n### Shape\n";
        let known = |kind: &str| {
            block(&format!(
                "    Shape: {{oneOf: [{{type: string}}, {{type: {kind}}}]}}\n"
            ))
        };
        let (first, second) = (known("boolean"), known("integer"));
        for (fetched, kind) in [(1, "boolean"), (2, "integer")] {
            let documents = read_with(&[union, &first, &second], &[fetched]);
            let schemas = schemas_of(&documents[0].root).expect("schemas");
            assert_eq!(schemas["Shape"]["oneOf"][1], json!({"type": kind}));
        }
    }

    #[test]
    fn a_nested_object_has_the_name_of_an_equal_type_of_a_page_in_another_form() {
        let prose = "## Response\n\n### 200\n\n- `pets` (list of object, required)\n  \
                     - `name` (string, required) — The *name*.\n  - `kind` (enum, required)\n    \
                     - Allowed values: `cat`, `dog`\n  - `age` (integer, optional)\n";
        let pet = |name: &str, description: &str| {
            format!(
                "    {name}:\n      required: [name, kind]\n      properties:\n        \
                 name: {{type: string, description: {description}}}\n        \
                 kind: {{type: string, enum: [cat, dog]}}\n        age: {{type: integer}}\n"
            )
        };
        let items = |schemas: &str| {
            let documents = read(&[prose, &block(schemas)]);
            let path = "/paths/~10/get/responses/200/content/application~1json/schema";
            let pointer = format!("{path}/properties/pets/items");
            documents[0].root.pointer(&pointer).cloned()
        };
        let reference = json!({"$ref": "#/components/schemas/Pet"});
        assert_eq!(items(&pet("Pet", "The name.")), Some(reference.clone()));
        let lines = prose.lines().skip(5).map(|line| line.replacen("  ", "", 1));
        let lines: Vec<String> = lines.collect();
        let named = format!(
            "## Response\n\n### 200\n\n- `pet` (Pet, required)\n\n## Types\n\n### Pet\n\n{}\n",
            lines.join("\n")
        );
        let documents = read(&[prose, &named]);
        let response = &documents[0].root["paths"]["/0"]["get"]["responses"]["200"];
        let schema = &response["content"]["application/json"]["schema"];
        assert_eq!(schema["properties"]["pets"]["items"], reference);
        // Two types, a different type, and a type that the platform named after its place.
        let two = pet("Pet", "The name.") + &pet("Animal", "The name.");
        let other = pet("Pet", "Another name.");
        let place = pet("pets_list_Response_200", "The name.");
        for schemas in [two, other, place] {
            let items = items(&schemas).expect("the items of the list");
            assert_eq!(items["required"], json!(["name", "kind"]), "{schemas}");
        }
    }

    #[test]
    fn a_type_that_is_truncated_everywhere_is_any_value_and_a_loss() {
        let documents = read(&[CUT_PAGE]);
        let properties = &cut_object(&documents[0])["properties"];
        assert_eq!(properties["pets"], json!({"type": "array", "items": {}}));
        assert_eq!(properties["kind"], json!({"type": "string"}));
        assert!(documents[0].loses(LossKind::CutTypes) && documents[0].loses(LossKind::EnumValues));
    }

    #[test]
    fn a_union_without_variants_is_taken_from_a_page_that_knows_them() {
        let union = "## Response\n\n### 200\n\n- `a` (Shape, required)\n\n## Types\n\n### Shape\n";
        let known = "    Shape: {oneOf: [{type: string}, {$ref: '#/components/schemas/Circle'}]}\n    \
                     Circle: {type: object, properties: {r: {type: number}}}\n";
        let documents = read(&[union, &block(known)]);
        let schemas = schemas_of(&documents[0].root).expect("schemas");
        assert_eq!(schemas["Shape"]["oneOf"][0], json!({"type": "string"}));
        assert!(schemas.contains_key("Circle") && !documents[0].loses(LossKind::UnionVariants));
        let documents = read(&[union]);
        assert_eq!(
            schemas_of(&documents[0].root).expect("schemas")["Shape"],
            json!({})
        );
        assert!(documents[0].loses(LossKind::UnionVariants));
    }

    #[test]
    fn types_that_differ_only_in_names_of_unknown_types_are_one() {
        let page = |item: &str| {
            format!(
                "## Response\n\n### 200\n\n- `errors` (list of Fault, required)\n\n## Types\n\n### Fault\n\n\
                 - `place` (list of {item}, required)\n\n### {item}\n"
            )
        };
        let documents = read(&[&page("FaultPlaceItem"), &page("FaultPlaceItems")]);
        let fault = |document: &Document| document.root["components"]["schemas"]["Fault"].clone();
        assert_eq!(fault(&documents[0]), fault(&documents[1]));
    }

    #[test]
    fn a_response_has_the_name_of_a_type_with_the_same_properties() {
        let list = "## Response\n\n### 200\n\n- `pets` (list of Pet, required)\n\n## Types\n\n### Pet\n\n\
                    - `id` (string, required)\n- `name` (string, required)\n- `age` (integer, optional)\n";
        let get = "## Response\n\n### 200\n\n- `id` (string, required)\n- `name` (string, required)\n- `age` (integer, optional)\n";
        let documents = read(&[list, get]);
        let response = "/paths/~11/get/responses/200/content/application~1json/schema";
        let response = documents[1].root.pointer(response);
        assert_eq!(response, Some(&json!({"$ref": "#/components/schemas/Pet"})));
    }
}
