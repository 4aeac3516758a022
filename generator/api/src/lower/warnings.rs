//! Warnings about operations, each with the place of the operation's description.

use pages::{Code, Place, Problem};

use super::Origins;

/// The warnings of a run.
pub(crate) struct Warnings<'a> {
    origins: &'a Origins,
    problems: Vec<Problem>,
}

/// The warnings about one operation.
pub(crate) struct OperationWarnings<'a> {
    id: &'a str,
    origins: &'a Origins,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Warnings<'a> {
    pub(crate) fn new(origins: &'a Origins) -> Self {
        Self {
            origins,
            problems: Vec::new(),
        }
    }

    /// Returns the warnings about the operation with this id.
    pub(crate) fn of<'b>(&'b mut self, id: &'b str) -> OperationWarnings<'b> {
        OperationWarnings {
            id,
            origins: self.origins,
            problems: &mut self.problems,
        }
    }

    pub(crate) fn problems(&mut self) -> &mut Vec<Problem> {
        &mut self.problems
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

impl OperationWarnings<'_> {
    /// Adds a warning.
    pub(crate) fn add(&mut self, code: Code, message: impl Into<String>) {
        self.push(Problem::new(code, message));
    }

    /// Adds a warning with advice.
    pub(crate) fn advise(&mut self, code: Code, message: impl Into<String>, advice: &str) {
        self.push(Problem::new(code, message).advice(advice));
    }

    /// Adds the warning that the operation is not in the client.
    pub(crate) fn left_out(&mut self, reason: &str) {
        self.add(
            Code::OperationLeftOut,
            format!("`{}` is not in the client: {reason}", self.id),
        );
    }

    /// Returns the place of the operation's description.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.origins.get(self.id)
    }

    fn push(&mut self, problem: Problem) {
        let problem = problem.operation(self.id).at(self.place().cloned());
        self.problems.push(problem);
    }
}

#[cfg(test)]
mod tests {
    use pages::SourceFile;

    use super::*;

    #[test]
    fn a_warning_has_the_place_of_its_operation() {
        let place = SourceFile::new("pets.md", "# Pets\n").place(1);
        let origins = Origins::from([("pets_list".to_owned(), place)]);
        let mut warnings = Warnings::new(&origins);
        warnings.of("pets_list").left_out("its method is `trace`");
        warnings
            .of("pets_get")
            .add(Code::ParameterLeftOut, "the parameter is a cookie");
        let problems = warnings.into_problems();
        assert_eq!(
            problems[0].message(),
            "`pets_list` is not in the client: its method is `trace`"
        );
        assert_eq!(
            problems[0].place().map(|place| place.page()),
            Some("pets.md")
        );
        assert!(problems[1].place().is_none());
    }
}
