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
    let owner = Owner {
        subject,
        member: Some(name),
        noun: format!("`{name}`"),
    };
    let default = |values: Values<'_>| Some(number(&values.default?.to_string()));
    let mut changes = Vec::new();
    let (before, now) = (default(old), default(new));
    changes.extend(owner.fact(Kind::DefaultValueChanged, "default", before, now));
    let none = Limits::default();
    let is_constant = old.is_constant || new.is_constant;
    let [old_limits, new_limits] = [old, new].map(|values| values.limits.unwrap_or(&none));
    changes.extend(owner.limits(old_limits, new_limits, is_constant));
    changes.extend(deprecation(subject, name, old.deprecated, new.deprecated));
    changes
}

/// The values that limits apply to.
pub(crate) struct Owner<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) member: Option<&'a str>,
    /// The noun for a value in sentences.
    pub(crate) noun: String,
}

impl Owner<'_> {
    /// Compares limits, including those of items.
    pub(crate) fn limits(&self, old: &Limits, new: &Limits, is_constant: bool) -> Vec<Change> {
        let (before, now) = (facts(old, is_constant), facts(new, is_constant));
        let pairs = before.into_iter().zip(now);
        let own = pairs
            .filter_map(|((kind, noun, before), (.., now))| self.fact(kind, noun, before, now));
        let mut changes: Vec<Change> = own.collect();
        if old.items != new.items {
            let items = Owner {
                noun: format!("an item of {}", self.noun),
                ..*self
            };
            let none = Limits::default();
            let [old, new] = [old, new].map(|limits| limits.items.as_deref().unwrap_or(&none));
            changes.extend(items.limits(old, new, false));
        }
        changes
    }

    fn fact(
        &self,
        kind: Kind,
        fact: &str,
        before: Option<String>,
        now: Option<String>,
    ) -> Option<Change> {
        let noun = &self.noun;
        let what = match (&before, &now) {
            (before, now) if before == now => return None,
            (_, None) => format!("{noun} no longer has {}{fact}", article(fact)),
            (None, Some(_)) => format!("{noun} has {}{fact}", article(fact)),
            (Some(_), Some(_)) => format!("the {fact} of {noun} changed"),
        };
        let change = Change::new(kind, self.subject, what);
        let change = match self.member {
            Some(member) => change.member(member),
            None => change,
        };
        let [before, now] = [before, now].map(|text| Some(shortened(&text?)));
        Some(change.states(before, now))
    }
}

/// Returns the article of a fact, which can be in the plural.
fn article(fact: &str) -> &'static str {
    match fact {
        ONLY_VALUES | UNIQUE_ITEMS => "",
        _ => "a ",
    }
}

/// The fact of values that are listed.
const ONLY_VALUES: &str = "only values";

/// The fact of a list without equal items.
const UNIQUE_ITEMS: &str = "unique items";

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

/// Returns a number in JSON without a fraction of zero, and other JSON unchanged.
fn number(json: &str) -> String {
    match json.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        _ => json.to_owned(),
    }
}

type Fact = (Kind, &'static str, Option<String>);

/// Returns each limit of a value itself, with its kind of change and its noun.
fn facts(limits: &Limits, is_constant: bool) -> Vec<Fact> {
    use Kind::{FormatChanged, LimitChanged};
    // An exhaustive pattern, so that a new limit cannot be forgotten.
    let Limits {
        minimum,
        maximum,
        min_length,
        max_length,
        min_items,
        max_items,
        unique_items,
        min_properties,
        max_properties,
        multiple_of,
        pattern,
        format,
        values,
        // Items are compared as values.
        items: _,
    } = limits;
    let bound = |bound: &Option<Bound>, [inclusive, exclusive]: [&str; 2]| {
        let bound = bound.as_ref()?;
        let sign = if bound.exclusive {
            exclusive
        } else {
            inclusive
        };
        Some(format!("{sign} {}", number(&bound.number)))
    };
    let is_list = values.len() > 1 || (values.len() == 1 && !is_constant);
    let list = is_list.then(|| values.join(", "));
    let count = |count: &Option<u64>| count.map(|count| count.to_string());
    let are_unique = unique_items.then(|| "unique".to_owned());
    let multiple = multiple_of.as_deref().map(number);
    vec![
        (LimitChanged, "minimum", bound(minimum, [">=", ">"])),
        (LimitChanged, "maximum", bound(maximum, ["<=", "<"])),
        (LimitChanged, "divisor", multiple),
        (LimitChanged, "minimum length", count(min_length)),
        (LimitChanged, "maximum length", count(max_length)),
        (LimitChanged, "minimum number of items", count(min_items)),
        (LimitChanged, "maximum number of items", count(max_items)),
        (LimitChanged, UNIQUE_ITEMS, are_unique),
        (
            LimitChanged,
            "minimum number of properties",
            count(min_properties),
        ),
        (
            LimitChanged,
            "maximum number of properties",
            count(max_properties),
        ),
        (LimitChanged, "pattern", pattern.clone()),
        (LimitChanged, ONLY_VALUES, list),
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

    #[test]
    fn the_limits_of_items_are_those_of_the_value_that_contains_them() {
        let items = |limits| Limits {
            items: Some(Box::new(limits)),
            ..Limits::default()
        };
        let inner = Limits {
            max_length: Some(9),
            ..Limits::default()
        };
        let old = items(items(inner));
        let new = items(Limits {
            unique_items: true,
            ..Limits::default()
        });
        let subject = Subject::Type("Pet".to_owned());
        let changes = compare(&subject, "tags", values(None, &old), values(None, &new));
        let whats: Vec<&str> = changes.iter().map(|change| change.what.as_str()).collect();
        assert_eq!(
            whats,
            [
                "an item of `tags` has unique items",
                "an item of an item of `tags` no longer has a maximum length",
            ]
        );
    }

    #[test]
    fn equal_numbers_are_one_limit_and_one_default() {
        let limits = |number: &str| Limits {
            minimum: Some(Bound {
                number: number.to_owned(),
                exclusive: false,
            }),
            multiple_of: Some(number.to_owned()),
            ..Limits::default()
        };
        let subject = Subject::Type("Pet".to_owned());
        let (whole, fraction) = (json!(2), json!(2.0));
        let (old, new) = (limits("2"), limits("2.0"));
        let changes = compare(
            &subject,
            "age",
            values(Some(&whole), &old),
            values(Some(&fraction), &new),
        );
        assert_eq!(changes.len(), 0);
        let text = json!("2.0");
        let changes = compare(
            &subject,
            "age",
            values(Some(&whole), &old),
            values(Some(&text), &old),
        );
        assert_eq!(changes.len(), 1);
    }
}
