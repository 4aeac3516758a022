//! Requests with parameters of all styles, forms, and optional bodies, against a listener on
//! this machine. It is compiled as a test of the generated crate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use warehouse::{Client, Upload, types};

/// A request as the server received it.
struct Received {
    /// The method and the path with the query.
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Received {
    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// Returns the query, with brackets as they are.
    fn query(&self) -> String {
        let query = self.line.split_once('?').map_or("", |(_, query)| query);
        query.replace("%5B", "[").replace("%5D", "]")
    }
}

fn receive(listener: &TcpListener) -> Received {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let line = lines.remove(0);
    let headers = lines.iter().filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let mut received = Received {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        headers: headers.collect(),
        body: String::new(),
    };
    let length = received.header("content-length");
    let length = length.map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    received.body = String::from_utf8(body).unwrap();
    let response = "{\"ok\":true}";
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{response}",
        response.len()
    )
    .unwrap();
    received
}

/// Returns a client, and the server that receives one request.
fn client() -> (Client, JoinHandle<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::builder().api_key("secret-key").base_url(address);
    let server = thread::spawn(move || receive(&listener));
    (client.retries(0).build().unwrap(), server)
}

#[tokio::test]
async fn a_query_has_the_styles_of_the_page() {
    let (client, server) = client();
    let range = types::StockSearchRange::new().from_(1).to(2);
    let flat = types::StockSearchFlat::new().r(1).g(2);
    let filter = types::StockSearchFilter::new()
        .color("red")
        .sizes(vec![4, 5]);
    let by = types::StockSearchSortItem::new().by("name");
    let down = types::StockSearchSortItem::new().by("age").down(true);
    let request = client.stock().search();
    let request = request
        .range(range)
        .flat(flat)
        .filter(filter)
        .sort([by, down]);
    let request = request.tags(["a", "b c"]).next("/a/b?c");
    request.send().await.unwrap();
    let mut query: Vec<String> = server
        .join()
        .unwrap()
        .query()
        .split('&')
        .map(str::to_owned)
        .collect();
    query.sort_unstable();
    assert_eq!(
        query,
        [
            "filter[color]=red",
            "filter[sizes]=4",
            "filter[sizes]=5",
            "flat=r,1,g,2",
            "from=1",
            "next=/a/b?c",
            "sort[0][by]=name",
            "sort[1][by]=age",
            "sort[1][down]=true",
            "tags=a%7Cb+c",
            "to=2",
        ]
    );
}

#[tokio::test]
async fn headers_and_cookies_have_lists() {
    let (client, server) = client();
    let request = client.stock().search().x_zones(["north", "south"]);
    let request = request.session("a b").seen([1, 2]).accept("all");
    request.send().await.unwrap();
    let received = server.join().unwrap();
    assert_eq!(received.header("x-zones"), Some("north,south"));
    let mut cookies: Vec<&str> = received.header("cookie").unwrap().split("; ").collect();
    cookies.sort_unstable();
    assert_eq!(cookies, ["accept=all", "seen=1,2", "session=a%20b"]);
    assert_eq!(received.header("accept"), Some("application/json"));
    assert_eq!(received.header("x-api-key"), Some("secret-key"));
}

#[tokio::test]
async fn a_path_has_lists_and_objects() {
    let (client, server) = client();
    let place = types::BinsGetPlace::new().row(1).column(2);
    let request = client.bins().get(["a/b", "c"], place, [3, 4]);
    request.send().await.unwrap();
    let expected = "GET /bins/a%2Fb,c/at.row=1.column=2/of;area=3,4";
    assert_eq!(server.join().unwrap().line, expected);
    // Nobody listens any more, and nothing is sent.
    let empty = client.bins().get([""; 0], types::BinsGetPlace::new(), [1]);
    let error = empty.send().await.unwrap_err().to_string();
    assert!(error.contains("`ids`"), "{error}");
}

#[tokio::test]
async fn a_form_has_lists_of_objects() {
    let (client, server) = client();
    let discount = types::OrdersCreateRequestLineDiscount::new().rate(0.5);
    let line = types::OrdersCreateRequestLine::new()
        .price("1")
        .discount(discount);
    let lines = [line, types::OrdersCreateRequestLine::new().price("2")];
    let address = types::OrdersCreateRequestAddress::new().city("Ulm");
    let request = client.orders().create("n").lines(lines);
    let request = request.labels(["a", "b"]).address(address);
    request.send().await.unwrap();
    let received = server.join().unwrap();
    let body = received.body.replace("%5B", "[").replace("%5D", "]");
    assert_eq!(
        body,
        "name=n&lines[0][price]=1&lines[0][discount][rate]=0.5&lines[1][price]=2\
         &labels=a,b&address[city]=Ulm"
    );
}

#[tokio::test]
async fn an_optional_body_of_which_nothing_is_set_is_not_sent() {
    let (client, server) = client();
    client.notes().add().send().await.unwrap();
    let received = server.join().unwrap();
    assert_eq!(received.body, "");
    assert_eq!(received.header("content-type"), None);
}

#[tokio::test]
async fn an_optional_body_of_which_something_is_set_is_sent() {
    let (client, server) = client();
    client.notes().add().text("a").send().await.unwrap();
    let received = server.join().unwrap();
    assert_eq!(received.body, "{\"text\":\"a\"}");
    assert_eq!(received.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn each_media_type_of_a_body_has_a_method() {
    let (json, server) = client();
    let _ = json.notes().edit("7", "a").tags(["b"]).send().await;
    check(server, "application/json", "{\"text\":\"a\",\"tags\":[\"b\"]}");

    let (form, server) = client();
    let _ = form.notes().edit_as_form("7", "a").tags(["b"]).send().await;
    check(server, "application/x-www-form-urlencoded", "text=a&tags=b");

    let (text, server) = client();
    let _ = text.notes().edit_as_text("7", "a note").send().await;
    check(server, "text/plain", "a note");

    let (csv, server) = client();
    let _ = csv.notes().edit_as_csv("7", "a,note").send().await;
    check(server, "text/csv", "a,note");

    let (bytes, server) = client();
    let file = Upload::bytes("a.txt", "a file");
    let _ = bytes.notes().edit_as_bytes("7", file).send().await;
    check(server, "application/octet-stream", "a file");

    let (multipart, server) = client();
    let _ = multipart.notes().edit_as_multipart("7", "a").send().await;
    check(server, "multipart/form-data; boundary=", "name=\"text\"\r\n\r\na\r\n");

    #[track_caller]
    fn check(server: JoinHandle<Received>, media_type: &str, body: &str) {
        let received = server.join().unwrap();
        assert_eq!(received.line, "PUT /notes/7");
        let sent = received.header("content-type").unwrap();
        assert!(sent.starts_with(media_type), "{sent}");
        assert!(received.body.contains(body), "{}", received.body);
    }
}

#[tokio::test]
async fn parameters_may_have_the_names_of_what_builds_a_request() {
    let (client, server) = client();
    let request = client.tools().run("t", "1");
    request.gen_("g").encode_path("e").send().await.unwrap();
    let received = server.join().unwrap();
    assert_eq!(received.line, "POST /tools/t?encode_path=e&gen=g");
    assert_eq!(received.body, "{\"a\":\"1\"}");
}
