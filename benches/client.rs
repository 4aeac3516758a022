//! `cargo bench -p benches`: the instructions that a call of the client takes,
//! compared with the same call written by hand.
//!
//! Valgrind counts them, which gives the same number on every run and beside any
//! load. The server is a process of its own, and is not counted; nor is what
//! happens once, because each number is the difference between many calls and
//! twice as many. Without Valgrind the program says so and compares nothing.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};

use benches as by_hand;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// The ratio that the client keeps to.
const LIMIT: f64 = 1.10;

/// How many calls are made, and then twice as many.
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
    // Cargo passes `--bench` to a program of its own harness.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", assets] => serve(assets.parse()?).map(|()| ExitCode::SUCCESS),
        ["call", writer, address, calls] => {
            call(writer, address, calls.parse()?).map(|()| ExitCode::SUCCESS)
        }
        _ => compare(),
    }
}

/// Prints what calls cost both ways, and fails when the client costs too much.
fn compare() -> Fallible<ExitCode> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("no Valgrind here, by which the instructions would be counted: nothing compared");
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
        ("a call, answered by no asset", empty),
        ("a call, answered by 50 assets", full),
        ("the 50 assets alone", decoding),
    ] {
        let ratio = client / by_hand;
        println!("{name:<30} {by_hand:>12.0} {client:>12.0} {ratio:>7.3}");
        if ratio > LIMIT {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Returns the instructions of one call, by hand and by the client.
fn costs(assets: usize) -> Fallible<[f64; 2]> {
    let server = Server::start(assets)?;
    let cost = |writer| -> Fallible<f64> {
        let once = instructions(writer, &server.address, CALLS)?;
        let twice = instructions(writer, &server.address, 2 * CALLS)?;
        Ok((twice - once) as f64 / CALLS as f64)
    };
    Ok([cost("by-hand")?, cost("client")?])
}

/// Counts the instructions of this program when it makes calls.
fn instructions(writer: &str, address: &str, calls: u64) -> Fallible<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["call", writer, address, &calls.to_string()])
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

/// Makes calls, one after the other.
fn call(writer: &str, address: &str, calls: u64) -> Fallible<()> {
    let base_url = format!("http://{address}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match writer {
            "by-hand" => {
                let client = reqwest::Client::builder().no_proxy().build()?;
                for _ in 0..calls {
                    by_hand::list(&client, &base_url, "key-of-the-bench", 50).await?;
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

/// This program as the server, until it is dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(assets: usize) -> Fallible<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["serve", &assets.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        Ok(Self {
            process,
            address: address.trim().to_owned(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers every request with a page of so many assets.
fn serve(assets: usize) -> Fallible<()> {
    let body = page(assets).to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    io::stdout().flush()?;
    for stream in listener.incoming() {
        answer_all(stream?, answer.as_bytes())?;
    }
    Ok(())
}

/// Answers the requests of one connection.
fn answer_all(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return Ok(()),
            Ok(read) => request.extend_from_slice(&chunk[..read]),
        }
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            stream.write_all(answer)?;
        }
    }
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
