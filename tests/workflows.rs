//! The GitHub workflows run the commands of this repository with minimal permissions.

use std::fs;

use serde_yaml::Value;
use tests::command::xtask;
use tests::{command, repository};

/// The workflows whose jobs have steps.
const FILES: [&str; 4] = [
    "ci.yml",
    "fuzz.yml",
    "supply-chain.yml",
    "update-client.yml",
];

#[test]
fn ci_runs_the_same_steps_as_the_script_on_every_promised_system_and_toolchain() {
    let workflow = parsed("ci.yml");
    let check = &workflow["jobs"]["check"];
    assert_eq!(
        scripts(check).last().map(String::as_str),
        Some("bash .ci/run")
    );
    let matrix = &check["strategy"]["matrix"];
    let systems = ["ubuntu-latest", "macos-latest", "windows-latest"];
    assert_eq!(texts(&matrix["system"]), systems);
    let manifest = fs::read_to_string(repository("Cargo.toml")).expect("the manifest");
    let declared = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .expect("a declared version");
    assert_eq!(
        texts(&matrix["toolchain"]),
        ["stable", declared.trim_matches('"')]
    );
    let toolchain = check["env"]["RUSTUP_TOOLCHAIN"].as_str();
    assert_eq!(toolchain, Some("${{ matrix.toolchain }}"));
}

#[test]
fn ci_has_the_target_of_browsers_on_linux_before_the_script_asks_for_it() {
    let target = "wasm32-unknown-unknown";
    let steps = steps(&parsed("ci.yml")["jobs"]["check"]);
    let runs = |script: &str| {
        let is_it = |step: &Value| step["run"].as_str() == Some(script);
        steps.iter().position(is_it).expect(script)
    };
    let install = runs(&format!("rustup target add {target}"));
    assert_eq!(steps[install]["if"].as_str(), Some("runner.os == 'Linux'"));
    assert!(install < runs("bash .ci/run"));
    let script = fs::read_to_string(repository(".ci/run")).expect("the script");
    assert!(script.contains(&format!("browser={target}\n")));
}

#[test]
fn a_specification_update_is_one_command_whose_summary_is_the_text() {
    let workflow = parsed("update-client.yml");
    let scripts = scripts(&workflow["jobs"]["update"]).concat();
    for part in [
        "command=(cargo xtask)\n",
        "command=(apipages)\n",
        "\"${command[@]}\" update --prune --spec \"$SPEC\" --out \"$OUT\" \\\n",
        "--summary \"$RUNNER_TEMP/update/report.md\"",
    ] {
        assert!(scripts.contains(part), "{part}: {scripts}");
    }
}

#[test]
fn other_repositories_can_call_the_workflow_of_an_update() {
    let workflow = parsed("update-client.yml");
    let inputs = workflow["on"]["workflow_call"]["inputs"]
        .as_mapping()
        .expect("inputs");
    for (name, input) in inputs {
        assert!(input["description"].is_string(), "{name:?}");
        assert!(input["default"].is_string(), "{name:?}");
    }
    let names: Vec<&str> = inputs.keys().filter_map(Value::as_str).collect();
    let expected = ["tool", "tool-revision", "from", "spec", "out", "branch"];
    assert_eq!(names, expected);
    let install = &steps(&workflow["jobs"]["update"])[1];
    assert_eq!(install["if"].as_str(), Some("inputs.tool != ''"));
    let script = install["run"].as_str().expect("a script");
    assert!(script.starts_with("cargo install --locked --git \"$TOOL\""));
}

#[test]
fn the_scheduled_update_is_the_one_that_other_repositories_call() {
    let update = &parsed("spec-update.yml")["jobs"]["update"];
    let called = update["uses"].as_str();
    assert_eq!(called, Some("./.github/workflows/update-client.yml"));
    let inputs = &parsed("update-client.yml")["on"]["workflow_call"]["inputs"];
    for (name, _) in update["with"].as_mapping().expect("inputs") {
        assert!(inputs.get(name).is_some(), "{name:?}");
    }
    // A called workflow has at most the permissions of its caller.
    assert_eq!(update["permissions"], may_propose());
}

/// Returns the permissions to push a branch and to open a pull request.
fn may_propose() -> Value {
    serde_yaml::from_str("{contents: write, pull-requests: write}").expect("YAML")
}

#[test]
fn the_site_of_the_scheduled_update_is_configured() {
    let config = generator::read_config(&repository("spec")).expect("settings");
    let index = config.fetch.index.expect("an index");
    assert!(index.starts_with("https://"), "{index}");
}

#[test]
fn a_specification_update_runs_on_a_schedule_and_by_hand() {
    let workflow = parsed("spec-update.yml");
    let cron = workflow["on"]["schedule"][0]["cron"]
        .as_str()
        .expect("a schedule");
    assert_eq!(cron.split(' ').count(), 5, "{cron}");
    assert!(workflow["on"].get("workflow_dispatch").is_some());
}

#[test]
fn the_pull_request_is_one_and_its_text_is_the_report() {
    let workflow = parsed("spec-update.yml");
    assert_eq!(
        workflow["concurrency"]["group"].as_str(),
        Some("spec-update")
    );
    let scripts = scripts(&parsed("update-client.yml")["jobs"]["propose"]).concat();
    for part in [
        "update/report.md\"",
        "gh pr list --head",
        "gh pr edit",
        "gh pr create",
    ] {
        assert!(scripts.contains(part), "{part}");
    }
}

#[test]
fn only_the_job_that_builds_nothing_may_write() {
    for file in FILES {
        let workflow = parsed(file);
        let permissions = &workflow["permissions"];
        assert!(!permissions.is_null() && !may_write(permissions), "{file}");
        for (name, job) in jobs(&workflow) {
            let scripts = scripts(job).concat();
            let builds = scripts.contains("cargo ") || scripts.contains(".ci/run");
            assert!(
                !(builds && may_write(&job["permissions"])),
                "{file}: {name}"
            );
            assert!(!job["timeout-minutes"].is_null(), "{file}: {name}");
        }
    }
    let propose = &parsed("update-client.yml")["jobs"]["propose"]["permissions"];
    assert_eq!(*propose, may_propose());
}

#[test]
fn actions_are_pinned_to_commits_and_keep_no_credentials() {
    for file in FILES {
        let text = text(file);
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let uses: Vec<String> = lines
            .filter_map(|line| Some(line.split_once("uses: ")?.1.to_owned()))
            .collect();
        assert!(!uses.is_empty(), "{file}");
        for action in uses {
            let (name, version) = action.split_once(" # v").expect(&action);
            let (_, commit) = name.split_once('@').expect(&action);
            let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_commit, "{file}: {action}");
            assert_eq!(version.split('.').count(), 3, "{file}: {action}");
        }
        let steps = jobs(&parsed(file))
            .into_iter()
            .flat_map(|(_, job)| steps(job))
            .collect::<Vec<_>>();
        for step in steps
            .iter()
            .filter(|step| used(step).starts_with("actions/checkout@"))
        {
            assert_eq!(
                step["with"]["persist-credentials"].as_bool(),
                Some(false),
                "{file}"
            );
        }
    }
}

#[test]
fn untrusted_text_is_never_part_of_a_script() {
    for file in FILES {
        for (name, job) in jobs(&parsed(file)) {
            assert!(!scripts(job).concat().contains("${{"), "{file}: {name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn scripts_are_what_bash_reads() {
    for file in FILES {
        for (name, job) in jobs(&parsed(file)) {
            for script in scripts(job) {
                let outcome =
                    command::run(std::process::Command::new("bash").args(["-n", "-c", &script]));
                assert_eq!(outcome.code, Some(0), "{file}: {name}: {}", outcome.stderr);
            }
        }
    }
}

#[test]
fn the_command_has_the_options_that_are_used() {
    let help = command::run(xtask().args(["update", "--help"]))
        .exits_with(0)
        .stdout;
    for option in ["--prune", "--from", "--summary", "--spec", "--out"] {
        assert!(help.contains(option), "{option}");
    }
}

fn text(file: &str) -> String {
    let path = repository(".github/workflows").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parsed(file: &str) -> Value {
    serde_yaml::from_str(&text(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn jobs(workflow: &Value) -> Vec<(&str, &Value)> {
    let jobs = workflow["jobs"].as_mapping().expect("a workflow has jobs");
    jobs.iter()
        .map(|(name, job)| (name.as_str().expect("a name"), job))
        .collect()
}

fn steps(job: &Value) -> Vec<Value> {
    job["steps"].as_sequence().expect("a job has steps").clone()
}

fn used(step: &Value) -> &str {
    step["uses"].as_str().unwrap_or_default()
}

/// Returns the scripts of a job, in their order.
fn scripts(job: &Value) -> Vec<String> {
    let scripts = steps(job)
        .into_iter()
        .filter_map(|step| step["run"].as_str().map(str::to_owned));
    scripts.collect()
}

fn may_write(permissions: &Value) -> bool {
    match permissions {
        Value::Mapping(map) => map.values().any(|value| value.as_str() != Some("read")),
        Value::Null => false,
        _ => true,
    }
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_sequence().expect("a list");
    list.iter()
        .map(|item| item.as_str().expect("a text"))
        .collect()
}
