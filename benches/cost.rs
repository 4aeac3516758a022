//! The time of a command, and the comparison of two commands.

use std::error::Error;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// A result of the benchmarks.
pub type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Returns the exit code of a benchmark, and prints its error.
pub fn exit_code(result: Fallible<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// The time of a command, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// The elapsed time.
    pub wall: f64,
    /// The processor time of the command and its child processes. Other programs on the machine
    /// affect it less than the elapsed time. On Windows, it is the elapsed time.
    pub processor: f64,
}

impl Cost {
    /// Runs a command to its end.
    ///
    /// # Errors
    ///
    /// Returns an error if the command cannot be started or fails.
    pub fn of(command: &mut Command) -> Fallible<Self> {
        let before = children_seconds()?;
        let begin = Instant::now();
        let output = command.output()?;
        let wall = begin.elapsed().as_secs_f64();
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{command:?} failed:\n{message}").into());
        }
        let processor = children_seconds()?.map_or(wall, |after| after - before.unwrap_or(0.0));
        Ok(Self { wall, processor })
    }
}

/// Returns the processor time of all child processes that have ended.
#[cfg(unix)]
fn children_seconds() -> Fallible<Option<f64>> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let microseconds =
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Some(microseconds as f64 / 1e6))
}

#[cfg(not(unix))]
fn children_seconds() -> Fallible<Option<f64>> {
    Ok(None)
}

/// Returns the median of the numbers.
#[must_use]
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Measures two subjects alternately, and returns the medians of their costs.
///
/// # Errors
///
/// Returns the first error of a measurement.
pub fn alternately<S>(
    subjects: [&S; 2],
    rounds: usize,
    mut measure: impl FnMut(&S, usize) -> Fallible<Cost>,
) -> Fallible<[Cost; 2]> {
    let mut costs = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for (subject, costs) in subjects.iter().zip(&mut costs) {
            costs.push(measure(subject, round)?);
        }
    }
    Ok(costs.map(|costs| Cost {
        wall: median(costs.iter().map(|cost| cost.wall).collect()),
        processor: median(costs.iter().map(|cost| cost.processor).collect()),
    }))
}
