//! Compares a parsed document with the rendered operation.

use serde_json::Value;

use crate::model::{Field, Object, Operation, SCALARS, Type};
use crate::render::Form;

const PATH: &str = "/pets/{pet_id}";

/// Returns the first difference.
pub(crate) fn check(operation: &Operation, root: &Value, form: Form) -> Result<(), String> {
    let reading = Reading { root, form };
    let read = &root["paths"][PATH]["post"];
    same(
        "server",
        &root["servers"][0]["url"],
        &"https://api.a.example/v1".into(),
    )?;
    let description = operation
        .description
        .clone()
        .map_or(Value::Null, Value::from);
    same("description", &read["description"], &description)?;
    let parameters: Vec<&Value> = read["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    same(
        "parameters",
        &parameters.len().into(),
        &(operation.query.len() + 1).into(),
    )?;
    for (field, parameter) in operation.query.iter().zip(&parameters[1..]) {
        same("name", &parameter["name"], &field.name.clone().into())?;
        same("required", &parameter["required"], &field.required.into())?;
        reading.ty(&field.ty, &parameter["schema"])?;
    }
    let json = "/content/application~1json/schema";
    if let Some(body) = &operation.body {
        let schema = read["requestBody"].pointer(json).unwrap_or(&Value::Null);
        reading.object(body, schema, None)?;
    }
    let response = read["responses"]["200"]
        .pointer(json)
        .unwrap_or(&Value::Null);
    reading.ty(&operation.response, response)?;
    if let Some(error) = operation.error.as_ref().filter(|_| form != Form::Nested) {
        let schema = read["responses"]["400"]
            .pointer(json)
            .unwrap_or(&Value::Null);
        reading.object(error, schema, None)?;
    }
    Ok(())
}

fn same(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: {found} instead of {expected}")),
    }
}

struct Reading<'a> {
    root: &'a Value,
    form: Form,
}

impl Reading<'_> {
    /// Returns the target of a reference.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str();
        let name = name.and_then(|target| target.strip_prefix("#/components/schemas/"));
        name.map_or(schema, |name| &self.root["components"]["schemas"][name])
    }

    fn ty(&self, ty: &Type, schema: &Value) -> Result<(), String> {
        let schema = self.resolved(schema);
        let text = |text: &str| Value::from(text);
        match ty {
            Type::Any => same("type", &schema["type"], &Value::Null),
            Type::Scalar(scalar) => {
                let (_, kind, format) = SCALARS[*scalar];
                same("type", &schema["type"], &text(kind))?;
                same(
                    "format",
                    &schema["format"],
                    &format.map_or(Value::Null, text),
                )
            }
            Type::Enum(values) => same("values", &schema["enum"], &values.clone().into()),
            Type::Constant(value) => same("values", &schema["enum"], &vec![value.clone()].into()),
            Type::List(items) => {
                same("type", &schema["type"], &text("array"))?;
                self.ty(items, &schema["items"])
            }
            Type::Map(values) => {
                same("type", &schema["type"], &text("object"))?;
                self.ty(values, &schema["additionalProperties"])
            }
            Type::Object(object) => self.object(object, schema, None),
            Type::Union(name, objects, scalars) => self.union(name, objects, scalars, schema),
            Type::Tagged(name, variants) => {
                let members = match variants.len() {
                    // An unnamed union with one variant is that variant.
                    1 if schema["oneOf"].is_null() => vec![schema],
                    _ => schema["oneOf"].as_array().into_iter().flatten().collect(),
                };
                same(name, &members.len().into(), &variants.len().into())?;
                for ((value, object), member) in variants.iter().zip(members) {
                    self.object(object, member, Some(value))?;
                }
                Ok(())
            }
        }
    }

    fn union(
        &self,
        name: &str,
        objects: &[Object],
        scalars: &[usize],
        schema: &Value,
    ) -> Result<(), String> {
        let members: Vec<&Value> = schema["oneOf"].as_array().into_iter().flatten().collect();
        // The page does not show the variants of named unions, and their order can be ambiguous.
        let is_named = self.form == Form::Named;
        if is_named && members.is_empty() {
            return same(name, &schema["type"], &Value::Null);
        }
        let others = match is_named {
            true => usize::from(objects.len() == 1),
            false => scalars.len(),
        };
        same(
            name,
            &members.len().into(),
            &(objects.len() + others).into(),
        )?;
        for (object, member) in objects.iter().zip(&members) {
            self.object(object, member, None)?;
        }
        if !is_named {
            for (scalar, member) in scalars.iter().zip(&members[objects.len()..]) {
                self.ty(&Type::Scalar(*scalar), member)?;
            }
        }
        Ok(())
    }

    fn object(&self, object: &Object, schema: &Value, value: Option<&str>) -> Result<(), String> {
        let schema = self.resolved(schema);
        let properties = &schema["properties"];
        let count = properties.as_object().map_or(0, serde_json::Map::len);
        same(
            &object.name,
            &count.into(),
            &(object.fields.len() + usize::from(value.is_some())).into(),
        )?;
        if let Some(value) = value {
            same("type", &properties["type"]["enum"], &vec![value].into())?;
        }
        let required: Vec<&Value> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        for field in &object.fields {
            let property = &properties[&field.name];
            let is_required = required.contains(&&Value::from(field.name.as_str()));
            same(&field.name, &is_required.into(), &field.required.into())?;
            self.field(field, property)?;
        }
        Ok(())
    }

    fn field(&self, field: &Field, property: &Value) -> Result<(), String> {
        let flag = |is_set: bool| {
            if is_set {
                Value::Bool(true)
            } else {
                Value::Null
            }
        };
        let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::from);
        same("nullable", &property["nullable"], &flag(field.nullable))?;
        same(
            "deprecated",
            &property["deprecated"],
            &flag(field.deprecated),
        )?;
        same("default", &property["default"], &text(&field.default))?;
        same(
            "description",
            &property["description"],
            &text(&field.description),
        )?;
        self.ty(&field.ty, property)
    }
}
