//! The command line of `cargo xtask explain`, and the examples in its texts, which cause the
//! explained problems.

use std::collections::BTreeSet;

use generator::{Code, Source, SourceFile, generate};
use tests::Workplace;

/// The page for examples of settings and overlays.
const PAGE: &str = "# List pets

GET https://api.example.com/v1/pets

## OpenAPI Specification

```yaml
openapi: 3.1.1
info: {title: List pets, version: endpoint_pets.list}
paths:
  /pets:
    get:
      operationId: list
      responses:
        '200':
          description: The pets.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
```
";

#[test]
fn a_code_is_explained() {
    let workplace = Workplace::empty();
    let outcome = workplace.xtask(&["explain", "no-server"]).exits_with(0);
    assert_eq!(outcome.stdout, Code::NoServer.explanation());
    assert_eq!(outcome.stderr, "");
}

#[test]
fn all_codes_are_listed() {
    let outcome = Workplace::empty().xtask(&["explain"]).exits_with(0);
    let words = outcome.stdout.lines().map(|line| line.split(' ').next());
    let codes = Code::ALL.iter().map(|code| Some(code.as_str()));
    assert!(words.eq(codes), "{}", outcome.stdout);
}

#[test]
fn an_unknown_code_leads_to_the_nearest_one() {
    let outcome = Workplace::empty()
        .xtask(&["explain", "no-sever"])
        .exits_with(1);
    let expected = "error[unknown-code]: cannot explain `no-sever`: there is no such code\n  \
                    help: run `cargo xtask explain no-server`\n";
    assert_eq!(outcome.stderr, expected);
}

#[test]
fn the_output_of_problems_ends_with_the_command_once() {
    let workplace = Workplace::empty();
    workplace.write("pages/pets.md", PAGE);
    let codegen = ["codegen", "--spec", "pages", "--out", "client"];
    let outcome = workplace.xtask(&codegen).exits_with(0);
    let hint = "For more information about this problem, run `cargo xtask explain no-key`.\n";
    assert!(outcome.stderr.ends_with(hint), "{}", outcome.stderr);
    assert_eq!(outcome.stderr.matches("xtask explain").count(), 1);
    let denied = [&codegen[..], &["--deny-warnings"]].concat();
    let outcome = workplace.xtask(&denied).exits_with(1);
    assert_eq!(outcome.stderr.matches("For more information").count(), 1);
    let quiet = [&codegen[..], &["--quiet"]].concat();
    assert_eq!(workplace.xtask(&quiet).exits_with(0).stderr, "");
}

#[test]
fn the_examples_cause_the_problems_that_they_explain() {
    let mut run = 0;
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let Some(source) = example(code.explanation()) else {
            continue;
        };
        run += 1;
        let found = codes(&source);
        if !found.contains(code) {
            wrong.push(format!("{code}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(run > 30, "only {run} examples are run");
}

/// Returns the codes of the problems of a run.
fn codes(source: &Source) -> BTreeSet<Code> {
    match generate(source) {
        Ok(output) => {
            let warnings = output.report.warnings.iter();
            warnings.map(generator::Problem::code).collect()
        }
        Err(problem) => BTreeSet::from([problem.code()]),
    }
}

/// Returns the input of an executable example. The info string of its fence specifies the kind of
/// input.
fn example(explanation: &str) -> Option<Source> {
    let (_, example) = explanation.split_once("## Example\n\n")?;
    let (first, rest) = example.split_once('\n')?;
    let info = first.trim_start_matches('`');
    let fence = &first[..first.len() - info.len()];
    let (text, _) = rest.split_once(&format!("\n{fence}\n"))?;
    let file = |name: &str, text: &str| Some(SourceFile::new(name, text));
    let mut source = Source::default();
    let mut page = PAGE.to_owned();
    match info {
        "markdown page" => page = format!("{text}\n"),
        "yaml specification" => {
            let (_, request) = PAGE.split_once("# List pets").expect("a title");
            let (request, _) = request.split_once("openapi:").expect("a specification");
            page = format!("# Pets{request}{text}\n```\n");
        }
        "yaml overlay.yaml" => source.overlay = file("overlay.yaml", text),
        "toml codegen.toml" => source.config = file("codegen.toml", text),
        _ => return None,
    }
    source.pages = file("pages/pets.md", &page).into_iter().collect();
    Some(source)
}
