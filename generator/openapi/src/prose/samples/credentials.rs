//! The arguments of SDK constructors that authenticate a client.

use super::Sample;
use super::sdk::called;

impl Sample<'_> {
    /// Returns how the sample passes a key to the constructor of the client of an SDK, with its
    /// line.
    pub(in crate::prose) fn credentials(&self) -> Option<(usize, Credentials)> {
        let clients = self.clients();
        let is_call = |line: &str| called(line, &clients).is_some();
        if !self.lines.iter().any(|(_, line)| is_call(line)) {
            return None;
        }
        let constructor = self.lines.iter().take_while(|(_, line)| !is_call(line));
        let mut user = None;
        for (number, line) in constructor {
            if TOKENS.iter().any(|name| is_argument(line, name)) {
                return Some((*number, Credentials::Token));
            }
            if KEYS.iter().any(|name| is_argument(line, name)) {
                return Some((*number, Credentials::Key));
            }
            if is_argument(line, "username") {
                user = Some(*number);
            }
            if is_argument(line, "password") && user.is_some() {
                return Some((user.unwrap_or(*number), Credentials::UserAndPassword));
            }
        }
        None
    }
}

/// The arguments of a constructor that authenticate the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::prose) enum Credentials {
    /// `token`
    Token,
    /// `apiKey`, which does not show the header.
    Key,
    /// `username` and `password`
    UserAndPassword,
}

/// Names of the argument for a token.
const TOKENS: [&str; 5] = [
    "token",
    "accessToken",
    "access_token",
    "bearerToken",
    "bearer_token",
];

/// Names of the argument for a key.
const KEYS: [&str; 4] = ["apiKey", "api_key", "apiKeyAuth", "api_key_auth"];

/// Returns `true` if a line passes an argument: `token: "…"`, or `token="…"`.
fn is_argument(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let is_word = before.is_none_or(|c| c.is_whitespace() || "({,".contains(c));
        let value = line[start + name.len()..].trim_start();
        is_word && value.starts_with([':', '='])
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::sampled;
    use super::*;

    #[test]
    fn constructors_of_sdks_have_credentials() {
        for (text, expected) in [
            (
                "```typescript\nconst client = new PetsClient({ token: \"<token>\" });\nawait client.pets.list();\n```\n",
                Some((2, Credentials::Token)),
            ),
            (
                "```python\nclient = Pets(\n    token=\"YOUR_TOKEN\",\n)\nclient.pets.list(\n    token=\"a\",\n)\n```\n",
                Some((3, Credentials::Token)),
            ),
            (
                "```python\nclient = Pets(username=\"a\", password=\"b\")\nclient.pets.list()\n```\n",
                Some((2, Credentials::UserAndPassword)),
            ),
            (
                "```python\nclient = Pets()\nclient.pets.list(token=\"a\")\n```\n",
                None,
            ),
            (
                "```typescript\nconst client = new PetsClient({ pageToken: \"a\" });\nawait client.pets.list();\n```\n",
                None,
            ),
            ("```javascript\nfetch(url, {token: \"a\"})\n```\n", None),
        ] {
            let found = sampled(text, |samples| samples.iter().find_map(Sample::credentials));
            assert_eq!(found, expected, "{text}");
        }
    }
}
