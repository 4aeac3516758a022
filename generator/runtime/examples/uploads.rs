//! Measures the speed and the memory use of uploading a large file, compared with `reqwest`.
//!
//! ```sh
//! cargo run --release -p client-runtime --example uploads    # or with a number of MiB
//! ```
//!
//! The server is a second process of this program, which discards the request bodies.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use client_runtime::{Call, CallOptions, Client, Form, Operation, Upload};
use reqwest::multipart;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const FILES: Operation = Operation::new("files_create", "/files");

const ROUNDS: usize = 5;

#[tokio::main]
async fn main() -> Result<()> {
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some("serve") {
        return serve();
    }
    let mebibytes: u64 = argument.map_or(Ok(1024), |size| size.parse())?;
    let mut server = Command::new(std::env::current_exe()?)
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    let output = server.stdout.take().ok_or("the server has no output")?;
    BufReader::new(output).read_line(&mut url)?;

    let file = tempfile::NamedTempFile::new()?;
    file.as_file().set_len(mebibytes << 20)?;
    let result = compare(url.trim(), file.path(), mebibytes).await;
    server.kill()?;
    result
}

async fn compare(url: &str, path: &Path, mebibytes: u64) -> Result<()> {
    let client = Client::builder()
        .api_key("key")
        .base_url(url)
        .timeout(Duration::from_secs(600))
        .build()?;
    let bare = reqwest::Client::builder().no_proxy().build()?;
    let idle = resident()?;
    println!("{mebibytes} MiB      reqwest              this client");
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let reqwest = measured(idle, send_bare(&bare, url, path)).await?;
        let own = measured(idle, send(&client, path)).await?;
        let rate = |time: Duration| mebibytes as f64 / time.as_secs_f64();
        rates[0].push(rate(reqwest.time));
        rates[1].push(rate(own.time));
        println!(
            "         {:>6.0} MiB/s +{:>3} MiB   {:>6.0} MiB/s +{:>3} MiB",
            rate(reqwest.time),
            reqwest.memory >> 10,
            rate(own.time),
            own.memory >> 10,
        );
    }
    let [reqwest, own] = rates.map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates[ROUNDS / 2]
    });
    println!(
        "median   {reqwest:>6.0} MiB/s            {own:>6.0} MiB/s   = {:.2}",
        own / reqwest
    );
    Ok(())
}

async fn send(client: &Client, path: &Path) -> Result<()> {
    let form = Form::new().file("file", &Upload::path(path));
    let call = Call::new(client, &FILES, &CallOptions::new());
    let call = call.prepare(move |raw| {
        let url = format!("{}/files", raw.baseurl);
        raw.client.post(url).json(&&form).build()
    });
    call.json::<u8>().await?;
    Ok(())
}

async fn send_bare(client: &reqwest::Client, url: &str, path: &Path) -> Result<()> {
    let form = multipart::Form::new().file("file", path).await?;
    let request = client.post(format!("{url}/files")).multipart(form);
    request.send().await?.error_for_status()?;
    Ok(())
}

struct Measured {
    time: Duration,
    /// The peak memory use above idle, in KiB.
    memory: u64,
}

async fn measured(idle: u64, call: impl Future<Output = Result<()>>) -> Result<Measured> {
    let is_over = Arc::new(AtomicBool::new(false));
    let most = Arc::new(AtomicU64::new(idle));
    let watcher = thread::spawn({
        let (is_over, most) = (Arc::clone(&is_over), Arc::clone(&most));
        move || {
            while !is_over.load(Ordering::Relaxed) {
                most.fetch_max(resident().unwrap_or_default(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(2));
            }
        }
    });
    let start = Instant::now();
    let result = call.await;
    let time = start.elapsed();
    is_over.store(true, Ordering::Relaxed);
    watcher.join().map_err(|_| "the watcher is gone")?;
    result?;
    let memory = most.load(Ordering::Relaxed) - idle;
    Ok(Measured { time, memory })
}

/// Returns the resident memory of this process in KiB.
fn resident() -> std::io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default())
}

fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || while answer(&stream).is_ok_and(|more| more) {});
    }
    Ok(())
}

fn answer(mut stream: &TcpStream) -> std::io::Result<bool> {
    let mut reader = BufReader::with_capacity(256 << 10, stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let start = head.len();
        if reader.read_line(&mut head)? == 0 {
            return Ok(false);
        }
        let line = head[start..].to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1")?;
    Ok(true)
}
