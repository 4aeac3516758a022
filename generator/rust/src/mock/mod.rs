//! `src/mock/`: functions that mock each operation, for tests of programs that use the
//! crate.

mod examples;
mod lists;
mod requests;

use std::collections::BTreeMap;

use api::{Api, BodyEncoding, Docs, FormerCall, Operation, Response};
use pages::{Problem, panics};
use proc_macro2::TokenStream;
use quote::quote;
use rayon::prelude::*;

use crate::documentation::{Documentation, Line};
use crate::format::{Code, file, file_with, format, ident};
use crate::links::method_path;
use crate::operations::groups::{Group, UNGROUPED, accessor};
use crate::ty::{self, From};
use crate::{Crate, Imports, former};
use requests::Requests;

/// The items that the module re-exports.
const EXPORTS: &str = "pub use httpmock;
pub use httpmock::MockServer;

pub use crate::runtime::mock::{
    Cassette, Content, Empty, Events, Mocked, Pages, Reply, builder, client,
};
";

/// The re-exported items for channels.
const EXPORTS_OF_CHANNELS: &str = "#[cfg(feature = \"websocket\")]
pub use crate::runtime::mock::{Channel, ChannelScript, ChannelServer, Handshake};
";

/// Adds `src/mock/`, with a file for each top-level group.
///
/// # Errors
///
/// If the emitted code is not Rust.
pub(crate) fn files(api: &Api, library: &str, files: &mut Crate) -> Result<(), Problem> {
    let mocks = Mocks {
        api,
        requests: Requests::of(api),
    };
    let root = Group::root(api);
    let mut groups: BTreeMap<&str, Group<'_>> = root.children;
    if !root.operations.is_empty() || !root.former.is_empty() {
        let ungrouped = Group {
            operations: root.operations,
            former: root.former,
            children: BTreeMap::new(),
        };
        groups.insert(UNGROUPED, ungrouped);
    }
    let codes: Vec<_> = groups
        .par_iter()
        .map(|(_, group)| panics::parallel(|| mocks.file(group)))
        .collect();
    for (name, code) in groups.keys().zip(codes) {
        files.insert_code(format!("src/mock/{name}.rs"), code?);
    }
    let modules = groups.keys().map(|name| {
        let docs = match *name {
            UNGROUPED => Line::new("Mocks of the operations without a group."),
            name => Line::new("Mocks of the operations of ")
                .code(&format!("client.{}()", accessor(name)))
                .text("."),
        };
        let (docs, name) = (Documentation::new().line(docs).attributes(), ident(name));
        quote!(#docs pub mod #name;)
    });
    let modules = format(quote!(#(#modules)*))?;
    let page = examples::page(api, library).page();
    let of_channels = match api.has_channels() {
        true => EXPORTS_OF_CHANNELS,
        false => "",
    };
    let exports = format!("{EXPORTS}{of_channels}");
    let exports = Code::read(exports)?;
    let code = file_with(&page, &modules.text, &Imports::default(), exports)?;
    files.insert_code("src/mock/mod.rs", code);
    Ok(())
}

/// The operations that are mocked.
struct Mocks<'a> {
    api: &'a Api,
    requests: Requests<'a>,
}

impl Mocks<'_> {
    /// Returns the file of a group.
    fn file(&self, group: &Group<'_>) -> Result<Code, Problem> {
        let mut imports = Imports::default();
        let code = format(self.module(group, &mut imports))?;
        file(&Docs::default(), &imports, code)
    }

    /// Returns the functions of a group, and the modules of the groups inside it.
    fn module(&self, group: &Group<'_>, imports: &mut Imports) -> TokenStream {
        let mut code = TokenStream::new();
        for operation in &group.operations {
            code.extend(match &operation.response {
                Response::Channel(of) => Some(channel(operation, of)),
                _ => self.function(operation, imports),
            });
        }
        for (operation, call) in &group.former {
            code.extend(self.former_function(operation, call, imports));
        }
        for (name, group) in &group.children {
            let docs = Line::new("Mocks of the operations on ")
                .words(name)
                .text(".");
            let docs = Documentation::new().line(docs).attributes();
            let (name, inner) = (ident(name), self.module(group, imports));
            code.extend(quote! {
                #docs
                pub mod #name {
                    use super::*;
                    #inner
                }
            });
        }
        code
    }

    /// Returns the function that mocks an operation, or `None` for a channel.
    fn function(&self, operation: &Operation, imports: &mut Imports) -> Option<TokenStream> {
        let response = self.response(operation, imports)?;
        imports.add("httpmock", "MockServer");
        imports.add(MOCK, "Mocked");
        let docs = docs(operation).attributes();
        let method = ident(&operation.method);
        let (verb, path) = (&operation.verb, &operation.path);
        let settings = settings(operation)
            .iter()
            .map(|(field, value)| quote!(.setting(#field, #value)));
        let media_type = self.requests.media_type(operation);
        let media_type = media_type.map(|media_type| quote!(.media_type(#media_type)));
        let paging = lists::calls(operation, self.api);
        Some(quote! {
            #docs
            pub fn #method(server: &MockServer) -> Mocked<'_, #response> {
                Mocked::new(server, #verb, #path) #media_type #(#settings)* #paging
            }
        })
    }

    /// Returns the former function that mocks an operation, or `None` if the method was not
    /// renamed.
    fn former_function(
        &self,
        operation: &Operation,
        call: &FormerCall,
        imports: &mut Imports,
    ) -> Option<TokenStream> {
        if !call.renames_method(operation) {
            return None;
        }
        let response = self.response(operation, imports)?;
        let path = former::item_path("mock", operation, &operation.method);
        let written = path.to_string().replace(' ', "");
        let method = operation.method.as_str();
        // rustdoc warns about a link target that the label already resolves to.
        let link = match call.group == operation.group {
            true => method,
            false => &written,
        };
        let docs = former::docs(method, link).attributes();
        let current = written.trim_start_matches("crate::");
        let deprecated = former::attribute(&call.since, current);
        imports.add("httpmock", "MockServer");
        imports.add(MOCK, "Mocked");
        let name = ident(&call.method);
        Some(quote! {
            #docs
            #deprecated
            pub fn #name(server: &MockServer) -> Mocked<'_, #response> {
                #path(server)
            }
        })
    }

    /// Returns the type of a mock's responses, or `None` for a channel.
    fn response(&self, operation: &Operation, imports: &mut Imports) -> Option<TokenStream> {
        Some(match &operation.response {
            Response::Empty => {
                imports.add(MOCK, "Empty");
                quote!(Empty)
            }
            Response::Json(ty) => {
                let ty = ty::tokens(ty, From::Elsewhere, imports);
                match lists::calls(operation, self.api) {
                    None => ty,
                    Some(_) => {
                        imports.add(MOCK, "Pages");
                        quote!(Pages<#ty>)
                    }
                }
            }
            Response::Text | Response::Bytes => {
                imports.add(MOCK, "Content");
                quote!(Content)
            }
            Response::Events { ty, .. } => {
                imports.add(MOCK, "Events");
                let ty = ty::tokens(ty, From::Elsewhere, imports);
                quote!(Events<#ty>)
            }
            Response::Channel(_) => return None,
        })
    }
}

/// Returns the function that mocks a channel.
fn channel(operation: &Operation, channel: &api::Channel) -> TokenStream {
    let docs = docs(operation).attributes();
    let (method, path) = (ident(&operation.method), &operation.path);
    let [sent, received] = [&channel.sent, &channel.received].map(ty::messages);
    quote! {
        #docs
        #[cfg(feature = "websocket")]
        pub fn #method() -> crate::runtime::mock::Channel<#sent, #received> {
            crate::runtime::mock::Channel::new(#path)
        }
    }
}

/// The module of the runtime for mocks.
const MOCK: &str = "crate::runtime::mock";

fn docs(operation: &Operation) -> Documentation {
    let (name, path) = method_path(operation).unwrap_or_else(|| {
        let name = format!("Client::{}", operation.method);
        let path = format!("crate::{name}");
        (name, path)
    });
    let line = Line::new("Mocks ").item_at(&name, &path);
    Documentation::new().line(line.text("."))
}

/// Returns the properties that distinguish the requests of an operation from those of another one
/// with the same path, if the body is JSON.
fn settings(operation: &Operation) -> &[(String, bool)] {
    let encoding = operation.body.as_ref().map(|body| &body.encoding);
    match encoding {
        None | Some(BodyEncoding::Json(_)) => &operation.sets,
        Some(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use api::{Advance, IntKind, Paging, Type};

    use super::*;
    use crate::operations::samples;

    fn text(operations: Vec<Operation>, path: &str) -> String {
        let api = samples::with_operations([], operations);
        let mut crate_files = Crate::default();
        files(&api, "pets_client", &mut crate_files).expect("Rust");
        let mut files = crate_files.files();
        let file = files.find(|(known, _)| *known == path);
        file.map(|(_, text)| text.to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_group_inside_another_is_a_module_of_its_file() {
        let mut events = samples::operation("watch", &["pets", "new_tags"]);
        events.response = Response::Events {
            ty: samples::named("Tag"),
            media_type: "text/event-stream".to_owned(),
        };
        let expected = "use httpmock::MockServer;

use crate::runtime::mock::{Empty, Events, Mocked};
use crate::types;

/// Mocks [`Pets::list`](crate::operations::pets::Pets::list).
pub fn list(server: &MockServer) -> Mocked<'_, Empty> {
    Mocked::new(server, \"GET\", \"/pets\")
}

/// Mocks of the operations on new tags.
pub mod new_tags {
    use super::*;

    /// Mocks [`NewTags::watch`](crate::operations::pets::new_tags::NewTags::watch).
    pub fn watch(server: &MockServer) -> Mocked<'_, Events<types::Tag>> {
        Mocked::new(server, \"GET\", \"/pets\")
    }
}
";
        let operations = vec![samples::operation("list", &["pets"]), events];
        let text = text(operations, "src/mock/pets.rs");
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn a_channel_has_a_server_of_its_own() {
        let mut live = samples::operation("live", &["pets"]);
        live.response = Response::Channel(api::Channel {
            sent: api::Messages::Nothing,
            received: api::Messages::Bytes,
        });
        let operations = vec![live];
        let expected = "
/// Mocks [`Pets::live`](crate::operations::pets::Pets::live).
#[cfg(feature = \"websocket\")]
pub fn live() -> crate::runtime::mock::Channel<crate::websocket::Nothing, crate::websocket::Binary>
{
    crate::runtime::mock::Channel::new(\"/pets\")
}
";
        let code = text(operations.clone(), "src/mock/pets.rs");
        assert!(code.ends_with(expected), "{code}");
        let code = text(operations, "src/mock/mod.rs");
        assert!(code.ends_with(EXPORTS_OF_CHANNELS), "{code}");
    }

    #[test]
    fn a_property_that_an_operation_sets_narrows_its_mock() {
        let mut operation = samples::operation("list", &[]);
        operation.sets = vec![("stream".to_owned(), true)];
        samples::with_body(&mut operation, &samples::object("Pet", []));
        let setting = ".setting(\"stream\", true)";
        let code = text(vec![operation.clone()], "src/mock/ungrouped.rs");
        assert!(code.contains(setting), "{code}");
        assert!(
            code.contains("[`Client::list`](crate::Client::list)"),
            "{code}"
        );
        operation.body.as_mut().expect("a body").encoding = BodyEncoding::Multipart;
        let code = text(vec![operation], "src/mock/ungrouped.rs");
        assert!(!code.contains(setting), "{code}");
    }

    #[test]
    fn a_media_type_narrows_the_mocks_of_one_request() {
        let mut json = samples::operation("add", &[]);
        samples::with_body(&mut json, &samples::object("Pet", []));
        let mut multipart = json.clone();
        multipart.method = "add_as_multipart".to_owned();
        multipart.body.as_mut().expect("a body").encoding = BodyEncoding::Multipart;
        let narrowed = [
            ".media_type(\"application/json\")",
            ".media_type(\"multipart/form-data\")",
        ];
        let code = text(vec![json.clone(), multipart], "src/mock/ungrouped.rs");
        for media_type in narrowed {
            assert!(code.contains(media_type), "{code}");
        }
        let code = text(vec![json.clone(), json], "src/mock/ungrouped.rs");
        assert!(!code.contains(".media_type"), "{code}");
    }

    /// Returns an operation that lists pets in numbered pages, each of which is a list.
    fn paged() -> Operation {
        let mut list = samples::operation("list", &["pets"]);
        list.response = Response::Json(samples::list(&samples::named("Pet")));
        let page = samples::parameter("page", Type::Int(IntKind::I64), false);
        samples::with_parameters(&mut list, vec![page]);
        list.paging = Some(Paging {
            advance: Advance::Number {
                input: api::Input::Parameter(0),
                first: 1,
                end: None,
            },
            more: None,
            items: samples::path([]),
            item: samples::named("Pet"),
        });
        list
    }

    #[test]
    fn the_mock_of_a_list_has_its_pagination() {
        let expected = "
/// Mocks [`Pets::list`](crate::operations::pets::Pets::list).
pub fn list(server: &MockServer) -> Mocked<'_, Pages<Vec<types::Pet>>> {
    Mocked::new(server, \"GET\", \"/pets\").by_number(\"query.page\", 1)
}
";
        let text = text(vec![paged()], "src/mock/pets.rs");
        assert!(
            text.contains("use crate::runtime::mock::{Mocked, Pages};"),
            "{text}"
        );
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn the_page_has_an_example_for_each_purpose() {
        let mut events = samples::operation("watch", &["pets"]);
        events.response = Response::Events {
            ty: samples::named("Tag"),
            media_type: "text/event-stream".to_owned(),
        };
        let mut retrieve = samples::operation("retrieve", &["pets"]);
        retrieve.response = Response::Json(samples::named("Pet"));
        let id = samples::parameter("pet_id", Type::String, true);
        samples::with_parameters(&mut retrieve, vec![id]);
        let page = text(vec![paged(), events, retrieve], "src/mock/mod.rs");
        for line in [
            "//!     mock::pets::list(&server).pages(&[first, second]);",
            "//!     let mut items = client.pets().list().stream();",
            "//! async fn example(events: Vec<types::Tag>) -> Result<(), Error> {",
            "//!     mock::pets::watch(&server).reply(&events);",
            "//! let error = client.pets().retrieve(\"pet_id\").send().await.unwrap_err();",
            "//!     while client.pets().retrieve(\"pet_id\").send().await? != finished {",
            "//! use pets_client::mock::Cassette;",
            "//! let response = client.pets().list().send().await?;",
        ] {
            assert!(page.lines().any(|known| known == line), "{line}: {page}");
        }
        let page = text(
            vec![samples::operation("clear", &["pets"])],
            "src/mock/mod.rs",
        );
        assert!(
            !page.contains("no_run") && !page.contains("//! # "),
            "{page}"
        );
    }

    #[test]
    fn examples_call_what_needs_only_texts() {
        let mut add = samples::operation("add", &["pets"]);
        add.response = Response::Json(samples::named("Pet"));
        let age = samples::parameter("age", Type::Int(IntKind::I64), true);
        samples::with_parameters(&mut add, vec![age]);
        assert!(!text(vec![add], "src/mock/mod.rs").contains("no_run"));
    }

    #[test]
    fn the_page_shows_a_call_without_arguments() {
        let mut list = samples::operation("list", &["pets"]);
        assert!(!text(vec![list.clone()], "src/mock/mod.rs").contains("no_run"));
        list.response = Response::Json(samples::list(&samples::named("Pet")));
        let page = text(vec![list], "src/mock/mod.rs");
        for line in [
            "//! use pets_client::{Error, types};",
            "//! async fn example(answer: Vec<types::Pet>) -> Result<(), Error> {",
            "//!     let mocked = mock::pets::list(&server).reply(&answer);",
            "//!     assert_eq!(client.pets().list().send().await?, answer);",
        ] {
            assert!(page.lines().any(|known| known == line), "{page}");
        }
    }
}
