//! The baseline of the comparison: a handwritten `GET /assets` call with reqwest and serde.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A page of assets.
#[derive(Debug, Deserialize)]
pub struct AssetList {
    /// The assets on the page.
    #[serde(default)]
    pub data: Vec<Asset>,
    /// The pagination properties.
    pub page_info: Option<PageInfo>,
}

/// An uploaded file.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct Asset {
    #[serde(rename = "_id")]
    pub id: Option<String>,
    pub method: Option<Method>,
    pub status: Option<Status>,
    pub filename: Option<String>,
    pub file_type: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub user_metadata: HashMap<String, Option<Metadata>>,
    pub source: Option<Source>,
    pub hls: Option<Hls>,
    pub thumbnail: Option<Thumbnail>,
    pub technical_metadata: Option<TechnicalMetadata>,
    pub size: Option<i64>,
    pub duration: Option<f64>,
    pub error: Option<Failure>,
}

/// A value of the user metadata of an asset.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "JSON's own types")]
pub enum Metadata {
    Integer(i64),
    Boolean(bool),
    Number(f64),
    String(String),
    List(Vec<String>),
}

/// The source of an asset.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct Source {
    pub r#type: Option<String>,
    pub details: Option<HashMap<String, String>>,
}

/// The HLS stream of an asset.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct Hls {
    pub manifest_url: Option<String>,
    pub status: Option<Status>,
}

/// The thumbnail of an asset.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct Thumbnail {
    pub representative_url: Option<String>,
    pub status: Option<Status>,
}

/// The technical metadata of an asset.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct TechnicalMetadata {
    pub file_size_bytes: Option<i64>,
    pub file_mime_type: Option<String>,
    pub file_container_format: Option<String>,
    pub container_creation_time: Option<DateTime<Utc>>,
    #[serde(default)]
    pub video_streams: Vec<VideoStream>,
    pub video_codec: Option<String>,
    pub video_width: Option<i64>,
    pub video_height: Option<i64>,
    pub video_fps: Option<f64>,
    pub video_duration_seconds: Option<f64>,
    pub video_bitrate_bps: Option<i64>,
    #[serde(default)]
    pub audio_streams: Vec<AudioStream>,
    pub audio_codec: Option<String>,
    pub audio_sample_rate: Option<i64>,
    pub audio_channels: Option<i64>,
    pub audio_duration_seconds: Option<f64>,
    pub start_timecode: Option<String>,
    pub timecode_source: Option<String>,
    pub drop_frame: Option<bool>,
    pub image_width: Option<i64>,
    pub image_height: Option<i64>,
    pub image_format: Option<String>,
    pub image_orientation: Option<i64>,
    pub image_color_space: Option<String>,
    pub image_bit_depth: Option<i64>,
    pub is_hdr: Option<bool>,
    pub has_audio: Option<bool>,
    pub has_alpha: Option<bool>,
    pub is_animated: Option<bool>,
    pub total_video_streams: Option<i64>,
    pub total_audio_streams: Option<i64>,
    pub storage_aspect_ratio: Option<f64>,
    pub geospatial_latitude: Option<f64>,
    pub geospatial_longitude: Option<f64>,
    pub geospatial_altitude_meters: Option<f64>,
    pub document_page_count: Option<i64>,
    pub document_pdf_version: Option<String>,
    pub document_page_width_pt: Option<f64>,
    pub document_page_height_pt: Option<f64>,
    pub document_is_tagged: Option<bool>,
    pub document_is_encrypted: Option<bool>,
    pub document_language: Option<String>,
    pub document_title: Option<String>,
    pub document_author: Option<String>,
    pub document_subject: Option<String>,
    pub document_keywords: Option<String>,
    pub document_creator_tool: Option<String>,
    pub document_producer: Option<String>,
    pub document_creation_date: Option<DateTime<Utc>>,
    pub document_modification_date: Option<DateTime<Utc>>,
}

/// A video track.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct VideoStream {
    pub index: Option<i64>,
    pub codec: Option<String>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub fps: Option<f64>,
    pub avg_fps: Option<f64>,
    pub duration_seconds: Option<f64>,
    pub bitrate_bps: Option<i64>,
    pub rotation: Option<i64>,
    pub pixel_aspect_ratio: Option<String>,
    pub display_aspect_ratio: Option<String>,
    pub scan_type: Option<String>,
    pub pixel_format: Option<String>,
    pub bit_depth: Option<i64>,
    pub color_range: Option<String>,
    pub color_transfer: Option<String>,
    pub color_space: Option<String>,
    pub color_primaries: Option<String>,
}

/// An audio track.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct AudioStream {
    pub index: Option<i64>,
    pub codec: Option<String>,
    pub codec_long: Option<String>,
    pub sample_rate: Option<i64>,
    pub bit_depth: Option<i64>,
    pub channels: Option<i64>,
    pub channel_layout: Option<String>,
    pub bitrate_bps: Option<i64>,
    pub language: Option<String>,
    pub duration_seconds: Option<f64>,
}

/// The reason why an asset could not be processed.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct Failure {
    pub message: String,
}

/// The upload method of an asset.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the API's own values")]
pub enum Method {
    Direct,
    Url,
    Multipart,
    Connector,
}

/// The status of an asset.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the API's own values")]
pub enum Status {
    Failed,
    Processing,
    Ready,
}

/// The pagination properties.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "the API's own fields")]
pub struct PageInfo {
    pub limit_per_page: Option<i64>,
    pub page: Option<i64>,
    pub total_page: Option<i64>,
    pub total_results: Option<i64>,
}

/// Lists assets.
///
/// # Errors
///
/// Returns an error if no response is received, its status is not successful, or its body does
/// not have the expected type.
pub async fn list(
    client: &reqwest::Client,
    base_url: &str,
    key: &str,
    page_limit: i64,
) -> reqwest::Result<AssetList> {
    client
        .get(format!("{base_url}/assets"))
        .header("accept", "application/json")
        .header("x-api-key", key)
        .query(&[("page_limit", page_limit)])
        .timeout(std::time::Duration::from_secs(60))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await
}
