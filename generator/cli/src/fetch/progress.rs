//! The progress bar of a fetch. It is drawn only on a terminal.

use generator::visible_line;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::shell::Shell;

/// The bar, in cargo's style.
pub(crate) struct Progress {
    bar: ProgressBar,
    shell: Shell,
}

impl Progress {
    pub(crate) fn new(pages: usize, shell: &Shell) -> Self {
        let target = if shell.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let style = ProgressStyle::with_template(
            "{prefix:>12.cyan.bold} [{bar:25}] {pos}/{len}: {wide_msg}",
        );
        let bar = ProgressBar::with_draw_target(Some(pages as u64), target)
            .with_style(
                style
                    .unwrap_or_else(|_| ProgressStyle::default_bar())
                    .progress_chars("=> "),
            )
            .with_prefix("Fetching");
        Self { bar, shell: *shell }
    }

    /// Counts a page that was fetched or failed.
    pub(crate) fn advance(&self, page: &str) {
        let message = visible_line(page);
        self.bar
            .suspend(|| self.shell.detail("Requested", &message));
        self.bar.set_message(message);
        self.bar.inc(1);
    }
}

/// Clears the bar before the next output.
impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
