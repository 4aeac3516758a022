//! `apipages bench`: measures the stages of the pipeline and their memory, and compares the whole
//! command with another generator. Absolute times depend on the machine; compare the shares and the
//! ratio.

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
            println!("{peak}");
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
    if let Some(peak) = peak_of_one_run(arguments) {
        println!("{:>10} {:>9.2} MB", "memory", peak as f64 / 1e6);
    }
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
    println!("{:>10} {own:>9.2} ms, whole command", "codegen");
    println!("{name:>10} {other:>9.2} ms, ratio {:.2}", own / other);
    Ok(())
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
