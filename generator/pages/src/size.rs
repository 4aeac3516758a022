//! Checks the size of files and pages.

use std::sync::Arc;

use crate::limits::{FILE_SIZE, PAGE_SIZE};
use crate::problem::Problem;
use crate::source::SourceFile;

/// Checks the size of a file.
///
/// # Errors
///
/// If the file is too large, and was not read.
pub fn check_file(file: &Arc<SourceFile>) -> Result<(), Problem> {
    match file.is_too_large {
        true => Err(Problem::above(&FILE_SIZE).at(file.place(1))),
        false => Ok(()),
    }
}

/// Checks the size of the page that begins on this line.
///
/// # Errors
///
/// If it is too large.
pub(crate) fn check_page(file: &Arc<SourceFile>, line: usize, size: usize) -> Result<(), Problem> {
    match PAGE_SIZE.is_exceeded(size) {
        true => Err(Problem::above(&PAGE_SIZE).at(file.place(line))),
        false => Ok(()),
    }
}
