//! The locations that a run writes to.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::path::{self, CratePath, Until};
use super::{JOURNAL, STAGING, failed};
use crate::history::released_path;
use pages::license::License;
use pages::marker;
use pages::{Code, Problem};

/// A file that a run can write. Files outside of the crate have no path here: only the command line
/// determines their location.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Target {
    /// A file of the crate.
    File(CratePath),
    /// The merged document, beside the pages.
    Document,
    /// The merged document of the last version, in the same folder.
    Released,
}

impl Target {
    /// Returns the license whose text the file is, if it is a license file of the crate.
    pub(super) fn license(&self) -> Option<&'static License> {
        match self {
            Self::File(path) => License::of_file(Path::new(path.as_str())),
            Self::Document | Self::Released => None,
        }
    }
}

/// The folders of a run.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    crate_folder: PathBuf,
    openapi: PathBuf,
}

impl Layout {
    /// # Errors
    ///
    /// If `crate_folder` is a file.
    pub(super) fn new(crate_folder: &Path, openapi: &Path) -> Result<Self, Problem> {
        if crate_folder.is_file() {
            return Err(Problem::new(
                Code::InvalidOutput,
                format!(
                    "`{}` is a file, but a crate must be a folder",
                    crate_folder.display()
                ),
            )
            .advice("choose a folder with `--out`"));
        }
        Ok(Self {
            crate_folder: crate_folder.to_owned(),
            openapi: openapi.to_owned(),
        })
    }

    pub(super) fn crate_folder(&self) -> &Path {
        &self.crate_folder
    }

    /// Returns the folder for temporary files of a run.
    pub(super) fn staging(&self) -> PathBuf {
        self.crate_folder.join(STAGING)
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.staging().join(JOURNAL)
    }

    /// Returns the target of the merged document.
    pub(super) fn document(&self) -> Target {
        CratePath::of(&self.openapi, &self.crate_folder).map_or(Target::Document, Target::File)
    }

    /// Returns the target of the merged document of the last version.
    pub(super) fn released(&self) -> Target {
        CratePath::of(&released_path(&self.openapi), &self.crate_folder)
            .map_or(Target::Released, Target::File)
    }

    pub(super) fn resolve(&self, target: &Target) -> PathBuf {
        match target {
            Target::File(path) => self.crate_folder.join(path.as_str()),
            Target::Document => self.openapi.clone(),
            Target::Released => released_path(&self.openapi),
        }
    }

    /// Reads the file of a target. Returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// If the path has a symbolic link below the crate's folder, or something other than a file is
    /// in the way.
    pub(super) fn read(&self, target: &Target) -> Result<Option<Vec<u8>>, Problem> {
        if let Target::File(path) = target {
            path::check_folders(path.folders(&self.crate_folder))?;
        }
        path::read_file(&self.resolve(target))
    }

    /// Creates the folders of a target.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub(super) fn create_folders(&self, target: &Target) -> Result<(), Problem> {
        match target {
            Target::File(path) => path::create_folders(path.folders(&self.crate_folder)),
            // The settings were read from their folder, so it exists.
            Target::Document | Target::Released => Ok(()),
        }
    }

    /// Removes the folders that the removal of a target left empty.
    pub(super) fn remove_empty_folders(&self, target: &Target) {
        let Target::File(path) = target else { return };
        let mut folders: Vec<_> = path.folders(&self.crate_folder).collect();
        // Only an empty folder can be removed this way.
        while folders
            .pop()
            .is_some_and(|folder| fs::remove_dir(folder).is_ok())
        {}
    }

    /// Returns `true` if the file of a target can be replaced. Beside the pages, merged documents
    /// are identified by their location. Empty files can always be replaced.
    pub(super) fn may_replace(&self, target: &Target, content: &[u8]) -> bool {
        if let Some(license) = target.license() {
            return content.is_empty() || license.may_be_replaced(content);
        }
        content.is_empty() || !matches!(target, Target::File(_)) || self.is_ours(target, content)
    }

    /// Returns `true` if the content is marked as generated.
    pub(super) fn is_ours(&self, target: &Target, content: &[u8]) -> bool {
        match target {
            Target::File(path) => marker::is_generated(Path::new(path.as_str()), content),
            Target::Document | Target::Released => marker::is_document(content),
        }
    }

    /// Returns the relative path from the crate's folder to that of the merged document, or `None`
    /// if the document is in the crate. It does not change if both are moved.
    ///
    /// # Errors
    ///
    /// If one of the folders cannot be found.
    pub(super) fn document_folder(&self) -> Result<Option<String>, Problem> {
        if self.document() != Target::Document {
            return Ok(None);
        }
        let find = |folder: &Path| {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            folder
                .canonicalize()
                .map_err(|error| failed("find", folder, &error))
        };
        let from = find(&self.crate_folder)?;
        let to = find(self.openapi.parent().unwrap_or(Path::new(".")))?;
        Ok(Some(relative(&from, &to)))
    }
}

/// Returns the relative path from one absolute folder to another, with `/` as the separator.
fn relative(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components());
    let common = common.take_while(|(one, other)| one == other).count();
    let up = from.components().skip(common).map(|_| "..".into());
    let down = to.components().skip(common);
    let down = down.map(|component| component.as_os_str().to_string_lossy());
    let way: Vec<_> = up.chain(down).collect();
    way.join("/")
}

/// Moves a file, even to another file system. In this case, the content is first copied to a file
/// beside `to`, so that `to` is never incomplete.
pub(super) fn move_file(from: &Path, to: &Path, run: &str) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            let draft = to.with_file_name(format!(".{name}.{run}"));
            let content = fs::read(from)?;
            remove_dead_draft(&draft)?;
            path::write_new(&draft, &content, Until::OnDisk)?;
            fs::rename(&draft, to).inspect_err(|_| {
                // This run created the draft above.
                let _ = fs::remove_file(&draft);
            })?;
            fs::remove_file(from)
        }
        result => result,
    }
}

/// Removes the draft of a crashed run, if it is provably one.
fn remove_dead_draft(draft: &Path) -> io::Result<()> {
    let is_file = fs::symlink_metadata(draft).is_ok_and(|metadata| metadata.is_file());
    if is_file && marker::is_generated_in_part(&fs::read(draft)?) {
        fs::remove_file(draft)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_two_folders_is_independent_of_where_both_are() {
        let way = |from, to| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/client", "/a/spec"), "../spec");
        assert_eq!(way("/b/c/client", "/b/c/spec"), "../spec");
        assert_eq!(way("/a/client", "/a/client/.spec"), ".spec");
        assert_eq!(way("/a", "/"), "..");
    }

    #[test]
    fn a_document_in_the_crate_is_a_file_of_the_crate() {
        let layout = |openapi| Layout::new(Path::new("client"), Path::new(openapi)).expect("new");
        let file = |path| CratePath::parse(path).map(Target::File);
        let inside = layout("client/openapi.json");
        assert_eq!(Some(inside.document()), file("openapi.json"));
        assert_eq!(Some(inside.released()), file("released.json"));
        for outside in ["spec/openapi.json", "client/../spec/openapi.json"] {
            assert_eq!(layout(outside).document(), Target::Document);
        }
    }
}
