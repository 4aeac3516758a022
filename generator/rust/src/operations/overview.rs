//! A sentence about each group, derived from the summaries of its operations: "Create, list, and
//! delete assets." Text of pages appears only as plain words.

use api::{Api, Docs, Operation};

use super::groups::{Group, owner};
use crate::documentation::{Documentation, Line};
use crate::links::Links;

/// The verbs that are listed first, in this order.
const VERBS: [&str; 8] = [
    "create", "add", "list", "retrieve", "get", "update", "replace", "delete",
];

/// The words before a noun that are left out.
const ARTICLES: [&str; 4] = ["a", "an", "the", "all"];

/// Returns a list of the groups, each with a sentence.
pub(crate) fn list(api: &Api) -> Documentation {
    let root = Group::root(api);
    let mut items = Vec::new();
    if !root.operations.is_empty() {
        let title = Line::default().item_at("client", "crate::Client");
        items.push((title, sentence(&root.operations).docs()));
    }
    for (name, group) in &root.children {
        collect(group, &[name], &mut items);
    }
    let items = items.iter().map(|(title, docs)| (title.clone(), docs));
    Documentation::new().list(items, &Links::default())
}

/// Adds a group and the groups inside it.
fn collect(group: &Group<'_>, path: &[&str], items: &mut Vec<(Line, Docs)>) {
    if !group.operations.is_empty() {
        let calls: Vec<String> = api::accessors(path)
            .map(|name| format!("{name}()"))
            .collect();
        let owner = owner(path.last().copied().unwrap_or_default());
        let module = format!("crate::operations::{}::{owner}", path.join("::"));
        let title = format!("client.{}", calls.join("."));
        let title = Line::default().item_at(&title, &module);
        items.push((title, sentence(&group.operations).docs()));
    }
    for (name, child) in &group.children {
        collect(child, &[path, &[name]].concat(), items);
    }
}

/// Returns the sentence about a group. A group may contain only other groups or former names.
pub(super) fn of_group(group: &Group<'_>) -> Line {
    if !group.operations.is_empty() {
        return sentence(&group.operations);
    }
    let mut line = match group.children.is_empty() {
        true => return Line::new("Former names of operations that have moved to other groups."),
        false => Line::new("Groups: "),
    };
    for (index, name) in group.children.keys().enumerate() {
        line = line.text(if index == 0 { "" } else { ", " }).code(name);
    }
    line.text(".")
}

/// Returns the sentence about the operations of a group. Deprecated operations are listed only if
/// there are no others.
fn sentence(operations: &[&Operation]) -> Line {
    let current = operations.iter().filter(|it| it.deprecated.is_none());
    let current: Vec<&Operation> = current.copied().collect();
    let is_deprecated = current.is_empty();
    let operations = if is_deprecated { operations } else { &current };
    let mut summaries: Vec<&Docs> = Vec::new();
    for operation in operations {
        if !operation.summary.is_empty() && !summaries.contains(&&operation.summary) {
            summaries.push(&operation.summary);
        }
    }
    let phrases: Vec<Phrase> = summaries.iter().filter_map(|it| Phrase::of(it)).collect();
    let (line, covered) = match common(&phrases) {
        Some(Common { verbs, noun, count }) => (
            Line::default().words(&format!("{} {noun}", joined(&verbs))),
            count,
        ),
        None => match summaries[..] {
            [] => return by_method(operations),
            [first, second] => {
                let line = Line::default().summary(first).text(". ");
                (line.summary(second), 2)
            }
            [first, ..] => (Line::default().summary(first), 1),
        },
    };
    let line = match covered < summaries.len() {
        true => line.text(", and more"),
        false => line,
    };
    match is_deprecated {
        true => line.text(" (deprecated)."),
        false => line.text("."),
    }
}

/// Returns the sentence about operations without summaries.
fn by_method(operations: &[&Operation]) -> Line {
    let shown = operations.iter().take(3).enumerate();
    let line = shown.fold(Line::new("Methods: "), |line, (index, operation)| {
        let separator = if index == 0 { "" } else { ", " };
        line.text(separator).code(&operation.method)
    });
    match operations.len() > 3 {
        true => line.text(", and more."),
        false => line.text("."),
    }
}

/// A summary such as "Create an asset".
struct Phrase {
    /// The first word, in lower case.
    verb: String,
    /// The other words without an article.
    object: String,
    /// The object, as plain words.
    is_list: bool,
}

impl Phrase {
    /// Reads a summary; `None` if it is not a verb and an object in plain words.
    fn of(summary: &Docs) -> Option<Self> {
        let text = summary.as_str().trim().trim_end_matches('.');
        // A remark such as "(v1)" does not change the object.
        let text = match text
            .strip_suffix(')')
            .and_then(|text| text.rsplit_once(" ("))
        {
            Some((text, _)) => text,
            None => text,
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || [' ', '-', '\''].contains(&c);
        if !text.chars().all(is_plain) {
            return None;
        }
        let mut words = text.split_whitespace();
        let verb = words.next()?.to_ascii_lowercase();
        let is_word = verb.chars().all(|c| c.is_ascii_alphabetic());
        let mut words = words.peekable();
        let is_article = |word: &&str| ARTICLES.contains(&word.to_ascii_lowercase().as_str());
        words.next_if(is_article);
        let object = words.collect::<Vec<_>>().join(" ");
        (is_word && !object.is_empty()).then(|| Self {
            is_list: verb.starts_with("list"),
            verb,
            object,
        })
    }

    /// Returns the object, and the object without `of …`.
    fn objects(&self) -> [&str; 2] {
        let short = self.object.split(" of ").next().unwrap_or(&self.object);
        [&self.object, short]
    }

    /// Returns `true` if the object is the singular or plural of `noun`, which is a plural.
    fn is_about(&self, noun: &str) -> bool {
        let noun = noun.to_ascii_lowercase();
        let mut objects = self.objects().into_iter();
        objects.any(|object| {
            let object = object.to_ascii_lowercase();
            object == noun
                || format!("{object}s") == noun
                || format!("{object}es") == noun
                || object.strip_suffix('y').map(|stem| format!("{stem}ies")) == Some(noun.clone())
        })
    }
}

/// The verbs that operations have for the same noun.
struct Common {
    verbs: Vec<String>,
    noun: String,
    /// The number of summaries with these verbs.
    count: usize,
}

/// Returns the noun of a list that has the most verbs, if it has at least two.
fn common(phrases: &[Phrase]) -> Option<Common> {
    let lists = phrases.iter().filter(|phrase| phrase.is_list);
    let nouns = lists.flat_map(Phrase::objects);
    let all = nouns.map(|noun| {
        let about = phrases.iter().filter(|phrase| phrase.is_about(noun));
        let mut verbs: Vec<String> = about.clone().map(|phrase| phrase.verb.clone()).collect();
        verbs.sort_by_key(|verb| {
            VERBS
                .iter()
                .position(|it| it == verb)
                .unwrap_or(VERBS.len())
        });
        verbs.dedup();
        Common {
            verbs,
            noun: noun.to_owned(),
            count: about.count(),
        }
    });
    let mut best: Option<Common> = None;
    for common in all.filter(|common| common.verbs.len() > 1) {
        if best.as_ref().is_none_or(|best| common.count > best.count) {
            best = Some(common);
        }
    }
    best
}

/// Joins verbs. The first is capitalized.
fn joined(verbs: &[String]) -> String {
    let text = match verbs {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    };
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use api::Deprecation;

    use super::super::samples;
    use super::*;

    fn operations(summaries: &[&str]) -> Vec<Operation> {
        let operations = summaries.iter().map(|summary| {
            let mut operation = samples::operation("call", &["pets"]);
            operation.summary = Docs::page(summary);
            operation
        });
        operations.collect()
    }

    fn sentence_of(operations: &[Operation]) -> String {
        let operations: Vec<&Operation> = operations.iter().collect();
        sentence(&operations).docs().to_string()
    }

    #[test]
    fn verbs_of_one_noun_are_a_sentence() {
        for (summaries, expected) in [
            (
                &["Delete a pet", "List pets", "Create a pet"][..],
                "Create, list, and delete pets.",
            ),
            (
                &["List all entities.", "Retrieve an Entity"],
                "List and retrieve entities.",
            ),
            (
                &["List pets", "Delete a pet", "Delete the name of a pet"],
                "List and delete pets, and more.",
            ),
            (
                &["List pets (v1)", "Create a pet (v1)"],
                "Create and list pets.",
            ),
            (
                &["List the items of a shop", "Delete an item of a shop"],
                "List and delete items.",
            ),
        ] {
            assert_eq!(sentence_of(&operations(summaries)), expected);
        }
    }

    #[test]
    fn without_a_common_noun_the_first_summary_is_the_sentence() {
        for (summaries, expected) in [
            (
                &["Create a response", "Create a response"][..],
                "Create a response.",
            ),
            (
                &["Search pets.", "Retrieve a page"],
                "Search pets. Retrieve a page.",
            ),
            (
                &["Search pets.", "Retrieve a page", "Wash a cat"],
                "Search pets, and more.",
            ),
            (&["Embed <b>text</b> (v1)"], "Embed `<b>`text`</b>` (v1)."),
            (&["", ""], "Methods: `call`, `call`."),
        ] {
            assert_eq!(sentence_of(&operations(summaries)), expected);
        }
    }

    #[test]
    fn deprecated_operations_count_only_if_there_are_no_others() {
        let mut all = operations(&["List pets", "Create a pet", "Wash a pet"]);
        let note = String::new();
        all[2].deprecated = Some(Deprecation { note: note.clone() });
        assert_eq!(sentence_of(&all), "Create and list pets.");
        for operation in &mut all {
            operation.deprecated = Some(Deprecation { note: note.clone() });
        }
        assert_eq!(
            sentence_of(&all),
            "Create, list, and wash pets (deprecated)."
        );
    }

    #[test]
    fn groups_are_listed_with_links() {
        let mut list = samples::operation("list", &["pets", "tags"]);
        list.summary = Docs::page("List tags");
        let mut ping = samples::operation("ping", &[]);
        ping.summary = Docs::page("Ping");
        let api = samples::with_operations([], [ping, list]);
        assert_eq!(
            super::list(&api).page().as_str(),
            "- [`client`](crate::Client): Ping.\n\
             - [`client.pets().tags()`](crate::operations::pets::tags::Tags): List tags."
        );
    }
}
