//! `apipages bench`: measures the stages of the pipeline and their memory, and compares the whole
//! command with another generator. Absolute times depend on the machine; compare the shares and the
//! ratio.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use generator::{Code, SourceFile, Stage};

use crate::shell::{Failure, count, print};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of pages, folder with `pages/` and `codegen.toml`, or file of pages
    #[arg(long, value_name = "PATH")]
    spec: PathBuf,
    /// Number of runs; the median is printed
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Number of copies of the pages to read, each as a separate API
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    copies: u16,
    /// Path of the program to compare with: `cargo-progenitor` or `openapi-to-rust`
    #[arg(long, value_name = "PROGRAM")]
    against: Option<PathBuf>,
    /// Generate once, and print only the peak memory of the process, in bytes
    #[arg(long, hide = true)]
    peak: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut source = generator::read(&arguments.spec)?;
    source.pages = (0..arguments.copies)
        .flat_map(|number| source.pages.iter().map(move |page| copy(page, number)))
        .collect();
    if arguments.peak {
        generator::generate(&source)?;
        if let Some(peak) = peak() {
            print(&format!("{peak}\n"))?;
        }
        return Ok(());
    }
    let mut laps: Vec<Vec<Duration>> = vec![Vec::new(); Stage::ALL.len()];
    let mut totals = Vec::new();
    let mut pages = 0;
    for _ in 0..arguments.runs {
        let start = Instant::now();
        let mut last = start;
        let output = generator::generate_observed(&source, &mut |stage| {
            let now = Instant::now();
            if let Some(index) = Stage::ALL.iter().position(|known| *known == stage) {
                laps[index].push(now - last);
            }
            last = now;
        })?;
        totals.push(start.elapsed());
        pages = output.report.pages;
    }
    let total = median(&mut totals);
    let mut table = format!(
        "{}, median of {}\n",
        count(pages, "page"),
        count(arguments.runs.into(), "run")
    );
    for (stage, laps) in Stage::ALL.iter().zip(&mut laps) {
        let lap = median(laps);
        let share = 100.0 * lap.as_secs_f64() / total.as_secs_f64();
        let (name, time) = (stage.name(), milliseconds(lap));
        table += &format!("{name:>10} {time:>9.2} ms {share:>5.1} %\n");
    }
    table += &format!("{:>10} {:>9.2} ms\n", "total", milliseconds(total));
    if let Some(peak) = peak_of_one_run(arguments) {
        table += &format!("{:>10} {:>9.2} MB\n", "memory", peak as f64 / 1e6);
    }
    print(&table)?;
    match &arguments.against {
        Some(program) => compare(program, arguments),
        None => Ok(()),
    }
}

/// Returns the peak memory of a process that generates once, in bytes.
fn peak_of_one_run(arguments: &Arguments) -> Option<u64> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.args(["bench", "--peak", "--copies", &arguments.copies.to_string()]);
    let output = command.arg("--spec").arg(&arguments.spec).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Returns the peak memory of this process in bytes, on Linux.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = peak.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Measures `apipages codegen` and another generator alternately. The first reads the pages, the
/// second reads the merged document. For progenitor, the document has only supported operations.
fn compare(program: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let io = |error: std::io::Error| {
        Failure::check(
            Code::ProgramFailed,
            format!("cannot run the comparison: {error}"),
            "install cargo-progenitor or openapi-to-rust, and pass the path of its program",
        )
    };
    let folder = tempfile::tempdir().map_err(io)?;
    let folder = folder.path();
    let document = folder.join("openapi.json");
    let output = generator::generate(&generator::read(&arguments.spec)?)?;
    let mut other = Command::new(program);
    let name = if program.ends_with("openapi-to-rust") {
        fs::write(&document, &output.openapi).map_err(io)?;
        other.arg("generate").arg(&document).arg("--output-dir");
        "openapi-to-rust"
    } else {
        fs::write(&document, carried_document(&output.openapi)?).map_err(io)?;
        other.args(["progenitor", "--name", "other", "--version", "0.1.0"]);
        other.arg("--input").arg(&document).arg("--output");
        "progenitor"
    };
    let folders = ["own", "other"].map(|name| folder.join(name));
    other.arg(&folders[1]);
    let mut own = Command::new(std::env::current_exe().map_err(io)?);
    own.args(["codegen", "--quiet", "--spec"])
        .arg(&arguments.spec)
        .arg("--out")
        .arg(&folders[0]);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..arguments.runs {
        for (command, times) in [&mut own, &mut other].into_iter().zip(&mut times) {
            let start = Instant::now();
            let output = command.output().map_err(io)?;
            times.push(start.elapsed());
            if !output.status.success() {
                return Err(Failure::check(
                    Code::ProgramFailed,
                    format!("{command:?} failed"),
                    String::from_utf8_lossy(&output.stderr).into_owned(),
                ));
            }
        }
        // An unchanged run of `codegen` would return immediately.
        for folder in &folders {
            fs::remove_dir_all(folder).map_err(io)?;
        }
    }
    let [own, other] = times.map(|mut times| milliseconds(median(&mut times)));
    print(&format!(
        "{:>10} {own:>9.2} ms, whole command\n{name:>10} {other:>9.2} ms, ratio {:.2}\n",
        "codegen",
        own / other
    ))
}

/// Media types of bodies that progenitor supports.
const CARRIED: [&str; 4] = [
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "text/plain",
];

/// Returns a merged document with only the operations that progenitor supports.
fn carried_document(openapi: &str) -> Result<String, Failure> {
    let mut document: serde_json::Value = serde_json::from_str(openapi).map_err(|error| {
        Failure::check(
            Code::ProgramFailed,
            error.to_string(),
            "report this as a defect",
        )
    })?;
    let items = document["paths"].as_object_mut().into_iter().flatten();
    for item in items.filter_map(|(_, item)| item.as_object_mut()) {
        item.retain(|_, operation| {
            let content = operation["requestBody"]["content"].as_object();
            let mut media_types = content.into_iter().flat_map(serde_json::Map::keys);
            media_types.all(|name| CARRIED.contains(&name.as_str()))
        });
    }
    Ok(document.to_string())
}

/// Returns a page of the same size that describes a different operation with different schemas.
fn copy(page: &SourceFile, number: u16) -> Arc<SourceFile> {
    match number {
        0 => SourceFile::new(page.name(), page.text()),
        _ => SourceFile::new(
            &format!("copy{number}/{}", page.name()),
            &copied(page.text(), number),
        ),
    }
}

/// Returns the text of a copied page: with another group, another path, and other names of schemas.
fn copied(text: &str, number: u16) -> String {
    let group = format!("version: endpoint_copy{number}/");
    let text = text.replace("version: endpoint_", &group).replace(
        "#/components/schemas/",
        &format!("#/components/schemas/Copy{number}"),
    );
    let mut path = text.lines().skip_while(|line| *line != "paths:").skip(1);
    let path = path.next().map(|line| line.trim().trim_end_matches(':'));
    let path = path.unwrap_or_default().to_owned();
    let mut is_schemas = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let content = line.trim_end();
        is_schemas = content == "  schemas:"
            || (is_schemas && (content.is_empty() || content.starts_with("    ")));
        if let Some(start) = content.strip_suffix(&path)
            && start.contains("://")
        {
            return format!("{start}/copy{number}{path}\n");
        }
        if line.starts_with("  /") {
            return line.replacen('/', &format!("/copy{number}/"), 1);
        }
        match line.strip_prefix("    ") {
            Some(name) if is_schemas && !name.starts_with([' ', '\n']) => {
                format!("    Copy{number}{name}")
            }
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

fn median(durations: &mut [Duration]) -> Duration {
    durations.sort_unstable();
    durations
        .get(durations.len() / 2)
        .copied()
        .unwrap_or_default()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_describes_another_operation_with_other_schemas() {
        let page = "\
# Create a pet

POST https://example.com/v1/pets

```yaml
info:
  version: endpoint_pets.create
paths:
  /pets:
    post: {$ref: '#/components/schemas/Pet'}
components:
  schemas:
    Pet:
      description: |
        A pet.

        It is alive.
    Owner: {}
  securitySchemes:
    Key: {}
```
";
        let copy = "\
# Create a pet

POST https://example.com/v1/copy2/pets

```yaml
info:
  version: endpoint_copy2/pets.create
paths:
  /copy2/pets:
    post: {$ref: '#/components/schemas/Copy2Pet'}
components:
  schemas:
    Copy2Pet:
      description: |
        A pet.

        It is alive.
    Copy2Owner: {}
  securitySchemes:
    Key: {}
```
";
        assert_eq!(copied(page, 2), copy);
    }
}
