//! Values of one of several types.

use crate::calls::Calls;
use crate::runtime::{UnknownVariant, object, union};

#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    text: String,
}

object! {
    Text {
        text: required "text",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    url: String,
}

object! {
    Picture {
        url: required "url",
    }
}

/// Selected by a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text(Text),
    Picture(Picture),
    Unknown(UnknownVariant),
}

union! {
    Content by "type" {
        Text(Text) = "text",
        Picture(Picture) = "picture" | "photo",
        ..Unknown
    }
}

/// Tried in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Prompt {
    String(String),
    List(Vec<String>),
    Content(Content),
    Picture(Picture),
    Unknown(UnknownVariant),
}

union! {
    Prompt {
        String(String),
        List(Vec<String>),
        Content(Content) if "type" = "text" | "picture",
        Picture(Picture),
        ..Unknown
    }
}

#[test]
fn a_property_decides_the_form_of_a_union() {
    let content: Content = serde_json::from_str(r#"{"type": "photo", "url": "u"}"#).unwrap();
    assert_eq!(
        content,
        Content::Picture(Picture {
            url: "u".to_owned()
        })
    );
    let error = serde_json::from_str::<Content>(r#"{"type": "text", "text": 7}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at `text`: invalid type: integer `7`, expected a string"
    );
}

#[test]
fn a_form_that_is_not_known_is_kept_and_sent_back_as_it_came() {
    for json in [r#"{"hz":440,"type":"sound"}"#, r#"{"text":"t"}"#, "7"] {
        let content: Content = serde_json::from_str(json).unwrap();
        assert!(matches!(content, Content::Unknown(_)));
        assert_eq!(serde_json::to_string(&content).unwrap(), json);
    }
}

#[test]
fn the_forms_of_a_union_without_such_a_property_are_tried_in_order() {
    let read = |json| serde_json::from_str::<Prompt>(json);
    assert_eq!(read(r#""a""#).unwrap(), "a".to_owned().into());
    assert_eq!(read(r#"["a"]"#).unwrap(), vec!["a".to_owned()].into());
    let picture = Picture {
        url: "u".to_owned(),
    };
    assert_eq!(read(r#"{"url": "u"}"#).unwrap(), picture.clone().into());
    assert_eq!(
        read(r#"{"type": "picture", "url": "u"}"#).unwrap(),
        Content::Picture(picture).into()
    );
    let unknown = read(r#"{"uri": 1}"#).unwrap();
    assert!(matches!(&unknown, Prompt::Unknown(unknown) if unknown.json()["uri"] == 1));
    assert_eq!(serde_json::to_string(&unknown).unwrap(), r#"{"uri":1}"#);
}

/// Has variants without data.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    Auto,
    None,
    List(Vec<String>),
    Picture(Picture),
    Unknown(UnknownVariant),
}

union! {
    Choice {
        "auto" => Auto,
        "no\"ne" => None,
        List(Vec<String>),
        Picture(Picture),
        ..Unknown
    }
}

#[test]
fn a_string_selects_a_variant_without_data() {
    let read = |json| serde_json::from_str::<Choice>(json);
    for (json, choice) in [(r#""auto""#, Choice::Auto), (r#""no\"ne""#, Choice::None)] {
        assert_eq!(read(json).unwrap(), choice);
        assert_eq!(serde_json::to_string(&choice).unwrap(), json);
    }
    assert_eq!(read(r#""\u0061uto" "#).unwrap(), Choice::Auto);
    assert!(matches!(read(r#"["auto"]"#).unwrap(), Choice::List(_)));
    for json in [r#""autos""#, r#""""#, "null", r#"{"a":"auto"}"#] {
        let choice = read(json).unwrap();
        assert!(matches!(choice, Choice::Unknown(_)), "{json}");
        assert_eq!(serde_json::to_string(&choice).unwrap(), json);
    }
    assert!(read(r#""auto"#).is_err());
    assert!(read(r#""auto" 1"#).is_err());
}

#[derive(Clone, Debug, PartialEq)]
pub struct Small {
    id: String,
}

object! {
    Small {
        id: required "id",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Large {
    id: String,
    name: Option<String>,
}

object! {
    Large {
        id: required "id",
        name: optional "name",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Deleted {
    id: String,
    deleted: bool,
}

object! {
    Deleted {
        id: required "id",
        deleted: required "deleted",
    }
}

/// Selected by the number of known properties.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Integer(i64),
    Number(f64),
    Deleted(Deleted),
    Small(Small),
    Large(Large),
    Unknown(UnknownVariant),
}

union! {
    Item {
        Integer(i64),
        Number(f64),
        Deleted(Deleted) if "deleted" = "true",
        Small(Small),
        Large(Large),
        ..Unknown
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Either {
    Content(Content),
    Deleted(Deleted),
    Picture(Picture),
    Unknown(UnknownVariant),
}

union! {
    Either {
        Content(Content) if "type" = "text",
        Deleted(Deleted) if "deleted" = "true",
        Picture(Picture) if "type" = "picture",
        ..Unknown
    }
}

#[test]
fn each_condition_has_its_own_property() {
    let read = |json| serde_json::from_str::<Either>(json).unwrap();
    let text = r#"{"text": "a", "type": "text"}"#;
    assert!(matches!(read(text), Either::Content(_)));
    let picture = r#"{"url": "u", "type": "picture"}"#;
    assert!(matches!(read(picture), Either::Picture(_)));
    let deleted = r#"{"id": "a", "deleted": true}"#;
    assert!(matches!(read(deleted), Either::Deleted(_)));
    let neither = r#"{"type": "audio", "deleted": false}"#;
    assert!(matches!(read(neither), Either::Unknown(_)));
}

#[test]
fn the_form_that_knows_most_of_the_value_is_taken() {
    let read = |json| serde_json::from_str::<Item>(json).unwrap();
    assert!(matches!(read(r#"{"id": "a"}"#), Item::Small(_)));
    assert!(matches!(
        read(r#"{"id": "a", "name": "b"}"#),
        Item::Large(_)
    ));
    // An unknown property does not affect the selection.
    assert!(matches!(
        read(r#"{"id": "a", "name": "b", "new": 1}"#),
        Item::Large(_)
    ));
    assert!(matches!(
        read(r#"{"id": "a", "deleted": true}"#),
        Item::Deleted(_)
    ));
    assert!(matches!(
        read(r#"{"id": "a", "deleted": false}"#),
        Item::Small(_)
    ));
    assert_eq!(
        read("9007199254740993"),
        Item::Integer(9_007_199_254_740_993)
    );
    assert_eq!(read("0.5"), Item::Number(0.5));
}

#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    chapters: Vec<Chapter>,
    user_metadata: Option<serde_json::Value>,
}

object! {
    Book {
        chapters: required "chapters",
        user_metadata: optional "user_metadata",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Numbered {
    number: i64,
    notes: Option<Vec<Content>>,
    user_metadata: Option<serde_json::Value>,
}

object! {
    Numbered {
        number: required "number",
        notes: optional "notes",
        user_metadata: optional "user_metadata",
    }
}

/// Selected by a property, with nested unions.
#[derive(Clone, Debug, PartialEq)]
pub enum Chapter {
    Numbered(Numbered),
    Items(Items),
    Unknown(UnknownVariant),
}

union! {
    Chapter by "type" {
        Numbered(Numbered) = "numbered",
        Items(Items) = "items",
        ..Unknown
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Items {
    items: Vec<Counted>,
}

object! {
    Items {
        items: required "items",
    }
}

/// Selected by the type that matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Counted {
    Text(String),
    Count(Count),
    Large(Large),
    Unknown(UnknownVariant),
}

union! {
    Counted {
        Text(String),
        Count(Count),
        Large(Large),
        ..Unknown
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    count: u32,
    user_metadata: Option<serde_json::Value>,
}

object! {
    Count {
        count: required "count",
        user_metadata: optional "user_metadata",
    }
}

/// Reads a body as the response of a call.
async fn answer<T: crate::runtime::read::Read>(body: &str) -> Result<T, crate::runtime::Error> {
    const BOOK: crate::runtime::Operation = crate::runtime::Operation::new("book_get", "/book");
    let server = httpmock::MockServer::start_async().await;
    crate::runtime::mock::Mocked::<()>::new(&server, "GET", BOOK.path)
        .then(|then| then.status(200).body(body));
    let client = crate::runtime::mock::client(&server).unwrap();
    let url = server.url(BOOK.path).parse().unwrap();
    let request = reqwest::Request::new(reqwest::Method::GET, url);
    let answer = client.calls().json(request, &BOOK).await?;
    Ok(answer.into_inner())
}

async fn decode_error<T: std::fmt::Debug + crate::runtime::read::Read>(
    body: &str,
) -> Box<crate::runtime::DecodeError> {
    match answer::<T>(body).await.unwrap_err() {
        crate::runtime::Error::Decode(error) => error,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_fault_in_a_union_is_at_its_own_place() {
    for (body, path, reason) in [
        (
            r#"{"chapters":[{"type":"numbered","number":1},
                {"type":"numbered","number":"2"}]}"#,
            "chapters[1].number",
            "invalid type: string \"2\", expected i64 at line 2 column 47",
        ),
        (
            r#"{"chapters":[{"type":"numbered","number":1,"notes":[{"type":"text","text":7}]}]}"#,
            "chapters[0].notes[0].text",
            "invalid type: integer `7`, expected a string at line 1 column 75",
        ),
        (
            r#"{"chapters":[{"type":"items","items":[{"count":1},"a]}]}"#,
            "chapters[0].items[1]",
            "EOF while parsing a string at line 1 column 56",
        ),
    ] {
        let error = decode_error::<Book>(body).await;
        assert_eq!(error.path(), path);
        assert_eq!(
            error.to_string(),
            format!(
                "book_get: 200 OK: the body {} {reason}",
                if reason.starts_with("EOF") {
                    "is not JSON:".to_owned()
                } else {
                    format!("does not match at `{path}`:")
                }
            )
        );
    }
}

#[test]
fn a_value_that_fits_many_variants_at_each_level_is_given_up() {
    let deep = r#"{"new":1,"next":"#.repeat(60) + "{}" + &"}".repeat(60);
    let error = serde_json::from_str::<Node>(&deep).unwrap_err().to_string();
    assert!(
        error.ends_with("the value matches too many variants"),
        "{error}"
    );
    let shallow = r#"{"new":1,"next":"#.repeat(4) + "{}" + &"}".repeat(4);
    assert!(serde_json::from_str::<Node>(&shallow).is_ok());
}

#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    next: Option<Box<Node>>,
}

object! {
    Left {
        next: optional "next",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Right {
    next: Option<Box<Node>>,
}

object! {
    Right {
        next: optional "next",
    }
}

/// Each variant reads the whole next level.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Left(Left),
    Right(Right),
    Unknown(UnknownVariant),
}

union! {
    Node {
        Left(Left),
        Right(Right),
        ..Unknown
    }
}

#[tokio::test]
async fn an_excerpt_is_around_the_fault_in_a_union() {
    let before = r#"{"type":"numbered","number":1},"#.repeat(100);
    let body = format!(r#"{{"chapters":[{before}{{"type":"numbered","number":"2"}}]}}"#);
    let error = decode_error::<Book>(&body).await;
    assert_eq!(error.path(), "chapters[100].number");
    assert!(error.excerpt().contains(r#""number":"2""#));
    let body = format!(r#"{{"type":"text","also":"{}","text":7}}"#, "a".repeat(500));
    let error = decode_error::<Content>(&body).await;
    assert_eq!(error.path(), "text");
    assert!(error.excerpt().contains(r#""text":7"#));
}

#[tokio::test]
async fn a_fault_in_an_event_is_at_its_own_place() {
    const EVENTS: crate::runtime::Operation = crate::runtime::Operation::new("events", "/events");
    let server = httpmock::MockServer::start_async().await;
    let event = serde_json::json!({"number": 1.0, "type": "numbered"});
    let faulty = serde_json::json!({"number": "2", "type": "numbered"});
    crate::runtime::mock::Mocked::<crate::runtime::mock::Events<_>>::new(
        &server,
        "GET",
        EVENTS.path,
    )
    .reply(&[event, faulty]);
    let client = crate::runtime::mock::client(&server).unwrap();
    let url = server.url(EVENTS.path).parse().unwrap();
    let request = reqwest::Request::new(reqwest::Method::GET, url);
    let events = client.calls().events::<Chapter>(request, &EVENTS).await;
    let mut events = events.unwrap().into_inner();
    assert!(matches!(
        events.next_event().await,
        Ok(Some(Chapter::Numbered(Numbered { number: 1, .. })))
    ));
    let error = events.next_event().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "events: 200 OK: the body does not match at `number`: \
         invalid type: string \"2\", expected i64 at line 1 column 13"
    );
}

#[tokio::test]
async fn a_whole_number_in_a_union_may_be_written_as_a_fraction() {
    let numbered = r#"{"type":"numbered","number":1.0,"user_metadata":{"n":1.0}}"#;
    let items = r#"{"type":"items","items":[{"count":2.0,"user_metadata":[2.0]},{"id":"a"}]}"#;
    let body =
        format!(r#"{{"chapters":[{numbered},{items},{numbered}],"user_metadata":{{"n":3.0}}}}"#);
    let book: Book = answer(&body).await.unwrap();
    let numbered = Chapter::Numbered(Numbered {
        number: 1,
        notes: None,
        user_metadata: Some(serde_json::json!({"n": 1.0})),
    });
    let count = Count {
        count: 2,
        user_metadata: Some(serde_json::json!([2.0])),
    };
    let large = Large {
        id: "a".to_owned(),
        name: None,
    };
    let items = vec![Counted::Count(count), Counted::Large(large)];
    assert_eq!(
        book,
        Book {
            chapters: vec![numbered.clone(), Chapter::Items(Items { items }), numbered,],
            user_metadata: Some(serde_json::json!({"n": 3.0})),
        }
    );
}
