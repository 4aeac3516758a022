//! Hosts of server URLs: detects local hosts, and extracts company names.

use std::net::IpAddr;

/// Returns the host of a URL, without user and port.
pub(crate) fn host(server: &str) -> Option<&str> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| server.strip_prefix(scheme))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let end = if host.starts_with('[') { ']' } else { ':' };
    let host = host.split(end).next()?.trim_start_matches('[');
    let is_host = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control());
    is_host.then_some(host)
}

/// Returns `true` if a server is on the local machine.
pub(crate) fn is_loopback(server: &str) -> bool {
    let host = host(server).unwrap_or_default().trim_end_matches('.');
    let host = host.to_ascii_lowercase();
    let is_name = host == "localhost" || host.ends_with(".localhost");
    is_name
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback() || address.is_unspecified())
}

/// Returns the part of a server's host that names the company:
/// `https://api.example.co.uk/v1` gives `example`. Returns `None` for an IP address, a loopback
/// name, a placeholder, and a label that is not valid in the name of a crate.
pub(crate) fn company(server: &str) -> Option<String> {
    let host = host(server)?;
    if host.parse::<IpAddr>().is_ok() || is_loopback(server) {
        return None;
    }
    let host = host.trim_end_matches('.');
    let name = match (psl::domain_str(host), psl::suffix_str(host)) {
        (Some(domain), Some(suffix)) => domain.strip_suffix(suffix)?.trim_end_matches('.'),
        _ => host.split('.').next()?,
    };
    // `https://{index_host}` has the default `index_host`. Names of hosts have no underscore.
    let is_name = name.is_ascii() && !name.contains('_');
    is_name.then(|| spelled(name))?
}

/// Returns `true` if two servers belong to one site: their hosts have the same registrable domain,
/// as defined by the public suffix list.
pub(crate) fn is_same_site(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|server| {
        let host = host(server).unwrap_or(server);
        host.trim_end_matches('.').to_ascii_lowercase()
    });
    let domain = |host: &str| {
        let is_address = host.parse::<IpAddr>().is_ok();
        psl::domain_str(host)
            .filter(|_| !is_address)
            .map(str::to_owned)
    };
    one == other || domain(&one).is_some_and(|own| Some(own) == domain(&other))
}

/// Returns the part of a server's host that decides who receives its requests: the registrable
/// domain, or the host if it has none. `server` can have placeholders.
pub(crate) fn site(server: &str) -> &str {
    let host = host(server).unwrap_or(server).trim_end_matches('.');
    match host.parse::<IpAddr>() {
        Ok(_) => host,
        Err(_) => psl::domain_str(host).unwrap_or(host),
    }
}

/// Returns the part of an API's title that names it, in the spelling of crate names: `Pet Shop REST
/// API` gives `pet-shop`.
pub(crate) fn named_by(title: &str) -> Option<String> {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let last = words.iter().rposition(|word| !is_generic(word))?;
    spelled(&words[..=last].join("-"))
}

/// Returns `true` if a title has no word that names an API, such as `API` and `REST API`.
pub(crate) fn is_nameless(title: &str) -> bool {
    let words = title.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).all(is_generic)
}

/// Returns `true` if a word of a title is generic.
fn is_generic(word: &str) -> bool {
    ["api", "apis", "http", "public", "reference", "rest", "v1"]
        .iter()
        .any(|generic| word.eq_ignore_ascii_case(generic))
}

/// Keeps only characters that the name of a crate can have.
fn spelled(label: &str) -> Option<String> {
    let is_word = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let mut label: String = label.chars().filter(is_word).collect();
    if label.is_empty() {
        return None;
    }
    if !label.starts_with(|c: char| c.is_ascii_alphabetic()) {
        label.insert_str(0, "api-");
    }
    Some(label.trim_end_matches('-').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_of_this_machine_are_loopback() {
        for (server, expected) in [
            ("http://localhost:5173/api", true),
            ("http://LOCALHOST", true),
            ("http://api.localhost/v1", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.1.2.3", true),
            ("http://[::1]:8080/v1", true),
            ("http://0.0.0.0:8000", true),
            ("https://localhost.example.com", false),
            ("https://10.0.0.1", false),
            ("https://api.example.com", false),
        ] {
            assert_eq!(is_loopback(server), expected, "{server}");
        }
    }

    #[test]
    fn a_site_is_a_registrable_domain() {
        for (one, other, expected) in [
            (
                "https://api.example.com/v1",
                "https://files.example.com",
                true,
            ),
            ("https://api.example.com", "https://EXAMPLE.com.", true),
            (
                "https://api.example.co.uk",
                "https://api.other.co.uk",
                false,
            ),
            (
                "https://api.example.com",
                "https://example.com.evil.example",
                false,
            ),
            (
                "https://one.herokuapp.com",
                "https://two.herokuapp.com",
                false,
            ),
            ("https://192.0.2.1", "https://198.51.2.1", false),
            ("https://192.0.2.1:8080", "https://192.0.2.1", true),
        ] {
            assert_eq!(is_same_site(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_site_can_have_placeholders() {
        for (server, expected) in [
            ("https://{tenant}.eu.example.com/v1", "example.com"),
            ("https://{host}:443/v1", "{host}"),
            ("https://api.{domain}", "api.{domain}"),
            ("https://eu.api.{company}.com", "{company}.com"),
            ("https://{app}.herokuapp.com", "{app}.herokuapp.com"),
            ("https://192.0.2.1:80", "192.0.2.1"),
        ] {
            assert_eq!(site(server), expected, "{server}");
        }
    }

    #[test]
    fn a_host_names_the_company() {
        for (server, expected) in [
            ("https://api.example.co.uk/v1", Some("example")),
            ("https://example.com", Some("example")),
            ("https://shop.herokuapp.com", Some("shop")),
            ("https://server", Some("server")),
            ("https://192.0.2.1", None),
        ] {
            assert_eq!(company(server).as_deref(), expected, "{server}");
        }
    }

    #[test]
    fn a_placeholder_names_no_company() {
        assert_eq!(company("https://index_host"), None);
        let name = company("https://region.a-b.example/v1");
        assert_eq!(name.as_deref(), Some("a-b"));
    }

    #[test]
    fn a_title_of_generic_words_names_nothing() {
        assert!(["API", "api", "REST API", "-"].into_iter().all(is_nameless));
        assert!(!is_nameless("Pet API") && !is_nameless("宠物"));
    }

    #[test]
    fn a_title_names_an_api_without_its_generic_words() {
        for (title, expected) in [
            ("Pet Shop REST API", Some("pet-shop")),
            ("Opals", Some("opals")),
            ("3D API", Some("api-3d")),
            ("API", None),
            ("", None),
            ("宠物", None),
        ] {
            assert_eq!(named_by(title).as_deref(), expected, "{title}");
        }
    }
}
