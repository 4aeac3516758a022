//! The site's index: an `llms.txt`, a Markdown list of links to its pages.

use generator::Code;

use super::address::Address;
use super::download::{Answer, Client, Wish};
use super::links::links;
use crate::shell::Failure;

const INDEX: Wish = Wish {
    limit: 8 << 20,
    missing: "give the address of the site's `llms.txt` with `--from`, or correct `index` under `[fetch]` \
              in `codegen.toml`",
};

/// The file name of an index when only its folder is given.
const NAME: &str = "llms.txt";

/// The links to pages, in the order of the index, each once.
pub(crate) struct Index {
    /// Where the index was found.
    pub(crate) address: Address,
    pub(crate) links: Vec<String>,
}

/// Parses the address of an index; that of the site stands for its `llms.txt`.
pub(crate) fn address(text: &str) -> Result<Address, Failure> {
    let parsed = Address::parse(text).and_then(|address| {
        if address.path().ends_with('/') {
            address.join(NAME)
        } else {
            Ok(address)
        }
    });
    parsed.map_err(|why| {
        Failure::check(Code::InvalidIndex,
            format!("`{text}` cannot be the index of the pages: {why}"),
            "give the address of the site's list of pages, like `https://docs.example.com/llms.txt`",
        )
    })
}

/// Fetches the index.
///
/// # Errors
///
/// When it cannot be fetched whole, or names no page.
pub(crate) fn read(client: &Client, address: &Address) -> Result<Index, Failure> {
    let Answer::Body(body) = client.get(address, None, &INDEX)? else {
        return Ok(Index {
            address: address.clone(),
            links: Vec::new(),
        });
    };
    let text = String::from_utf8_lossy(&body.bytes);
    let links = links(&text);
    if links.is_empty() {
        return Err(Failure::check(
            Code::InvalidIndex,
            format!("`{address}` names no page"),
            "it should be a Markdown list of links to `.md` pages: give the address of the \
             site's `llms.txt`",
        ));
    }
    Ok(Index {
        address: body.address,
        links,
    })
}
