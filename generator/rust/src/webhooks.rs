//! `src/webhooks.rs`: the events of webhooks, and their verification.

use api::{
    Algorithm, Api, Docs, Piece, SecretForm, Shape, Signature, SignatureEncoding, Timestamp,
    Variant, Webhook, Webhooks,
};
use pages::Problem;
use proc_macro2::TokenStream;
use quote::quote;

use crate::documentation::{Documentation, Line};
use crate::format::{file, format, ident};
use crate::links::Links;
use crate::{Crate, Imports};

/// The name of the module, the file, and the feature.
pub(crate) const MODULE: &str = "webhooks";

/// Adds the file, if the API has webhooks.
///
/// # Errors
///
/// If the emitted code is not Rust.
pub(crate) fn files(api: &Api, library: &str, files: &mut Crate) -> Result<(), Problem> {
    let Some(webhooks) = &api.webhooks else {
        return Ok(());
    };
    let event = ident(webhooks.event.as_str());
    let reexport = match webhooks.event.as_str() {
        "Event" => quote!(
            pub use crate::types::Event;
        ),
        _ => quote!(pub use crate::types::#event as Event;),
    };
    let verified = webhooks.signature.as_ref();
    let runtime = match verified {
        Some(_) => quote!(
            pub use crate::runtime::webhook::{Error, ErrorKind, Verifier};
        ),
        None => quote!(
            pub use crate::runtime::webhook::{Error, ErrorKind};
        ),
    };
    let scheme = verified.map(scheme);
    let from_request = verified.map(|_| from_request());
    let sign = verified.map(|_| sign());
    let warning = match verified {
        Some(_) => quote! {
            /// Decodes the body of a request **without verifying that it comes from the API**.
            /// Anyone who knows the URL of your server can send such a body. Use
            /// [`from_request`](Self::from_request) for requests from the network.
        },
        None => quote! {
            /// Decodes the body of a request **without verifying that it comes from the API**.
            /// Anyone who knows the URL of your server can send such a body. The API reference does
            /// not describe how requests are signed, so verify them by other means before this
            /// call.
        },
    };
    let body = format(quote! {
        #runtime
        #reexport
        #scheme
        impl Event {
            #from_request
            #warning
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Body`] if the body is not JSON, or does not match the event that it
            /// names.
            pub fn from_body_unverified(body: &[u8]) -> Result<Self, Error> {
                webhook::decode(body)
            }
        }
        #sign
    })?;
    let mut imports = Imports::default();
    imports.add("crate::runtime", "webhook");
    if verified.is_some() {
        imports.add("http::header", "HeaderMap");
    }
    let docs = documentation(api, webhooks, library);
    let path = format!("src/{MODULE}.rs");
    files.insert_code(path, file(&docs, &imports, body)?);
    Ok(())
}

/// Returns the method that verifies a request.
fn from_request() -> TokenStream {
    quote! {
        /// Verifies that the API has sent a request, and decodes its body.
        ///
        /// `body` must be the body as received: JSON that is parsed and serialized again has a
        /// different signature. `secret` is the secret of the webhook, or a [`Verifier`] for
        /// several secrets, a different tolerance, or replay protection.
        ///
        /// # Errors
        ///
        /// If the request cannot be verified, or its body cannot be decoded. The body is decoded
        /// only after verification. See [`ErrorKind`].
        pub fn from_request(
            headers: &HeaderMap,
            body: &[u8],
            secret: impl Into<Verifier>,
        ) -> Result<Self, Error> {
            webhook::verify(&SCHEME, headers, body, &secret.into())?;
            webhook::decode(body)
        }
    }
}

/// Returns the function that signs a request, for tests.
fn sign() -> TokenStream {
    quote! {
        /// Returns the headers of a request with this body, signed like a request of the API. Use
        /// it to test a server.
        ///
        /// # Errors
        ///
        /// [`ErrorKind::InvalidSecret`] if the secret does not have the format of the API's
        /// secrets.
        #[cfg(feature = "mock")]
        pub fn sign(body: &[u8], secret: impl Into<Verifier>) -> Result<HeaderMap, Error> {
            webhook::sign(&SCHEME, body, &secret.into())
        }
    }
}

/// Returns the declaration of the signature.
fn scheme(signature: &Signature) -> TokenStream {
    let Signature {
        header,
        prefix,
        separator,
        algorithm,
        encoding,
        secret,
        timestamp,
        id,
        signed,
    } = signature;
    let separator = option(separator.map(|separator| quote!(#separator)));
    let algorithm = match algorithm {
        Algorithm::HmacSha256 => quote!(HmacSha256),
        Algorithm::HmacSha512 => quote!(HmacSha512),
    };
    let encoding = match encoding {
        SignatureEncoding::Hex => quote!(Hex),
        SignatureEncoding::Base64 => quote!(Base64),
    };
    let secret = match secret {
        SecretForm::Text => quote!(Text),
        SecretForm::Base64(prefix) => quote!(Base64 { prefix: #prefix }),
    };
    let timestamp = option(timestamp.as_ref().map(|timestamp| match timestamp {
        Timestamp::Header(name) => quote!(webhook::Timestamp::Header(#name)),
        Timestamp::Element(prefix) => quote!(webhook::Timestamp::Element(#prefix)),
    }));
    let id = option(id.as_ref().map(|id| quote!(#id)));
    let signed = signed.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(webhook::Piece::Text(#text)),
        Piece::Id => quote!(webhook::Piece::Id),
        Piece::Timestamp => quote!(webhook::Piece::Timestamp),
        Piece::Body => quote!(webhook::Piece::Body),
    });
    quote! {
        /// The signature of requests.
        static SCHEME: webhook::Scheme = webhook::Scheme {
            header: #header,
            prefix: #prefix,
            separator: #separator,
            algorithm: webhook::Algorithm::#algorithm,
            encoding: webhook::Encoding::#encoding,
            secret: webhook::SecretForm::#secret,
            timestamp: #timestamp,
            id: #id,
            signed: &[#(#signed),*],
        };
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// Returns the documentation of the module.
fn documentation(api: &Api, webhooks: &Webhooks, library: &str) -> Docs {
    let links = Links::of(api);
    let events: Vec<(Line, &Docs)> = webhooks
        .events
        .iter()
        .map(|event| {
            let line = Line::default().code(&event.name);
            let line = match variant(api, webhooks, event) {
                Some(variant) => line
                    .text(", which is ")
                    .item_at(&variant.name, &format!("Event::{}", variant.name)),
                None => line,
            };
            let line = match event.deprecated {
                true => line.text(" (deprecated)"),
                false => line,
            };
            (line, &event.docs)
        })
        .collect();
    let docs = Documentation::new()
        .text("Webhooks: requests that the API sends to your server.")
        .text("An [`Event`] is one of:")
        .list(events, &links);
    let docs = match &webhooks.signature {
        Some(signature) => verification(docs, signature),
        None => docs.text(
            "The API reference does not describe how requests are signed. \
             [`Event::from_body_unverified`] decodes the body of a request that your server \
             has verified by other means.",
        ),
    };
    docs.example(&example(api, webhooks, library)).page()
}

/// Adds the paragraphs on the signature.
fn verification(docs: Documentation, signature: &Signature) -> Documentation {
    let elements = element(signature);
    let pieces = signature.signed.iter().map(|piece| match piece {
        Piece::Text(text) => text.as_str(),
        Piece::Id => "{id}",
        Piece::Timestamp => "{timestamp}",
        Piece::Body => "{body}",
    });
    let pieces: String = pieces.collect();
    let algorithm = match signature.algorithm {
        Algorithm::HmacSha256 => "HMAC with SHA-256",
        Algorithm::HmacSha512 => "HMAC with SHA-512",
    };
    let mut line = Line::new("The header ")
        .code(&signature.header)
        .text(" is ")
        .code(&elements)
        .text(": ")
        .text(algorithm)
        .text(" over ")
        .code(&pieces)
        .text(", with the secret of the webhook as the key.");
    if let SecretForm::Base64(prefix) = &signature.secret {
        line = match prefix.is_empty() {
            true => line.text(" The secret is Base64."),
            false => line
                .text(" The secret is Base64 after the prefix ")
                .code(prefix)
                .text("."),
        };
    }
    if let Some(Timestamp::Header(name)) = &signature.timestamp {
        line = line.text(" The timestamp is in ").code(name).text(".");
    }
    if let Some(name) = &signature.id {
        line = line
            .text(" The identifier of the delivery is in ")
            .code(name)
            .text(".");
    }
    let docs = docs
        .text(
            "[`Event::from_request`] verifies the signature and the age of a request before it \
             decodes the body. It uses types of the crate `http`, so that it works with any \
             server framework.",
        )
        .line(line);
    match signature.timestamp {
        Some(_) => docs,
        None => docs.text(
            "The signature does not cover a timestamp, so a request can be replayed at any \
             time. [`Verifier::on_replay`] detects replays.",
        ),
    }
}

/// Returns the format of the header with the signature.
fn element(signature: &Signature) -> String {
    let own = format!("{}{{signature}}", signature.prefix);
    match (&signature.timestamp, signature.separator) {
        (Some(Timestamp::Element(prefix)), Some(separator)) => {
            format!("{prefix}{{timestamp}}{separator}{own}")
        }
        _ => own,
    }
}

/// Returns the variant of an event.
fn variant<'a>(api: &'a Api, webhooks: &Webhooks, event: &Webhook) -> Option<&'a Variant> {
    match &api.ty(&webhooks.event)?.shape {
        Shape::Union(union) => union.variants.iter().find(|variant| variant.ty == event.ty),
        _ => None,
    }
}

/// Returns the program of the documentation.
fn example(api: &Api, webhooks: &Webhooks, library: &str) -> String {
    let first = webhooks.events.first();
    let first = first.and_then(|event| variant(api, webhooks, event));
    let first = first.map(|variant| {
        let name = &variant.name;
        format!("        Ok(Event::{name}(event)) => println!(\"{{event:?}}\"),\n")
    });
    let first = first.unwrap_or_default();
    match webhooks.signature {
        Some(_) => format!(
            "use {library}::http::{{HeaderMap, StatusCode}};\n\
             use {library}::webhooks::Event;\n\
             \n\
             fn receive(headers: &HeaderMap, body: &[u8], secret: &str) -> StatusCode {{\n    \
                 match Event::from_request(headers, body, secret) {{\n\
                 {first}        \
                     Ok(other) => println!(\"another event: {{other:?}}\"),\n        \
                     Err(error) if error.is_unverified() => return StatusCode::UNAUTHORIZED,\n        \
                     Err(error) => {{\n            \
                         eprintln!(\"{{error}}\");\n            \
                         return StatusCode::INTERNAL_SERVER_ERROR;\n        \
                     }}\n    \
                 }}\n    \
                 StatusCode::NO_CONTENT\n\
             }}"
        ),
        None => format!(
            "use {library}::webhooks::{{Error, Event}};\n\
             \n\
             fn receive(verified_body: &[u8]) -> Result<(), Error> {{\n    \
                 match Event::from_body_unverified(verified_body) {{\n\
                 {first}        \
                     Ok(other) => println!(\"another event: {{other:?}}\"),\n        \
                     Err(error) => return Err(error),\n    \
                 }}\n    \
                 Ok(())\n\
             }}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use api::{Tagging, TypeId, Union};

    use super::*;
    use crate::operations::samples;

    fn emitted(signature: Option<Signature>) -> String {
        let union = Union {
            tagging: Tagging::Tagged("type".to_owned()),
            values: Vec::new(),
            variants: vec![samples::variant(
                "PetAdded",
                samples::named("PetAddedEvent"),
            )],
            unknown: "Unknown".to_owned(),
        };
        let mut api = samples::api([samples::definition("WebhookEvent", Shape::Union(union))]);
        let event = Webhook {
            name: "pet.added".to_owned(),
            ty: samples::named("PetAddedEvent"),
            docs: Docs::page("A pet is added."),
            reference: None,
            deprecated: false,
            origin: None,
        };
        api.webhooks = Some(Webhooks {
            event: TypeId::new("WebhookEvent"),
            events: vec![event],
            signature,
        });
        let mut crate_files = Crate::default();
        files(&api, "pets", &mut crate_files).expect("Rust");
        let mut files = crate_files.files();
        let (path, text) = files.next().expect("a file");
        assert_eq!(path, "src/webhooks.rs");
        text.to_owned()
    }

    #[test]
    fn a_request_is_verified_by_the_signature_of_the_api() {
        let text = emitted(Some(Signature {
            header: "pets-signature".to_owned(),
            prefix: "v1=".to_owned(),
            separator: Some(','),
            algorithm: Algorithm::HmacSha256,
            encoding: SignatureEncoding::Hex,
            secret: SecretForm::Text,
            timestamp: Some(Timestamp::Element("t=".to_owned())),
            id: None,
            signed: vec![Piece::Timestamp, Piece::Text(".".to_owned()), Piece::Body],
        }));
        for line in [
            "//! - `pet.added`, which is [`PetAdded`](Event::PetAdded): A pet is added.",
            "//! The header `pets-signature` is `t={timestamp},v1={signature}`: HMAC with SHA-256 over",
            "//!         Ok(Event::PetAdded(event)) => println!(\"{event:?}\"),",
            "pub use crate::types::WebhookEvent as Event;",
            "    timestamp: Some(webhook::Timestamp::Element(\"t=\")),",
            "        webhook::verify(&SCHEME, headers, body, &secret.into())?;",
            "pub fn sign(body: &[u8], secret: impl Into<Verifier>) -> Result<HeaderMap, Error> {",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in {text}");
        }
    }

    #[test]
    fn without_a_signature_nothing_verifies() {
        let text = emitted(None);
        assert!(
            !text.contains("from_request") && !text.contains("HeaderMap"),
            "{text}"
        );
        let method = "pub fn from_body_unverified(body: &[u8]) -> Result<Self, Error> {";
        assert!(text.contains(method), "{text}");
    }
}
