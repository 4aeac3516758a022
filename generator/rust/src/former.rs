//! Former names, as deprecated aliases of renamed items.

use api::{FormerCall, FormerName, Operation};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use crate::documentation::{Documentation, Line};
use crate::format::ident;
use crate::operations::groups::{accessors, modules};

/// Returns the documentation of a former name. `path` is the path of the current item.
pub(crate) fn docs(current: &str, path: &str) -> Documentation {
    let line = Line::new("Former name of ");
    let line = match current == path {
        true => line.item(current),
        false => line.item_at(current, path),
    };
    Documentation::new().line(line.text("."))
}

/// Returns the text that the compiler shows for uses of a former name.
fn note(current: &str) -> String {
    format!("renamed to `{current}`")
}

/// Returns the attribute of a former name.
pub(crate) fn attribute(since: &str, current: &str) -> TokenStream {
    let note = note(current);
    quote!(#[deprecated(since = #since, note = #note)])
}

/// Returns the same attribute as text.
pub(crate) fn attribute_text(former: &FormerName) -> String {
    let (since, note) = (&former.since, note(&former.current));
    format!("#[deprecated(since = {since:?}, note = {note:?})]")
}

/// Returns the aliases of the structs of an operation, for the module of a former group.
pub(crate) fn structs(operation: &Operation, call: &FormerCall) -> TokenStream {
    let structs = call.structs(operation).into_iter();
    let structs = structs.map(|(former, current)| {
        let target = match call.group == operation.group {
            true => ident(current).to_token_stream(),
            false => item_path("operations", operation, current),
        };
        let docs = docs(current, &target.to_string().replace(' ', "")).attributes();
        let deprecated = attribute(&call.since, current);
        let former = ident(former);
        quote! {
            #docs
            #deprecated
            pub type #former = #target;
        }
    });
    structs.collect()
}

/// Returns the path of an item in the module of an operation's group.
pub(crate) fn item_path(root: &str, operation: &Operation, name: &str) -> TokenStream {
    let (root, name) = (ident(root), ident(name));
    let modules = modules(operation).into_iter().map(ident);
    quote!(crate::#root #(::#modules)*::#name)
}

/// Returns the expression for the group of an operation, for use in a method of a former group.
pub(crate) fn owner(operation: &Operation, call: &FormerCall) -> TokenStream {
    if call.group == operation.group {
        return quote!(self);
    }
    let client = match call.group.is_empty() {
        true => quote!(self),
        false => quote!(self.client),
    };
    let accessors = accessors(operation);
    quote!(#client #(.#accessors())*)
}

#[cfg(test)]
mod tests {
    use api::{FormerCall, FormerName, Operation, Presence, Response, Type};

    use crate::Crate;
    use crate::operations::samples;

    fn former(name: &str, current: &str) -> FormerName {
        FormerName {
            name: name.to_owned(),
            current: current.to_owned(),
            since: "0.2.0".to_owned(),
        }
    }

    /// Returns an operation with a different former group and method.
    fn moved(method: &str, group: &[&str], former: (&str, &[&str])) -> Operation {
        let mut operation = samples::operation(method, group);
        let old = samples::operation(former.0, former.1);
        operation.former_calls = vec![FormerCall {
            group: old.group,
            method: old.method,
            request: old.request,
            arguments_struct: None,
            since: "0.2.0".to_owned(),
        }];
        operation
    }

    /// Returns the text of a file of a crate with one operation.
    fn text(operation: Operation, path: &str) -> String {
        let api = samples::with_operations([], [operation]);
        let mut files = Crate::default();
        crate::operations::files(&api, "pets", &mut files).expect("Rust");
        crate::mock::files(&api, "pets", &mut files).expect("Rust");
        let mut files = files.files();
        let file = files.find(|(known, _)| *known == path);
        file.map(|(_, text)| text.to_owned()).unwrap_or_default()
    }

    #[track_caller]
    fn has(text: &str, code: &str) {
        assert!(text.contains(code), "{text}");
    }

    #[test]
    fn a_former_method_forwards_its_arguments() {
        let mut operation = moved("fetch", &["pets"], ("get", &["pets"]));
        let id = samples::parameter("id", Type::String, true);
        samples::with_parameters(&mut operation, vec![id]);
        let text = text(operation, "src/operations/pets.rs");
        let method = "
    /// Former name of `client.pets().fetch()`.
    #[deprecated(since = \"0.2.0\", note = \"renamed to `client.pets().fetch()`\")]
    pub fn get(&self, id: impl Into<String>) -> FetchRequest {
        self.fetch(id)
    }
";
        has(&text, method);
        let alias = "
/// Former name of [`FetchRequest`].
#[deprecated(since = \"0.2.0\", note = \"renamed to `FetchRequest`\")]
pub type GetRequest = FetchRequest;
";
        has(&text, alias);
    }

    #[test]
    fn a_former_group_leads_to_the_current_one() {
        let operation = moved("list", &["animals"], ("list", &["pets"]));
        let group = text(operation.clone(), "src/operations/pets.rs");
        let method = "    pub fn list(&self) -> crate::operations::animals::ListRequest {
        self.client.animals().list()
    }
";
        has(&group, method);
        has(
            &group,
            "pub type ListRequest = crate::operations::animals::ListRequest;\n",
        );
        let root = text(operation.clone(), "src/operations/mod.rs");
        let accessor = "    /// Returns the operations of the group `pets`.
    ///
    /// Former names of operations that have moved to other groups.
    #[deprecated(since = \"0.2.0\", note = \"its operations have moved\")]
    pub fn pets(&self) -> pets::Pets {
";
        has(&root, accessor);
        has(
            &root,
            "    /// Returns the operations of the group `animals`.\n    ///\n    /// Methods: `list`.\n    pub fn",
        );
        let mock = text(operation, "src/mock/pets.rs");
        let function = "
/// Former name of [`list`](crate::mock::animals::list).
#[deprecated(since = \"0.2.0\", note = \"renamed to `mock::animals::list`\")]
pub fn list(server: &MockServer) -> Mocked<'_, Empty> {
    crate::mock::animals::list(server)
}
";
        has(&mock, function);
    }

    #[test]
    fn a_former_method_of_the_client_leads_to_a_group_and_back() {
        let text_of = |operation| text(operation, "src/operations/ungrouped.rs");
        let method = "    pub fn pets(&self) -> crate::operations::animals::ListRequest {
        self.animals().list()
    }
";
        has(&text_of(moved("list", &["animals"], ("pets", &[]))), method);
        let text = text(
            moved("list", &[], ("list", &["pets"])),
            "src/operations/pets.rs",
        );
        has(&text, "        self.client.list()\n");
    }

    #[test]
    fn a_former_setter_calls_the_current_one() {
        let mut operation = samples::operation("list", &["pets"]);
        let limit = samples::parameter("limit", Type::String, false);
        samples::with_parameters(&mut operation, vec![limit]);
        operation.former_setters = vec![former("page_limit", "limit")];
        let setter = "
    /// Former name of [`limit`](Self::limit).
    #[deprecated(since = \"0.2.0\", note = \"renamed to `limit`\")]
    pub fn page_limit(self, limit: impl Into<String>) -> Self {
        self.limit(limit)
    }
";
        has(&text(operation, "src/operations/pets.rs"), setter);
    }

    #[test]
    fn former_types_are_aliases() {
        let mut animal = samples::object("Animal", []);
        animal.former_names = vec![former("Pet", "Animal"), former("Beast", "Animal")];
        let mut files = Crate::default();
        let api = &mut samples::api([animal]);
        crate::types::files(api, &mut files);
        let (_, index) = files.files().last().expect("a file");
        let end = "
pub use self::animal::Animal;

/// Former name of [`Animal`].
#[deprecated(since = \"0.2.0\", note = \"renamed to `Animal`\")]
pub type Beast = Animal;

/// Former name of [`Animal`].
#[deprecated(since = \"0.2.0\", note = \"renamed to `Animal`\")]
pub type Pet = Animal;
";
        assert!(index.ends_with(end), "{index}");
    }

    #[test]
    fn former_members_of_a_struct_are_setters() {
        let size = samples::field("size", Type::String, Presence::Optional);
        let mut animal = samples::object("Animal", [size]);
        animal.former_members = vec![former("length", "size")];
        let mut files = Crate::default();
        let api = &mut samples::api([animal]);
        crate::types::files(api, &mut files);
        let (_, text) = files.files().next().expect("a file");
        let setter = "
    /// Former name of [`size`](Self::size).
    #[deprecated(since = \"0.2.0\", note = \"renamed to `size`\")]
    #[must_use]
    pub fn length(self, size: impl Into<String>) -> Self {
        self.size(size)
    }
";
        has(text, setter);
    }

    #[test]
    fn the_mocks_of_a_former_method_are_those_of_the_current_one() {
        let mut operation = moved("fetch", &["pets"], ("get", &["pets"]));
        operation.response = Response::Text;
        let function = "
/// Former name of [`fetch`].
#[deprecated(since = \"0.2.0\", note = \"renamed to `mock::pets::fetch`\")]
pub fn get(server: &MockServer) -> Mocked<'_, Content> {
    crate::mock::pets::fetch(server)
}
";
        has(&text(operation, "src/mock/pets.rs"), function);
    }
}
