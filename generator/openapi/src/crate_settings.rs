//! The settings of the generated crate that programs can notice. `openapi.json` contains them beside
//! the document, so that drift can compare them.

use std::num::NonZeroU32;

use pages::marker::{RUST_VERSION_KEY, TIMEOUT_KEY};
use serde_json::{Map, Value};

use crate::Config;
use crate::config::TIMEOUT;
use crate::package::RUST_VERSION;

/// The settings of a generated crate that programs can notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrateSettings {
    /// The minimum Rust version.
    pub rust_version: String,
    /// The default timeout of each attempt of a call, in seconds.
    pub timeout: NonZeroU32,
}

impl Default for CrateSettings {
    fn default() -> Self {
        Self {
            rust_version: RUST_VERSION.to_owned(),
            timeout: TIMEOUT,
        }
    }
}

impl From<&Config> for CrateSettings {
    fn from(config: &Config) -> Self {
        Self {
            rust_version: config.rust_version().to_owned(),
            timeout: config.client.timeout(),
        }
    }
}

impl CrateSettings {
    /// Reads the settings from a merged document. Settings that it does not contain are defaults.
    pub(crate) fn read(document: &Value) -> Self {
        let default = Self::default();
        let timeout = document[TIMEOUT_KEY].as_u64();
        let timeout = timeout.and_then(|seconds| u32::try_from(seconds).ok());
        Self {
            rust_version: match document[RUST_VERSION_KEY].as_str() {
                Some(version) => version.to_owned(),
                None => default.rust_version,
            },
            timeout: timeout.and_then(NonZeroU32::new).unwrap_or(default.timeout),
        }
    }

    /// Writes the settings into a merged document, except for defaults. These are the generator's,
    /// whose changes are not those of the API.
    pub(crate) fn write(&self, document: &mut Map<String, Value>) {
        let default = Self::default();
        if self.rust_version != default.rust_version {
            let version = self.rust_version.as_str().into();
            document.insert(RUST_VERSION_KEY.to_owned(), version);
        }
        if self.timeout != default.timeout {
            document.insert(TIMEOUT_KEY.to_owned(), self.timeout.get().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_are_written_are_read_and_defaults_are_not_written() {
        let settings = CrateSettings {
            rust_version: "1.95".to_owned(),
            timeout: NonZeroU32::new(60).expect("not zero"),
        };
        for (settings, keys) in [(settings, 2), (CrateSettings::default(), 0)] {
            let mut document = Map::new();
            settings.write(&mut document);
            assert_eq!(document.len(), keys);
            assert_eq!(CrateSettings::read(&Value::Object(document)), settings);
        }
    }
}
