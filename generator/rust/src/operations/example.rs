//! The example in the documentation of an operation: a short program that compiles.

use std::collections::BTreeSet;

use api::{Api, Operation, Response, Type, Wait};
use pages::Problem;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::groups;
use super::inputs::Sample;
use super::literal::{Literals, Purpose};
use crate::format::{format, format_statements, ident};
use crate::ty::{self, From};

/// An argument of the call in an example.
pub(super) struct Argument {
    name: Ident,
    value: Value,
}

enum Value {
    /// A literal in the call.
    Literal(TokenStream),
    /// A parameter of the example, with this type.
    Parameter(TokenStream),
}

/// The code of an example, and the names of the crate that it uses.
pub(super) struct Example<'a> {
    operation: &'a Operation,
    arguments: Vec<Argument>,
    /// The calls of setters.
    setters: TokenStream,
    names: BTreeSet<&'static str>,
    purpose: Purpose,
}

impl<'a> Example<'a> {
    /// Creates the example of an operation.
    pub(super) fn new(operation: &'a Operation, purpose: Purpose) -> Self {
        Self {
            operation,
            purpose,
            arguments: Vec::new(),
            setters: TokenStream::new(),
            names: BTreeSet::from(["Client"]),
        }
    }

    /// Adds an argument. It is a literal in the call, or a parameter of the example if no
    /// expression can create it.
    pub(super) fn argument(&mut self, sample: Sample<'_, '_>, api: &Api) {
        let value = match self.literals(api).accepted(sample) {
            Some(value) => Value::Literal(value),
            None => {
                self.use_names(sample.ty);
                Value::Parameter(ty::written(sample.ty, From::Example))
            }
        };
        let name = sample.name.clone();
        self.arguments.push(Argument { name, value });
    }

    /// Adds an argument that is a struct with these fields.
    pub(super) fn struct_argument(
        &mut self,
        name: &Ident,
        ty: TokenStream,
        fields: &[Sample<'_, '_>],
        api: &Api,
    ) {
        let mut literals = self.literals(api);
        let values = fields.iter().map(|sample| {
            let (name, value) = (sample.name, literals.exact(*sample)?);
            Some(quote!(#name: #value))
        });
        let value = match values.collect::<Option<Vec<_>>>() {
            Some(values) => Value::Literal(quote!(#ty { #(#values),* })),
            None => Value::Parameter(ty),
        };
        let name = name.clone();
        self.arguments.push(Argument { name, value });
    }

    /// Calls a setter, if a value for it can be written.
    pub(super) fn set(&mut self, sample: Sample<'_, '_>, api: &Api) {
        let name = sample.name;
        let value = self.literals(api).accepted(sample);
        self.setters
            .extend(value.map(|value| quote!(.#name(#value))));
    }

    /// Returns the writer for the values of the example.
    fn literals<'b>(&'b mut self, api: &'b Api) -> Literals<'b> {
        Literals {
            api,
            names: &mut self.names,
            purpose: self.purpose,
        }
    }

    /// Returns the names of the crate that the example uses.
    pub(super) fn names(&self) -> &BTreeSet<&'static str> {
        &self.names
    }

    /// Returns the request before it is sent, if all of its arguments are written in it.
    pub(super) fn written_call(&self) -> Option<TokenStream> {
        let mut arguments = self.arguments.iter();
        let is_parameter = |it: &Argument| matches!(it.value, Value::Parameter(_));
        let (call, setters) = (self.call(&self.operation.method), &self.setters);
        (!arguments.any(is_parameter)).then(|| quote!(#call #setters))
    }

    /// Imports the names of a type from the crate.
    fn use_names(&mut self, ty: &Type) {
        let name = match ty.innermost() {
            Type::File => "Upload",
            Type::Form => "Form",
            Type::Named(_) => "types",
            _ => return,
        };
        self.names.insert(name);
    }

    /// Returns `true` if no value of the example is a parameter.
    pub(super) fn is_complete(&self) -> bool {
        let is_literal = |argument: &Argument| matches!(argument.value, Value::Literal(_));
        self.arguments.iter().all(is_literal)
    }

    /// Returns the program, in which lines that rustdoc hides begin with `# `.
    ///
    /// # Errors
    ///
    /// If the program is not Rust.
    pub(super) fn code(&self, library: &str) -> Result<String, Problem> {
        let statements = self.statements();
        if self.is_complete() {
            return self.lines(library, &format!("{library}::Error"), &statements);
        }
        self.function(library, &["Error"], &quote!(Error), &statements)
    }

    /// Returns the program that waits for what the operation returns.
    ///
    /// # Errors
    ///
    /// If the program is not Rust.
    pub(super) fn waiting(&self, wait: &Wait, library: &str) -> Result<String, Problem> {
        let call = self.call(&wait.method);
        let statements = quote! {
            let response = #call.send().await?;
            println!("{response:?}");
        };
        if self.is_complete() {
            return self.lines(library, "Box<dyn std::error::Error>", &statements);
        }
        let response = self.operation.response.ty();
        let is_named = response.is_some_and(|ty| matches!(ty.innermost(), Type::Named(_)));
        let names: &[&str] = match is_named {
            true => &["WaitError", "types"],
            false => &["WaitError"],
        };
        let response = response.map(|ty| ty::written(ty, From::Example));
        self.function(library, names, &quote!(WaitError<#response>), &statements)
    }

    /// Returns a program without async, which is compiled if the feature is enabled.
    ///
    /// # Errors
    ///
    /// If the program is not Rust.
    pub(super) fn blocking(&self, library: &str) -> Result<String, Problem> {
        let (call, setters) = (self.call(&self.operation.method), &self.setters);
        let function = format(quote! {
            fn main() -> Result<(), Error> {
                let client = Client::from_env()?;
                let response = #call #setters.send_blocking()?;
                println!("{response:#?}");
                Ok(())
            }
        })?;
        let mut names = self.names.clone();
        names.insert("Error");
        let mut code = ExampleCode::new(library, &names);
        code.new_line();
        code.hidden("#[cfg(feature = \"blocking\")]");
        code.visible(&function.text);
        code.hidden("#[cfg(not(feature = \"blocking\"))]");
        code.hidden("fn main() {}");
        Ok(code.text)
    }

    /// Returns a whole program, with a comment above the client.
    ///
    /// # Errors
    ///
    /// If the program is not Rust.
    pub(super) fn program(&self, library: &str, comment: &str) -> Result<String, Problem> {
        let (call, setters) = (self.call(&self.operation.method), &self.setters);
        let body = format_statements(quote! {
            let client = Client::from_env()?;
            let response = #call #setters.send().await?;
            println!("{response:#?}");
            Ok(())
        })?;
        let mut code = ExampleCode::new(library, &self.names);
        code.new_line();
        code.visible("#[tokio::main]");
        code.visible(&format!(
            "async fn main() -> Result<(), {library}::Error> {{"
        ));
        code.visible(&format!("    // {comment}"));
        code.visible(&body);
        code.visible("}");
        Ok(code.text)
    }

    /// Returns a program that shows the client and all values, and hides the function. `error` is
    /// the path of its error type.
    fn lines(
        &self,
        library: &str,
        error: &str,
        statements: &TokenStream,
    ) -> Result<String, Problem> {
        let body = format_statements(quote! {
            let client = Client::from_env()?;
            #statements
        })?;
        let mut code = ExampleCode::new(library, &self.names);
        code.new_line();
        self.needs_feature(&mut code);
        code.hidden(&format!("async fn example() -> Result<(), {error}> {{"));
        for line in body.lines() {
            code.visible(line.strip_prefix(INDENTATION).unwrap_or(line));
        }
        code.hidden("Ok(())");
        code.hidden("}");
        Ok(code.text)
    }

    /// Returns a program that is a function, because it is given values.
    fn function(
        &self,
        library: &str,
        names: &[&'static str],
        error: &TokenStream,
        statements: &TokenStream,
    ) -> Result<String, Problem> {
        let parameters = self.arguments.iter().filter_map(|argument| {
            let name = &argument.name;
            match &argument.value {
                Value::Literal(_) => None,
                Value::Parameter(ty) => Some(quote!(#name: #ty)),
            }
        });
        let function = format(quote! {
            async fn example(client: Client, #(#parameters),*) -> Result<(), #error> {
                #statements
                Ok(())
            }
        })?;
        let mut imports = self.names.clone();
        imports.extend(names);
        let mut code = ExampleCode::new(library, &imports);
        code.new_line();
        self.needs_feature(&mut code);
        code.visible(&function.text);
        Ok(code.text)
    }

    /// Writes the attribute of a program that needs a feature: without it, there is nothing to run.
    fn needs_feature(&self, code: &mut ExampleCode) {
        if self.operation.response.channel().is_some() {
            code.hidden("#[cfg(feature = \"websocket\")]");
        }
    }

    /// Returns the call of a method of the operation's group.
    fn call(&self, method: &str) -> TokenStream {
        let groups = groups::accessors(self.operation);
        let arguments = self.arguments.iter().map(|argument| match &argument.value {
            Value::Literal(value) => value.clone(),
            Value::Parameter(_) => {
                let name = &argument.name;
                quote!(#name)
            }
        });
        let method = ident(method);
        quote!(client #(.#groups())*.#method(#(#arguments),*))
    }

    /// Returns the call, and the use of its response.
    pub(super) fn statements(&self) -> TokenStream {
        let (call, setters) = (self.call(&self.operation.method), &self.setters);
        let call = quote!(#call #setters);
        if self.operation.paging.is_some() {
            return quote! {
                let mut items = #call.stream();
                while let Some(item) = items.next_item().await? {
                    println!("{item:?}");
                }
            };
        }
        match &self.operation.response {
            Response::Empty => quote!(#call.send().await?;),
            Response::Json(_) | Response::Text => quote! {
                let response = #call.send().await?;
                println!("{response:?}");
            },
            Response::Bytes => quote! {
                let bytes = #call.send().await?.collect().await?;
                println!("{} bytes", bytes.len());
            },
            Response::Events { .. } => quote! {
                let mut events = #call.send().await?;
                while let Some(event) = events.next_event().await? {
                    println!("{event:?}");
                }
            },
            Response::Channel(_) => quote! {
                let mut socket = #call.connect().await?;
                while let Some(message) = socket.next_message().await? {
                    println!("{message:?}");
                }
            },
        }
    }
}

/// The indentation of statements in a function.
const INDENTATION: &str = "    ";

/// The text of an example, with lines that rustdoc hides.
struct ExampleCode {
    text: String,
}

impl ExampleCode {
    /// Creates an example that imports names of the crate.
    fn new(library: &str, names: &BTreeSet<&'static str>) -> Self {
        let names: Vec<&str> = names.iter().copied().collect();
        let text = match names[..] {
            [name] => format!("use {library}::{name};\n"),
            _ => format!("use {library}::{{{}}};\n", names.join(", ")),
        };
        Self { text }
    }

    /// Adds lines.
    fn visible(&mut self, lines: &str) {
        self.text.push_str(lines.trim_end_matches('\n'));
        self.new_line();
    }

    /// Adds a line that is compiled, but not shown in documentation.
    fn hidden(&mut self, line: &str) {
        self.text.push_str("# ");
        self.visible(line);
    }

    /// Ends the line.
    fn new_line(&mut self) {
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn code(operation: &Operation, arguments: &[(&str, Type)]) -> String {
        let mut example_of = Example::new(operation, Purpose::Documentation);
        for (name, ty) in arguments {
            let name = &ident(name);
            let example = None;
            example_of.argument(
                Sample { name, ty, example },
                &samples::api([samples::enumeration_of("Kind", &["Cat"])]),
            );
        }
        example_of.code("pets").expect("Rust")
    }

    #[test]
    fn text_is_written_in_the_call() {
        let operation = samples::operation("retrieve", &["pets"]);
        assert_eq!(
            code(&operation, &[("type_", Type::String)]),
            "use pets::Client;\n\n\
             # async fn example() -> Result<(), pets::Error> {\n\
             let client = Client::from_env()?;\n\
             client.pets().retrieve(\"type\").send().await?;\n\
             # Ok(())\n# }\n"
        );
    }

    #[test]
    fn an_example_of_a_channel_is_there_with_its_feature() {
        let mut operation = samples::operation("live", &["pets"]);
        operation.response = Response::Channel(api::Channel {
            sent: api::Messages::Nothing,
            received: api::Messages::Text,
        });
        let head = "use pets::Client;\n\n# #[cfg(feature = \"websocket\")]\n\
                    # async fn example() -> Result<(), pets::Error> {\n\
                    let client = Client::from_env()?;\n\
                    let mut socket = client.pets().live().connect().await?;\n";
        let code = code(&operation, &[]);
        assert!(code.starts_with(head), "{code}");
    }

    #[test]
    fn values_are_written_in_the_call_and_others_are_parameters() {
        let mut operation = samples::operation("add", &[]);
        operation.response = Response::Bytes;
        let arguments = [
            ("kinds", samples::list(&samples::named("Kind"))),
            ("id", Type::External("uuid::Uuid".to_owned())),
            ("photos", samples::list(&Type::File)),
        ];
        let code = code(&operation, &arguments);
        assert!(
            code.starts_with("use pets::{Client, Error, Upload, types};\n\nasync fn example("),
            "{code}"
        );
        assert!(code.contains("id: uuid::Uuid"), "{code}");
        assert!(code.contains("[types::Kind::"), "{code}");
        assert!(code.contains("[Upload::path(\"path/to/photo\")]"), "{code}");
        assert!(code.contains(".collect()"), "{code}");
    }
}
