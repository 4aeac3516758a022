//! The base version of a comparison.

use api::Api;
use openapi::{Committed, CrateSettings};
use pages::marker::COMMAND;
use pages::{Code, Problem};
use semver::Version;

/// A model of an API with a name for reports.
#[derive(Clone, Debug)]
pub struct BaseDocument {
    pub(crate) name: String,
    pub(crate) version: Option<Version>,
    /// The settings of that crate.
    pub(crate) settings: CrateSettings,
    pub(crate) api: Api,
}

impl BaseDocument {
    /// Creates a document. `name`, such as `HEAD`, is shown in reports. `version` is the version of
    /// the crate that was generated from the model, if it is known.
    pub fn new(name: impl Into<String>, version: Option<Version>, api: Api) -> Self {
        Self {
            name: name.into(),
            version,
            settings: CrateSettings::default(),
            api,
        }
    }

    /// Reads the text of an `openapi.json`.
    ///
    /// # Errors
    ///
    /// If it is not a document that `apipages codegen` wrote.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        let document = Committed::read(text).map_err(|reason| {
            Problem::new(
                Code::InvalidBase,
                format!("`{name}` is not a merged document: {reason}"),
            )
            .advice(format!(
                "name a revision or a file with an `openapi.json` that `{COMMAND}` wrote"
            ))
        })?;
        let version = document.version.as_deref();
        let version = version.and_then(|version| Version::parse(version).ok());
        // The run that wrote the document has already reported the warnings.
        let (api, _) = api::lower(&document.tree, &api::Origins::new());
        let mut base = Self::new(name, version, api);
        base.settings = document.settings;
        Ok(base)
    }

    /// Returns the version of the crate that was generated from the document.
    /// Returns `None` for documents of older generators.
    pub fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }

    /// Returns the model.
    pub fn api(&self) -> &Api {
        &self.api
    }
}
