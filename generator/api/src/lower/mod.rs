//! Lowering: from the merged document to the model.

mod operations;
mod types;

use std::collections::BTreeMap;

use openapi::Tree;
use pages::{Place, Problem};

use crate::Api;

/// Where each operation is described, by id.
pub type Origins = BTreeMap<String, Place>;

/// Lowers a merged document. What the client lacks is a warning.
pub fn lower(tree: &Tree, origins: &Origins) -> (Api, Vec<Problem>) {
    let _ = (
        tree,
        origins,
        operations::lower,
        types::lower,
        types::reached,
    );
    let _ = (types::value_type, types::limits, types::described);
    unimplemented!("written in parallel")
}
