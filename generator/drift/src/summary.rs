//! A short summary of the report.

use super::change::{Change, Effect};
use super::{Drift, Step};
use docs::Docs;

/// The maximum number of breaking changes in a summary.
const MOST: usize = 5;

/// Returns the number of changes by effect: `2 breaking, 1 added`.
pub(crate) fn counted(changes: &[Change]) -> String {
    let counts = Effect::ALL.into_iter().filter_map(|effect| {
        let count = changes
            .iter()
            .filter(|change| change.effect == effect)
            .count();
        (count > 0).then(|| format!("{count} {}", effect.title().to_lowercase()))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() {
        "nothing changed".to_owned()
    } else {
        counts.join(", ")
    }
}

impl Change {
    /// Returns the subject and the change, in one line of Markdown.
    pub fn sentence(&self) -> Docs {
        let subject = Docs::code(self.subject.code());
        Docs::template("{}: {}", &[subject, self.what.clone()])
    }
}

impl Drift {
    /// Returns the report in a few lines, each with a label in the style of cargo.
    pub fn summary(&self) -> Vec<(&'static str, String)> {
        let with = format!("with {}: {}", self.base, counted(&self.changes));
        let mut lines = vec![("Comparing", with)];
        let breaking: Vec<&Change> = self.of_effect(Effect::Breaking).collect();
        let named = breaking.iter().take(MOST);
        lines.extend(named.map(|change| ("Breaking", change.sentence().to_string())));
        if breaking.len() > MOST {
            let more = breaking.len() - MOST;
            lines.push((
                "Breaking",
                format!("{more} more, which the report of `drift` lists"),
            ));
        }
        if self.verdict.step() != Step::None {
            lines.push(("Version", self.verdict.sentence()));
        }
        lines
    }
}
