//! The calls of SDKs: the names of operations, types, and clients.

use std::collections::HashMap;

use super::Sample;

/// Languages of samples for the official SDKs, best first.
const SDK_LANGUAGES: [&str; 2] = ["typescript", "python"];

/// Returns the groups and the method that SDK samples call: `["inboxes", "drafts"]` and `update`
/// for `client.inboxes.drafts.update(…)`.
pub(in crate::prose) fn call(samples: &[Sample<'_>]) -> Option<(Vec<String>, String)> {
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
pub(super) fn called(line: &str, clients: &[&str]) -> Option<(Vec<String>, String)> {
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
pub(in crate::prose) fn types(samples: &[Sample<'_>]) -> HashMap<String, String> {
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
/// `&zep.AddMemoryRequest{` or `request := &zep.AddMemoryRequest{`. Only the first value of a sample
/// is the body. The others are in it.
pub(in crate::prose) fn body_type(samples: &[Sample<'_>]) -> Option<String> {
    let mut go = samples.iter().filter(|sample| sample.language == "go");
    go.find_map(|sample| {
        let mut lines = sample.lines.iter();
        let value = lines.find_map(|(_, line)| {
            let line = line.trim();
            let value = line.split_once(":= ").map_or(line, |(_, value)| value);
            value.starts_with(['&', '[']).then_some(value)
        })?;
        let (package, name) = value.strip_prefix('&')?.split_once('.')?;
        let name = name.trim_end_matches(['}', ',']).strip_suffix('{')?;
        let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
        (is_type && is_word(package) && is_word(name)).then(|| name.to_owned())
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
    pub(super) fn clients(&self) -> Vec<&'a str> {
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
}

#[cfg(test)]
mod tests {
    use super::super::tests::sampled;
    use super::*;

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
        let item = "Messages: []*zep.Message{\n    &zep.Message{\n        A: \"b\",\n";
        for (text, expected) in [
            (
                format!("client.Add(\n    context.TODO(),\n    &zep.AddMemoryRequest{{\n{item}"),
                Some("AddMemoryRequest"),
            ),
            (
                format!("request := &zep.AddMemoryRequest{{\n{item}"),
                Some("AddMemoryRequest"),
            ),
            (
                "request := &zep.GetRequest{}\n".to_owned(),
                Some("GetRequest"),
            ),
            (
                "request := []*zep.Message{\n    &zep.Message{\n".to_owned(),
                None,
            ),
            (
                "req, _ := http.NewRequest(\"POST\", url, payload)\n".to_owned(),
                None,
            ),
        ] {
            let text = format!("```go\n{text}");
            assert_eq!(sampled(&text, body_type).as_deref(), expected, "{text}");
        }
    }
}
