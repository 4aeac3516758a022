//! `apipages bench`: measures the stages of the pipeline, and compares the whole command with
//! cargo-progenitor. Absolute times depend on the machine; compare the shares and the ratio.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use generator::{Code, SourceFile, Stage};

use crate::shell::{Failure, count};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of pages, or a folder with the layout of `spec/`
    #[arg(long, value_name = "DIR")]
    spec: PathBuf,
    /// Number of runs; the median is printed
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Number of copies of the pages to read, each as a separate API
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    copies: u16,
    /// Path of the `cargo-progenitor` program to compare with
    #[arg(long, value_name = "PROGRAM")]
    against: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut source = generator::read(&arguments.spec)?;
    source.pages = (0..arguments.copies)
        .flat_map(|number| source.pages.iter().map(move |page| copy(page, number)))
        .collect();
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
    println!(
        "{}, median of {}",
        count(pages, "page"),
        count(arguments.runs.into(), "run")
    );
    for (stage, laps) in Stage::ALL.iter().zip(&mut laps) {
        let lap = median(laps);
        let share = 100.0 * lap.as_secs_f64() / total.as_secs_f64();
        println!(
            "{:>10} {:>9.2} ms {share:>5.1} %",
            stage.name(),
            milliseconds(lap)
        );
    }
    println!("{:>10} {:>9.2} ms", "total", milliseconds(total));
    match &arguments.against {
        Some(program) => compare(program, arguments),
        None => Ok(()),
    }
}

/// Measures `apipages codegen` and `cargo progenitor` alternately. The first reads the pages;
/// the second reads the merged document, without the operations that progenitor does not support.
fn compare(program: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("apipages-bench-{}", std::process::id()));
    fs::create_dir(&folder).map_err(not_compared)?;
    let result = compare_in(&folder, program, arguments);
    fs::remove_dir_all(&folder).map_err(not_compared)?;
    result
}

fn compare_in(folder: &Path, program: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let document = folder.join("openapi.json");
    fs::write(&document, carried_document(&arguments.spec)?).map_err(not_compared)?;
    let mut own = Command::new(std::env::current_exe().map_err(not_compared)?);
    own.args(["codegen", "--quiet", "--spec"])
        .arg(&arguments.spec)
        .arg("--out")
        .arg(folder.join("own"));
    let mut other = Command::new(program);
    other
        .args([
            "progenitor",
            "--name",
            "other",
            "--version",
            "0.1.0",
            "--input",
        ])
        .arg(&document)
        .arg("--output")
        .arg(folder.join("other"));
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..arguments.runs {
        for (command, times) in [&mut own, &mut other].into_iter().zip(&mut times) {
            let start = Instant::now();
            let output = command.output().map_err(not_compared)?;
            times.push(start.elapsed());
            if !output.status.success() {
                return Err(Failure::check(
                    Code::ProgramFailed,
                    format!("{command:?} failed"),
                    String::from_utf8_lossy(&output.stderr).into_owned(),
                ));
            }
        }
    }
    let [own, other] = times.map(|mut times| milliseconds(median(&mut times)));
    println!("{:>10} {own:>9.2} ms, whole command", "codegen");
    println!(
        "{:>10} {other:>9.2} ms, ratio {:.2}",
        "progenitor",
        own / other
    );
    Ok(())
}

fn not_compared(error: std::io::Error) -> Failure {
    Failure::check(
        Code::ProgramFailed,
        format!("cannot run the comparison: {error}"),
        "install cargo-progenitor, and pass the path of its program",
    )
}

/// Media types of bodies that progenitor supports.
const CARRIED: [&str; 4] = [
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "text/plain",
];

/// Returns the merged document with only the operations that progenitor supports.
fn carried_document(spec: &Path) -> Result<String, Failure> {
    let output = generator::generate(&generator::read(spec)?)?;
    let mut document: serde_json::Value =
        serde_json::from_str(&output.openapi).map_err(|error| {
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
fn copy(page: &SourceFile, number: u16) -> std::sync::Arc<SourceFile> {
    if number == 0 {
        return SourceFile::new(page.name(), page.text());
    }
    let text = page
        .text()
        .replace(
            "version: endpoint_",
            &format!("version: endpoint_copy{number}/"),
        )
        .replace("\npaths:\n  /", &format!("\npaths:\n  /copy{number}/"))
        .replace(
            "#/components/schemas/",
            &format!("#/components/schemas/Copy{number}"),
        );
    let mut in_schemas = false;
    let text: String = text
        .split_inclusive('\n')
        .map(|line| {
            in_schemas = line == "  schemas:\n" || (in_schemas && line.starts_with("    "));
            match line.strip_prefix("    ") {
                Some(name) if in_schemas && !name.starts_with(' ') => {
                    format!("    Copy{number}{name}")
                }
                _ => line.to_owned(),
            }
        })
        .collect();
    SourceFile::new(&format!("copy{number}/{}", page.name()), &text)
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
