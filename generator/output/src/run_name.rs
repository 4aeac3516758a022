//! The name of a run, which identifies the run of a folder.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use serde::{Deserialize, Serialize};

/// The name of a run's folder: `run-<process id>-<16 hexadecimal digits>`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct RunName(String);

impl RunName {
    pub(super) fn new() -> Self {
        // The hasher has a random seed, so no further dependency is needed.
        let random = RandomState::new().build_hasher().finish();
        Self(format!("run-{}-{random:016x}", std::process::id()))
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        let (process, random) = name.strip_prefix("run-")?.split_once('-')?;
        let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_random = random.len() == 16 && random.bytes().all(is_hexadecimal);
        let is_process =
            process.bytes().all(|byte| byte.is_ascii_digit()) && process.parse::<u32>().is_ok();
        (is_process && is_random).then(|| Self(name.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the ID of the process of the run.
    pub(super) fn process(&self) -> &str {
        self.0.split('-').nth(1).unwrap_or_default()
    }
}

impl TryFrom<String> for RunName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("`{name}` is not the name of a run"))
    }
}

impl From<RunName> for String {
    fn from(name: RunName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_run_has_its_process() {
        let name = RunName::new();
        assert_eq!(name.process(), std::process::id().to_string());
        assert_eq!(RunName::parse(name.as_str()), Some(name));
    }

    #[test]
    fn names_of_other_files_are_no_runs() {
        for name in [
            "",
            "run",
            "run-1",
            "run-1-",
            "run--0123456789abcdef",
            "run-1-0123456789ABCDEF",
            "run-1-0123456789abcde",
            "run-1-0123456789abcdef0",
            "run-1-0123456789abcdef/..",
            "run-+1-0123456789abcdef",
            "run-4294967296-0123456789abcdef",
            "..",
        ] {
            assert_eq!(RunName::parse(name), None, "{name}");
        }
    }
}
