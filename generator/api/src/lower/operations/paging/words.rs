//! The names of inputs and properties by which pagination is detected.

use openapi::tree::{PaginationWords, PagingNames};

/// The names of inputs and properties. The first one that exists is used. Properties are
/// paths with dots between names.
pub(super) struct Words<'a> {
    pub(super) number: &'a [String],
    pub(super) offset: &'a [String],
    pub(super) token: &'a [String],
    pub(super) items: &'a [String],
    pub(super) last: &'a [String],
    pub(super) total: &'a [String],
    pub(super) more: &'a [String],
    pub(super) next: &'a [String],
    pub(super) next_url: &'a [String],
    /// A number or an offset is sufficient, without a property that ends the list.
    pub(super) trusts_number: bool,
    /// The document does not describe the pagination: inputs and properties can have other names.
    pub(super) is_usual: bool,
}

impl<'a> Words<'a> {
    pub(super) fn usual(names: &'a PagingNames) -> Self {
        Self {
            number: &names.page,
            offset: &names.offset,
            token: &names.token,
            items: &names.items,
            last: &names.last_page,
            total: &names.total,
            more: &names.has_more,
            next: &names.next_token,
            next_url: &names.next_url,
            trusts_number: false,
            is_usual: true,
        }
    }

    pub(super) fn described(words: &'a PaginationWords, names: &'a PagingNames) -> Self {
        let (number, offset) = match words.has_step {
            true => (&[][..], words.offset.as_slice()),
            false => (words.offset.as_slice(), &[][..]),
        };
        Self {
            number,
            offset,
            token: words.cursor.as_slice(),
            items: words.results.as_slice(),
            last: &names.last_page,
            total: &names.total,
            more: &names.has_more,
            next: words.next_cursor.as_slice(),
            next_url: words.next_url.as_slice(),
            trusts_number: true,
            is_usual: false,
        }
    }
}
