//! `cargo bench -p benches --bench growth`: generates clients from inputs that repeat one construct,
//! with `n` and `4n` repetitions. Fails if the time grows faster than the input.
//!
//! Inputs are ones on which a search or a comparison per item would take quadratic time. Run it after
//! changes of the reader or of names. A part of a name as an argument runs only these cases.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use benches::cost::{Fallible, exit_code};
use benches::server::arguments;
use generator::{Source, SourceFile, Stage};

/// The accepted ratio of the times for `4n` and `n`. Quadratic time has the ratio 16.
const LIMIT: f64 = 8.0;

/// Times below this are not compared, because the fixed part of a run dominates them.
const SHORTEST: Duration = Duration::from_millis(40);

/// The number of repetitions of a fragment.
const REPEATED: usize = 20_000;

/// A construct, its number of repetitions, and the input with a number of them.
struct Case {
    name: &'static str,
    repetitions: usize,
    file: &'static str,
    text: fn(usize) -> String,
}

const fn case(
    name: &'static str,
    file: &'static str,
    repetitions: usize,
    text: fn(usize) -> String,
) -> Case {
    Case {
        name,
        repetitions,
        file,
        text,
    }
}

const CASES: [Case; 46] = [
    case("operations", "api.yaml", 500, |n| {
        document("", &repeated(n, |i| operation(i, "")))
    }),
    case("properties", "api.yaml", 4_000, |n| {
        let properties = repeated(n, |i| format!("        p{i}: {{type: string}}\n"));
        schema(&format!("      properties:\n{properties}"))
    }),
    case("properties with one name in Rust", "api.yaml", 2_000, |n| {
        let properties = repeated(n, |i| {
            let spaces = " ".repeat(i % 7 + 1);
            format!("        '{}': {{type: string}}\n", look_alike(i, &spaces))
        });
        schema(&format!("      properties:\n{properties}"))
    }),
    case("inline objects with one name", "api.yaml", 1_000, |n| {
        let properties = repeated(n, |i| {
            let name = look_alike(i, " ");
            format!("        '{name}': {{type: object, properties: {{p{i}: {{type: string}}}}}}\n")
        });
        schema(&format!("      properties:\n{properties}"))
    }),
    case("values of an enum", "api.yaml", 4_000, |n| {
        let values = repeated(n, |i| format!("      - value{i}\n"));
        schema(&format!("      type: string\n      enum:\n{values}"))
    }),
    case("values with one name in Rust", "api.yaml", 2_000, |n| {
        let values = repeated(n, |i| format!("      - '{}'\n", look_alike(i, " ")));
        schema(&format!("      type: string\n      enum:\n{values}"))
    }),
    case("members of a union", "api.yaml", 500, |n| {
        let members = repeated(n, |i| {
            format!("      - {{type: object, properties: {{p{i}: {{type: string}}}}}}\n")
        });
        schema(&format!("      oneOf:\n{members}"))
    }),
    case("nested compositions", "api.yaml", 250, |n| {
        let properties = repeated(n, |i| {
            let inner = format!("{{properties: {{q{i}: {{type: string}}}}}}");
            let part = |inner: &str| {
                format!(
                    "{{allOf: [{{properties: {{p: {inner}}}}}, {{properties: {{r{i}: {{}}}}}}]}}"
                )
            };
            let nested = (0..5).fold(inner, |inner, _| part(&inner));
            format!("        p{i}: {nested}\n")
        });
        schema(&format!("      properties:\n{properties}"))
    }),
    case("schemas", "api.yaml", 1_000, |n| {
        let schemas = repeated(n, |i| {
            format!(
                "    S{i}: {{type: object, properties: {{next: {{$ref: '#/components/schemas/S{}'}}}}}}\n",
                (i + 1) % n
            )
        });
        format!(
            "{}components:\n  schemas:\n{schemas}",
            document("", &returning("S0"))
        )
    }),
    case("schemas with one name", "api.yaml", 1_000, |n| {
        let schemas = repeated(n, |i| {
            format!(
                "    'a{}b': {{type: object, properties: {{p{i}: {{type: string}}}}}}\n",
                "_".repeat(i % 50 + 1) + &".".repeat(i / 50)
            )
        });
        let uses = repeated(n, |i| {
            let name = "_".repeat(i % 50 + 1) + &".".repeat(i / 50);
            format!("        p{i}: {{$ref: '#/components/schemas/a{name}b'}}\n")
        });
        format!(
            "{}components:\n  schemas:\n    All:\n      properties:\n{uses}{schemas}",
            document("", &returning("All"))
        )
    }),
    case("parameters", "api.yaml", 1_000, |n| {
        let parameters = repeated(n, |i| {
            format!("        - {{name: p{i}, in: query, schema: {{type: string}}}}\n")
        });
        document(
            "",
            &operation(0, &format!("      parameters:\n{parameters}")),
        )
    }),
    case("parameters with one name", "api.yaml", 1_000, |n| {
        let parameters = repeated(n, |i| {
            let name = look_alike(i, " ");
            format!("        - {{name: '{name}', in: query, schema: {{type: string}}}}\n")
        });
        document(
            "",
            &operation(0, &format!("      parameters:\n{parameters}")),
        )
    }),
    case("responses", "api.yaml", 400, |n| {
        let responses = repeated(n, |i| {
            format!(
                "        '{}': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{p{i}: {{}}}}}}}}}}}}\n",
                200 + i
            )
        });
        document(
            "",
            &format!("  /a:\n    get:\n      responses:\n{responses}"),
        )
    }),
    case("media types", "api.yaml", 1_000, |n| {
        let types = repeated(n, |i| {
            format!("            application/x{i}+json: {{schema: {{type: string}}}}\n")
        });
        document(
            "",
            &operation(
                0,
                &format!("      requestBody:\n          content:\n{types}"),
            ),
        )
    }),
    case("keys", "api.yaml", 1_000, |n| {
        let schemes = repeated(n, |i| {
            format!("    k{i}: {{type: apiKey, in: header, name: x-{i}}}\n")
        });
        format!(
            "{}components:\n  securitySchemes:\n{schemes}",
            document("", &operation(0, ""))
        )
    }),
    case("headers that look like keys", "api.yaml", 500, |n| {
        document(
            "",
            &repeated(n, |i| {
                operation(
                    i,
                    &format!(
                        "      parameters:\n        - {{name: authorization, in: header, required: true, description: 'Key {i}', schema: {{type: string}}}}\n"
                    ),
                )
            }),
        )
    }),
    case("servers", "api.yaml", 1_000, |n| {
        let servers = repeated(n, |i| {
            format!("  - {{url: 'https://s{i}.example.com', description: S {i}}}\n")
        });
        document(&format!("servers:\n{servers}"), &operation(0, ""))
    }),
    case("tags", "api.yaml", 1_000, |n| {
        document(
            "",
            &repeated(n, |i| operation(i, &format!("      tags: [tag{i}]\n"))),
        )
    }),
    case("security requirements", "api.yaml", 500, |n| {
        let schemes = repeated(n, |i| {
            format!("    k{i}: {{type: apiKey, in: header, name: x-{i}}}\n")
        });
        let required = repeated(n, |i| format!("        - k{i}: []\n"));
        let get = operation(0, &format!("      security:\n{required}"));
        format!(
            "{}components:\n  securitySchemes:\n{schemes}",
            document("", &get)
        )
    }),
    case("mapped values of a discriminator", "api.yaml", 300, |n| {
        let [mut mapping, mut members, mut schemas] = [const { String::new() }; 3];
        for i in 0..n {
            let _ = writeln!(mapping, "          v{i}: '#/components/schemas/V{i}'");
            let _ = writeln!(members, "        - $ref: '#/components/schemas/V{i}'");
            let _ = writeln!(
                schemas,
                "    V{i}: {{type: object, properties: {{kind: {{type: string}}, p{i}: {{}}}}}}"
            );
        }
        let discriminator = format!(
            "      discriminator:\n        propertyName: kind\n        mapping:\n{mapping}"
        );
        schema(&format!("{discriminator}      oneOf:\n{members}")) + &schemas
    }),
    case("parts of a composition", "api.yaml", 1_000, |n| {
        let parts = repeated(n, |i| {
            format!("      - {{type: object, properties: {{p{i}: {{type: string}}}}}}\n")
        });
        schema(&format!("      allOf:\n{parts}"))
    }),
    case("required properties", "api.yaml", 3_000, |n| {
        let required = repeated(n, |i| format!("      - p{i}\n"));
        let properties = repeated(n, |i| format!("        p{i}: {{type: string}}\n"));
        schema(&format!(
            "      required:\n{required}      properties:\n{properties}"
        ))
    }),
    case("fields of a body", "api.yaml", 1_000, |n| {
        let properties = repeated(n, |i| format!("                p{i}: {{type: string}}\n"));
        let body = format!(
            "      requestBody:\n        content:\n          application/json:\n            schema:\n              type: object\n              properties:\n{properties}"
        );
        document("", &operation(0, &body).replace("    get:", "    post:"))
    }),
    case("required headers", "api.yaml", 1_000, |n| {
        let parameters = repeated(n, |i| {
            format!(
                "        - {{name: x-{i}, in: header, required: true, schema: {{type: string, enum: [a]}}}}\n"
            )
        });
        document(
            "",
            &operation(0, &format!("      parameters:\n{parameters}")),
        )
    }),
    case("offsets", "api.yaml", 1_000, |n| {
        let parameters = repeated(n, |i| {
            format!(
                "        - {{name: '{}offset', in: query, schema: {{type: number}}}}\n",
                [" ".repeat(i % 50), "-".repeat(i / 50)].concat()
            )
        });
        document(
            "",
            &operation(0, &format!("      parameters:\n{parameters}")),
        )
    }),
    case("headers of a response", "api.yaml", 3_000, |n| {
        let headers = repeated(n, |i| {
            format!("            x-{i}: {{schema: {{type: string}}}}\n")
        });
        document(
            "",
            &format!(
                "  /a:\n    get:\n      responses:\n        '200':\n          description: d\n          headers:\n{headers}"
            ),
        )
    }),
    case("placeholders of a path", "api.yaml", 30, |n| {
        let path = repeated(n, |i| format!("/{{p{i}}}"));
        let parameters = repeated(n, |i| {
            format!(
                "        - {{name: p{i}, in: path, required: true, schema: {{type: string}}}}\n"
            )
        });
        document(
            "",
            &format!(
                "  {path}:\n    get:\n      parameters:\n{parameters}      responses: {{'200': {{description: d}}}}\n"
            ),
        )
    }),
    case("webhooks", "api.yaml", 500, |n| {
        let hooks = repeated(n, |i| {
            format!(
                "  e{i}: {{post: {{requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{p{i}: {{type: string}}}}}}}}}}}}, responses: {{}}}}}}\n"
            )
        });
        format!("{}webhooks:\n{hooks}", document("", &operation(0, "")))
    }),
    case("nested groups", "api.yaml", 300, |n| {
        document(
            "",
            &repeated(n, |i| {
                operation(
                    i,
                    &format!(
                        "      x-fern-sdk-group-name: [a{}, b{}, c{i}]\n",
                        i % 10,
                        i % 100
                    ),
                )
            }),
        )
    }),
    case("equal operations", "page.md", 200, |n| {
        repeated(n, |i| {
            format!(
                "# A\n\n```yaml\n{}```\n\n",
                document("", &operation(i % 20, ""))
            )
        })
    }),
    case("equal methods", "api.yaml", 400, |n| {
        document(
            "",
            &repeated(n, |i| {
                operation(
                    i,
                    "      x-fern-sdk-group-name: a\n      x-fern-sdk-method-name: b\n",
                )
            }),
        )
    }),
    case("prose: property lines", "page.md", 4_000, |n| {
        prose(&format!(
            "### Query Parameters\n\n{}\n",
            repeated(n, |i| format!("- `p{i}` (string, optional) — Text.\n"))
        ))
    }),
    case("prose: variants of a union", "page.md", 500, |n| {
        let variants = repeated(n, |i| {
            format!("  - Variant{i}\n    - `p{i}` (string, required)\n")
        });
        prose(&format!(
            "### Body\n\n- `a` (object or object, required)\n{variants}\n"
        ))
    }),
    case("prose: allowed values", "page.md", 4_000, |n| {
        let values: Vec<String> = (0..n).map(|i| format!("`v{i}`")).collect();
        prose(&format!(
            "### Query Parameters\n\n- `a` (enum, optional)\n  - Allowed values: {}\n",
            values.join(", ")
        ))
    }),
    case("prose: a long heading", "page.md", 50_000, |n| {
        let name = "A".repeat(n);
        prose(&format!(
            "### Body\n\n- `a` (Pet, required)\n\n## Types\n\n### Pet\n\n### {name}\n\n- `b` (string)\n"
        ))
    }),
    case("prose: objects of a sample's type", "page.md", 1_000, |n| {
        let objects = repeated(n, |i| {
            format!("- `a` (object, optional)\n  - `p{i}` (string, optional)\n")
        });
        prose(&format!(
            "### Body\n\n{objects}\n## Examples\n\n```python\nclient.pets.add(\n    a=Pet(\n        b=1,\n    ),\n)\n```\n"
        ))
    }),
    case("prose: values of a long key", "page.md", 20_000, |n| {
        let values = "1,".repeat(n);
        prose(&format!(
            "### Body\n\n- `a` (string, required)\n\n## Examples\n\n**Request**\n\n```json\n{{\"{}\": [{values}1]}}\n```\n",
            "K".repeat(n)
        ))
    }),
    case("values in descriptions of variants", "api.yaml", 500, |n| {
        let unions = repeated(n, |i| {
            format!(
                "    U{i}:\n      oneOf:\n      - {{properties: {{type: {{$ref: '#/components/schemas/E'}}}}, description: a variant}}\n      discriminator: {{propertyName: type}}\n"
            )
        });
        let uses = repeated(n, |i| {
            format!("        p{i}: {{$ref: '#/components/schemas/U{i}'}}\n")
        });
        schema(&format!(
            "      properties:\n{uses}    E: {{type: string, enum: [a, b]}}\n{unions}"
        ))
    }),
    case("prose: named types", "page.md", 500, |n| {
        let types = repeated(n, |i| {
            format!("### T{i}\n\n- `next` (T{}, optional)\n\n", (i + 1) % n)
        });
        prose(&format!(
            "### Body\n\n- `a` (T0, required)\n\n## Types\n\n{types}"
        ))
    }),
    case("prose: samples", "page.md", 500, |n| {
        let samples = repeated(n, |i| format!("```python\nclient.a{i}.b(c=\"d\")\n```\n\n"));
        prose(&format!(
            "### Query Parameters\n\n- `a` (string, optional)\n\n## Examples\n\n{samples}"
        ))
    }),
    case("prose: authentication", "page.md", 4_000, |n| {
        let lines = "Text.\n\n".repeat(n);
        prose("### Query Parameters\n\n- `a` (string, optional)\n").replace(
            "## Request",
            &format!("## Authentication\n\n{lines}\n## Request"),
        )
    }),
    case("prose: clients of a sample", "page.md", 10_000, |n| {
        let sample = format!("```python\nclient = A()\n{}\n```\n", "client.a ".repeat(n));
        prose(&format!(
            "### Query Parameters\n\n- `a` (string, optional)\n\n## Examples\n\n{sample}"
        ))
    }),
    case("prose: errors", "page.md", 400, |n| {
        let errors = repeated(n, |i| {
            format!(
                "### {}\n\nText.\n\n- `p{i}` (string, required)\n\n",
                400 + i % 199
            )
        });
        prose(&format!(
            "### Query Parameters\n\n- `a` (string, optional)\n\n## Errors\n\n{errors}"
        ))
    }),
    case("code blocks", "page.md", 5_000, |n| {
        "```yaml\na: 1\n```\n\n".repeat(n)
    }),
    case("headings", "page.md", 20_000, |n| "# A\n\n".repeat(n)),
    case("operations of one page", "page.md", 300, |n| {
        repeated(n, |i| {
            format!("# A\n\n```yaml\n{}```\n\n", document("", &operation(i, "")))
        })
    }),
];

/// A name that is the same as all others in Rust.
fn look_alike(position: usize, separator: &str) -> String {
    let mut name = "a".to_owned();
    let mut rest = position;
    for letter in "bcdefghijklmnopq".chars() {
        name.push_str(if rest % 2 == 0 { separator } else { "-" });
        name.push(letter);
        rest /= 2;
    }
    name
}

fn repeated(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect()
}

fn document(root: &str, paths: &str) -> String {
    let servers = match root.contains("servers:") {
        true => "",
        false => "servers: [{url: 'https://api.example.com'}]\n",
    };
    format!("openapi: 3.1.0\ninfo: {{title: A, version: '1'}}\n{servers}{root}paths:\n{paths}")
}

fn operation(position: usize, rest: &str) -> String {
    let mut operation = format!("  /p{position}:\n    get:\n      operationId: op{position}\n");
    operation += rest;
    operation += "      responses: {'200': {description: d}}\n";
    operation
}

/// Returns an operation that returns a schema.
fn returning(schema: &str) -> String {
    let schema = format!("{{$ref: '#/components/schemas/{schema}'}}");
    format!(
        "  /a:\n    get:\n      responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}\n"
    )
}

fn schema(lines: &str) -> String {
    format!(
        "{}components:\n  schemas:\n    Pet:\n{lines}",
        document("", &returning("Pet"))
    )
}

/// A page in structured prose with these sections.
fn prose(sections: &str) -> String {
    "# List pets\n\nPOST https://api.example.com/v1/pets\nContent-Type: application/json\n\nText.\n\n\
     Reference: https://docs.example.com/api/pets/list\n\n## Request\n\n"
        .to_owned()
        + sections
}

/// Parts of texts on which a search for an end can fail.
const FRAGMENTS: [&str; 44] = [
    "`",
    "``` ",
    "[",
    "](",
    "![",
    "<",
    "<a",
    "<a href=\"",
    "<Note>",
    "</Note>",
    "<!--",
    "{",
    "{/*",
    "}",
    "&",
    "&lt;",
    "\\",
    "*",
    "*a ",
    "_a",
    "~~",
    "|",
    "| a ",
    "http://",
    "http",
    "https://a.b ",
    "a@b.c ",
    "$",
    "\"",
    "'",
    "(",
    "\u{e9}",
    "\n",
    "\n- a",
    "\n  - a",
    "\n> a",
    "\n1. a",
    "\n|a|b|",
    "\n    a",
    "\n# a",
    "\n```\n",
    "\n<Note>\n",
    "\n- `a` (string",
    " or object",
];

/// The cases without an operation.
const WITHOUT_OPERATION: [&str; 2] = ["code blocks", "headings"];

/// The fragments that hide the specification below them in a Markdown page.
const HIDING: [&str; 3] = ["`", "<!--", "~~"];

const MARKDOWN: &str = "a Markdown page";

/// The places of a text, in a page or a document.
const PLACES: [(&str, &str, fn(&str) -> String); 7] = [
    ("the description of an operation", "api.json", |text| {
        in_json("description", text)
    }),
    ("a summary", "api.json", |text| in_json("summary", text)),
    ("the description of a parameter", "api.json", |text| {
        let parameter = serde_json::json!([{"name": "a", "in": "query", "description": text}]);
        in_json("parameters", parameter)
    }),
    ("a default", "api.json", |text| {
        let schema = serde_json::json!({"type": "string", "default": text});
        in_json(
            "parameters",
            serde_json::json!([{"name": "a", "in": "query", "schema": schema}]),
        )
    }),
    (MARKDOWN, "page.md", |text| {
        format!(
            "# A\n\n{text}\n\n```yaml\n{}```\n",
            document("", &operation(0, ""))
        )
    }),
    ("a prose page", "page.md", |text| {
        let request = "### Query Parameters\n\n- `a` (string, optional)\n";
        prose(request).replace("Text.", text)
    }),
    ("a line of a prose page", "page.md", |text| {
        prose(&format!(
            "### Query Parameters\n\n- `a` (string, optional) — {text}\n"
        ))
    }),
];

fn in_json(key: &str, value: impl Into<serde_json::Value>) -> String {
    let mut operation = serde_json::json!({"responses": {"200": {"description": "d"}}});
    operation[key] = value.into();
    serde_json::json!({
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/a": {"get": operation}},
    })
    .to_string()
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Fallible<ExitCode> {
    let only = arguments().into_iter().next();
    let is_chosen = |name: &str| only.as_deref().is_none_or(|only| name.contains(only));
    println!(
        "{:<60} {:>10} {:>10} {:>6}  slowest stage",
        "", "n", "4n", "ratio"
    );
    let mut is_accepted = true;
    for case in CASES.iter().filter(|case| is_chosen(case.name)) {
        let has_client = !WITHOUT_OPERATION.contains(&case.name);
        is_accepted &= compare(
            case.name,
            case.file,
            case.repetitions,
            has_client,
            case.text,
        );
    }
    for (place, file, within) in PLACES {
        for fragment in FRAGMENTS {
            let name = format!("{fragment:?} in {place}");
            if is_chosen(&name) {
                let hides = HIDING.contains(&fragment) && place == MARKDOWN;
                let text = |n| within(&fragment.repeat(n));
                is_accepted &= compare(&name, file, REPEATED, !hides, text);
            }
        }
    }
    Ok(match is_accepted {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Prints the times for `n` and `4n` repetitions, and returns `true` if their ratio is accepted, and
/// a client was generated if there should be one.
fn compare(
    name: &str,
    file: &str,
    repetitions: usize,
    has_client: bool,
    text: impl Fn(usize) -> String,
) -> bool {
    let [(few, _, _), (many, stage, is_generated)] =
        [repetitions, 4 * repetitions].map(|repetitions| measure(file, &text(repetitions)));
    let ratio = many.as_secs_f64() / few.as_secs_f64();
    let is_fast = many < SHORTEST || ratio < LIMIT;
    let is_accepted = is_fast && is_generated == has_client;
    let mark = match (is_fast, is_accepted) {
        (false, _) => "  too slow",
        (true, false) => "  wrong outcome",
        (true, true) => "",
    };
    let [few, many] = [few, many].map(|time| time.as_secs_f64() * 1e3);
    println!("{name:<60} {few:>7.1} ms {many:>7.1} ms {ratio:>6.1}  {stage}{mark}");
    is_accepted
}

/// Returns the shortest of several times, the stage that takes longest, and whether a client was
/// generated.
fn measure(file: &str, text: &str) -> (Duration, &'static str, bool) {
    let times = (0..3).map(|_| {
        let source = Source {
            pages: vec![SourceFile::new(file, text)],
            ..Source::default()
        };
        let start = Instant::now();
        let mut before = start;
        let mut stages = Vec::new();
        let generated = generator::generate_observed(&source, &mut |stage: Stage| {
            stages.push((before.elapsed(), stage.name()));
            before = Instant::now();
        });
        let time = start.elapsed();
        stages.push((before.elapsed(), "end"));
        let slowest = stages.into_iter().max().map_or("", |(_, stage)| stage);
        (time, slowest, generated.is_ok())
    });
    times.min().unwrap_or_default()
}
