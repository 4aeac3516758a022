//! A change, in the form that all outputs of the report use.

use docs::Docs;
use pages::Place;
use serde::Serialize;

use crate::Kind;

/// The reason why a rename with a kept former name is not a breaking change.
pub(crate) const FORMER_NAME_IS_KEPT: &str =
    "the former name is a deprecated alias until the next breaking release";

/// The same for a value of an enumeration.
const FORMER_VALUE_IS_KEPT: &str = "the former name is a deprecated constant until the next \
     breaking release; patterns for references have to dereference them";

/// A change, and its effect on callers.
#[derive(Clone, Debug)]
pub struct Change {
    /// The effect on the programs that use the crate.
    pub effect: Effect,
    /// The kind of change.
    pub kind: Kind,
    /// The operation or the type that changed.
    pub subject: Subject,
    /// The argument, setter, field, variant, or status that changed.
    pub member: Option<String>,
    /// One sentence without its subject, in Markdown.
    pub what: Docs,
    /// The reason for the effect.
    pub why: &'static str,
    /// The state before, as code or text in one line.
    pub before: Option<String>,
    /// The state after.
    pub after: Option<String>,
    /// The calls of the operations that are affected.
    pub used_by: Vec<String>,
    /// The line of the new pages that describes it.
    pub place: Option<Place>,
}

/// The effect of a change on programs that use the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Some programs no longer compile.
    Breaking,
    /// Programs compile, but a name that they use is deprecated.
    Deprecated,
    /// Programs can use something new.
    Added,
    /// Programs compile, but behavior changes.
    Changed,
    /// Only documentation changes.
    Documentation,
}

impl Effect {
    /// All effects, most severe first.
    pub const ALL: [Self; 5] = [
        Self::Breaking,
        Self::Deprecated,
        Self::Added,
        Self::Changed,
        Self::Documentation,
    ];

    /// Returns the title of a list of such changes.
    pub fn title(self) -> &'static str {
        match self {
            Self::Breaking => "Breaking",
            Self::Deprecated => "Deprecated",
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Documentation => "Documentation",
        }
    }
}

/// The part of an API that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The API as a whole.
    Api,
    /// An operation.
    Operation {
        /// Its ID in the merged document.
        id: String,
        /// The call without arguments, such as `assets().list`.
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

impl Change {
    pub(crate) fn new(kind: Kind, subject: &Subject, what: impl Into<String>) -> Self {
        let (effect, why) = kind.meaning();
        Self {
            effect,
            kind,
            subject: subject.clone(),
            member: None,
            // It contains names and values of pages.
            what: Docs::message(&what.into()),
            why,
            before: None,
            after: None,
            used_by: Vec::new(),
            place: None,
        }
    }

    pub(crate) fn member(mut self, name: impl Into<String>) -> Self {
        self.member = Some(name.into());
        self
    }

    /// Sets the states before and after. `None` means that there is nothing to show.
    pub(crate) fn states(
        mut self,
        before: impl Into<Option<String>>,
        after: impl Into<Option<String>>,
    ) -> Self {
        self.before = before.into().map(|text| one_line(&text));
        self.after = after.into().map(|text| one_line(&text));
        self
    }

    /// Marks the change as breaking, although most changes of its kind are not.
    pub(crate) fn breaking(mut self, why: &'static str) -> Self {
        (self.effect, self.why) = (Effect::Breaking, why);
        self
    }

    /// Marks the change as a deprecation, because the client keeps the former name.
    pub(crate) fn deprecated(mut self) -> Self {
        let why = match self.kind {
            Kind::VariantRenamed => FORMER_VALUE_IS_KEPT,
            _ => FORMER_NAME_IS_KEPT,
        };
        (self.effect, self.why) = (Effect::Deprecated, why);
        self
    }

    /// Returns the key by which the changes of a report are sorted.
    pub(crate) fn order(&self) -> impl Ord + '_ {
        (
            self.effect,
            &self.subject,
            self.kind,
            &self.member,
            &self.what,
        )
    }
}

/// Converts a state to one line for reports. Names and values of pages can contain any character.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
