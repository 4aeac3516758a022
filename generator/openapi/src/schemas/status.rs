//! Names of response types. They contain the meaning of the status instead of its number.

use heck::ToPascalCase;

/// Returns the name of the response with this status. `others` are the statuses of all
/// responses of the operation.
pub(super) fn response<'a>(
    operation: &str,
    status: &str,
    others: impl Iterator<Item = &'a String>,
) -> String {
    let successes = others.filter(|status| status.starts_with('2')).count();
    // Without a successful status, `default` is the successful response.
    let is_success = status.starts_with('2') || status == "default" && successes == 0;
    if is_success && successes < 2 {
        return format!("{operation}Response");
    }
    named(operation, status)
}

/// Replaces the number of a status at the end of a name: `PetsListResponse404`.
pub(super) fn without_number(name: &str) -> Option<String> {
    let end = name.len().checked_sub(3)?;
    let (stem, status) = (name.get(..end)?, name.get(end..)?);
    let operation = stem.strip_suffix("Response")?;
    let is_status = status
        .parse()
        .is_ok_and(|status: u16| (100..600).contains(&status));
    (is_status && !operation.is_empty()).then(|| match status.starts_with('2') {
        true => stem.to_owned(),
        false => named(operation, status),
    })
}

/// Returns `true` if a name ends like that of the response with this status of a failure in the
/// export: `ListPetsRequestNotFoundError`.
pub(super) fn is_error(name: &str, status: &str) -> bool {
    let own = || reason(status.parse().ok()?);
    let former = match status {
        "413" => Some("PayloadTooLarge"),
        "422" => Some("UnprocessableEntity"),
        _ => None,
    };
    let mut reasons = own().into_iter().chain(former.map(str::to_owned));
    reasons.any(|reason| {
        let operation =
            name.strip_suffix(&format!("Request{}Error", reason.trim_end_matches("Error")));
        operation.is_some_and(|operation| !operation.is_empty())
    })
}

/// Returns the name of an error response that the API's document calls only by its status, such as
/// `404`.
pub(super) fn only_number(name: &str) -> Option<String> {
    let is_error = name.len() == 3 && name.starts_with(['4', '5']);
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    (is_error && is_number).then(|| named("", name))
}

/// Splits the name of a type inside a response: `PetsListResponse200Kind` is `PetsListResponse200`
/// and `Kind`.
pub(super) fn inside(name: &str) -> Option<(&str, &str)> {
    let mut ends = name
        .match_indices("Response")
        .map(|(at, word)| at + word.len());
    ends.find_map(|end| {
        let (response, rest) = name.split_at_checked(end + 3)?;
        let is_nested = rest.starts_with(char::is_alphabetic);
        (is_nested && without_number(response).is_some()).then_some((response, rest))
    })
}

/// Names the response after its status.
fn named(operation: &str, status: &str) -> String {
    let meaning = meaning(status);
    match status.as_bytes().first() {
        Some(b'1'..=b'3') => format!("{operation}Response{meaning}"),
        // `InternalServerError` already ends with it.
        _ => format!("{operation}{}Error", meaning.trim_end_matches("Error")),
    }
}

/// Returns the meaning of a status in words, which is empty for 200.
fn meaning(status: &str) -> String {
    let status = status.to_ascii_uppercase();
    let reason = status.parse().ok().and_then(reason);
    reason.unwrap_or_else(|| {
        let kind = match (status.as_str(), status.as_bytes().first()) {
            ("DEFAULT", _) => "",
            (_, Some(b'1')) => "Informational",
            (_, Some(b'2')) => "Success",
            (_, Some(b'3')) => "Redirect",
            (_, Some(b'4')) => "Client",
            (_, Some(b'5')) => "Server",
            _ => return status.to_pascal_case(),
        };
        kind.to_owned()
    })
}

/// Returns the reason phrase of a status as a part of a type's name.
fn reason(status: u16) -> Option<String> {
    let phrase = match status {
        200 => "",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritative",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "LengthRequired",
        412 => "PreconditionFailed",
        413 => "ContentTooLarge",
        415 => "UnsupportedMediaType",
        422 => "UnprocessableContent",
        423 => "Locked",
        424 => "FailedDependency",
        425 => "TooEarly",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        451 => "UnavailableForLegalReasons",
        500 => "InternalServer",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        507 => "InsufficientStorage",
        _ => return None,
    };
    Some(phrase.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(status: &str, others: &[&str]) -> String {
        let others: Vec<String> = others.iter().map(|status| (*status).to_owned()).collect();
        response("PetsAdd", status, others.iter())
    }

    #[test]
    fn a_response_is_named_by_the_meaning_of_its_status() {
        let several = ["200", "201", "404"];
        for (status, others, expected) in [
            ("200", &["200", "404"][..], "PetsAddResponse"),
            ("201", &["201"], "PetsAddResponse"),
            ("200", &several, "PetsAddResponse"),
            ("201", &several, "PetsAddResponseCreated"),
            ("404", &several, "PetsAddNotFoundError"),
            ("500", &several, "PetsAddInternalServerError"),
            ("418", &several, "PetsAddClientError"),
            ("5XX", &several, "PetsAddServerError"),
            ("default", &several, "PetsAddError"),
            ("default", &["default", "404"], "PetsAddResponse"),
        ] {
            assert_eq!(named(status, others), expected);
        }
    }

    #[test]
    fn a_number_at_the_end_of_a_name_is_replaced() {
        for (name, expected) in [
            ("PetsAddResponse200", Some("PetsAddResponse")),
            ("PetsAddResponse409", Some("PetsAddConflictError")),
            ("Response404", None),
            ("PetsAddResponse2", None),
            ("Error404", None),
        ] {
            assert_eq!(without_number(name).as_deref(), expected, "{name}");
        }
    }
    #[test]
    fn an_error_response_that_is_called_by_its_number_has_its_meaning() {
        for (name, expected) in [
            ("404", Some("NotFoundError")),
            ("500", Some("InternalServerError")),
            ("418", Some("ClientError")),
            ("200", None),
            ("40x", None),
            ("4040", None),
        ] {
            assert_eq!(only_number(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_name_of_a_nested_type_begins_with_that_of_its_response() {
        for (name, expected) in [
            (
                "PetsAddResponse200Kind",
                Some(("PetsAddResponse200", "Kind")),
            ),
            (
                "PetsAddResponse200kind",
                Some(("PetsAddResponse200", "kind")),
            ),
            ("PetsAddResponse200", None),
            ("PetsAddResponse2000", None),
            ("PetsAddResponse2Kind", None),
            ("Response200Kind", None),
        ] {
            assert_eq!(inside(name), expected, "{name}");
        }
    }
}
