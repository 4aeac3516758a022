//! Notes of names and values in a body that are unknown to this version of the crate.
//!
//! A reader records only byte offsets, so known values have no overhead. `paths` computes the JSON
//! paths later, if needed. Without the feature `tracing`, nothing is recorded.

/// The maximum number of notes per body.
#[cfg(feature = "tracing")]
const LIMIT: usize = 32;

/// The kind of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// An unknown property.
    Field,
    /// An unknown enum value.
    Value,
    /// An unknown union variant.
    Variant,
}

/// The notes of a body, in document order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// The byte offset of the end of each value, which is unique.
    #[cfg(feature = "tracing")]
    pub(super) found: Vec<(usize, Unknown)>,
}

#[cfg(feature = "tracing")]
impl Notes {
    /// Records a value that ends at this offset.
    #[cold]
    pub(super) fn add(&mut self, end: usize, unknown: Unknown) {
        if self.found.len() < LIMIT {
            self.found.push((end, unknown));
        }
    }

    /// Removes the notes that were added after `start`.
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
