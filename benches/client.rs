//! `cargo bench -p benches`: counts the instructions of a client call, compared with the same
//! handwritten call.
//!
//! Without Valgrind, the program prints a message and compares nothing. It fails if a ratio exceeds
//! its goal.

use std::process::ExitCode;

use benches::cost::{Fallible, exit_code};
use benches::pages::{PAGES, Page};
use benches::server::{Server, arguments};
use benches::{by_hand, instructions};

/// The maximum accepted ratio of decoding to `serde_json`.
const GOAL_OF_DECODING: f64 = 0.65;

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Fallible<ExitCode> {
    let arguments = arguments();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", page] => Page::serve(page).map(|()| ExitCode::SUCCESS),
        ["call", writer, url, calls] => {
            call(writer, url, calls.parse()?).map(|()| ExitCode::SUCCESS)
        }
        _ => compare(),
    }
}

/// Prints the instructions of both kinds of calls, and fails if a ratio is too high.
fn compare() -> Fallible<ExitCode> {
    if !instructions::can_be_counted() {
        println!("Valgrind, which counts the instructions, is not installed: nothing compared");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{:<34} {:>12} {:>12} {:>7} {:>7}",
        "instructions", "by hand", "client", "ratio", "goal"
    );
    let mut code = ExitCode::SUCCESS;
    let mut empty = None;
    for page in &PAGES {
        let call = costs(page)?;
        let mut rows = vec![(format!("a call: {}", page.name), call, page.goal_of_call)];
        match empty {
            None => empty = Some(call),
            Some(empty) => {
                let decoding = [call[0] - empty[0], call[1] - empty[1]];
                rows.push((
                    format!("decoding: {}", page.name),
                    decoding,
                    GOAL_OF_DECODING,
                ));
            }
        }
        for (name, [by_hand, client], goal) in rows {
            let ratio = client / by_hand;
            println!("{name:<34} {by_hand:>12.0} {client:>12.0} {ratio:>7.3} {goal:>7.3}");
            if ratio > goal {
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// Returns the number of instructions of one call, handwritten and with the client.
fn costs(page: &Page) -> Fallible<[f64; 2]> {
    let server = Server::start(&["serve", page.name])?;
    let program = std::env::current_exe()?;
    let cost = |writer| instructions::of_one_call(&program, &["call", writer, &server.url]);
    Ok([cost("by-hand")?, cost("client")?])
}

/// Makes calls sequentially.
fn call(writer: &str, base_url: &str, calls: u64) -> Fallible<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match writer {
            "by-hand" => {
                let client = reqwest::Client::builder().no_proxy().build()?;
                for _ in 0..calls {
                    by_hand::list(&client, base_url, "key-of-the-bench", 50).await?;
                }
            }
            _ => {
                let client = twelvelabs::Client::builder()
                    .api_key("key-of-the-bench")
                    .base_url(base_url)
                    .build()?;
                for _ in 0..calls {
                    client.assets().list().page_limit(50).send().await?;
                }
            }
        }
        Ok(())
    })
}
