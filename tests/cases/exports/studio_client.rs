//! Requests and responses of the studio client, tested with a local listener. This file is
//! compiled as a test of the generated crate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use studio::{CallOptions, Client, Form, Upload, types};

/// Serves these answers, one after the other, and tells what was asked.
fn serve(answers: Vec<(&'static str, &'static str)>) -> (Client, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        for (media_type, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            stream
                .set_read_timeout(Some(Duration::from_secs(10)))
                .unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).unwrap();
            }
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            let mut sent = vec![0; length];
            reader.read_exact(&mut sent).unwrap();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            let sent = String::from_utf8(sent).unwrap();
            sender.send(format!("{head}{sent}")).unwrap();
        }
    });
    let client = Client::builder()
        .api_key("secret")
        .base_url(address)
        .build()
        .unwrap();
    (client, requests)
}

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

#[tokio::test]
async fn one_operation_answers_at_once_or_with_events() {
    let (client, requests) = serve(vec![
        (JSON, r#"{"text": "Hello"}"#),
        (
            EVENTS,
            "data: {\"word\": \"Hel\"}\n\ndata: {\"word\": \"lo\"}\n\ndata: [DONE]\n\n",
        ),
    ]);
    let answer = client
        .dialogues()
        .talk("Hi")
        .mood("calm")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text, "Hello");
    let request = requests.recv().unwrap();
    assert!(request.contains("accept: application/json"), "{request}");
    assert!(
        request.ends_with(r#"{"text":"Hi","stream":false,"mood-value":"calm"}"#),
        "{request}"
    );

    let body = types::DialoguesTalkRequest::new("Hi").tone(types::Tone::Cool);
    let mut events = client
        .dialogues()
        .talk_stream("")
        .body(body)
        .send()
        .await
        .unwrap();
    let mut words = Vec::new();
    while let Some(event) = events.next_event().await.unwrap() {
        words.push(event.word);
    }
    assert_eq!(words, ["Hel", "lo"]);
    let request = requests.recv().unwrap();
    assert!(request.contains("accept: text/event-stream"), "{request}");
    assert!(
        request.ends_with(r#"{"text":"Hi","stream":true,"tone":"q1"}"#),
        "{request}"
    );
}

#[tokio::test]
async fn a_field_with_one_value_is_sent_by_itself() {
    let (client, requests) = serve(vec![(
        EVENTS,
        "data: {\"kind\": \"word\", \"word\": \"Hi\"}\n\ndata: {\"kind\": \"end\"}\n\n",
    )]);
    let mut events = client.dialogues().listen("Hi").send().await.unwrap();
    let first = events.next_event().await.unwrap();
    assert!(
        matches!(&first, Some(types::DialoguesListenResponse::Word(event)) if event.word == "Hi"),
        "{first:?}"
    );
    let second = events.next_event().await.unwrap();
    assert!(
        matches!(second, Some(types::DialoguesListenResponse::End(_))),
        "{second:?}"
    );
    assert!(events.next_event().await.unwrap().is_none());
    let request = requests.recv().unwrap();
    assert!(
        request.ends_with(r#"{"text":"Hi","stream":true}"#),
        "{request}"
    );
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let (client, requests) = serve(vec![
        (
            JSON,
            r#"{"results": [{"name": "a"}, {"name": "b"}], "next_cursor": "2"}"#,
        ),
        (JSON, r#"{"results": [{"name": "c"}], "next_cursor": null}"#),
    ]);
    let filter = types::DialoguesResultsItems::new().name("x");
    let mut dialogues = client
        .dialogues()
        .list()
        .languages(["de", "fr"])
        .filter(filter)
        .with_options(CallOptions::new().header("x-trace", "7"))
        .stream();
    let mut names = Vec::new();
    while let Some(dialogue) = dialogues.next_item().await.unwrap() {
        names.extend(dialogue.name);
    }
    assert_eq!(names, ["a", "b", "c"]);
    let query = "filter=%7b%22name%22%3a%22x%22%7d&languages=de,fr";
    let first = requests.recv().unwrap();
    assert!(
        first.starts_with(&format!("get /v1/dialogues?{query} ")),
        "{first}"
    );
    assert!(first.contains("x-trace: 7"), "{first}");
    let second = requests.recv().unwrap();
    assert!(
        second.starts_with(&format!("get /v1/dialogues?cursor=2&{query} ")),
        "{second}"
    );
}

#[tokio::test]
async fn a_list_is_read_from_offset_to_offset() {
    let (client, requests) = serve(vec![
        (JSON, r#"{"found": {"words": ["a", "b"]}}"#),
        (JSON, r#"{"found": {"words": []}}"#),
    ]);
    let mut pages = client.vocabulary().list().start(5).pages();
    assert_eq!(
        pages.next_page().await.unwrap().unwrap().found.words,
        ["a", "b"]
    );
    let last = pages.next_page().await.unwrap();
    assert!(last.is_none_or(|page| page.found.words.is_empty()));
    assert!(pages.next_page().await.unwrap().is_none());
    assert!(
        requests
            .recv()
            .unwrap()
            .starts_with("get /v1/vocabulary?from=5 ")
    );
    assert!(
        requests
            .recv()
            .unwrap()
            .starts_with("get /v1/vocabulary?from=7 ")
    );
}

#[tokio::test]
async fn pages_may_be_counted_from_zero() {
    let (client, requests) = serve(vec![
        (JSON, r#"{"data": ["warm"]}"#),
        (JSON, r#"{"data": []}"#),
    ]);
    let mut tones = client.tones().list().stream();
    assert_eq!(tones.next_item().await.unwrap().as_deref(), Some("warm"));
    assert_eq!(tones.next_item().await.unwrap(), None);
    assert!(
        requests
            .recv()
            .unwrap()
            .starts_with("get /v1/tones?pages=0 ")
    );
    assert!(
        requests
            .recv()
            .unwrap()
            .starts_with("get /v1/tones?pages=1 ")
    );
}

/// Returns the parts of a form: their headers, and what is in them.
fn parts(request: &str) -> Vec<(String, String)> {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (_, boundary) = head.split_once("multipart/form-data; boundary=").unwrap();
    let boundary = boundary.lines().next().unwrap();
    let end = format!("\r\n--{boundary}--\r\n");
    let body = format!("\r\n{}", body.strip_suffix(&end).unwrap());
    body.split(&format!("\r\n--{boundary}\r\n"))
        .skip(1)
        .map(|part| {
            let (head, content) = part.split_once("\r\n\r\n").unwrap();
            let head = head.replace("Content-Disposition: form-data; ", "");
            let head = head.replace("\r\nContent-Type: ", "; ");
            (head, content.to_owned())
        })
        .collect()
}

#[tokio::test]
async fn a_form_has_a_part_for_each_field() {
    let (client, requests) = serve(vec![(JSON, "{}"), (JSON, r#"{"voice_id": "v"}"#)]);
    client
        .voices()
        .edit("v1", "Zoë", Upload::bytes("a.mp3", "preview"))
        .files([Upload::bytes("1.wav", "one"), Upload::bytes("2.wav", "two")])
        .sample(b"sample".to_vec())
        .gender("female")
        .languages(["de", "fr"])
        .tags(["a", "b"])
        .settings(types::EditSettings::new().speed(0.1))
        .clean(true)
        .type_("t")
        .send()
        .await
        .unwrap();
    let request = requests.recv().unwrap();
    assert!(request.starts_with("post /v1/voices/v1/edit "), "{request}");
    let expected = [
        (r#"name="name""#, "Zoë"),
        (r#"name="files"; filename="1.wav"; audio/wav"#, "one"),
        (r#"name="files"; filename="2.wav"; audio/wav"#, "two"),
        (r#"name="preview"; filename="a.mp3"; audio/mpeg"#, "preview"),
        (
            r#"name="sample"; filename="sample"; application/octet-stream"#,
            "sample",
        ),
        (r#"name="gender""#, "female"),
        (r#"name="languages""#, "de"),
        (r#"name="languages""#, "fr"),
        (r#"name="tags"; application/json"#, r#"["a","b"]"#),
        (r#"name="settings"; application/json"#, r#"{"speed":0.1}"#),
        (r#"name="clean""#, "true"),
        (r#"name="type""#, "t"),
    ];
    let expected = expected.map(|(head, content)| (head.to_owned(), content.to_owned()));
    assert_eq!(parts(&request), expected);

    let path = std::env::temp_dir().join(format!("studio-{}.txt", std::process::id()));
    std::fs::write(&path, "content").unwrap();
    let voice = client.voices().create("n", [path.as_path()]).send().await;
    std::fs::remove_file(&path).unwrap();
    assert_eq!(voice.unwrap().voice_id.as_deref(), Some("v"));
    let parts = parts(&requests.recv().unwrap());
    assert_eq!(parts[0], (r#"name="name""#.to_owned(), "n".to_owned()));
    assert_eq!(parts[1].1, "content");
    assert!(parts[1].0.ends_with(".txt\"; text/plain"), "{parts:?}");
}

#[tokio::test]
async fn bodies_have_the_media_type_that_the_page_says() {
    let (client, requests) = serve(vec![
        (JSON, r#"{"id": "u"}"#),
        (JSON, ""),
        ("text/plain", "token"),
    ]);
    let upload = client.audio().replace("a1", Upload::bytes("a.mp3", "abc"));
    assert_eq!(upload.send().await.unwrap().id, "u");
    let request = requests.recv().unwrap();
    assert!(request.starts_with("put /v1/audio/a1 "), "{request}");
    assert!(request.contains("content-type: audio/wav\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nabc"), "{request}");

    client.vocabulary().import("a;b").send().await.unwrap();
    let request = requests.recv().unwrap();
    assert!(request.contains("content-type: text/csv\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\na;b"), "{request}");

    let user = types::TokensIssueRequestUser::new().name("Müller & Co");
    let token = client
        .tokens()
        .issue(["read", "write"])
        .user(user)
        .seconds(60);
    assert_eq!(token.send().await.unwrap(), "token");
    let request = requests.recv().unwrap();
    let media_type = "content-type: application/x-www-form-urlencoded\r\n";
    assert!(request.contains(media_type), "{request}");
    let body = "scope=read&scope=write&user%5Bname%5D=M%C3%BCller+%26+Co&seconds=60";
    assert!(request.ends_with(&format!("\r\n\r\n{body}")), "{request}");
}

#[tokio::test]
async fn names_and_times_are_sent_as_the_page_has_them() {
    let (client, requests) = serve(vec![(
        JSON,
        r#"{"3DModel": "a", "3d_model": "b", "more": [1]}"#,
    )]);
    let since = "2024-01-02T03:04:05Z".parse().unwrap();
    let answer = client
        .odd()
        .parameters("A", "b", "c", since)
        .x3d(true)
        .header_map("d")
        .x_since(since)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.x3d_model.as_deref(), Some("a"));
    assert_eq!(answer.x3d_model_2.as_deref(), Some("b"));
    assert_eq!(answer.seen, None);
    assert_eq!(answer.extra["more"].to_string(), "[1]");
    let request = requests.recv().unwrap();
    let path = "/v1/odd/a/b/a/c/2024-01-02t03%3a04%3a05z";
    assert!(
        request.starts_with(&format!("post {path}?header_map=d&3d=true ")),
        "{request}"
    );
    assert!(
        request.contains("x-since: 2024-01-02t03:04:05z"),
        "{request}"
    );
}

#[tokio::test]
async fn a_form_that_the_page_does_not_describe_is_what_the_caller_makes_of_it() {
    let (client, requests) = serve(vec![(JSON, "")]);
    let form = Form::new()
        .field("title", &"a")
        .file("content", &Upload::bytes("a.txt", "b"));
    client.recordings().send_raw(form).send().await.unwrap();
    let expected = [
        (r#"name="title""#, "a"),
        (r#"name="content"; filename="a.txt"; text/plain"#, "b"),
    ];
    let expected = expected.map(|(head, content)| (head.to_owned(), content.to_owned()));
    assert_eq!(parts(&requests.recv().unwrap()), expected);
}
