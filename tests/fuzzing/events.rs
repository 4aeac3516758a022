//! Reads arbitrary bytes as the events of a response.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use twelvelabs::Client;

/// The maximum number of events that are read from a response.
const MOST: usize = 10_000;

/// Reads the bytes as events, at once and in two parts. The events do not depend on the
/// parts. Returns `true` if there is an event.
pub(crate) fn run(bytes: &[u8]) -> bool {
    let (cut, body) = bytes.split_first().unwrap_or((&0, &[]));
    let cut = usize::from(*cut).min(body.len());
    let whole = read([body, &[]]);
    let parts = read([&body[..cut], &body[cut..]]);
    assert_eq!(whole, parts);
    !whole.0.is_empty()
}

/// Returns the events of a response, and the error that ends them.
fn read(parts: [&[u8]; 2]) -> (Vec<String>, Option<String>) {
    let server = server();
    *server.parts.lock().unwrap_or_else(PoisonError::into_inner) = parts.map(<[u8]>::to_vec);
    let events = async {
        let mut texts = Vec::new();
        let mut events = match server
            .client
            .analyze_stream()
            .video(twelvelabs::types::VideoContextAssetId::new("a"))
            .send()
            .await
        {
            Ok(events) => events,
            Err(error) => return (texts, Some(error.to_string())),
        };
        while texts.len() < MOST {
            match events.next_event().await {
                Ok(Some(event)) => texts.push(format!("{event:?}")),
                Ok(None) => break,
                Err(error) => return (texts, Some(error.to_string())),
            }
        }
        (texts, None)
    };
    let limited = async { timeout(Duration::from_secs(10), events).await };
    server.runtime.block_on(limited).expect("it ends")
}

/// A server that sends the same chunks to every request.
struct Server {
    client: Client,
    parts: Arc<Mutex<[Vec<u8>; 2]>>,
    runtime: Runtime,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it has a number"));
        let parts = Arc::new(Mutex::new([Vec::new(), Vec::new()]));
        let shared = Arc::clone(&parts);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let parts = shared
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                // The client may have disconnected.
                let _ = respond(&mut stream, &parts);
            }
        });
        let client = Client::builder().api_key("key").base_url(url).retries(0);
        Server {
            client: client.build().expect("a client"),
            parts,
            runtime: Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
        }
    })
}

fn respond(stream: &mut TcpStream, parts: &[Vec<u8>; 2]) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.ends_with(b"}") {
        match stream.read(&mut buffer)? {
            0 => break,
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
    stream.set_nodelay(true)?;
    let length: usize = parts.iter().map(Vec::len).sum();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\
         content-length: {length}\r\n\r\n"
    )?;
    for part in parts {
        stream.write_all(part)?;
        stream.flush()?;
    }
    Ok(())
}
