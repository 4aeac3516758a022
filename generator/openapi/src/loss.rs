//! Facts that the form of a page does not carry. The client lacks them, unless the overlay
//! supplies them.

use std::collections::BTreeMap;
use std::fmt;

use pages::Place;

/// A kind of fact that structured prose does not carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LossKind {
    /// Formats and limits of strings and numbers.
    Formats,
    /// The values of an enumeration.
    EnumValues,
    /// The values that the keys of a map have.
    MapKeys,
    /// The variants of a union: none, or those that the order of the headings shows.
    UnionVariants,
    /// The content of a type below the depth at which the platform stops.
    CutTypes,
    /// The type of a response that is not JSON.
    ResponseBody,
    /// The statuses and types of error responses.
    Errors,
    /// The authentication of requests.
    Authentication,
    /// The names of the group and the method, which are those of the reference link.
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

    /// Returns the kind as the report shows it.
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

impl fmt::Display for LossKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The facts of one kind that one page does not carry.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The kind.
    pub kind: LossKind,
    /// The first place on the page.
    pub place: Place,
    /// The number of places.
    pub count: usize,
}

/// The lines of one page that lose facts, by kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct LossLines(BTreeMap<LossKind, (usize, usize)>);

impl LossLines {
    /// Notes a line, counted from 1.
    pub(crate) fn add(&mut self, kind: LossKind, line: usize) {
        let (first, count) = self.0.entry(kind).or_insert((line, 0));
        *first = line.min(*first);
        *count += 1;
    }

    /// Takes one line back, because what it lacks was found elsewhere.
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
