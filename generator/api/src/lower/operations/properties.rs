//! Finds the path through structs to a property of a response.

use std::collections::BTreeMap;

use names::argument_name;

use crate::{Field, Path, Presence, Step, Type, TypeDef, TypeId};

/// Returns the path to a property of a response, and its type. `path` has dots between names.
pub(super) fn find<'a>(
    response: &Type,
    path: &str,
    types: &'a BTreeMap<TypeId, TypeDef>,
) -> Option<(Path, &'a Type)> {
    let (path, field) = find_field(response, path, types)?;
    Some((path, &field.ty))
}

/// Returns the path to a property of a response, and its field. `path` has dots between names.
pub(super) fn find_field<'a>(
    response: &Type,
    path: &str,
    types: &'a BTreeMap<TypeId, TypeDef>,
) -> Option<(Path, &'a Field)> {
    let mut segments = path.split('.');
    let Type::Named(response) = response else {
        return None;
    };
    let mut field = field(types.get(response)?, segments.next()?)?;
    let mut steps = vec![step(field)?];
    for segment in segments {
        let Type::Named(id) = &field.ty else {
            return None;
        };
        field = self::field(types.get(id)?, segment)?;
        steps.push(step(field)?);
    }
    Some((Path(steps), field))
}

/// Returns the step to a property of a type, and the type of the property.
pub(super) fn step_to<'a>(ty: &'a TypeDef, property: &str) -> Option<(Step, &'a Type)> {
    let field = field(ty, property)?;
    Some((step(field)?, &field.ty))
}

/// Returns the field for a property. Documents may write its name in a different case.
fn field<'a>(ty: &'a TypeDef, property: &str) -> Option<&'a Field> {
    let fields = ty.fields();
    let exact = fields.iter().find(|field| field.wire == property);
    exact.or_else(|| {
        let name = argument_name(property);
        fields
            .iter()
            .find(|field| argument_name(&field.wire) == name)
    })
}

pub(super) fn step(field: &Field) -> Option<Step> {
    // Only types that are sent have such fields, and responses are not sent.
    (field.presence != Presence::OptionalNullable).then(|| Step {
        field: field.name.clone(),
        optional: field.presence.is_option(),
    })
}
