//! Removes types whose files are not valid Rust, which is a bug in the generator. Only these types
//! and their dependents are removed.

use std::collections::{BTreeMap, BTreeSet};

use api::{Api, Type, TypeId, Webhooks};
use pages::marker::COMMAND;
use pages::{Code, Problem};
use rayon::prelude::*;

use crate::public_api::{self, Module};

/// Parses the files of types. Returns their declarations, and the errors of files that are not
/// valid Rust.
pub(super) fn read(
    texts: &BTreeMap<TypeId, String>,
) -> (Vec<(TypeId, Module)>, BTreeMap<TypeId, String>) {
    let read = texts.par_iter().map(|(id, text)| {
        let file = syn::parse_file(text);
        let module = file.map(|file| public_api::declarations(&file));
        (id.clone(), module.map_err(|error| error.to_string()))
    });
    let read: Vec<_> = read.collect();
    let mut sound = Vec::with_capacity(read.len());
    let mut broken = BTreeMap::new();
    for (id, module) in read {
        match module {
            Ok(module) => sound.push((id, module)),
            Err(reason) => {
                broken.insert(id, reason);
            }
        }
    }
    (sound, broken)
}

/// Removes types from the API, and the types, operations, and events that depend on them. Returns a
/// warning for each operation, and one for the events.
pub(super) fn remove(api: &mut Api, broken: &BTreeMap<TypeId, String>) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let mut removed: BTreeSet<TypeId> = BTreeSet::new();
    for (id, reason) in broken {
        let needing = needing(api, id);
        for operation in &api.operations {
            let mut types = operation.types().into_iter().filter_map(Type::mentions);
            if types.any(|id| needing.contains(id)) {
                let origin = operation.origin.clone();
                let message = format!(
                    "`{}` is not in the client: it needs the type `{id}`, whose code is not Rust: \
                     {reason}",
                    operation.id
                );
                let warning = Problem::new(Code::NotRust, message)
                    .advice(format!(
                        "this is a bug in `{COMMAND}`: report it with the page that causes it"
                    ))
                    .operation(&operation.id)
                    .at(origin.map(|origin| origin.0));
                warnings.push(warning);
            }
        }
        removed.extend(needing);
    }
    api.operations.retain(|operation| {
        let mut types = operation.types().into_iter().filter_map(Type::mentions);
        !types.any(|id| removed.contains(id))
    });
    api.types.retain(|id, _| !removed.contains(id));
    let is_removed = |webhooks: &mut Webhooks| removed.contains(&webhooks.event);
    if let Some(webhooks) = api.webhooks.take_if(is_removed) {
        let origin = webhooks.events.into_iter().find_map(|event| event.origin);
        let message =
            "the webhooks are not in the client: the code of one of their types is not Rust";
        let warning = Problem::new(Code::NotRust, message)
            .advice(format!(
                "this is a bug in `{COMMAND}`: report it with the page that causes it"
            ))
            .at(origin.map(|origin| origin.0));
        warnings.push(warning);
    }
    warnings
}

/// Returns a type and the types that contain it.
fn needing(api: &Api, id: &TypeId) -> BTreeSet<TypeId> {
    let mut needing = BTreeSet::from([id.clone()]);
    let mut open = vec![id.clone()];
    while let Some(part) = open.pop() {
        for def in api.types.values() {
            let mut parts = def.parts().into_iter().filter_map(Type::mentions);
            if parts.any(|id| *id == part) && needing.insert(def.id.clone()) {
                open.push(def.id.clone());
            }
        }
    }
    needing
}

#[cfg(test)]
mod tests {
    use api::{Origin, Presence, Response, TypeId, Webhooks};
    use pages::SourceFile;

    use super::super::samples::required;
    use crate::operations::samples::{field, named, object, operation, with_operations};
    use crate::public_api::Declarations;
    use crate::{Crate, types};

    #[test]
    fn a_type_that_is_not_rust_costs_only_what_needs_it() {
        let types = [
            object("Broken", [required("not a name", api::Type::Bool)]),
            object(
                "Holder",
                [field("broken", named("Broken"), Presence::Optional)],
            ),
            object("Sound", [required("name", api::Type::String)]),
        ];
        let page = SourceFile::new("pets.md", "one\ntwo\n");
        let mut needing = operation("hold", &["pets"]);
        needing.response = Response::Json(named("Holder"));
        needing.origin = Some(Origin(page.place(2)));
        let mut sound = operation("list", &["pets"]);
        sound.response = Response::Json(named("Sound"));
        let mut api = with_operations(types, [needing, sound]);
        api.webhooks = Some(Webhooks {
            event: TypeId::new("Holder"),
            events: Vec::new(),
            signature: None,
        });

        let mut files = Crate::default();
        let warnings = types::files(&mut api, &mut Declarations::default(), &mut files);
        assert_eq!(warnings.len(), 2);
        assert_eq!(
            warnings[0].message(),
            "`pets_hold` is not in the client: it needs the type `Broken`, whose code is not \
             Rust: expected `:`"
        );
        let place = warnings[0].place().map(ToString::to_string);
        assert_eq!(place.as_deref(), Some("pets.md:2"));
        let paths: Vec<&str> = files.files().map(|(path, _)| path).collect();
        assert_eq!(paths, ["src/types/mod.rs", "src/types/sound.rs"]);
        let left: Vec<&str> = api.operations.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(left, ["pets_list"]);
        assert_eq!(
            warnings[1].message(),
            "the webhooks are not in the client: the code of one of their types is not Rust"
        );
        assert_eq!(api.webhooks, None);
    }
}
