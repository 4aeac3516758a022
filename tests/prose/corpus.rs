//! Real pages, and pages rendered from OpenAPI pages, if they are available next to the repository.

use std::collections::{BTreeSet, HashMap};

use generator::api::Api;
use generator::{Code, Output, generate, model, read};
use tests::corpus;

use crate::agreement::{Difference, compare};

fn output_of(path: &str) -> Option<Output> {
    let source = read(&corpus(path)?).expect(path);
    Some(generate(&source).expect(path))
}

fn model_of(path: &str) -> Option<Api> {
    let source = read(&corpus(path)?).expect(path);
    Some(model(&source).expect(path).0)
}

#[test]
fn every_real_page_is_read() {
    for (company, operations, left_out) in [
        ("agentmail", 21, &[][..]),
        ("elevenlabs", 17, &[]),
        ("ideogram", 1, &[]),
        ("twelvelabs-inline", 50, &[]),
        ("twelvelabs-named", 50, &[]),
    ] {
        let Some(output) = output_of(&format!("prose/{company}")) else {
            continue;
        };
        let report = &output.report;
        assert_eq!(report.operations.len(), operations, "{company}");
        let called = report
            .operations
            .iter()
            .filter(|operation| operation.client_method.is_some());
        assert_eq!(called.count(), operations, "{company}");
        let codes = report.warnings.iter().map(generator::Problem::code);
        let about_pages = codes.filter(|code| {
            [
                Code::UnknownLine,
                Code::WebhookLeftOut,
                Code::UnverifiedWebhooks,
                Code::MissingSpecification,
                Code::NoKey,
            ]
            .contains(code)
        });
        assert_eq!(about_pages.collect::<Vec<_>>(), left_out, "{company}");
        assert!(!report.losses.is_empty(), "{company}");
    }
}

#[test]
fn a_real_page_of_a_webhook_is_an_event_that_can_be_verified() {
    let Some(output) = output_of("prose/agentmail") else {
        return;
    };
    let webhooks = output.api.webhooks.expect("webhooks");
    let names: Vec<&str> = webhooks.events.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["message-bounced"]);
    let signature = webhooks.signature.expect("a signature");
    assert_eq!(signature.header, "svix-signature");
}

/// The facts that the two formats lose, each with the section of the platform description that
/// explains it: `form | place | fact | section`.
const LOST: &str = include_str!("lost.txt");

/// The minimum percentage of parameters and properties that must agree.
const LEAST_AGREEMENT: usize = 97;

/// Checks that a rendered folder has the model of the pages that it was rendered from.
fn agrees(form: &str, has_names: bool) {
    let (Some(truth), Some(found)) = (
        model_of("twelvelabs"),
        model_of(&format!("prose/twelvelabs-{form}")),
    ) else {
        return;
    };
    assert_eq!(found.server, truth.server);
    assert_eq!(found.key, truth.key);
    let agreement = compare(&truth, &found, has_names);
    let (compared, wrong) = (agreement.compared, agreement.wrong());
    assert!(
        (compared - wrong) * 100 >= compared * LEAST_AGREEMENT,
        "{wrong} of {compared} differ"
    );
    let lost = agreement.differences.iter().map(|difference| {
        let Difference { place, fact, .. } = difference;
        format!("{form} | {place} | {fact}")
    });
    let lost: BTreeSet<String> = lost.collect();
    let lines = LOST
        .lines()
        .filter(|line| line.starts_with(&format!("{form} | ")));
    let listed: BTreeSet<String> = lines
        .map(|line| {
            let (fact, section) = line.rsplit_once(" | ").expect("a section");
            assert!(section.starts_with("section "), "{line}");
            fact.to_owned()
        })
        .collect();
    assert_eq!(lost, listed);
}

#[test]
fn nested_types_are_those_of_the_pages_that_were_rendered() {
    // This format contains no type names.
    agrees("inline", false);
}

#[test]
fn named_types_are_those_of_the_pages_that_were_rendered() {
    agrees("named", true);
}

/// The operations whose name depends on the format, each with the reason:
/// `form | operation | name in an OpenAPI block | name in prose | reason`.
const RENAMED: &str = include_str!("renamed.txt");

#[test]
fn operations_have_the_names_of_the_pages_that_were_rendered() {
    for form in ["inline", "named"] {
        let (Some(truth), Some(found)) = (
            output_of("twelvelabs"),
            output_of(&format!("prose/twelvelabs-{form}")),
        ) else {
            return;
        };
        let names = truth.report.operations.iter();
        let names = names.map(|it| ((&it.method, &it.path), &it.client_method));
        // The first name of an operation that can stream is that of the other call.
        let names: HashMap<_, _> = names.rev().collect();
        let renamed = found.report.operations.iter().filter_map(|operation| {
            let (method, path) = (&operation.method, &operation.path);
            let [before, after] = [*names.get(&(method, path))?, &operation.client_method];
            let [before, after] = [before.as_deref()?, after.as_deref()?];
            (before != after).then(|| format!("{form} | {method} {path} | {before} | {after}"))
        });
        let renamed: BTreeSet<String> = renamed.collect();
        let lines = RENAMED.lines();
        let lines = lines.filter(|line| line.starts_with(&format!("{form} | ")));
        let listed = lines.filter_map(|line| Some(line.rsplit_once(" | ")?.0.to_owned()));
        assert_eq!(renamed, listed.collect::<BTreeSet<_>>());
    }
}
