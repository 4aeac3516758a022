//! `cargo xtask bench`: how long the stages of the way take, compared with each
//! other. Machines differ; the shares are what to look at.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use generator::{Source, SourceFile, Stage};

use crate::shell::{Failure, count};

const STAGES: [(Stage, &str); 6] = [
    (Stage::Read, "read"),
    (Stage::Fix, "fix"),
    (Stage::Merge, "merge"),
    (Stage::Shape, "shape"),
    (Stage::Generate, "generate"),
    (Stage::Face, "face"),
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder of pages, or one laid out like `spec/`
    #[arg(long, value_name = "DIR")]
    spec: PathBuf,
    /// How many runs to take the median of
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// How many copies of the pages to read, each an API of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    copies: u16,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut source = Source::read(&arguments.spec)?;
    source.pages = (0..arguments.copies)
        .flat_map(|number| source.pages.iter().map(move |page| copy(page, number)))
        .collect();
    let mut laps: Vec<Vec<Duration>> = vec![Vec::new(); STAGES.len()];
    let mut totals = Vec::new();
    let mut pages = 0;
    for _ in 0..arguments.runs {
        let start = Instant::now();
        let mut last = start;
        let output = generator::generate_observed(&source, &mut |stage| {
            let now = Instant::now();
            if let Some(index) = STAGES.iter().position(|(known, _)| *known == stage) {
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
    for ((_, name), laps) in STAGES.iter().zip(&mut laps) {
        let lap = median(laps);
        let share = 100.0 * lap.as_secs_f64() / total.as_secs_f64();
        println!("{name:>10} {:>9.2} ms {share:>5.1} %", milliseconds(lap));
    }
    println!("{:>10} {:>9.2} ms", "total", milliseconds(total));
    Ok(())
}

/// Returns a page of the same size that describes another operation.
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
        .replace("\npaths:\n  /", &format!("\npaths:\n  /copy{number}/"));
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
