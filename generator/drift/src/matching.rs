//! Pairs the members of two lists that are the same.

use std::collections::{HashMap, VecDeque};

/// The members of two lists, paired if they are the same.
pub(crate) struct Pairs<'a, T> {
    pub(crate) both: Vec<(&'a T, &'a T)>,
    /// The old members without a new one, in their order.
    pub(crate) gone: Vec<&'a T>,
    /// The new members without an old one, in their order.
    pub(crate) came: Vec<&'a T>,
}

impl<'a, T> Pairs<'a, T> {
    /// Creates the pairs of two lists, in which nothing is paired yet.
    pub(crate) fn new(old: &'a [T], new: &'a [T]) -> Self {
        Self {
            both: Vec::new(),
            gone: old.iter().collect(),
            came: new.iter().collect(),
        }
    }

    /// Pairs the remaining members with the same key. Members without a key remain.
    pub(crate) fn by_key(self, key: impl Fn(&T) -> Option<String>) -> Self {
        self.by_keys(&key, &key)
    }

    /// Same as [`by_key`](Self::by_key), with a separate function for the keys of old members.
    pub(crate) fn by_keys(
        mut self,
        old: impl Fn(&T) -> Option<String>,
        new: impl Fn(&T) -> Option<String>,
    ) -> Self {
        let mut came: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (index, member) in self.came.iter().enumerate() {
            if let Some(key) = new(member) {
                came.entry(key).or_default().push_back(index);
            }
        }
        let mut is_paired = vec![false; self.came.len()];
        let mut gone = Vec::new();
        for before in std::mem::take(&mut self.gone) {
            let index = old(before).and_then(|key| came.get_mut(&key)?.pop_front());
            match index {
                Some(index) => {
                    is_paired[index] = true;
                    self.both.push((before, self.came[index]));
                }
                None => gone.push(before),
            }
        }
        self.gone = gone;
        let mut index = 0..;
        self.came.retain(|_| {
            let index = index.next().unwrap_or_default();
            !is_paired[index]
        });
        self
    }

    /// Pairs each remaining old member with the first remaining new member that is the same.
    pub(crate) fn by(mut self, is_same: impl Fn(&T, &T) -> bool) -> Self {
        let mut gone = Vec::new();
        for before in std::mem::take(&mut self.gone) {
            match self.came.iter().position(|now| is_same(before, now)) {
                Some(index) => self.both.push((before, self.came.remove(index))),
                None => gone.push(before),
            }
        }
        self.gone = gone;
        self
    }
}

/// Returns `true` if the common members of two lists are in the same order. `both` contains their
/// positions in the old and in the new list.
pub(crate) fn is_in_order(both: &[(usize, usize)]) -> bool {
    let mut both = both.to_vec();
    both.sort_unstable();
    both.is_sorted_by_key(|(_, now)| *now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_paired_once_and_by_the_first_rule_that_fits() {
        let pairs = Pairs::new(&["a1", "b1", "c"], &["b2", "a1", "b3"])
            .by_key(|text| Some((*text).to_owned()))
            .by_key(|text| text.len().gt(&1).then(|| text[..1].to_owned()));
        assert_eq!(pairs.both, [(&"a1", &"a1"), (&"b1", &"b2")]);
        assert_eq!((pairs.gone, pairs.came), (vec![&"c"], vec![&"b3"]));
    }

    #[test]
    fn the_order_of_common_members_counts() {
        assert!(is_in_order(&[(2, 5), (0, 1)]));
        assert!(!is_in_order(&[(0, 1), (1, 0)]));
    }
}
