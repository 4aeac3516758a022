//! The first programs on the crate page: one for each kind of operation.

use api::{Api, BodyEncoding, FieldRole, Operation, Response, Type};
use pages::Problem;

use super::{Context, docs, example::Example, inputs, literal::Purpose};
use crate::documentation::{Documentation, Line};
use crate::links::{self, Links};

/// The names of search operations and of their groups.
const SEARCH: [&str; 2] = ["search", "query"];

/// The names of optional query strings, most likely first.
const QUERIES: [&str; 6] = ["query", "query_text", "text", "q", "prompt", "search"];

/// Returns the sections with first programs, below a heading of the first level.
///
/// # Errors
///
/// If an example is not Rust.
pub(crate) fn sections(api: &Api, library: &str) -> Result<Documentation, Problem> {
    let links = Links::default();
    let context = Context {
        api,
        library,
        links: &links,
    };
    let mut page = Documentation::new();
    let upload = context.simplest(|it| has_file(it, api) && !is_search(it));
    if let Some((operation, example)) = upload {
        let line = sends(operation)
            .text(" sends a file. An ")
            .item("Upload")
            .text(" is a path, bytes, an open file, or a stream. It is streamed, not loaded into memory.");
        page = page.text("## Upload a file").line(line);
        page = page.example(&example.code(library)?);
    }
    let search = context.simplest(|it| is_search(it) && !is_stream(it));
    if let Some((operation, _)) = search {
        let line = sends(operation).text(" sends a query and returns the matches.");
        page = page.text("## Search").line(line);
        page = page.example(&context.search(operation).code(library)?);
    }
    let list = context.simplest(|it| it.paging.is_some() && !is_search(it));
    if let Some((operation, example)) = list {
        let line = sends(operation).text(
            " returns a list in pages. `stream()` returns the items of all pages, and requests \
             each page when it is needed.",
        );
        page = page.text("## Read a list").line(line);
        page = page.example(&example.code(library)?);
    }
    if let Some((operation, example)) = context.simplest(is_stream) {
        let line = sends(operation).text(" returns events as they arrive.");
        page = page.text("## Stream events").line(line);
        page = page.example(&example.code(library)?);
    }
    if let Some((operation, example)) = context.simplest(is_download) {
        let line = sends(operation).text(
            " returns a file. `collect()` reads it into memory, and `write_to` writes it while it \
             is received.",
        );
        page = page.text("## Download a file").line(line);
        page = page.example(&example.code(library)?);
    }
    let channel = context.simplest(|it| it.response.channel().is_some());
    if let Some((operation, example)) = channel {
        let line =
            sends(operation).text(" opens a WebSocket channel. It needs the feature `websocket`.");
        page = page.text("## Open a WebSocket channel").line(line);
        page = page.example(&example.code(library)?);
    }
    let blocking = context.simplest(is_retrieval);
    if let Some((_, example)) = blocking {
        page = page.text("## Without async").text(
            "With the feature `blocking`, `send_blocking()` replaces `send()`, and no runtime is \
             needed.",
        );
        page = page.example(&example.blocking(library)?);
    }
    Ok(page)
}

/// Returns a program that retrieves a value with the fewest arguments, or else sends one. `None`
/// if no operation returns a value, or if all of them need values that cannot be written.
///
/// # Errors
///
/// If the program is not Rust.
pub(crate) fn program(
    api: &Api,
    library: &str,
    comment: &str,
) -> Result<Option<Documentation>, Problem> {
    let links = Links::default();
    let context = Context {
        api,
        library,
        links: &links,
    };
    let found = context.simplest(is_retrieval);
    let found = found.or_else(|| context.simplest(|it| is_value(it) && it.verb != "DELETE"));
    let Some((_, example)) = found else {
        return Ok(None);
    };
    let code = example.program(library, comment)?;
    Ok(Some(Documentation::new().example(&code)))
}

/// Returns `true` for types whose values are short and need no other names.
fn is_plain(ty: &Type) -> bool {
    let is_scalar = matches!(
        ty.innermost(),
        Type::Bool | Type::Int(_) | Type::Float(_) | Type::String | Type::Named(_) | Type::File
    );
    is_scalar && !matches!(ty, Type::Map(_))
}

/// Begins a sentence about an operation.
fn sends(operation: &Operation) -> Line {
    Line::default().method(&links::method(operation))
}

impl Context<'_> {
    /// Returns the operation of a kind with the fewest and plainest arguments, and its example.
    fn simplest(&self, is_one: impl Fn(&Operation) -> bool) -> Option<(&Operation, Example<'_>)> {
        let operations = self.api.operations.iter();
        let operations = operations.filter(|it| it.deprecated.is_none() && is_one(it));
        let examples = operations.map(|operation| {
            let given = inputs::given(&operation.call.arguments, operation, self.api);
            (
                operation,
                docs::example(operation, &given, self, Purpose::Documentation),
            )
        });
        examples
            .filter(|(_, example)| example.is_complete())
            .min_by_key(|(operation, _)| {
                let is_in_other = is_search(operation) && !is_in_search(operation);
                let given = inputs::given(&operation.call.arguments, operation, self.api);
                let are_plain = given.iter().all(|given| is_plain(given.ty));
                (is_in_other, !are_plain, given.len(), operation.group.len())
            })
    }

    /// Returns the example of a search. It searches for a string if the operation accepts one.
    fn search<'a>(&self, operation: &'a Operation) -> Example<'a> {
        let arguments = inputs::given(&operation.call.arguments, operation, self.api);
        let setters = inputs::given(&operation.call.setters, operation, self.api);
        let text = QUERIES.into_iter().find_map(|query| {
            let mut setters = setters.iter();
            setters.find(|given| given.name == query && *given.ty == Type::String)
        });
        let Some(text) = text else {
            return docs::example(operation, &arguments, self, Purpose::Documentation);
        };
        let mut example = Example::new(operation, Purpose::Documentation);
        for given in arguments {
            example.argument(given.sample(), self.api);
        }
        example.set(text.sample(), self.api);
        example
    }
}

/// Returns `true` if a request can contain a file.
fn has_file(operation: &Operation, api: &Api) -> bool {
    let Some(body) = &operation.body else {
        return false;
    };
    match body.encoding {
        BodyEncoding::File(_) => true,
        BodyEncoding::Multipart => {
            let fields = inputs::body_fields(body, api);
            let mut given = fields.iter().filter(|field| {
                let role = field.role;
                matches!(role, Some(FieldRole::Argument | FieldRole::Setter))
            });
            given.any(|field| *field.target.ty.innermost() == Type::File)
        }
        _ => false,
    }
}

fn is_stream(operation: &Operation) -> bool {
    matches!(operation.response, Response::Events { .. })
}

fn is_value(operation: &Operation) -> bool {
    matches!(operation.response, Response::Json(_) | Response::Text)
}

fn is_retrieval(operation: &Operation) -> bool {
    is_value(operation) && operation.verb == "GET"
}

fn is_download(operation: &Operation) -> bool {
    matches!(operation.response, Response::Bytes)
}

/// Returns `true` if the method or its group is named like a search.
fn is_search(operation: &Operation) -> bool {
    let method = operation.method.as_str();
    let is_read = matches!(operation.verb.as_str(), "GET" | "POST");
    let has_matches = matches!(operation.response, Response::Json(_));
    // A query can also be for a number, such as `query_usage`.
    let is_called = SEARCH.contains(&method) || method.split('_').any(|word| word == "search");
    is_read && has_matches && (is_called || is_in_search(operation))
}

/// Returns `true` if the operation is in a group that is named like a search.
fn is_in_search(operation: &Operation) -> bool {
    let is_search = |name: &str| SEARCH.contains(&name);
    let group = operation.group.last();
    let method = operation.method.as_str();
    let is_new = ["create", "run"].contains(&method) || is_search(method);
    is_new && group.is_some_and(|group| is_search(group))
}

#[cfg(test)]
mod tests {
    use api::{Advance, Paging, Path};

    use super::super::samples;
    use super::*;

    fn page(operations: Vec<Operation>, types: Vec<api::TypeDef>) -> String {
        let api = samples::with_operations(types, operations);
        sections(&api, "pets").expect("Rust").page().to_string()
    }

    fn assert_contains(page: &str, text: &str) {
        assert!(page.contains(text), "{page}");
    }

    #[test]
    fn an_api_without_such_operations_has_no_examples() {
        assert_eq!(
            page(vec![samples::operation("list", &["pets"])], vec![]),
            ""
        );
    }

    #[test]
    fn a_file_is_uploaded() {
        let form = samples::object(
            "Upload",
            [samples::field("file", Type::File, api::Presence::Required)],
        );
        let mut operation = samples::operation("add", &["pets"]);
        samples::with_body(&mut operation, &form);
        operation.body.as_mut().expect("a body").encoding = BodyEncoding::Multipart;
        let page = page(vec![operation], vec![form]);
        let head =
            "## Upload a file\n\n[`Pets::add`](crate::operations::pets::Pets::add) sends a file.";
        assert!(page.starts_with(head), "{page}");
        assert_contains(&page, "use pets::{Client, Upload};");
        assert_contains(&page, ".add(Upload::path(\"path/to/file\"))");
    }

    #[test]
    fn a_search_is_for_a_text_and_that_of_a_group_of_searches_comes_first() {
        let search = |method, group| {
            let mut operation = samples::operation(method, group);
            operation.response = Response::Json(Type::Json);
            let text = samples::parameter("query_text", Type::String, false);
            samples::with_parameters(&mut operation, vec![text]);
            operation
        };
        let operations = vec![search("search", &["pets"]), search("create", &["search"])];
        let page = page(operations, vec![]);
        assert_contains(&page, "## Search\n\n[`Search::create`]");
        assert_contains(&page, ".query_text(\"query_text\")");
    }

    #[test]
    fn the_first_program_has_plain_arguments() {
        let retrieve = |method: &str, ty: &[Type]| {
            let mut operation = samples::operation(method, &["pets"]);
            operation.response = Response::Json(Type::Json);
            let parameters = ty
                .iter()
                .enumerate()
                .map(|(index, ty)| samples::parameter(&format!("p{index}"), ty.clone(), true));
            samples::with_parameters(&mut operation, parameters.collect());
            operation
        };
        let operations = [
            retrieve("since", &[Type::DateTime]),
            retrieve("one", &[Type::String, Type::String]),
        ];
        let api = samples::with_operations([], operations);
        let program = program(&api, "pets", "Call it.")
            .expect("Rust")
            .expect("one");
        let program = program.page().to_string();
        assert_contains(&program, "client.pets().one(");
    }

    #[test]
    fn a_query_for_something_is_not_a_search() {
        for (method, expected) in [
            ("search", true),
            ("query", true),
            ("search_pets", true),
            ("query_usage", false),
            ("research", false),
        ] {
            let mut operation = samples::operation(method, &["pets"]);
            operation.response = Response::Json(Type::Json);
            assert_eq!(is_search(&operation), expected, "{method}");
        }
    }

    #[test]
    fn a_list_is_read_page_by_page_and_events_as_they_arrive() {
        let mut list = samples::operation("list", &["pets"]);
        list.paging = Some(Paging {
            advance: Advance::Link,
            more: None,
            items: Path(Vec::new()),
            item: Type::String,
        });
        list.response = Response::Json(samples::list(&Type::String));
        let mut watch = samples::operation("watch", &["pets"]);
        watch.response = Response::Events {
            ty: Type::Json,
            media_type: "text/event-stream".to_owned(),
        };
        let page = page(vec![list, watch], vec![]);
        assert_contains(&page, "## Read a list\n\n[`Pets::list`]");
        assert_contains(&page, "let mut items = client.pets().list().stream();");
        assert_contains(&page, "## Stream events\n\n[`Pets::watch`]");
        assert_contains(
            &page,
            "while let Some(event) = events.next_event().await? {",
        );
    }

    #[test]
    fn a_file_is_downloaded() {
        let mut speak = samples::operation("speak", &["pets"]);
        speak.response = Response::Bytes;
        let page = page(vec![speak], vec![]);
        assert_contains(&page, "## Download a file\n\n[`Pets::speak`]");
        assert_contains(
            &page,
            "let bytes = client.pets().speak().send().await?.collect().await?;",
        );
    }

    #[test]
    fn a_channel_is_opened_with_its_feature() {
        let mut live = samples::operation("live", &["pets"]);
        live.response = Response::Channel(api::Channel {
            sent: api::Messages::Nothing,
            received: api::Messages::Text,
        });
        let page = page(vec![live], vec![]);
        assert_contains(&page, "## Open a WebSocket channel\n\n[`Pets::live`]");
        assert_contains(&page, "# #[cfg(feature = \"websocket\")]\n");
        assert_contains(
            &page,
            "let mut socket = client.pets().live().connect().await?;",
        );
    }

    #[test]
    fn a_program_without_async_is_compiled_with_its_feature() {
        let mut get = samples::operation("get", &["pets"]);
        get.response = Response::Text;
        let page = page(vec![get], vec![]);
        let program = "```no_run\n\
            use pets::{Client, Error};\n\n\
            # #[cfg(feature = \"blocking\")]\n\
            fn main() -> Result<(), Error> {\n    \
                let client = Client::from_env()?;\n    \
                let response = client.pets().get().send_blocking()?;\n    \
                println!(\"{response:#?}\");\n    \
                Ok(())\n\
            }\n\
            # #[cfg(not(feature = \"blocking\"))]\n\
            # fn main() {}\n\
            ```";
        assert!(page.ends_with(program), "{page}");
    }
}
