//! `cargo xtask fetch`: the pages as the documentation site has them now.
//!
//! The index says which pages there are, the plan which of them have a place, and
//! each page is then fetched, inspected and written by itself. What fails leaves
//! the old page where it is; the others are brought up to date all the same.

mod address;
mod download;
mod index;
mod links;
mod own_pages;
mod page_path;
mod pages;
mod plan;
mod progress;
mod state;
mod summary;
mod takeover;
mod update;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use generator::{Code, Fetch};

use crate::shell::{Failure, Shell, folder, shown};
use address::Address;
use download::Client;
use own_pages::OwnPages;
use pages::Pages;
use plan::FetchPlan;
use state::State;
use summary::Summary;
use update::Update;

pub(crate) use page_path::PagePath;
pub(crate) use summary::{Changes, not_updated};

// `update` has these arguments and its own, and clap names groups by the type.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// The address of the site's list of pages [default: `fetch.index` in codegen.toml]
    #[arg(long, value_name = "URL")]
    pub(crate) from: Option<String>,
    /// The folder whose `pages/` are brought up to date [default: spec]
    #[arg(long, value_name = "DIR")]
    pub(crate) spec: Option<PathBuf>,
    /// Remove the pages that the site does not list any more
    #[arg(long)]
    pub(crate) prune: bool,
    /// Write nothing; say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How many pages are fetched at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// How long a single answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let changes = fetch(arguments)?;
    match changes.failures.len() {
        0 => Ok(()),
        failures => Err(not_updated(failures, arguments.dry_run)),
    }
}

/// Brings the pages up to date, says what that changes, and returns it.
///
/// # Errors
///
/// If nothing could be fetched at all. Failures of single pages are among the changes.
pub(crate) fn fetch(arguments: &Arguments) -> Result<Changes, Failure> {
    let start = Instant::now();
    let shell = Shell {
        quiet: arguments.quiet,
    };
    let spec = folder(arguments.spec.as_deref(), "spec");
    let config = generator::read_config(&spec)?.fetch;
    let address = index_address(arguments, &config, &spec)?;
    let pages = Pages::open(&spec)?;
    let state = State::read(&pages)?;
    let own = OwnPages::read(&pages)?;
    let jobs = usize::from(arguments.jobs);
    let client = Client::new(Duration::from_secs(arguments.timeout), jobs);

    shell.status("Fetching", format!("{address} to {}", pages.shown("")));
    let index = index::read(&client, &address)?;
    let mut plan = FetchPlan::new(&index, &config, &pages, &state)?;
    let unlisted = takeover::unlisted(&pages, &plan)?;
    if !arguments.dry_run {
        pages.create()?;
    }
    let update = Update {
        client: &client,
        pages: &pages,
        state: &state,
        fetch: state.next_fetch(),
        dry_run: arguments.dry_run,
    };
    let brought = update.run(&plan.wanted, jobs, &shell)?;
    let described: Vec<_> = plan
        .named()
        .zip(&brought)
        .filter_map(|(path, brought)| Some((path, &brought.as_ref().ok()?.described)))
        .collect();
    let mut replaced = takeover::replaced(&unlisted, &described);

    let mut result = Summary::new(&shell, &pages, &state, &own, arguments.dry_run);
    result.changes.failures.append(&mut plan.refused);
    for (wanted, brought) in plan.wanted.iter().zip(brought) {
        let outcome = brought.map(|brought| {
            let content = brought.content;
            let content = content.map(|content| (wanted.path.clone(), content));
            result.changes.contents.extend(content);
            brought.outcome
        });
        result.page(&wanted.path, outcome);
    }
    result.replaced(&mut replaced);
    let is_left = |path: &PagePath| !replaced.contains_key(path);
    let left: Vec<_> = unlisted
        .into_iter()
        .filter(|page| is_left(&page.path))
        .collect();
    // A link that could not be followed may be that of a page that seems to have vanished,
    // and an index without any page is half published.
    let is_whole =
        result.changes.failures.is_empty() && plan.elsewhere.is_empty() && result.fetched() > 0;
    plan.vanished.retain(is_left);
    result.vanished(&plan.vanished, arguments.prune && is_whole);
    result.unlisted(&left);
    result.elsewhere(&plan.elsewhere);
    result.save();
    Ok(result.finish(start.elapsed()))
}

fn index_address(arguments: &Arguments, config: &Fetch, spec: &Path) -> Result<Address, Failure> {
    let Some(text) = arguments.from.as_ref().or(config.index.as_ref()) else {
        return Err(Failure::check(
            Code::NoIndex,
            "no site is named to fetch from",
            format!(
                "name its list of pages with `--from https://…/llms.txt`, or as `index` under \
                 `[fetch]` in `{}`",
                shown(&spec.join("codegen.toml"))
            ),
        ));
    };
    index::address(text)
}
