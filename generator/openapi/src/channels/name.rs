//! The names of a channel: its groups, its method, and the types of its messages.

use heck::{ToPascalCase, ToSnakeCase};

/// The names of a channel in the client.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) groups: Vec<String>,
    pub(super) method: String,
}

impl Name {
    /// Returns the name of the type of the messages that a side sends.
    pub(super) fn message(&self, side: &str) -> String {
        let name = format!("{} {} {side} message", self.groups.join(" "), self.method);
        name.to_pascal_case()
    }
}

/// Names a channel after its page: `subpackage_speech/live.live` in `info.version` contains the
/// groups and the platform's name of the channel. If the platform derived the name from the path,
/// as in `subpackage_v1SpeechLive.v1SpeechLive`, or there is no name, the channel is named after
/// its path.
pub(super) fn of(path: &str, version: Option<&str>) -> Name {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let stated = version.and_then(stated);
    let stated = stated.filter(|name| !is_of_path(name, &segments));
    stated.unwrap_or_else(|| of_path(&segments))
}

fn stated(version: &str) -> Option<Name> {
    let name = version.strip_prefix("subpackage_")?;
    let (groups, method) = name.split_once('.').unwrap_or((name, ""));
    let has_letters = |part: &&str| part.contains(char::is_alphanumeric);
    let mut groups: Vec<&str> = groups.split('/').filter(has_letters).collect();
    let method = own_name(method);
    let last = groups.last().copied().unwrap_or_default();
    // The channel has the name of its group, which contains nothing else.
    if method.is_empty() || letters(method) == letters(last) {
        groups.pop();
    }
    let method = [method, last].into_iter().find(has_letters)?;
    Some(Name {
        groups: groups.into_iter().map(str::to_owned).collect(),
        method: method.to_owned(),
    })
}

/// Returns the name of a channel without its groups: `v2` in `speak.v2`. A name with spaces is a
/// title, such as `Speech V3.1`, which contains no groups.
fn own_name(name: &str) -> &str {
    if name.contains(char::is_whitespace) {
        return name;
    }
    // The dot in `SpeechV3.1` separates digits.
    let has_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let mut separators = name.rmatch_indices(['.', '/']);
    let own = separators.find_map(|(position, separator)| {
        let own = &name[position + separator.len()..];
        (separator == "/" || !has_digit(own)).then_some(own)
    });
    own.unwrap_or(name)
}

/// Returns the letters and digits of a name in lower case.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Returns `true` if the platform derived a name from the segments of the path.
fn is_of_path(name: &Name, segments: &[&str]) -> bool {
    name.groups.is_empty() && letters(&name.method) == letters(&segments.concat())
}

/// Names a channel after the last segments of its path that are neither parameters nor a version.
fn of_path(segments: &[&str]) -> Name {
    let is_version = |segment: &str| {
        let number = segment.strip_prefix('v').unwrap_or_default();
        number.starts_with(|c: char| c.is_ascii_digit())
    };
    let named = segments.iter().filter(|segment| {
        !segment.contains('{') && !is_version(segment) && segment.contains(char::is_alphanumeric)
    });
    let mut groups: Vec<String> = named.map(|segment| segment.to_snake_case()).collect();
    let method = groups.pop().unwrap_or_else(|| "connect".to_owned());
    Name { groups, method }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str, version: Option<&str>) -> String {
        let name = of(path, version);
        format!("{}.{}", name.groups.join("/"), name.method)
    }

    #[test]
    fn a_channel_is_named_after_its_page_or_its_path() {
        for (path, version, expected) in [
            (
                "/v2/speak",
                Some("subpackage_speak/v2.speak.v2"),
                "speak.v2",
            ),
            (
                "/v1/agent/converse",
                Some("subpackage_agent/v1.agent.v1"),
                "agent.v1",
            ),
            ("/live", Some("subpackage_speech.live"), "speech.live"),
            (
                "/v1/text-to-speech/{voice_id}/stream-input",
                Some(
                    "subpackage_v1TextToSpeechVoiceIdStreamInput.v1TextToSpeechVoiceIdStreamInput",
                ),
                "text_to_speech.stream_input",
            ),
            ("/v1/convai/conversation", None, "convai.conversation"),
            ("/v1/live", Some("1.0.0"), ".live"),
            ("/v1", None, ".connect"),
            ("/live", Some("subpackage_."), ".live"),
            (
                "/live",
                Some("subpackage_speechV31.Speech V3.1"),
                ".Speech V3.1",
            ),
            (
                "/live",
                Some("subpackage_speech.Speech / Text V3.1"),
                "speech.Speech / Text V3.1",
            ),
            ("/live", Some("subpackage_speech.V3.1"), "speech.V3.1"),
            (
                "/live",
                Some("subpackage_speech.speech.live1.2"),
                "speech.live1.2",
            ),
        ] {
            assert_eq!(named(path, version), expected, "{path} {version:?}");
        }
    }

    #[test]
    fn messages_are_called_by_their_channel_and_side() {
        let name = of("/v1/speech-to-text/realtime", None);
        assert_eq!(name.message("server"), "SpeechToTextRealtimeServerMessage");
    }
}
