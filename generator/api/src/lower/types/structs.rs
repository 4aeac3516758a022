//! Structs: their fields, and the functions that create them.

use std::collections::HashSet;

use names::reserved::TYPE_METHODS;
use names::{Scope, argument_name, numbered, underscored};
use openapi::tree::{self, Additional, Schema};
use serde_json::Value;

use super::Context;
use super::discriminators::Tags;
use super::limits::{described, limits};
use super::unions::Unions;
use super::value::{file_type, map_type, plain_type};
use crate::lower::{deprecation, examples};
use crate::{Constant, Constructor, Docs, Encoding, Field, Presence, Rest, Struct, Type};

/// The default name of the field for all other properties.
const REST: &str = "extra";

/// The facts about a document that its structs depend on.
pub(super) struct Structs<'a> {
    pub(super) context: &'a Context,
    pub(super) unions: &'a Unions<'a>,
    pub(super) tags: Tags<'a>,
}

impl Structs<'_> {
    /// Lowers the struct with this name.
    pub(super) fn lower(&self, name: &str, schema: &Schema) -> Struct {
        let encoding = match self.context.forms.contains_key(name) {
            true => Encoding::Multipart,
            false => Encoding::Json,
        };
        let required: HashSet<&str> = schema.required.iter().map(String::as_str).collect();
        // A property that is already a name in Rust keeps it.
        let is_name = |name: &str| argument_name(name) == name;
        let names = schema.properties.iter().filter_map(|(property, schema)| {
            (schema.client_name.is_none() && is_name(property)).then_some(property.as_str())
        });
        let names: HashSet<&str> = names.collect();
        let mut scope = Scope::with_reserved(names.iter().copied());
        let mut setters = Scope::with_reserved(TYPE_METHODS);
        let is_received = self.context.received.contains(name);
        // Properties that requests omit would have no effect.
        let properties = schema.properties.iter();
        let properties =
            properties.filter(|(_, schema)| is_received || !self.is_left_out(name, schema));
        let fields: Vec<Field> = properties
            .map(|(property, schema)| {
                let named = schema.client_name.as_deref().unwrap_or(property);
                let name_in_rust = match names.contains(property.as_str()) {
                    true => property.clone(),
                    false => scope.claim(numbered(&argument_name(named), "_")),
                };
                let is_required = required.contains(property.as_str());
                let field = self.field(name, property, name_in_rust, schema, is_required);
                // A newer version of the API may have more values than the documented one.
                let is_only =
                    matches!(field.constant, Some(Constant::Text(_))) && field.tag.is_none();
                let has_setter = is_only || !field.presence.is_required();
                Field {
                    setter: has_setter.then(|| setters.claim(underscored(&field.name))),
                    ..field
                }
            })
            .collect();
        // A form has no undocumented fields.
        let rest = match &schema.additional {
            Additional::Any | Additional::Of(_) if encoding == Encoding::Json => {
                let name = scope.claim(numbered(REST, "_"));
                Some(Rest {
                    setter: setters.claim(underscored(&name)),
                    name,
                    ty: map_type(&schema.additional),
                    docs: Docs::default(),
                })
            }
            _ => None,
        };
        Struct {
            constructor: constructor(&fields),
            alternatives: alternatives(&schema.required_alternatives, &fields),
            fields,
            rest,
            encoding,
        }
    }

    fn field(
        &self,
        owner: &str,
        property: &str,
        name: String,
        schema: &Schema,
        is_required: bool,
    ) -> Field {
        let form = self.context.forms.get(owner);
        let is_sent = self.context.sent.contains(owner);
        let is_received = self.context.received.contains(owner);
        let read_only = self.is_left_out(owner, schema);
        let write_only = schema.write_only && is_received;
        let file = form.and_then(|_| file_type(schema));
        let mut description = schema.description.clone();
        let is_usual = schema.client_name.is_some() || name == argument_name(property);
        if !is_usual && !property.contains('`') {
            description.push_str(&format!("\n\nThe wire name is `{property}`."));
        }
        if read_only {
            description.push_str("\n\nOmitted in requests.");
        } else if write_only {
            description.push_str("\n\nOmitted in responses.");
        }
        let docs = match &file {
            // The limits of a string do not apply to a file.
            Some(_) => Docs::page(&description),
            None => described(&description, schema),
        };
        let ty = file.unwrap_or_else(|| plain_type(schema));
        let is_required = is_required && !read_only;
        let is_in_body = form.is_some() || self.context.in_bodies.contains(owner);
        // In a body, an empty list differs from an absent one.
        let can_be_empty = is_collection(&ty) && !is_in_body && !schema.nullable;
        // `null` differs from absence only in requests.
        let is_nullable = match (is_required, form) {
            (true, _) => schema.nullable,
            (false, None) => schema.nullable && is_sent && !read_only,
            (false, Some(_)) => false,
        };
        let presence = match presence(is_required, is_nullable, can_be_empty) {
            Presence::Required if write_only && is_sent => Presence::RequiredInRequests,
            // A response with the property can still be read.
            Presence::Required if write_only => Presence::Optional,
            presence => presence,
        };
        let tag = self.tag(owner, property, &ty);
        let tag_text = tag.as_ref().filter(|_| ty == Type::String);
        let tag_text = tag_text.map(|tag| Value::from(tag.as_str()));
        Field {
            name,
            setter: None,
            wire: property.to_owned(),
            ty,
            presence,
            constant: self.constant(schema),
            json_part: form.is_some_and(|json_parts| json_parts.contains(property)),
            read_only,
            write_only: schema.write_only,
            tag,
            default: self.unions.default(schema).cloned(),
            example: examples::first([
                tag_text.as_ref(),
                schema.example.as_ref(),
                self.unions.example(schema),
                self.unions.default(schema),
                examples::allowed(schema).as_ref(),
            ]),
            limits: limits(schema),
            docs,
            deprecated: deprecation::of(schema.deprecated, &schema.description),
        }
    }

    /// Returns `true` if requests omit a property.
    fn is_left_out(&self, owner: &str, schema: &Schema) -> bool {
        let is_form = self.context.forms.contains_key(owner);
        schema.read_only && (is_form || self.context.sent.contains(owner))
    }

    /// Returns the only value of a property.
    fn constant(&self, schema: &Schema) -> Option<Constant> {
        let own = schema.constant.as_ref().and_then(constant);
        own.or_else(|| self.unions.only_text(schema).map(Constant::Text))
    }

    /// Returns the value by which unions identify a struct, if it converts into the type of the
    /// property.
    fn tag(&self, owner: &str, property: &str, ty: &Type) -> Option<String> {
        let tag = self.tags.get(owner)?.get(property)?;
        let converts = match ty {
            Type::String | Type::Json => true,
            Type::Named(id) => self.unions.converts_from_text(id),
            Type::Bool => tag.parse::<bool>().is_ok(),
            Type::Int(_) | Type::Float(_) => tag.parse::<i32>().is_ok(),
            _ => false,
        };
        converts.then(|| (*tag).to_owned())
    }
}

/// Returns the groups of alternatives, as positions of optional fields. A group is omitted if one
/// of its alternatives requires no optional field.
fn alternatives(groups: &[Vec<Vec<String>>], fields: &[Field]) -> Vec<Vec<Vec<usize>>> {
    let position = |property: &String| fields.iter().position(|field| field.wire == *property);
    let can_be_absent = |position: &usize| {
        let presence = fields[*position].presence;
        !matches!(
            presence,
            Presence::Required | Presence::RequiredInRequests | Presence::Nullable
        )
    };
    let groups = groups.iter().map(|group| {
        // A property without a field cannot be set.
        let settable = group.iter().filter_map(|properties| {
            let positions: Option<Vec<usize>> = properties.iter().map(position).collect();
            Some(positions?.into_iter().filter(can_be_absent).collect())
        });
        settable.collect::<Vec<Vec<usize>>>()
    });
    groups
        .filter(|group| !group.is_empty() && !group.iter().any(Vec::is_empty))
        .collect()
}

fn presence(is_required: bool, is_nullable: bool, can_be_empty: bool) -> Presence {
    match (is_required, is_nullable) {
        (true, false) => Presence::Required,
        (true, true) => Presence::Nullable,
        (false, true) => Presence::OptionalNullable,
        (false, false) if can_be_empty => Presence::EmptyWhenAbsent,
        (false, false) => Presence::Optional,
    }
}

/// Returns `true` if the type is a list or a map, which can be empty.
fn is_collection(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Map(_) | Type::JsonObject)
}

fn constant(value: &tree::Constant) -> Option<Constant> {
    match value {
        tree::Constant::Bool(value) => Some(Constant::Bool(*value)),
        tree::Constant::Int(value) => Some(Constant::Int(*value)),
        tree::Constant::Other => None,
    }
}

/// Returns the constructor of a struct, whose arguments are the required fields with more than one
/// value.
fn constructor(fields: &[Field]) -> Constructor {
    let is_empty = |field: &Field| {
        let is_default = matches!(
            (&field.constant, &field.ty),
            (Some(Constant::Bool(false)), Type::Bool)
                | (Some(Constant::Int(0)), Type::Int(_) | Type::Float(_))
        );
        (is_default || !field.presence.is_required()) && field.tag.is_none()
    };
    if fields.iter().all(is_empty) {
        return Constructor::DerivedDefault;
    }
    let is_set = |field: &Field| {
        let constant = field.constant.as_ref();
        field.tag.is_some() || constant.is_some_and(|constant| constant.fits(&field.ty))
    };
    let positions = fields.iter().enumerate();
    let given: Vec<usize> = positions
        .filter(|(_, field)| field.presence.is_required() && !is_set(field))
        .map(|(position, _)| position)
        .collect();
    if given.is_empty() {
        Constructor::Default
    } else {
        Constructor::New(given)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::{Value, json};

    use super::super::tests::{lowered_with, reference};
    use super::*;

    fn sent(names: &[&str]) -> Context {
        let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Context {
            sent: names.clone(),
            in_bodies: names,
            ..Context::default()
        }
    }

    fn pet(schema: Value, context: &Context) -> Struct {
        let mut types = lowered_with(json!({ "Pet": schema, "Kind": {"enum": ["a"]} }), context);
        match types.pop_last().expect("it is lowered").1.shape {
            crate::Shape::Struct(shape) => shape,
            other => panic!("no struct: {other:?}"),
        }
    }

    fn names(shape: &Struct) -> Vec<&str> {
        shape.fields.iter().map(|field| &*field.name).collect()
    }

    fn presences(shape: &Struct) -> Vec<Presence> {
        shape.fields.iter().map(|field| field.presence).collect()
    }

    #[test]
    fn fields_have_distinct_names_and_keep_those_of_their_properties() {
        let shape = pet(
            json!({"properties": {
                "type": {}, "petName": {}, "pet-name": {}, "1st": {}, "extra": {},
                "_id": {"x-fern-property-name": "identifier"},
            }, "additionalProperties": true}),
            &Context::default(),
        );
        assert_eq!(
            names(&shape),
            [
                "type_",
                "pet_name",
                "pet_name_2",
                "x1st",
                "extra",
                "identifier"
            ]
        );
        assert_eq!(shape.fields[2].wire, "pet-name");
        assert_eq!(shape.fields[5].wire, "_id");
        let rest = shape.rest.expect("other properties");
        assert_eq!((rest.name.as_str(), rest.ty), ("extra_2", Type::JsonObject));
    }

    #[test]
    fn only_properties_that_the_page_allows_are_kept_besides_fields() {
        let rest = |additional: Value| {
            let schema = json!({"properties": {"a": {}}, "additionalProperties": additional});
            let rest = pet(schema, &Context::default()).rest;
            rest.map(|rest| rest.ty.to_string())
        };
        assert_eq!(rest(json!(null)), None);
        assert_eq!(rest(json!(false)), None);
        let numbers = json!({"type": "integer"});
        assert_eq!(rest(numbers).as_deref(), Some("BTreeMap<String, i64>"));
    }

    #[test]
    fn fields_can_be_absent_null_or_empty() {
        let schema = json!({"required": ["a", "b"], "properties": {
            "a": {"type": "string"},
            "b": {"type": "string", "nullable": true},
            "c": {"type": "string"},
            "d": {"type": "string", "nullable": true},
            "e": {"type": "array", "items": {}},
            "f": {"type": "object"},
            "g": {"type": "array", "items": {}, "nullable": true},
        }});
        use Presence::*;
        let received = pet(schema.clone(), &Context::default());
        assert_eq!(
            presences(&received),
            [
                Required,
                Nullable,
                Optional,
                Optional,
                EmptyWhenAbsent,
                EmptyWhenAbsent,
                Optional
            ]
        );
        assert_eq!(received.fields[3].ty, Type::String);
        let sent = pet(schema, &sent(&["Pet"]));
        assert_eq!(
            presences(&sent)[3..],
            [OptionalNullable, Optional, Optional, OptionalNullable]
        );
    }

    #[test]
    fn a_property_of_one_direction_is_not_required_in_the_other() {
        let schema = json!({"required": ["id", "name", "secret"], "properties": {
            "id": {"type": "string", "readOnly": true},
            "name": {"type": "string"},
            "secret": {"type": "string", "writeOnly": true},
        }});
        use Presence::*;
        let mut both = sent(&["Pet"]);
        both.received = both.sent.clone();
        let shape = pet(schema.clone(), &both);
        assert_eq!(presences(&shape), [Optional, Required, RequiredInRequests]);
        assert_eq!(shape.constructor, Constructor::New(vec![1, 2]));
        assert!(shape.fields[0].read_only);
        assert_eq!(shape.fields[0].docs.as_str(), "Omitted in requests.");
        assert_eq!(shape.fields[2].docs.as_str(), "Omitted in responses.");

        let only_sent = pet(schema.clone(), &sent(&["Pet"]));
        assert_eq!(names(&only_sent), ["name", "secret"]);

        let received = Context {
            received: both.received,
            ..Context::default()
        };
        let received = pet(schema, &received);
        assert_eq!(presences(&received), [Required, Required, Optional]);
    }

    #[test]
    fn constants_are_booleans_and_integers() {
        let shape = pet(
            json!({"properties": {
                "a": {"enum": [false]}, "b": {"enum": [7]}, "c": {"enum": [1.5]},
            }}),
            &Context::default(),
        );
        let constants: Vec<_> = shape.fields.iter().map(|field| &field.constant).collect();
        assert_eq!(
            constants,
            [&Some(Constant::Bool(false)), &Some(Constant::Int(7)), &None]
        );
    }

    #[test]
    fn a_text_of_an_enumeration_with_one_value_is_a_constant() {
        let shape = pet(
            json!({
                "required": ["kind", "other"],
                "properties": {"kind": reference("Kind"), "other": {"type": "string"}},
            }),
            &Context::default(),
        );
        assert_eq!(
            shape.fields[0].constant,
            Some(Constant::Text("a".to_owned()))
        );
        assert_eq!(shape.fields[1].constant, None);
        assert_eq!(shape.constructor, Constructor::New(vec![1]));
    }

    #[test]
    fn forms_have_files_and_json_parts() {
        let bytes = json!({"type": "string", "format": "binary"});
        let schema = json!({
            "required": ["photo"],
            "properties": {
                "photo": bytes,
                "more": {"type": "array", "items": bytes, "maxItems": 3},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "additionalProperties": true,
        });
        let json_parts = BTreeSet::from(["tags".to_owned()]);
        let form = Context {
            forms: BTreeMap::from([("Pet".to_owned(), json_parts)]),
            ..sent(&["Pet"])
        };
        let shape = pet(schema.clone(), &form);
        let types: Vec<String> = shape.fields.iter().map(|f| f.ty.to_string()).collect();
        assert_eq!(types, ["Upload", "Vec<Upload>", "Vec<String>"]);
        assert!(shape.fields[1].docs.is_empty());
        assert!(!shape.fields[1].json_part && shape.fields[2].json_part);
        assert_eq!(shape.rest, None);
        assert_eq!(shape.constructor, Constructor::New(vec![0]));
        let as_json = pet(schema, &Context::default());
        assert_eq!(as_json.fields[0].ty, Type::String);
    }

    #[test]
    fn structs_are_created_from_what_they_require() {
        let schema = |required: &[&str], count: usize| {
            let names = ["a", "b", "c", "d", "e", "f"];
            let properties = names[..count].iter();
            let properties = properties.map(|name| ((*name).to_owned(), json!({"type": "string"})));
            let properties: serde_json::Map<String, Value> = properties.collect();
            json!({"required": required, "properties": properties})
        };
        let constructor = |schema: Value| pet(schema, &sent(&["Pet"])).constructor;
        assert_eq!(constructor(schema(&[], 2)), Constructor::DerivedDefault);
        assert_eq!(
            constructor(schema(&["a", "c"], 3)),
            Constructor::New(vec![0, 2])
        );
        let five = ["a", "b", "c", "d", "e"];
        assert_eq!(
            constructor(schema(&five, 6)),
            Constructor::New(vec![0, 1, 2, 3, 4])
        );
        let received = pet(schema(&["a"], 2), &Context::default());
        assert_eq!(received.constructor, Constructor::New(vec![0]));
        let constant =
            json!({"required": ["a"], "properties": {"a": {"enum": [true], "type": "boolean"}}});
        assert_eq!(constructor(constant), Constructor::Default);
        let default =
            json!({"required": ["a"], "properties": {"a": {"enum": [false], "type": "boolean"}}});
        assert_eq!(constructor(default), Constructor::DerivedDefault);
    }

    #[test]
    fn a_property_that_is_a_name_in_rust_keeps_it() {
        let text = json!({"type": "string"});
        let shape = pet(
            json!({"properties": {"a-b": text, "a_b": text}}),
            &Context::default(),
        );
        let fields = shape.fields.iter();
        let fields = fields.map(|it| (it.wire.as_str(), it.name.as_str(), it.docs.as_str()));
        assert_eq!(
            Vec::from_iter(fields),
            [
                ("a-b", "a_b_2", "The wire name is `a-b`."),
                ("a_b", "a_b", "")
            ]
        );
    }

    #[test]
    fn fields_that_can_be_absent_have_setters() {
        let text = json!({"type": "string"});
        let shape = pet(
            json!({
                "required": ["id"],
                "properties": {"id": text, "new": text, "new_": text, "type": text},
                "additionalProperties": true,
            }),
            &Context::default(),
        );
        let setters = shape.fields.iter().map(|field| field.setter.as_deref());
        assert_eq!(
            Vec::from_iter(setters),
            [None, Some("new_"), Some("new_2"), Some("type_")]
        );
        assert_eq!(shape.rest.map(|rest| rest.setter).as_deref(), Some("extra"));
    }

    #[test]
    fn a_tag_is_not_given() {
        let kind = json!({"enum": ["dog"]});
        let mut dog = json!({
            "required": ["kind", "code", "tags"],
            "properties": {
                "kind": reference("DogKind"),
                "code": {"type": "integer"},
                "tags": {"type": "array", "items": {}},
            },
        });
        let all = |dog: &Value| {
            json!({
                "Animal": {"oneOf": [reference("Dog")]}, "Dog": dog, "DogKind": kind,
                "Numbered": {"oneOf": [reference("Dog")], "discriminator": {
                    "propertyName": "code", "mapping": {"1": "#/components/schemas/Dog"},
                }},
                "Listed": {"oneOf": [reference("Dog")], "discriminator": {
                    "propertyName": "tags", "mapping": {"1": "#/components/schemas/Dog"},
                }},
            })
        };
        let constructor = |dog: &Value| {
            let types = lowered_with(all(dog), &sent(&["Dog"]));
            let mut structs = types.values().filter_map(crate::TypeDef::as_struct);
            let shape = structs.next().expect("a struct").clone();
            assert_eq!(shape.fields[0].tag.as_deref(), Some("dog"));
            shape
        };
        let shape = constructor(&dog);
        assert_eq!(shape.fields[1].tag.as_deref(), Some("1"));
        assert_eq!(shape.fields[2].tag, None);
        assert_eq!(shape.constructor, Constructor::New(vec![2]));
        dog["required"] = json!(["kind"]);
        assert_eq!(constructor(&dog).constructor, Constructor::Default);
    }
}
