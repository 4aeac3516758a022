//! Reads the input folder. It does not interpret the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fetched::{self, Entry};
use crate::history::RELEASED;
use openapi::{Config, Content, inspect};
use pages::{Code, Problem, Source, SourceFile, Surroundings, encoding, ending, limits, size};

/// The file beside `pages/` that lists the pages that the project has written.
pub const OWN_PAGES: &str = "own-pages.txt";

/// Extensions of files that can contain pages or specifications.
const PAGE_ENDINGS: [&str; 6] = ["md", "mdx", "txt", "yaml", "yml", "json"];

/// Reads `folder`, which has the layout of `spec/` (pages in `pages/`, with `codegen.toml` and
/// `overlay.yaml` beside it) or only contains pages. A file is treated as a folder with one page
/// file.
///
/// # Errors
///
/// If there is no such folder or file, it contains no page, a file cannot be read, or the settings
/// or the overlay are not UTF-8.
pub fn read(folder: &Path) -> Result<Source, Problem> {
    if folder.is_file() {
        let beside = folder.parent().unwrap_or(folder);
        return Ok(Source {
            pages: vec![read_file(beside, folder, None)?],
            ..Source::default()
        });
    }
    if !folder.is_dir() {
        return Err(Problem::new(
            Code::NoInput,
            format!("there is no folder `{}`", folder.display()),
        )
        .advice(
            "name a folder of pages, a folder with `pages/` and `codegen.toml`, or a file of pages",
        ));
    }
    let pages_folder = if folder.join("pages").is_dir() && !holds_bare_pages(folder) {
        folder.join("pages")
    } else {
        folder.to_owned()
    };
    let mut paths = Vec::new();
    collect_pages(&pages_folder, &mut paths)?;
    let fetched = fetched::entries(&pages_folder)?;
    let mut pages = paths
        .iter()
        .map(|path| read_file(folder, path, fetched.get(&relative(&pages_folder, path))))
        .collect::<Result<Vec<_>, Problem>>()?;
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    if pages.is_empty() {
        return Err(no_pages(&pages_folder));
    }
    Ok(Source {
        pages,
        ..read_settings(folder)?
    })
}

/// Reads the files of `folder` other than its pages.
///
/// # Errors
///
/// If a file cannot be read, or is not UTF-8.
pub fn read_settings(folder: &Path) -> Result<Source, Problem> {
    Ok(Source {
        pages: Vec::new(),
        config: read_optional(folder, "codegen.toml")?,
        overlay: read_optional(folder, "overlay.yaml")?,
        // An unreadable document is reported when it is written again.
        released: read_optional(folder, RELEASED).ok().flatten(),
        surroundings: Surroundings::default(),
    })
}

/// Reads the document of the last version beside the file `openapi`, where crates of bare pages
/// keep it. Returns `None` if there is no readable one.
pub fn read_released(openapi: &Path) -> Option<Arc<SourceFile>> {
    // An unreadable document is reported when it is written again.
    read_optional(openapi.parent()?, RELEASED).ok().flatten()
}

/// Returns `true` if `folder` has the layout of `spec/`. Otherwise, it is a folder of bare pages,
/// which is never written to.
pub fn is_laid_out(folder: &Path) -> bool {
    folder.join("codegen.toml").is_file()
}

/// Returns `true` if `folder` directly contains pages, instead of having a folder `pages`.
pub fn holds_bare_pages(folder: &Path) -> bool {
    !is_laid_out(folder) && has_pages(folder)
}

/// Reads the settings in `folder`, or returns the defaults if it has none.
///
/// # Errors
///
/// If `codegen.toml` cannot be read or is not valid.
pub fn read_config(folder: &Path) -> Result<Config, Problem> {
    match read_optional(folder, "codegen.toml")? {
        Some(file) => Config::parse(&file),
        None => Ok(Config::default()),
    }
}

/// Returns `true` if pages are in `folder` itself.
fn has_pages(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| !path.ends_with(OWN_PAGES))
        .filter(|path| path.is_file() && ["md", "mdx", "txt"].contains(&ending(path).as_str()))
        .any(|path| !is_about_the_folder(folder, &path))
}

/// Returns `true` if a file is a README without a specification, which describes a folder of any kind.
fn is_about_the_folder(folder: &Path, path: &Path) -> bool {
    let is_readme = path
        .file_stem()
        .is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    let is_words = |file: Arc<SourceFile>| matches!(inspect(&file), Ok(Content::Words(_)));
    is_readme && read_file(folder, path, None).is_ok_and(is_words)
}

fn no_pages(folder: &Path) -> Problem {
    Problem::new(
        Code::NoPage,
        format!("`{}` contains no page", folder.display()),
    )
    .advice(format!(
        "put the exported pages there, in files with the extension {}",
        PAGE_ENDINGS.map(|ending| format!(".{ending}")).join(", ")
    ))
}

/// Collects the pages in `folder` and its subfolders, without hidden files and folders.
fn collect_pages(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Problem> {
    if !folder.is_dir() {
        return Err(no_pages(folder));
    }
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            // A link to a folder could form a cycle.
            if !path.is_symlink() {
                collect_pages(&path, found)?;
            }
        } else if PAGE_ENDINGS.contains(&ending(&path).as_str()) {
            found.push(path);
        }
    }
    Ok(())
}

fn read_optional(folder: &Path, name: &str) -> Result<Option<Arc<SourceFile>>, Problem> {
    let path = folder.join(name);
    if !path.exists() {
        return Ok(None);
    }
    let file = read_file(folder, &path, None)?;
    size::check_file(&file)?;
    encoding::check(&file)?;
    Ok(Some(file))
}

/// Reads a file. `fetched` is its record, if it was fetched.
fn read_file(
    folder: &Path,
    path: &Path,
    fetched: Option<&Entry>,
) -> Result<Arc<SourceFile>, Problem> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    // A pipe can block forever, and a device can have no end.
    if !metadata.is_file() {
        let error = std::io::Error::other("it is not a regular file");
        return Err(unreadable(path, &error));
    }
    let name = relative(folder, path);
    let shown = path.display().to_string();
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if limits::FILE_SIZE.is_exceeded(length) {
        return Ok(SourceFile::too_large(shown, name));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let file = SourceFile::decode(shown, name, &bytes);
    Ok(match fetched.and_then(|entry| entry.fetch_of(&bytes)) {
        Some(fetch) => file.fetched(fetch),
        None => file,
    })
}

/// Returns the path of a file relative to a folder, with `/` on every system.
fn relative(folder: &Path, path: &Path) -> String {
    let names = path.strip_prefix(folder).unwrap_or(path).components();
    let names = names.map(|name| name.as_os_str().to_string_lossy());
    names.collect::<Vec<_>>().join("/")
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        Code::UnreadableFile,
        format!("cannot read `{}`: {error}", path.display()),
    )
    .advice("check that the file exists, and that you have permission to read it")
}
