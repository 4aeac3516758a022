//! The samples of a page, which contain facts that the sections do not have.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::label::Label;
use pages::page::Fence;

/// A fenced block of `## Examples`.
#[derive(Debug)]
pub(super) struct Sample<'a> {
    /// The first word after the fence, in lower case.
    pub(super) language: String,
    /// The text above the sample, such as `Request` or `Response`.
    label: Option<&'a str>,
    /// The lines, with their numbers.
    lines: Vec<(usize, &'a str)>,
}

/// The name of the whole body of a request in [`Values`].
pub(super) const REQUEST: &str = "**Request**";

/// The name of the whole body of a response in [`Values`].
pub(super) const RESPONSE: &str = "**Response**";

/// Finds the samples in the lines of the section.
pub(super) fn read<'a>(lines: &[(usize, &'a str)]) -> Vec<Sample<'a>> {
    let mut samples: Vec<Sample<'a>> = Vec::new();
    let mut fence = Fence::default();
    let mut label = None;
    for (number, line) in lines {
        let was_open = fence.is_open();
        match (fence.encloses(line), samples.last_mut()) {
            (true, Some(sample)) if was_open && fence.is_open() => {
                sample.lines.push((*number, line));
            }
            (true, _) if !was_open => {
                // Samples in tabs are indented.
                let info = line.trim_start().trim_start_matches(['`', '~']);
                let language = info.split(' ').next().unwrap_or_default();
                samples.push(Sample {
                    language: language.to_ascii_lowercase(),
                    label,
                    lines: Vec::new(),
                });
            }
            (false, _) if line.starts_with("**") => label = Some(line.trim()),
            _ => {}
        }
    }
    samples
}

/// Languages of samples for the official SDKs, best first.
const SDK_LANGUAGES: [&str; 2] = ["typescript", "python"];

/// Returns the groups and the method that SDK samples call: `["inboxes", "drafts"]` and `update`
/// for `client.inboxes.drafts.update(…)`.
pub(super) fn call(samples: &[Sample<'_>]) -> Option<(Vec<String>, String)> {
    SDK_LANGUAGES.iter().find_map(|language| {
        let own = samples.iter().filter(|sample| sample.language == *language);
        own.into_iter().find_map(|sample| {
            let clients = sample.clients();
            let lines = sample.lines.iter().map(|(_, line)| *line);
            let lines = lines.filter(|line| !assigns(line, &clients));
            // Calls that send nothing, such as `shop.index("a")`, are not awaited.
            let awaited = lines.clone().filter(|line| line.contains("await "));
            let mut lines = awaited.chain(lines);
            lines.find_map(|line| called(line, &clients))
        })
    })
}

/// Returns `true` if a line creates one of the clients, or a part of it.
fn assigns(line: &str, clients: &[&str]) -> bool {
    let variable = line.split_once('=').map(|(variable, _)| variable.trim());
    let name = variable.and_then(|variable| variable.rsplit(' ').next());
    name.is_some_and(|name| clients.contains(&name))
}

/// Methods of HTTP libraries, whose clients are often named `client` too.
const HTTP_METHODS: [&str; 9] = [
    "get", "post", "put", "patch", "delete", "head", "options", "request", "send",
];

/// Returns the groups and the method that a line calls on one of the clients.
fn called(line: &str, clients: &[&str]) -> Option<(Vec<String>, String)> {
    clients.iter().find_map(|client| called_on(client, line))
}

fn called_on(client: &str, line: &str) -> Option<(Vec<String>, String)> {
    let calls = line.match_indices(client);
    let mut calls = calls.filter_map(|(start, matched)| {
        let rest = line[start + matched.len()..].strip_prefix('.')?;
        Some((start, rest))
    });
    calls.find_map(|(start, rest)| {
        let before = line[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "._\"'/".contains(c)) {
            return None;
        }
        let mut groups = Vec::new();
        let mut rest = rest;
        let method = loop {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"._".contains(c))?;
            let (path, arguments) = (&rest[..end], rest[end..].strip_prefix('(')?);
            let mut names: Vec<&str> = path.split('.').collect();
            let has_names = names.iter().all(|name| !name.is_empty());
            let method = has_names.then(|| names.pop())??;
            groups.extend(names.into_iter().map(str::to_owned));
            match continuation(arguments) {
                Some(next) => rest = next,
                None => break method,
            }
        };
        let is_http = groups.is_empty() && HTTP_METHODS.contains(&method);
        let is_class = method.starts_with(|c: char| c.is_ascii_uppercase());
        let is_sent = !is_http && !is_class;
        is_sent.then(|| (groups, method.to_owned()))
    })
}

/// Methods of promises.
const OF_PROMISES: [&str; 3] = ["then(", "catch(", "finally("];

/// The maximum number of characters in the arguments of a call that selects a part of the API.
const MOST_ARGUMENTS: usize = 200;

/// Returns the call on the result of a call with these arguments: `query(…)` for
/// `"a").query(…)`. The first call only selects a part of the API.
fn continuation(arguments: &str) -> Option<&str> {
    let mut depth = 1;
    let mut characters = arguments.char_indices().take(MOST_ARGUMENTS);
    let (end, _) = characters.find(|(_, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let next = arguments[end + 1..].strip_prefix('.')?;
    let is_of_promise = OF_PROMISES.iter().any(|method| next.starts_with(method));
    let end = next.find(|c: char| !c.is_ascii_alphanumeric() && !"._".contains(c));
    let is_call = end.is_some_and(|end| next[end..].starts_with('('));
    (is_call && !is_of_promise).then_some(next)
}

/// Returns the names of types that Python samples construct, by argument name:
/// `public_key=PublicJwk(` or the items of `messages=[`.
pub(super) fn types(samples: &[Sample<'_>]) -> HashMap<String, String> {
    let mut types = HashMap::new();
    for sample in samples.iter().filter(|sample| sample.language == "python") {
        let mut list: Option<&str> = None;
        for (_, line) in &sample.lines {
            let line = line.trim();
            let argument = line.split_once('=');
            let (argument, value) = match (argument, list) {
                (Some((argument, value)), _) => (argument, value.trim_start_matches('[')),
                (None, Some(list)) => (list, line),
                (None, None) => continue,
            };
            list = line.ends_with("=[").then_some(argument);
            let Some((name, _)) = value.split_once('(') else {
                continue;
            };
            let is_argument = argument
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            let is_type = name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if is_argument && is_type {
                types
                    .entry(argument.to_owned())
                    .or_insert_with(|| name.to_owned());
            }
        }
    }
    types
}

/// Returns the name of the body type in Go samples of an SDK: `AddMemoryRequest` for
/// `&zep.AddMemoryRequest{`.
pub(super) fn body_type(samples: &[Sample<'_>]) -> Option<String> {
    let mut go = samples.iter().filter(|sample| sample.language == "go");
    go.find_map(|sample| {
        let mut lines = sample.lines.iter();
        lines.find_map(|(_, line)| {
            let (package, name) = line.trim().strip_prefix('&')?.split_once('.')?;
            let name = name.trim_end_matches("},").strip_suffix('{')?;
            let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
            (is_type && is_word(package) && is_word(name)).then(|| name.to_owned())
        })
    })
}

/// The maximum number of imports and of clients of one sample that are compared.
const MOST_NAMED: usize = 8;

/// Modules of Python that samples import, and that are not SDKs.
const STANDARD: [&str; 18] = [
    "asyncio",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "http",
    "httpx",
    "io",
    "json",
    "os",
    "pathlib",
    "re",
    "requests",
    "time",
    "typing",
    "urllib",
    "uuid",
];

/// Returns the variable, the class, and the text before the class of a line that creates an object:
/// `const pets = new PetClient(` or `pets = shop.PetClient(`.
fn constructed<'a>(line: &'a str, language: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let (variable, value) = line.split_once('=')?;
    let variable = variable.trim();
    let (class, _) = value.split_once('(')?;
    let (variable, class) = match language {
        "typescript" => {
            let declarations = ["const ", "let ", "var "];
            let name = declarations
                .iter()
                .find_map(|it| variable.strip_prefix(it))?;
            (name.trim(), class.trim().strip_prefix("new ")?)
        }
        _ => (variable, class.trim()),
    };
    let (owner, class) = class.rsplit_once('.').unwrap_or(("", class));
    let is_class = is_name(class) && class.starts_with(|c: char| c.is_ascii_uppercase());
    (is_name(variable) && is_class).then_some((variable, class, owner))
}

impl<'a> Sample<'a> {
    /// Returns the variables with a client of an SDK: `client`, and those whose class is a client, is
    /// imported from a package, or belongs to a client.
    fn clients(&self) -> Vec<&'a str> {
        let is_import = |line: &str| {
            let is_python = line.strip_prefix("from ").is_some_and(|line| {
                let (module, names) = line.split_once(' ').unwrap_or((line, ""));
                let package = module.split('.').next().unwrap_or_default();
                names.starts_with("import ") && !STANDARD.contains(&package)
            });
            is_python || line.starts_with("import ") && line.contains(" from ")
        };
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let lines = self.lines.iter().map(|(_, line)| *line);
        let imports: Vec<&str> = lines.clone().filter(|line| is_import(line)).collect();
        let imports = &imports[..imports.len().min(MOST_NAMED)];
        let mentions =
            |line: &&str, class: &str| line.split(|c| !is_word(c)).any(|word| word == class);
        let created = lines
            .clone()
            .filter_map(|line| constructed(line, &self.language));
        let mut clients = vec!["client"];
        for (variable, class, owner) in created.take(MOST_NAMED) {
            let is_imported = || imports.iter().any(|line| mentions(line, class));
            // `index = shop.Index(` has the methods of a part of the API.
            if class.contains("Client") || clients.contains(&owner) || is_imported() {
                clients.push(variable);
            }
        }
        let parts = lines.filter_map(|line| {
            let (variable, value) = line.split_once('=')?;
            let variable = variable.trim().strip_prefix("const ")?.trim();
            let (owner, _) = value.trim().split_once('.')?;
            (clients.contains(&owner) && !variable.is_empty()).then_some(variable)
        });
        let is_called = |variable: &&str| {
            let call = format!("await {variable}.");
            self.lines.iter().any(|(_, line)| line.contains(&call))
        };
        let parts: Vec<&str> = parts.take(MOST_NAMED).filter(is_called).collect();
        clients.extend(parts);
        clients
    }

    /// Returns the headers that the sample sends, each with its line, name, and value. Samples in
    /// unsupported languages have none.
    pub(super) fn headers(&self) -> Vec<(usize, &'a str, &'a str)> {
        match self.language.as_str() {
            "go" => {
                let pairs = self
                    .lines
                    .iter()
                    .filter(|(_, line)| line.contains("Header."));
                pairs
                    .filter_map(|(number, line)| pair(*number, line))
                    .collect()
            }
            "python" => {
                let is_start = |(_, line): &&(usize, &str)| line.starts_with("headers = {");
                let below = self.lines.iter().skip_while(|line| !is_start(line));
                let mut is_open = true;
                let inside = below.take_while(|(_, line)| {
                    let is_inside = is_open && !line.starts_with('}');
                    is_open = !line.trim_end().ends_with('}');
                    is_inside
                });
                let entries = inside.flat_map(|(number, line)| entries(*number, line));
                entries.collect()
            }
            "javascript" | "typescript" | "js" | "ts" => {
                let is_start = |(_, line): &&(usize, &str)| line.contains("headers:");
                let below = self.lines.iter().skip_while(|line| !is_start(line));
                let mut is_open = true;
                let inside = below.take_while(|(_, line)| {
                    let was_open = is_open;
                    is_open &= !line.contains('}') || line.contains("${");
                    was_open
                });
                let properties = inside.flat_map(|(number, line)| {
                    let text = line.split_once("headers:").map_or(*line, |(_, text)| text);
                    properties(*number, text)
                });
                properties.collect()
            }
            "bash" | "sh" | "shell" | "curl" | "console" => {
                let lines = self.lines.iter();
                let headers = lines.flat_map(|(number, line)| curl_headers(*number, line));
                headers.collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns how the sample passes a key to the constructor of the client of an SDK, with its
    /// line.
    pub(super) fn credentials(&self) -> Option<(usize, Credentials)> {
        let clients = self.clients();
        let is_call = |line: &str| called(line, &clients).is_some();
        if !self.lines.iter().any(|(_, line)| is_call(line)) {
            return None;
        }
        let constructor = self.lines.iter().take_while(|(_, line)| !is_call(line));
        let mut user = None;
        for (number, line) in constructor {
            if TOKENS.iter().any(|name| is_argument(line, name)) {
                return Some((*number, Credentials::Token));
            }
            if KEYS.iter().any(|name| is_argument(line, name)) {
                return Some((*number, Credentials::Key));
            }
            if is_argument(line, "username") {
                user = Some(*number);
            }
            if is_argument(line, "password") && user.is_some() {
                return Some((user.unwrap_or(*number), Credentials::UserAndPassword));
            }
        }
        None
    }

    /// Returns the sample as JSON, or the JSON body that it sends.
    fn json(&self) -> Option<Value> {
        if self.language == "go" {
            let mut lines = self.lines.iter();
            let body = lines.find_map(|(_, line)| line.split_once("strings.NewReader("));
            // Go strings are escaped like JSON strings.
            let body: String = serde_json::from_str(body?.1.trim_end().strip_suffix(')')?).ok()?;
            return serde_json::from_str(&body).ok();
        }
        if self.language != "json" {
            return None;
        }
        let text: String = self
            .lines
            .iter()
            .flat_map(|(_, line)| [*line, "\n"])
            .collect();
        serde_json::from_str(&text).ok()
    }
}

/// The arguments of a constructor that authenticate the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credentials {
    /// `token`
    Token,
    /// `apiKey`, which does not show the header.
    Key,
    /// `username` and `password`
    UserAndPassword,
}

/// Names of the argument for a token.
const TOKENS: [&str; 5] = [
    "token",
    "accessToken",
    "access_token",
    "bearerToken",
    "bearer_token",
];

/// Names of the argument for a key.
const KEYS: [&str; 4] = ["apiKey", "api_key", "apiKeyAuth", "api_key_auth"];

/// Returns `true` if a line passes an argument: `token: "…"`, or `token="…"`.
fn is_argument(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let is_word = before.is_none_or(|c| c.is_whitespace() || "({,".contains(c));
        let value = line[start + name.len()..].trim_start();
        is_word && value.starts_with([':', '='])
    })
}

/// Returns the headers in a line of a call of `curl`.
fn curl_headers(number: usize, line: &str) -> Vec<(usize, &str, &str)> {
    let options = ["-H ", "--header "];
    let texts = options.iter().flat_map(|option| line.split(option).skip(1));
    let headers = texts.filter_map(|text| {
        let mark = text
            .chars()
            .next()
            .filter(|mark| ['"', '\''].contains(mark))?;
        let (header, _) = text[1..].split_once(mark)?;
        let (name, value) = header.split_once(':')?;
        Some((number, name.trim(), value.trim()))
    });
    headers.collect()
}

/// Returns the properties with text values of a JavaScript object on one line, such as
/// `{'X-Key': '<key>', Accept: 'text/plain'}`.
fn properties(number: usize, line: &str) -> Vec<(usize, &str, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_alphanumeric() || "'\"".contains(c)) {
        let text = &rest[start..];
        let unquoted = text.trim_start_matches(['\'', '"']);
        let is_name = |c: char| c.is_alphanumeric() || "-_".contains(c);
        let end = unquoted.find(|c: char| !is_name(c));
        let (name, after) = unquoted.split_at(end.unwrap_or(unquoted.len()));
        let value = after.trim_start_matches(['\'', '"']).trim_start();
        let Some(value) = value.strip_prefix(':').map(str::trim_start) else {
            break;
        };
        let mark = value.chars().next().filter(|c| "'\"`".contains(*c));
        let Some((value, after)) = mark.and_then(|mark| value[1..].split_once(mark)) else {
            break;
        };
        found.push((number, name, value));
        rest = after;
    }
    found
}

/// Returns the first two quoted texts of a line.
fn pair(number: usize, line: &str) -> Option<(usize, &str, &str)> {
    let mut texts = line.split('"').skip(1).step_by(2);
    Some((number, texts.next()?, texts.next()?))
}

/// Returns the entries of a Python dictionary on one line.
fn entries(number: usize, line: &str) -> Vec<(usize, &str, &str)> {
    let texts: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    let pairs = texts.chunks_exact(2);
    pairs.map(|pair| (number, pair[0], pair[1])).collect()
}

/// The values of properties in the JSON samples, by place: `name` for the values of a property,
/// `name[]` for the items of a list, and `name{}` for the values of a map.
#[derive(Debug, Default)]
pub(super) struct Values(HashMap<String, Kinds>);

/// The kinds of values at a place.
#[derive(Debug, Default)]
struct Kinds {
    scalars: BTreeSet<&'static str>,
    /// The names of the properties of each object.
    objects: BTreeSet<BTreeSet<String>>,
    has_list: bool,
}

/// The maximum depth at which JSON samples are inspected.
const MOST_DEPTH: usize = 64;

/// The length of the longest property whose values are recorded.
const LONGEST_NAME: usize = 256;

/// The maximum number of objects at one place that are compared with types.
const MOST_OBJECTS: usize = 64;

/// The maximum number of lists and maps in a place.
const MOST_SHAPES: usize = 2;

/// Returns the place of the innermost values of a property with a label.
pub(super) fn place(name: &str, label: &Label) -> String {
    match label {
        Label::List(items) => place(&format!("{name}[]"), items),
        Label::Map(_, values) => place(&format!("{name}{{}}"), values),
        _ => name.to_owned(),
    }
}

/// The kind of a placeholder for a file.
const FILE: &str = "file";

/// Returns the schema of a kind of scalars.
pub(super) fn schema(kind: &str) -> Value {
    match kind {
        FILE => json!({"type": "string", "format": "binary"}),
        kind => json!({ "type": kind }),
    }
}

impl Values {
    /// Collects the values of all JSON samples.
    pub(super) fn of(samples: &[Sample<'_>]) -> Self {
        let mut values = Self::default();
        for sample in samples {
            let Some(value) = sample.json() else { continue };
            let whole = [REQUEST, RESPONSE].into_iter();
            let whole = whole.filter(|label| sample.label == Some(label));
            whole.for_each(|label| values.note(label, &value, 0));
            values.collect(&value, 0);
        }
        values
    }

    /// Records a value at a place, and the values in it.
    fn note(&mut self, place: &str, value: &Value, shapes: usize) {
        if !self.0.contains_key(place) {
            self.0.insert(place.to_owned(), Kinds::default());
        }
        let Some(kinds) = self.0.get_mut(place) else {
            return;
        };
        let kind = match value {
            Value::Null => return,
            Value::Object(object) => {
                if kinds.objects.len() < MOST_OBJECTS {
                    kinds.objects.insert(object.keys().cloned().collect());
                }
                if shapes < MOST_SHAPES {
                    let place = format!("{place}{{}}");
                    for value in object.values() {
                        self.note(&place, value, shapes + 1);
                    }
                }
                return;
            }
            Value::Array(items) => {
                kinds.has_list = true;
                if shapes < MOST_SHAPES {
                    let place = format!("{place}[]");
                    for item in items {
                        self.note(&place, item, shapes + 1);
                    }
                }
                return;
            }
            Value::String(text) if text.starts_with("<file") => FILE,
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
        };
        kinds.scalars.insert(kind);
    }

    fn collect(&mut self, value: &Value, depth: usize) {
        match value {
            _ if depth > MOST_DEPTH => {}
            Value::Object(object) => {
                for (name, value) in object {
                    if name.len() <= LONGEST_NAME {
                        self.note(name, value, 0);
                    }
                    self.collect(value, depth + 1);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, depth + 1)),
            _ => {}
        }
    }

    /// Returns `true` if there is a value at the place.
    pub(super) fn has(&self, place: &str) -> bool {
        self.0.contains_key(place)
    }

    /// Returns the schema of a field of a form, if all of its values are of one kind.
    pub(super) fn form_value(&self, name: &str) -> Option<Value> {
        let kinds = self.0.get(name)?;
        if kinds.has_list && kinds.objects.is_empty() && kinds.scalars.is_empty() {
            let items = self.form_value(&format!("{name}[]"));
            let items = items.unwrap_or_else(|| json!({}));
            return Some(json!({"type": "array", "items": items}));
        }
        if self.is_object(name) {
            return Some(json!({"type": "object", "additionalProperties": true}));
        }
        let scalars = self.scalars(name)?;
        let mut kinds = scalars.iter();
        let kind = kinds.next().filter(|_| kinds.next().is_none())?;
        Some(schema(kind))
    }

    /// Returns the kinds of scalars at a place, or `None` if there are other values.
    pub(super) fn scalars(&self, place: &str) -> Option<BTreeSet<&'static str>> {
        let Some(kinds) = self.0.get(place) else {
            return Some(BTreeSet::new());
        };
        let is_scalar = kinds.objects.is_empty() && !kinds.has_list;
        is_scalar.then(|| kinds.scalars.clone())
    }

    /// Returns the kinds of scalars at a place, which can also have other values.
    pub(super) fn kinds(&self, place: &str) -> impl Iterator<Item = &'static str> {
        let kinds = self.0.get(place).into_iter();
        kinds.flat_map(|kinds| kinds.scalars.iter().copied())
    }

    /// Returns the names of the properties of each object at a place.
    pub(super) fn objects(&self, place: &str) -> impl Iterator<Item = &BTreeSet<String>> {
        self.0
            .get(place)
            .into_iter()
            .flat_map(|kinds| &kinds.objects)
    }

    /// Returns `true` if there are values at the place, and all are scalars of these kinds.
    pub(super) fn are_all(&self, place: &str, kinds: &[&str]) -> bool {
        let scalars = self.scalars(place);
        let is_one = |kind: &&str| kinds.contains(kind);
        scalars.is_some_and(|scalars| !scalars.is_empty() && scalars.iter().all(is_one))
    }

    /// Returns `true` if there are lists of objects at the place, and no objects.
    pub(super) fn is_list_of_objects(&self, place: &str) -> bool {
        let has_objects = |place: &str| self.objects(place).next().is_some();
        has_objects(&format!("{place}[]")) && !has_objects(place)
    }

    /// Returns `true` if there are values at the place, and all are objects.
    pub(super) fn is_object(&self, place: &str) -> bool {
        self.0.get(place).is_some_and(|kinds| {
            !kinds.objects.is_empty() && kinds.scalars.is_empty() && !kinds.has_list
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled<T>(text: &str, look: impl Fn(&[Sample<'_>]) -> T) -> T {
        let lines: Vec<_> = (1..).zip(text.lines()).collect();
        look(&read(&lines))
    }

    #[test]
    fn samples_of_sdks_name_groups_and_method() {
        for (text, expected) in [
            (
                "```typescript\n    await client.a.bC.listV2(\"x\", {\n```\n",
                Some("a/bC.listV2"),
            ),
            (
                "```python\nclient.a_b.list(\n```\n```typescript\nawait client.aB.list();\n```\n",
                Some("aB.list"),
            ),
            (
                "```python Name\nresponse = client.search(q=1)\n```\n",
                Some(".search"),
            ),
            (
                "```python\nconn = http.client.HTTPSConnection(\"a\")\n```\n",
                None,
            ),
            (
                "```python\nresponse = await client.post(url, json=payload)\n```\n",
                None,
            ),
            ("```python\nclient.pets.get(\n```\n", Some("pets.get")),
            (
                "```python\nimport shop\n\nco = shop.ClientV2(api_key=\"a\")\nres = co.pets.get(1)\n```\n",
                Some("pets.get"),
            ),
            (
                "```python\nfrom shop import AsyncShop\n\nshop = AsyncShop()\nawait shop.pets.get(1)\n```\n",
                Some("pets.get"),
            ),
            (
                "```typescript\nimport { Shop } from '@shop/sdk';\nconst shop = new Shop({\n  apiKey: 'a',\n});\n\
                 const pet = await shop.pets.get(1);\n```\n",
                Some("pets.get"),
            ),
            (
                "```python\nfrom shop.grpc import FastShop as Shop\n\npc = Shop(api_key=\"a\")\n\
                 index = pc.Index(host=\"b\")\n\nindex.upsert(\n    vectors=[],\n)\n```\n",
                Some(".upsert"),
            ),
            (
                "```typescript\nimport { Shop } from '@shop/sdk'\nconst shop = new Shop({ apiKey: 'a' })\n\
                 const index = shop.index('b');\nawait index.query({});\n```\n\
                 ```python\nclient.pets.query(1)\n```\n",
                Some(".query"),
            ),
            (
                "```typescript\nconst client = new Shop();\nawait client.pets.index('b').query({});\n```\n",
                Some("pets.query"),
            ),
            (
                "```typescript\nconst client = new Shop();\nclient.pets.list(f({})).then(print);\n```\n",
                Some("pets.list"),
            ),
            (
                "```typescript\nconst client = new Shop();\nconst pets = client.index('b');\n\
                 await pets.find('a').query({});\n```\n",
                Some(".query"),
            ),
            (
                "```typescript\nconst url = new URL(\"a\");\nurl.searchParams.set(\"a\", \"b\");\n```\n",
                None,
            ),
            (
                "```python\nfrom pathlib import Path\n\np = Path(\"a\")\np.read_text()\n```\n",
                None,
            ),
            (
                "```python\nimport requests\n\ns = requests.Session()\ns.headers.update({})\n```\n",
                None,
            ),
            (
                "```csharp\nvar response = client.Execute(request);\n```\n",
                None,
            ),
            (
                "```python\nresponse = requests.get(\"https://client.example/a(b)\")\n```\n",
                None,
            ),
        ] {
            let call = sampled(text, call)
                .map(|(groups, method)| format!("{}.{method}", groups.join("/")));
            assert_eq!(call.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn raw_samples_have_headers() {
        let text = "```go\n\treq.Header.Add(\"xi-api-key\", \"<key>\")\n```\n\
                    ```python\nheaders = {\n    \"A\": \"1\",\n    \"B\": \"2\"\n}\n```\n\
                    ```python\nheaders = {\"C\": \"3\", \"D\": \"4\"}\n```\n\
                    ```bash\ncurl -H \"E: Token 5\" \\\n  --header 'F: 6'\n```\n\
                    ```javascript\nconst options = {\n  headers: {'G-H': '7', I: \"8\"},\n  body: 'J'\n};\n```\n\
                    ```typescript\nfetch(url, { headers: {\n  K: `Token ${key}`,\n  'L': '9',\n}});\n```\n";
        let headers = sampled(text, |samples| {
            let headers = samples.iter().flat_map(Sample::headers);
            headers
                .map(|(line, name, value)| format!("{line} {name}={value}"))
                .collect::<Vec<_>>()
        });
        assert_eq!(
            headers,
            [
                "2 xi-api-key=<key>",
                "6 A=1",
                "7 B=2",
                "11 C=3",
                "11 D=4",
                "14 E=Token 5",
                "15 F=6",
                "19 G-H=7",
                "19 I=8",
                "25 K=Token ${key}",
                "26 L=9"
            ]
        );
    }

    #[test]
    fn constructors_of_sdks_have_credentials() {
        for (text, expected) in [
            (
                "```typescript\nconst client = new PetsClient({ token: \"<token>\" });\nawait client.pets.list();\n```\n",
                Some((2, Credentials::Token)),
            ),
            (
                "```python\nclient = Pets(\n    token=\"YOUR_TOKEN\",\n)\nclient.pets.list(\n    token=\"a\",\n)\n```\n",
                Some((3, Credentials::Token)),
            ),
            (
                "```python\nclient = Pets(username=\"a\", password=\"b\")\nclient.pets.list()\n```\n",
                Some((2, Credentials::UserAndPassword)),
            ),
            (
                "```python\nclient = Pets()\nclient.pets.list(token=\"a\")\n```\n",
                None,
            ),
            (
                "```typescript\nconst client = new PetsClient({ pageToken: \"a\" });\nawait client.pets.list();\n```\n",
                None,
            ),
            ("```javascript\nfetch(url, {token: \"a\"})\n```\n", None),
        ] {
            let found = sampled(text, |samples| samples.iter().find_map(Sample::credentials));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn python_samples_name_types() {
        let text = "```python\nclient = Client(\n    key=\"a\",\n)\nclient.send(\n    public_key=PublicJwk(\n        \
                    kty=\"OKP\",\n    ),\n    messages=[\n        Message(\n```\n";
        let found = sampled(text, types);
        let expected = [("public_key", "PublicJwk"), ("messages", "Message")];
        let expected = expected.map(|(key, name)| (key.to_owned(), name.to_owned()));
        assert_eq!(found, HashMap::from(expected));
    }

    #[test]
    fn go_samples_name_the_type_of_the_body() {
        let text = "```go\nclient.Thread.AddMessages(\n    context.TODO(),\n    &zep.AddMemoryRequest{\n        A: \"b\",\n";
        assert_eq!(
            sampled(text, body_type).as_deref(),
            Some("AddMemoryRequest")
        );
        let text = "```go\nreq, _ := http.NewRequest(\"POST\", url, payload)\n";
        assert_eq!(sampled(text, body_type), None);
    }

    #[test]
    fn the_bodies_of_raw_samples_are_values_too() {
        let text = "```go\n\tpayload := strings.NewReader(\"{\\n  \\\"a\\\": {}\\n}\")\n```\n";
        sampled(text, |samples| assert!(Values::of(samples).is_object("a")));
    }

    #[test]
    fn json_samples_show_the_kinds_of_values() {
        let text =
            "**Response**\n\n```json\n{\"a\": 1, \"b\": [{\"c\": {\"a\": 2}}], \"d\": null}\n```\n";
        sampled(text, |samples| {
            let values = Values::of(samples);
            let is_integer = |place: &str| values.are_all(place, &["integer"]);
            assert!(is_integer("a") && !is_integer("b") && !is_integer("d"));
            assert!(values.is_object("c") && !values.is_object("a"));
            assert!(values.is_object("b[]") && is_integer("c{}"));
        });
    }
}
