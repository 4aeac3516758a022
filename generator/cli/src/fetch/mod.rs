//! `apipages fetch`: updates the pages from the documentation site.
//!
//! The index lists the pages, and the selection assigns paths to them. Each page is downloaded and
//! compared with the existing one, and the plan contains the changes. A single step writes them. If
//! a page fails, its old version is kept, and the other pages are updated.

mod arrival;
mod changes;
mod download;
mod index;
mod links;
mod own_pages;
mod page_path;
mod pages;
mod plan;
mod progress;
mod selection;
mod site_url;
mod state;
mod summary;
mod takeover;

use std::path::Path;
use std::time::{Duration, Instant};

use generator::output::Lock;
use generator::{Allowances, Code, Config, Fetch, Problem};

use crate::network::FetchArguments as Arguments;
use crate::shell::{Failure, Shell, folder, shown};
use arrival::Comparison;
use changes::Writer;
use download::Client;
use index::Index;
use pages::Pages;
use plan::{Arrivals, Plan, Planner, Record};
use progress::Progress;
use selection::Selection;
use site_url::SiteUrl;
use summary::Summary;

pub(crate) use changes::Changes;
pub(crate) use page_path::PagePath;
pub(crate) use summary::not_updated;

pub(crate) fn run(arguments: &Arguments, shell: &Shell) -> Result<(), Failure> {
    let changes = fetch(arguments, shell)?;
    match changes.failures.len() {
        0 => Ok(()),
        failures => Err(not_updated(failures, arguments.dry_run)),
    }
}

/// Updates the pages, and prints and returns the changes.
///
/// # Errors
///
/// Returns an error if nothing could be fetched. Failures of single pages are in the changes.
pub(crate) fn fetch(arguments: &Arguments, shell: &Shell) -> Result<Changes, Failure> {
    let start = Instant::now();
    let spec = folder(arguments.spec.as_deref(), "spec");
    let settings = generator::read_settings(&spec)?.config;
    let config = settings.as_ref().map(Config::parse).transpose()?;
    let config = config.unwrap_or_default();
    let url = index_url(arguments, &config.fetch, &spec)?;
    let pages = Pages::open(&spec)?;
    let _lock = match arguments.dry_run {
        false => Some(Lock::acquire(&spec)?),
        true => None,
    };
    let before = Record::read(&pages)?;
    let mut allowances = Allowances::of_fetch(&config.allow, settings.as_ref());

    shell.status("Fetching", format!("{url} to {}", pages.shown("")));
    let planner = Planner {
        pages: &pages,
        before: &before,
        prune: arguments.prune,
        allowances: &mut allowances,
    };
    let mut plan = plan(arguments, &config.fetch, &url, planner, shell)?;
    let problems = warnings(&mut plan, &allowances);
    let changes = Writer::new(&pages, shell, arguments.dry_run, &before).write(plan)?;

    let summary = Summary {
        shell,
        pages: &pages,
        dry_run: arguments.dry_run,
    };
    summary.warnings(&problems, &changes.noticed, allowances.accepted());
    summary.changes(&changes, start.elapsed());
    Ok(changes)
}

/// Fetches the pages of the site, and returns the plan of the changes.
fn plan(
    arguments: &Arguments,
    config: &Fetch,
    url: &SiteUrl,
    planner: Planner<'_, '_>,
    shell: &Shell,
) -> Result<Plan, Failure> {
    let (pages, before) = (planner.pages, planner.before);
    let timeout = Duration::from_secs(arguments.timeout);
    let client = Client::new(timeout, usize::from(arguments.jobs))?;
    let index = Index::read(&client, url, config)?;
    let files = pages.files()?;
    let selection = Selection::new(index, config, &files, &before.state)?;
    let unlisted = takeover::unlisted(pages, &files, &selection, &before.state)?;
    let arrivals = download(&client, pages, before, &selection, shell);
    Ok(planner.plan(selection, arrivals, &unlisted))
}

/// Downloads the pages, and compares each with the existing one.
fn download(
    client: &Client,
    pages: &Pages,
    before: &Record,
    selection: &Selection,
    shell: &Shell,
) -> Arrivals {
    let comparison = Comparison {
        client,
        pages,
        state: &before.state,
        fetch: before.state.next_fetch(),
    };
    let progress = Progress::new(selection.wanted.len(), shell);
    client.each(&selection.wanted, |wanted| {
        let arrival = comparison.of(wanted);
        progress.advance(wanted.path.as_str());
        arrival
    })
}

/// Returns the warnings about single pages and about unused `[[allow]]` entries. Unused entries are
/// not reported if pages are missing, because an entry may be about a missing page.
fn warnings(plan: &mut Plan, allowances: &Allowances<'_>) -> Vec<Problem> {
    let mut warnings = std::mem::take(&mut plan.problems);
    if plan.failures.is_empty() {
        warnings.extend(allowances.unused());
    }
    warnings
}

fn index_url(arguments: &Arguments, config: &Fetch, spec: &Path) -> Result<SiteUrl, Failure> {
    let Some(text) = arguments.from.as_ref().or(config.index.as_ref()) else {
        return Err(Failure::check(
            Code::NoIndex,
            "no index URL is configured",
            format!(
                "pass the list of pages with `--from https://…/llms.txt`, or set `index` under \
                 `[fetch]` in `{}`",
                shown(&spec.join("codegen.toml"))
            ),
        ));
    };
    index::parse_url(text)
}
