//! Structured output: sends the schema of a Rust type with the request, and deserializes the text
//! as that type.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::output::{OutputError, OutputMismatch, SchemaError};
use super::schema::{name_of, schema_of};
use super::text::TextStream;
use crate::operations::analyze_async;
use crate::operations::responses::CreateRequest;
use crate::operations::ungrouped::AnalyzeRequest;
use crate::types::{
    AnalyzeResponse, AnalyzeTaskResult, AsyncResponseFormat, AsyncResponseFormatType, FinishReason,
    JsonTextFormat, ResponseObject, ResponseStatus, SyncResponseFormat, TextFormat, TextParam,
};

/// Returns the JSON Schema of a type, in the subset that the API accepts. All properties are
/// required; an `Option` can be `null`. Limits of values that the API does not support are omitted.
///
/// Properties are in alphabetical order, unless the program enables the feature `preserve_order` of
/// `schemars`.
///
/// [`SyncResponseFormat::of`], [`AsyncResponseFormat::of`], and [`JsonTextFormat::of`] create
/// formats with this schema. Use this function to change the schema before it is sent.
///
/// # Errors
///
/// Returns an error if the type or a nested type has no supported schema, like maps and tuples. The
/// error contains the path of that type.
pub fn json_schema<T: JsonSchema>() -> Result<Map<String, Value>, SchemaError> {
    schema_of::<T>()
}

impl SyncResponseFormat {
    /// Creates the format of an analysis whose text is JSON of the type `T`.
    ///
    /// # Errors
    ///
    /// See [`json_schema`].
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaError> {
        json_schema::<T>().map(Self::new)
    }
}

impl AsyncResponseFormat {
    /// Creates the format of an analysis task whose text is JSON of the type `T`.
    ///
    /// # Errors
    ///
    /// See [`json_schema`].
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaError> {
        let schema = json_schema::<T>()?;
        Ok(Self::new(AsyncResponseFormatType::JsonSchema).json_schema(schema))
    }
}

impl JsonTextFormat {
    /// Creates the format of a response whose text is JSON of the type `T`. The name of the schema
    /// is the name of the type.
    ///
    /// # Errors
    ///
    /// See [`json_schema`].
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaError> {
        Ok(Self::new(name_of::<T>(), json_schema::<T>()?))
    }
}

impl AnalyzeRequest {
    /// Sends the request with the schema of `T` as its format, and deserializes the text as `T`.
    ///
    /// To keep the rest of the response, set the format with [`SyncResponseFormat::of`], and read
    /// the response with [`AnalyzeResponse::parse`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// use schemars::JsonSchema;
    /// use serde::Deserialize;
    /// use twelvelabs::{Client, types::VideoContextUrl};
    ///
    /// #[derive(Debug, Deserialize, JsonSchema)]
    /// struct Chapter {
    ///     /// A title of at most five words.
    ///     title: String,
    ///     start_time: f64,
    /// }
    ///
    /// #[derive(Debug, Deserialize, JsonSchema)]
    /// struct Chapters {
    ///     chapters: Vec<Chapter>,
    /// }
    ///
    /// # async fn example() -> Result<(), twelvelabs::extras::OutputError> {
    /// let client = Client::from_env()?;
    /// let video = VideoContextUrl::new("https://example.com/a.mp4");
    /// let request = client.analyze().video(video).prompt("Divide the video into chapters.");
    /// let Chapters { chapters } = request.send_parsed().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`OutputError`].
    pub async fn send_parsed<T: JsonSchema + DeserializeOwned>(self) -> Result<T, OutputError> {
        let request = self.response_format(SyncResponseFormat::of::<T>()?);
        request.send().await?.parse()
    }
}

impl AnalyzeResponse {
    /// Deserializes the JSON text as `T`.
    ///
    /// # Errors
    ///
    /// Returns [`OutputError::Empty`], [`OutputError::Incomplete`] if the text was truncated at its
    /// maximum length, and [`OutputError::Mismatch`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, OutputError> {
        let reason = self.error.as_ref().map(|error| error.message.as_str());
        read(
            self.data.as_deref().unwrap_or_default(),
            self.finish_reason == Some(FinishReason::Length),
            reason,
        )
    }
}

impl analyze_async::tasks::CreateRequest {
    /// Sets the schema of `T` as the format of the result. Deserialize the result with
    /// [`AnalyzeTaskResult::parse`].
    ///
    /// # Errors
    ///
    /// See [`json_schema`].
    pub fn response_format_of<T: JsonSchema>(self) -> Result<Self, SchemaError> {
        Ok(self.response_format(AsyncResponseFormat::of::<T>()?))
    }
}

impl AnalyzeTaskResult {
    /// Deserializes the JSON text as `T`.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use schemars::JsonSchema;
    /// use serde::Deserialize;
    /// use twelvelabs::Client;
    ///
    /// #[derive(Deserialize, JsonSchema)]
    /// struct Summary {
    ///     title: String,
    /// }
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::from_env()?;
    /// let tasks = client.analyze_async().tasks();
    /// let request = tasks.create().prompt("Summarize the video.");
    /// let task = request.response_format_of::<Summary>()?.send().await?;
    /// let task = tasks.wait_until_done(task.task_id).send().await?;
    /// if let Some(result) = &task.result {
    ///     println!("{}", result.parse::<Summary>()?.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`OutputError::Empty`], [`OutputError::Incomplete`] if the text was truncated at its
    /// maximum length, and [`OutputError::Mismatch`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, OutputError> {
        read(&self.data, self.finish_reason == FinishReason::Length, None)
    }
}

impl CreateRequest {
    /// Sends the request with the schema of `T` as the format of its text, and deserializes the
    /// text as `T`.
    ///
    /// To keep the rest of the response, such as its session, set the format with
    /// [`JsonTextFormat::of`], and read the response with [`ResponseObject::parse`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// use schemars::JsonSchema;
    /// use serde::Deserialize;
    /// use twelvelabs::{Client, types::ResponseInputItem};
    ///
    /// #[derive(Debug, Deserialize, JsonSchema)]
    /// struct Beaches {
    ///     names: Vec<String>,
    /// }
    ///
    /// # async fn example() -> Result<(), twelvelabs::extras::OutputError> {
    /// let client = Client::from_env()?;
    /// let input = [ResponseInputItem::new("Which beaches are shown?")];
    /// let request = client.responses().create("knowledge_store_id", input);
    /// let beaches: Beaches = request.send_parsed().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`OutputError`].
    pub async fn send_parsed<T: JsonSchema + DeserializeOwned>(self) -> Result<T, OutputError> {
        let format = TextFormat::JsonSchema(JsonTextFormat::of::<T>()?);
        let request = self.text(TextParam::new().format(format));
        request.send().await?.parse()
    }
}

impl ResponseObject {
    /// Deserializes the JSON text of the response as `T`.
    ///
    /// # Errors
    ///
    /// Returns [`OutputError::Failed`] if the API could not create the response,
    /// [`OutputError::Incomplete`] if its text was truncated, [`OutputError::Empty`], and
    /// [`OutputError::Mismatch`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, OutputError> {
        if self.status == Some(ResponseStatus::Failed) {
            let response = Some(Box::new(self.clone()));
            return Err(OutputError::Failed { response });
        }
        let details = self.incomplete_details.as_ref();
        read(
            &self.output_text(),
            self.status == Some(ResponseStatus::Incomplete),
            details.map(|details| details.reason.as_str()),
        )
    }
}

impl<E> TextStream<E> {
    /// Reads the stream to its end, and deserializes the whole JSON text as `T`.
    ///
    /// # Errors
    ///
    /// See [`next_piece`](Self::next_piece). Also returns [`OutputError::Empty`], and
    /// [`OutputError::Mismatch`] if the text does not deserialize as `T`, for example because it
    /// was truncated.
    pub async fn parse<T: DeserializeOwned>(self) -> Result<T, OutputError> {
        read(&self.collect().await?, false, None)
    }
}

/// Deserializes a JSON text. If `may_be_cut` is `true`, an incomplete text is
/// [`OutputError::Incomplete`].
fn read<T: DeserializeOwned>(
    text: &str,
    may_be_cut: bool,
    reason: Option<&str>,
) -> Result<T, OutputError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let error = match serde_path_to_error::deserialize(&mut json) {
        Ok(value) => match json.end() {
            Ok(()) => return Ok(value),
            Err(error) => (".".to_owned(), error),
        },
        Err(error) => (error.path().to_string(), error.into_inner()),
    };
    Err(failure(text, may_be_cut, reason, error))
}

#[cold]
fn failure(
    text: &str,
    may_be_cut: bool,
    reason: Option<&str>,
    (path, error): (String, serde_json::Error),
) -> OutputError {
    if text.trim().is_empty() && !may_be_cut {
        OutputError::Empty
    } else if may_be_cut && error.is_eof() {
        OutputError::Incomplete {
            reason: reason.map(str::to_owned),
            text: text.to_owned(),
        }
    } else {
        OutputMismatch::new(path, text.to_owned(), error).into()
    }
}
