//! The way through structs to a property of a response.

use std::collections::BTreeMap;

use names::argument_name;

use crate::{Field, Path, Presence, Step, Type, TypeDef, TypeId};

/// Returns the way to a property of a response, whose path has dots between names, and the type
/// of the property.
pub(super) fn find<'a>(
    response: &Type,
    path: &str,
    types: &'a BTreeMap<TypeId, TypeDef>,
) -> Option<(Path, &'a Type)> {
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
    Some((Path(steps), &field.ty))
}

/// Returns the field for a property, which documents write in several cases.
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

fn step(field: &Field) -> Option<Step> {
    // A type with such a field is sent, and no response is.
    (field.presence != Presence::OptionalNullable).then(|| Step {
        field: field.name.clone(),
        optional: field.presence.is_option(),
    })
}
