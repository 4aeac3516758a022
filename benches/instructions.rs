//! The instructions of a call, counted with Valgrind.
//!
//! The result is reproducible, and does not depend on the load of the machine. The server runs in a
//! separate process and is not counted. One-time costs are not counted either, because each number
//! is the difference between N calls and 2 N calls.

use std::path::Path;
use std::process::Command;

use crate::cost::Fallible;

/// The number of calls of the first measurement. The second makes twice as many.
const CALLS: u64 = 100;

/// Returns `true` if Valgrind is installed.
#[must_use]
pub fn can_be_counted() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

/// Counts the instructions of one call of a program, whose last argument is the number of calls.
///
/// # Errors
///
/// Returns an error if the program fails.
pub fn of_one_call(program: &Path, arguments: &[&str]) -> Fallible<f64> {
    let once = of_program(program, arguments, CALLS)?;
    let twice = of_program(program, arguments, 2 * CALLS)?;
    Ok((twice - once) as f64 / CALLS as f64)
}

fn of_program(program: &Path, arguments: &[&str], calls: u64) -> Fallible<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .arg(calls.to_string())
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let counted = report
        .lines()
        .find_map(|line| line.split("Collected :").nth(1));
    match counted {
        Some(count) if output.status.success() => Ok(count.trim().parse()?),
        _ => Err(format!("the calls failed under Valgrind:\n{report}").into()),
    }
}
