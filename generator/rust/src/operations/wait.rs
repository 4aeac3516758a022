//! The method of a group that polls an operation until it returns a final status.

use api::{Location, Operation, Type, Wait};
use pages::Problem;
use proc_macro2::TokenStream;
use quote::quote;

use super::literal::Purpose;
use super::{Context, docs, inputs, method, path};
use crate::Imports;
use crate::documentation::{Documentation, Line};
use crate::format::ident;
use crate::ty;

/// Returns the wait method of an operation, if the document describes a wait.
///
/// # Errors
///
/// If the example is not Rust.
pub(super) fn method(
    operation: &Operation,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Result<Option<TokenStream>, Problem> {
    let Some(wait) = &operation.wait else {
        return Ok(None);
    };
    for name in ["FinalStatuses", "WaitProgress", "Waiting"] {
        imports.runtime(name);
    }
    let given = inputs::given(&operation.call.arguments, operation, context.api);
    let example = docs::example(operation, &given, context, Purpose::Documentation);
    let docs = documentation(operation, wait).example(&example.waiting(wait, context.library)?);
    let docs = docs.attributes();
    let arguments = operation.call.arguments_struct.as_deref().map(ident);
    let parameters = method::parameters(arguments.as_ref(), &given, context.api, imports);
    let passed = match &arguments {
        Some(_) => quote!(arguments),
        None => {
            let names = given.iter().map(|given| &given.name);
            quote!(#(#names),*)
        }
    };
    let (name, requested) = (ident(&wait.method), ident(&operation.method));
    let response = ty::response(&operation.response, imports);
    let what = what(operation, wait);
    let (done, failed) = (&wait.done, &wait.failed);
    let of = quote!(response);
    let status = match wait.is_enum {
        true => path::enum_of(&of, &wait.status),
        false => path::text_of(&of, &wait.status),
    };
    let reason = match &wait.reason {
        Some(reason) => path::text_of(&of, reason),
        None => quote!(None),
    };
    Ok(Some(quote! {
        #docs
        pub fn #name(&self, #parameters) -> Waiting<#response> {
            const STATUSES: FinalStatuses = FinalStatuses {
                done: &[#(#done),*],
                failed: &[#(#failed),*],
            };
            let request = self.#requested(#passed);
            let what = #what;
            Waiting::new(what, STATUSES, move || request.clone().send(), |response| WaitProgress {
                status: #status,
                reason: #reason,
            })
        }
    }))
}

fn documentation(operation: &Operation, wait: &Wait) -> Documentation {
    let retrieve = format!("Self::{}", operation.method);
    let mut done = Line::new("Waits until ")
        .item_at(&operation.method, &retrieve)
        .text(" returns the status ");
    done = among(done, &wait.done).text(", and returns that response.");
    let documentation = Documentation::new().line(done);
    let documentation = match wait.failed.is_empty() {
        true => documentation,
        false => {
            let failed = among(
                Line::new("Returns an error if the status is "),
                &wait.failed,
            );
            documentation.line(failed.text("."))
        }
    };
    documentation.text("# Example")
}

/// Adds a list of statuses to a line: `` `a`, `b`, or `c` ``.
fn among(mut line: Line, statuses: &[String]) -> Line {
    for (position, status) in statuses.iter().enumerate() {
        line = match position {
            0 => line,
            1 if statuses.len() == 2 => line.text(" or "),
            _ if position + 1 == statuses.len() => line.text(", or "),
            _ => line.text(", "),
        };
        line = line.code(status);
    }
    line
}

/// Returns the expression for the name of the resource or the task in errors, with its ID: the last
/// parameter in the path.
fn what(operation: &Operation, wait: &Wait) -> TokenStream {
    let parameters = operation.parameters.iter().filter(|parameter| {
        parameter.location == Location::Path
            && parameter.required
            && parameter.ty == Type::String
            && !parameter.is_styled
    });
    let last = parameters.max_by_key(|parameter| {
        let place = format!("{{{}}}", parameter.wire);
        operation.path.find(&place)
    });
    let subject = &wait.subject;
    match last {
        None => quote!(#subject.to_owned()),
        Some(id) => {
            let template = format!("{} `{{}}`", subject.replace('{', "{{").replace('}', "}}"));
            let id = ident(&id.name);
            quote!(format!(#template, request.#id))
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{Presence, Response};

    use super::super::samples;
    use super::*;
    use crate::format::format;
    use crate::links::Links;

    #[test]
    fn a_wait_repeats_the_request_until_a_final_status() {
        let pet = samples::object(
            "Pet",
            [
                samples::field("state", samples::named("State"), Presence::Optional),
                samples::field("note", Type::String, Presence::Optional),
            ],
        );
        let mut operation = samples::operation("retrieve", &["pets"]);
        operation.path = "/shops/{shop}/pets/{id}".to_owned();
        let parameter = |name| api::Parameter {
            location: Location::Path,
            ..samples::parameter(name, Type::String, true)
        };
        samples::with_parameters(&mut operation, vec![parameter("id"), parameter("shop")]);
        operation.response = Response::Json(samples::named("Pet"));
        operation.wait = Some(Wait {
            method: "wait_until_ready".to_owned(),
            subject: "pet {1}".to_owned(),
            status: samples::path([("state", true)]),
            is_enum: true,
            done: vec!["ready".to_owned()],
            failed: vec!["ill".to_owned(), "lost".to_owned()],
            reason: Some(samples::path([("note", true)])),
        });
        let api = samples::api([pet, samples::enumeration("State")]);
        let (links, mut imports) = (Links::default(), Imports::default());
        let context = Context {
            api: &api,
            library: "pets",
            links: &links,
        };
        let method = method(&operation, &context, &mut imports).expect("Rust");
        let code = format(quote!(impl Pets { #method })).expect("Rust").text;
        let expected = r#"impl Pets {
    /// Waits until [`retrieve`](Self::retrieve) returns the status `ready`, and returns that
    /// response.
    ///
    /// Returns an error if the status is `ill` or `lost`.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use pets::Client;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::from_env()?;
    /// let response = client.pets().wait_until_ready("id", "shop").send().await?;
    /// println!("{response:?}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_ready(
        &self,
        id: impl Into<String>,
        shop: impl Into<String>,
    ) -> Waiting<types::Pet> {
        const STATUSES: FinalStatuses = FinalStatuses {
            done: &["ready"],
            failed: &["ill", "lost"],
        };
        let request = self.retrieve(id, shop);
        let what = format!("pet {{1}} `{}`", request.id);
        Waiting::new(
            what,
            STATUSES,
            move || request.clone().send(),
            |response| WaitProgress {
                status: response.state.as_ref().map(|value| value.as_str()),
                reason: response.note.as_deref(),
            },
        )
    }
}
"#;
        assert_eq!(code, expected);
    }
}
