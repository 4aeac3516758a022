//! Lowering of whole documents, compared with the clients that are committed for them:
//! their methods, arguments, setters, and raw functions.

use std::fs;
use std::path::{Path, PathBuf};

use api::{Api, Input, Operation, Origins, Response, Type};
use openapi::Tree;
use serde_json::Value;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn lowered(document: &str) -> Api {
    let document: Value = serde_json::from_str(document).expect("JSON");
    let (api, warnings) = api::lower(&Tree::read(&document), &Origins::new());
    let messages: Vec<&str> = warnings.iter().map(pages::Problem::message).collect();
    assert_eq!(messages, [""; 0]);
    api
}

#[test]
fn the_model_of_twelve_labs_has_the_operations_of_the_committed_client() {
    let document = fs::read_to_string(repository("spec/openapi.json")).expect("a document");
    let api = lowered(&document);
    assert_eq!(api.operations.len(), 106);
    let mut operations = api.operations.iter();
    assert!(operations.all(|operation| operation.reference.is_some()));
    let files = |path: &str| {
        let path = repository("generated-client/src").join(path);
        fs::read_to_string(path).ok()
    };
    for operation in &api.operations {
        assert_eq!(
            Code::of_model(operation),
            Code::of_client(operation, &files)
        );
    }
}

#[test]
fn the_model_of_the_pet_shop_has_the_operations_of_the_expected_client() {
    let folder = repository("tests/cases/pet_shop/expected");
    let snapshot = |name: &str| {
        let text = fs::read_to_string(folder.join(format!("{name}.snap"))).ok()?;
        let (_, content) = text.strip_prefix("---\n")?.split_once("---\n")?;
        Some(content.to_owned())
    };
    let document = snapshot("openapi.json").expect("a document");
    let files = |path: &str| snapshot(&format!("src__{}", path.replace('/', "__")));
    for operation in &lowered(&document).operations {
        assert_eq!(
            Code::of_model(operation),
            Code::of_client(operation, &files)
        );
    }
}

/// The code for an operation, without the bodies of functions.
#[derive(Debug, PartialEq)]
struct Code {
    id: String,
    arguments: Vec<String>,
    setters: Vec<String>,
    /// The fields of the request, with their types.
    fields: Vec<String>,
    output: String,
    is_paginated: bool,
    raw_arguments: Vec<String>,
}

impl Code {
    /// Returns the code that the model asks for.
    fn of_model(operation: &Operation) -> Self {
        let name = |input: &Input| match input {
            Input::Parameter(position) => operation.parameters[*position].name.clone(),
            Input::Body => "body".to_owned(),
            Input::BodyField(position) => {
                let body = operation.body.as_ref().expect("a body");
                body.fields[*position].name.clone()
            }
        };
        let names = |inputs: &[Input]| inputs.iter().map(name).collect::<Vec<_>>();
        let parameters = operation.parameters.iter().map(|parameter| {
            let (name, ty) = (&parameter.name, &parameter.ty);
            match parameter.required {
                true => format!("{name}: {ty}"),
                false => format!("{name}: Option<{ty}>"),
            }
        });
        let body = operation
            .body
            .as_ref()
            .map(|body| format!("body: {}", body.ty));
        let parameter_names = operation.parameters.iter();
        let parameter_names = parameter_names.map(|parameter| parameter.argument.clone());
        let raw = parameter_names.chain(operation.body.iter().map(|_| "body".to_owned()));
        let output = match &operation.response {
            Response::Empty => "()".to_owned(),
            Response::Json(ty) => ty.to_string(),
            Response::Text => Type::String.to_string(),
            Response::Bytes => "ByteStream".to_owned(),
            Response::Events { ty, .. } => format!("EventStream<{ty}>"),
            Response::Channel(_) => "Socket".to_owned(),
        };
        Self {
            id: operation.id.clone(),
            arguments: names(&operation.call.arguments),
            setters: names(&operation.call.setters),
            fields: parameters.chain(body).collect(),
            output: format!("Sending<{output}>"),
            is_paginated: operation.paging.is_some(),
            raw_arguments: sorted(raw.collect()),
        }
    }

    /// Returns the code in the files of a client.
    fn of_client(operation: &Operation, files: &dyn Fn(&str) -> Option<String>) -> Self {
        let group = match operation.group.join("/") {
            path if path.is_empty() => "ungrouped".to_owned(),
            path => path,
        };
        let code = files(&format!("operations/{group}.rs"))
            .or_else(|| files(&format!("operations/{group}/mod.rs")))
            .expect("the file of a group");
        let methods = functions(&code);
        let method = methods
            .iter()
            .find(|function| {
                function.name == operation.method && function.output == operation.request
            })
            .unwrap_or_else(|| panic!("`{}` has no method", operation.id));
        let arguments = match &operation.call.arguments_struct {
            Some(name) => fields(&block(&code, &format!("pub struct {name} {{"))),
            None => method.parameters[1..].to_vec(),
        };
        let request = &operation.request;
        let methods = functions(&block(&code, &format!("impl {request} {{")));
        // Requests have these without a value in the model.
        let common = ["body_field", "from_body", "with_options"];
        let setters = methods.iter().filter(|function| {
            function.output == "Self" && !common.contains(&function.name.as_str())
        });
        let send = methods.iter().find(|function| function.name == "send");
        let module = operation.group.first().map_or("ungrouped", String::as_str);
        let raw = files(&format!("raw/{module}.rs")).expect("the raw functions of a group");
        let raw = functions(&raw);
        let raw = raw.iter().find(|raw| raw.name == operation.function);
        let raw = raw.unwrap_or_else(|| panic!("`{}` has no raw function", operation.id));
        let all = fields(&block(&code, &format!("pub struct {request} {{")));
        let own = ["client: Client", "call_options: CallOptions"];
        Self {
            id: operation.id.clone(),
            arguments: names(&arguments),
            setters: setters.map(|setter| setter.name.clone()).collect(),
            fields: all
                .into_iter()
                .filter(|field| !own.contains(&field.as_str()))
                .collect(),
            output: send.map(|send| send.output.clone()).unwrap_or_default(),
            is_paginated: methods.iter().any(|function| function.name == "pages"),
            raw_arguments: sorted(names(&raw.parameters[1..])),
        }
    }
}

/// The head of a function.
struct Function {
    name: String,
    /// As they are written, the receiver first.
    parameters: Vec<String>,
    output: String,
}

/// Returns the heads of public functions.
fn functions(code: &str) -> Vec<Function> {
    let code = on_one_line(code);
    let code = code.replace("pub(crate) fn ", "pub fn ");
    let heads = code.split("pub fn ").skip(1);
    heads
        .filter_map(|head| {
            let (name, rest) = head.split_once('(')?;
            let (parameters, rest) = split(rest);
            let output = rest.strip_prefix(" -> ")?.split(" {").next()?;
            Some(Function {
                name: name.to_owned(),
                parameters,
                output: output.to_owned(),
            })
        })
        .collect()
}

/// Splits a list at its commas, and what follows its closing parenthesis.
fn split(list: &str) -> (Vec<String>, &str) {
    let (mut items, mut item, mut depth) = (Vec::new(), String::new(), 0);
    for (position, c) in list.char_indices() {
        match c {
            '(' | '<' | '[' => depth += 1,
            ')' if depth == 0 => {
                items.push(item);
                let items = items.iter().map(|item| item.trim().to_owned());
                let items = items.filter(|item| !item.is_empty()).collect();
                return (items, &list[position + 1..]);
            }
            ')' | '>' | ']' => depth -= 1,
            ',' if depth == 0 => {
                items.push(std::mem::take(&mut item));
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    (items, "")
}

/// Returns the fields of a struct's block.
fn fields(block: &str) -> Vec<String> {
    let fields = format!("{})", on_one_line(block).replace("pub(crate) ", ""));
    let (fields, _) = split(&fields.replace("pub ", ""));
    fields
}

/// Returns the lines from the one after `head` to the closing brace.
fn block(code: &str, head: &str) -> String {
    let lines = code.lines().skip_while(|line| *line != head).skip(1);
    let lines: Vec<&str> = lines.take_while(|line| *line != "}").collect();
    lines.join("\n")
}

/// Returns code without comments, in which types have their bare names.
fn on_one_line(code: &str) -> String {
    let lines = code.lines().map(str::trim);
    let lines = lines.filter(|line| !line.starts_with("//"));
    let line = lines.collect::<Vec<_>>().join(" ");
    line.replace("types::", "").replace("crate::", "")
}

fn names(parameters: &[String]) -> Vec<String> {
    let names = parameters
        .iter()
        .filter_map(|parameter| parameter.split_once(':'));
    names.map(|(name, _)| name.to_owned()).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}
