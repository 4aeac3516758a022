//! Verification of signed webhook requests: signature, age, and replay.

use std::sync::Mutex;
use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::Value;

use crate::runtime::webhook::ErrorKind::{
    Body, FromTheFuture, InvalidSecret, MalformedHeader, MissingHeader, Replayed, TooOld,
    WrongSignature,
};
use crate::runtime::webhook::{
    Algorithm, Encoding, ErrorKind, Piece, Scheme, SecretForm, Timestamp, Verifier, decode, sign,
    verify,
};

const STRIPE: Scheme = Scheme {
    header: "stripe-signature",
    prefix: "v1=",
    separator: Some(','),
    algorithm: Algorithm::HmacSha256,
    encoding: Encoding::Hex,
    secret: SecretForm::Text,
    timestamp: Some(Timestamp::Element("t=")),
    id: None,
    signed: &[Piece::Timestamp, Piece::Text("."), Piece::Body],
};

const STANDARD: Scheme = Scheme {
    header: "webhook-signature",
    prefix: "v1,",
    separator: Some(' '),
    algorithm: Algorithm::HmacSha256,
    encoding: Encoding::Base64,
    secret: SecretForm::Base64 { prefix: "whsec_" },
    timestamp: Some(Timestamp::Header("webhook-timestamp")),
    id: Some("webhook-id"),
    signed: &[
        Piece::Id,
        Piece::Text("."),
        Piece::Timestamp,
        Piece::Text("."),
        Piece::Body,
    ],
};

const SLACK: Scheme = Scheme {
    header: "x-slack-signature",
    prefix: "v0=",
    separator: None,
    algorithm: Algorithm::HmacSha256,
    encoding: Encoding::Hex,
    secret: SecretForm::Text,
    timestamp: Some(Timestamp::Header("x-slack-request-timestamp")),
    id: None,
    signed: &[
        Piece::Text("v0:"),
        Piece::Timestamp,
        Piece::Text(":"),
        Piece::Body,
    ],
};

const GITHUB: Scheme = Scheme {
    header: "x-hub-signature-256",
    prefix: "sha256=",
    separator: None,
    algorithm: Algorithm::HmacSha256,
    encoding: Encoding::Hex,
    secret: SecretForm::Text,
    timestamp: None,
    id: None,
    signed: &[Piece::Body],
};

const LONG: Scheme = Scheme {
    algorithm: Algorithm::HmacSha512,
    ..GITHUB
};

const ALL: [&Scheme; 5] = [&STRIPE, &STANDARD, &SLACK, &GITHUB, &LONG];

/// The secret of most tests, valid for every scheme.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The time of most tests.
const NOW: u64 = 1_614_265_330;

const EVENT: &[u8] = b"{\"test\": 2432232314}";

/// The body of the example in Slack's documentation.
const COMMAND: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&\
    channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&\
    command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F\
    T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.\
    803a0bc887a14d10d2c447fce8b6703c";

fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in all {
        let value = HeaderValue::from_str(value).expect("a value");
        headers.append(HeaderName::from_static(name), value);
    }
    headers
}

fn verifier() -> Verifier {
    Verifier::new(SECRET).at_unix_time(NOW)
}

fn signed(scheme: &Scheme) -> HeaderMap {
    sign(scheme, EVENT, &verifier()).expect("a signature")
}

fn kind(
    scheme: &Scheme,
    headers: &HeaderMap,
    body: &[u8],
    verifier: &Verifier,
) -> Result<(), ErrorKind> {
    verify(scheme, headers, body, verifier).map_err(|error| error.kind())
}

#[test]
fn published_examples_are_verified() {
    let standard = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        (
            "webhook-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ];
    let slack = [
        ("x-slack-request-timestamp", "1531420618"),
        (
            "x-slack-signature",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        ),
    ];
    let github = [(
        "x-hub-signature-256",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    )];
    let stripe = [(
        "stripe-signature",
        "t=1492774577,v1=799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f,v0=00",
    )];
    for (scheme, headers_of, body, secret, now) in [
        (&STANDARD, &standard[..], EVENT, SECRET, NOW),
        (
            &SLACK,
            &slack,
            COMMAND.as_bytes(),
            "8f742231b10e8888abcd99yyyzzz85a5",
            1_531_420_618,
        ),
        (
            &GITHUB,
            &github,
            b"Hello, World!",
            "It's a Secret to Everybody",
            NOW,
        ),
        (
            &STRIPE,
            &stripe,
            b"{\"id\":\"evt_1\"}",
            "whsec_test_secret",
            1_492_774_577,
        ),
    ] {
        let verifier = Verifier::new(secret).at_unix_time(now);
        let headers = headers(headers_of);
        assert_eq!(kind(scheme, &headers, body, &verifier), Ok(()));
    }
}

#[test]
fn another_body_secret_or_timestamp_is_refused() {
    for scheme in ALL {
        let headers = signed(scheme);
        assert_eq!(kind(scheme, &headers, EVENT, &verifier()), Ok(()));
        let other = kind(scheme, &headers, b"{\"test\": 2432232315}", &verifier());
        assert_eq!(other, Err(WrongSignature));
        let secret = "whsec_AAAA".into();
        assert_eq!(
            kind(scheme, &headers, EVENT, &secret),
            Err(WrongSignature),
            "an old request with another secret is not signed"
        );
        let mut moved = headers.clone();
        match scheme.timestamp {
            None => continue,
            Some(Timestamp::Header(name)) => {
                moved.insert(name, HeaderValue::from(NOW + 1));
            }
            Some(Timestamp::Element(_)) => {
                let text = headers[scheme.header].to_str().expect("ASCII");
                let text = text.replace(&NOW.to_string(), &(NOW + 1).to_string());
                moved.insert(scheme.header, text.parse().expect("a header"));
            }
        }
        assert_eq!(
            kind(scheme, &moved, EVENT, &verifier()),
            Err(WrongSignature)
        );
    }
    let mut renamed = signed(&STANDARD);
    renamed.insert("webhook-id", HeaderValue::from_static("msg_other"));
    assert_eq!(
        kind(&STANDARD, &renamed, EVENT, &verifier()),
        Err(WrongSignature)
    );
}

#[test]
fn a_request_is_accepted_for_the_tolerated_time() {
    let headers = signed(&STRIPE);
    let at = |now| kind(&STRIPE, &headers, EVENT, &verifier().at_unix_time(now));
    assert_eq!(at(NOW + 300), Ok(()));
    assert_eq!(at(NOW + 301), Err(TooOld));
    assert_eq!(at(NOW - 300), Ok(()));
    assert_eq!(at(NOW - 301), Err(FromTheFuture));
    let strict = verifier().tolerance(Duration::ZERO);
    assert_eq!(kind(&STRIPE, &headers, EVENT, &strict), Ok(()));
    let strict = strict.at_unix_time(NOW + 1);
    assert_eq!(kind(&STRIPE, &headers, EVENT, &strict), Err(TooOld));
    // Without a time set by a test, the system clock is used.
    assert_eq!(kind(&STRIPE, &headers, EVENT, &SECRET.into()), Err(TooOld));
    let headers = sign(&STRIPE, EVENT, &SECRET.into()).expect("a signature");
    assert_eq!(kind(&STRIPE, &headers, EVENT, &SECRET.into()), Ok(()));
    // A request without a timestamp has no age.
    let headers = signed(&GITHUB);
    assert_eq!(kind(&GITHUB, &headers, EVENT, &SECRET.into()), Ok(()));
}

#[test]
fn any_of_several_secrets_and_signatures_will_do() {
    let rotated = Verifier::new("whsec_AAAA").secret(SECRET).at_unix_time(NOW);
    for scheme in ALL {
        assert_eq!(kind(scheme, &signed(scheme), EVENT, &rotated), Ok(()));
    }
    let mut headers = signed(&STANDARD);
    let own = headers["webhook-signature"].to_str().expect("ASCII");
    let several = format!("v1a,AAAA v1,AAAA {own}");
    headers.insert("webhook-signature", several.parse().expect("a header"));
    assert_eq!(kind(&STANDARD, &headers, EVENT, &verifier()), Ok(()));
}

#[test]
fn a_replay_is_refused_after_its_signature_was_right() {
    for scheme in ALL {
        let seen = std::sync::Arc::new(Mutex::new(Vec::<String>::new()));
        let known = std::sync::Arc::clone(&seen);
        let verifier = verifier().on_replay(move |id| {
            let mut known = known.lock().unwrap();
            let was_seen = known.iter().any(|other| other == id);
            known.push(id.to_owned());
            was_seen
        });
        let headers = signed(scheme);
        let wrong = kind(scheme, &headers, b"{}", &verifier);
        assert_eq!(wrong, Err(WrongSignature));
        let late = verifier.clone().at_unix_time(NOW + 900);
        let is_late = scheme.timestamp.is_some();
        if is_late {
            assert_eq!(kind(scheme, &headers, EVENT, &late), Err(TooOld));
        }
        assert!(seen.lock().unwrap().is_empty(), "it is not asked before");
        assert_eq!(kind(scheme, &headers, EVENT, &verifier), Ok(()));
        // A different encoding of the signature is the same delivery.
        let mut again = headers.clone();
        if scheme.encoding == Encoding::Hex {
            let text = headers[scheme.header].to_str().expect("ASCII");
            let start = text.rfind('=').expect("a prefix");
            let text = text[..start].to_owned() + &text[start..].to_uppercase();
            again.insert(scheme.header, text.parse().expect("a header"));
        }
        assert_eq!(kind(scheme, &again, EVENT, &verifier), Err(Replayed));
    }
}

#[test]
fn missing_duplicated_and_malformed_headers_are_refused() {
    for scheme in ALL {
        let good = signed(scheme);
        for name in good.keys() {
            let mut without = good.clone();
            without.remove(name);
            let error = verify(scheme, &without, EVENT, &verifier()).expect_err("it is missing");
            assert_eq!(error.kind(), MissingHeader);
            assert_eq!(error.header(), Some(name.as_str()));
            assert!(error.is_unverified());

            let mut twice = good.clone();
            twice.append(name, good[name].clone());
            let bytes = HeaderValue::from_bytes(b"t=1,v1=\xff").expect("a value");
            let mut binary = good.clone();
            binary.insert(name, bytes);
            let mut empty = good.clone();
            empty.insert(name, HeaderValue::from_static(""));
            let mut long = good.clone();
            long.insert(name, "v1=00,".repeat(1000).parse().expect("a value"));
            for headers in [twice, binary, empty, long] {
                let found = kind(scheme, &headers, EVENT, &verifier());
                assert_eq!(found, Err(MalformedHeader), "{headers:?}");
            }
        }
    }
    for text in [
        "v1=00",
        "t=1",
        "t=,v1=00",
        "t=-1,v1=00",
        "t=+1,v1=00",
        "t=1.5,v1=00",
        "t=9999999999999999,v1=00",
        "t=1,t=1,v1=00",
        "t=1,v0=00",
        "t=1,v1=0",
        "t=1,v1=zz",
        "t=1 v1=00",
    ] {
        let headers = headers(&[("stripe-signature", text)]);
        let found = kind(&STRIPE, &headers, EVENT, &verifier());
        assert_eq!(found, Err(MalformedHeader), "{text}");
    }
}

#[test]
fn the_number_of_signatures_in_a_header_is_limited() {
    let with = |count: usize| {
        let text = format!("t={NOW}{}", ",v1=00".repeat(count));
        let headers = headers(&[("stripe-signature", &text)]);
        kind(&STRIPE, &headers, EVENT, &verifier())
    };
    assert_eq!(with(16), Err(WrongSignature));
    assert_eq!(with(17), Err(MalformedHeader));
}

#[test]
fn a_secret_that_anyone_knows_is_no_secret() {
    for scheme in ALL {
        let headers = signed(scheme);
        let empty = kind(scheme, &headers, EVENT, &"".into());
        assert_eq!(empty, Err(InvalidSecret));
    }
    for secret in ["whsec_", "whsec_!", "not base64"] {
        let found = kind(&STANDARD, &signed(&STANDARD), EVENT, &secret.into());
        assert_eq!(found, Err(InvalidSecret));
        assert!(sign(&STANDARD, EVENT, &secret.into()).is_err());
    }
}

#[test]
fn nothing_secret_is_shown() {
    let verifier = verifier().on_replay(|_| false);
    let shown = format!("{verifier:?}");
    assert_eq!(shown, "Verifier { secrets: 1, tolerance: 300s, .. }");
    let wrong = verify(&STRIPE, &signed(&STRIPE), b"{}", &verifier).expect_err("it is wrong");
    assert_eq!(wrong.to_string(), "the signature does not match the body");
    assert_eq!(format!("{wrong:?}"), "Error { kind: WrongSignature, .. }");
    let missing = verify(&STRIPE, &HeaderMap::new(), b"{}", &verifier).expect_err("none");
    assert_eq!(
        missing.to_string(),
        "the header `stripe-signature` is missing"
    );
}

#[test]
fn a_body_that_does_not_match_has_its_path() {
    assert!(decode::<Value>(EVENT).is_ok());
    let error = decode::<Vec<String>>(b"[\"a\", 1]").expect_err("a number");
    assert_eq!((error.kind(), error.path()), (Body, Some("[1]")));
    assert!(!error.is_unverified());
    let text = error.to_string();
    assert!(
        text.starts_with("the body is not a valid event: mismatch at `[1]`: "),
        "{text}"
    );
    assert_eq!(decode::<Value>(b"{").expect_err("cut").path(), Some("."));
}

/// Signs with an independent implementation.
fn hex_by_ring(secret: &str, message: &[u8]) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = ring::hmac::sign(&key, message);
    tag.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

proptest! {
    #[test]
    fn another_implementation_agrees(
        secret in ".{1,200}",
        other in ".{1,200}",
        time in 0..4_000_000_000_u64,
        body in prop::collection::vec(any::<u8>(), 0..300),
        changed in any::<prop::sample::Index>(),
    ) {
        let message = [time.to_string().as_bytes(), b".", &body].concat();
        let text = format!("t={time},v1={}", hex_by_ring(&secret, &message));
        let headers = headers(&[("stripe-signature", &text)]);
        let verifier = |secret: &str| Verifier::new(secret).at_unix_time(time);
        prop_assert_eq!(kind(&STRIPE, &headers, &body, &verifier(&secret)), Ok(()));
        // A key is padded with zeros.
        if other.trim_end_matches('\0') != secret.trim_end_matches('\0') {
            let found = kind(&STRIPE, &headers, &body, &verifier(&other));
            prop_assert_eq!(found, Err(WrongSignature));
        }
        let mut other = body.clone();
        match body.is_empty() {
            true => other.push(0),
            false => other[changed.index(body.len())] ^= 1,
        }
        let found = kind(&STRIPE, &headers, &other, &verifier(&secret));
        prop_assert_eq!(found, Err(WrongSignature));
    }

    #[test]
    fn any_header_is_refused_without_a_panic(text in "[ -~]{0,100}", time in "[ -~]{0,20}") {
        for scheme in ALL {
            let mut all = headers(&[
                (scheme.header, &text),
                ("webhook-timestamp", &time),
                ("x-slack-request-timestamp", &time),
                ("webhook-id", &time),
            ]);
            prop_assert!(kind(scheme, &all, EVENT, &verifier()).is_err());
            all.remove(scheme.header);
            prop_assert_eq!(kind(scheme, &all, EVENT, &verifier()), Err(MissingHeader));
        }
    }
}
