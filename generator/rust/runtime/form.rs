//! `multipart/form-data` bodies.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use http::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, multipart};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::error::RequestError;
use super::platform;
use super::pulse::Pulse;
use super::upload::Upload;
use super::write::{self, Write};

/// A `multipart/form-data` body. Fields are sent in the order in which they are added.
///
/// Operations with documented fields build the form themselves. Operations without documented
/// fields take a `Form` argument. A form can be sent more than once, unless it contains a file that
/// can be read only once.
#[derive(Clone, Default)]
pub struct Form {
    parts: Vec<(Name, Part)>,
    /// The error of the first value that cannot be sent.
    error: Option<String>,
}

type Name = Cow<'static, str>;

#[derive(Clone)]
enum Part {
    Text(String),
    Json(String),
    File(Upload),
}

impl Form {
    /// Creates an empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value. A scalar is sent as text, an object as JSON, and a list as one part for each
    /// item. Absent values and `null` are not sent.
    ///
    /// If the value cannot be serialized as JSON, sending the form returns
    /// [`Error::InvalidRequest`](super::Error::InvalidRequest).
    #[must_use]
    pub fn field<T: Serialize + ?Sized>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: &T,
    ) -> Self {
        let name = name.into();
        let added = to_raw_value(value).and_then(|value| self.add(&name, &value));
        self.note(&name, added);
        self
    }

    /// Adds a value of any type as one JSON part. An absent value is not sent.
    ///
    /// If the value cannot be serialized as JSON, sending the form returns
    /// [`Error::InvalidRequest`](super::Error::InvalidRequest).
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: &T,
    ) -> Self {
        let name = name.into();
        let added = serde_json::to_string(value).map(|text| self.add_json(&name, text));
        self.note(&name, added);
        self
    }

    /// Adds a value of an API type like [`field`](Self::field). Read-only properties are not sent,
    /// as in JSON bodies.
    #[allow(dead_code, reason = "an API may have no forms")]
    #[must_use]
    pub(crate) fn part(mut self, name: &'static str, value: &dyn Write) -> Self {
        let name = Name::Borrowed(name);
        match write::to_json(value) {
            Ok(text) => {
                let added = RawValue::from_string(text).and_then(|value| self.add(&name, &value));
                self.note(&name, added);
            }
            Err(error) => self.note(&name, Err(error)),
        }
        self
    }

    /// Adds a value of an API type like [`json`](Self::json). Read-only properties are not sent, as
    /// in JSON bodies.
    #[allow(dead_code, reason = "an API may have no forms")]
    #[must_use]
    pub(crate) fn json_part(mut self, name: &'static str, value: &dyn Write) -> Self {
        let name = Name::Borrowed(name);
        let added = write::to_json(value).map(|text| self.add_json(&name, text));
        self.note(&name, added);
        self
    }

    /// Adds the files of an `Option` or a list, each as a part with this name.
    #[must_use]
    pub fn files<'a>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        files: impl IntoIterator<Item = &'a Upload>,
    ) -> Self {
        let name = name.into();
        let parts = files
            .into_iter()
            .map(|file| (name.clone(), Part::File(file.clone())));
        self.parts.extend(parts);
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, name: impl Into<Cow<'static, str>>, file: &Upload) -> Self {
        self.files(name, [file])
    }

    /// Sets a value, replacing all values with the same name.
    pub(super) fn replace(&mut self, name: &str, value: &Value) {
        self.parts.retain(|(other, _)| other != name);
        *self = std::mem::take(self).field(name.to_owned(), value);
    }

    /// Keeps the first error.
    fn note(&mut self, name: &Name, added: Result<(), impl Display>) {
        if let Err(cause) = added {
            let message = || format!("the field `{name}` cannot be sent in a form: {cause}");
            self.error.get_or_insert_with(message);
        }
    }

    /// Returns `true` if the form has no field.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Returns the form, or the error of the first value that cannot be sent.
    pub(super) fn checked(&self) -> Result<Self, RequestError> {
        match &self.error {
            Some(message) => Err(RequestError::unnamed(message)),
            None => Ok(self.clone()),
        }
    }

    /// Adds JSON as one part. `null` is omitted.
    fn add_json(&mut self, name: &Name, text: String) {
        if text != "null" {
            self.parts.push((name.clone(), Part::Json(text)));
        }
    }

    fn add(&mut self, name: &Name, value: &RawValue) -> serde_json::Result<()> {
        if value.get().starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(value.get())?;
            for item in items {
                self.add_one(name, item)?;
            }
            return Ok(());
        }
        self.add_one(name, value)
    }

    fn add_one(&mut self, name: &Name, value: &RawValue) -> serde_json::Result<()> {
        let text = value.get();
        let part = match text.as_bytes().first() {
            Some(b'"') => Part::Text(serde_json::from_str(text)?),
            Some(b'[' | b'{') => Part::Json(text.to_owned()),
            _ if text == "null" => return Ok(()),
            _ => Part::Text(text.to_owned()),
        };
        self.parts.push((name.clone(), part));
        Ok(())
    }

    /// Returns `true` if the content of all files can still be read.
    pub(super) fn is_unread(&self) -> bool {
        self.parts.iter().all(|(_, part)| match part {
            Part::File(file) => file.is_unread(),
            Part::Text(_) | Part::Json(_) => true,
        })
    }

    /// Opens the files, for one attempt.
    pub(super) async fn open(&self, pulse: &Pulse) -> Result<OpenForm, RequestError> {
        if let Some(message) = &self.error {
            return Err(RequestError::unnamed(message));
        }
        if self.parts.is_empty() {
            return Ok(OpenForm(None));
        }
        let mut form = platform::form();
        for (name, part) in &self.parts {
            let part = match part {
                Part::Text(text) => multipart::Part::text(text.clone()),
                // A browser cannot set the media type of text parts.
                Part::Json(text) => {
                    let json = multipart::Part::bytes(text.clone().into_bytes());
                    of_type(json, "application/json")?
                }
                Part::File(file) => file_part(name, file, pulse).await?,
            };
            form = form.part(one_line(name).replace('"', "%22"), part);
        }
        Ok(OpenForm(Some(form)))
    }
}

impl fmt::Debug for Form {
    /// Shows the names of the fields and the lengths of their values, but not the values.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("fields", &Fields(&self.parts))
            .field("error", &self.error)
            .finish()
    }
}

/// The fields of a form, for `Debug`.
struct Fields<'a>(&'a [(Name, Part)]);

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let fields = self.0.iter().map(|(name, part)| (name, part));
        f.debug_map().entries(fields).finish()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Json(text) => write!(f, "{} bytes", text.len()),
            Self::File(file) => file.fmt(f),
        }
    }
}

/// A form whose files are open. `None` for a form without parts.
pub(super) struct OpenForm(Option<multipart::Form>);

impl OpenForm {
    /// Sets the form as the body of a request.
    pub(super) fn add_to(self, request: RequestBuilder) -> RequestBuilder {
        match self.0 {
            Some(form) => request.multipart(form),
            // For an empty form, `reqwest` would send no body.
            None => request
                .header(CONTENT_TYPE, "multipart/form-data; boundary=end")
                .body("--end--\r\n"),
        }
    }
}

async fn file_part(
    name: &str,
    file: &Upload,
    pulse: &Pulse,
) -> Result<multipart::Part, RequestError> {
    let part = platform::part(file.open(pulse).await?).await?;
    let part = part.file_name(one_line(file.name().unwrap_or(name)));
    of_type(part, file.media_type(None))
}

fn of_type(part: multipart::Part, media_type: &str) -> Result<multipart::Part, RequestError> {
    let refuse = || format!("`{media_type}` is not a media type");
    // A quoted parameter may contain characters that are not allowed in a header.
    HeaderValue::from_str(media_type).map_err(|cause| RequestError::caused(refuse(), cause))?;
    part.mime_str(media_type)
        .map_err(|cause| RequestError::caused(refuse(), cause))
}

/// Percent-encodes control characters such as line breaks, which are not allowed in the header of a
/// part.
fn one_line(name: &str) -> String {
    let mut line = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_control() {
            line.push_str(&format!("%{:02X}", u32::from(character)));
        } else {
            line.push(character);
        }
    }
    line
}
