//! A body with the media type JSON in place of its own.
//!
//! ```yaml
//! requestBody:
//!   content:
//!     application/json:        # should be: application/x-www-form-urlencoded
//!       schema: {properties: {grant_type: {type: string}}}
//! ```
//!
//! The second format of pages describes forms as JSON. The line below the request line contains the
//! media type that the API expects:
//!
//! ```text
//! POST https://api.example.com/token
//! Content-Type: application/x-www-form-urlencoded
//! ```

use serde_json::Value;

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "body-media-type",
    summary: "bodies with the media type JSON in place of that of the page",
    fix,
};

const JSON: &str = "application/json";

fn fix(root: &mut Value, context: &Context<'_>, fixed: &mut Fixed) {
    let request = context.page.request.as_ref();
    let Some(request) = request.filter(|request| !request.is_inherited) else {
        return;
    };
    let Some(media_type) = request.media_type.as_deref() else {
        return;
    };
    if !is_object(media_type) || walk::operations(root).count() != 1 {
        return;
    }
    walk::operations_mut(root, &mut |key, operation| {
        let content = operation
            .get_mut("requestBody")
            .and_then(|body| body.get_mut("content"));
        let Some(Value::Object(content)) = content else {
            return;
        };
        if content.len() == 1
            && let Some(body) = content.shift_remove(JSON)
        {
            content.insert(media_type.to_owned(), body);
            fixed.at(key.pointer_to(&["requestBody", "content"]));
        }
    });
}

/// Returns `true` if a body of a media type other than JSON is an object: a form, or JSON with a
/// special meaning, such as `application/merge-patch+json`.
fn is_object(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    let forms = ["application/x-www-form-urlencoded", "multipart/form-data"];
    forms.contains(&media_type.as_str()) || media_type.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use super::QUIRK;

    /// Fixes a body with this content, on a page whose request sends a form.
    fn fixed(content: &str) -> (String, bool) {
        let body = format!("requestBody: {{content: {content}}}");
        let (root, fixed) = run(&QUIRK, &format!("paths:\n  /pets:\n    post: {{{body}}}\n"));
        let content = &root["paths"]["/pets"]["post"]["requestBody"]["content"];
        (content.to_string(), !fixed.is_empty())
    }

    #[test]
    fn a_body_has_the_media_type_below_the_request_line() {
        let (content, is_fixed) = fixed("{application/json: {schema: {type: object}}}");
        let form = r#"{"application/x-www-form-urlencoded":{"schema":{"type":"object"}}}"#;
        assert_eq!((content.as_str(), is_fixed), (form, true));
    }

    #[test]
    fn other_media_types_are_kept() {
        for content in [
            "{multipart/form-data: {}}",
            "{application/json: {}, application/xml: {}}",
            "{}",
        ] {
            assert!(!fixed(content).1, "{content}");
        }
    }
}
