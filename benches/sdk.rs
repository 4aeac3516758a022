//! `cargo bench -p benches --bench sdk`: compares the client with the official SDK for Python.
//!
//! Both perform the same work against one server, each in a separate process: list 10,000 assets
//! sequentially with 50 per page, and retrieve an asset 4,000 times with 16 concurrent calls.
//! `PYTHON` is the path of a Python with the package `twelvelabs`. Without it, the program prints a
//! message and compares nothing.

use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use benches::cost::{Fallible, exit_code};
use benches::server::{Server, arguments, serve};
use futures_util::TryStreamExt as _;

const ASSETS: u64 = 10_000;
const CALLS: u64 = 4_000;
const AT_ONCE: u64 = 16;
const PAGE: u64 = 50;

/// The number of measurements of each program, of which the best is printed.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    exit_code(run().map(|()| ExitCode::SUCCESS))
}

fn run() -> Fallible<()> {
    let arguments = arguments();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => Ok(serve(answers())?),
        [what, address, number] => measure(what, address, number.parse()?),
        _ => compare(),
    }
}

/// The time and the memory use of a process.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    kibibytes: f64,
}

fn compare() -> Fallible<()> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_sdk = Command::new(&python)
        .args(["-c", "import twelvelabs"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_sdk {
        println!(
            "`{python}` does not have the package `twelvelabs`: nothing compared (set PYTHON)"
        );
        return Ok(());
    }
    let server = Server::start(&["serve"])?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/sdk.py");
    println!("{:<34} {:>10} {:>10} {:>7}", "", "SDK", "client", "ratio");
    for (what, number, name) in [
        ("list", ASSETS, "10,000 assets, seconds"),
        ("calls", CALLS, "calls per second, 16 at once"),
    ] {
        let number = number.to_string();
        let [mut sdk, mut client] = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            sdk.push(cost(Command::new(&python).args([
                script,
                what,
                &server.url,
                &number,
            ]))?);
            client.push(cost(Command::new(std::env::current_exe()?).args([
                what,
                &server.url,
                &number,
            ]))?);
        }
        let (sdk, client) = (best(&sdk), best(&client));
        let [of_sdk, of_client] = [sdk, client].map(|cost| match what {
            "list" => cost.seconds,
            _ => CALLS as f64 / cost.seconds,
        });
        let ratio = of_client / of_sdk;
        println!("{name:<34} {of_sdk:>10.2} {of_client:>10.2} {ratio:>7.3}");
        let [of_sdk, of_client] = [sdk, client].map(|cost| cost.kibibytes / 1024.0);
        let ratio = of_client / of_sdk;
        println!(
            "{:<34} {of_sdk:>10.1} {of_client:>10.1} {ratio:>7.3}",
            "  peak memory, MiB"
        );
    }
    Ok(())
}

fn best(costs: &[Cost]) -> Cost {
    let least = |of: fn(&Cost) -> f64| costs.iter().map(of).fold(f64::INFINITY, f64::min);
    Cost {
        seconds: least(|cost| cost.seconds),
        kibibytes: least(|cost| cost.kibibytes),
    }
}

/// Runs a program that prints its time and memory use.
fn cost(command: &mut Command) -> Fallible<Cost> {
    let output = command.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().flat_map(str::parse).collect();
    match numbers[..] {
        [seconds, kibibytes] if output.status.success() => Ok(Cost { seconds, kibibytes }),
        _ => Err(format!("{command:?} failed: {text}").into()),
    }
}

/// Performs the measured work, and prints its time and memory use.
#[tokio::main(flavor = "current_thread")]
async fn measure(what: &str, address: &str, number: u64) -> Fallible<()> {
    let client = twelvelabs::Client::builder()
        .api_key("key-of-the-bench")
        .base_url(address)
        .build()?;
    let begin = Instant::now();
    if what == "list" {
        let assets = client.assets().list().page_limit(50).stream();
        let seen = assets
            .try_fold(0, |seen, _| async move { Ok(seen + 1) })
            .await?;
        assert_eq!(seen, number);
    } else {
        call_often(&client, number).await?;
    }
    println!("{} {}", begin.elapsed().as_secs_f64(), peak_memory()?);
    Ok(())
}

async fn call_often(client: &twelvelabs::Client, number: u64) -> Fallible<()> {
    let started = AtomicU64::new(0);
    let work = (0..AT_ONCE).map(|_| async {
        while started.fetch_add(1, Ordering::Relaxed) < number {
            client.assets().retrieve("asset").send().await?;
        }
        Ok::<(), twelvelabs::Error>(())
    });
    futures_util::future::try_join_all(work).await?;
    Ok(())
}

/// Returns the peak memory use of this process in KiB.
fn peak_memory() -> Fallible<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number
        .ok_or("the system does not report the peak memory")?
        .parse()?)
}

/// Returns the response to a request: a page of the list, or one asset.
fn answers() -> impl Fn(&str) -> String {
    let list: Vec<String> = (0..PAGE).map(asset).collect();
    move |request| {
        if request.starts_with("GET /assets?") {
            page(request, &list)
        } else {
            asset(0)
        }
    }
}

fn page(request: &str, list: &[String]) -> String {
    let query = request.split(['?', '&', ' ']);
    let page = query.filter_map(|pair| pair.strip_prefix("page=")).next();
    let page = page.unwrap_or("1");
    let pages = ASSETS / PAGE;
    let list = list.join(",");
    format!(
        r#"{{"data":[{list}],"page_info":{{"limit_per_page":{PAGE},"page":{page},"total_page":{pages},"total_results":{ASSETS}}}}}"#
    )
}

fn asset(number: u64) -> String {
    format!(
        r#"{{"_id":"6298d673f1090f1100476{number:03}","method":"direct","status":"ready","filename":"recording {number}.mp4","file_type":"video/mp4","created_at":"2024-01-01T00:00:00.123Z","size":104857600,"duration":312.5}}"#
    )
}
