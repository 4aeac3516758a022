//! Mock servers of the upload API and the storage, each with its own URL, with faults that a test
//! selects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use twelvelabs::Client;

use super::server::{Reply, Request, client, serve};

/// The size of a chunk.
pub(crate) const CHUNK: usize = 1000;

/// The number of upload URLs of a new session.
const FIRST: u64 = 2;

/// A failure of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Fault {
    #[default]
    None,
    /// The connection breaks before the request is executed.
    Drop,
    /// The connection breaks after the request was executed.
    DropAnswer,
    /// The response is delayed.
    Delay(Duration),
    /// The response has this error status.
    Status(u16),
    /// The response is successful, but the request is not executed.
    Forget,
}

/// Selects the fault for a number and its count of previous requests.
pub(crate) type Faults = Arc<dyn Fn(u64, usize) -> Fault + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) client: Client,
    shared: Arc<Shared>,
}

struct Shared {
    storage: String,
    state: Mutex<State>,
    /// The faults of sent chunks, by number.
    puts: Faults,
    /// The faults of reports, numbered from 1.
    reports: Faults,
}

/// The received requests and the state of the servers.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) total_size: usize,
    pub(crate) stored: BTreeMap<u64, Vec<u8>>,
    /// The reported chunks.
    pub(crate) reported: BTreeSet<u64>,
    pub(crate) failed: BTreeSet<u64>,
    /// The sizes of reports.
    pub(crate) reports: Vec<usize>,
    /// The sent chunks, in the order in which they started.
    pub(crate) puts: Vec<u64>,
    pub(crate) put_headers: Vec<Vec<(String, String)>>,
    /// The first chunk and the number of each request for upload URLs.
    pub(crate) more: Vec<(u64, u64)>,
    /// Upload URLs below this generation have expired.
    pub(crate) oldest: u64,
    generation: u64,
    in_flight: usize,
    /// The maximum number of bytes in flight.
    pub(crate) most_in_flight: usize,
    /// The status that the session reports, if it is not derived from its chunks.
    pub(crate) status: Option<&'static str>,
    pub(crate) chunk_size: Option<i64>,
    /// Overrides the URL of the storage in upload URLs.
    pub(crate) address: Option<String>,
    pub(crate) is_without_etags: bool,
}

impl Platform {
    /// Starts servers without faults.
    pub(crate) async fn sound() -> Self {
        Self::faulty(|_, _| Fault::None, |_, _| Fault::None).await
    }

    /// Starts servers with these faults for chunks and for reports.
    pub(crate) async fn faulty(
        puts: impl Fn(u64, usize) -> Fault + Send + Sync + 'static,
        reports: impl Fn(u64, usize) -> Fault + Send + Sync + 'static,
    ) -> Self {
        let state = Arc::new(Mutex::new(None::<Arc<Shared>>));
        let of_storage = Arc::clone(&state);
        let shared = move |state: &Mutex<Option<Arc<Shared>>>| {
            let state = state.lock().expect("nobody panics with it");
            Arc::clone(state.as_ref().expect("no request comes before"))
        };
        let storage = serve(move |request| {
            let shared = shared(&of_storage);
            async move { shared.put(request).await }
        })
        .await;
        let shared = Arc::new(Shared {
            storage,
            state: Mutex::default(),
            puts: Arc::new(puts),
            reports: Arc::new(reports),
        });
        *state.lock().expect("nobody panics with it") = Some(Arc::clone(&shared));
        let of_api = Arc::clone(&shared);
        let url = serve(move |request| {
            let shared = Arc::clone(&of_api);
            async move { shared.call(request) }
        })
        .await;
        Self {
            client: client(&url),
            shared,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// Returns the URL of the storage.
    pub(crate) fn storage(&self) -> &str {
        &self.shared.storage
    }

    /// Returns the file assembled from the chunks.
    pub(crate) fn file(&self) -> Vec<u8> {
        self.state().stored.values().flatten().copied().collect()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    /// The storage.
    async fn put(&self, request: Request) -> Reply {
        assert_eq!(request.method, "PUT");
        let target = request.target.trim_start_matches("/bucket/").to_owned();
        let (chunk, generation) = target.split_once("?generation=").expect("an address");
        let chunk: u64 = chunk.parse().expect("a number");
        let generation: u64 = generation.parse().expect("a number");
        let fault = {
            let mut state = self.state();
            let before = state.puts.iter().filter(|put| **put == chunk).count();
            state.puts.push(chunk);
            state.put_headers.push(request.headers.clone());
            state.in_flight += request.body.len();
            state.most_in_flight = state.most_in_flight.max(state.in_flight);
            (self.puts)(chunk, before)
        };
        if let Fault::Delay(time) = fault {
            sleep(time).await;
        }
        let mut state = self.state();
        state.in_flight -= request.body.len();
        match fault {
            Fault::Drop => return Reply::HangUp,
            Fault::Status(status) => return Reply::status(status),
            _ if generation < state.oldest => return Reply::status(403),
            _ => {}
        }
        state.stored.insert(chunk, request.body);
        if fault == Fault::DropAnswer {
            return Reply::HangUp;
        }
        if state.is_without_etags {
            return Reply::status(200);
        }
        Reply::status(200).with_header("etag", format!("\"etag-{chunk}\""))
    }

    /// The API.
    fn call(&self, request: Request) -> Reply {
        assert_eq!(request.header("x-api-key"), Some(super::server::KEY));
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((&request.target, ""));
        let path = path.trim_start_matches("/assets/multipart-uploads");
        match (request.method.as_str(), path) {
            ("POST", "") => self.create(&request.json()),
            ("GET", "") => self.list(),
            ("GET", "/u1") => self.status(query),
            ("POST", "/u1") => self.report(&request.json()),
            ("POST", "/u1/presigned-urls") => self.more(&request.json()),
            other => panic!("{other:?} is no operation of the API"),
        }
    }

    fn create(&self, body: &Value) -> Reply {
        let mut state = self.state();
        state.total_size =
            usize::try_from(body["total_size"].as_u64().expect("a size")).expect("small");
        let chunks = state.chunks();
        Reply::json(&json!({
            "upload_id": "u1",
            "asset_id": "a1",
            "upload_urls": self.addresses(&state, 1, FIRST.min(chunks)),
            "upload_headers": {"x-storage-class": "standard"},
            "chunk_size": state.chunk_size.unwrap_or(CHUNK as i64),
            "total_chunks": chunks,
        }))
    }

    fn list(&self) -> Reply {
        let state = self.state();
        Reply::json(&json!({
            "data": [{
                "upload_id": "u1",
                "status": "active",
                "total_size": state.total_size,
                "chunk_size": CHUNK,
                "total_chunks": state.chunks(),
            }],
            "page_info": {"page": 1, "total_page": 1},
        }))
    }

    fn status(&self, query: &str) -> Reply {
        let state = self.state();
        let page: u64 = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("page=")?.parse().ok())
            .unwrap_or(1);
        let chunks = state.chunks();
        let on_page = (page - 1) * 50 + 1..=chunks.min(page * 50);
        let listed: Vec<Value> = on_page
            .map(|chunk| {
                let status = match chunk {
                    chunk if state.failed.contains(&chunk) => "failed",
                    chunk if state.reported.contains(&chunk) => "completed",
                    _ => "pending",
                };
                json!({"index": chunk, "status": status})
            })
            .collect();
        let is_whole = state.reported.len() as u64 == chunks && state.failed.is_empty();
        Reply::json(&json!({
            "upload_id": "u1",
            "status": state.status.unwrap_or(if is_whole { "completed" } else { "active" }),
            "uploaded_chunks": listed,
            "page_info": {"page": page, "total_page": chunks.div_ceil(50)},
        }))
    }

    fn report(&self, body: &Value) -> Reply {
        let mut state = self.state();
        let chunks = body["completed_chunks"].as_array().expect("chunks");
        state.reports.push(chunks.len());
        let number = state.reports.len() as u64;
        let fault = (self.reports)(number, 0);
        match fault {
            Fault::Drop => return Reply::HangUp,
            Fault::Status(status) => return Reply::status(status),
            _ => {}
        }
        for chunk in chunks {
            let index = chunk["chunk_index"].as_u64().expect("a number");
            let stored = state.stored.get(&index).expect("it was put");
            assert_eq!(chunk["chunk_size"], stored.len());
            assert_eq!(chunk["proof"], format!("etag-{index}"));
            assert_eq!(chunk["proof_type"], "etag");
            if fault != Fault::Forget {
                state.reported.insert(index);
                state.failed.remove(&index);
            }
        }
        if fault == Fault::DropAnswer {
            return Reply::HangUp;
        }
        let is_whole = state.reported.len() as u64 == state.chunks();
        Reply::json(&json!({
            "asset_id": "a1",
            "url": is_whole.then_some("https://assets.example/a1"),
            "total_completed": state.reported.len(),
        }))
    }

    fn more(&self, body: &Value) -> Reply {
        let mut state = self.state();
        let number = |key: &str| body[key].as_u64().expect("a number");
        let (start, count) = (number("start"), number("count"));
        assert!(count <= 50 && start + count - 1 <= state.chunks());
        state.more.push((start, count));
        state.generation += 1;
        Reply::json(&json!({"upload_urls": self.addresses(&state, start, count)}))
    }

    fn addresses(&self, state: &State, start: u64, count: u64) -> Vec<Value> {
        (start..start + count)
            .map(|chunk| {
                let storage = state.address.as_deref().unwrap_or(&self.storage);
                let url = format!("{storage}/bucket/{chunk}?generation={}", state.generation);
                json!({"chunk_index": chunk, "url": url})
            })
            .collect()
    }
}

impl State {
    fn chunks(&self) -> u64 {
        self.total_size.div_ceil(CHUNK) as u64
    }
}
