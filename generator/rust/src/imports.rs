//! The `use` lines of a file, collected while its code is emitted.

use std::collections::{BTreeMap, BTreeSet};

use api::Type;

use crate::layout::layout;
use crate::order;

/// The names that a file uses from elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// Names by path, such as `std::collections`.
    names: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Imports {
    /// Imports a name from a path, such as `crate::runtime` and `Client`.
    pub(crate) fn add(&mut self, path: &'static str, name: &str) {
        self.names.entry(path).or_default().insert(name.to_owned());
    }

    /// Imports what another file imports.
    pub(crate) fn extend(&mut self, other: &Self) {
        for (path, names) in &other.names {
            self.names
                .entry(path)
                .or_default()
                .extend(names.iter().cloned());
        }
    }

    /// Imports a name of the runtime.
    pub(crate) fn runtime(&mut self, name: &str) {
        self.add("crate::runtime", name);
    }

    /// Imports the names for a type, except for types of the API.
    pub(crate) fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Date => self.add("chrono", "NaiveDate"),
            Type::DateTime => {
                self.add("chrono", "DateTime");
                self.add("chrono", "Utc");
            }
            Type::File => self.runtime("Upload"),
            Type::Form => self.runtime("Form"),
            Type::Map(value) => {
                self.add("std::collections", "BTreeMap");
                self.ty(value);
            }
            Type::List(inner) | Type::Nullable(inner) | Type::Boxed(inner) => self.ty(inner),
            Type::Bool
            | Type::Int(_)
            | Type::Float(_)
            | Type::String
            | Type::Json
            | Type::JsonObject
            | Type::Named(_)
            | Type::External(_) => {}
        }
    }

    /// Returns the `use` lines as text: the groups for the standard library, other crates, this
    /// crate, and the parent module, with an empty line after each group.
    pub(crate) fn text(&self) -> String {
        let mut groups = [const { Vec::new() }; 4];
        for (path, names) in &self.names {
            let group = match path.split("::").next() {
                Some("std") => 0,
                Some("crate") => 2,
                Some("super") => 3,
                _ => 1,
            };
            let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
            names.sort_by(|a, b| order::compare(a, b));
            // Sorted by the path of the first name: `crate::types` follows `crate::runtime`.
            let first = names.first().copied().unwrap_or_default();
            groups[group].push((format!("{path}::{first}"), line(path, &names)));
        }
        let mut text = String::new();
        for group in groups.iter_mut().filter(|group| !group.is_empty()) {
            group.sort();
            text.extend(group.iter().map(|(_, line)| line.as_str()));
            text.push('\n');
        }
        layout(&text)
    }
}

/// Returns a `use` line.
fn line(path: &str, names: &[&str]) -> String {
    match names {
        [name] => format!("use {path}::{name};\n"),
        names => format!("use {path}::{{{}}};\n", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_as_rustfmt_does() {
        let mut imports = Imports::default();
        imports.add("std::collections", "BTreeMap");
        imports.add("chrono", "NaiveDate");
        for number in 10..30 {
            imports.add("crate::types", &format!("Type{number}"));
        }
        assert_eq!(
            imports.text(),
            "use std::collections::BTreeMap;\n\nuse chrono::NaiveDate;\n\n\
             use crate::types::{\n    \
             Type10, Type11, Type12, Type13, Type14, Type15, Type16, Type17, Type18, Type19, Type20, Type21,\n    \
             Type22, Type23, Type24, Type25, Type26, Type27, Type28, Type29,\n};\n\n"
        );
    }

    #[test]
    fn names_are_grouped_and_share_a_line_by_path() {
        let mut imports = Imports::default();
        imports.runtime("Client");
        imports.runtime("Error");
        imports.add("crate", "types");
        imports.ty(&Type::Map(Box::new(Type::DateTime)));
        assert_eq!(
            imports.text(),
            "use std::collections::BTreeMap;\n\nuse chrono::{DateTime, Utc};\n\n\
             use crate::runtime::{Client, Error};\nuse crate::types;\n\n"
        );
    }
}
