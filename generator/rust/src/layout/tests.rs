//! Layout preserves the meaning of code, and rustfmt does not change the result, for names of all
//! lengths.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::layout;

/// The items of a module, of a struct, and of an `impl`, with the syntax of emitted code. `name` is
/// replaced with names of all lengths, and `Name` with names of types.
const FUNCTIONS: &str = r#"
    pub fn name(server: &MockServer) -> Mocked<'_, types::Name> {
        Mocked::new(server, "GET", "/name/{id}")
    }
    #[deprecated(note = "name name")]
    pub fn two(server: &MockServer) -> Mocked<'_, Events<types::Name>> {
        Mocked::new(server, "POST", "/name").setting("stream", true)
    }
    #[allow(dead_code, unused_imports, reason = "name")]
    pub fn three(server: &MockServer) -> Mocked<'_, Empty> {
        Mocked::new(server, "POST", "/name").setting("name", true).setting("second", false)
    }
    pub(crate) async fn get_name(&self, name: impl Into<String>, second: impl IntoIterator<Item = impl Into<types::Name>>) -> NameRequest {
        NameRequest {
            client: self.client.clone(),
            call_options: CallOptions::new(),
            name: name.into(),
            second: name.into_iter().map(Into::into).collect(),
            third: None,
            body: types::Name { name, second: second.into_iter().map(Into::into).collect() },
        }
    }
    pub fn unpacked(&self, arguments: NameArguments) -> Name {
        let NameArguments { name, second } = arguments;
        let NameArguments { name } = arguments;
        Name { name, body: types::Name { name } }
    }
    pub fn setter(mut self, name: impl Into<types::Name>) -> Self {
        self.body.name = Some(name.into_iter().map(Into::into).collect());
        self.name = Some(name.into());
        self.name = Default::default();
        self.body.name = Some(serde_json::Value::from(true));
        self.body.name = name.into_iter().map(Into::into).collect();
        self.body.name = Box::new(name);
        self
    }
    pub fn entries(mut self, name: impl IntoIterator<Item = (impl Into<String>, impl Into<types::Name>)>) -> Self {
        self.body.name = Some(crate::runtime::entries(name));
        self
    }
    pub fn nullable(&self, name: impl IntoIterator<Item = (impl Into<String>, impl Into<Nullable<types::Name>>)>, second: impl IntoIterator<Item = (impl Into<String>, types::Name)>) -> NameRequest {
        NameRequest { body: types::Name { name: crate::runtime::nullable_entries(name), second: crate::runtime::entries(second) } }
    }
    fn described(self) -> PreparedCall {
        const OPERATION: Operation = Operation::new("post_pets", "/pets/name").parameters(&[Parameter::styled("propertylist", "propertylist", Style::Form)]);
        call.prepare(move |raw| raw.post_pets())
    }
    pub fn group(&self) -> name::Name {
        name::Name::new(self.client.clone())
    }
    #[deprecated(since = "0.2.0", note = "renamed to `client.name()`")]
    pub fn former(&self, name: impl Into<String>) -> crate::operations::name::NameRequest {
        self.client.name().second().name(name, second)
    }
    pub fn former_mock(server: &MockServer) -> Mocked<'_, Empty> {
        crate::mock::second::name(server)
    }
    pub async fn send(self) -> Result<types::Name, Error> {
        self.send_with_response().await.map(Response::into_inner)
    }
    pub async fn send_with_response(self) -> Result<Response<types::Name>, Error> {
        self.client.raw().with_options(&self.call_options).name().await
    }
    pub async fn send_body(mut self) -> Result<Response<serde_json::Map<String, types::Name>>, Error> {
        self.client.raw().with_options(&self.call_options).name(&self.id, self.name.as_deref(), &self.body).await
    }
    pub async fn send_more(mut self) -> Result<EventStream<HashMap<String, types::Name>>, Error> {
        self.client.raw().with_options(&self.call_options).add(self.page, self.a, self.b, self.name, self.c, self.d, self.e, self.f).await
    }
    fn styled(self) -> PreparedCall {
        call.prepare(move |raw| raw.name(PathParam::new("name", &self.name, Style::Name)?, header_param("Name", &self.second, Style::NameExploded)?, self.third.as_deref()))
    }
    pub fn pages(self) -> Pages<types::Name> {
        Pages::by_number("name", self.name.unwrap_or(0), move |page| {
            let mut request = self.clone();
            request.name = Some(NonZero::try_from(page).unwrap_or(NonZero::MAX));
            request.send()
        }, |answer| answer.page_info.as_ref().and_then(|inner| inner.name.map(Number::from)), |answer| answer.data.len(),)
    }
    pub fn pages_by_offset(self) -> Pages<types::Name> {
        Pages::by_offset("id", Number::try_from(self.name.unwrap_or(0)).unwrap_or(Number::MAX), move |offset| {
            let mut request = self.clone();
            request.name = offset;
            request.send()
        }, |_| None, |answer| answer.name.as_ref().map_or(0, Vec::len),)
    }
    pub fn pages_by_token(self) -> Pages<types::Name> {
        Pages::by_token("name", move |token: Option<String>| {
            let mut request = self.clone();
            if let Some(token) = token { request.name = token; }
            if token.is_some() { request.name = token; }
            request.send()
        }, |answer| answer.name.as_ref().and_then(|inner| inner.name.clone()),)
    }
    pub fn stream(self) -> Items<types::Name, types::Second> {
        self.pages().items(|answer| answer.name.and_then(|inner| inner.name).unwrap_or_default())
    }
"#;

const ITEMS: &str = r#"
    use crate::runtime::{CallOptions, Client, Error, Events, ItemsName, Name, Pages, Response};
    pub(super) const TITLE: &str = "name name";
    pub(super) const KEY_PLACE: Place = Place::Query { name: "name" };
    pub(super) const HEADER: Place = Place::Header { name: "name", prefix: "Bearer " };
    pub(super) const VARIABLES: &[&str] = &["NAME_API_KEY", "SECOND_API_KEY"];
    #[deprecated(since = "0.2.0", note = "renamed to `Name`")]
    pub type Former = crate::operations::second::name::Name;
    pub struct NameRequest {
        pub(crate) name: Option<types::Name>,
        pub(crate) call_options: HashMap<String, Vec<types::Name>>,
        pub(crate) body: types::Name,
    }
"#;

#[test]
fn a_signature_is_on_one_line_if_it_fits() {
    let body = "{\n    fetch()\n}\n";
    let long = "pub fn a_long_name_for_a_function(\n    first: Option<String>,\n    second: u8,\n) -> Pet ";
    assert_eq!(
        layout(&format!("pub fn a(\n    b: u8,\n) -> Pet {body}")),
        format!("pub fn a(b: u8) -> Pet {body}")
    );
    assert_eq!(
        layout(&format!("{long}{body}")),
        format!(
            "pub fn a_long_name_for_a_function(first: Option<String>, second: u8) -> Pet {body}"
        )
    );
    let longer = long.replace("u8", "impl IntoIterator<Item = Pet>");
    assert_eq!(
        layout(&format!("{longer}{body}")),
        format!("{longer}{body}")
    );
}

#[test]
fn a_signature_without_parameters_breaks_at_what_it_returns() {
    for (returned, expected) in [
        (
            "crate::mock::Channel<crate::websocket::Nothing, crate::websocket::Binary, TTTTTTT>",
            "pub fn live() -> crate::mock::Channel<crate::websocket::Nothing, crate::websocket::Binary, TTTTTTT>\n{",
        ),
        (
            "crate::mock::Channel<crate::websocket::Nothing, crate::websocket::Binary, AnotherOne>",
            "pub fn live()\n-> crate::mock::Channel<crate::websocket::Nothing, crate::websocket::Binary, AnotherOne> {",
        ),
        (
            "crate::mock::Channel<crate::websocket::Nothing, crate::websocket::Frames<crate::types::AnimalsOnTheRoad>>",
            "pub fn live() -> crate::mock::Channel<\n    crate::websocket::Nothing,\n    \
             crate::websocket::Frames<crate::types::AnimalsOnTheRoad>,\n> {",
        ),
    ] {
        let body = "\n    fetch()\n}\n";
        let code = format!("pub fn live() -> {returned} {{{body}");
        assert_eq!(layout(&code), format!("{expected}{body}"));
    }
}

#[test]
fn a_chain_of_more_than_sixty_columns_has_a_line_for_each_link() {
    assert_eq!(
        layout(
            "fn a() {\n    self.client.raw().with_options(&self.call_options).pets_list(self.page).await\n}\n"
        ),
        "fn a() {
    self.client
        .raw()
        .with_options(&self.call_options)
        .pets_list(self.page)
        .await
}
"
    );
}

#[test]
fn arguments_of_more_than_sixty_columns_have_lines_of_their_own() {
    assert_eq!(
        layout(
            "fn a() {\n    Mocked::new(server, \"POST\", \"/pets/{pet_id}/appointments/{appointment_id}\")\n}\n"
        ),
        "fn a() {
    Mocked::new(
        server,
        \"POST\",
        \"/pets/{pet_id}/appointments/{appointment_id}\",
    )
}
"
    );
}

#[test]
fn code_that_no_rule_is_for_keeps_its_lines() {
    for code in [
        "fn a() {\n    match a {\n        1 => 2,\n        _ => 3,\n    }\n}\n",
        "fn a() {\n    let Some(b) = c else { return None };\n    d(|_| {}, 1 + 2)\n}\n",
        "fn a() {\n    // A comment.\n    a(\n        b,\n    )\n}\n",
        "object! {\n    a: Vec<\n        u8,\n    >,\n}\n",
        "fn a<T>(\n    a: T,\n)\nwhere\n    T: Clone,\n{\n    a(\"\n    \")\n}\n",
        "const A: (u8,) = (1,);\n",
        "/// use a::{\n/// b};\n",
        "impl A {\n    pub const fn new() -> Self {\n        Self\n    }\n}\n",
    ] {
        assert_eq!(layout(code), code);
    }
}

#[test]
fn rustfmt_leaves_laid_out_code_as_it_is() {
    let mut code = String::new();
    for length in 1..=100 {
        let functions = named(FUNCTIONS, length);
        let items = named(ITEMS, length);
        code.push_str(&format!(
            "mod l{length} {{ {items} impl A {{ {functions} }} pub mod inner {{ {functions} mod most {{ {functions} }} }} }}"
        ));
    }
    let printed = print(&code);
    let laid_out = layout(&printed);
    assert_eq!(tokens(&laid_out), tokens(&printed));
    let formatted = rustfmt(&laid_out);
    let mut differences = laid_out.lines().zip(formatted.lines()).enumerate();
    if let Some((line, _)) = differences.find(|(_, (ours, theirs))| ours != theirs) {
        let around = |text: &str| {
            let lines = text.lines().skip(line.saturating_sub(6)).take(24);
            lines.collect::<Vec<_>>().join("\n")
        };
        panic!(
            "{}\n--- rustfmt:\n{}",
            around(&laid_out),
            around(&formatted)
        );
    }
    assert_eq!(laid_out, formatted);
}

fn print(code: &str) -> String {
    prettyplease::unparse(&syn::parse_file(code).expect("Rust"))
}

/// Returns the parts of code that layout does not change.
fn tokens(code: &str) -> String {
    let is_kept = |c: &char| !c.is_whitespace() && !",{}".contains(*c);
    code.chars().filter(is_kept).collect()
}

/// Returns code with names of this length.
fn named(code: &str, length: usize) -> String {
    let name = "name_"
        .repeat(length)
        .chars()
        .take(length)
        .collect::<String>();
    let name = name.trim_end_matches('_').to_owned() + if name.ends_with('_') { "x" } else { "" };
    code.replace("NAME", "1")
        .replace("Name", "2")
        .replace("name", &name)
        .replace('1', &name.to_uppercase())
        .replace('2', &name.replacen('n', "N", 1))
}

fn rustfmt(code: &str) -> String {
    let mut rustfmt = Command::new(Path::new(env!("CARGO")).with_file_name("rustfmt"))
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is beside cargo");
    let mut input = rustfmt.stdin.take().expect("a pipe");
    let code = code.to_owned();
    let writer = std::thread::spawn(move || input.write_all(code.as_bytes()));
    let output = rustfmt.wait_with_output().expect("an output");
    writer.join().expect("no panic").expect("rustfmt reads all");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}
