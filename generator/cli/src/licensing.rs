//! The parts of licensing that only a person can do.

use std::path::Path;

use generator::license::{LICENSES, License};
use generator::output::license_files;
use generator::package::licenses;
use generator::{Config, visible};

use crate::shell::shown;

/// Returns lines about a missing license, license texts that a person has to supply, and license
/// files that the settings do not name.
pub(crate) fn described(config: &Config, out: &Path) -> Vec<(String, String)> {
    let Some(expression) = &config.package.license else {
        let what = "the settings have no license, which `cargo publish` requires: set `license` \
                    under `[crate]` in `codegen.toml`";
        return vec![("Note:".to_owned(), what.to_owned())];
    };
    let named = licenses(expression);
    let files = license_files(out);
    let is_known = |path: &Path| LICENSES.iter().any(|license| path.ends_with(license.file));
    let has_others = files.iter().any(|path| !is_known(path));
    let unknown = named.iter().filter(|name| License::of(name).is_none());
    let missing = unknown.filter(|_| !has_others).map(|name| {
        let file = shown(&out.join("LICENSE"));
        (
            "Note:",
            format!(
                "the text of `{}` is missing: write it to {file}",
                visible(name)
            ),
        )
    });
    let left = LICENSES.iter().filter(|license| {
        let is_there = files.iter().any(|path| path.ends_with(license.file));
        is_there && !named.contains(&license.identifier)
    });
    let left = left.map(|license| {
        let file = shown(&out.join(license.file));
        let name = license.identifier;
        (
            "Keeping",
            format!("{file}, although `[crate]` does not name `{name}`"),
        )
    });
    let lines = missing.chain(left);
    lines.map(|(verb, what)| (verb.to_owned(), what)).collect()
}
