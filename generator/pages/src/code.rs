//! Stable codes of errors and warnings, by which programs recognize them.

use std::fmt;
use std::str::FromStr;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal,)*) => {
        /// What kind of problem it is. The text of a message can change from version to
        /// version; the code of a kind does not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Code {
            /// All codes, in the order of the stages that report them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the code as messages and reports show it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// Returns what the code stands for, in one sentence.
            pub fn summary(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+).trim_ascii(),)*
                }
            }

            /// Returns the page about the code, in Markdown: its meaning, an example, and the
            /// solution.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../codes/", $code, ".md")),)*
                }
            }
        }
    };
}

codes! {
    // Settings and input.
    /// The folder or file to read does not exist.
    NoInput = "no-input",
    /// The folder holds no page.
    NoPage = "no-page",
    /// A file cannot be read.
    UnreadableFile = "unreadable-file",
    /// A file is not UTF-8.
    NotUtf8 = "not-utf-8",
    /// A file is larger than the limit.
    FileTooLarge = "file-too-large",
    /// A setting of `codegen.toml` cannot be used.
    InvalidSetting = "invalid-setting",
    /// An entry of `[[allow]]` accepts no warning.
    UnusedAllow = "unused-allow",
    /// A setting of `codegen.toml` has become an extension of the document.
    MovedSetting = "moved-setting",

    // Pages.
    /// No page carries an OpenAPI specification.
    NoSpecification = "no-specification",
    /// A page has a request line and no specification.
    MissingSpecification = "missing-specification",
    /// A fenced block is not closed.
    UnclosedBlock = "unclosed-block",
    /// A page is larger than the limit.
    PageTooLarge = "page-too-large",
    /// A page describes a connection that stays open, which the client lacks.
    ChannelLeftOut = "channel-left-out",

    // Specifications.
    /// A specification is neither YAML nor JSON.
    InvalidYaml = "invalid-yaml",
    /// A specification begins as JSON and is not JSON.
    InvalidJson = "invalid-json",
    /// A specification is nested deeper than the limit.
    NestedTooDeep = "nested-too-deep",
    /// The keys of a specification are longer than the limit.
    KeyTooLong = "key-too-long",
    /// A specification has more values than the limit.
    TooManyNodes = "too-many-nodes",
    /// The schemas of a specification include each other more often than the limit.
    TooMuchWork = "too-much-work",
    /// A specification is of a version of OpenAPI that is not read.
    UnknownVersion = "unknown-version",
    /// A part of a document does not have the structure that OpenAPI gives it.
    InvalidStructure = "invalid-structure",
    /// A specification describes no operation.
    NoOperation = "no-operation",
    /// A reference leads nowhere.
    DanglingReference = "dangling-reference",
    /// A reference to something other than a schema leads to what it is a part of.
    CircularReference = "circular-reference",
    /// An extension has a value that cannot be used.
    InvalidExtension = "invalid-extension",
    /// A word of the platform is not followed, although it would change the client.
    IgnoredExtension = "ignored-extension",
    /// The members of `allOf` do not make one type.
    ContradictorySchema = "contradictory-schema",

    // Structured prose.
    /// A line of a page of structured prose is not in its grammar.
    UnknownLine = "unknown-line",
    /// A page of structured prose does not say what a type is.
    UnknownType = "unknown-type",

    // Merging.
    /// No page names the server.
    NoServer = "no-server",
    /// A page names another server than the API's.
    OtherServer = "other-server",
    /// The request line of a page contradicts its specification.
    RequestLineMismatch = "request-line-mismatch",
    /// No page says how a request is authenticated.
    NoKey = "no-key",
    /// A page names a key that the client does not send.
    OtherKey = "other-key",
    /// A document describes an authentication that the client cannot do.
    AuthenticationLeftOut = "authentication-left-out",
    /// Pages mean different things by one schema name.
    AmbiguousSchema = "ambiguous-schema",
    /// Two pages describe one operation differently.
    DuplicateOperation = "duplicate-operation",
    /// Two operations have one name.
    DuplicateName = "duplicate-name",
    /// A webhook has no payload that the client could decode.
    WebhookLeftOut = "webhook-left-out",
    /// The pages do not say how webhooks are signed.
    UnverifiedWebhooks = "unverified-webhooks",
    /// The signature of webhooks is described by words that cannot be used.
    InvalidWebhookSignature = "invalid-webhook-signature",

    // Overlay.
    /// The overlay, or one of its actions, is not valid.
    InvalidOverlay = "invalid-overlay",
    /// An action of the overlay matches nothing.
    UnmatchedAction = "unmatched-action",
    /// An action of the overlay changes nothing, or only descriptions.
    RedundantAction = "redundant-action",
    /// An action of the overlay leaves a document that cannot be used.
    BrokenByOverlay = "broken-by-overlay",
    /// The overlay gives a type a name that it cannot have.
    InvalidTypeName = "invalid-type-name",
    /// The overlay names a schema that no operation uses.
    UnusedTypeName = "unused-type-name",

    // Lowering.
    /// An operation is not in the client.
    OperationLeftOut = "operation-left-out",
    /// An optional parameter is not in the client.
    ParameterLeftOut = "parameter-left-out",
    /// A body or a response is not offered in one of its media types.
    MediaTypeLeftOut = "media-type-left-out",
    /// A form has only the fields that the page names.
    OpenForm = "open-form",
    /// A field of a form is sent as a file and not as what else it could be.
    FileOnly = "file-only",
    /// Events come as bytes, because the page does not describe them.
    UntypedEvents = "untyped-events",
    /// An operation does not set a field of its body that it should set.
    UnsetField = "unset-field",
    /// The description of a pagination does not fit the operation.
    InvalidPagination = "invalid-pagination",
    /// The description of a wait does not fit the operation.
    InvalidWait = "invalid-wait",

    // Emission.
    /// progenitor cannot build the request of an operation.
    RefusedByProgenitor = "refused-by-progenitor",
    /// The generator emitted code that is not Rust.
    NotRust = "not-rust",

    // Any stage.
    /// The generator has a defect.
    InternalError = "internal-error",

    // Output.
    /// The folder of the crate cannot be used.
    InvalidOutput = "invalid-output",
    /// A file that the generator does not own is where one would be written.
    ForeignFile = "foreign-file",
    /// A symbolic link is where a file would be written.
    SymbolicLink = "symbolic-link",
    /// The journal of an interrupted run cannot be trusted.
    UntrustedJournal = "untrusted-journal",
    /// Another run writes to the crate.
    RunInProgress = "run-in-progress",
    /// The disk failed.
    DiskFailure = "disk-failure",
    /// The version of the crate is not above the last one.
    VersionNotRaised = "version-not-raised",
    /// A document to compare with cannot be used.
    InvalidBase = "invalid-base",

    // Commands.
    /// The crate needs a folder of its own.
    OutputNeeded = "output-needed",
    /// Files are not what the pages give.
    StaleFiles = "stale-files",
    /// Warnings are denied.
    WarningsDenied = "warnings-denied",
    /// A breaking change has no version that says so.
    BreakingChange = "breaking-change",
    /// A text is not a code of an error or a warning.
    UnknownCode = "unknown-code",
    /// A program that a command needs cannot be run.
    ProgramFailed = "program-failed",
    /// No index of pages is named.
    NoIndex = "no-index",
    /// The index of pages cannot be used.
    InvalidIndex = "invalid-index",
    /// A link of the index is refused.
    RefusedLink = "refused-link",
    /// A page cannot be downloaded.
    DownloadFailed = "download-failed",
    /// A page no longer carries a specification that can be read.
    UnusablePage = "unusable-page",
    /// The record of fetched pages cannot be used.
    InvalidRecord = "invalid-record",
    /// Fetched pages are not up to date.
    PagesNotUpdated = "pages-not-updated",
    /// The index no longer lists fetched pages.
    UnlistedPages = "unlisted-pages",
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let mut codes = Self::ALL.iter().copied();
        codes.find(|code| code.as_str() == text).ok_or(UnknownCode)
    }
}

/// A text that is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode;

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no such code")
    }
}

impl std::error::Error for UnknownCode {}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn no_two_kinds_of_problem_have_one_code() {
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
    }

    #[test]
    fn a_code_is_read_as_it_is_written() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
        }
        assert_eq!("no-such-code".parse::<Code>(), Err(UnknownCode));
    }

    #[test]
    fn each_code_has_a_page_with_the_same_sections() {
        for code in Code::ALL {
            let start = format!("# `{code}`\n\n{}\n\n## Meaning\n\n", code.summary());
            let page = code.explanation();
            assert!(page.starts_with(&start), "{code}: {page}");
            // Lines of examples may look like headings.
            let mut fence = None;
            let mut sections = Vec::new();
            for line in page.lines() {
                let ticks = line.len() - line.trim_start_matches('`').len();
                match fence {
                    None if ticks >= 3 => fence = Some(ticks),
                    Some(open) if ticks == open && line.len() == ticks => fence = None,
                    None if line.starts_with("## ") => sections.push(&line[3..]),
                    _ => {}
                }
            }
            assert_eq!(sections, ["Meaning", "Example", "Solution"], "{code}");
            assert!(
                page.contains("## Example\n\n```"),
                "{code} shows no example"
            );
        }
    }

    #[test]
    fn each_page_explains_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("codes");
        let files = fs::read_dir(folder).expect("the pages");
        let names: BTreeSet<String> = files
            .map(|file| {
                file.expect("a file")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let expected = Code::ALL.iter().map(|code| format!("{code}.md"));
        assert_eq!(names, expected.collect());
    }

    #[test]
    fn a_code_is_lower_case_words_and_its_summary_a_sentence() {
        for code in Code::ALL {
            let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.as_str().chars().all(is_word), "{code}");
            assert!(code.summary().ends_with('.'), "{code}");
        }
    }
}
