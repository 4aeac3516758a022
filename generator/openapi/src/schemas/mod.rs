//! Normalizes schemas for a Rust client: no named scalars, no unnamed structs, and one name for
//! each type.

mod compose;
mod enumerate;
mod hoist;
mod inheritance;
mod inline;
mod names;
mod nested;
mod prune;
mod status;
mod unnamed;
mod variants;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::merged::Merged;
use crate::normalize;
use crate::overlay::Overlay;
use crate::walk::{self, SCHEMAS, is_enumeration, referenced, schemas_of, schemas_of_mut};
use pages::pointer;
use pages::{Code, Problem};

pub(crate) use compose::NESTED_COMPOSITIONS;
pub(crate) use inline::is_inlined;

/// Normalizes and names the schemas of `api`, whose keywords are already normalized. `type_names`
/// are the names in the overlay. A name for a schema that does not exist is reported as a warning.
/// The `kept` names are reserved for former types.
pub fn shape(
    api: &mut Merged,
    type_names: &BTreeMap<String, String>,
    kept: &BTreeSet<String>,
    overlay: Option<&Overlay>,
    warnings: &mut Vec<Problem>,
) {
    inheritance::unite(&mut api.root);
    prune::required_without_property(&mut api.root);
    inline::inline(&mut api.root);
    normalize::nullable_unions(&mut api.root);
    for pointer in compose::compose(&mut api.root) {
        warnings.push(contradiction(api, &pointer));
    }
    for pointer in nested::limit(&mut api.root) {
        warnings.push(nested(api, &pointer));
    }
    enumerate::enumerate(&mut api.root);
    unnamed::inline(&mut api.root);
    hoist::hoist(&mut api.root);
    prune::unreferenced(&mut api.root);
    webhooks::unite(&mut api.root);
    names::rename(api, type_names, kept, overlay, warnings);
    sort(&mut api.root);
}

/// Returns the warning for a schema that cannot describe any value.
fn contradiction(api: &Merged, pointer: &str) -> Problem {
    let problem = Problem::new(
        Code::ContradictorySchema,
        format!(
            "the members of `allOf` at `{pointer}` cannot be combined into one type: the client \
         accepts any JSON there"
        ),
    )
    .advice("describe it as one object, or as a union, with an action in `overlay.yaml`");
    at_user(problem, api, pointer)
}

/// Returns the warning for a list or a map in too many others.
fn nested(api: &Merged, pointer: &str) -> Problem {
    let mut outermost = pointer;
    while let Some(around) = outermost
        .strip_suffix("/items")
        .or_else(|| outermost.strip_suffix("/additionalProperties"))
    {
        outermost = around;
    }
    let message = format!(
        "more than {} lists and maps are nested at `{outermost}`: the client accepts any JSON in \
         the innermost one",
        nested::MOST_NESTED
    );
    let problem = Problem::new(Code::NestedTooDeep, message)
        .advice("move an inner schema to `components.schemas` as an object, and reference it");
    at_user(problem, api, pointer)
}

/// Adds the first operation that uses the schema at `pointer` to a problem.
fn at_user(problem: Problem, api: &Merged, pointer: &str) -> Problem {
    let user = walk::operations(&api.root).find_map(|(path, method, operation)| {
        let own = pointer::of(&["paths", path, method]);
        let is_user = pointer.starts_with(&format!("{own}/"))
            || pointer
                .strip_prefix("/components/schemas/")
                .and_then(|rest| rest.split('/').next())
                .is_some_and(|name| prune::uses(operation, name, &api.root));
        is_user.then_some(operation.get("operationId")?.as_str()?)
    });
    match user.and_then(|id| Some((id, api.origins.get(id)?))) {
        Some((id, origin)) => problem.at(origin.place.clone()).operation(id),
        None => problem,
    }
}

/// Sorts the schemas by name, so that new schemas do not reorder others.
fn sort(root: &mut Value) {
    if let Some(schemas) = schemas_of_mut(root) {
        *schemas = std::mem::take(schemas)
            .into_iter()
            .collect::<BTreeMap<_, _>>()
            .into_iter()
            .collect();
    }
}
