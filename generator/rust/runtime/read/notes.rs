//! Notes of what a body contains that this version of the crate does not know.
//!
//! A reader only notes where it is, so that it costs nothing if all is known. `paths` finds the
//! JSON paths afterwards, if they are needed. Without the feature `tracing`, nothing is noted.

/// The maximum number of notes of one body.
#[cfg(feature = "tracing")]
const LIMIT: usize = 32;

/// A kind of what is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// A property without a field.
    Field,
    /// A value that is not one of an enum.
    Value,
    /// A value that is no variant of a union.
    Variant,
}

/// The unknown parts of a body, in their order there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Where each value ends, in bytes. No two values end at the same place.
    #[cfg(feature = "tracing")]
    pub(super) found: Vec<(usize, Unknown)>,
}

#[cfg(feature = "tracing")]
impl Notes {
    /// Notes a value that ends at this position.
    #[cold]
    pub(super) fn add(&mut self, end: usize, unknown: Unknown) {
        if self.found.len() < LIMIT {
            self.found.push((end, unknown));
        }
    }

    /// Removes the notes that were added since `start`.
    #[inline]
    pub(super) fn return_to(&mut self, start: &Self) {
        self.found.truncate(start.found.len());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

#[cfg(not(feature = "tracing"))]
impl Notes {
    #[inline]
    pub(super) fn add(&mut self, _: usize, _: Unknown) {}

    #[inline]
    pub(super) fn return_to(&mut self, _: &Self) {}

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        true
    }
}
