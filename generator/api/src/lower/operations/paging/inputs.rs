//! The inputs of a request that can select a list page: its parameters, and the fields of its body.

use std::borrow::Cow;
use std::collections::BTreeMap;

use names::argument_name;
use serde_json::Value;

use super::super::calls::fields_of;
use super::wording::Wording;
use crate::{
    Advance, Body, BodyEncoding, FieldRole, Input, IntKind, Limits, Parameter, Presence, Type,
    TypeDef, TypeId,
};

/// Parameters with the number of items in a list page.
const SIZES: [&str; 11] = [
    "limit",
    "page_limit",
    "page_size",
    "per_page",
    "size",
    "count",
    "max_results",
    "max_items",
    "results_per_page",
    "top",
    "take",
];

/// Inputs with a number that is an offset only if the request also has a size. They can also begin
/// an interval.
const STARTS: [&str; 2] = ["start_at", "start_index"];

/// An input of a request.
pub(super) struct Candidate<'a> {
    pub(super) input: Input,
    /// Its name on the wire, in snake case.
    pub(super) name: Cow<'a, str>,
    pub(super) ty: &'a Type,
    pub(super) required: bool,
    description: &'a str,
    default: Option<&'a Value>,
    example: Option<&'a Value>,
    limits: &'a Limits,
}

impl Candidate<'_> {
    /// Returns the first number of a list: the one in its description, its default, a minimum of 0
    /// or 1, or an example of 0. If the description and the default differ, the lower one is used,
    /// so that no list page is omitted. `repeated` is the first number according to the response.
    pub(super) fn first_number(&self, repeated: impl FnOnce() -> Option<i64>, usual: i64) -> i64 {
        let minimum = self.limits.minimum.as_ref();
        let minimum = minimum.and_then(|minimum| minimum.number.parse().ok());
        let minimum = minimum.filter(|minimum| [0, 1].contains(minimum));
        let stated = self.wording().first_number();
        let default = self.default.and_then(Value::as_i64);
        let stated = stated.into_iter().chain(default).min();
        let shown = self.example.filter(|example| is_zero(example)).map(|_| 0);
        let fits = |first: &i64| match self.ty {
            Type::Int(kind) => kind.contains(*first),
            _ => true,
        };
        let first = stated.or(minimum).or(shown).or_else(repeated);
        first.filter(fits).unwrap_or(usual)
    }

    /// Returns the words of its description.
    pub(super) fn wording(&self) -> Wording {
        Wording::of(self.description)
    }

    /// Returns `true` if it is the number of items in a list page.
    pub(super) fn is_size(&self) -> bool {
        SIZES.contains(&&*self.name)
    }

    /// Returns `true` if it can begin an interval instead of a list page.
    pub(super) fn is_start(&self) -> bool {
        STARTS.contains(&&*self.name)
    }
}

/// Returns `true` if an example is the number 0.
pub(super) fn is_zero(example: &Value) -> bool {
    example.as_f64() == Some(0.0)
}

/// Returns the inputs of a request, parameters first.
pub(super) fn candidates<'a>(
    parameters: &'a [Parameter],
    body: Option<&'a Body>,
    types: &'a BTreeMap<TypeId, TypeDef>,
) -> Vec<Candidate<'a>> {
    let parameters = parameters.iter().enumerate();
    let parameters = parameters.map(|(position, parameter)| Candidate {
        input: Input::Parameter(position),
        name: Cow::Borrowed(&parameter.argument),
        ty: &parameter.ty,
        required: parameter.required,
        description: parameter.docs.as_str(),
        example: parameter.example.as_ref(),
        default: parameter.default.as_ref(),
        limits: &parameter.limits,
    });
    let fields = body.into_iter().flat_map(|body| of_body(body, types));
    parameters.chain(fields).collect()
}

/// Returns the fields of a body that a caller can set. The body is cloned for each list page, and a
/// file could be read only once.
fn of_body<'a>(
    body: &'a Body,
    types: &'a BTreeMap<TypeId, TypeDef>,
) -> impl Iterator<Item = Candidate<'a>> {
    let is_cloned = matches!(
        body.encoding,
        BodyEncoding::Json(_) | BodyEncoding::UrlEncoded(_)
    );
    let shape = fields_of(&body.ty, types).filter(|_| is_cloned);
    let fields = body.fields.iter().enumerate();
    fields.filter_map(move |(position, given)| {
        let field = shape?.fields.get(given.position?)?;
        let is_given = !matches!(given.role, FieldRole::Constant { .. });
        // The type of a field is not changed to an integer, because other operations use it.
        let is_counted = !matches!(field.ty, Type::Float(_));
        (is_given && is_counted).then(|| Candidate {
            input: Input::BodyField(position),
            name: argument_name(&field.wire).into(),
            ty: &field.ty,
            required: field.presence == Presence::Required,
            description: field.docs.as_str(),
            example: field.example.as_ref(),
            default: field.default.as_ref(),
            limits: &field.limits,
        })
    })
}

/// Changes the types of parameters that count list pages or items to integers.
pub(in super::super) fn count_in_integers(advance: &Advance, parameters: &mut [Parameter]) {
    let (Advance::Number { input, .. }
    | Advance::Offset { input, .. }
    | Advance::Token { input, .. }
    | Advance::LastItem { input, .. }) = advance
    else {
        return;
    };
    for (position, parameter) in parameters.iter_mut().enumerate() {
        let is_counted =
            *input == Input::Parameter(position) || SIZES.contains(&parameter.argument.as_str());
        if is_counted && matches!(parameter.ty, Type::Float(_)) {
            parameter.ty = Type::Int(IntKind::I64);
        }
    }
}
