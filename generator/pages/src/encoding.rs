//! Checks that input files are UTF-8.

use std::ops::Range;
use std::sync::Arc;

use crate::code::Code;
use crate::problem::Problem;
use crate::source::SourceFile;

/// Checks that the whole file is UTF-8.
///
/// # Errors
///
/// If it is not. The problem has the first line with invalid bytes.
pub fn check(file: &Arc<SourceFile>) -> Result<(), Problem> {
    check_lines(file, 1..usize::MAX)
}

/// Checks that these lines of a file are UTF-8.
///
/// # Errors
///
/// As [`check`].
pub(crate) fn check_lines(file: &Arc<SourceFile>, lines: Range<usize>) -> Result<(), Problem> {
    let Some(line) = file.undecoded.iter().find(|line| lines.contains(line)) else {
        return Ok(());
    };
    let message = format!("`{}` is not UTF-8", file.path);
    Err(Problem::new(Code::NotUtf8, message)
        .at(file.place(*line))
        .advice("save the file as UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Place;

    #[test]
    fn invalid_utf_8_is_reported_with_its_line() {
        let bytes = b"caf\xc3\xa9\ncaf\xe9 caf\xe9\n\xff\n";
        let file = SourceFile::decode("a.md".to_owned(), "a.md".to_owned(), bytes);
        let line = |lines| {
            let problem = check_lines(&file, lines).err()?;
            Some(problem.place().map(Place::line))
        };
        assert_eq!(file.undecoded, [2, 3]);
        assert_eq!(line(1..9), Some(Some(2)));
        assert_eq!(line(3..9), Some(Some(3)));
        assert_eq!(line(1..2), None);
    }
}
