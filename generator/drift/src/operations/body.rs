//! Compares the body of a request: its presence, its encoding, and its constant values.

use std::collections::BTreeMap;

use api::{Body, BodyEncoding, Constant, FieldRole, FieldStyle, Input};

use super::Comparison;
use crate::Kind;
use crate::call::{self, Call};
use crate::code::quoted;

impl Comparison<'_> {
    pub(super) fn body(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| call.operation.body.as_ref());
        match (old, new) {
            (None, Some(body)) => {
                let what = "its requests now have a body";
                self.changes
                    .add(Kind::BodyAdded, what, None, encoding(&body.encoding));
            }
            (Some(body), None) => {
                let what = "its requests no longer have a body";
                self.changes
                    .add(Kind::BodyRemoved, what, encoding(&body.encoding), None);
            }
            (Some(before), Some(now)) => self.bodies(before, now),
            (None, None) => {}
        }
        self.fixed_values();
    }

    fn bodies(&mut self, old: &Body, new: &Body) {
        if old.encoding != new.encoding {
            let what = "its body is sent in a different format";
            let [before, now] = [old, new].map(|body| encoding(&body.encoding));
            self.changes
                .add(Kind::BodyEncodingChanged, what, before, now);
        }
        match (old.required, new.required) {
            (false, true) => {
                self.changes.add(
                    Kind::BodyBecameRequired,
                    "its body is now required",
                    None,
                    None,
                );
            }
            (true, false) => {
                self.changes.add(
                    Kind::BodyBecameOptional,
                    "its body is now optional",
                    None,
                    None,
                );
            }
            _ => {}
        }
        self.changes
            .limits(None, "its body", &old.limits, &new.limits);
        // Otherwise, the type is compared as that of an input.
        let is_input = [self.old, self.new].map(|call| has_body_input(call));
        if is_input != [true, true] && !self.renames.same(&old.ty, &new.ty) {
            let what = "its body has a different type";
            let types = (old.ty.to_string(), new.ty.to_string());
            self.changes.add(Kind::WireChanged, what, types.0, types.1);
        }
        let docs = (old.docs.as_str(), new.docs.as_str());
        self.changes.documentation(Some("body"), docs.0, docs.1);
    }

    /// Compares the constant properties of the body.
    fn fixed_values(&mut self) {
        let (old, new) = (fixed(self.old), fixed(self.new));
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let (before, now) = (old.get(name), new.get(name));
            if before == now {
                continue;
            }
            let property = quoted(name);
            let what = match now {
                Some(Fixed {
                    value,
                    forced: true,
                }) => {
                    format!("{property} is always sent as `{value}`")
                }
                Some(Fixed { value, .. }) => {
                    format!("{property} is sent as `{value}` unless the caller passes a whole body")
                }
                None => format!("{property} no longer has a fixed value"),
            };
            let [before, now] = [before, now].map(|it| Some(it?.value.clone()));
            self.changes.add(Kind::FixedValueChanged, what, before, now);
        }
    }
}

/// A value that a request contains regardless of its caller.
#[derive(PartialEq)]
struct Fixed {
    value: String,
    /// It is also set in a whole body from the caller.
    forced: bool,
}

/// Returns the constant values of an operation, by property.
fn fixed(call: &Call<'_>) -> BTreeMap<String, Fixed> {
    let operation = call.operation;
    let sets = operation.sets.iter().map(|(name, value)| {
        let value = value.to_string();
        (
            name.clone(),
            Fixed {
                value,
                forced: true,
            },
        )
    });
    let mut fixed: BTreeMap<String, Fixed> = sets.collect();
    let Some(body) = &operation.body else {
        return fixed;
    };
    for field in &body.fields {
        if let FieldRole::Constant { value, forced } = &field.role
            && let Some((source, _)) = call::body_field(body, field, call.api)
            && let Some(name) = source.wire()
        {
            let value = constant(value);
            let forced = *forced;
            fixed.insert(name.to_owned(), Fixed { value, forced });
        }
    }
    fixed
}

/// Returns a constant as JSON.
pub(crate) fn constant(value: &Constant) -> String {
    match value {
        Constant::Bool(value) => value.to_string(),
        Constant::Int(value) => value.to_string(),
        Constant::Text(value) => docs::json_text(&value.as_str().into()),
    }
}

fn has_body_input(call: &Call<'_>) -> bool {
    let inputs = &call.operation.call;
    let mut inputs = inputs.arguments.iter().chain(&inputs.setters);
    inputs.any(|input| *input == Input::Body)
}

/// Returns the media type of a body.
fn encoding(encoding: &BodyEncoding) -> String {
    let (media_type, default) = match encoding {
        BodyEncoding::Json(media_type) => (media_type.as_deref(), "application/json"),
        BodyEncoding::Multipart => (None, "multipart/form-data"),
        BodyEncoding::UrlEncoded(fields) => {
            let fields = fields.iter().map(field_style);
            return std::iter::once("application/x-www-form-urlencoded".to_owned())
                .chain(fields)
                .collect::<Vec<_>>()
                .join(", ");
        }
        BodyEncoding::File(media_type) => {
            return match media_type {
                Some(media_type) => format!("a file, {media_type}"),
                None => "a file, with its own media type".to_owned(),
            };
        }
        BodyEncoding::Text(media_type) => (media_type.as_deref(), "text/plain"),
    };
    media_type.unwrap_or(default).to_owned()
}

/// Returns the style of a form field as text.
fn field_style(field: &FieldStyle) -> String {
    let (style, explode) = field.style.parts();
    let words = [
        Some(style),
        (explode == Some(true)).then_some("exploded"),
        field.allow_reserved.then_some("with reserved characters"),
    ];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    format!("{} as {}", field.wire, words.join(" "))
}

#[cfg(test)]
mod tests {
    use api::{Operation, Style, Type};

    use super::*;
    use crate::Effect::Changed;
    use crate::sample::{Sample, field, finds, found, named, record};

    fn with_body(edit: impl Fn(&mut Operation) + 'static) -> Sample {
        let fields = [
            field("name", Type::String),
            field("stream", Type::Bool).optional(),
        ];
        Sample::default()
            .ty("NewPet", record(fields))
            .body(named("NewPet"))
            .with(edit)
    }

    fn edited(edit: impl Fn(&mut Body) + 'static) -> Sample {
        with_body(move |operation| operation.body.iter_mut().for_each(&edit))
    }

    #[test]
    fn another_encoding_is_a_change_of_the_same_call() {
        let old = with_body(|_| ());
        let what = "its body is sent in a different format";
        for encoding in [
            BodyEncoding::UrlEncoded(Vec::new()),
            BodyEncoding::Multipart,
            BodyEncoding::Json(Some("application/merge-patch+json".to_owned())),
        ] {
            let new = edited(move |body| body.encoding = encoding.clone());
            finds(&old, &new, Kind::BodyEncodingChanged, Changed, what);
        }
    }

    #[test]
    fn the_style_of_a_field_is_part_of_the_format() {
        let form = |fields| {
            edited(move |body| body.encoding = BodyEncoding::UrlEncoded(Vec::clone(&fields)))
        };
        let old = form(Vec::new());
        let new = form(vec![FieldStyle {
            wire: "name".to_owned(),
            style: Style::PipeDelimited,
            allow_reserved: false,
        }]);
        let what = "its body is sent in a different format";
        finds(&old, &new, Kind::BodyEncodingChanged, Changed, what);
    }

    #[test]
    fn a_body_is_required_apart_from_its_fields() {
        let (old, new) = (edited(|_| ()), edited(|body| body.required = true));
        let what = "its body is now required";
        finds(&old, &new, Kind::BodyBecameRequired, Changed, what);
        let what = "its body is now optional";
        finds(&new, &old, Kind::BodyBecameOptional, Changed, what);
    }

    #[test]
    fn a_body_comes_and_goes() {
        let (old, new) = (Sample::default(), with_body(|_| ()));
        let kinds = |old: &Sample, new: &Sample| -> Vec<Kind> {
            found(old, new).into_iter().map(|(kind, ..)| kind).collect()
        };
        assert!(kinds(&old, &new).contains(&Kind::BodyAdded));
        assert!(kinds(&new, &old).contains(&Kind::BodyRemoved));
    }

    #[test]
    fn values_that_the_operation_sets_are_compared_also_without_a_field() {
        let old = with_body(|_| ());
        let new = with_body(|operation| operation.sets = vec![("mode".to_owned(), true)]);
        let what = "`mode` is always sent as `true`";
        finds(&old, &new, Kind::FixedValueChanged, Changed, what);
        let what = "`mode` no longer has a fixed value";
        finds(&new, &old, Kind::FixedValueChanged, Changed, what);
    }
}
