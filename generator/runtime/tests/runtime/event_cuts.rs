//! Events do not depend on chunk boundaries or line endings.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::runtime::Error;

use crate::events::{LINES, SERVER_SENT, all, begin, soon};

type Event = Vec<String>;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Text with special characters of JSON and Server-Sent Events, of up to four bytes per character.
fn text() -> impl Strategy<Value = String> {
    "[a:\" \\\\\r\né\u{2028}\u{feff}🎬]{0,6}"
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    vec(vec(text(), 0..3), 0..5)
}

/// Appends a line ending that does not merge with the preceding character.
fn end_line(body: &mut String, end: &str) {
    let is_second_half = body.ends_with('\r') && end == "\n";
    body.push_str(if is_second_half { "\r\n" } else { end });
}

/// Writes events with several data lines each, and comments between them.
fn server_sent(events: &[Event], ends: &[&str], has_mark: bool) -> String {
    let mut ends = ends.iter().cycle();
    let mut body = String::from(if has_mark { "\u{feff}" } else { "" });
    let mut line = |text: &str| {
        body.push_str(text);
        end_line(&mut body, ends.next().unwrap());
    };
    for event in events {
        line(": ping");
        for data in serde_json::to_string_pretty(event).unwrap().lines() {
            line(&format!("data: {data}"));
        }
        line("");
    }
    body
}

/// Writes events as lines, with empty lines between them.
fn lines(events: &[Event], ends: &[&str], has_last_end: bool) -> String {
    let mut ends = ends.iter().cycle();
    let mut body = String::new();
    for event in events {
        body.push_str(&serde_json::to_string(event).unwrap());
        for _ in 0..event.len().max(1) {
            body.push_str(ends.next().unwrap());
        }
    }
    let length = body.trim_end().len();
    if !has_last_end {
        body.truncate(length);
    }
    body
}

/// Splits a body at these positions.
fn cut<'a>(body: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places
        .iter()
        .map(|place| place.index(body.len() + 1))
        .collect();
    places.extend([0, body.len()]);
    places.sort_unstable();
    places.dedup();
    places
        .windows(2)
        .map(|pair| &body[pair[0]..pair[1]])
        .collect()
}

/// Returns the events of a body that arrives in these chunks, and then ends or is interrupted.
fn read(content_type: &str, pieces: &[&[u8]], is_whole: bool) -> (Vec<Event>, Option<Error>) {
    Runtime::new().unwrap().block_on(soon(async {
        let (mut sender, mut events) = begin(content_type).await;
        for piece in pieces {
            sender.send(piece).await;
        }
        if is_whole {
            sender.end().await;
        } else {
            sender.break_off();
        }
        all(&mut events).await
    }))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn server_sent_events_may_be_cut_anywhere(
        events in events(),
        ends in vec(prop::sample::select(vec!["\n", "\r", "\r\n"]), 1..5),
        has_mark: bool,
        places in vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let body = server_sent(&events, &ends, has_mark);
        let (seen, error) = read(SERVER_SENT, &cut(body.as_bytes(), &places), true);
        prop_assert!(error.is_none(), "{:?}", error);
        prop_assert_eq!(seen, events);
    }

    #[test]
    fn lines_may_be_cut_anywhere(
        events in events(),
        ends in vec(prop::sample::select(vec!["\n", "\r\n"]), 1..5),
        has_last_end: bool,
        places in vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let body = lines(&events, &ends, has_last_end);
        let (seen, error) = read(LINES, &cut(body.as_bytes(), &places), true);
        prop_assert!(error.is_none(), "{:?}", error);
        prop_assert_eq!(seen, events);
    }

    #[test]
    fn a_body_that_breaks_off_anywhere_is_its_first_events_and_an_error(
        events in events(),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        is_server_sent: bool,
        length: prop::sample::Index,
        place in option::of(any::<prop::sample::Index>()),
    ) {
        let (content_type, body) = if is_server_sent {
            (SERVER_SENT, server_sent(&events, &[end], false))
        } else {
            (LINES, lines(&events, &[end], true))
        };
        let body = &body.as_bytes()[..length.index(body.len() + 1)];
        let places: Vec<_> = place.into_iter().collect();
        let (seen, error) = read(content_type, &cut(body, &places), false);
        prop_assert!(matches!(error, Some(Error::Transport(cause)) if cause.is_body()));
        prop_assert!(events.starts_with(&seen));
    }
}
