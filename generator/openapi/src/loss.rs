//! Facts that the format of a page does not include. They are missing in the client, unless the
//! overlay supplies them.

use std::collections::BTreeMap;
use std::fmt;

use pages::Place;

/// A kind of fact that structured prose does not include.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LossKind {
    /// Formats and limits of strings and numbers.
    Formats,
    /// The values of an enumeration.
    EnumValues,
    /// The possible keys of a map.
    MapKeys,
    /// The variants of a union, which are unknown or inferred from the order of the headings.
    UnionVariants,
    /// The content of a type below the maximum depth of the platform.
    CutTypes,
    /// The type of a response that is not JSON.
    ResponseBody,
    /// The statuses and types of error responses.
    Errors,
    /// The authentication of requests.
    Authentication,
    /// The names of the group and the method, which are derived from the reference link.
    Names,
}

impl LossKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Formats,
        Self::EnumValues,
        Self::MapKeys,
        Self::UnionVariants,
        Self::CutTypes,
        Self::ResponseBody,
        Self::Errors,
        Self::Authentication,
        Self::Names,
    ];

    /// Returns the kind as shown in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Formats => "formats",
            Self::EnumValues => "enum-values",
            Self::MapKeys => "map-keys",
            Self::UnionVariants => "union-variants",
            Self::CutTypes => "cut-types",
            Self::ResponseBody => "response-body",
            Self::Errors => "errors",
            Self::Authentication => "authentication",
            Self::Names => "names",
        }
    }
}

impl LossKind {
    /// Returns the noun for this number of facts, as shown in messages.
    pub fn noun(self, count: usize) -> &'static str {
        let (one, many) = match self {
            Self::Formats => ("format", "formats"),
            Self::EnumValues => ("list of enum values", "lists of enum values"),
            Self::MapKeys => ("list of map keys", "lists of map keys"),
            Self::UnionVariants => ("list of union variants", "lists of union variants"),
            Self::CutTypes => ("truncated type", "truncated types"),
            Self::ResponseBody => ("response body", "response bodies"),
            Self::Errors => ("list of error responses", "lists of error responses"),
            Self::Authentication => ("authentication scheme", "authentication schemes"),
            Self::Names => ("name", "names"),
        };
        if count == 1 { one } else { many }
    }
}

impl fmt::Display for LossKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The missing facts of one kind on one page.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The kind.
    pub kind: LossKind,
    /// The first place on the page.
    pub place: Place,
    /// The number of places.
    pub count: usize,
}

/// The lines of one page with missing facts, by kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct LossLines(BTreeMap<LossKind, (usize, usize)>);

impl LossLines {
    /// Records a line, counted from 1.
    pub(crate) fn add(&mut self, kind: LossKind, line: usize) {
        let (first, count) = self.0.entry(kind).or_insert((line, 0));
        *first = line.min(*first);
        *count += 1;
    }

    /// Removes one line, because its missing fact was found elsewhere.
    pub(crate) fn remove(&mut self, kind: LossKind) {
        if let Some((_, count)) = self.0.get_mut(&kind) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&kind);
            }
        }
    }

    /// Returns each kind, the first line, and the number of lines.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (LossKind, usize, usize)> {
        self.0
            .iter()
            .map(|(kind, (line, count))| (*kind, *line, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_counted_with_their_noun() {
        let counted = |kind: LossKind, count: usize| format!("{count} {}", kind.noun(count));
        assert_eq!(counted(LossKind::Formats, 5), "5 formats");
        assert_eq!(counted(LossKind::EnumValues, 1), "1 list of enum values");
        assert_eq!(counted(LossKind::ResponseBody, 2), "2 response bodies");
    }
}
