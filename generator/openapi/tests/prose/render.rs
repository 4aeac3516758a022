//! Renders an operation like the platform.

use std::collections::VecDeque;
use std::fmt::Write as _;

use crate::model::{Field, Object, Operation, SCALARS, Type};

/// The formats of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Objects are below their property, and errors are omitted.
    Nested,
    /// Objects are below their property.
    NestedWithErrors,
    /// Objects have names, and are below `## Types`.
    Named,
}

/// Renders a page.
pub(crate) fn page(operation: &Operation, form: Form) -> String {
    let mut text = "# Do it\n\nPOST https://api.a.example/v1/pets/{pet_id}\n".to_owned();
    if operation.body.is_some() {
        text += "Content-Type: application/json\n";
    }
    if let Some(description) = &operation.description {
        let _ = write!(text, "\n{description}\n");
    }
    text += "\nReference: https://docs.a.example/reference/pets/do-it\n\n## Request\n\n### Path parameters\n\n- `pet_id` (string, required)\n";
    let mut page = Page {
        text,
        form,
        types: VecDeque::new(),
    };
    page.body(operation);
    if !operation.query.is_empty() {
        // The body is visited first, but printed last.
        let body = page
            .text
            .split_off(page.text.find("\n### Body").unwrap_or(page.text.len()));
        page.text += "\n### Query parameters\n\n";
        for field in &operation.query {
            page.field(field, 0);
        }
        page.text += &body;
    }
    page.text += "\n## Response\n\n### 200\n\nIt is done.\n\n";
    page.whole(&operation.response);
    if let Some(error) = operation.error.as_ref().filter(|_| form != Form::Nested) {
        page.text += "\n## Errors\n\n### 400 Bad Request Error\n\n";
        page.fields(&error.fields, 0);
    }
    page.types();
    page.text
}

struct Page<'a> {
    text: String,
    form: Form,
    /// The types that are mentioned but not printed yet.
    types: VecDeque<Mentioned<'a>>,
}

/// A type with its own heading.
enum Mentioned<'a> {
    Object(&'a Object),
    Other(&'a Type),
}

impl<'a> Page<'a> {
    fn body(&mut self, operation: &'a Operation) {
        let Some(body) = &operation.body else { return };
        self.text += "\n### Body (application/json)\n\n";
        match self.form {
            Form::Nested => {}
            Form::NestedWithErrors => self.text += "This endpoint expects an object.\n\n",
            Form::Named => {
                let _ = write!(self.text, "This endpoint expects a {}.\n\n", body.name);
            }
        }
        self.fields(&body.fields, 0);
    }

    /// Prints a whole response.
    fn whole(&mut self, ty: &'a Type) {
        if let Type::Object(object) = ty {
            return self.fields(&object.fields, 0);
        }
        let _ = writeln!(self.text, "- `{}`", self.label(ty));
        match (self.form, ty) {
            // The type of a whole response has no heading.
            (Form::Named, Type::Union(_, objects, _)) => {
                self.types.extend(objects.iter().map(Mentioned::Object));
            }
            (Form::Named, Type::Tagged(..)) => {
                self.types.push_back(Mentioned::Other(ty));
            }
            _ => self.children(ty, 1),
        }
    }

    fn fields(&mut self, fields: &'a [Field], level: usize) {
        let mut fields: Vec<&Field> = fields.iter().collect();
        fields.sort_by_key(|field| (!field.required, field.deprecated));
        for field in fields {
            self.field(field, level);
        }
    }

    fn field(&mut self, field: &'a Field, level: usize) {
        let _ = write!(
            self.text,
            "{}- `{}` ({}",
            "  ".repeat(level),
            field.name,
            self.label(&field.ty)
        );
        self.text += if field.required {
            ", required"
        } else {
            ", optional"
        };
        if field.nullable {
            self.text += ", nullable";
        }
        if let Some(default) = &field.default {
            let _ = write!(self.text, ", default: {default}");
        }
        if field.deprecated {
            self.text += ", deprecated";
        }
        self.text += ")";
        if let Some(description) = &field.description {
            let _ = write!(self.text, " — {description}");
        }
        self.text += "\n";
        self.children(&field.ty, level + 1);
    }

    fn label(&self, ty: &Type) -> String {
        let is_named = self.form == Form::Named;
        match ty {
            Type::Any => "any".to_owned(),
            Type::Scalar(scalar) => SCALARS[*scalar].0.to_owned(),
            Type::Enum(_) => "enum".to_owned(),
            Type::Constant(text) => serde_json::Value::from(text.as_str()).to_string(),
            Type::List(items) => format!("list of {}", self.label(items)),
            Type::Map(values) => format!("map from string to {}", self.label(values)),
            Type::Object(object) if is_named => object.name.clone(),
            Type::Union(name, ..) | Type::Tagged(name, _) if is_named => name.clone(),
            Type::Object(_) | Type::Tagged(..) => "object".to_owned(),
            Type::Union(_, objects, scalars) => {
                let objects = objects.iter().map(|_| "object");
                let scalars = scalars.iter().map(|scalar| SCALARS[*scalar].0);
                objects.chain(scalars).collect::<Vec<_>>().join(" or ")
            }
        }
    }

    /// Prints the lines below the line of a label.
    fn children(&mut self, ty: &'a Type, level: usize) {
        let indent = "  ".repeat(level);
        match ty {
            Type::List(inner) | Type::Map(inner) => self.children(inner, level),
            Type::Enum(values) => {
                let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
                let _ = writeln!(self.text, "{indent}- Allowed values: {}", values.join(", "));
            }
            Type::Object(object) if self.form == Form::Named => {
                self.types.push_back(Mentioned::Object(object));
            }
            Type::Union(..) | Type::Tagged(..) if self.form == Form::Named => {
                self.types.push_back(Mentioned::Other(ty));
            }
            Type::Object(object) => self.fields(&object.fields, level),
            Type::Union(_, objects, _) => {
                for object in objects {
                    let _ = writeln!(self.text, "{indent}- {}", object.name);
                    self.fields(&object.fields, level + 1);
                }
            }
            Type::Tagged(_, variants) => self.tagged(variants, level),
            Type::Any | Type::Scalar(_) | Type::Constant(_) => {}
        }
    }

    fn tagged(&mut self, variants: &'a [(String, Object)], level: usize) {
        for (value, object) in variants {
            let _ = writeln!(self.text, "{}- `type`: `{value}`", "  ".repeat(level));
            self.fields(&object.fields, level + 1);
        }
    }

    fn types(&mut self) {
        if !self.types.is_empty() {
            self.text += "\n## Types\n";
        }
        while let Some(ty) = self.types.pop_front() {
            match ty {
                Mentioned::Object(object) => {
                    let _ = write!(self.text, "\n### {}\n\n", object.name);
                    self.fields(&object.fields, 0);
                }
                Mentioned::Other(Type::Union(name, objects, _)) => {
                    let _ = write!(self.text, "\n### {name}\n");
                    self.types.extend(objects.iter().map(Mentioned::Object));
                }
                Mentioned::Other(Type::Tagged(name, variants)) => {
                    let _ = write!(self.text, "\n### {name}\n\n");
                    self.tagged(variants, 0);
                }
                Mentioned::Other(_) => {}
            }
        }
    }
}

/// The style of a tool that formats Markdown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// The mark of list lines, with the white space after it.
    pub(crate) mark: &'static str,
    /// The number of spaces per level.
    pub(crate) step: usize,
    /// Headings have anchors.
    pub(crate) has_anchors: bool,
    /// Lines end with a carriage return.
    pub(crate) has_returns: bool,
    /// Only the list of servers has the URL of the server.
    pub(crate) is_relative: bool,
}

/// Formats the sections of a page in a style.
pub(crate) fn formatted(page: &str, style: Style) -> String {
    let server = "https://api.a.example";
    let page = match style.is_relative {
        true => page
            .replacen(&format!("POST {server}"), "POST ", 1)
            .replacen(
                "## Request\n",
                &format!("## Servers\n\n- `{server}` (default)\n\n## Request\n"),
                1,
            ),
        false => page.to_owned(),
    };
    let mut is_section = false;
    let lines = page.lines().map(|line| {
        is_section |= line.starts_with("## ");
        let item = line.trim_start_matches(' ');
        let level = (line.len() - item.len()) / 2;
        let ending = if style.has_returns { "\r\n" } else { "\n" };
        match (item.strip_prefix("- "), line.starts_with("##")) {
            (Some(item), _) if is_section => {
                let indent = " ".repeat(level * style.step);
                format!("{indent}{}{item}{ending}", style.mark)
            }
            (None, true) if is_section && style.has_anchors => {
                format!("{line} {{#anchor}}{ending}")
            }
            _ => format!("{line}{ending}"),
        }
    });
    lines.collect()
}
