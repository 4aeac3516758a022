//! The next version that the changes require, by the rules of cargo: before 1.0.0, the second
//! number has the role of the first one.

use openapi::{Config, CrateSettings};
use semver::{Prerelease, Version};

use super::change::{Change, Effect};

/// The required step of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Nothing changed.
    None,
    /// Programs compile and behave as before.
    Patch,
    /// Programs can use something new, or compile with a deprecation warning.
    Minor,
    /// Some programs no longer compile.
    Major,
}

impl Step {
    fn of(changes: &[Change]) -> Self {
        let step = |change: &Change| match change.effect {
            Effect::Breaking => Self::Major,
            Effect::Deprecated | Effect::Added => Self::Minor,
            Effect::Changed | Effect::Documentation => Self::Patch,
        };
        changes.iter().map(step).max().unwrap_or(Self::None)
    }

    /// Returns the next version after `base`.
    pub(crate) fn after(self, base: &Version) -> Version {
        let (major, minor, patch) = (base.major, base.minor, base.patch);
        let is_draft = !base.pre.is_empty() && self != Self::None;
        // The release of any other pre-release has to be compatible with the previous release.
        let is_first_compatible =
            matches!((major, minor, patch), (0, 0, _) | (0, _, 0) | (_, 0, 0));
        if is_draft && (self < Self::Major || is_first_compatible) {
            return Version::new(major, minor, patch);
        }
        match (self, major, minor) {
            (Self::None, ..) => base.clone(),
            (Self::Major, 0, 0) => Version::new(0, 0, patch + 1),
            (Self::Major, 0, _) => Version::new(0, minor + 1, 0),
            (Self::Major, ..) => Version::new(major + 1, 0, 0),
            (Self::Minor, 1.., _) => Version::new(major, minor + 1, 0),
            _ => Version::new(major, minor, patch + 1),
        }
    }
}

/// Returns `true` if cargo treats the versions as compatible.
pub(crate) fn is_compatible(one: &Version, other: &Version) -> bool {
    let breaking = |version: &Version| match (version.major, version.minor, version.patch) {
        (0, 0, patch) => (0, 0, patch),
        (0, minor, _) => (0, minor, 0),
        (major, ..) => (major, 0, 0),
    };
    breaking(one) == breaking(other)
}

/// The version of the crate, whether it is set, and its settings.
#[derive(Clone, Debug)]
pub struct Configured {
    version: Version,
    is_default: bool,
    settings: CrateSettings,
}

impl Configured {
    /// Returns the settings of the crate.
    pub(super) fn settings(&self) -> &CrateSettings {
        &self.settings
    }
}

impl From<&Config> for Configured {
    fn from(config: &Config) -> Self {
        Self {
            version: config.version(),
            is_default: config.package.version.is_none(),
            settings: config.into(),
        }
    }
}

impl From<Version> for Configured {
    fn from(version: Version) -> Self {
        Self {
            version,
            is_default: false,
            settings: CrateSettings::default(),
        }
    }
}

/// The next version, compared with the configured one.
#[derive(Clone, Debug)]
pub struct Verdict {
    step: Step,
    base: Option<Version>,
    configured: Configured,
}

impl Verdict {
    pub(super) fn new(changes: &[Change], base: Option<Version>, configured: Configured) -> Self {
        Self {
            step: Step::of(changes),
            base,
            configured,
        }
    }

    /// Returns the required step of the version.
    pub fn step(&self) -> Step {
        self.step
    }

    /// Returns the version of the base, if it is known.
    pub fn base(&self) -> Option<&Version> {
        self.base.as_ref()
    }

    /// Returns the version in `codegen.toml`, or the default.
    pub fn configured(&self) -> &Version {
        &self.configured.version
    }

    /// Returns the version and the settings of the crate.
    pub(super) fn settings(&self) -> &Configured {
        &self.configured
    }

    /// Replaces the base and the changes, for the same configured version.
    pub(super) fn count_from(&mut self, base: Option<Version>, changes: &[Change]) {
        self.base = base;
        self.step = Step::of(changes);
    }

    /// Returns the lowest version that the changes allow.
    pub fn next(&self) -> Option<Version> {
        Some(self.step.after(self.base.as_ref()?))
    }

    /// Returns `true` if the configured version is high enough for the changes.
    pub fn is_enough(&self) -> bool {
        match self.next() {
            Some(next) => *self.configured() >= next || self.is_later_draft(),
            None => self.step == Step::None,
        }
    }

    /// Returns `true` unless there is a breaking change without a new major version.
    pub fn is_honest(&self) -> bool {
        self.step < Step::Major || self.is_enough()
    }

    /// A pre-release of a new incompatible version is not required to be compatible with the
    /// previous one.
    fn is_later_draft(&self) -> bool {
        let Some(base) = &self.base else {
            return false;
        };
        let core = |version: &Version| Version {
            pre: Prerelease::EMPTY,
            ..version.clone()
        };
        let is_draft_of_next = self
            .next()
            .is_some_and(|next| core(self.configured()) >= core(&next));
        !self.configured().pre.is_empty() && self.configured() > base && is_draft_of_next
    }

    /// Returns a sentence about the next version, compared with the configured one.
    pub fn sentence(&self) -> String {
        let version = self.configured();
        let configured = match self.configured.is_default {
            false => format!("`codegen.toml` has {version}"),
            true => format!(
                "the version is {version}, the default where `codegen.toml` does not set `crate.version`"
            ),
        };
        match (&self.base, self.next()) {
            _ if self.step == Step::None => "no other version follows".to_owned(),
            (Some(base), Some(next)) if self.is_enough() => {
                format!("{next} or later follows {base}, and {configured}")
            }
            (Some(base), Some(next)) => format!("{next} follows {base}, but {configured}"),
            _ => format!("the version of the base is unknown; {configured}"),
        }
    }

    /// Returns the message of a check that fails because of breaking changes.
    pub fn message(&self) -> String {
        let sentence = self.sentence();
        match self.next() {
            Some(_) => format!("the version is too low for the breaking changes: {sentence}"),
            None => format!("there are breaking changes, and {sentence}"),
        }
    }

    /// Returns advice on setting the next version, if it is known.
    pub fn advice(&self) -> Option<String> {
        let next = self.next()?;
        Some(match self.configured.is_default {
            false => format!("set `crate.version` in `codegen.toml` to {next}"),
            true => format!(
                "set `crate.version` to {next} in a file `codegen.toml` in the folder of the pages"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    #[test]
    fn the_version_that_follows_is_as_cargo_sees_it() {
        for (base, [major, minor, patch]) in [
            ("1.2.3", ["2.0.0", "1.3.0", "1.2.4"]),
            ("0.2.3", ["0.3.0", "0.2.4", "0.2.4"]),
            ("0.0.3", ["0.0.4", "0.0.4", "0.0.4"]),
            ("0.3.0-rc.1", ["0.3.0", "0.3.0", "0.3.0"]),
            ("2.0.0-rc.1", ["2.0.0", "2.0.0", "2.0.0"]),
            ("0.0.3-rc.1", ["0.0.3", "0.0.3", "0.0.3"]),
            ("0.3.1-rc.1", ["0.4.0", "0.3.1", "0.3.1"]),
            ("2.1.0-rc.1", ["3.0.0", "2.1.0", "2.1.0"]),
        ] {
            let base = version(base);
            assert_eq!(Step::Major.after(&base), version(major), "{base}");
            assert_eq!(Step::Minor.after(&base), version(minor), "{base}");
            assert_eq!(Step::Patch.after(&base), version(patch), "{base}");
            assert_eq!(Step::None.after(&base), base);
        }
    }

    #[test]
    fn only_a_breaking_change_needs_another_version() {
        let verdict = |step, base: Option<&str>, configured| Verdict {
            step,
            base: base.map(version),
            configured: version(configured).into(),
        };
        for (step, base, configured, is_honest, is_enough) in [
            (Step::Major, Some("0.1.0"), "0.1.0", false, false),
            (Step::Major, Some("0.1.0"), "0.1.1", false, false),
            (Step::Major, Some("0.1.0"), "0.2.0", true, true),
            (Step::Major, Some("0.1.0"), "1.0.0", true, true),
            (Step::Major, Some("1.0.0"), "1.9.0", false, false),
            (Step::Major, Some("0.1.0"), "0.2.0-alpha.1", true, true),
            (Step::Major, Some("0.1.0"), "0.1.1-alpha.1", false, false),
            (Step::Major, Some("0.2.0-rc.1"), "0.2.0-rc.2", true, true),
            (Step::Major, Some("0.2.0-rc.1"), "0.2.0-rc.1", false, false),
            (Step::Major, Some("0.2.1-rc.1"), "0.2.1-rc.2", false, false),
            (Step::Major, Some("0.2.1-rc.1"), "0.3.0-rc.1", true, true),
            (Step::Major, None, "9.0.0", false, false),
            (Step::Minor, Some("0.1.0"), "0.1.0", true, false),
            (Step::Minor, Some("0.1.0"), "0.1.1", true, true),
            (Step::Patch, None, "0.1.0", true, false),
            (Step::None, Some("0.1.0"), "0.1.0", true, true),
        ] {
            let verdict = verdict(step, base, configured);
            let said = (verdict.is_honest(), verdict.is_enough());
            assert_eq!(said, (is_honest, is_enough), "{verdict:?}");
        }
    }

    #[test]
    fn a_version_that_is_not_set_is_called_the_default() {
        let verdict = |configured| Verdict {
            step: Step::Major,
            base: Some(version("0.1.0")),
            configured,
        };
        let default = verdict(Configured::from(&Config::default()));
        assert_eq!(
            default.sentence(),
            "0.2.0 follows 0.1.0, but the version is 0.1.0, the default where `codegen.toml` does not set \
             `crate.version`"
        );
        let advice =
            "set `crate.version` to 0.2.0 in a file `codegen.toml` in the folder of the pages";
        assert_eq!(default.advice().as_deref(), Some(advice));
        let set = verdict(version("0.1.0").into());
        assert_eq!(
            set.sentence(),
            "0.2.0 follows 0.1.0, but `codegen.toml` has 0.1.0"
        );
    }
}
