//! Requests in the format of the fixtures, normalized so that irrelevant order is ignored.

use std::collections::BTreeMap;

use httpmock::prelude::HttpMockRequest;
use serde::Deserialize;
use serde_json::Value;

/// The base URL of the API.
pub(crate) const BASE: &str = "/v1.3";

/// Headers that are not compared: they describe the calling program or the transfer of the body, or
/// have a different value for each call.
const OTHER_HEADERS: [&str; 7] = [
    "accept",
    "accept-encoding",
    "content-length",
    "host",
    "idempotency-key",
    "transfer-encoding",
    "user-agent",
];

/// A sent request. Parameters and parts of the same name keep their order.
#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, Vec<String>>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Value>,
    pub(crate) parts: BTreeMap<String, Vec<Part>>,
}

/// A part of a form.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Part {
    name: String,
    filename: Option<String>,
    r#type: Option<String>,
    text: String,
}

/// A request in the format of the fixtures.
#[derive(Deserialize)]
struct Recorded {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    #[serde(default)]
    parts: Vec<Part>,
}

impl Request {
    /// Reads a request of a fixture.
    pub(crate) fn recorded(request: &Value) -> Self {
        let request = Recorded::deserialize(request).expect("fixtures have one form");
        Self {
            method: request.method,
            path: request.path,
            query: by_name(request.query),
            headers: request.headers,
            body: request.body,
            parts: by_name(named(request.parts)),
        }
    }

    /// Reads a request as received.
    pub(crate) async fn received(request: &HttpMockRequest) -> Self {
        let uri = request.uri();
        let path = uri.path().strip_prefix(BASE).expect("below the base");
        let mut headers: BTreeMap<_, _> = request.headers_vec().iter().cloned().collect();
        headers.retain(|name, _| !OTHER_HEADERS.contains(&name.as_str()));
        let media_type = headers.get_mut("content-type");
        let boundary = media_type.and_then(|value| {
            let boundary = multer::parse_boundary(&*value).ok();
            value.truncate(value.find(';').unwrap_or(value.len()));
            boundary
        });
        let (body, parts) = match boundary {
            Some(boundary) => (None, parts(request.body_ref(), boundary).await),
            None => (json(request.body_ref()), Vec::new()),
        };
        Self {
            method: request.method_str().to_owned(),
            path: path.to_owned(),
            query: by_name(request.query_params()),
            headers,
            body,
            parts: by_name(named(parts)),
        }
    }
}

fn by_name<T>(pairs: Vec<(String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut groups = BTreeMap::<_, Vec<T>>::new();
    for (name, value) in pairs {
        groups.entry(name).or_default().push(value);
    }
    groups
}

fn named(parts: Vec<Part>) -> Vec<(String, Part)> {
    let pair = |part: Part| (part.name.clone(), part);
    parts.into_iter().map(pair).collect()
}

fn json(body: &[u8]) -> Option<Value> {
    let read = || serde_json::from_slice(body).expect("a body that is no form is JSON");
    (!body.is_empty()).then(read)
}

async fn parts(body: &[u8], boundary: String) -> Vec<Part> {
    let mut form = multer::Multipart::with_reader(body, boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.expect("a form of several parts") {
        parts.push(Part {
            name: field.name().expect("parts have names").to_owned(),
            filename: field.file_name().map(str::to_owned),
            r#type: field.content_type().map(ToString::to_string),
            text: field.text().await.expect("the files are texts"),
        });
    }
    parts
}
