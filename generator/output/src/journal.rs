//! The journal: the moves and removals that a run is about to make, so that the next run can
//! complete them. See [`super::recovery`] for its requirements.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use super::layout::Target;
use super::path::{self, CratePath};
use super::run_name::RunName;
use pages::{Code, Problem};

/// The format version of the journal. A run finishes only journals with this format. The user has
/// to inspect journals of other versions.
pub(super) const FORMAT: u32 = 2;

/// The maximum size of a journal, in bytes. One entry has about 300 bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    format: u32,
    /// The folder with the staged files.
    pub(super) run: RunName,
    /// The relative path from the crate's folder to that of the merged document.
    pub(super) document_folder: Option<String>,
    pub(super) moves: Vec<Move>,
    pub(super) removals: Vec<Removal>,
}

/// A staged file and the target that it replaces.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    /// The number of the staged file.
    pub(super) staged: usize,
    pub(super) to: Target,
    /// The content that is replaced, or `None` if the file is new.
    pub(super) before: Option<Digest>,
    pub(super) after: Digest,
}

/// A file that is not generated anymore.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    pub(super) path: CratePath,
    pub(super) before: Digest,
}

impl Removal {
    pub(super) fn target(&self) -> Target {
        Target::File(self.path.clone())
    }
}

/// The XXH3 hash of a file's content, in hexadecimal digits. It detects edits. It does not have to
/// be cryptographic, because whoever can write a journal can also write the staged files.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Digest(String);

impl Digest {
    pub(crate) fn of(content: &[u8]) -> Self {
        Self(format!("{:032x}", XxHash3_128::oneshot(content)))
    }
}

impl Journal {
    pub(super) fn new(run: &RunName, document_folder: Option<String>) -> Self {
        Self {
            format: FORMAT,
            run: run.clone(),
            document_folder,
            moves: Vec::new(),
            removals: Vec::new(),
        }
    }

    /// Reads the journal at `path`. Returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// If it is not a journal of this format.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Problem> {
        let too_large = |size: u64| size > LARGEST;
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() && too_large(metadata.len()) => {
                return Err(unusable(path, "it is too large"));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            // Links, folders, and failures are handled below.
            _ => {}
        }
        let Some(text) = path::read_file(path)? else {
            return Ok(None);
        };
        Self::parse(&text)
            .map(Some)
            .map_err(|reason| unusable(path, &reason))
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Format {
            format: Option<u32>,
        }
        let format: Format = serde_json::from_slice(text)
            .map_err(|error| format!("it is not a complete journal ({error})"))?;
        if format.format != Some(FORMAT) {
            return Err("it was not written by this version of the generator".into());
        }
        serde_json::from_slice(text).map_err(|error| format!("it is not a journal ({error})"))
    }
}

/// Returns the problem of a journal that cannot be used. Nothing is changed.
pub(super) fn unusable(path: &Path, reason: &str) -> Problem {
    Problem::new(
        Code::UntrustedJournal,
        format!(
            "cannot finish the interrupted run that `{}` describes: {reason}",
            path.display()
        ),
    )
    .advice(format!(
        "nothing was changed; inspect `{}`, remove it if you do not need it, and run the \
         command again",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "run-12-0123456789abcdef";

    fn parse(text: &str) -> Result<Journal, String> {
        Journal::parse(text.replace("RUN", RUN).as_bytes())
    }

    #[test]
    fn a_journal_is_read_as_it_was_written() {
        let mut journal = Journal::new(&RunName::parse(RUN).expect("a name"), None);
        journal.moves.push(Move {
            staged: 0,
            to: Target::File(CratePath::parse("src/lib.rs").expect("a path")),
            before: None,
            after: Digest::of(b"new"),
        });
        journal.moves.push(Move {
            staged: 1,
            to: Target::Document,
            before: Some(Digest::of(b"old")),
            after: Digest::of(b"new"),
        });
        let text = serde_json::to_string(&journal).expect("it is plain data");
        let read = parse(&text).expect("it was just written");
        assert_eq!(format!("{read:?}"), format!("{journal:?}"));
        assert!(text.contains(r#""to":{"file":"src/lib.rs"}"#), "{text}");
        assert!(text.contains(r#""to":"document""#), "{text}");
    }

    #[test]
    fn a_journal_of_another_format_is_refused() {
        for text in [
            r#"{"moves":[["0","../written-outside.txt"]],"removals":["../victim.txt"]}"#,
            r#"{"format":1,"run":"RUN","document_folder":null,"moves":[],"removals":[]}"#,
        ] {
            let reason = parse(text).expect_err("the format is another");
            assert!(reason.contains("this version"), "{reason}");
        }
    }

    #[test]
    fn a_journal_with_other_paths_names_or_keys_is_refused() {
        let removal = r#"{"format":2,"run":"RUN","document_folder":null,"moves":[],"removals":[{"path":"src/a.rs","before":""}]}"#;
        assert!(parse(removal).is_ok());
        for (part, other) in [
            ("src/a.rs", "../a.rs"),
            ("src/a.rs", "/a.rs"),
            ("RUN", ".."),
            ("RUN", "run-12-0123456789abcdef/.."),
            ("\"moves\":[]", "\"moves\":[],\"more\":1"),
            ("]}", ""),
        ] {
            let text = removal.replace(part, other);
            assert!(parse(&text).is_err(), "{text}");
        }
    }
}
