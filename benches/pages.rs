//! The list pages that the benchmarks request.

use crate::cost::Fallible;
use crate::server::serve;

/// A response of the server of the API.
#[derive(Debug)]
pub struct Page {
    /// The name in the tables.
    pub name: &'static str,
    /// The number of assets.
    pub assets: usize,
    /// The assets have all properties that a video has.
    pub is_full: bool,
    /// The maximum accepted ratio of a call.
    pub goal_of_call: f64,
}

/// The responses. The first has no assets, and the others are compared with it.
pub const PAGES: [Page; 3] = [
    Page {
        name: "no assets",
        assets: 0,
        is_full: false,
        goal_of_call: 1.05,
    },
    Page {
        name: "50 assets",
        assets: 50,
        is_full: false,
        goal_of_call: 1.03,
    },
    Page {
        name: "50 assets with metadata",
        assets: 50,
        is_full: true,
        goal_of_call: 1.03,
    },
];

impl Page {
    /// Serves the page with this name until the process ends.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such page, or the server cannot start.
    pub fn serve(name: &str) -> Fallible<()> {
        let page = PAGES.iter().find(|known| known.name == name);
        let body = page.ok_or("unknown page")?.json().to_string();
        Ok(serve(move |_| body.clone())?)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "data": (0..self.assets).map(|number| self.asset(number)).collect::<Vec<_>>(),
            "page_info": {
                "limit_per_page": 50, "page": 1, "total_page": 1, "total_results": self.assets,
            },
        })
    }

    fn asset(&self, number: usize) -> serde_json::Value {
        let mut asset = serde_json::json!({
            "_id": format!("6298d673f1090f1100476{number:03}"),
            "method": "direct",
            "status": "ready",
            "filename": format!("recording {number}.mp4"),
            "file_type": "video/mp4",
            "created_at": "2024-01-01T00:00:00.123Z",
        });
        if self.is_full {
            let metadata = serde_json::json!({
                "user_metadata": {"project": "harbor", "take": 3, "approved": true},
                "hls": {
                    "manifest_url": "https://media.example.com/recording/manifest.m3u8",
                    "status": "ready",
                },
                "thumbnail": {
                    "representative_url": "https://media.example.com/recording/thumbnail.jpg",
                    "status": "ready",
                },
                "technical_metadata": {
                    "file_size_bytes": 73_400_320,
                    "file_mime_type": "video/mp4",
                    "file_container_format": "mp4",
                    "container_creation_time": "2024-01-01T00:00:00Z",
                    "video_codec": "h264",
                    "video_width": 1920,
                    "video_height": 1080,
                    "video_fps": 29.97,
                    "video_duration_seconds": 61.44,
                    "video_bitrate_bps": 9_500_000,
                    "audio_codec": "aac",
                    "audio_sample_rate": 48_000,
                    "audio_channels": 2,
                    "audio_duration_seconds": 61.4,
                    "is_hdr": false,
                    "has_audio": true,
                    "total_video_streams": 1,
                    "total_audio_streams": 1,
                },
                "size": 73_400_320,
                "duration": 61.44,
            });
            if let (Some(asset), serde_json::Value::Object(metadata)) =
                (asset.as_object_mut(), metadata)
            {
                asset.extend(metadata);
            }
        }
        asset
    }
}
