//! Values of schemas.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::kind::{Kind, Property, TAGS, name};

/// Returns a random value of a schema.
pub(crate) fn of(kind: &Kind, runner: &mut TestRunner) -> Value {
    match kind {
        Kind::Any => json!({"any": [pick(any::<i32>(), runner), null_or(runner)]}),
        Kind::Boolean => pick(any::<bool>(), runner).into(),
        Kind::Integer("int32") => pick(any::<i32>(), runner).into(),
        Kind::Integer("uint64") => pick(any::<u64>(), runner).into(),
        Kind::Integer(_) => pick(any::<i64>(), runner).into(),
        Kind::Number => pick(-1e9..1e9_f64, runner).into(),
        Kind::Text("date") => format!("2024-0{}-1{}", digit(runner), digit(runner)).into(),
        Kind::Text("date-time") => {
            format!("2024-0{}-11T1{}:05:06Z", digit(runner), digit(runner)).into()
        }
        Kind::Text(_) => pick("\\PC{0,9}", runner).into(),
        Kind::Choice(values) => match pick(0..=values.len(), runner) {
            // An unknown value.
            index if index == values.len() => pick("[x-z]{5}", runner).into(),
            index => values[index].into(),
        },
        Kind::List(item) => {
            let count = pick(0..4_usize, runner);
            (0..count).map(|_| of(item, runner)).collect()
        }
        Kind::Map(value) => {
            let keys = pick(vec("[a-z ]{0,4}", 0..4), runner);
            let entries = keys.into_iter().map(|key| (key, of(value, runner)));
            Value::Object(entries.collect())
        }
        Kind::Object(properties) | Kind::Composition(properties) => {
            Value::Object(object(properties, runner))
        }
        Kind::Tagged(variants) => variant(variants, |index| json!(TAGS.get(index)), runner),
        Kind::Numbered(variants) => variant(variants, |index| json!(index), runner),
        Kind::Untagged(other) => match pick(0..6, runner) {
            0 => pick(any::<i64>(), runner).into(),
            1 => pick(any::<bool>(), runner).into(),
            2 => pick("\\PC{0,9}", runner).into(),
            3 => json!([true, false]),
            // An unknown variant.
            4 => json!([[1]]),
            _ => of(other, runner),
        },
    }
}

fn pick<T>(strategy: impl Strategy<Value = T>, runner: &mut TestRunner) -> T {
    strategy.new_tree(runner).expect("a value").current()
}

fn digit(runner: &mut TestRunner) -> u8 {
    pick(1..=9_u8, runner)
}

fn null_or(runner: &mut TestRunner) -> Value {
    match pick(any::<bool>(), runner) {
        true => Value::Null,
        false => json!({"text": pick("\\PC{0,3}", runner)}),
    }
}

fn object(properties: &[Property], runner: &mut TestRunner) -> Map<String, Value> {
    let mut object = Map::new();
    for (position, property) in properties.iter().enumerate() {
        if !property.is_required && pick(any::<bool>(), runner) {
            continue;
        }
        let value = match property.is_nullable && pick(any::<bool>(), runner) {
            true => Value::Null,
            false => of(&property.kind, runner),
        };
        object.insert(name(position), value);
    }
    object
}

/// Returns an object of a variant, or an object of an unknown kind.
fn variant(
    variants: &[Vec<Property>],
    tag: impl Fn(usize) -> Value,
    runner: &mut TestRunner,
) -> Value {
    let index = pick(0..=variants.len(), runner);
    let Some(properties) = variants.get(index) else {
        return json!({"kind": "unknown", "p0": {"more": 1}});
    };
    let mut object = object(properties, runner);
    object.insert("kind".to_owned(), tag(index));
    object.into()
}
