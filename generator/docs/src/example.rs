//! Examples, the only documentation that is executed.

use super::Docs;
use super::characters::one_line;

/// A program in documentation. The generator writes its lines. Text of pages occurs only in
/// literals.
#[derive(Debug)]
pub struct Example {
    label: &'static str,
    lines: Vec<String>,
}

impl Example {
    /// Creates an example with the label of its code block, such as `no_run`.
    pub fn new(label: &'static str) -> Self {
        Self {
            label,
            lines: Vec::new(),
        }
    }

    /// Adds a visible line.
    pub fn line(&mut self, code: &str) {
        let indent = code.len() - code.trim_start_matches(' ').len();
        self.lines
            .push(format!("{}{}", &code[..indent], one_line_of_code(code)));
    }

    /// Adds a hidden line, which is only compiled.
    pub fn hidden(&mut self, code: &str) {
        self.lines.push(format!("# {}", one_line_of_code(code)));
    }

    /// Returns the example as a code block.
    pub fn docs(&self) -> Docs {
        let longest = self.lines.iter().map(|line| ticks_at_start(line)).max();
        let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
        let (label, lines) = (self.label, self.lines.join("\n"));
        Docs(format!("{fence}{label}\n{lines}\n{fence}"))
    }
}

/// Returns code without hidden characters. Its literals are already escaped.
fn one_line_of_code(code: &str) -> String {
    if code.contains(super::characters::is_hidden) {
        one_line(code)
    } else {
        code.trim().to_owned()
    }
}

fn ticks_at_start(line: &str) -> usize {
    let line = line.trim_start();
    line.len() - line.trim_start_matches('`').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shown_or_hidden() {
        let mut example = Example::new("no_run");
        example.hidden("use a::b;");
        example.line("    b();");
        example.line("");
        assert_eq!(
            example.docs().as_str(),
            "```no_run\n# use a::b;\n    b();\n\n```"
        );
    }

    #[test]
    fn a_line_ends_no_block() {
        let mut example = Example::new("no_run");
        example.line("a\n```\nb");
        example.line("```");
        assert_eq!(example.docs().as_str(), "````no_run\na ``` b\n```\n````");
    }
}
