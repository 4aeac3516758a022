//! Makes choices from bytes, so that arbitrary bytes determine a structure.

/// The remaining bytes. Without bytes, each choice is the first option.
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns a number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        usize::from(*first) % count
    }

    /// Returns one of these values.
    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    /// Returns `true` in one of `count` cases.
    pub(crate) fn is_one_in(&mut self, count: usize) -> bool {
        self.below(count) == 1
    }
}
