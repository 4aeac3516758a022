//! The kinds of changes, and the rules of this project's client: what a change of each
//! kind does to callers, and why. Where the effect depends on more than the kind, the
//! rule stands where the change is found.

use serde::Serialize;

use crate::Effect::{self, Added, Breaking, Changed, Documentation};

/// Defines the kinds, each with its effect and the reason for it.
macro_rules! kinds {
    ($($kind:ident: $effect:ident, $why:literal;)*) => {
        /// What happened. The changes of one subject are sorted in this order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "the names say it")]
        pub enum Kind {
            $($kind,)*
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// Returns the effect of such a change on callers, and the reason.
            pub(crate) fn meaning(self) -> (Effect, &'static str) {
                match self {
                    $(Self::$kind => ($effect, $why),)*
                }
            }
        }
    };
}

kinds! {
    OperationRemoved: Breaking, "calls of it no longer compile";
    OperationRenamed: Breaking, "calls of it no longer compile";
    OperationAdded: Added, "no program calls it yet";
    OperationMoved: Changed, "the call is the same, and the request is another";
    OperationDeprecated: Changed, "calls compile with a warning";
    OperationUndeprecated: Changed, "calls compile without a warning";
    RequestRenamed: Breaking, "programs that name it no longer compile";
    ArgumentRemoved: Breaking, "every call gives an argument too many";
    ArgumentAdded: Breaking, "every call lacks an argument";
    ArgumentRenamed: Changed, "calls do not name their arguments";
    ArgumentTypeChanged: Breaking, "every call gives the type of before";
    ArgumentsReordered: Breaking,
        "calls give them in the order of before; where the types are alike, such a call compiles \
         and sends them in each other's place";
    ArgumentsRegrouped: Breaking,
        "more than four required values are a struct, and fewer are arguments";
    ArgumentsStructRenamed: Breaking, "every call names the struct";
    ArgumentBecameSetter: Breaking, "every call gives an argument too many";
    SetterBecameArgument: Breaking, "every call lacks an argument";
    SetterRemoved: Breaking, "requests that set it no longer compile";
    SetterAdded: Added, "requests that do not set it are as they were";
    SetterRenamed: Breaking, "requests that set it no longer compile";
    SetterTypeChanged: Breaking,
        "requests that set it give what converts into the type of before";
    ParameterNameChanged: Changed, "calls compile as before, and the API reads another name";
    ParameterLocationChanged: Changed,
        "calls compile as before, and the value is elsewhere in the request";
    ParameterStyleChanged: Changed,
        "calls compile as before, and the value is written differently in the request";
    BodyAdded: Changed, "requests have content that they did not have";
    BodyRemoved: Changed, "requests do not have the content that they had";
    BodyEncodingChanged: Changed, "the same values are written differently in the request";
    BodyBecameRequired: Changed, "the API refuses requests without a body";
    BodyBecameOptional: Changed, "the API accepts requests without a body";
    FixedValueChanged: Changed, "requests have it whatever the caller sets";
    IdempotencyKeyChanged: Changed,
        "calls compile as before, and the API recognizes repeated requests in another way";
    RateLimitBucketChanged: Changed, "calls compile as before, and wait for other calls";
    AnswerTypeChanged: Breaking, "code that uses the response expects the type of before";
    ResponseFormatChanged: Changed, "the type is as it was, and is read from other content";
    StatusRemoved: Changed, "the API may no longer respond with it";
    StatusAdded: Changed, "the API may respond with it";
    ErrorTypeChanged: Changed, "code that reads the body of the error may find another one";
    PagingRemoved: Breaking, "`pages()` and `stream()` of the request are gone";
    PagingAdded: Added, "`send()` is as it was";
    PagingChanged: Changed, "`pages()` and `stream()` compile as before, and send other requests";
    PagingItemChanged: Breaking, "code that uses the items expects the type of before";
    WaitRemoved: Breaking, "programs that call it no longer compile";
    WaitRenamed: Breaking, "programs that call it no longer compile";
    WaitAdded: Added, "no program calls it yet";
    WaitChanged: Changed, "calls compile as before, and the wait ends or fails otherwise";
    TypeRemoved: Breaking, "programs that name it no longer compile";
    TypeRenamed: Breaking, "programs that name it no longer compile";
    TypeAdded: Added, "no program names it yet";
    TypeFormChanged: Breaking, "it is used in another way";
    TypeEncodingChanged: Changed, "it implements more traits, and is sent in another format";
    FormerNameRemoved: Breaking, "programs that use it no longer compile";
    FormerNameAdded: Added, "programs that use it compile with a warning";
    FieldRemoved: Breaking, "programs that name it no longer compile";
    FieldRenamed: Breaking, "programs that name it no longer compile";
    FieldAdded: Added, "programs match the type with `..`, and create it with `new()`";
    FieldTypeChanged: Breaking, "code that uses it expects the type of before";
    FieldBecameOptional: Breaking, "code that uses it has to do without where it is absent";
    FieldBecameRequired: Breaking, "code that uses it expects an `Option`";
    FieldPresenceChanged: Changed, "its type is as it was, and absence means something else";
    FieldConstantChanged: Changed, "its type is as it was, and the API has one value for it";
    FieldTagChanged: Changed, "its type is as it was, and the API has one value for it";
    FieldAccessChanged: Changed, "its type is as it was, and the API uses it elsewhere";
    FieldEncodingChanged: Changed, "its type is as it was, and the form has it in another format";
    AlternativesChanged: Changed,
        "calls compile as before, and requests without certain properties are errors";
    FieldsReordered: Changed, "objects mean the same in any order, and forms may not";
    PropertyNameChanged: Changed, "the field is as it was, and the API uses another name";
    DefaultRemoved: Breaking, "`default()` of it no longer compiles";
    DefaultAdded: Added, "all of its fields may be absent";
    ConstructorChanged: Breaking,
        "`new()` of it no longer compiles, or puts values in other places";
    VariantRemoved: Breaking, "programs that name it no longer compile";
    VariantRenamed: Breaking, "programs that name it no longer compile";
    VariantAdded: Added,
        "the type is open: a `match` has an arm for values that are not known";
    VariantTypeChanged: Breaking, "code that uses it expects the type of before";
    VariantValueChanged: Changed, "its name is as it was";
    VariantConditionChanged: Changed, "other values are read as this variant";
    VariantsReordered: Changed, "`KNOWN`, comparisons, or the first variant that fits may differ";
    DiscriminatorChanged: Changed, "the variants are as they were, and are recognized differently";
    DefaultValueChanged: Changed, "requests that do not set it mean something else";
    LimitChanged: Changed, "the type is as it was, and the API accepts other values";
    FormatChanged: Changed, "the type is as it was, and the API accepts other values";
    MemberDeprecated: Changed, "programs compile as before, and the API may drop it";
    MemberUndeprecated: Changed, "programs compile as before, and the API keeps it";
    ServerChanged: Changed, "requests go elsewhere";
    EnvironmentRemoved: Breaking, "programs that name it no longer compile";
    EnvironmentAdded: Added, "no program names it yet";
    KeyChanged: Changed, "the same key is sent in another way";
    HeadersChanged: Changed, "the client sets them, and calls are as they were";
    HeaderSetterRemoved: Breaking, "programs that set it on the builder no longer compile";
    HeaderSetterAdded: Added, "no program sets it yet";
    HeaderSetterChanged: Breaking, "programs that set it on the builder give other values";
    RustVersionChanged: Changed, "calls are as they were, and older compilers refuse the crate";
    WebhookRemoved: Changed, "the API may no longer send the event";
    WebhookAdded: Added, "programs receive events that they do not know as unknown";
    WebhookChanged: Changed, "the API sends the event with another payload";
    WebhookSignatureChanged: Changed, "programs compile as before, and verify requests otherwise";
    DependencyChanged: Breaking, "programs use the types of another version of the crate";
    DependencyFeaturesChanged: Changed, "the types are the same, and the crate is built differently";
    WireChanged: Changed, "the crate is as it was; the API sends or expects something else";
    DocumentationChanged: Documentation, "only what the pages say of it";
    DetailChanged: Documentation, "nothing of it is in the crate";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_schema_of_the_report_lists_all_kinds() {
        let schema = include_str!("report.schema.json");
        let schema: serde_json::Value = serde_json::from_str(schema).expect("JSON");
        let listed = schema["$defs"]["change"]["properties"]["kind"]["enum"].as_array();
        let listed: BTreeSet<&str> = listed
            .into_iter()
            .flatten()
            .filter_map(|kind| kind.as_str())
            .collect();
        let kinds: Vec<String> = Kind::ALL
            .iter()
            .map(|kind| serde_json::to_value(kind).expect("a text"))
            .map(|kind| kind.as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(listed, kinds.iter().map(String::as_str).collect());
    }
}
