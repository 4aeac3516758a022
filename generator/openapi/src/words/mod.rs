//! The platform's extensions in plain documents. They are converted to OpenAPI keywords.
//! Unsupported ones are reported as warnings.

mod availability;
mod shared;
mod types;
mod unfollowed;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::merged::Merged;
use crate::walk;
use pages::Problem;

pub(crate) use shared::spread;

/// Converts the extensions of operations, parameters, and schemas.
pub fn follow(api: &mut Merged, warnings: &mut Vec<Problem>) {
    availability::follow(&mut api.root);
    types::follow(&mut api.root);
    unfollowed::warn(api, warnings);
}

/// Returns the type names that schemas set, by the schema's name.
pub fn type_names(root: &Value) -> BTreeMap<String, String> {
    let schemas = walk::schemas_of(root).into_iter().flatten();
    let named = schemas.filter_map(|(name, schema)| {
        let own = schema["x-fern-type-name"].as_str()?;
        (names::type_name(own) == own).then(|| (name.clone(), own.to_owned()))
    });
    named.collect()
}
