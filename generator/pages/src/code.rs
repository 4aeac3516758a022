//! Stable codes that identify errors and warnings.

use std::fmt;
use std::str::FromStr;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal,)*) => {
        /// The kind of a problem. Message texts can change between versions; codes do not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Code {
            /// All codes, in the order of the stages that report them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the code as text, as shown in messages and reports.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// Returns the meaning of the code, in one sentence.
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
    /// The input path does not exist.
    NoInput = "no-input",
    /// The input folder contains no pages.
    NoPage = "no-page",
    /// A file cannot be read.
    UnreadableFile = "unreadable-file",
    /// A file is not valid UTF-8.
    NotUtf8 = "not-utf-8",
    /// A file is larger than the limit.
    FileTooLarge = "file-too-large",
    /// A setting in `codegen.toml` is not valid.
    InvalidSetting = "invalid-setting",
    /// An entry of `[[allow]]` accepts no warning.
    UnusedAllow = "unused-allow",
    /// A setting of `codegen.toml` is now an extension of the document.
    MovedSetting = "moved-setting",

    // Pages.
    /// No page has an OpenAPI specification.
    NoSpecification = "no-specification",
    /// A page has a request line, but no specification.
    MissingSpecification = "missing-specification",
    /// A fenced block is not closed.
    UnclosedBlock = "unclosed-block",
    /// A page is larger than the limit.
    PageTooLarge = "page-too-large",
    /// A page describes a long-lived connection that the client does not support.
    ChannelLeftOut = "channel-left-out",

    // Specifications.
    /// A specification is neither YAML nor JSON.
    InvalidYaml = "invalid-yaml",
    /// A specification starts like JSON, but is not valid JSON.
    InvalidJson = "invalid-json",
    /// A specification is nested deeper than the limit.
    NestedTooDeep = "nested-too-deep",
    /// The keys of a specification are longer than the limit.
    KeyTooLong = "key-too-long",
    /// A specification has more values than the limit.
    TooManyNodes = "too-many-nodes",
    /// The schemas of a specification include each other too often.
    TooMuchWork = "too-much-work",
    /// A specification has an unsupported OpenAPI version.
    UnknownVersion = "unknown-version",
    /// A document does not have the structure that OpenAPI requires.
    InvalidStructure = "invalid-structure",
    /// A specification describes no operation.
    NoOperation = "no-operation",
    /// A reference points to something that does not exist.
    DanglingReference = "dangling-reference",
    /// A reference to something other than a schema is circular.
    CircularReference = "circular-reference",
    /// An extension has an invalid value.
    InvalidExtension = "invalid-extension",
    /// An extension of the platform that would change the client is not supported.
    IgnoredExtension = "ignored-extension",
    /// The members of `allOf` cannot be combined into one type.
    ContradictorySchema = "contradictory-schema",

    // Structured prose.
    /// A line of structured prose is not recognized.
    UnknownLine = "unknown-line",
    /// A page of structured prose mentions a type without a description.
    UnknownType = "unknown-type",

    // Merging.
    /// No page names the server.
    NoServer = "no-server",
    /// A page names a different server than the API.
    OtherServer = "other-server",
    /// The server of an operation is not on the site of the API.
    OtherSite = "other-site",
    /// The request line of a page contradicts its specification.
    RequestLineMismatch = "request-line-mismatch",
    /// No page describes how requests are authenticated.
    NoKey = "no-key",
    /// A page requires a key that the client cannot send.
    OtherKey = "other-key",
    /// A document describes or requires authentication that the client does not support.
    AuthenticationLeftOut = "authentication-left-out",
    /// Pages use one schema name for different schemas.
    AmbiguousSchema = "ambiguous-schema",
    /// Two pages describe the same operation differently.
    DuplicateOperation = "duplicate-operation",
    /// Two operations have the same name.
    DuplicateName = "duplicate-name",
    /// A webhook has no payload that the client can decode.
    WebhookLeftOut = "webhook-left-out",
    /// The pages do not describe how webhooks are signed.
    UnverifiedWebhooks = "unverified-webhooks",
    /// The description of the webhook signature is not valid.
    InvalidWebhookSignature = "invalid-webhook-signature",

    // Overlay.
    /// The overlay or one of its actions is not valid.
    InvalidOverlay = "invalid-overlay",
    /// An overlay action matches nothing.
    UnmatchedAction = "unmatched-action",
    /// An overlay action changes nothing, or only descriptions.
    RedundantAction = "redundant-action",
    /// An overlay action produces a document that cannot be used.
    BrokenByOverlay = "broken-by-overlay",
    /// The overlay sets a type name that is not valid.
    InvalidTypeName = "invalid-type-name",
    /// The overlay names a schema that no operation uses.
    UnusedTypeName = "unused-type-name",

    // Lowering.
    /// An operation is not in the client.
    OperationLeftOut = "operation-left-out",
    /// An optional parameter is not in the client.
    ParameterLeftOut = "parameter-left-out",
    /// A media type of a body or a response is not available in the client.
    MediaTypeLeftOut = "media-type-left-out",
    /// A form accepts undocumented fields, which the client cannot send.
    OpenForm = "open-form",
    /// A form field that accepts a file or another type is sent only as a file.
    FileOnly = "file-only",
    /// Events are returned as bytes, because the page does not describe them.
    UntypedEvents = "untyped-events",
    /// An operation does not set a field of its body that it should set.
    UnsetField = "unset-field",
    /// The pagination settings do not match the operation.
    InvalidPagination = "invalid-pagination",
    /// The wait settings do not match the operation.
    InvalidWait = "invalid-wait",

    // Emission.
    /// progenitor cannot generate the request of an operation.
    RefusedByProgenitor = "refused-by-progenitor",
    /// The generator emitted code that is not valid Rust.
    NotRust = "not-rust",

    // Any stage.
    /// The generator has a bug.
    InternalError = "internal-error",

    // Output.
    /// The output folder of the crate cannot be used.
    InvalidOutput = "invalid-output",
    /// An output path is taken by a file that the generator does not own.
    ForeignFile = "foreign-file",
    /// An output path is a symbolic link.
    SymbolicLink = "symbolic-link",
    /// The journal of an interrupted run cannot be trusted.
    UntrustedJournal = "untrusted-journal",
    /// Another run is writing to the crate.
    RunInProgress = "run-in-progress",
    /// A disk operation failed.
    DiskFailure = "disk-failure",
    /// The version of the crate is not higher than the last one.
    VersionNotRaised = "version-not-raised",
    /// The document to compare with cannot be used.
    InvalidBase = "invalid-base",

    // Commands.
    /// The crate needs its own output folder.
    OutputNeeded = "output-needed",
    /// Generated files are out of date.
    StaleFiles = "stale-files",
    /// Warnings are denied.
    WarningsDenied = "warnings-denied",
    /// The version of the crate does not reflect a breaking change.
    BreakingChange = "breaking-change",
    /// The text is not the code of an error or a warning.
    UnknownCode = "unknown-code",
    /// A required program cannot be run.
    ProgramFailed = "program-failed",
    /// No page index is configured.
    NoIndex = "no-index",
    /// The page index cannot be used.
    InvalidIndex = "invalid-index",
    /// A link in the index is rejected.
    RefusedLink = "refused-link",
    /// A page cannot be downloaded.
    DownloadFailed = "download-failed",
    /// A page no longer has a readable specification.
    UnusablePage = "unusable-page",
    /// The record of fetched pages cannot be used.
    InvalidRecord = "invalid-record",
    /// Some fetched pages are not up to date.
    PagesNotUpdated = "pages-not-updated",
    /// The index no longer lists some fetched pages.
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
