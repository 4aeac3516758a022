//! Calls over TLS with the default configuration of a client, which trusts the certificate
//! authorities of the system.
//!
//! The folder `tls` contains the certificate of an authority, and the certificate and the key of a
//! server on 127.0.0.1. They are used only by these tests. The key of the authority was deleted.

use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::runtime::Client;
use crate::server::things;

/// The environment variable with the URL of the server, for the calling process.
const SERVER: &str = "TLS_TEST_SERVER";

/// The environment variable for the trusted authorities on Linux.
const AUTHORITIES: &str = "SSL_CERT_FILE";

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_whose_authority_the_system_trusts_is_called() {
    let output = called_with(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/runtime/tls/authority.pem"
    ))
    .await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("received {\"over\":\"TLS\"}"), "{text}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_whose_authority_the_system_does_not_trust_is_an_error() {
    let output = called_with(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/runtime/tls/server.pem"
    ))
    .await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("failed with TLS true"), "{text}");
}

#[tokio::test]
async fn a_certificate_that_the_program_trusts_is_one_beside_those_of_the_system() {
    let server = start().await;
    let builder = Client::builder()
        .api_key("key")
        .base_url(&server)
        .retries(0);
    let error = things::<Value>(&builder.clone().build().unwrap()).await;
    assert!(error.unwrap_err().is_tls());
    let authority: &[u8] = include_bytes!("tls/authority.pem");
    let client = builder.root_certificates(authority).build().unwrap();
    let response = things::<Value>(&client).await.unwrap();
    assert_eq!(response.bytes(), "{\"over\":\"TLS\"}");
}

/// A client that offers a protocol without supporting it could not call servers that select it.
#[tokio::test]
async fn http_2_is_offered_only_if_it_is_supported() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("https://{}", listener.local_addr().unwrap());
    let authority: &[u8] = include_bytes!("tls/authority.pem");
    let builder = Client::builder().api_key("key").base_url(server).retries(0);
    let client = builder.root_certificates(authority).build().unwrap();
    let call = tokio::spawn(async move { things::<Value>(&client).await.map(drop) });
    let (stream, _) = listener.accept().await.unwrap();
    let stream = acceptor(&["h2", "http/1.1"]).accept(stream).await.unwrap();
    let selected = match cfg!(feature = "http2") {
        true => "h2",
        false => "http/1.1",
    };
    let protocol = stream.get_ref().1.alpn_protocol();
    assert_eq!(protocol, Some(selected.as_bytes()));
    drop(stream);
    call.await.unwrap().unwrap_err();
}

/// Calls the server in a separate process, because the system's authorities are loaded once per
/// process.
async fn called_with(authorities: &'static str) -> Output {
    let server = start().await;
    let call = move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["tls::call", "--exact", "--ignored", "--nocapture"])
            .env(SERVER, server)
            .env(AUTHORITIES, authorities)
            .env_remove("SSL_CERT_DIR")
            .output()
            .unwrap()
    };
    tokio::task::spawn_blocking(call).await.unwrap()
}

#[tokio::test]
#[ignore = "the other tests of this module run it in a separate process"]
async fn call() {
    let client = Client::builder()
        .api_key("key")
        .base_url(std::env::var(SERVER).unwrap())
        .retries(0)
        .build()
        .unwrap();
    match things::<Value>(&client).await {
        Ok(response) => println!("received {}", response.into_inner()),
        Err(error) => println!("failed with TLS {}: {error:?}", error.is_tls()),
    }
}

/// Returns a TLS acceptor that offers these protocols.
pub(crate) fn acceptor(protocols: &[&str]) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let protocols = protocols.iter();
    config.alpn_protocols = protocols.map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// Starts a TLS server, and returns its URL.
async fn start() -> String {
    let acceptor = acceptor(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let _ = stream.read(&mut [0; 4096]).await;
                let body = "{\"over\":\"TLS\"}";
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                     content-length: {length}\r\n\r\n{body}"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    format!("https://{address}")
}
