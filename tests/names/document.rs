//! Documents with random names.

use serde_json::{Map, Value, json};

/// Letters that look like ASCII ones.
const LOOK_ALIKES: [(char, char); 6] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('o', 'ο'),
    ('p', 'р'),
    ('x', 'х'),
];

/// Additional words, so that not every name is reserved.
const PLAIN: [&str; 10] = [
    "pet",
    "pets",
    "page",
    "page_limit",
    "data",
    "status",
    "id",
    "name",
    "kind",
    "items",
];

/// Spellings that are difficult to convert into a name.
const ODD: [&str; 14] = [
    "", "_", "__", "+1", "-1", "1", "9lives", "a b", "a.b", "a/b", "$ref", "½", "名前", "a'b",
];

/// A sequence of random numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = bits ^ (bits >> 31);
        usize::try_from(bits % end as u64).unwrap_or_default()
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// Returns a name: a word of a list, in a random spelling.
    fn name(&mut self) -> String {
        let reserved = names::reserved::all();
        let word = match self.below(8) {
            0 => self.pick(&PLAIN).to_owned(),
            1 => self.pick(&ODD).to_owned(),
            _ => reserved[self.below(reserved.len())].to_owned(),
        };
        match self.below(9) {
            0 => word.to_uppercase(),
            1 => word.replace('_', "-"),
            2 => word.replace('_', " "),
            3 => format!("_{word}"),
            4 => format!("{word}_"),
            5 => format!("{word}2"),
            6 => LOOK_ALIKES.iter().fold(word, |word, (ascii, other)| {
                word.replacen(*ascii, &other.to_string(), 1)
            }),
            _ => word,
        }
    }

    /// Returns this number of distinct names.
    fn names(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        while names.len() < count {
            let name = self.name();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// Returns a document with this number of operations, as JSON.
pub(crate) fn random(seed: u64, operations: usize) -> String {
    let mut random = Random(seed);
    let schemas = random.names(operations);
    let mut paths = Map::new();
    for number in 0..operations {
        let operation = operation(&mut random, number, &schemas);
        let method = ["get", "post", "put", "delete"][random.below(4)];
        paths.insert(format!("/p{number}/{{id}}"), json!({ method: operation }));
    }
    let mut types = Map::new();
    for name in &schemas {
        types.insert(name.clone(), schema(&mut random, &schemas));
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Names", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": types,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    });
    format!("{document:#}")
}

fn operation(random: &mut Random, number: usize, schemas: &[String]) -> Value {
    let mut parameters = vec![json!({
        "name": "id", "in": "path", "required": true, "schema": {"type": "string"},
    })];
    let count = random.below(6);
    for name in random.names(count) {
        let is_header = name.is_ascii() && !name.is_empty() && !name.contains([' ', '/']);
        let location = if is_header && random.below(3) == 0 {
            "header"
        } else {
            "query"
        };
        parameters.push(json!({
            "name": name, "in": location, "required": random.below(2) == 0,
            "schema": {"type": random.pick(&["string", "integer", "boolean"])},
        }));
    }
    let group: Vec<String> = (0..random.below(3)).map(|_| random.name()).collect();
    let mut operation = json!({
        "operationId": format!("{}_{number}", random.name()),
        "x-fern-sdk-group-name": group,
        "x-fern-sdk-method-name": random.name(),
        "parameters": parameters,
        "responses": {"200": {"description": "", "content": {"application/json": {
            "schema": reference(random, schemas),
        }}}},
    });
    if random.below(2) == 0 {
        let media_type = random.pick(&["application/json", "multipart/form-data"]);
        let body = object(random, schemas);
        operation["requestBody"] = json!({"content": {media_type: {"schema": body}}});
    }
    operation
}

fn schema(random: &mut Random, schemas: &[String]) -> Value {
    match random.below(4) {
        0 => {
            let count = 1 + random.below(8);
            json!({"type": "string", "enum": random.names(count)})
        }
        1 => {
            json!({"oneOf": [object(random, schemas), object(random, schemas), {"type": "string"}]})
        }
        _ => object(random, schemas),
    }
}

fn object(random: &mut Random, schemas: &[String]) -> Value {
    let count = 1 + random.below(8);
    let names = random.names(count);
    let required: Vec<&String> = names.iter().filter(|_| random.below(2) == 0).collect();
    let mut properties = Map::new();
    for name in &names {
        let schema = match random.below(4) {
            0 => reference(random, schemas),
            1 => json!({"type": "array", "items": {"type": "string"}}),
            2 => json!({"type": "integer"}),
            _ => json!({"type": "string"}),
        };
        properties.insert(name.clone(), schema);
    }
    json!({"type": "object", "properties": properties, "required": required})
}

fn reference(random: &mut Random, schemas: &[String]) -> Value {
    let name = &schemas[random.below(schemas.len())];
    let escaped = name.replace('~', "~0").replace('/', "~1");
    json!({"$ref": format!("#/components/schemas/{escaped}")})
}
