//! The fields of types and what they consist of.

use api::{
    Api, Bound, Condition, Constant, Constructor, Docs, Encoding, IntKind, Limits, Presence, Rest,
    Shape, Tagging, Type, TypeId,
};
use serde_json::json;

use super::{Added, Breaking, Changed, Documentation, Kind, Row, deprecated, nothing, row};
use crate::single_facts::model::{kind, pet, shape, ty, union, variant};

const TEXT: [(Kind, crate::Effect); 1] = [(Kind::DocumentationChanged, Documentation)];

pub(super) fn of_types() -> Vec<Row> {
    fn rest(api: &mut Api) -> &mut Rest {
        shape(api, "Sent").rest.as_mut().expect("a map")
    }
    vec![
        row(
            "TypeDef.id",
            [(Kind::TypeRemoved, Breaking), (Kind::TypeAdded, Added)],
            |api| {
                let mut ty = api.types.remove(&TypeId::new("GoneType")).expect("a type");
                ty.id = TypeId::new("CameType");
                api.types.insert(ty.id.clone(), ty);
            },
        ),
        nothing(
            "TypeDef.module",
            "the modules below `types` are private",
            |api| {
                ty(api, "Pet").module.push('s');
            },
        ),
        nothing(
            "TypeDef.alias",
            "only the search of the documentation uses it",
            |api| ty(api, "Sent").alias = None,
        ),
        row(
            "TypeDef.former_names",
            [(Kind::FormerNameRemoved, Breaking)],
            |api| ty(api, "Rebuilt").former_names.clear(),
        ),
        row(
            "TypeDef.former_members",
            [(Kind::FormerNameRemoved, Breaking)],
            |api| ty(api, "Pet").former_members.clear(),
        ),
        row(
            "FormerName.name",
            [
                (Kind::FormerNameRemoved, Breaking),
                (Kind::FormerNameAdded, Added),
            ],
            |api| ty(api, "Rebuilt").former_names[0].name.push('s'),
        ),
        nothing(
            "FormerName.current",
            "the former name is an alias of the current name",
            |api| ty(api, "Rebuilt").former_names[0].current.push('s'),
        ),
        nothing(
            "FormerName.since",
            "it is in the note of the deprecation",
            |api| ty(api, "Rebuilt").former_names[0].since.push('1'),
        ),
        row("TypeDef.docs", TEXT, |api| {
            ty(api, "Pet").docs = Docs::page("A text.");
        }),
        row(
            "TypeDef.shape",
            [(Kind::TypeFormChanged, Breaking)],
            |api| {
                ty(api, "Shifting").shape = api::Shape::Newtype(Type::Bool);
            },
        ),
        nothing(
            "TypeDef.sent",
            "the presence of fields follows from it",
            |api| {
                ty(api, "Pet").sent = true;
            },
        ),
        nothing(
            "TypeDef.received",
            "the presence of fields follows from it",
            |api| {
                ty(api, "Pet").received = false;
            },
        ),
        row("Struct.fields", [(Kind::FieldRemoved, Breaking)], |api| {
            shape(api, "Pet")
                .fields
                .retain(|field| field.name != "gone");
        }),
        row(
            "Struct.alternatives",
            [(Kind::AlternativesChanged, Changed)],
            |api| {
                shape(api, "Pet").alternatives = vec![vec![vec![0], vec![1]]];
            },
        ),
        row("Struct.rest", [(Kind::FieldRemoved, Breaking)], |api| {
            shape(api, "Sent").rest = None;
        }),
        row(
            "Struct.encoding",
            [(Kind::TypeEncodingChanged, Breaking)],
            |api| {
                shape(api, "Pet").encoding = Encoding::Multipart;
            },
        ),
        row(
            "Struct.constructor",
            [(Kind::ConstructorChanged, Breaking)],
            |api| {
                shape(api, "Rebuilt").constructor = Constructor::New(vec![1]);
            },
        ),
        nothing(
            "Struct.constructor",
            "it implements `Default` either way",
            |api| {
                shape(api, "Pet").constructor = Constructor::Default;
            },
        ),
        row("Rest.name", [(Kind::FieldRenamed, Breaking)], |api| {
            rest(api).name.push('s');
        }),
        row("Rest.setter", [(Kind::SetterRenamed, Breaking)], |api| {
            rest(api).setter.push('s');
        }),
        row("Rest.ty", [(Kind::FieldTypeChanged, Breaking)], |api| {
            rest(api).ty = Type::Map(Box::new(Type::Bool));
        }),
        row("Rest.docs", TEXT, |api| {
            rest(api).docs = Docs::page("A text.");
        }),
    ]
}

pub(super) fn of_fields() -> Vec<Row> {
    let mut rows = vec![
        row("Field.name", [(Kind::FieldRenamed, Breaking)], |api| {
            pet(api, "age").name = "years".to_owned();
        }),
        row("Field.setter", [(Kind::SetterRenamed, Breaking)], |api| {
            pet(api, "age").setter = Some("years".to_owned());
        }),
        row("Field.setter", [(Kind::SetterRemoved, Breaking)], |api| {
            pet(api, "age").setter = None;
        }),
        row("Field.setter", [(Kind::SetterAdded, Added)], |api| {
            pet(api, "next").setter = Some("next".to_owned());
        }),
        row(
            "Field.wire",
            [(Kind::PropertyNameChanged, Changed)],
            |api| {
                pet(api, "age").wire = "Age".to_owned();
            },
        ),
        row("Field.ty", [(Kind::FieldTypeChanged, Breaking)], |api| {
            pet(api, "age").ty = Type::Int(IntKind::I32);
        }),
        row(
            "Field.presence",
            [(Kind::FieldBecameRequired, Breaking)],
            |api| {
                pet(api, "age").presence = Presence::Required;
            },
        ),
        row(
            "Field.presence",
            [(Kind::FieldTypeChanged, Breaking)],
            |api| {
                pet(api, "age").presence = Presence::OptionalNullable;
            },
        ),
        row(
            "Field.presence",
            [(Kind::FieldPresenceChanged, Changed)],
            |api| {
                pet(api, "age").presence = Presence::Nullable;
            },
        ),
        row(
            "Field.presence",
            [(Kind::FieldBecameOptional, Breaking)],
            |api| {
                pet(api, "next").presence = Presence::RequiredInRequests;
            },
        ),
        row(
            "Field.presence",
            [(Kind::FieldPresenceChanged, Changed)],
            |api| {
                pet(api, "data").presence = Presence::EmptyWhenAbsent;
            },
        ),
        row(
            "Field.constant",
            [(Kind::FieldConstantChanged, Changed)],
            |api| {
                pet(api, "age").constant = Some(Constant::Int(1));
            },
        ),
        row("Field.tag", [(Kind::FieldTagChanged, Changed)], |api| {
            pet(api, "age").tag = Some("pet".to_owned());
        }),
        row(
            "Field.json_part",
            [(Kind::FieldEncodingChanged, Changed)],
            |api| {
                pet(api, "age").json_part = true;
            },
        ),
        row(
            "Field.read_only",
            [(Kind::FieldAccessChanged, Changed)],
            |api| {
                pet(api, "age").read_only = true;
            },
        ),
        row(
            "Field.write_only",
            [(Kind::FieldAccessChanged, Changed)],
            |api| {
                pet(api, "age").write_only = true;
            },
        ),
        row(
            "Field.default",
            [(Kind::DefaultValueChanged, Changed)],
            |api| {
                pet(api, "age").default = Some(json!(3));
            },
        ),
        nothing("Field.example", "it is only in examples", |api| {
            pet(api, "age").example = Some(json!(3));
        }),
        row("Field.docs", TEXT, |api| {
            pet(api, "age").docs = Docs::page("A text.");
        }),
        row(
            "Field.deprecated",
            [(Kind::MemberDeprecated, Changed)],
            |api| {
                pet(api, "age").deprecated = deprecated("");
            },
        ),
        row("Deprecation.note", TEXT, |api| {
            pet(api, "deprecated").deprecated = deprecated("Use another one.");
        }),
    ];
    rows.extend(of_limits());
    rows
}

fn of_limits() -> Vec<Row> {
    fn of(api: &mut Api) -> &mut Limits {
        &mut pet(api, "age").limits
    }
    fn minimum(api: &mut Api) -> &mut Bound {
        of(api).minimum.as_mut().expect("a minimum")
    }
    let limit = [(Kind::LimitChanged, Changed)];
    vec![
        row("Field.limits", limit, |api| of(api).maximum = None),
        row("Limits.minimum", limit, |api| of(api).minimum = None),
        row("Limits.maximum", limit, |api| of(api).maximum = None),
        row("Limits.min_length", limit, |api| {
            of(api).min_length = Some(1);
        }),
        row("Limits.max_length", limit, |api| {
            of(api).max_length = Some(9);
        }),
        row("Limits.min_items", limit, |api| of(api).min_items = Some(1)),
        row("Limits.max_items", limit, |api| of(api).max_items = Some(9)),
        row("Limits.unique_items", limit, |api| {
            of(api).unique_items = true;
        }),
        row("Limits.min_properties", limit, |api| {
            of(api).min_properties = Some(1);
        }),
        row("Limits.max_properties", limit, |api| {
            of(api).max_properties = Some(9);
        }),
        row("Limits.multiple_of", limit, |api| {
            of(api).multiple_of = Some("5".to_owned());
        }),
        row("Limits.items", limit, |api| {
            let items = super::limits();
            of(api).items = Some(Box::new(Limits {
                maximum: None,
                ..items
            }));
        }),
        row("TypeDef.limits", limit, |api| {
            ty(api, "Pet").limits.min_properties = Some(1);
        }),
        row("Variant.limits", limit, |api| {
            let Shape::Union(tried) = &mut ty(api, "Tried").shape else {
                unreachable!("it is a union");
            };
            tried.variants[0].limits.max_length = Some(9);
        }),
        row("Limits.pattern", limit, |api| {
            of(api).pattern = Some("a".to_owned());
        }),
        row("Limits.format", [(Kind::FormatChanged, Changed)], |api| {
            of(api).format = Some("email".to_owned());
        }),
        row("Limits.values", limit, |api| {
            of(api).values = vec!["1.5".to_owned()];
        }),
        row("Bound.number", limit, |api| {
            minimum(api).number = "2".to_owned();
        }),
        row("Bound.exclusive", limit, |api| {
            minimum(api).exclusive = true;
        }),
    ]
}

pub(super) fn of_variants() -> Vec<Row> {
    vec![
        row("Enum.values", [(Kind::VariantRemoved, Breaking)], |api| {
            kind(api).values.pop();
        }),
        row("Enum.values", [(Kind::VariantsReordered, Changed)], |api| {
            kind(api).values.swap(0, 1);
        }),
        row("Enum.unknown", [(Kind::VariantRenamed, Breaking)], |api| {
            kind(api).unknown.push('s');
        }),
        row(
            "EnumValue.name",
            [(Kind::VariantRenamed, Breaking)],
            |api| {
                kind(api).values[0].name.push('s');
            },
        ),
        row(
            "EnumValue.value",
            [(Kind::VariantValueChanged, Changed)],
            |api| {
                kind(api).values[0].value.push('s');
            },
        ),
        row("EnumValue.docs", TEXT, |api| {
            kind(api).values[0].docs = Docs::page("A text.");
        }),
        row(
            "Union.tagging",
            [(Kind::DiscriminatorChanged, Changed)],
            |api| {
                union(api, "Animal").tagging = Tagging::Tagged("Type".to_owned());
            },
        ),
        row(
            "Union.tagging",
            [(Kind::DiscriminatorChanged, Changed)],
            |api| {
                union(api, "Animal").tagging = Tagging::Untagged;
            },
        ),
        row("Union.values", [(Kind::VariantRemoved, Breaking)], |api| {
            union(api, "Tried").values.pop();
        }),
        row("Union.values", [(Kind::VariantRenamed, Breaking)], |api| {
            union(api, "Tried").values[0].name.push('s');
        }),
        row(
            "Union.values",
            [(Kind::VariantValueChanged, Changed)],
            |api| {
                union(api, "Tried").values[0].value.push('s');
            },
        ),
        row(
            "Union.variants",
            [(Kind::VariantRemoved, Breaking)],
            |api| {
                union(api, "Animal").variants.pop();
            },
        ),
        nothing("Union.variants", "their tags select them", |api| {
            union(api, "Animal").variants.reverse();
        }),
        row(
            "Union.variants",
            [(Kind::VariantsReordered, Changed)],
            |api| {
                union(api, "Tried").variants.reverse();
            },
        ),
        row("Union.unknown", [(Kind::VariantRenamed, Breaking)], |api| {
            union(api, "Animal").unknown.push('s');
        }),
        row("Variant.name", [(Kind::VariantRenamed, Breaking)], |api| {
            variant(api, "Pet").name.push('s');
        }),
        row(
            "Variant.ty",
            [(Kind::VariantTypeChanged, Breaking)],
            |api| {
                variant(api, "Pet").ty = Type::Json;
            },
        ),
        row(
            "Variant.tags",
            [(Kind::VariantValueChanged, Changed)],
            |api| {
                variant(api, "Pet").tags.push("dog".to_owned());
            },
        ),
        row(
            "Variant.condition",
            [(Kind::VariantConditionChanged, Changed)],
            |api| {
                union(api, "Tried").variants[0].condition = None;
            },
        ),
        row(
            "Condition.property",
            [(Kind::VariantConditionChanged, Changed)],
            |api| {
                condition(api).property.push('s');
            },
        ),
        row(
            "Condition.values",
            [(Kind::VariantConditionChanged, Changed)],
            |api| {
                condition(api).values.push("a".to_owned());
            },
        ),
    ]
}

fn condition(api: &mut Api) -> &mut Condition {
    let variant = &mut union(api, "Tried").variants[0];
    variant.condition.as_mut().expect("a condition")
}
