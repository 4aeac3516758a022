//! The place of each input in the request: name, location, style, and values.

use api::{QueryStyle, Type};

use super::{Comparison, inputs};
use crate::Kind;
use crate::call::{Input, Source};
use crate::values::Values;

impl Comparison<'_> {
    pub(super) fn parameters(&mut self) {
        let bodies = [self.old, self.new].map(|call| call.operation.body.as_ref());
        let is_same_body = match bodies {
            [Some(old), Some(new)] => self.renames.same(&old.ty, &new.ty),
            _ => false,
        };
        for index in 0..self.inputs.both.len() {
            let (before, now) = self.inputs.both[index];
            self.location(before, now);
            self.style(before, now);
            // The type that has a field compares the field.
            let is_same_field = match (before.source, now.source) {
                (Source::Field(old), Source::Field(new)) => is_same_body && old.name == new.name,
                _ => false,
            };
            if !is_same_field {
                self.wire_name(before, now);
                let [old, new] = [before, now].map(|input| input_values(input.source));
                self.changes.values(now.name, old, new);
            }
        }
    }

    fn location(&mut self, before: &Input<'_>, now: &Input<'_>) {
        let [old, new] = [before, now].map(|input| input.source.location());
        if old != new {
            let name = now.name;
            let what = format!("`{name}` is sent in the {new}");
            let places = (old.to_owned(), new.to_owned());
            self.changes.add_of(
                name,
                Kind::ParameterLocationChanged,
                what,
                places.0,
                places.1,
            );
        }
    }

    fn wire_name(&mut self, before: &Input<'_>, now: &Input<'_>) {
        let (Some(old), Some(new)) = (before.source.wire(), now.source.wire()) else {
            return;
        };
        let is_same = match [before, now].map(|input| input.source.location()) {
            // The name of a parameter in the path is not sent.
            ["path", "path"] => true,
            ["header", "header"] => old.eq_ignore_ascii_case(new),
            _ => old == new,
        };
        if !is_same && !inputs::follows(before, now) {
            let name = now.name;
            let what = format!("`{name}` is sent under another name");
            let names = (old.to_owned(), new.to_owned());
            self.changes
                .add_of(name, Kind::ParameterNameChanged, what, names.0, names.1);
        }
    }

    fn style(&mut self, before: &Input<'_>, now: &Input<'_>) {
        let (Source::Parameter(old), Source::Parameter(new)) = (before.source, now.source) else {
            return;
        };
        let is_query = [before, now].map(|input| input.source.location()) == ["query", "query"];
        let is_scalar = |ty: &Type| !matches!(ty, Type::List(_) | Type::Map(_) | Type::Named(_));
        // Both styles write a scalar as it is.
        let is_plain = is_scalar(before.ty)
            && is_scalar(now.ty)
            && ![old.style, new.style].contains(&QueryStyle::Json);
        if is_query && old.style != new.style && !is_plain {
            let name = now.name;
            let what = format!("`{name}` is written differently in the query");
            let [before, now] = [old, new].map(|it| example(&it.wire, &it.ty, it.style));
            self.changes
                .add_of(name, Kind::ParameterStyleChanged, what, before, now);
        }
    }
}

fn input_values(source: Source<'_>) -> Values<'_> {
    Values {
        default: source.default(),
        limits: source.limits(),
        is_deprecated: source.is_deprecated(),
    }
}

/// Returns a query in which a parameter has two items or one property.
fn example(name: &str, ty: &Type, style: QueryStyle) -> String {
    let is_list = matches!(ty, Type::List(_));
    match style {
        QueryStyle::Shape if is_list => format!("{name}=a&{name}=b"),
        QueryStyle::Shape => format!("{name}[property]=a"),
        QueryStyle::Joined(separator) => format!("{name}=a{separator}b"),
        QueryStyle::Json if is_list => format!("{name}=[\"a\",\"b\"]"),
        QueryStyle::Json => format!("{name}={{\"property\":\"a\"}}"),
    }
}

#[cfg(test)]
mod tests {
    use api::{Location, Operation, Type};

    use super::*;
    use crate::Effect::Changed;
    use crate::sample::{Sample, finds};

    fn with_kinds(edit: impl Fn(&mut api::Parameter) + 'static) -> Sample {
        let kinds = Type::List(Box::new(Type::String));
        Sample::default()
            .parameter("kinds", false, kinds)
            .with(move |operation: &mut Operation| edit(&mut operation.parameters[0]))
    }

    #[test]
    fn the_name_in_the_request_is_compared_apart_from_that_of_the_setter() {
        let new = with_kinds(|kinds| "kinds[]".clone_into(&mut kinds.wire));
        let what = "`kinds` is sent under another name";
        finds(
            &with_kinds(|_| ()),
            &new,
            Kind::ParameterNameChanged,
            Changed,
            what,
        );
    }

    #[test]
    fn names_of_headers_are_the_same_in_lower_case() {
        let header = |name: &'static str| {
            with_kinds(move |kinds| {
                kinds.location = Location::Header;
                name.clone_into(&mut kinds.wire);
            })
        };
        let found = crate::sample::found(&header("X-Kinds"), &header("x-kinds"));
        assert_eq!(found, []);
    }

    #[test]
    fn location_and_style_are_part_of_the_request() {
        let moved = with_kinds(|kinds| kinds.location = Location::Header);
        let what = "`kinds` is sent in the header";
        let old = with_kinds(|_| ());
        finds(&old, &moved, Kind::ParameterLocationChanged, Changed, what);
        let joined = with_kinds(|kinds| kinds.style = QueryStyle::Joined(","));
        let what = "`kinds` is written differently in the query";
        finds(&old, &joined, Kind::ParameterStyleChanged, Changed, what);
    }

    #[test]
    fn styles_that_write_a_text_alike_are_the_same() {
        let text = Sample::default().parameter("kind", false, Type::String);
        let joined = text.clone().with(|operation| {
            operation.parameters[0].style = QueryStyle::Joined(",");
        });
        assert_eq!(crate::sample::found(&text, &joined), []);
    }

    #[test]
    fn examples_show_what_a_style_writes() {
        let list = Type::List(Box::new(Type::String));
        let joined = QueryStyle::Joined(",");
        assert_eq!(example("a", &list, QueryStyle::Shape), "a=a&a=b");
        assert_eq!(example("a", &list, joined), "a=a,b");
        assert_eq!(example("a", &list, QueryStyle::Json), "a=[\"a\",\"b\"]");
    }
}
