//! Panics as values, with the page that was being processed.
//!
//! A panic is a bug in the generator or in a library. A run that panics must end with a message
//! that names the page and asks for a report.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::code::Code;
use crate::marker::COMMAND;
use crate::problem::Problem;
use crate::source::Place;

/// A panic that was caught.
#[derive(Debug)]
pub struct Panic {
    /// The first line of its message.
    message: String,
    /// The line of the source that panics, if it is known.
    source: Option<String>,
    /// The page that was being read or generated, if it is known.
    page: Option<Place>,
}

thread_local! {
    /// The number of calls of [`caught`] on this thread.
    static CATCHING: Cell<usize> = const { Cell::new(0) };
    /// The line of the source that panicked last.
    static SOURCE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `call`, and returns a panic instead of printing it.
///
/// # Errors
///
/// If `call` panics.
pub fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panic> {
    keep_quiet();
    CATCHING.set(CATCHING.get() + 1);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    CATCHING.set(CATCHING.get() - 1);
    result.map_err(Panic::of)
}

/// Runs `call`. A panic in it is resumed, with the page of `place` attached.
pub fn located<T, P: Into<Option<Place>>>(
    place: impl FnOnce() -> P,
    call: impl FnOnce() -> T,
) -> T {
    caught(call).unwrap_or_else(|panic| {
        let page = panic.page.or_else(|| caught(place).ok().and_then(P::into));
        panic::resume_unwind(Box::new(Panic { page, ..panic }))
    })
}

/// Runs a step of a parallel loop. A panic in it is resumed, with its source, which only this thread
/// knows.
pub fn parallel<T>(step: impl FnOnce() -> T) -> T {
    located(|| None, step)
}

/// Installs a hook that records panics in [`caught`] instead of printing them.
fn keep_quiet() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() == 0 {
                return previous(info);
            }
            SOURCE.replace(info.location().map(ToString::to_string));
        }));
    });
}

impl Panic {
    fn of(payload: Box<dyn Any + Send>) -> Self {
        let payload = match payload.downcast::<Self>() {
            Ok(located) => return *located,
            Err(payload) => payload,
        };
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        let first_line = text.and_then(|text| text.lines().next());
        Self {
            message: first_line.unwrap_or_default().to_owned(),
            source: SOURCE.take(),
            page: None,
        }
    }

    /// Returns the problem that reports this panic.
    pub fn problem(self) -> Problem {
        let source = self.source.map(|source| format!(" ({source})"));
        let message = format!(
            "the generator panics: {}{}",
            self.message,
            source.unwrap_or_default()
        );
        let subject = match self.page {
            Some(_) => "the page",
            None => "the pages",
        };
        Problem::new(Code::InternalError, message)
            .at(self.page)
            .advice(format!(
                "this is a bug in `{COMMAND}`: report it with this message and {subject}"
            ))
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn a_panic_becomes_its_first_line() {
        let panic = caught(|| panic!("no\nmore")).expect_err("it panics");
        assert_eq!(panic.to_string(), "no");
        assert_eq!(caught(|| 1).ok(), Some(1));
    }

    #[test]
    fn a_panic_asks_for_a_report_with_the_innermost_page() {
        let page = |name: &str| SourceFile::new(name, "a\nb\n").place(2);
        let problem = caught(|| {
            located(
                || page("outer.md"),
                || located(|| page("inner.md"), || panic!("no")),
            )
        })
        .expect_err("it panics")
        .problem();
        assert_eq!(problem.code(), Code::InternalError);
        assert!(
            problem.message().starts_with("the generator panics: no ("),
            "{problem}"
        );
        assert!(problem.message().contains("panics.rs:"), "{problem}");
        let place = problem.place().expect("a page");
        assert_eq!((place.page(), place.line()), ("inner.md", 2));
        assert!(
            problem
                .advised()
                .is_some_and(|advice| advice.contains("report it"))
        );
    }

    #[test]
    fn a_panic_on_another_thread_has_its_page() {
        let page = || SourceFile::new("a.md", "a\n").place(1);
        let thread = std::thread::spawn(move || located(page, || panic!("no")));
        let payload = thread.join().expect_err("it panics");
        let panic: Result<(), Panic> = caught(|| panic::resume_unwind(payload));
        let problem = panic.expect_err("it panics").problem();
        assert_eq!(problem.place().map(Place::page), Some("a.md"));
    }
}
