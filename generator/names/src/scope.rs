//! A scope in which every name is claimed once.

use std::collections::BTreeSet;

/// The names in one scope of a crate, such as a module, a struct, or a method.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// Creates a scope in which these names are already claimed.
    pub fn with_reserved<'a>(reserved: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            taken: reserved.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Returns `true` if the name is not claimed.
    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    /// Claims the first of `candidates` that is free, and returns it. The candidates must be
    /// infinite: see [`numbered`] and [`underscored`].
    pub fn claim(&mut self, candidates: impl IntoIterator<Item = String>) -> String {
        let free = candidates
            .into_iter()
            .find(|name| self.is_free(name))
            .unwrap_or_default();
        self.taken.insert(free.clone());
        free
    }
}

/// Returns `name`, `name2`, `name3`, and so on; `name_2` if a separator is given.
pub fn numbered(name: &str, separator: &str) -> impl Iterator<Item = String> {
    let base = name.trim_end_matches('_').to_owned();
    let separator = separator.to_owned();
    std::iter::once(name.to_owned())
        .chain((2..).map(move |number| format!("{base}{separator}{number}")))
}

/// Returns `name`, `name_`, `name__`, and so on.
pub fn underscored(name: &str) -> impl Iterator<Item = String> + use<> {
    let name = name.to_owned();
    (0..).map(move |count| format!("{name}{}", "_".repeat(count)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_claimed_once() {
        let mut scope = Scope::with_reserved(["send"]);
        assert_eq!(scope.claim(underscored("send")), "send_");
        assert_eq!(scope.claim(numbered("Pet", "")), "Pet");
        assert_eq!(scope.claim(numbered("Pet", "")), "Pet2");
        assert_eq!(scope.claim(numbered("pet", "_")), "pet");
        assert_eq!(scope.claim(numbered("pet", "_")), "pet_2");
    }
}
