//! `cargo bench -p benches`: counts the instructions of a client call, compared with the same
//! handwritten call.
//!
//! The instructions are counted with Valgrind, so the result is reproducible and does not depend on
//! the load of the machine. The server runs in a separate process and is not counted. One-time
//! costs are not counted either, because each number is the difference between N calls and 2 N
//! calls. Without Valgrind, the program prints a message and compares nothing.

use std::error::Error;
use std::process::{Command, ExitCode};

use benches::by_hand;
use benches::server::{Server, arguments, serve};

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The maximum accepted ratio.
const LIMIT: f64 = 1.05;

/// The number of calls of the first measurement. The second makes twice as many.
const CALLS: u64 = 100;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Fallible<ExitCode> {
    let arguments = arguments();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", assets] => {
            let body = page(assets.parse()?).to_string();
            serve(move |_| body.clone())?;
            Ok(ExitCode::SUCCESS)
        }
        ["call", writer, url, calls] => {
            call(writer, url, calls.parse()?).map(|()| ExitCode::SUCCESS)
        }
        _ => compare(),
    }
}

/// Prints the instructions of both kinds of calls, and fails if the ratio is too high.
fn compare() -> Fallible<ExitCode> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("Valgrind, which counts the instructions, is not installed: nothing compared");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{:<30} {:>12} {:>12} {:>7}",
        "instructions", "by hand", "client", "ratio"
    );
    let (empty, full) = (costs(0)?, costs(50)?);
    let decoding = [full[0] - empty[0], full[1] - empty[1]];
    let mut code = ExitCode::SUCCESS;
    for (name, [by_hand, client]) in [
        ("a call that returns no assets", empty),
        ("a call that returns 50 assets", full),
        ("decoding the 50 assets", decoding),
    ] {
        let ratio = client / by_hand;
        println!("{name:<30} {by_hand:>12.0} {client:>12.0} {ratio:>7.3}");
        if ratio > LIMIT {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Returns the number of instructions of one call, handwritten and with the client.
fn costs(assets: usize) -> Fallible<[f64; 2]> {
    let server = Server::start(&["serve", &assets.to_string()])?;
    let cost = |writer| -> Fallible<f64> {
        let once = instructions(writer, &server.url, CALLS)?;
        let twice = instructions(writer, &server.url, 2 * CALLS)?;
        Ok((twice - once) as f64 / CALLS as f64)
    };
    Ok([cost("by-hand")?, cost("client")?])
}

/// Counts the instructions of this program while it makes calls.
fn instructions(writer: &str, url: &str, calls: u64) -> Fallible<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["call", writer, url, &calls.to_string()])
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let counted = report
        .lines()
        .find_map(|line| line.split("Collected :").nth(1));
    match counted {
        Some(count) if output.status.success() => Ok(count.trim().parse()?),
        _ => Err(format!("the calls failed under Valgrind:\n{report}").into()),
    }
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

fn page(assets: usize) -> serde_json::Value {
    let asset = |number: usize| {
        serde_json::json!({
            "_id": format!("6298d673f1090f1100476{number:03}"),
            "method": "direct",
            "status": "ready",
            "filename": format!("recording {number}.mp4"),
            "file_type": "video/mp4",
            "created_at": "2024-01-01T00:00:00.123Z",
        })
    };
    serde_json::json!({
        "data": (0..assets).map(asset).collect::<Vec<_>>(),
        "page_info": {"limit_per_page": 50, "page": 1, "total_page": 1, "total_results": assets},
    })
}
