//! Pagination strategies of operations that return a list in pages.

use super::{Input, Type};

/// The pagination strategy of the list that an operation returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The method of advancing to the next list page.
    pub advance: Advance,
    /// The property of a response that indicates whether there is a next list page.
    pub more: Option<Path>,
    /// The path to the items in a list page, which is empty if the page is the list itself.
    pub items: Path,
    /// The type of an item.
    pub item: Type,
}

/// The method of advancing from one list page to the next. An input is a parameter or a field of the
/// body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advance {
    /// The number of the list page is an input.
    Number {
        /// The input, which is an integer.
        input: Input,
        /// The number of the first list page.
        first: i64,
        /// The property of the response by which the list ends.
        end: Option<ListEnd>,
    },
    /// The number of the first item is an input.
    Offset {
        /// The input, which is an integer.
        input: Input,
        /// The number of the first item of the list.
        first: i64,
        /// The property of the response with the number of all items.
        total: Option<Path>,
    },
    /// The token of the list page is an input.
    Token {
        /// The input, which is a string or an integer.
        input: Input,
        /// The property of the response with the token of the next list page.
        next: Path,
    },
    /// An identifier of the last item on the list page is an input of the next one.
    LastItem {
        /// The input, which is a string or an integer.
        input: Input,
        /// The property of an item with its identifier.
        id: Step,
    },
    /// A property of the response contains the URL of the next list page.
    Url {
        /// The property.
        next: Path,
        /// The input for a value of the property that is a token instead of a URL.
        token: Option<Input>,
    },
    /// A list of links in the response contains the URL of the next list page, in the link with the
    /// relation `next`.
    Relation {
        /// The property of the response with the links.
        links: Step,
        /// The property of a link with its relation.
        relation: Step,
        /// The property of a link with its URL.
        url: Step,
    },
    /// The header `Link` of the response contains the URL of the next list page.
    Link,
}

/// The property of a response by which a list of numbered list pages ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListEnd {
    /// The number of the last list page.
    Last(Path),
    /// The number of list pages. It is also the number of the last one, except in a list whose first
    /// list page has the number 0.
    Pages(Path),
    /// The number of all items.
    Items(Path),
}

impl ListEnd {
    /// Returns `true` if the property is the number of list pages, which is one more than the number
    /// of the last one. `first` is the number of the first list page.
    pub fn is_count_from_zero(&self, first: i64) -> bool {
        matches!(self, Self::Pages(_)) && first <= 0
    }
}

/// The path through structs to a property of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

/// A field on the path to a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name of the field in Rust.
    pub field: String,
    /// The field is an `Option`.
    pub optional: bool,
}
