//! A change, as all forms of the report tell it.

use serde::Serialize;

use crate::docs::Docs;
use crate::problem::Place;

/// Something that changed, and what that means for callers.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it does to the programs that use the crate.
    pub effect: Effect,
    /// What happened.
    pub kind: Kind,
    /// What it happened to.
    pub subject: Subject,
    /// The argument, setter, field, variant or part that it is about.
    pub member: Option<String>,
    /// One sentence without its subject, in Markdown.
    pub what: Docs,
    /// Why it breaks callers, or does not.
    pub why: &'static str,
    /// How it was.
    pub before: Option<String>,
    /// How it is.
    pub after: Option<String>,
    /// The operations where callers meet it, by how they are called.
    pub used_by: Vec<String>,
    /// Where the pages of now describe it.
    pub place: Option<Place>,
}

/// What a change does to the programs that use the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Some no longer compile.
    Breaking,
    /// They can do more.
    Added,
    /// They compile, and something is different.
    Changed,
    /// They compile, and read something else.
    Documentation,
}

impl Effect {
    /// All effects, the gravest first.
    pub const ALL: [Self; 4] = [
        Self::Breaking,
        Self::Added,
        Self::Changed,
        Self::Documentation,
    ];

    /// Returns the title of a list of such changes.
    pub fn title(self) -> &'static str {
        match self {
            Self::Breaking => "Breaking",
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Documentation => "Documentation",
        }
    }
}

/// What a change happened to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The API as a whole.
    Api,
    /// An operation: its id, and how it is called.
    Operation {
        /// Its id in the merged document.
        id: String,
        /// How it is called, without arguments, such as `assets().list`.
        call: String,
    },
    /// A type of the module `types`.
    Type(String),
}

impl Subject {
    /// Returns the subject as code.
    pub fn code(&self) -> String {
        match self {
            Self::Api => "Client".to_owned(),
            Self::Operation { call, .. } => format!("{call}()"),
            Self::Type(name) => format!("types::{name}"),
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is called what it is")]
pub enum Kind {
    OperationRemoved,
    OperationRenamed,
    OperationAdded,
    OperationMoved,
    OperationDeprecated,
    OperationUndeprecated,
    ArgumentRemoved,
    ArgumentAdded,
    ArgumentRenamed,
    ArgumentTypeChanged,
    ArgumentsReordered,
    ArgumentsRegrouped,
    ArgumentBecameSetter,
    SetterBecameArgument,
    SetterRemoved,
    SetterAdded,
    SetterRenamed,
    SetterTypeChanged,
    AnswerTypeChanged,
    PagingRemoved,
    PagingAdded,
    TypeRemoved,
    TypeRenamed,
    TypeAdded,
    TypeFormChanged,
    FieldRemoved,
    FieldRenamed,
    FieldAdded,
    FieldTypeChanged,
    FieldBecameOptional,
    FieldBecameRequired,
    DefaultRemoved,
    DefaultAdded,
    LiteralRemoved,
    LiteralAdded,
    ConstructorRemoved,
    ConstructorChanged,
    ConstructorAdded,
    VariantRemoved,
    VariantRenamed,
    VariantAdded,
    VariantTypeChanged,
    VariantValueChanged,
    ServerChanged,
    KeyChanged,
    WireChanged,
    DocumentationChanged,
    DetailChanged,
}

impl Change {
    pub(super) fn new(kind: Kind, subject: &Subject, what: impl Into<Docs>) -> Self {
        let (effect, why) = kind.meaning();
        Self {
            effect,
            kind,
            subject: subject.clone(),
            member: None,
            what: what.into(),
            why,
            before: None,
            after: None,
            used_by: Vec::new(),
            place: None,
        }
    }

    pub(super) fn member(mut self, name: &str) -> Self {
        self.member = Some(name.to_owned());
        self
    }

    pub(super) fn before(mut self, code: impl Into<String>) -> Self {
        self.before = Some(code.into());
        self
    }

    pub(super) fn after(mut self, code: impl Into<String>) -> Self {
        self.after = Some(code.into());
        self
    }

    /// Says that the change breaks callers, though most of its kind do not.
    pub(super) fn breaks(&mut self, why: &'static str) {
        (self.effect, self.why) = (Effect::Breaking, why);
    }

    /// Returns what the changes of a report are sorted by.
    pub(super) fn order(&self) -> impl Ord + '_ {
        (
            self.effect,
            &self.subject,
            self.kind,
            &self.member,
            &self.what,
        )
    }
}

impl Kind {
    /// Returns what such a change does to callers, and why: the rules of this
    /// project's client. Where it depends, the rule stands where it is applied.
    fn meaning(self) -> (Effect, &'static str) {
        use Effect::{Added, Breaking, Changed, Documentation};
        match self {
            Self::OperationRemoved | Self::OperationRenamed => {
                (Breaking, "calls of it no longer compile")
            }
            Self::OperationAdded => (Added, "no program calls it yet"),
            Self::OperationMoved => (Changed, "the call is the same, and the request is another"),
            Self::OperationDeprecated => (Changed, "calls compile with a warning"),
            Self::OperationUndeprecated => (Changed, "calls compile without a warning"),
            Self::ArgumentRemoved | Self::ArgumentBecameSetter => {
                (Breaking, "every call gives an argument too many")
            }
            Self::ArgumentAdded | Self::SetterBecameArgument => {
                (Breaking, "every call lacks an argument")
            }
            Self::ArgumentRenamed => (Changed, "calls do not name their arguments"),
            Self::ArgumentTypeChanged => (Breaking, "every call gives the type of before"),
            Self::ArgumentsReordered => (
                Breaking,
                "calls give them in the order of before; where the types are alike, such a call \
                 compiles and sends them in each other's place",
            ),
            Self::ArgumentsRegrouped => (
                Breaking,
                "more than four required values are a struct, and fewer are arguments",
            ),
            Self::SetterRemoved | Self::SetterRenamed => {
                (Breaking, "requests that set it no longer compile")
            }
            Self::SetterAdded => (Added, "requests that do not set it are as they were"),
            Self::SetterTypeChanged => (
                Breaking,
                "requests that set it give what converts into the type of before",
            ),
            Self::AnswerTypeChanged => (
                Breaking,
                "code that uses the answer expects the type of before",
            ),
            Self::PagingRemoved => (Breaking, "`pages()` and `stream()` of the request are gone"),
            Self::PagingAdded => (Added, "`send()` is as it was"),
            Self::TypeRemoved | Self::TypeRenamed => {
                (Breaking, "programs that name it no longer compile")
            }
            Self::TypeAdded => (Added, "no program names it yet"),
            Self::TypeFormChanged => (Breaking, "it is used in another way"),
            Self::FieldRemoved | Self::FieldRenamed => {
                (Breaking, "programs that name it no longer compile")
            }
            Self::FieldAdded => (
                Added,
                "callers only receive the type, and match it with `..`",
            ),
            Self::FieldTypeChanged => (Breaking, "code that uses it expects the type of before"),
            Self::FieldBecameOptional => (
                Breaking,
                "code that uses it has to do without where it is absent",
            ),
            Self::FieldBecameRequired => (Breaking, "code that uses it expects an `Option`"),
            Self::DefaultRemoved => (Breaking, "`default()` of it no longer compiles"),
            Self::DefaultAdded => (Added, "all of its fields may be absent"),
            Self::ConstructorRemoved => (Breaking, "`new()` of it no longer compiles"),
            Self::ConstructorChanged => (
                Breaking,
                "`new()` of it no longer compiles, or puts values in other places",
            ),
            Self::ConstructorAdded => (Added, "no program calls it yet"),
            Self::LiteralRemoved => (
                Breaking,
                "programs that write it out, or match it without `..`, no longer compile",
            ),
            Self::LiteralAdded => (Added, "programs that receive it are as they were"),
            Self::VariantRemoved | Self::VariantRenamed => {
                (Breaking, "programs that name it no longer compile")
            }
            Self::VariantAdded => (
                Added,
                "the type is open: a `match` has an arm for values that are not known",
            ),
            Self::VariantTypeChanged => (Breaking, "code that uses it expects the type of before"),
            Self::VariantValueChanged => (Changed, "its name is as it was"),
            Self::ServerChanged => (Changed, "requests go elsewhere"),
            Self::KeyChanged => (Changed, "the same key is sent in another way"),
            Self::WireChanged => (
                Changed,
                "the crate is as it was; the API sends or expects something else",
            ),
            Self::DocumentationChanged => (Documentation, "only what the pages say of it"),
            Self::DetailChanged => (Documentation, "nothing of it is in the crate"),
        }
    }
}
