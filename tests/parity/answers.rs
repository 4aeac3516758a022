//! Responses that are generated from the document. The responses of each operation cover every
//! value of an enumeration and every variant of a union.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use httpmock::prelude::HttpMockResponse;
use serde_json::{Map, Value, json};

/// The selection of the fields in the objects of a response.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Fields {
    All,
    Required,
}

/// The successful response of an operation.
pub(crate) struct Operation {
    document: Rc<Value>,
    status: u16,
    /// The media type and the schema of the body, if any.
    body: Option<(String, Value)>,
}

/// Returns the operations of `spec/openapi.json` by their ids.
pub(crate) fn operations() -> BTreeMap<String, Operation> {
    let document = Rc::new(crate::read(&tests::repository("spec/openapi.json")));
    let methods = document["paths"].as_object().expect("paths").values();
    methods
        .flat_map(|path| path.as_object().expect("methods").values())
        .map(|operation| {
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            (id, Operation::new(&document, operation))
        })
        .collect()
}

impl Operation {
    fn new(document: &Rc<Value>, operation: &Value) -> Self {
        let responses = operation["responses"].as_object().expect("responses");
        let success = responses.iter().find(|(status, _)| status.starts_with('2'));
        let (status, response) = success.expect("each operation may succeed");
        let content = response["content"].as_object();
        let body = content.and_then(|content| content.iter().next());
        Self {
            document: Rc::clone(document),
            status: status.parse().expect("a number"),
            body: body.map(|(media_type, body)| (media_type.clone(), body["schema"].clone())),
        }
    }

    /// Returns responses that together cover everything that the document allows: values,
    /// lists of events, or only `null` if there is no body.
    pub(crate) fn answers(&self, fields: Fields) -> Vec<Value> {
        let Some((media_type, schema)) = &self.body else {
            return vec![Value::Null];
        };
        let mut choices = Choices {
            document: &self.document,
            fields,
            taken: HashMap::new(),
        };
        let mut answers = vec![choices.value(schema)];
        while choices.are_left() {
            answers.push(choices.value(schema));
        }
        match media_type.as_str() {
            "application/json" => answers,
            _events => vec![Value::Array(answers)],
        }
    }

    /// Returns the response with this body.
    pub(crate) fn respond(&self, answer: &Value) -> HttpMockResponse {
        let response = HttpMockResponse::builder().status(self.status);
        let Some((media_type, _)) = &self.body else {
            return response.build();
        };
        let events = || answer.as_array().expect("events").iter();
        let body = match media_type.as_str() {
            "application/json" => answer.to_string(),
            "text/event-stream" => events().map(|event| format!("data: {event}\n\n")).collect(),
            _lines => events().map(|event| format!("{event}\n")).collect(),
        };
        response
            .header("content-type", media_type)
            .body(body)
            .build()
    }
}

/// The values of enumerations and the variants of unions, selected in turn.
struct Choices<'a> {
    document: &'a Value,
    fields: Fields,
    /// The number of used choices and of all choices of a schema, which is identified by its
    /// address in memory.
    taken: HashMap<*const Value, (usize, usize)>,
}

impl<'a> Choices<'a> {
    fn are_left(&self) -> bool {
        self.taken.values().any(|(taken, all)| taken < all)
    }

    fn choose<T>(&mut self, schema: &Value, choices: &mut dyn ExactSizeIterator<Item = T>) -> T {
        let all = choices.len();
        let (taken, _) = self
            .taken
            .entry(std::ptr::from_ref(schema))
            .or_insert((0, all));
        let choice = choices.nth(*taken % all);
        *taken += 1;
        choice.expect("there is a choice")
    }

    /// Returns a value that matches a schema.
    fn value(&mut self, schema: &'a Value) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.document.pointer(&reference[1..]);
            return self.value(target.expect("references lead to schemas"));
        }
        if let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) {
            return self.value(only);
        }
        if let Some(mapping) = schema["discriminator"]["mapping"].as_object() {
            return self.form(schema, mapping);
        }
        if let Some(forms) = schema["oneOf"].as_array() {
            let form = self.choose(schema, &mut forms.iter());
            return self.value(form);
        }
        if let Some(values) = schema["enum"].as_array() {
            return self.choose(schema, &mut values.iter()).clone();
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("object"), _) => self.object(schema),
            (Some("array"), _) => json!([self.value(&schema["items"])]),
            (Some("string"), Some("date-time")) => json!("2024-08-16T16:53:59Z"),
            (Some("string"), _) => json!("a text"),
            (Some("integer"), _) => json!(7),
            (Some("number"), _) => json!(1.5),
            (Some("boolean"), _) => json!(true),
            (None, _) => json!(["anything", 1, {"at": null}]),
            (other, _) => panic!("{other:?} is no type"),
        }
    }

    /// Returns a variant of a union with a discriminator.
    fn form(&mut self, union: &'a Value, mapping: &'a Map<String, Value>) -> Value {
        let (decider, form) = self.choose(union, &mut mapping.iter());
        let target = self
            .document
            .pointer(&form.as_str().expect("a reference")[1..]);
        let mut value = self.value(target.expect("references lead to schemas"));
        let property = union["discriminator"]["propertyName"].as_str();
        value[property.expect("a property decides")] = json!(decider);
        value
    }

    fn object(&mut self, schema: &'a Value) -> Value {
        let mut object = Map::new();
        let required = schema["required"].as_array();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.is_some_and(|required| required.contains(&json!(name)));
            if is_required || self.fields == Fields::All {
                // For an optional property, `null` is the same as absence.
                let value = if is_required {
                    self.nullable(property)
                } else {
                    self.value(property)
                };
                object.insert(name.clone(), value);
            }
        }
        let is_map = schema["properties"].is_null();
        match &schema["additionalProperties"] {
            Value::Null if !is_map => {}
            of if of.is_object() => {
                object.insert("a key".to_owned(), self.nullable(of));
            }
            _anything => {
                object.insert("a key".to_owned(), json!({"at": ["anything", 1, null]}));
            }
        }
        Value::Object(object)
    }

    /// Returns a value that matches the schema, or in turn `null` if the schema allows it.
    fn nullable(&mut self, schema: &'a Value) -> Value {
        let is_nullable = schema["nullable"] == true;
        if is_nullable && self.choose(&schema["nullable"], &mut [true, false].into_iter()) {
            return Value::Null;
        }
        self.value(schema)
    }
}
