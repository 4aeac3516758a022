//! Runs progenitor. If it rejects an operation, or panics on it, only this operation is left out.

use std::collections::BTreeMap;

use api::Operation;
use pages::panics::caught;
use progenitor::Generator;

use super::input::{self, Input};

/// Returns progenitor's function for each operation, or the reason why there is none.
pub(super) fn functions(operations: &[&Operation]) -> Vec<Result<syn::ImplItemFn, String>> {
    match (run(operations), operations) {
        (Ok(functions), _) => functions,
        (Err(_), []) => Vec::new(),
        (Err(reason), [_]) => vec![Err(reason)],
        (Err(_), several) => {
            let (first, second) = several.split_at(several.len() / 2);
            let mut both = functions(first);
            both.append(&mut functions(second));
            both
        }
    }
}

/// Runs progenitor once. Returns the reason if it fails.
fn run(operations: &[&Operation]) -> Result<Vec<Result<syn::ImplItemFn, String>>, String> {
    let input = input::input(operations)?;
    let output = generate(&input)?;
    let mut written = methods(output);
    let functions = (0..operations.len()).map(|position| {
        let function = written.remove(&input::operation_id(position));
        function.ok_or_else(|| "progenitor writes no function for it".to_owned())
    });
    Ok(functions.collect())
}

fn generate(input: &Input) -> Result<syn::File, String> {
    let Input { document, settings } = input;
    let tokens = caught(|| Generator::new(settings).generate_tokens(document))
        .map_err(|panic| format!("it panics: {panic}"))?
        .map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| format!("its output is not Rust: {error}"))
}

/// Returns the functions of types, by name.
fn methods(file: syn::File) -> BTreeMap<String, syn::ImplItemFn> {
    let blocks = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Impl(block) if block.trait_.is_none() => Some(block.items),
        _ => None,
    });
    blocks
        .flatten()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(function) => Some((function.sig.ident.to_string(), function)),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progenitor::samples::operation;

    #[test]
    fn refused_operations_cost_only_themselves() {
        let good = operation("/pets");
        // progenitor panics on the first and returns an error for the second.
        let panics = operation("/pets/{id}");
        let refused = operation("/pets{");
        let all = [&good, &panics, &good, &refused, &good];
        let reasons: Vec<Option<String>> = functions(&all).into_iter().map(Result::err).collect();
        assert_eq!(
            reasons,
            [
                None,
                Some("it panics: missing path name mapping id".to_owned()),
                None,
                Some("invalid operation path unterminated parameter".to_owned()),
                None,
            ]
        );
    }

    #[test]
    fn no_operations_are_no_functions() {
        assert!(functions(&[]).is_empty());
    }
}
