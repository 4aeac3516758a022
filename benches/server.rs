//! A server in a process of its own: the program of a benchmark, called with `serve`
//! and what it should answer.

use std::error::Error;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;

/// The program as the server, until it is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// The address to call.
    pub url: String,
}

impl Server {
    /// Starts this program with these arguments, with which it has to call [`serve`].
    ///
    /// # Errors
    ///
    /// When it cannot be started, or says no address.
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
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers each request, which has no body, with the JSON that a function makes of it.
///
/// # Errors
///
/// When there is no free port.
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

/// Answers the requests of one connection.
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

/// Returns the arguments of this program, without the one that cargo gives to a
/// benchmark with a harness of its own.
pub fn arguments() -> Vec<String> {
    let arguments = std::env::args().skip(1);
    arguments.filter(|argument| argument != "--bench").collect()
}
