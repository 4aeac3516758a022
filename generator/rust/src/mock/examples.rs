//! The documentation of the module `mock`, with an example for each purpose for which the API has
//! an operation. `tests/mock.rs` runs those of Twelve Labs.

use api::{Api, Input, Operation, Response, Type};

use super::lists;
use crate::documentation::Documentation;
use crate::operations::groups::modules;
use crate::ty::{self, From};

const PAGE: &str = "Tests without the API: a local server with configured responses.

There is a function for each operation, in a module for each group. It returns a mock, which
takes a response and counts the calls; see [`httpmock`].

Calls without a mock get a 404 response, like requests for a missing resource. A test that checks
`is_not_found()` should also assert that its mock was called.";

const LISTS: &str = "# Lists

The mock of a list page also ends the list: any further page has no items. [`Mocked::pages`] takes
several pages, and generates the tokens or URLs that link one page to the next.";

const STREAMS: &str = "# Streams

The mock of a stream takes its events.";

const ERRORS: &str = "# Errors

[`Mocked::fails`] takes a status and a JSON body.";

const RETRIES: &str = "# Retries

[`Mocked::replies`] returns several replies in order, and repeats the last one. A [`client`] does
not retry, but its [`builder`] can create one that does.";

const WAITS: &str = "# Waits

In a test with `#[tokio::test(start_paused = true)]`, which requires the feature `test-util` of
`tokio`, all waits end immediately: those between retries, and those of the program. The clock is
stopped during requests, so timeouts of the client do not expire. This applies to the requests of
operations, but not to those of a credential provider or of another client.";

const CASSETTES: &str = "# Recorded responses

A [`Cassette`] records the responses of the API in a file, and replays them without requests.";

/// The response of an operation in an example.
struct Sample<'a> {
    operation: &'a Operation,
    ty: &'a Type,
    /// The call, without `client` and `send`.
    call: String,
}

/// An example, whose function has these parameters.
struct Example<'a> {
    sample: &'a Sample<'a>,
    library: &'a str,
    /// The names of the module `mock`.
    names: &'a str,
    parameters: &'a [&'a str],
    /// The parameters are lists.
    has_lists: bool,
}

/// Returns the documentation of the module.
pub(super) fn page(api: &Api, library: &str) -> Documentation {
    let mut page = Documentation::new().text(PAGE);
    let json = |operation: &Operation| matches!(operation.response, Response::Json(_));
    let is_list = |operation: &Operation| lists::calls(operation, api).is_some();
    let bare = first(api, |it| json(it) && it.requires_nothing());
    let list = first(api, is_list);
    let stream = first(api, |it| matches!(it.response, Response::Events { .. }));
    let value = first(api, |it| json(it) && !is_list(it));
    if let Some(sample) = bare.as_ref().or(value.as_ref()).or(list.as_ref()) {
        page = page.example(&Example::new(sample, library).answered());
    }
    if let Some(sample) = &list {
        page = page.text(LISTS);
        page = page.example(&Example::new(sample, library).paged());
    }
    if let Some(sample) = &stream {
        page = page.text(STREAMS);
        page = page.example(&Example::new(sample, library).streamed());
    }
    if let Some(sample) = &value {
        page = page.text(ERRORS);
        page = page.example(&Example::new(sample, library).failed());
        page = page.text(RETRIES);
        page = page.example(&Example::new(sample, library).retried());
        page = page.text(WAITS);
        page = page.example(&Example::new(sample, library).waited());
    }
    if let Some(sample) = bare.as_ref().or(value.as_ref()) {
        page = page.text(CASSETTES);
        page = page.example(&Example::new(sample, library).recorded());
    }
    page
}

/// Returns the first matching operation that a program can call with only strings.
fn first(api: &Api, fits: impl Fn(&Operation) -> bool) -> Option<Sample<'_>> {
    let operations = api.operations.iter();
    let needs_some = |it: &Operation| {
        let mut body = it.body.iter();
        body.any(|body| !api.alternatives(body).is_empty())
    };
    let mut operations =
        operations.filter(|it| it.deprecated.is_none() && !needs_some(it) && fits(it));
    operations.find_map(|operation| {
        Some(Sample {
            operation,
            ty: operation.response.ty()?,
            call: call(operation)?,
        })
    })
}

/// Returns the call of an operation whose arguments are strings.
fn call(operation: &Operation) -> Option<String> {
    if operation.call.arguments_struct.is_some() {
        return None;
    }
    let arguments = operation.call.arguments.iter().map(|input| match input {
        Input::Parameter(position) => {
            let parameter = operation.parameters.get(*position)?;
            let name = parameter.name.trim_matches('_');
            (parameter.ty == Type::String).then(|| format!("{name:?}"))
        }
        Input::Body | Input::BodyField(_) => None,
    });
    let arguments: Vec<String> = arguments.collect::<Option<_>>()?;
    let method = operation.call_path();
    Some(format!("{method}({})", arguments.join(", ")))
}

impl<'a> Example<'a> {
    fn new(sample: &'a Sample<'a>, library: &'a str) -> Self {
        Self {
            sample,
            library,
            names: "self, MockServer",
            parameters: &["answer"],
            has_lists: false,
        }
    }

    /// Returns the function that mocks the operation.
    fn mock(&self) -> String {
        let operation = self.sample.operation;
        let path = [&modules(operation)[..], &[&operation.method]].concat();
        format!("mock::{}(&server)", path.join("::"))
    }

    /// Returns the program with these statements.
    fn program(&self, statements: &str) -> String {
        let Self { library, names, .. } = self;
        let ty = ty::written(self.sample.ty, From::Example).to_string();
        let ty = match self.has_lists {
            true => format!("Vec<{ty}>"),
            false => ty,
        };
        let ty = ty.replace(' ', "");
        let types = match self
            .sample
            .ty
            .mentions()
            .filter(|_| !self.parameters.is_empty())
        {
            Some(_) => "{Error, types}",
            None => "Error",
        };
        let parameters = self.parameters.iter();
        let parameters: Vec<String> = parameters.map(|name| format!("{name}: {ty}")).collect();
        let parameters = parameters.join(", ");
        let names = match names.contains(',') {
            true => format!("{{{names}}}"),
            false => (*names).to_owned(),
        };
        if parameters.is_empty() {
            return format!(
                "use {library}::mock::{names};\n\
                 # use {library}::{types};\n\
                 \n\
                 # async fn example() -> Result<(), Error> {{\n\
                 {statements}\n\
                 # Ok(())\n\
                 # }}"
            );
        }
        // Variables that the example uses are visible.
        let statements = statements.lines().map(|line| match line {
            "" => String::new(),
            line => format!("    {line}"),
        });
        let statements = statements.collect::<Vec<_>>().join("\n");
        format!(
            "use {library}::mock::{names};\n\
             use {library}::{types};\n\
             \n\
             async fn example({parameters}) -> Result<(), Error> {{\n\
             {statements}\n    \
                 Ok(())\n\
             }}"
        )
    }

    fn answered(&self) -> String {
        let (mock, call) = (self.mock(), &self.sample.call);
        self.program(&format!(
            "let server = MockServer::start();\n\
             let mocked = {mock}.reply(&answer);\n\
             \n\
             let client = mock::client(&server)?;\n\
             assert_eq!(client.{call}.send().await?, answer);\n\
             mocked.assert();"
        ))
    }

    fn paged(mut self) -> String {
        self.parameters = &["first", "second"];
        let (mock, call) = (self.mock(), &self.sample.call);
        self.program(&format!(
            "let server = MockServer::start();\n\
             {mock}.pages(&[first, second]);\n\
             \n\
             let client = mock::client(&server)?;\n\
             let mut items = client.{call}.stream();\n\
             while let Some(item) = items.next_item().await? {{\n    \
                 println!(\"{{item:?}}\");\n\
             }}"
        ))
    }

    fn streamed(mut self) -> String {
        self.parameters = &["events"];
        self.has_lists = true;
        let (mock, call) = (self.mock(), &self.sample.call);
        self.program(&format!(
            "let server = MockServer::start();\n\
             {mock}.reply(&events);\n\
             \n\
             let client = mock::client(&server)?;\n\
             let mut stream = client.{call}.send().await?;\n\
             for event in events {{\n    \
                 assert_eq!(stream.next_event().await?, Some(event));\n\
             }}"
        ))
    }

    fn failed(mut self) -> String {
        self.parameters = &[];
        let (mock, call) = (self.mock(), &self.sample.call);
        self.program(&format!(
            "let server = MockServer::start();\n\
             let mocked = {mock}.fails(404, \"it does not exist\");\n\
             \n\
             let client = mock::client(&server)?;\n\
             let error = client.{call}.send().await.unwrap_err();\n\
             assert!(error.is_not_found());\n\
             mocked.assert();"
        ))
    }

    fn retried(mut self) -> String {
        self.names = "self, MockServer, Reply";
        let (mock, call) = (self.mock(), &self.sample.call);
        self.program(&format!(
            "let server = MockServer::start();\n\
             let mocked = {mock}.replies([\n    \
                 Reply::failure(503, \"maintenance\"),\n    \
                 Reply::failure(429, \"too many requests\").header(\"retry-after\", \"1\"),\n    \
                 Reply::value(&answer),\n\
             ]);\n\
             \n\
             let client = mock::builder(&server).retries(2).build()?;\n\
             assert_eq!(client.{call}.send().await?, answer);\n\
             mocked.assert_calls(3);"
        ))
    }

    fn waited(mut self) -> String {
        self.names = "self, MockServer, Reply";
        self.parameters = &["unfinished", "finished"];
        let (mock, call) = (self.mock(), &self.sample.call);
        let program = self.program(&format!(
            "let server = MockServer::start();\n\
             {mock}.replies([Reply::value(&unfinished), Reply::value(&finished)]);\n\
             \n\
             let client = mock::client(&server)?;\n\
             while client.{call}.send().await? != finished {{\n    \
                 tokio::time::sleep(Duration::from_secs(60)).await;\n\
             }}"
        ));
        format!("use std::time::Duration;\n\n{program}")
    }

    fn recorded(mut self) -> String {
        self.names = "Cassette";
        self.parameters = &[];
        let call = &self.sample.call;
        self.program(&format!(
            "let cassette = Cassette::open(\"tests/cassettes/example.json\")?;\n\
             let client = cassette.builder()?.build()?;\n\
             let response = client.{call}.send().await?;\n\
             println!(\"{{response:?}}\");\n\
             cassette.save()?;"
        ))
    }
}
