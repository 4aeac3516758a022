//! Compares the encoding of each input in the request: name, location, style, and values.

use api::{Parameter, Style, Type};

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
            // A field is compared with its type.
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
            let what = format!("`{name}` is now sent in the {new}");
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
            // The name of a path parameter is not sent.
            ["path", "path"] => true,
            ["header", "header"] => old.eq_ignore_ascii_case(new),
            _ => old == new,
        };
        if !is_same && !inputs::follows(before, now) {
            let name = now.name;
            let what = format!("`{name}` is sent under a different name");
            let names = (old.to_owned(), new.to_owned());
            self.changes
                .add_of(name, Kind::ParameterNameChanged, what, names.0, names.1);
        }
    }

    fn style(&mut self, before: &Input<'_>, now: &Input<'_>) {
        let (Source::Parameter(old), Source::Parameter(new)) = (before.source, now.source) else {
            return;
        };
        if old.location != new.location {
            return;
        }
        let name = new.name.as_str();
        // A different name or type is a separate change, unless the style in the document also
        // changes.
        let restyled = Parameter {
            style: old.style,
            ..new.clone()
        };
        let [before, now] = [&restyled, new].map(example);
        if before != now {
            let what = format!(
                "`{name}` is encoded differently in the {}",
                Source::Parameter(new).location()
            );
            self.changes
                .add_of(name, Kind::ParameterStyleChanged, what, before, now);
        }
        if old.allow_reserved != new.allow_reserved {
            let what = format!("reserved characters of `{name}` are sent differently");
            let [before, now] = [old, new].map(|it| match it.allow_reserved {
                true => format!("{}=a/b", it.wire),
                false => format!("{}=a%2Fb", it.wire),
            });
            self.changes
                .add_of(name, Kind::ParameterStyleChanged, what, before, now);
        }
    }
}

fn input_values(source: Source<'_>) -> Values<'_> {
    Values {
        default: source.default(),
        limits: source.limits(),
        is_constant: source.is_constant(),
        deprecated: source.deprecated(),
    }
}

/// Returns the text of a parameter with two items or one property.
fn example(parameter: &Parameter) -> String {
    let name = &parameter.wire;
    let ty = match parameter.ty.unboxed() {
        Type::Nullable(inner) => inner.unboxed(),
        ty => ty,
    };
    let is_list = matches!(ty, Type::List(_));
    let is_object = matches!(
        ty,
        Type::Map(_) | Type::Named(_) | Type::Json | Type::JsonObject
    );
    let is_scalar = !is_list && !is_object;
    let items = |explode| match (is_list, explode) {
        _ if is_scalar => "a",
        (true, _) => "a,b",
        (false, true) => "property=a",
        (false, false) => "property,a",
    };
    match parameter.style {
        Style::Json if is_list => format!("{name}=[\"a\",\"b\"]"),
        Style::Json => format!("{name}={{\"property\":\"a\"}}"),
        Style::Simple { explode } => items(explode).to_owned(),
        Style::Label { explode: true } if is_list => ".a.b".to_owned(),
        Style::Label { explode } => format!(".{}", items(explode)),
        Style::Matrix { explode: true } if is_list => format!(";{name}=a;{name}=b"),
        Style::Matrix { explode: true } if !is_scalar => ";property=a".to_owned(),
        Style::Matrix { explode } => format!(";{name}={}", items(explode)),
        _ if is_scalar => format!("{name}=a"),
        Style::DeepObject | Style::Form { explode: true } if is_list => {
            format!("{name}=a&{name}=b")
        }
        Style::DeepObject => format!("{name}[property]=a"),
        Style::Form { explode: true } => "property=a".to_owned(),
        Style::Form { explode: false } => format!("{name}={}", items(false)),
        Style::SpaceDelimited if is_list => format!("{name}=a b"),
        Style::PipeDelimited if is_list => format!("{name}=a|b"),
        Style::SpaceDelimited => format!("{name}=property a"),
        Style::PipeDelimited => format!("{name}=property|a"),
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
        let what = "`kinds` is sent under a different name";
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
        let what = "`kinds` is now sent in the header";
        let old = with_kinds(|_| ());
        finds(&old, &moved, Kind::ParameterLocationChanged, Changed, what);
        let joined = with_kinds(|kinds| kinds.style = Style::Form { explode: false });
        let what = "`kinds` is encoded differently in the query";
        finds(&old, &joined, Kind::ParameterStyleChanged, Changed, what);
    }

    #[test]
    fn styles_that_write_a_text_alike_are_the_same() {
        let text = Sample::default().parameter("kind", false, Type::String);
        let joined = text.clone().with(|operation| {
            operation.parameters[0].style = Style::Form { explode: false };
        });
        assert_eq!(crate::sample::found(&text, &joined), []);
    }

    #[test]
    fn a_name_and_a_style_are_compared_apart() {
        let new = with_kinds(|kinds| {
            "kinds[]".clone_into(&mut kinds.wire);
            kinds.style = Style::Form { explode: true };
        });
        let what = "`kinds` is sent under a different name";
        // Both styles have the same result for a list.
        finds(
            &with_kinds(|_| ()),
            &new,
            Kind::ParameterNameChanged,
            Changed,
            what,
        );
        let both = with_kinds(|kinds| {
            kinds.style = Style::PipeDelimited;
            kinds.allow_reserved = true;
        });
        let found = crate::sample::found(&with_kinds(|_| ()), &both);
        let whats: Vec<&str> = found.iter().map(|change| change.2.as_str()).collect();
        let written = "`kinds` is encoded differently in the query";
        let reserved = "reserved characters of `kinds` are sent differently";
        assert_eq!(whats, [written, reserved]);
    }

    #[test]
    fn the_style_of_any_object_is_part_of_the_request() {
        let filter = Sample::default().parameter("filter", false, Type::JsonObject);
        let joined = filter.clone().with(|operation| {
            operation.parameters[0].style = Style::Form { explode: false };
        });
        let what = "`filter` is encoded differently in the query";
        finds(&filter, &joined, Kind::ParameterStyleChanged, Changed, what);
    }

    #[test]
    fn examples_show_what_a_style_writes() {
        let (list, text) = (Type::List(Box::new(Type::String)), Type::String);
        let form = |explode| Style::Form { explode };
        for (ty, style, expected) in [
            (&list, Style::DeepObject, "a=a&a=b"),
            (&list, form(true), "a=a&a=b"),
            (&list, form(false), "a=a,b"),
            (&Type::Json, form(true), "property=a"),
            (&Type::Json, Style::DeepObject, "a[property]=a"),
            (&list, Style::Json, "a=[\"a\",\"b\"]"),
            (&list, Style::Matrix { explode: true }, ";a=a;a=b"),
            (&text, Style::Matrix { explode: false }, ";a=a"),
            (&Type::Json, Style::Simple { explode: true }, "property=a"),
        ] {
            let parameter = Parameter {
                style,
                ..api::samples::parameter("a", ty.clone(), true)
            };
            assert_eq!(example(&parameter), expected, "{style:?}");
        }
    }

    #[test]
    fn reserved_characters_are_part_of_the_request() {
        let kept = with_kinds(|kinds| kinds.allow_reserved = true);
        let what = "reserved characters of `kinds` are sent differently";
        let old = with_kinds(|_| ());
        finds(&old, &kept, Kind::ParameterStyleChanged, Changed, what);
    }
}
