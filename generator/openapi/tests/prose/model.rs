//! Random operations, from which pages are rendered.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Labels of scalars, and their types and formats in OpenAPI.
pub(crate) const SCALARS: [(&str, &str, Option<&str>); 9] = [
    ("string", "string", None),
    ("integer", "integer", None),
    ("long", "integer", Some("int64")),
    ("double", "number", Some("double")),
    ("float", "number", Some("float")),
    ("boolean", "boolean", None),
    ("datetime", "string", Some("date-time")),
    ("date", "string", Some("date")),
    ("UUID", "string", Some("uuid")),
];

#[derive(Clone, Debug)]
pub(crate) enum Type {
    Any,
    /// The position in [`SCALARS`].
    Scalar(usize),
    Enum(Vec<String>),
    Constant(String),
    List(Box<Type>),
    Map(Box<Type>),
    Object(Object),
    /// Objects, and positions in [`SCALARS`].
    Union(String, Vec<Object>, Vec<usize>),
    /// A union whose variants have values of the property `type`.
    Tagged(String, Vec<(String, Object)>),
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) deprecated: bool,
    /// Only strings have one.
    pub(crate) default: Option<String>,
    pub(crate) description: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) query: Vec<Field>,
    pub(crate) body: Option<Object>,
    pub(crate) response: Type,
    pub(crate) error: Option<Object>,
    pub(crate) description: Option<String>,
}

/// Returns random operations, whose types all have different names.
pub(crate) fn operation() -> impl Strategy<Value = Operation> {
    let query = vec(field(plain()), 0..3);
    let parts = (
        query,
        option::of(object()),
        ty(),
        option::of(object()),
        option::of(text()),
    );
    parts.prop_map(|(query, body, response, error, description)| {
        let mut operation = Operation {
            query,
            body,
            response,
            error,
            description,
        };
        let mut count = 0;
        number(&mut operation.query);
        for object in operation.body.iter_mut().chain(&mut operation.error) {
            name_object(object, &mut count);
        }
        name_type(&mut operation.response, &mut count);
        operation
    })
}

fn plain() -> BoxedStrategy<Type> {
    let word = "[a-z][a-zA-Z0-9. -]{0,6}[a-z0-9]";
    prop_oneof![
        Just(Type::Any),
        (0..SCALARS.len()).prop_map(Type::Scalar),
        vec(word, 1..4).prop_map(Type::Enum),
        "[ -~]{1,8}"
            .prop_filter("a backtick ends it", |text| !text.contains('`'))
            .prop_map(Type::Constant),
        vec(word, 1..3).prop_map(|values| Type::List(Type::Enum(values).into())),
    ]
    .boxed()
}

fn ty() -> BoxedStrategy<Type> {
    plain()
        .prop_recursive(2, 24, 3, |inner| {
            let fields = || vec(field(inner.clone()), 1..4);
            let objects = |size| vec(fields().prop_map(unnamed), size);
            let values = select(vec!["pod", "inbox", "other one"]);
            prop_oneof![
                inner.clone().prop_map(|items| Type::List(items.into())),
                inner.clone().prop_map(|values| Type::Map(values.into())),
                fields().prop_map(|fields| Type::Object(unnamed(fields))),
                objects(2..4).prop_map(|objects| Type::Union(String::new(), objects, Vec::new())),
                (objects(1..3), 0..SCALARS.len()).prop_map(|(objects, scalar)| Type::Union(
                    String::new(),
                    objects,
                    vec![scalar]
                )),
                vec((values, fields().prop_map(unnamed)), 1..3).prop_map(|variants| {
                    let variants = variants
                        .into_iter()
                        .enumerate()
                        .map(|(index, (value, object))| (format!("{value}{index}"), object));
                    Type::Tagged(String::new(), variants.collect())
                }),
            ]
        })
        .boxed()
}

fn object() -> impl Strategy<Value = Object> {
    vec(field(ty()), 1..5).prop_map(unnamed)
}

fn unnamed(fields: Vec<Field>) -> Object {
    Object {
        name: String::new(),
        fields,
    }
}

fn text() -> impl Strategy<Value = String> {
    let text = "[A-Za-z`(\\[][ -~]{0,20}( — [a-z()]{1,5})?";
    text.prop_map(|text| text.trim().to_owned())
}

fn field(ty: BoxedStrategy<Type>) -> impl Strategy<Value = Field> {
    let default = "[a-z(][a-z (),.]{0,6}[a-z)]";
    let default = option::of(default.prop_filter("it is a flag", |text| !text.contains(", ")));
    let parts = (
        "[a-z][a-z_-]{0,5}",
        ty,
        any::<[bool; 3]>(),
        default,
        option::of(text()),
    );
    parts.prop_map(
        |(name, ty, [required, nullable, deprecated], default, description)| {
            let is_string = matches!(ty, Type::Scalar(0));
            let default = default.filter(|_| is_string);
            Field {
                name,
                ty,
                required,
                nullable,
                deprecated,
                default,
                description,
            }
        },
    )
}

/// Makes the names of the fields of one object distinct.
fn number(fields: &mut [Field]) {
    for (index, field) in fields.iter_mut().enumerate() {
        field.name = format!("{}{index}", field.name);
    }
}

fn name(count: &mut usize) -> String {
    *count += 1;
    format!("Type{count}")
}

fn name_object(object: &mut Object, count: &mut usize) {
    object.name = name(count);
    number(&mut object.fields);
    for field in &mut object.fields {
        name_type(&mut field.ty, count);
    }
}

fn name_type(ty: &mut Type, count: &mut usize) {
    match ty {
        Type::List(inner) | Type::Map(inner) => name_type(inner, count),
        Type::Object(object) => name_object(object, count),
        Type::Union(own, objects, _) => {
            *own = name(count);
            objects
                .iter_mut()
                .for_each(|object| name_object(object, count));
        }
        Type::Tagged(own, variants) => {
            *own = name(count);
            variants
                .iter_mut()
                .for_each(|(_, object)| name_object(object, count));
        }
        _ => {}
    }
}
