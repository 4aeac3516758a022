//! The kinds of changes, with their effect on callers and the reason. If the effect depends on more
//! than the kind, the rule is in the code that detects the change.

use serde::Serialize;

use crate::Effect::{self, Added, Breaking, Changed, Documentation};

/// Defines the kinds, each with its effect and the reason for it.
macro_rules! kinds {
    ($($kind:ident: $effect:ident, $why:literal;)*) => {
        /// The kind of a change. The changes of one subject are sorted in this order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "the names are self-explanatory")]
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
    OperationRemoved: Breaking, "calls to it no longer compile";
    OperationRenamed: Breaking, "calls to it no longer compile";
    OperationAdded: Added, "no program calls it yet";
    OperationMoved: Changed, "the call is the same, but the request changes";
    OperationDeprecated: Changed, "calls compile with a warning";
    OperationUndeprecated: Changed, "calls compile without a warning";
    RequestRenamed: Breaking, "programs that name it no longer compile";
    ArgumentRemoved: Breaking, "every call has one argument too many";
    ArgumentAdded: Breaking, "every call is missing an argument";
    ArgumentRenamed: Changed, "calls do not name their arguments";
    ArgumentTypeChanged: Breaking, "every call passes the old type";
    ArgumentsReordered: Breaking,
        "calls pass them in the old order; if their types match, such a call compiles and \
         swaps the values";
    ArgumentsRegrouped: Breaking,
        "more than four required values are passed as a struct, and fewer as arguments";
    ArgumentsStructRenamed: Breaking, "every call names the struct";
    ArgumentBecameSetter: Breaking, "every call has one argument too many";
    SetterBecameArgument: Breaking, "every call is missing an argument";
    SetterRemoved: Breaking, "requests that set it no longer compile";
    SetterAdded: Added, "requests that do not set it are unchanged";
    SetterRenamed: Breaking, "requests that set it no longer compile";
    SetterTypeChanged: Breaking,
        "requests that set it pass the old type";
    ParameterNameChanged: Changed, "calls still compile, but send a different name";
    ParameterLocationChanged: Changed,
        "calls still compile, but send the value elsewhere in the request";
    ParameterStyleChanged: Changed,
        "calls still compile, but encode the value differently";
    BodyAdded: Changed, "requests now have a body";
    BodyRemoved: Changed, "requests no longer have a body";
    BodyEncodingChanged: Changed, "the same values are encoded differently in the request";
    BodyBecameRequired: Changed, "the API rejects requests without a body";
    BodyBecameOptional: Changed, "the API accepts requests without a body";
    FixedValueChanged: Changed, "requests contain it regardless of what the caller sets";
    IdempotencyKeyChanged: Changed,
        "calls still compile, but the API detects repeated requests differently";
    RateLimitBucketChanged: Changed, "calls still compile, but wait for different calls";
    AnswerTypeChanged: Breaking, "code that uses the response expects the old type";
    ResponseFormatChanged: Changed, "the type is unchanged, but is decoded from different content";
    StatusRemoved: Changed, "the API may no longer respond with it";
    StatusAdded: Changed, "the API may respond with it";
    ErrorTypeChanged: Changed, "code that reads the body of the error may get a different one";
    PagingRemoved: Breaking, "`pages()` and `stream()` of the request no longer exist";
    PagingAdded: Added,
        "`send()` is unchanged; tests that reply with `Reply::value` to it need `Reply::page`";
    PagingChanged: Changed, "`pages()` and `stream()` still compile, but send different requests";
    PagingItemChanged: Breaking, "code that uses the items expects the old type";
    WaitRemoved: Breaking, "programs that call it no longer compile";
    WaitRenamed: Breaking, "programs that call it no longer compile";
    WaitAdded: Added, "no program calls it yet";
    WaitChanged: Changed, "calls still compile, but the wait ends or fails differently";
    TypeRemoved: Breaking, "programs that name it no longer compile";
    TypeRenamed: Breaking, "programs that name it no longer compile";
    TypeAdded: Added, "no program names it yet";
    TypeFormChanged: Breaking, "it is used differently";
    TypeEncodingChanged: Changed, "it implements more traits, and is sent in a different \
                                   format";
    FormerNameRemoved: Breaking, "programs that use it no longer compile";
    FormerNameAdded: Added, "programs that use it compile with a warning";
    FieldRemoved: Breaking, "programs that name it no longer compile";
    FieldRenamed: Breaking, "programs that name it no longer compile";
    FieldAdded: Added, "programs match the type with `..`, and create it with `new()`";
    FieldTypeChanged: Breaking, "code that uses it expects the old type";
    FieldBecameOptional: Breaking, "code that uses it must handle its absence";
    FieldBecameRequired: Breaking, "code that uses it expects an `Option`";
    FieldPresenceChanged: Changed, "its type is unchanged, but absence has a different meaning";
    FieldConstantChanged: Changed, "its type is unchanged, but the API uses different values for it";
    FieldTagChanged: Changed, "its type is unchanged, but the API uses different values for it";
    FieldAccessChanged: Changed, "its type is unchanged, but the API uses it elsewhere";
    FieldEncodingChanged: Changed, "its type is unchanged, but forms send it in a different format";
    AlternativesChanged: Changed,
        "calls still compile, but requests without certain properties are errors";
    FieldsReordered: Changed, "objects do not depend on the order, but forms may";
    PropertyNameChanged: Changed, "the field is unchanged, but the API uses a different name";
    DefaultRemoved: Breaking, "its `default()` no longer compiles";
    DefaultAdded: Added, "all its fields can be absent";
    ConstructorChanged: Breaking,
        "its `new()` no longer compiles, or assigns values to different fields";
    VariantRemoved: Breaking, "programs that name it no longer compile";
    VariantRenamed: Breaking, "programs that name it no longer compile";
    VariantAdded: Added,
        "the type is open: a `match` has an arm for unknown values";
    VariantTypeChanged: Breaking, "code that uses it expects the old type";
    VariantValueChanged: Changed, "its name is unchanged";
    VariantConditionChanged: Changed, "different values are read as this variant";
    VariantsReordered: Changed, "`KNOWN`, comparisons, or the first matching variant may differ";
    DiscriminatorChanged: Changed, "the variants are unchanged, but are recognized differently";
    DefaultValueChanged: Changed, "requests that do not set it have a different meaning";
    LimitChanged: Changed, "the type is unchanged, but the API accepts different values";
    FormatChanged: Changed, "the type is unchanged, but the API accepts different values";
    MemberDeprecated: Changed, "programs still compile, but the API may remove it";
    MemberUndeprecated: Changed, "programs still compile, and the API keeps it";
    ServerChanged: Changed, "requests are sent to a different URL";
    EnvironmentRemoved: Breaking, "programs that name it no longer compile";
    EnvironmentAdded: Added, "no program names it yet";
    KeyChanged: Changed, "the same key is sent differently";
    HeadersChanged: Changed, "the client sets them, and calls are unchanged";
    ClientHeaderRequired: Breaking, "calls fail until the program sets it on the client";
    HeaderSetterRemoved: Breaking, "programs that set it on the builder no longer compile";
    HeaderSetterAdded: Added, "no program sets it yet";
    HeaderSetterChanged: Breaking, "programs that set it on the builder pass different values";
    TimeoutChanged: Changed, "calls still compile, but fail after a different time";
    RustVersionChanged: Changed, "calls are unaffected, but older compilers reject the crate";
    WebhookRemoved: Changed, "the API may no longer send the event";
    WebhookAdded: Added, "existing programs receive the event as an unknown one";
    WebhookChanged: Changed, "the API sends the event with a different payload";
    WebhookSignatureChanged: Changed, "programs still compile, but verify requests differently";
    DependencyChanged: Breaking, "programs use the types of a different version of the crate";
    DependencyFeaturesChanged: Changed, "the types are the same, but the crate is built differently";
    WireChanged: Changed, "the crate is unchanged, but the API sends or expects something different";
    DocumentationChanged: Documentation, "only its description on the pages changes";
    DetailChanged: Documentation, "the crate does not contain it";
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
