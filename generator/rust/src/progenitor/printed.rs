//! progenitor's functions as it prints them: everything that depends on its version.
//!
//! A function begins with the statements that build the request. The few words that differ
//! between operations are read from them; then the statements are written again with these
//! words and must be the same.

use proc_macro2::Ident;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprMethodCall, Pat, Stmt, Token, parse_quote};

/// The words of a function of progenitor that differ between operations.
#[derive(Debug)]
pub(super) struct Printed {
    /// The arguments after `self`.
    pub(super) arguments: Vec<Ident>,
    /// The variable that holds the URL.
    pub(super) url: Ident,
    /// The URL, with `{}` for the base and for each value in the path.
    pub(super) template: String,
    /// The arguments in the path, one per place.
    pub(super) in_path: Vec<Ident>,
    /// The headers.
    pub(super) headers: Vec<Named>,
    /// The variable that holds the request.
    pub(super) request: Ident,
    /// The method of the HTTP client.
    pub(super) verb: Ident,
    /// The argument `body` is sent.
    pub(super) has_body: bool,
    /// The query parameters.
    pub(super) query: Vec<Named>,
}

/// An argument that is sent by name.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) argument: Ident,
    /// It is unwrapped from an `Option`, as headers are.
    is_unwrapped: bool,
}

impl Printed {
    /// Reads a function of progenitor; returns `None` if it is printed in another way.
    pub(super) fn read(function: &syn::ImplItemFn) -> Option<Self> {
        let statements = &function.block.stmts;
        // The map of headers and progenitor's own header follow the URL.
        let [url, _, _, rest @ ..] = &statements[..] else {
            return None;
        };
        let (url, formatted) = local(url)?;
        let (template, in_path) = formatted_url(formatted)?;
        let headers: Vec<Named> = rest.iter().map_while(header).collect();
        let (request, chain) = local(rest.get(headers.len())?)?;
        let Chain {
            verb,
            has_body,
            query,
        } = Chain::read(chain)?;
        let printed = Self {
            arguments: arguments(&function.sig)?,
            url: url.clone(),
            template,
            in_path,
            headers,
            request: request.clone(),
            verb,
            has_body,
            query,
        };
        statements
            .starts_with(&printed.statements())
            .then_some(printed)
    }

    /// Returns the statements that build the request, as progenitor prints them.
    fn statements(&self) -> Vec<Stmt> {
        let Self {
            url,
            template,
            in_path,
            request,
            verb,
            ..
        } = self;
        let capacity = self.headers.len() + 1;
        let headers = self.headers.iter().map(header_statement);
        let json = self.has_body.then(|| quote!(.json(&body)));
        let query = self.query.iter().map(|Named { name, argument, .. }| {
            quote!(.query(&progenitor_client::QueryParam::new(#name, &#argument)))
        });
        let block: syn::Block = parse_quote!({
            let #url = format!(
                #template, self.baseurl, #(encode_path(&#in_path.to_string()),)*
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(#capacity);
            header_map.append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
            #(#headers)*
            #[allow(unused_mut)]
            let mut #request = self.client.#verb(#url)
                #json
                #(#query)*
                .headers(header_map)
                .build()?;
        });
        block.stmts
    }
}

/// Returns the statement that adds a header, as progenitor prints it.
fn header_statement(header: &Named) -> Stmt {
    let Named { name, argument, .. } = header;
    if header.is_unwrapped {
        parse_quote! {
            if let Some(value) = #argument {
                header_map.append(#name, value.to_string().try_into()?);
            }
        }
    } else {
        parse_quote!(header_map.append(#name, #argument.to_string().try_into()?);)
    }
}

/// The calls that build a request, from `self.client` to `.build()?`.
struct Chain {
    verb: Ident,
    has_body: bool,
    query: Vec<Named>,
}

impl Chain {
    fn read(chain: &Expr) -> Option<Self> {
        let Expr::Try(tried) = chain else {
            return None;
        };
        let (mut has_body, mut query) = (false, Vec::new());
        let mut call = method_call(&tried.expr)?;
        while let Some(before) = method_call(&call.receiver) {
            if call.method == "query" {
                query.push(query_parameter(call.args.first()?)?);
            }
            has_body |= call.method == "json";
            call = before;
        }
        query.reverse();
        let verb = call.method.clone();
        Some(Self {
            verb,
            has_body,
            query,
        })
    }
}

/// Returns the arguments after `self`.
fn arguments(signature: &syn::Signature) -> Option<Vec<Ident>> {
    let arguments = signature.inputs.iter().skip(1);
    let names = arguments.map(|argument| match argument {
        syn::FnArg::Typed(argument) => match &*argument.pat {
            Pat::Ident(name) => Some(name.ident.clone()),
            _ => None,
        },
        syn::FnArg::Receiver(_) => None,
    });
    names.collect()
}

/// Returns the name and the value of `let name = value;`.
fn local(statement: &Stmt) -> Option<(&Ident, &Expr)> {
    match statement {
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(name) => Some((&name.ident, &*local.init.as_ref()?.expr)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the template and the values of
/// `format!("{}/…/{}", self.baseurl, encode_path(&value.to_string()))`.
fn formatted_url(expression: &Expr) -> Option<(String, Vec<Ident>)> {
    let Expr::Macro(invocation) = expression else {
        return None;
    };
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let arguments = invocation.mac.parse_body_with(parse).ok()?;
    let template = text(arguments.first()?)?;
    let values = arguments.iter().skip(2).map(|argument| match argument {
        Expr::Call(encode) => variable(&method_call(referenced(encode.args.first()?)?)?.receiver),
        _ => None,
    });
    Some((template, values.collect::<Option<_>>()?))
}

/// Reads a statement that adds a header.
fn header(statement: &Stmt) -> Option<Named> {
    let Stmt::Expr(expression, _) = statement else {
        return None;
    };
    if let Expr::If(present) = expression {
        let Expr::Let(binding) = &*present.cond else {
            return None;
        };
        let [statement] = &present.then_branch.stmts[..] else {
            return None;
        };
        return Some(Named {
            argument: variable(&binding.expr)?,
            is_unwrapped: true,
            ..header(statement)?
        });
    }
    // `header_map.append("name", value.to_string().try_into()?)`
    let append = method_call(expression)?;
    let Expr::Try(converted) = append.args.last()? else {
        return None;
    };
    let text_of = method_call(&method_call(&converted.expr)?.receiver)?;
    Some(Named {
        name: text(append.args.first()?)?,
        argument: variable(&text_of.receiver)?,
        is_unwrapped: false,
    })
}

/// Returns the name and the value of `&QueryParam::new("name", &value)`.
fn query_parameter(argument: &Expr) -> Option<Named> {
    let Expr::Call(new) = referenced(argument)? else {
        return None;
    };
    Some(Named {
        name: text(new.args.first()?)?,
        argument: variable(referenced(new.args.last()?)?)?,
        is_unwrapped: false,
    })
}

fn method_call(expression: &Expr) -> Option<&ExprMethodCall> {
    match expression {
        Expr::MethodCall(call) => Some(call),
        _ => None,
    }
}

fn referenced(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::Reference(reference) => Some(&reference.expr),
        _ => None,
    }
}

fn variable(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use api::{BodyEncoding, Location, Operation};

    use super::*;
    use crate::progenitor::run;
    use crate::progenitor::samples::{body, named, operation, parameter};

    /// Returns an operation with everything that a request can have.
    fn full() -> Operation {
        let mut operation = operation("/pets/{id}/{kind}/{id}");
        operation.verb = "PUT".to_owned();
        let mut optional = parameter(Location::Header, "X-Trace");
        optional.required = false;
        operation.parameters = vec![
            parameter(Location::Path, "id"),
            parameter(Location::Path, "kind"),
            parameter(Location::Query, "a"),
            parameter(Location::Query, "url"),
            parameter(Location::Header, "X-Always"),
            optional,
        ];
        operation.body = Some(body(BodyEncoding::Json(None), named("Pet")));
        operation
    }

    fn built(operation: &Operation) -> syn::ImplItemFn {
        let functions = run::functions(&[operation]);
        functions.into_iter().next().expect("one").expect("built")
    }

    /// A new version of progenitor that fails here prints functions differently: the reader
    /// above, `statements`, and the emission in `function` have to follow.
    #[test]
    fn progenitor_prints_functions_as_this_module_reads_them() {
        let printed = Printed::read(&built(&full())).expect("a function as it is known");
        let of = |named: &[Named]| -> Vec<String> {
            let each = named.iter();
            each.map(|named| format!("{} {} {}", named.name, named.argument, named.is_unwrapped))
                .collect()
        };
        assert_eq!(
            printed.arguments,
            ["id", "kind", "a", "url", "x_always", "x_trace", "body"]
        );
        assert_eq!(printed.template, "{}/pets/{}/{}/{}");
        assert_eq!(printed.in_path, ["id", "kind", "id"]);
        assert_eq!(
            (printed.url.to_string(), printed.verb.to_string()),
            ("_url".to_owned(), "put".to_owned())
        );
        assert_eq!(printed.request, "request");
        assert_eq!(of(&printed.query), ["a a false", "url url false"]);
        assert_eq!(
            of(&printed.headers),
            ["X-Always x_always false", "X-Trace x_trace true"]
        );
        assert!(printed.has_body);
    }

    #[test]
    fn a_function_without_parameters_is_read() {
        let printed = Printed::read(&built(&operation("/pets"))).expect("a function");
        assert!(printed.arguments.is_empty() && printed.headers.is_empty());
        assert!(printed.query.is_empty() && !printed.has_body);
    }

    #[test]
    fn a_function_that_is_printed_in_another_way_is_not_read() {
        let function = built(&full());
        // The URL, the map, progenitor's own header, two headers, and the request.
        for position in 0..6 {
            let mut changed = function.clone();
            changed.block.stmts.remove(position);
            assert!(Printed::read(&changed).is_none(), "statement {position}");
        }
        let mut changed = function;
        let more = parse_quote!(header_map.append("x-more", more()););
        changed.block.stmts.insert(5, more);
        assert!(Printed::read(&changed).is_none());
    }
}
