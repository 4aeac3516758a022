//! Operations: their names, arguments, setters and answers.

use std::collections::BTreeSet;

use super::change::{Change, Kind, Subject};
use super::documentation;
use super::renames::Renames;
use super::usage::words;
use crate::docs::Docs;
use crate::face::surface::{Method, Parameter, Surface};

/// Compares the operations of two surfaces.
pub(super) fn compare(old: &Surface, new: &Surface, renames: &Renames) -> Vec<Change> {
    let mut changes = Vec::new();
    for (id, before) in &old.operations {
        let now_id = renames.operation(id);
        match new.operations.get(now_id) {
            Some(now) => Comparison::new(now_id, before, now, &mut changes).run(),
            None => changes.push(
                Change::new(Kind::OperationRemoved, &subject(id, before), "it is gone")
                    .before(signature(before)),
            ),
        }
    }
    let known = old.operations.keys().map(|id| renames.operation(id));
    let known: BTreeSet<&str> = known.collect();
    for (id, now) in &new.operations {
        if !known.contains(id.as_str()) {
            let what = Docs::template(
                "{} can be called",
                &[Docs::code(format!("{} {}", now.verb, now.path))],
            );
            let change = Change::new(Kind::OperationAdded, &subject(id, now), what);
            changes.push(change.after(signature(now)));
        }
    }
    changes
}

fn subject(id: &str, method: &Method) -> Subject {
    Subject::Operation {
        id: id.to_owned(),
        call: method.call.clone(),
    }
}

/// Writes the call of an operation as its declaration has it.
fn signature(method: &Method) -> String {
    let arguments = match &method.arguments_type {
        Some(name) => {
            let fields: Vec<&str> = method
                .arguments
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            format!("{name} {{ {} }}", fields.join(", "))
        }
        None => {
            let arguments = method.arguments.iter();
            let arguments: Vec<String> = arguments
                .map(|argument| format!("{}: {}", argument.name, argument.ty))
                .collect();
            arguments.join(", ")
        }
    };
    format!("{}({arguments})", method.call)
}

fn setter(parameter: &Parameter) -> String {
    format!(".{}({})", parameter.name, parameter.ty)
}

fn find<'a>(parameters: &'a [Parameter], name: &str) -> Option<&'a Parameter> {
    parameters.iter().find(|parameter| parameter.name == name)
}

/// One operation, before and now.
struct Comparison<'a> {
    subject: Subject,
    old: &'a Method,
    new: &'a Method,
    changes: &'a mut Vec<Change>,
}

impl<'a> Comparison<'a> {
    fn new(id: &str, old: &'a Method, new: &'a Method, changes: &'a mut Vec<Change>) -> Self {
        Self {
            subject: subject(id, new),
            old,
            new,
            changes,
        }
    }

    fn run(mut self) {
        self.name();
        if self.old.arguments_type.is_some() == self.new.arguments_type.is_some() {
            self.arguments();
        } else {
            self.regrouped();
        }
        self.setters();
        self.answer();
        self.documentation();
    }

    fn add(&mut self, kind: Kind, what: impl Into<Docs>) -> &mut Change {
        let change = Change::new(kind, &self.subject, what);
        self.changes.push(change);
        let last = self.changes.len() - 1;
        &mut self.changes[last]
    }

    fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    fn change(&self, kind: Kind, what: impl Into<Docs>) -> Change {
        Change::new(kind, &self.subject, what)
    }

    fn name(&mut self) {
        let (old, new) = (self.old, self.new);
        if old.call != new.call {
            let what = Docs::template("it was {}", &[Docs::code(format!("{}()", old.call))]);
            let change = self.change(Kind::OperationRenamed, what);
            self.push(change.before(signature(old)).after(signature(new)));
        }
        let request = |method: &Method| format!("{} {}", method.verb, method.path);
        if request(old) != request(new) {
            let change = self.change(Kind::OperationMoved, "its request is another");
            self.push(change.before(request(old)).after(request(new)));
        }
        if old.deprecated != new.deprecated {
            if new.deprecated {
                self.add(Kind::OperationDeprecated, "it is deprecated");
            } else {
                self.add(Kind::OperationUndeprecated, "it is no longer deprecated");
            }
        }
    }

    /// Adds a change of the arguments, which shows them all.
    fn argument(&mut self, kind: Kind, name: &str, what: impl Into<Docs>) {
        let change = self.change(kind, what).member(name);
        self.push(
            change
                .before(signature(self.old))
                .after(signature(self.new)),
        );
    }

    fn arguments(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut renamed = Vec::new();
        for (position, before) in old.arguments.iter().enumerate() {
            let name = &before.name;
            if let Some(now) = find(&new.arguments, name) {
                if now.ty != before.ty {
                    let what =
                        Docs::template("the argument {} has another type", &[Docs::code(name)]);
                    self.argument(Kind::ArgumentTypeChanged, name, what);
                }
            } else if let Some(now) = find(&new.setters, name) {
                let what = Docs::template(
                    "the argument {} is optional now, and has a setter",
                    &[Docs::code(name)],
                );
                let change = self.change(Kind::ArgumentBecameSetter, what).member(name);
                self.push(change.before(signature(old)).after(setter(now)));
            } else {
                let now = new.arguments.get(position).filter(|now| {
                    now.ty == before.ty
                        && find(&old.arguments, &now.name).is_none()
                        && find(&old.setters, &now.name).is_none()
                });
                match now {
                    Some(now) => {
                        renamed.push(now.name.as_str());
                        self.renamed_argument(before, now);
                    }
                    None => {
                        let what = Docs::template("the argument {} is gone", &[Docs::code(name)]);
                        self.argument(Kind::ArgumentRemoved, name, what);
                    }
                }
            }
        }
        for now in &new.arguments {
            let is_known =
                find(&old.arguments, &now.name).is_some() || renamed.contains(&now.name.as_str());
            if !is_known {
                self.new_argument(now);
            }
        }
        self.order();
    }

    fn renamed_argument(&mut self, before: &Parameter, now: &Parameter) {
        let what = Docs::template(
            "the argument {} is called {}",
            &[Docs::code(&before.name), Docs::code(&now.name)],
        );
        self.argument(Kind::ArgumentRenamed, &now.name, what);
        if self.new.arguments_type.is_some()
            && let Some(change) = self.changes.last_mut()
        {
            change.breaks("the arguments are a struct, and callers name its fields");
        }
    }

    fn new_argument(&mut self, now: &Parameter) {
        let name = &now.name;
        match find(&self.old.setters, name) {
            Some(before) => {
                let what = Docs::template(
                    "{} is required now: the setter is an argument",
                    &[Docs::code(name)],
                );
                let change = self.change(Kind::SetterBecameArgument, what).member(name);
                self.push(change.before(setter(before)).after(signature(self.new)));
            }
            None => {
                let what = Docs::template("there is one argument more, {}", &[Docs::code(name)]);
                self.argument(Kind::ArgumentAdded, name, what);
            }
        }
    }

    /// The order counts where arguments stand one after the other.
    fn order(&mut self) {
        if self.new.arguments_type.is_some() {
            return;
        }
        let common = |one: &'a Method, other: &Method| -> Vec<&'a str> {
            let names = one.arguments.iter().map(|argument| argument.name.as_str());
            names
                .filter(|name| find(&other.arguments, name).is_some())
                .collect()
        };
        if common(self.old, self.new) != common(self.new, self.old) {
            let change = self.change(
                Kind::ArgumentsReordered,
                "the arguments are in another order",
            );
            self.push(
                change
                    .before(signature(self.old))
                    .after(signature(self.new)),
            );
        }
    }

    /// Arguments that became a struct, or were one.
    fn regrouped(&mut self) {
        let what = if self.new.arguments_type.is_some() {
            "the arguments are a struct now"
        } else {
            "the arguments are no struct any more"
        };
        let change = self.change(Kind::ArgumentsRegrouped, what);
        self.push(
            change
                .before(signature(self.old))
                .after(signature(self.new)),
        );
        let (old, new) = (self.old, self.new);
        for now in &new.arguments {
            if find(&old.arguments, &now.name).is_none() {
                self.new_argument(now);
            }
        }
    }

    fn setters(&mut self) {
        let (old, new) = (self.old, self.new);
        let is_gone = |before: &&Parameter| {
            find(&new.setters, &before.name).is_none()
                && find(&new.arguments, &before.name).is_none()
        };
        let is_new = |now: &&Parameter| {
            find(&old.setters, &now.name).is_none() && find(&old.arguments, &now.name).is_none()
        };
        let mut came: Vec<&Parameter> = new.setters.iter().filter(is_new).collect();
        for before in old.setters.iter().filter(is_gone) {
            let (name, code) = (&before.name, setter(before));
            match came.iter().position(|now| is_same(before, now)) {
                Some(position) => {
                    let now = came.remove(position);
                    let what = Docs::template(
                        "the setter {} is called {}",
                        &[Docs::code(name), Docs::code(&now.name)],
                    );
                    let change = self.change(Kind::SetterRenamed, what).member(&now.name);
                    self.push(change.before(code).after(setter(now)));
                }
                None => {
                    let what = Docs::template("the setter {} is gone", &[Docs::code(name)]);
                    let change = self.change(Kind::SetterRemoved, what).member(name);
                    self.push(change.before(code));
                }
            }
        }
        for now in came {
            let what = Docs::template("there is a setter {}", &[Docs::code(&now.name)]);
            let change = self.change(Kind::SetterAdded, what).member(&now.name);
            self.push(change.after(setter(now)));
        }
        for before in &old.setters {
            if let Some(now) = find(&new.setters, &before.name)
                && now.ty != before.ty
            {
                let what =
                    Docs::template("the setter {} takes another type", &[Docs::code(&now.name)]);
                let change = self.change(Kind::SetterTypeChanged, what).member(&now.name);
                self.push(change.before(setter(before)).after(setter(now)));
            }
        }
    }

    fn answer(&mut self) {
        let (old, new) = (self.old, self.new);
        if old.answer != new.answer {
            let change = self.change(Kind::AnswerTypeChanged, "it answers with another type");
            self.push(change.before(&old.answer).after(&new.answer));
        }
        match (old.reads_on, new.reads_on) {
            (true, false) => {
                self.add(Kind::PagingRemoved, "its list is read one page at a time");
            }
            (false, true) => {
                let what = "its list is read on with `pages()` and `stream()`";
                self.add(Kind::PagingAdded, what);
            }
            _ => {}
        }
    }

    fn documentation(&mut self) {
        let (old, new) = (self.old, self.new);
        let change = documentation::compare(&self.subject, None, &old.docs, &new.docs);
        self.changes.extend(change);
        for now in new.arguments.iter().chain(&new.setters) {
            let name = &now.name;
            let before = find(&old.arguments, name).or_else(|| find(&old.setters, name));
            if let Some(before) = before {
                let change =
                    documentation::compare(&self.subject, Some(name), &before.docs, &now.docs);
                self.changes.extend(change);
            }
        }
    }
}

/// Tells whether a setter that came is one that went: it takes the same, and it is
/// said to do the same or its name has a word of the other.
fn is_same(before: &Parameter, now: &Parameter) -> bool {
    let parts = |name: &str| -> Vec<String> { name.split('_').map(str::to_owned).collect() };
    let (one, other) = (parts(&before.name), parts(&now.name));
    let shares_a_word = one.iter().any(|word| other.contains(word));
    let says_the_same = !before.docs.is_empty() && before.docs == now.docs;
    words(&before.ty).eq(words(&now.ty)) && (says_the_same || shares_a_word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Effect::{Added, Breaking, Changed, Documentation};
    use super::super::sample::{Api, compared, reference, tells, told};
    use super::*;

    fn api() -> Api {
        Api::default()
    }

    fn string() -> serde_json::Value {
        json!({"type": "string"})
    }

    fn integer() -> serde_json::Value {
        json!({"type": "integer"})
    }

    #[test]
    fn a_parameter_that_is_required_now_is_an_argument_more() {
        let old = api().parameter("limit", false, integer());
        let new = api().parameter("limit", true, integer());
        let what = "`limit` is required now: the setter is an argument";
        tells(&old, &new, Kind::SetterBecameArgument, Breaking, what);
        let what = "the argument `limit` is optional now, and has a setter";
        tells(&new, &old, Kind::ArgumentBecameSetter, Breaking, what);
    }

    #[test]
    fn setters_come_go_and_change() {
        let old = api();
        let new = api().parameter("limit", false, integer());
        tells(
            &old,
            &new,
            Kind::SetterAdded,
            Added,
            "there is a setter `limit`",
        );
        tells(
            &new,
            &old,
            Kind::SetterRemoved,
            Breaking,
            "the setter `limit` is gone",
        );
        let text = api().parameter("limit", false, string());
        let what = "the setter `limit` takes another type";
        tells(&new, &text, Kind::SetterTypeChanged, Breaking, what);
        let renamed = api().parameter("page_limit", false, integer());
        let what = "the setter `limit` is called `page_limit`";
        tells(&new, &renamed, Kind::SetterRenamed, Breaking, what);
        // Another type or no word in common is another setter.
        assert_eq!(
            told(&new, &api().parameter("page_limit", false, string())).len(),
            2
        );
        assert_eq!(
            told(&new, &api().parameter("offset", false, integer())).len(),
            2
        );
    }

    #[test]
    fn arguments_come_go_and_change() {
        let one = api().parameter("a", true, string());
        let two = one.clone().parameter("b", true, string());
        let what = "there is one argument more, `b`";
        tells(&one, &two, Kind::ArgumentAdded, Breaking, what);
        tells(
            &two,
            &one,
            Kind::ArgumentRemoved,
            Breaking,
            "the argument `b` is gone",
        );
        let number = api().parameter("a", true, integer());
        let what = "the argument `a` has another type";
        tells(&one, &number, Kind::ArgumentTypeChanged, Breaking, what);
    }

    #[test]
    fn the_name_of_an_argument_is_in_no_call_and_its_position_is() {
        let old = api()
            .parameter("a", true, string())
            .parameter("b", true, string());
        let renamed = api()
            .parameter("a", true, string())
            .parameter("c", true, string());
        let what = "the argument `b` is called `c`";
        tells(&old, &renamed, Kind::ArgumentRenamed, Changed, what);
        let reordered = api()
            .parameter("b", true, string())
            .parameter("a", true, string());
        let what = "the arguments are in another order";
        tells(&old, &reordered, Kind::ArgumentsReordered, Breaking, what);
    }

    #[test]
    fn more_than_four_arguments_are_a_struct_whose_order_is_free() {
        let many = |names: &[&str]| {
            names
                .iter()
                .fold(api(), |api, name| api.parameter(name, true, string()))
        };
        let [four, five] = [
            many(&["a", "b", "c", "d"]),
            many(&["a", "b", "c", "d", "e"]),
        ];
        let regrouped = told(&four, &five);
        let what = "the arguments are a struct now".to_owned();
        assert!(
            regrouped.contains(&(Kind::ArgumentsRegrouped, Breaking, what)),
            "{regrouped:?}"
        );
        let what = "the arguments are no struct any more".to_owned();
        assert!(told(&five, &four).contains(&(Kind::ArgumentsRegrouped, Breaking, what)));
        let reordered = many(&["b", "a", "c", "d", "e"]);
        assert!(
            told(&five, &reordered)
                .iter()
                .all(|(_, effect, _)| *effect != Breaking)
        );
        let renamed = many(&["a", "b", "c", "d", "f"]);
        let what = "the argument `e` is called `f`";
        tells(&five, &renamed, Kind::ArgumentRenamed, Breaking, what);
    }

    #[test]
    fn an_operation_with_the_same_request_is_the_same_under_another_name() {
        let old = api();
        let new = api()
            .with("operationId", json!("pets_fetch"))
            .with("x-fern-sdk-method-name", json!("fetch"));
        tells(
            &old,
            &new,
            Kind::OperationRenamed,
            Breaking,
            "it was `pets().get()`",
        );
    }

    #[test]
    fn another_request_of_the_same_call_breaks_nobody() {
        let moved = api().with("path", json!("/animals"));
        tells(
            &api(),
            &moved,
            Kind::OperationMoved,
            Changed,
            "its request is another",
        );
        let deprecated = api().with("deprecated", json!(true));
        tells(
            &api(),
            &deprecated,
            Kind::OperationDeprecated,
            Changed,
            "it is deprecated",
        );
    }

    #[test]
    fn an_operation_comes_and_goes() {
        let old = api().root();
        let mut new = old.clone();
        new["paths"] = json!({});
        let gone = compared(&old, &new);
        assert_eq!(gone[0].kind, Kind::OperationRemoved);
        assert_eq!(gone[0].before.as_deref(), Some("pets().get()"));
        let come = compared(&new, &old);
        assert_eq!(
            (come[0].kind, come[0].effect),
            (Kind::OperationAdded, Added)
        );
    }

    #[test]
    fn an_answer_of_another_type() {
        let text = api().answer(string());
        let what = "it answers with another type";
        tells(
            &text,
            &api().answer(integer()),
            Kind::AnswerTypeChanged,
            Breaking,
            what,
        );
        tells(&text, &api(), Kind::AnswerTypeChanged, Breaking, what);
    }

    #[test]
    fn a_list_that_is_read_on() {
        let list = json!({"type": "object", "properties": {
            "data": {"type": "array", "items": {"type": "string"}},
            "next": {"type": "string"},
        }});
        let old = api()
            .parameter("cursor", false, string())
            .schema("List", list)
            .answer(reference("List"));
        let new = old.clone().with(
            "x-fern-pagination",
            json!({"cursor": "$request.cursor", "next_cursor": "$response.next", "results": "$response.data"}),
        );
        let old = old.with("x-fern-pagination", json!(false));
        let what = "its list is read on with `pages()` and `stream()`";
        tells(&old, &new, Kind::PagingAdded, Added, what);
        let what = "its list is read one page at a time";
        tells(&new, &old, Kind::PagingRemoved, Breaking, what);
    }

    #[test]
    fn what_the_pages_say_is_documentation() {
        let new = api().with("description", json!("Returns a pet."));
        tells(
            &api(),
            &new,
            Kind::DocumentationChanged,
            Documentation,
            "it is documented",
        );
    }
}
