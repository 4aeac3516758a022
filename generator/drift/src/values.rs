//! Compares the limits and defaults of an input or a field.

use api::{Bound, Deprecation, Limits};
use serde_json::Value;

use crate::Kind;
use crate::change::{Change, Subject};
use crate::documentation::shortened;

/// The facts about the values of an input or a field.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) default: Option<&'a Value>,
    pub(crate) limits: Option<&'a Limits>,
    /// It has only one value, which is compared separately.
    pub(crate) is_constant: bool,
    pub(crate) deprecated: Option<&'a Deprecation>,
}

/// Compares the values of a member that is the same in both versions.
pub(crate) fn compare(
    subject: &Subject,
    name: &str,
    old: Values<'_>,
    new: Values<'_>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut fact = |kind, noun: &str, before: Option<String>, now: Option<String>| {
        let what = match (&before, &now) {
            (before, now) if before == now => return,
            (_, None) => format!("`{name}` no longer has a {noun}"),
            (None, Some(_)) => format!("`{name}` has a {noun}"),
            (Some(_), Some(_)) => format!("the {noun} of `{name}` changed"),
        };
        let change = Change::new(kind, subject, what).member(name);
        let [before, now] = [before, now].map(|text| Some(shortened(&text?)));
        changes.push(change.states(before, now));
    };
    let default = |values: Values<'_>| values.default.map(Value::to_string);
    fact(
        Kind::DefaultValueChanged,
        "default",
        default(old),
        default(new),
    );
    let none = Limits::default();
    let is_constant = old.is_constant || new.is_constant;
    let old_limits = facts(old.limits.unwrap_or(&none), is_constant);
    let new_limits = facts(new.limits.unwrap_or(&none), is_constant);
    for ((kind, noun, before), (.., now)) in old_limits.into_iter().zip(new_limits) {
        fact(kind, noun, before, now);
    }
    changes.extend(deprecation(subject, name, old.deprecated, new.deprecated));
    changes
}

fn deprecation(
    subject: &Subject,
    name: &str,
    old: Option<&Deprecation>,
    new: Option<&Deprecation>,
) -> Option<Change> {
    let (kind, verb) = match (old, new) {
        (None, Some(_)) => (Kind::MemberDeprecated, "is deprecated"),
        (Some(_), None) => (Kind::MemberUndeprecated, "is no longer deprecated"),
        (Some(before), Some(now)) if before.note != now.note => {
            let what = format!("the deprecation of `{name}` is documented differently");
            let change = Change::new(Kind::DocumentationChanged, subject, what).member(name);
            let [before, now] = [before, now].map(|it| shortened(&it.note));
            return Some(change.states(before, now));
        }
        _ => return None,
    };
    let change = Change::new(kind, subject, format!("`{name}` {verb}"));
    Some(change.member(name))
}

type Fact = (Kind, &'static str, Option<String>);

/// Returns each limit with its kind of change and its noun.
fn facts(limits: &Limits, is_constant: bool) -> [Fact; 9] {
    use Kind::{FormatChanged, LimitChanged};
    // An exhaustive pattern, so that a new limit cannot be forgotten.
    let Limits {
        minimum,
        maximum,
        min_length,
        max_length,
        min_items,
        max_items,
        pattern,
        format,
        values,
    } = limits;
    let bound = |bound: &Option<Bound>, [inclusive, exclusive]: [&str; 2]| {
        let bound = bound.as_ref()?;
        let sign = if bound.exclusive {
            exclusive
        } else {
            inclusive
        };
        Some(format!("{sign} {}", bound.number))
    };
    let is_list = values.len() > 1 || (values.len() == 1 && !is_constant);
    let list = is_list.then(|| values.join(", "));
    let count = |count: &Option<u64>| count.map(|count| count.to_string());
    [
        (LimitChanged, "minimum", bound(minimum, [">=", ">"])),
        (LimitChanged, "maximum", bound(maximum, ["<=", "<"])),
        (LimitChanged, "minimum length", count(min_length)),
        (LimitChanged, "maximum length", count(max_length)),
        (LimitChanged, "minimum number of items", count(min_items)),
        (LimitChanged, "maximum number of items", count(max_items)),
        (LimitChanged, "pattern", pattern.clone()),
        (LimitChanged, "only values", list),
        (FormatChanged, "format", format.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values<'a>(default: Option<&'a Value>, limits: &'a Limits) -> Values<'a> {
        Values {
            default,
            limits: Some(limits),
            is_constant: false,
            deprecated: None,
        }
    }

    #[test]
    fn each_limit_is_a_change_by_itself() {
        let subject = Subject::Type("Pet".to_owned());
        let old = Limits {
            maximum: Some(Bound {
                number: "50".to_owned(),
                exclusive: false,
            }),
            pattern: Some("a+".to_owned()),
            ..Limits::default()
        };
        let new = Limits {
            maximum: Some(Bound {
                number: "50".to_owned(),
                exclusive: true,
            }),
            max_items: Some(3),
            ..Limits::default()
        };
        let ten = json!(10);
        let changes = compare(
            &subject,
            "age",
            values(None, &old),
            values(Some(&ten), &new),
        );
        let whats: Vec<&str> = changes.iter().map(|change| change.what.as_str()).collect();
        assert_eq!(
            whats,
            [
                "`age` has a default",
                "the maximum of `age` changed",
                "`age` has a maximum number of items",
                "`age` no longer has a pattern",
            ]
        );
        let states = (changes[1].before.as_deref(), changes[1].after.as_deref());
        assert_eq!(states, (Some("<= 50"), Some("< 50")));
    }
}
