//! The call that the client is compared with: what one writes by hand with
//! reqwest and serde for `GET /assets`.

#![forbid(unsafe_code)]

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A page of assets.
#[derive(Debug, Deserialize)]
pub struct AssetList {
    /// The assets on the page.
    #[serde(default)]
    pub data: Vec<Asset>,
    /// Which page it is.
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
}

/// How an asset was uploaded.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the API's own values")]
pub enum Method {
    Direct,
    Url,
}

/// What has become of an asset.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the API's own values")]
pub enum Status {
    Failed,
    Processing,
    Ready,
}

/// Which page it is.
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
/// When there is no answer, it is no success, or it has another form.
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
