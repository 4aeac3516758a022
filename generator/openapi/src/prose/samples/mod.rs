//! The samples of a page, which contain facts that the sections do not have.

mod credentials;
mod headers;
mod sdk;
mod values;

pub(super) use credentials::Credentials;
pub(super) use sdk::{body_type, call, types};
pub(super) use values::{REQUEST, RESPONSE, Values, place, schema};

use pages::page::{Fence, Page};

/// A fenced block of `## Examples`.
#[derive(Debug)]
pub(super) struct Sample<'a> {
    /// The first word after the fence, in lower case.
    pub(super) language: String,
    /// The text above the sample, such as `Request` or `Response`.
    label: Option<&'a str>,
    /// The lines, with their numbers.
    lines: Vec<(usize, &'a str)>,
}

/// Finds the samples in the lines of the section.
pub(super) fn read<'a>(lines: &[(usize, &'a str)]) -> Vec<Sample<'a>> {
    let mut samples: Vec<Sample<'a>> = Vec::new();
    let mut fence = Fence::default();
    let mut label = None;
    for (number, line) in lines {
        let was_open = fence.is_open();
        match (fence.encloses(line), samples.last_mut()) {
            (true, Some(sample)) if was_open && fence.is_open() => {
                sample.lines.push((*number, line));
            }
            (true, _) if !was_open => {
                // Samples in tabs are indented.
                let info = line.trim_start().trim_start_matches(['`', '~']);
                let language = info.split(' ').next().unwrap_or_default();
                samples.push(Sample {
                    language: language.to_ascii_lowercase(),
                    label,
                    lines: Vec::new(),
                });
            }
            (false, _) if line.starts_with("**") => label = Some(line.trim()),
            _ => {}
        }
    }
    samples
}

/// The maximum number of lines that are searched for samples, because a file can have many
/// specifications without a heading between them.
const MOST_LINES: usize = 2_000;

/// Returns the groups and the method that the SDK samples below the specification of a page call.
pub(crate) fn call_below(page: &Page) -> Option<(Vec<String>, String)> {
    let begin = page.specification.line + page.specification.text.lines().count();
    let mut fence = Fence::default();
    // The fence that closes the specification precedes the samples.
    let below = (begin..).zip(page.file.text_from(begin).lines()).skip(1);
    // The next page begins with its title, the next specification with its heading.
    let lines = below.take(MOST_LINES).take_while(|(_, line)| {
        let is_code = fence.encloses(line);
        is_code || !(line.starts_with("# ") || line.contains("Specification"))
    });
    call(&read(&lines.collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `look` with the samples in a text.
    pub(super) fn sampled<T>(text: &str, look: impl Fn(&[Sample<'_>]) -> T) -> T {
        let lines: Vec<_> = (1..).zip(text.lines()).collect();
        look(&read(&lines))
    }
}
