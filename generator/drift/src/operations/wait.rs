//! Compares waits: the method, the statuses that end it, and the reason of a failure.

use api::Wait;

use super::Comparison;
use super::paging::wire_path;
use crate::Kind;
use crate::call::Call;
use crate::code::quoted;

impl Comparison<'_> {
    pub(super) fn wait(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| call.operation.wait.as_ref());
        let method = |wait: &Wait| format!("{}()", wait.method);
        match (old, new) {
            (None, None) => {}
            (Some(old), None) => {
                let what = format!("`{}` was removed", method(old));
                self.changes.add(Kind::WaitRemoved, what, None, None);
            }
            (None, Some(new)) => {
                let what = format!("`{}` waits for a final status", method(new));
                self.changes.add(Kind::WaitAdded, what, None, None);
            }
            (Some(old), Some(new)) => {
                if old.method != new.method {
                    let what = format!("`{}` was `{}`", method(new), method(old));
                    self.changes.add(Kind::WaitRenamed, what, None, None);
                }
                self.ends(old, new);
            }
        }
    }

    /// Compares the properties and statuses of a wait.
    fn ends(&mut self, old: &Wait, new: &Wait) {
        let [before, now] = [(old, self.old), (new, self.new)];
        for (what, fact) in [
            ("it waits for different statuses", done as Fact<'_>),
            ("it fails at different statuses", failed),
            ("its status is a different property", status),
            ("the reason of its failure is a different property", reason),
            ("its name in errors changed", subject),
        ] {
            let [before, now] = [before, now].map(|(wait, call)| fact(wait, call));
            if before != now {
                self.changes.add(Kind::WaitChanged, what, before, now);
            }
        }
    }
}

type Fact<'a> = fn(&Wait, &Call<'a>) -> Option<String>;

fn done(wait: &Wait, _: &Call<'_>) -> Option<String> {
    statuses(&wait.done)
}

fn failed(wait: &Wait, _: &Call<'_>) -> Option<String> {
    statuses(&wait.failed)
}

fn status(wait: &Wait, call: &Call<'_>) -> Option<String> {
    Some(wire_path(&wait.status, call))
}

fn reason(wait: &Wait, call: &Call<'_>) -> Option<String> {
    Some(wire_path(wait.reason.as_ref()?, call))
}

fn subject(wait: &Wait, _: &Call<'_>) -> Option<String> {
    Some(wait.subject.clone())
}

fn statuses(statuses: &[String]) -> Option<String> {
    let statuses: Vec<_> = statuses.iter().map(|status| quoted(status)).collect();
    (!statuses.is_empty()).then(|| statuses.join(", "))
}
