//! A server in a separate process: the program of a benchmark, called with `serve` and arguments
//! that select the responses.

use std::error::Error;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;

/// The server process, until it is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// The URL of the server.
    pub url: String,
}

impl Server {
    /// Starts this program with arguments for which it calls [`serve`].
    ///
    /// # Errors
    ///
    /// Returns an error if the process cannot be started, or does not print its URL.
    pub fn start(arguments: &[&str]) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        Ok(Self {
            process,
            url: format!("http://{}", address.trim()),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Responds to each request with the JSON that a function returns. Requests have no body.
///
/// # Errors
///
/// Returns an error if no port is available.
pub fn serve(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    io::stdout().flush()?;
    let answer = Arc::new(answer);
    for stream in listener.incoming() {
        let (stream, answer) = (stream?, Arc::clone(&answer));
        thread::spawn(move || answer_all(stream, &*answer));
    }
    Ok(())
}

/// Responds to the requests of one connection.
fn answer_all(mut stream: TcpStream, answer: impl Fn(&str) -> String) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&chunk[..read]);
        if request.ends_with(b"\r\n\r\n") {
            let body = answer(&String::from_utf8_lossy(&request));
            request.clear();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length";
            stream.write_all(format!("{head}: {}\r\n\r\n{body}", body.len()).as_bytes())?;
        }
    }
}

/// Returns the arguments of this program, without the argument `--bench` that cargo adds.
pub fn arguments() -> Vec<String> {
    let arguments = std::env::args().skip(1);
    arguments.filter(|argument| argument != "--bench").collect()
}
