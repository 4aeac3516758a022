//! Arguments and setters of a call: required values are arguments, and optional values are setters.
//! The fields of a body are passed one by one, unless there are too many.

use pages::Code;
use std::collections::BTreeMap;

use ::names::Scope;

use super::bodies::ChosenBody;
use super::names::prefixed;
use crate::lower::warnings::OperationWarnings;
use crate::{
    Body, BodyField, Call, Constant, Field, FieldRole, Input, Location, MOST_ARGUMENTS, Parameter,
    Struct, Type, TypeDef, TypeId,
};

/// The values of a request, other than those of its body.
pub(super) struct Values<'a> {
    pub(super) parameters: &'a [Parameter],
    /// Properties of the body that the client sets.
    pub(super) sets: &'a [(String, bool)],
    /// The names that the request already uses.
    pub(super) names: Scope,
    /// The struct for the arguments, if there are too many for a method.
    pub(super) arguments_struct: String,
}

impl Values<'_> {
    /// Returns the body with its fields, and the arguments and setters of the call.
    pub(super) fn given(
        mut self,
        id: &str,
        body: Option<ChosenBody>,
        types: &BTreeMap<TypeId, TypeDef>,
        warnings: &mut OperationWarnings<'_>,
    ) -> (Option<Body>, Call) {
        let shape = body.as_ref().and_then(|body| fields_of(&body.ty, types));
        let targets: Vec<Target<'_>> = shape.into_iter().flat_map(Target::all).collect();
        let is_whole = body.is_some() && self.is_given_whole(&targets);
        let fields: Vec<BodyField> = targets
            .iter()
            .map(|target| BodyField {
                position: target.position,
                name: self.names.claim(prefixed("body_", target.name)),
                role: self.role(target, is_whole),
            })
            .collect();
        self.check_sets(id, &targets, warnings);
        let call = self.call(&fields, body.as_ref().map(|_| is_whole));
        // Pages often omit that a body is required, but not which fields it requires.
        let needs_some = shape.is_some_and(|shape| !shape.alternatives.is_empty());
        let body = body.map(|body| Body {
            encoding: body.encoding,
            ty: body.ty,
            limits: body.limits,
            required: body.required || needs_some,
            fields,
            docs: body.docs,
        });
        (body, call)
    }

    /// Returns `true` if a caller passes the body as a whole, because it has no fields, or its
    /// required fields are too many arguments for a method.
    fn is_given_whole(&self, targets: &[Target<'_>]) -> bool {
        let parameters = self.parameters.iter();
        let required = parameters.filter(|parameter| parameter.required).count();
        let is_argument =
            |target: &&Target<'_>| target.is_required() && self.constant(target).is_none();
        let arguments = required + targets.iter().filter(is_argument).count();
        targets.is_empty() || arguments > MOST_ARGUMENTS
    }

    fn role(&self, target: &Target<'_>, body_is_given: bool) -> FieldRole {
        match self.constant(target) {
            Some((value, forced)) => FieldRole::Constant { value, forced },
            None if target.is_required() && !body_is_given => FieldRole::Argument,
            None => FieldRole::Setter,
        }
    }

    /// Returns the value that the operation sets for a field, and whether it is also set in a whole
    /// body from the caller.
    fn constant(&self, target: &Target<'_>) -> Option<(Constant, bool)> {
        let field = target.field?;
        let mut sets = self.sets.iter();
        if let Some((_, value)) = sets.find(|(name, _)| is_set(field, name)) {
            return Some((Constant::Bool(*value), true));
        }
        let constant = field.constant.clone();
        constant
            .filter(|constant| field.presence.is_required() && constant.fits(&field.ty))
            .map(|constant| (constant, false))
    }

    fn check_sets(&self, id: &str, targets: &[Target<'_>], warnings: &mut OperationWarnings<'_>) {
        for (name, _) in self.sets {
            let mut fields = targets.iter().filter_map(|target| target.field);
            if !fields.any(|field| is_set(field, name)) {
                warnings.advise(
                    Code::UnsetField,
                    format!(
                        "`{id}` does not set the field `{name}` of its body, which has no fields \
                         here"
                    ),
                    "set it in the body that you pass to the call",
                );
            }
        }
    }

    /// Returns the arguments and setters. `body` is `Some` if the body is passed as a whole, and
    /// contains whether it is required.
    fn call(self, fields: &[BodyField], body: Option<bool>) -> Call {
        let parameters = |is_selected: fn(&Parameter) -> bool| {
            let parameters = self.parameters.iter().enumerate();
            parameters
                .filter(move |(_, parameter)| is_selected(parameter))
                .map(|(position, _)| Input::Parameter(position))
        };
        let fields = |role: FieldRole| {
            let fields = fields.iter().enumerate();
            fields
                .filter(move |(_, field)| field.role == role)
                .map(|(position, _)| Input::BodyField(position))
        };
        let whole = |is_whole: bool| (body == Some(is_whole)).then_some(Input::Body);
        // Parameters of the path come first, also if a page lists others before them.
        let arguments: Vec<Input> = parameters(is_in_path)
            .chain(parameters(|it| it.required && !is_in_path(it)))
            .chain(whole(true))
            .chain(fields(FieldRole::Argument))
            .collect();
        let setters = parameters(|parameter| !parameter.required)
            .chain(fields(FieldRole::Setter))
            .chain(whole(false))
            .collect();
        let is_struct = arguments.len() > MOST_ARGUMENTS;
        Call {
            arguments,
            arguments_struct: is_struct.then_some(self.arguments_struct),
            setters,
        }
    }
}

fn is_in_path(parameter: &Parameter) -> bool {
    parameter.location == Location::Path
}

/// A field of the body's struct, or the map of its other properties.
struct Target<'a> {
    name: &'a str,
    /// The position of the field.
    position: Option<usize>,
    field: Option<&'a Field>,
}

impl<'a> Target<'a> {
    fn all(shape: &'a Struct) -> impl Iterator<Item = Self> {
        let fields = shape.fields.iter().enumerate();
        let fields = fields.filter(|(_, field)| !field.read_only);
        let fields = fields.map(|(position, field)| Self {
            name: &field.name,
            position: Some(position),
            field: Some(field),
        });
        fields.chain(shape.rest.iter().map(|rest| Self {
            name: &rest.name,
            position: None,
            field: None,
        }))
    }

    fn is_required(&self) -> bool {
        self.field.is_some_and(|field| field.presence.is_required())
    }
}

/// Returns the struct of a body.
pub(super) fn fields_of<'a>(ty: &Type, types: &'a BTreeMap<TypeId, TypeDef>) -> Option<&'a Struct> {
    match ty {
        Type::Named(id) => types.get(id)?.as_struct(),
        _ => None,
    }
}

/// Returns `true` if an operation that sets the property `name` sets this field.
fn is_set(field: &Field, name: &str) -> bool {
    field.wire == name && field.ty == Type::Bool
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Operation;
    use crate::lower::lowered;

    /// Returns an operation with these required and optional parameters, whose body is
    /// an object with these properties.
    fn operation(parameters: [&[&str]; 2], object: Value, sets: Value) -> (Operation, Vec<String>) {
        let [required, optional] = parameters;
        let parameter = |name: &&str, required: bool| json!({"name": name, "in": "query", "required": required, "schema": {"type": "string"}});
        let optional = optional.iter().map(|name| parameter(name, false));
        let required = required.iter().map(|name| parameter(name, true));
        let (api, warnings) = lowered(&json!({
            "paths": {"/pets": {"post": {
                "operationId": "pets_add",
                "x-fern-sdk-method-name": "add",
                "parameters": optional.chain(required).collect::<Vec<_>>(),
                "requestBody": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Pet"},
                }}},
                "x-sets": sets,
            }}},
            "components": {"schemas": {"Pet": object}},
        }));
        let operation = api.operations.into_iter().next().expect("one operation");
        (operation, warnings)
    }

    fn object(required: &[&str], optional: &[&str]) -> Value {
        let names = required.iter().chain(optional);
        let properties = names.map(|name| ((*name).to_owned(), json!({"type": "string"})));
        json!({
            "type": "object",
            "required": required,
            "properties": properties.collect::<serde_json::Map<_, _>>(),
        })
    }

    fn names(inputs: &[Input], operation: &Operation) -> Vec<String> {
        let body = operation.body.as_ref();
        let name = |input: &Input| match input {
            Input::Parameter(position) => operation.parameters[*position].name.clone(),
            Input::Body => "(body)".to_owned(),
            Input::BodyField(position) => {
                body.map_or_else(String::new, |body| body.fields[*position].name.clone())
            }
        };
        inputs.iter().map(name).collect()
    }

    fn call(operation: &Operation) -> [Vec<String>; 2] {
        let Call {
            arguments, setters, ..
        } = &operation.call;
        [names(arguments, operation), names(setters, operation)]
    }

    #[test]
    fn required_values_are_arguments_and_optional_ones_are_setters() {
        let body = object(&["name"], &["age"]);
        let (operation, _) = operation([&["shop"], &["dry_run"]], body, Value::Null);
        let [arguments, setters] = call(&operation);
        assert_eq!(arguments, ["shop", "name"]);
        assert_eq!(setters, ["dry_run", "age", "(body)"]);
        assert_eq!(operation.call.arguments_struct, None);
    }

    #[test]
    fn parameters_of_the_path_are_the_first_arguments() {
        let parameter = |name: &str, location: &str| json!({"name": name, "in": location, "required": true, "schema": {"type": "string"}});
        let parameters = [
            parameter("tenant", "query"),
            parameter("shop", "path"),
            parameter("pet", "path"),
        ];
        let (api, _) = lowered(&json!({
            "paths": {"/{shop}/{pet}": {"get": {"operationId": "get", "parameters": parameters}}},
        }));
        let [arguments, _] = call(&api.operations[0]);
        assert_eq!(arguments, ["shop", "pet", "tenant"]);
    }

    #[test]
    fn a_body_with_many_required_fields_is_an_argument() {
        let body = object(&["a", "b", "c", "d"], &["e"]);
        let (operation, _) = operation([&["shop"], &[]], body, Value::Null);
        let [arguments, setters] = call(&operation);
        assert_eq!(arguments, ["shop", "(body)"]);
        assert_eq!(setters, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_body_that_needs_one_of_several_properties_is_required() {
        let mut body = object(&[], &["a", "b"]);
        let (optional, _) = operation([&[], &[]], body.clone(), Value::Null);
        body["x-required-alternatives"] = json!([[["a"], ["b"]]]);
        let (required, _) = operation([&[], &[]], body, Value::Null);
        let is_required = |operation: &Operation| operation.body.as_ref().map(|it| it.required);
        assert_eq!(is_required(&optional), Some(false));
        assert_eq!(is_required(&required), Some(true));
    }

    #[test]
    fn a_body_without_fields_is_an_argument() {
        let body = json!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
        let (operation, _) = operation([&[], &["a"]], body, Value::Null);
        assert_eq!(call(&operation), [vec!["(body)"], vec!["a"]]);
    }

    #[test]
    fn more_arguments_than_a_method_takes_are_a_struct() {
        let parameters = ["a", "b", "c", "d", "e"];
        let (operation, _) = operation([&parameters, &[]], object(&[], &["f"]), Value::Null);
        let arguments = operation.call.arguments_struct.as_deref();
        assert_eq!(arguments, Some("AddArguments"));
    }

    #[test]
    fn a_field_that_is_called_like_something_else_gets_a_prefix() {
        let body = object(&[], &["send", "shop", "body_shop", "extra"]);
        let (operation, _) = operation([&[], &["shop"]], body, Value::Null);
        let [_, setters] = call(&operation);
        assert_eq!(
            setters,
            [
                "shop",
                "body_send",
                "body_shop",
                "body_body_shop",
                "extra",
                "(body)"
            ]
        );
    }

    #[test]
    fn other_properties_of_the_body_have_a_setter() {
        let mut body = object(&[], &["name"]);
        body["additionalProperties"] = json!({"type": "string"});
        let (operation, _) = operation([&[], &[]], body, Value::Null);
        assert_eq!(call(&operation)[1], ["name", "extra", "(body)"]);
        let fields = operation.body.map(|body| body.fields).unwrap_or_default();
        assert_eq!(fields[1].position, None);
    }

    #[test]
    fn nobody_gives_a_constant() {
        let mut body = object(&["stream", "version", "kind"], &["draft"]);
        let properties = &mut body["properties"];
        properties["stream"] = json!({"type": "boolean"});
        properties["version"] = json!({"type": "integer", "enum": [2]});
        properties["draft"] = json!({"type": "boolean", "enum": [true]});
        let (operation, warnings) = operation([&[], &[]], body, json!({"stream": true}));
        let constant = |value, forced| FieldRole::Constant { value, forced };
        let fields = operation.body.iter().flat_map(|body| &body.fields);
        let roles: Vec<&FieldRole> = fields.map(|field| &field.role).collect();
        assert_eq!(
            roles,
            [
                &constant(Constant::Bool(true), true),
                &constant(Constant::Int(2), false),
                &FieldRole::Argument,
                &FieldRole::Setter,
            ]
        );
        assert_eq!(call(&operation), [vec!["kind"], vec!["draft", "(body)"]]);
        assert!(warnings.is_empty());
    }

    #[test]
    fn a_property_that_cannot_be_set_is_a_warning() {
        let body = object(&[], &["stream"]);
        let (_, warnings) = operation([&[], &[]], body, json!({"stream": true}));
        assert_eq!(
            warnings,
            ["`pets_add` does not set the field `stream` of its body, which has no fields here"]
        );
    }
}
