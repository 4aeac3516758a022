//! The limits of the input, each with its code.
//!
//! Pages are untrusted. Within the limits, time and memory grow linearly with the text of a page. A
//! page that exceeds a limit is reported as a problem with its line. `SECURITY.md` lists them, and
//! a test compares both.

use std::fmt;

use crate::code::Code;

/// The maximum value of a property of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// The code of the problem that is reported if the limit is exceeded.
    pub code: Code,
    /// The largest allowed value.
    pub most: usize,
    /// The message, up to the value.
    excess: &'static str,
    unit: Unit,
    advice: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
enum Unit {
    Bytes,
    Count(&'static str),
}

/// The size of a file, which can contain many pages.
pub const FILE_SIZE: Limit = Limit {
    code: Code::FileTooLarge,
    most: 256 << 20,
    excess: "the file is larger than",
    unit: Unit::Bytes,
    advice: "split the file into one file per page",
};

/// The size of a page, and of a YAML document after its aliases are expanded.
pub const PAGE_SIZE: Limit = Limit {
    code: Code::PageTooLarge,
    most: 32 << 20,
    excess: "the page is larger than",
    unit: Unit::Bytes,
    advice: "split the page into one page per operation",
};

/// The number of lists and objects that contain a value. References to named lists and to objects
/// other than schemas are followed.
pub const DEPTH: Limit = Limit {
    code: Code::NestedTooDeep,
    most: 120,
    excess: "the specification is nested deeper than",
    unit: Unit::Count("levels"),
    advice: "move an inner schema to `components.schemas`, and reference it",
};

/// The total length of the keys on the path to a value.
pub const KEYS: Limit = Limit {
    code: Code::KeyTooLong,
    most: 4 << 10,
    excess: "the keys on the path to a value are longer than",
    unit: Unit::Bytes,
    advice: "shorten the key",
};

/// The number of values in a specification, after references to objects other than schemas are
/// expanded.
pub const NODES: Limit = Limit {
    code: Code::TooManyNodes,
    most: 1_000_000,
    excess: "the specification has more than",
    unit: Unit::Count("values"),
    advice: "split the page into one page per operation",
};

/// The number of values that are copied to combine the members of `allOf` into one type, and to
/// inline named lists and scalars.
pub const WORK: Limit = Limit {
    code: Code::TooMuchWork,
    most: 2_000_000,
    excess: "the schemas of the specification include each other in more than",
    unit: Unit::Count("steps"),
    advice: "replace `allOf` with a property that references the other schema",
};

/// The depth of a list of structured prose. The platform prints seven levels; deeper lines are
/// reported as `unknown-line`, so that a page cannot exhaust the stack.
pub const PROSE_DEPTH: usize = 24;

/// All limits, in the order in which they are checked.
pub const ALL: [&Limit; 6] = [&FILE_SIZE, &PAGE_SIZE, &DEPTH, &KEYS, &NODES, &WORK];

impl Limit {
    /// Returns `true` if a value exceeds the limit.
    pub fn is_exceeded(&self, value: usize) -> bool {
        value > self.most
    }

    /// Returns the message for a page that exceeds the limit.
    pub(crate) fn message(&self) -> String {
        format!("{} {self}", self.excess)
    }

    /// Returns advice on how to stay within the limit.
    pub(crate) fn advice(&self) -> &'static str {
        self.advice
    }
}

/// The value with its unit, such as `32 MiB`.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Bytes if self.most >= 1 << 20 => write!(f, "{} MiB", self.most >> 20),
            Unit::Bytes => write!(f, "{} KiB", self.most >> 10),
            Unit::Count(unit) => {
                let digits = self.most.to_string();
                for (index, digit) in digits.chars().enumerate() {
                    if index > 0 && (digits.len() - index).is_multiple_of(3) {
                        f.write_str(",")?;
                    }
                    write!(f, "{digit}")?;
                }
                write!(f, " {unit}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_shown_with_its_unit() {
        let shown: Vec<String> = ALL.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "256 MiB",
                "32 MiB",
                "120 levels",
                "4 KiB",
                "1,000,000 values",
                "2,000,000 steps",
            ]
        );
    }

    #[test]
    fn a_value_at_a_limit_is_allowed() {
        for limit in ALL {
            assert!(!limit.is_exceeded(limit.most), "{limit}");
            assert!(limit.is_exceeded(limit.most + 1), "{limit}");
        }
    }

    #[test]
    fn the_message_says_what_is_exceeded() {
        assert_eq!(
            DEPTH.message(),
            "the specification is nested deeper than 120 levels"
        );
    }
}
