//! Corrections that no rule can infer: an OpenAPI Overlay 1.0 document, which is applied to the
//! merged document.
//!
//! <https://spec.openapis.org/overlay/v1.0.0.html>

mod action;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::dangling::{self, Dangling};
use crate::merged::Merged;
use crate::references;
use crate::server_url;
use crate::walk;
use action::{Action, Effect};
use names::type_name;
use pages::SourceFile;
use pages::pointer;
use pages::yaml;
use pages::{Code, Place, Problem};

/// The extension that names types, by the names of their schemas in the pages. An action on `$`
/// sets it.
pub const TYPE_NAMES: &str = "x-type-names";

/// The extension with the names by which pagination is recognized. An action on `$` sets it.
pub const PAGING: &str = "x-paging";

/// The keys of [`PAGING`], each of which has a list of names.
const PAGING_KEYS: [&str; 9] = [
    "page",
    "offset",
    "token",
    "items",
    "last-page",
    "total",
    "has-more",
    "next-token",
    "next-url",
];

/// An overlay: actions that correct the merged document.
pub struct Overlay {
    file: Arc<SourceFile>,
    root: Value,
    lines: yaml::Lines,
}

impl Overlay {
    /// Reads an overlay.
    ///
    /// # Errors
    ///
    /// If it is not YAML, or not an Overlay 1.0 document.
    pub fn read(file: &Arc<SourceFile>) -> Result<Self, Problem> {
        let (root, lines) = yaml::parse(&file.text).map_err(|error| {
            Problem::new(
                Code::InvalidOverlay,
                format!("the overlay is not {}: {}", error.language, error.message),
            )
            .at(file.place(error.line))
            .advice("correct the line")
        })?;
        let overlay = Self {
            file: Arc::clone(file),
            root,
            lines,
        };
        let version = overlay.root["overlay"].as_str().unwrap_or_default();
        if !version.starts_with("1.0") {
            return Err(Problem::new(
                Code::InvalidOverlay,
                "the overlay does not have `overlay: 1.0.0`",
            )
            .at(overlay.place("/overlay"))
            .advice("it must be an OpenAPI Overlay 1.0 document"));
        }
        if !overlay.root["actions"].is_array() {
            return Err(
                Problem::new(Code::InvalidOverlay, "the overlay has no list of `actions`")
                    .at(overlay.place("/actions"))
                    .advice("each action has a `target` with an `update` or `remove: true`"),
            );
        }
        overlay.check_paging()?;
        Ok(overlay)
    }

    fn actions(&self) -> &[Value] {
        self.root["actions"].as_array().map_or(&[], Vec::as_slice)
    }

    fn place(&self, pointer: &str) -> Place {
        self.file.place(self.lines.line(pointer))
    }

    /// Returns the extension of the document that actions on `$` set, with the pointer
    /// of each into the overlay.
    fn root_extension(&self, name: &str) -> impl Iterator<Item = (String, &Value)> {
        let actions = self.actions().iter().enumerate();
        actions.filter_map(move |(index, action)| {
            let value = action["update"].get(name)?;
            let pointer = pointer::of(&["actions", &index.to_string(), "update", name]);
            (action["target"] == "$").then_some((pointer, value))
        })
    }

    /// Returns the place where actions on `$` set an extension, or the beginning of the overlay if
    /// there is none.
    pub(crate) fn place_of_root_extension(&self, name: &str) -> Place {
        let found = self.root_extension(name).last();
        self.place(&found.map(|(pointer, _)| pointer).unwrap_or_default())
    }

    /// Returns the server that actions on `$` or `$.servers[0]` set.
    pub fn server(&self) -> Option<String> {
        let filled = |server: &Value| Some(server_url::filled(server["url"].as_str()?, server));
        let root = self
            .root_extension("servers")
            .find_map(|(_, servers)| filled(&servers[0]));
        let entries = self
            .actions()
            .iter()
            .filter(|action| action["target"] == "$.servers[0]");
        let entry = entries
            .filter_map(|action| filled(&action["update"]))
            .next();
        root.or(entry)
    }

    /// Returns the names of types, by the names of their schemas in the pages.
    ///
    /// # Errors
    ///
    /// If a name is not valid for a type, or two schemas have the same name.
    pub fn type_names(&self) -> Result<BTreeMap<String, String>, Problem> {
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (at, value) in self.root_extension(TYPE_NAMES) {
            let Some(entries) = value.as_object() else {
                return Err(Problem::new(
                    Code::InvalidTypeName,
                    format!("`{TYPE_NAMES}` is not an object"),
                )
                .at(self.place(&at))
                .advice("map the name of each schema to the name of its type"));
            };
            for (schema, name) in entries {
                let place = || self.place(&format!("{at}{}", pointer::of(&[schema])));
                let written = name.as_str().map(type_name).unwrap_or_default();
                if name != written.as_str() || written.is_empty() {
                    let name = name
                        .as_str()
                        .map_or_else(|| name.to_string(), str::to_owned);
                    return Err(Problem::new(
                        Code::InvalidTypeName,
                        format!("`{name}` is not a valid name of a type"),
                    )
                    .at(place())
                    .advice(format!("write it like `{}`", type_name(&name))));
                }
                if let Some((other, _)) = names.iter().find(|(_, taken)| **taken == written) {
                    return Err(Problem::new(
                        Code::InvalidTypeName,
                        format!(
                            "the overlay gives `{other}` and `{schema}` the same type name, \
                             `{written}`"
                        ),
                    )
                    .at(place())
                    .advice("give one of them another name"));
                }
                names.insert(schema.clone(), written);
            }
        }
        Ok(names)
    }

    /// Returns the place where a schema is named.
    pub fn place_of_type_name(&self, schema: &str) -> Option<Place> {
        let mut extensions = self.root_extension(TYPE_NAMES);
        let (at, _) = extensions.find(|(_, names)| names.get(schema).is_some())?;
        Some(self.place(&format!("{at}{}", pointer::of(&[schema]))))
    }

    /// Returns the place of a string in the overlay, or its beginning if it does not contain the
    /// string.
    pub(crate) fn place_of_text(&self, text: &str) -> Place {
        self.place(&pointer_of_text(&self.root, text).unwrap_or_default())
    }

    fn check_paging(&self) -> Result<(), Problem> {
        for (at, value) in self.root_extension(PAGING) {
            let entries = value.as_object().into_iter().flatten();
            let is_list = |value: &Value| {
                let items = value.as_array();
                items.is_some_and(|items| items.iter().all(Value::is_string))
            };
            let wrong = entries
                .filter(|(key, value)| !PAGING_KEYS.contains(&key.as_str()) || !is_list(value))
                .map(|(key, _)| key)
                .next();
            if !value.is_object() || wrong.is_some() {
                let keys = PAGING_KEYS.map(|key| format!("`{key}`")).join(", ");
                let pointer =
                    wrong.map_or(at.clone(), |key| format!("{at}{}", pointer::of(&[key])));
                return Err(Problem::new(
                    Code::InvalidOverlay,
                    format!("`{PAGING}` cannot be used"),
                )
                .at(self.place(&pointer))
                .advice(format!(
                    "write an object with {keys}, each with a list of names"
                )));
            }
        }
        Ok(())
    }

    /// Applies the actions to `api`. Actions that match or change nothing are reported as warnings.
    ///
    /// # Errors
    ///
    /// If an action cannot be applied, or leaves an invalid document.
    pub fn apply(&self, api: &mut Merged, warnings: &mut Vec<Problem>) -> Result<(), Problem> {
        let ids = operation_ids(&api.root);
        for (index, action) in self.actions().iter().enumerate() {
            let place = |key: &str| self.place(&pointer::of(&["actions", &index.to_string(), key]));
            let effect = Action::read(action, &place)?.apply(&mut api.root, &place)?;
            let target = action["target"].as_str().unwrap_or_default();
            if let Some(missing) = missing(&api.root) {
                return Err(Problem::new(
                    Code::BrokenByOverlay,
                    format!(
                        "the overlay's action on `{target}` leaves the document without {missing}"
                    ),
                )
                .at(place("target"))
                .advice("a client needs it: remove less"));
            }
            if let Some(problem) = useless(effect, target) {
                warnings.push(problem.at(place("target")));
            }
        }
        // It has already been applied to the names of schemas.
        if let Some(root) = api.root.as_object_mut() {
            root.shift_remove(TYPE_NAMES);
        }
        follow_ids(api, &ids);
        self.check(api)
    }

    /// Checks the document after the actions.
    fn check(&self, api: &mut Merged) -> Result<(), Problem> {
        if let Some((pointer, form)) = walk::invalid_part(&api.root) {
            return Err(Problem::new(
                Code::BrokenByOverlay,
                format!("after the overlay, `{pointer}` should be {form}"),
            )
            .at(self.place("/actions"))
            .advice("correct the action that changes it"));
        }
        references::settle(&mut api.root);
        match dangling::first(&api.root) {
            None => Ok(()),
            Some(Dangling { target, .. }) => Err(Problem::new(
                Code::BrokenByOverlay,
                format!("after the overlay, the reference `{target}` points to nothing"),
            )
            .at(self.place("/actions"))
            .advice("update or remove the reference as well")),
        }
    }
}

/// Returns the warning for an action without a relevant effect.
fn useless(effect: Effect, target: &str) -> Option<Problem> {
    let (code, what, advice) = match effect {
        Effect::Changed => return None,
        Effect::Unmatched => (
            Code::UnmatchedAction,
            "matches nothing",
            "correct the target, or remove the action if the pages are now correct",
        ),
        Effect::Redundant => (
            Code::RedundantAction,
            "changes nothing",
            "remove the action: the pages already state it",
        ),
        Effect::Reworded => (
            Code::RedundantAction,
            "changes only descriptions",
            "remove the action: the pages already state it, in other words",
        ),
    };
    let message = format!("the overlay's action on `{target}` {what}");
    Some(Problem::new(code, message).advice(advice))
}

/// Returns the id of each operation, by its path and method.
fn operation_ids(root: &Value) -> BTreeMap<(String, String), String> {
    let operations = walk::operations(root).map(|(path, method, operation)| {
        let id = walk::operation_id(operation);
        ((path.to_owned(), method.to_owned()), id.to_owned())
    });
    operations.collect()
}

/// Keeps the origins of operations whose ID differs from that in `before`.
fn follow_ids(api: &mut Merged, before: &BTreeMap<(String, String), String>) {
    let mut moved = Vec::new();
    for (place, id) in operation_ids(&api.root) {
        if let Some(former) = before.get(&place).filter(|former| **former != id) {
            moved.extend(api.origins.remove(former).map(|origin| (id, origin)));
        }
    }
    api.origins.extend(moved);
}

/// Returns the first required part that a document does not have.
fn missing(root: &Value) -> Option<&'static str> {
    let is_text = |key: &str| root["info"][key].is_string();
    if !is_text("title") || !is_text("version") {
        return Some("the API's title or version");
    }
    if !root["servers"][0]["url"].is_string() {
        return Some("a server");
    }
    let has_operation = walk::operations(root).next().is_some();
    (!has_operation).then_some("an operation")
}

/// Returns the pointer of the first value that is a text.
fn pointer_of_text(node: &Value, text: &str) -> Option<String> {
    let inside = |key: &str, child| {
        let inner = pointer_of_text(child, text)?;
        Some(pointer::of(&[key]) + &inner)
    };
    match node {
        Value::String(own) => (own == text).then(String::new),
        Value::Object(object) => object.iter().find_map(|(key, child)| inside(key, child)),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, child)| inside(&index.to_string(), child))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::merged::Origin;

    fn document() -> Value {
        let get = json!({
            "tags": ["pets"],
            "x-fern-sdk-group-name": ["pets"],
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
            "responses": {"200": {"description": "Pets"}},
        });
        json!({
            "pets": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
            "info": {"title": "Pets", "version": "1", "x": 1},
            "servers": [{"url": "https://a.example"}],
            "paths": {"/pets": {"get": get}},
        })
    }

    fn applied(actions: &str) -> Result<(Value, Vec<Problem>), Problem> {
        let text = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}");
        let mut api = Merged {
            root: document(),
            origins: BTreeMap::new(),
        };
        let mut warnings = Vec::new();
        let overlay = Overlay::read(&SourceFile::new("overlay.yaml", &text))?;
        overlay.apply(&mut api, &mut warnings)?;
        Ok((api.root, warnings))
    }

    #[test]
    fn objects_are_merged_and_lists_are_appended_to() {
        let (root, _) = applied(
            "- target: $.info\n  update: {x: 2, y: [1]}\n- target: $.pets\n  update: {name: d}\n\
             - target: $.info\n  update: {y: [2]}\n",
        )
        .expect("good actions");
        assert_eq!(root["info"]["x"], 2);
        assert_eq!(root["info"]["y"], json!([1, 2]));
        assert_eq!(root["pets"][3]["name"], "d");
    }

    #[test]
    fn every_match_is_removed() {
        let (root, _) =
            applied("- target: $.pets[?@.name != 'b']\n  remove: true\n").expect("good actions");
        assert_eq!(root["pets"], json!([{"name": "b"}]));
    }

    #[test]
    fn an_action_that_matches_nothing_is_a_warning() {
        let (_, warnings) = applied("- target: $.none\n  remove: true\n").expect("good actions");
        assert_eq!(
            warnings[0].message(),
            "the overlay's action on `$.none` matches nothing"
        );
        assert_eq!(warnings[0].place().map(Place::line), Some(4));
    }

    #[test]
    fn an_action_that_has_become_true_is_a_warning_and_changes_nothing() {
        let actions = [
            "- target: $.info\n  update: {x: 1}\n",
            "- target: $.pets\n  update: {name: b}\n",
            "- target: $.paths.*.get.tags\n  update: pets\n",
            "- target: $.paths.*.get\n  update: {tags: [pets]}\n",
            "- target: $.paths.*.get.parameters\n  update: {name: limit, in: query, schema: {}}\n",
        ];
        for action in actions {
            let (root, warnings) = applied(action).expect("a good action");
            assert_eq!(root, document(), "{action}");
            let codes: Vec<Code> = warnings.iter().map(Problem::code).collect();
            assert_eq!(codes, [Code::RedundantAction], "{action}");
        }
        let (root, warnings) = applied("- target: $.paths.*.get\n  update: {tags: [pets, zoo]}\n")
            .expect("a good action");
        assert_eq!(
            root["paths"]["/pets"]["get"]["tags"],
            json!(["pets", "zoo"])
        );
        assert!(warnings.is_empty());
    }

    #[test]
    fn an_action_that_the_pages_say_in_other_words_is_a_warning() {
        let described = "- target: $.info\n  update: {x: 1, description: Pets of all kinds}\n";
        let (root, warnings) = applied(described).expect("a good action");
        assert_eq!(root["info"]["description"], "Pets of all kinds");
        assert_eq!(warnings[0].code(), Code::RedundantAction);
        assert_eq!(
            warnings[0].message(),
            "the overlay's action on `$.info` changes only descriptions"
        );
        let status = "- target: $.paths.*.get\n  update: {responses: {200: {description: All}}}\n";
        let (_, warnings) = applied(status).expect("a good action");
        assert_eq!(warnings[0].code(), Code::RedundantAction);

        for wanted in [
            "- target: $.info\n  update: {description: Pets of all kinds}\n",
            "- target: $.info\n  update: {x: 2, description: Pets of all kinds}\n",
            "- target: $.info\n  update: {properties: {description: {type: string}}}\n",
        ] {
            let (_, warnings) = applied(wanted).expect("a good action");
            assert!(warnings.is_empty(), "{wanted}");
        }
    }

    #[test]
    fn an_operation_that_gets_another_id_keeps_its_origin() {
        let text = "overlay: 1.0.0\nactions:\n- target: $.paths['/pets'].get\n  \
                    update: {operationId: pets_list}\n";
        let mut root = document();
        root["paths"]["/pets"]["get"]["operationId"] = "animals_list".into();
        let origin = Origin {
            place: SourceFile::new("list.md", "").place(1),
            reference: None,
            path: "/pets".to_owned(),
        };
        let origins = BTreeMap::from([("animals_list".to_owned(), origin)]);
        let mut api = Merged { root, origins };
        let overlay = Overlay::read(&SourceFile::new("overlay.yaml", text)).expect("an overlay");
        overlay
            .apply(&mut api, &mut Vec::new())
            .expect("a good action");
        let pages = api.origins.iter();
        let pages: Vec<_> = pages
            .map(|(id, origin)| (id.as_str(), origin.place.page()))
            .collect();
        assert_eq!(pages, [("pets_list", "list.md")]);
    }

    #[test]
    fn a_target_that_is_not_a_jsonpath_is_an_error() {
        let problem = applied("- target: pets[\n  remove: true\n").expect_err("a bad target");
        assert_eq!(problem.place().map(Place::line), Some(4));
    }

    #[test]
    fn the_name_of_a_group_is_replaced() {
        let (root, _) =
            applied("- target: $.paths.*.get\n  update: {x-fern-sdk-group-name: [zoo, animals]}\n")
                .expect("a good action");
        let operation = &root["paths"]["/pets"]["get"];
        assert_eq!(
            operation["x-fern-sdk-group-name"],
            json!(["zoo", "animals"])
        );
    }

    #[test]
    fn an_action_that_cannot_be_meant_is_an_error_with_its_line() {
        for (action, message, line) in [
            (
                "- target: $.info\n  updates: {x: 2}\n",
                "an action of the overlay has no key `updates`",
                5,
            ),
            (
                "- target: $.info\n",
                "an action of the overlay changes nothing",
                4,
            ),
            (
                "- target: $.paths\n  remove: true\n",
                "the overlay's action on `$.paths` leaves the document without an operation",
                4,
            ),
            (
                "- target: $\n  remove: true\n",
                "the overlay's action on `$` leaves the document without the API's title or version",
                4,
            ),
            (
                "- target: $.info\n  remove: true\n",
                "the overlay's action on `$.info` leaves the document without the API's title or version",
                4,
            ),
        ] {
            let problem = applied(action).expect_err(action);
            assert_eq!(problem.message(), message);
            assert_eq!(problem.place().map(Place::line), Some(line));
        }
    }

    fn overlay(update: &str) -> Result<Overlay, Problem> {
        let text = format!("overlay: 1.0.0\nactions:\n- target: $\n  update:\n    {update}\n");
        Overlay::read(&SourceFile::new("overlay.yaml", &text))
    }

    #[test]
    fn types_are_named_by_their_schemas() {
        let names = |update| overlay(update).and_then(|overlay| overlay.type_names());
        let named = names("x-type-names: {page_info: PageInfo}").expect("names");
        assert_eq!(named["page_info"], "PageInfo");
        for (update, message, advice) in [
            (
                "x-type-names: {pet: Self}",
                "`Self` is not a valid name of a type",
                "write it like `SelfObject`",
            ),
            (
                "x-type-names: {pet: my_pet}",
                "`my_pet` is not a valid name of a type",
                "write it like `MyPet`",
            ),
            (
                "x-type-names: {pet: Pet, dog: Pet}",
                "the overlay gives `pet` and `dog` the same type name, `Pet`",
                "give one of them another name",
            ),
        ] {
            let problem = names(update).expect_err(update);
            assert_eq!(problem.message(), message);
            assert_eq!(problem.advised(), Some(advice));
            assert_eq!(problem.place().map(Place::line), Some(5));
        }
    }

    #[test]
    fn names_of_pagination_are_lists() {
        assert!(overlay("x-paging: {page: [p], last-page: [total]}").is_ok());
        for update in [
            "x-paging: {pages: [p]}",
            "x-paging: {page: p}",
            "x-paging: p",
        ] {
            let problem = overlay(update).err().expect(update);
            assert_eq!(problem.message(), "`x-paging` cannot be used");
            assert_eq!(problem.place().map(Place::line), Some(5));
        }
    }
}
