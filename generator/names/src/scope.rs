//! A scope in which every name is claimed once.

use std::collections::{BTreeSet, HashMap};
use std::iter;

/// The names in one scope of a crate, such as a module, a struct, or a method.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    taken: BTreeSet<String>,
    /// The next suffix of each name with suffixes. All suffixes before it are taken.
    next: HashMap<(String, Suffix), usize>,
}

impl Scope {
    /// Creates a scope in which these names are already claimed.
    pub fn with_reserved<'a>(reserved: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            taken: reserved.into_iter().map(str::to_owned).collect(),
            next: HashMap::new(),
        }
    }

    /// Returns `true` if the name is not claimed.
    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    /// Claims a name, if it is free.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// Claims the first of `candidates` that is free, and returns it. The time does not depend on the
    /// number of claimed names.
    pub fn claim(&mut self, candidates: Candidates) -> String {
        let Candidates {
            preferred,
            name,
            base,
            suffix,
        } = candidates;
        let mut unnumbered = preferred.into_iter().chain([name]);
        if let Some(name) = unnumbered.find(|name| self.taken.insert(name.clone())) {
            return name;
        }
        let next = self.next.entry((base.clone(), suffix)).or_insert(1);
        loop {
            let name = suffix.append(&base, *next);
            *next += 1;
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// The possible names of an item, best first. They are infinite: see [`numbered`] and
/// [`underscored`].
#[derive(Clone, Debug)]
pub struct Candidates {
    preferred: Vec<String>,
    name: String,
    /// The name to which suffixes are appended.
    base: String,
    suffix: Suffix,
}

impl Candidates {
    /// Adds names before all others.
    pub fn after(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.preferred.extend(names);
        self
    }
}

/// The suffixes that tell names apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Suffix {
    /// A number after a separator.
    Number(&'static str),
    /// One or two underscores, and then numbers after an underscore.
    Underscores,
}

impl Suffix {
    /// Appends the suffix at a position, which is 1 for the first one.
    fn append(self, base: &str, position: usize) -> String {
        match self {
            Self::Number(separator) => format!("{base}{separator}{}", position + 1),
            Self::Underscores if position <= 2 => iter::once(base)
                .chain(iter::repeat_n("_", position))
                .collect(),
            Self::Underscores => format!("{base}_{position}"),
        }
    }
}

/// Returns `name`, `name2`, `name3`, and so on; `name_2` if a separator is given.
pub fn numbered(name: &str, separator: &'static str) -> Candidates {
    Candidates {
        preferred: Vec::new(),
        name: name.to_owned(),
        base: name.trim_end_matches('_').to_owned(),
        suffix: Suffix::Number(separator),
    }
}

/// Returns `name`, `name_`, `name__`, `name_3`, and so on.
pub fn underscored(name: &str) -> Candidates {
    Candidates {
        preferred: Vec::new(),
        name: name.to_owned(),
        base: name.to_owned(),
        suffix: Suffix::Underscores,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_claimed_once() {
        let mut scope = Scope::with_reserved(["send"]);
        for expected in ["send_", "send__", "send_3", "send_4"] {
            assert_eq!(scope.claim(underscored("send")), expected);
        }
        for expected in ["Pet", "Pet2", "Pet3"] {
            assert_eq!(scope.claim(numbered("Pet", "")), expected);
        }
        for expected in ["pet", "pet_2", "pet_3"] {
            assert_eq!(scope.claim(numbered("pet", "_")), expected);
        }
    }

    #[test]
    fn claimed_names_are_not_numbered_again() {
        let mut scope = Scope::with_reserved(["pet_2", "pet_4"]);
        scope.reserve("pet");
        for expected in ["pet_3", "pet_5", "pet_6"] {
            assert_eq!(scope.claim(numbered("pet", "_")), expected);
        }
        assert_eq!(scope.claim(numbered("pet__", "_")), "pet__");
        assert_eq!(scope.claim(numbered("pet__", "_")), "pet_7");
    }

    #[test]
    fn preferred_names_come_first() {
        let mut scope = Scope::default();
        let candidates = || underscored("query_page").after(["page".to_owned()]);
        for expected in ["page", "query_page", "query_page_"] {
            assert_eq!(scope.claim(candidates()), expected);
        }
    }
}
