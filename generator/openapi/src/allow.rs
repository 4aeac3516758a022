//! The table `[[allow]]` of `codegen.toml`: expected warnings. Each entry accepts the warnings of
//! one code in one place, with a reason.
//!
//! Some warnings occur only in `apipages fetch`, so only a fetch can report their entries as
//! unused.

use std::collections::BTreeSet;
use std::sync::Arc;

use pages::{Code, Place, Problem, SourceFile};
use serde::{Deserialize, Deserializer, de};

use crate::invalid_setting::KeyPath;

/// An entry of `[[allow]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// The code of the warnings.
    #[serde(deserialize_with = "code")]
    pub code: Code,
    /// The page, the operation, or both as `page#operation`; for a warning about a link, its URL.
    /// An entry without a place accepts warnings that do not concern a page.
    pub place: Option<String>,
    /// The reason for accepting the warnings.
    #[serde(deserialize_with = "reason")]
    pub reason: String,
}

/// A warning that an entry accepts.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The warning.
    pub warning: Problem,
    /// The reason of the entry.
    pub reason: String,
}

impl Allow {
    /// Returns `true` if the entry applies only to warnings of a fetch. Pages that a fetch skips
    /// are named by their URLs.
    fn is_of_fetch(&self) -> bool {
        let is_url = |place: &str| {
            ["https://", "http://"]
                .iter()
                .any(|it| place.starts_with(it))
        };
        matches!(self.code, Code::UnlistedPages | Code::RefusedLink)
            || self.place.as_deref().is_some_and(is_url)
    }

    /// Returns `true` if the entry accepts a warning of a code about a page, an operation, or both.
    fn accepts(&self, code: Code, page: Option<&str>, operation: Option<&str>) -> bool {
        let is_page = |place: &str| {
            // Terminal output shows the page with the input folder.
            page.is_some_and(|page| {
                let folder = place.strip_suffix(page);
                folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
            })
        };
        let is_place = match self
            .place
            .as_deref()
            .map(|place| (place, place.split_once('#')))
        {
            None => page.is_none(),
            Some((_, Some((page, id)))) => is_page(page) && operation == Some(id),
            Some((place, None)) => is_page(place) || operation == Some(place),
        };
        self.code == code && is_place
    }
}

/// The entries that apply to one command, and which of them have accepted a warning.
pub struct Allowances<'a> {
    /// The entries with their positions in the table.
    entries: Vec<(usize, &'a Allow)>,
    used: BTreeSet<usize>,
    accepted: usize,
    /// The `codegen.toml` with the entries.
    file: Option<&'a Arc<SourceFile>>,
}

impl<'a> Allowances<'a> {
    /// Returns the entries for warnings of a fetch.
    pub fn of_fetch(entries: &'a [Allow], file: Option<&'a Arc<SourceFile>>) -> Self {
        Self::new(entries, file, Allow::is_of_fetch)
    }

    /// Returns the entries for warnings of a run that generates a crate.
    fn of_codegen(entries: &'a [Allow], file: Option<&'a Arc<SourceFile>>) -> Self {
        Self::new(entries, file, |entry| !entry.is_of_fetch())
    }

    fn new(
        entries: &'a [Allow],
        file: Option<&'a Arc<SourceFile>>,
        is_usable: fn(&Allow) -> bool,
    ) -> Self {
        let entries = entries.iter().enumerate();
        Self {
            entries: entries.filter(|(_, entry)| is_usable(entry)).collect(),
            used: BTreeSet::new(),
            accepted: 0,
            file,
        }
    }

    /// Returns `true` if an entry accepts a warning.
    pub fn accept(&mut self, warning: &Problem) -> bool {
        let page = warning.place().map(Place::page);
        let entry = self.find(warning.code(), page, warning.operation_id());
        entry.is_some()
    }

    /// Returns `true` if an entry accepts a warning of this code about a page below the folder that is
    /// read, or about a URL.
    pub fn accept_at(&mut self, code: Code, place: &str) -> bool {
        self.find(code, Some(place), None).is_some()
    }

    /// Finds the first entry that accepts a warning.
    fn find(
        &mut self,
        code: Code,
        page: Option<&str>,
        operation: Option<&str>,
    ) -> Option<&'a Allow> {
        let mut entries = self.entries.iter();
        let (index, entry) = entries.find(|(_, it)| it.accepts(code, page, operation))?;
        self.used.insert(*index);
        self.accepted += 1;
        Some(entry)
    }

    /// Returns the number of warnings that entries have accepted.
    pub fn accepted(&self) -> usize {
        self.accepted
    }

    /// Returns a warning for each entry that has accepted none.
    pub fn unused(&self) -> Vec<Problem> {
        let entries = self.entries.iter();
        let unused = entries.filter(|(index, _)| !self.used.contains(index));
        unused
            .map(|(index, entry)| unused_entry(entry, *index, self.file))
            .collect()
    }
}

/// Removes the accepted warnings from `warnings`, and adds a warning for each unused entry. `file`
/// is the `codegen.toml` with the entries.
pub fn take(
    entries: &[Allow],
    file: Option<&Arc<SourceFile>>,
    warnings: &mut Vec<Problem>,
) -> Vec<Allowed> {
    let mut allowed = Vec::new();
    let mut allowances = Allowances::of_codegen(entries, file);
    warnings.retain(|warning| {
        let page = warning.place().map(Place::page);
        let Some(entry) = allowances.find(warning.code(), page, warning.operation_id()) else {
            return true;
        };
        allowed.push(Allowed {
            warning: warning.clone(),
            reason: entry.reason.clone(),
        });
        false
    });
    warnings.extend(allowances.unused());
    allowed
}

fn unused_entry(entry: &Allow, index: usize, file: Option<&Arc<SourceFile>>) -> Problem {
    let place = match &entry.place {
        Some(place) => format!(" in `{place}`"),
        None => " without a page".to_owned(),
    };
    let message = format!("there is no warning `{}`{place} to accept", entry.code);
    let path = KeyPath::of(&["allow"]).item(index);
    let place = file.map(|file| file.place(path.line(&file.text)));
    Problem::new(Code::UnusedAllow, message)
        .at(place)
        .advice("remove the entry, or correct its code and place as shown in the report of the run")
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| de::Error::custom(format!("`{text}` is not the code of a warning")))
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.trim().is_empty() {
        true => Err(de::Error::custom("the reason is empty")),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    fn settings(text: &str) -> (Arc<SourceFile>, Config) {
        let file = SourceFile::new("codegen.toml", text);
        let config = Config::parse(&file).expect("settings");
        (file, config)
    }

    fn warning(code: Code, page: &str, operation: &str) -> Problem {
        let page = SourceFile::new(page, "# Pets\n");
        Problem::new(code, "a warning")
            .at(page.place(1))
            .operation(operation)
    }

    #[test]
    fn an_entry_accepts_one_code_in_one_place() {
        let own = || warning(Code::OpenForm, "pages/pets.md", "pets_add");
        for (place, expected) in [
            ("pages/pets.md", true),
            ("spec/pages/pets.md", true),
            ("pets_add", true),
            ("pages/pets.md#pets_add", true),
            ("pages/pets.md#pets_list", false),
            ("pages/cats.md#pets_add", false),
            ("more-pages/pets.md", false),
            ("pets.md", false),
        ] {
            let entry =
                format!("[[allow]]\ncode = 'open-form'\nplace = '{place}'\nreason = 'it is'\n");
            let (file, config) = settings(&entry);
            let other = warning(Code::FileOnly, "pages/pets.md", "pets_add");
            let mut warnings = vec![own(), other];
            let allowed = take(&config.allow, Some(&file), &mut warnings);
            assert_eq!(allowed.len(), usize::from(expected), "{place}");
            let codes: Vec<Code> = warnings.iter().map(Problem::code).collect();
            let left = match expected {
                true => vec![Code::FileOnly],
                false => vec![Code::OpenForm, Code::FileOnly, Code::UnusedAllow],
            };
            assert_eq!(codes, left, "{place}");
        }
    }

    #[test]
    fn an_entry_without_a_place_accepts_warnings_without_a_page() {
        let (file, config) = settings("[[allow]]\ncode = 'no-key'\nreason = 'it is public'\n");
        let mut warnings = vec![Problem::new(Code::NoKey, "no key")];
        let allowed = take(&config.allow, Some(&file), &mut warnings);
        assert_eq!(allowed[0].reason, "it is public");
        assert!(warnings.is_empty());
        let mut warnings = vec![warning(Code::NoKey, "pages/pets.md", "pets_add")];
        assert!(take(&config.allow, Some(&file), &mut warnings).is_empty());
    }

    #[test]
    fn an_entry_that_accepts_nothing_is_a_warning_with_its_line() {
        let (file, config) = settings(
            "[[allow]]\ncode = 'no-key'\nreason = 'a'\n\n[[ allow ]]\ncode = 'open-form'\n\
             place = 'pages/pets.md'\nreason = 'b'\n",
        );
        let mut warnings = vec![Problem::new(Code::NoKey, "no key")];
        take(&config.allow, Some(&file), &mut warnings);
        let message = "there is no warning `open-form` in `pages/pets.md` to accept";
        assert_eq!(warnings[0].message(), message);
        assert_eq!(warnings[0].place().map(Place::line), Some(5));
    }

    #[test]
    fn an_entry_for_a_fetch_is_judged_by_a_fetch_alone() {
        let (file, config) = settings(
            "[[allow]]\ncode = 'unlisted-pages'\nplace = 'spec/pages/a.md'\nreason = 'a'\n\n\
             [[allow]]\ncode = 'missing-specification'\nplace = 'https://docs.example.com/b.md'\nreason = 'b'\n\n\
             [[allow]]\ncode = 'no-key'\nreason = 'c'\n",
        );
        let mut warnings = Vec::new();
        take(&config.allow, Some(&file), &mut warnings);
        let messages: Vec<&str> = warnings.iter().map(Problem::message).collect();
        assert_eq!(
            messages,
            ["there is no warning `no-key` without a page to accept"]
        );

        let mut allowances = Allowances::of_fetch(&config.allow, Some(&file));
        assert!(allowances.accept_at(Code::UnlistedPages, "pages/a.md"));
        assert!(!allowances.accept_at(Code::UnlistedPages, "pages/b.md"));
        assert!(!allowances.accept_at(Code::RefusedLink, "pages/a.md"));
        assert_eq!(allowances.accepted(), 1);
        let unused = allowances.unused();
        assert_eq!(unused.len(), 1);
        assert_eq!(unused[0].place().map(Place::line), Some(6));
    }

    #[test]
    fn an_entry_needs_a_code_and_a_reason() {
        for (entry, expected) in [
            (
                "code = 'no-keys'\nreason = 'a'",
                "`no-keys` is not the code of a warning",
            ),
            ("code = 'no-key'\nreason = ' '", "the reason is empty"),
            ("code = 'no-key'", "missing field `reason`"),
            ("reason = 'a'", "missing field `code`"),
            (
                "code = 'no-key'\nreason = 'a'\npage = 'b'",
                "unknown field `page`",
            ),
        ] {
            let file = SourceFile::new("codegen.toml", &format!("[[allow]]\n{entry}\n"));
            let problem = Config::parse(&file).expect_err("it is wrong");
            assert_eq!(problem.code(), Code::InvalidSetting);
            assert!(problem.message().contains(expected), "{problem}");
        }
    }
}
