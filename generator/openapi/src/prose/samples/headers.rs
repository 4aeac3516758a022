//! The headers that raw samples send.

use super::Sample;

impl<'a> Sample<'a> {
    /// Returns the headers that the sample sends, each with its line, name, and value. Samples in
    /// unsupported languages have none.
    pub(in crate::prose) fn headers(&self) -> Vec<(usize, &'a str, &'a str)> {
        match self.language.as_str() {
            "go" => {
                let pairs = self
                    .lines
                    .iter()
                    .filter(|(_, line)| line.contains("Header."));
                pairs
                    .filter_map(|(number, line)| pair(*number, line))
                    .collect()
            }
            "python" => {
                let is_start = |(_, line): &&(usize, &str)| line.starts_with("headers = {");
                let below = self.lines.iter().skip_while(|line| !is_start(line));
                let mut is_open = true;
                let inside = below.take_while(|(_, line)| {
                    let is_inside = is_open && !line.starts_with('}');
                    is_open = !line.trim_end().ends_with('}');
                    is_inside
                });
                let entries = inside.flat_map(|(number, line)| entries(*number, line));
                entries.collect()
            }
            "javascript" | "typescript" | "js" | "ts" => {
                let is_start = |(_, line): &&(usize, &str)| line.contains("headers:");
                let below = self.lines.iter().skip_while(|line| !is_start(line));
                let mut is_open = true;
                let inside = below.take_while(|(_, line)| {
                    let was_open = is_open;
                    is_open &= !line.contains('}') || line.contains("${");
                    was_open
                });
                let properties = inside.flat_map(|(number, line)| {
                    let text = line.split_once("headers:").map_or(*line, |(_, text)| text);
                    properties(*number, text)
                });
                properties.collect()
            }
            "bash" | "sh" | "shell" | "curl" | "console" => {
                let lines = self.lines.iter();
                let headers = lines.flat_map(|(number, line)| curl_headers(*number, line));
                headers.collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Returns the headers in a line of a call of `curl`.
fn curl_headers(number: usize, line: &str) -> Vec<(usize, &str, &str)> {
    let options = ["-H ", "--header "];
    let texts = options.iter().flat_map(|option| line.split(option).skip(1));
    let headers = texts.filter_map(|text| {
        let mark = text
            .chars()
            .next()
            .filter(|mark| ['"', '\''].contains(mark))?;
        let (header, _) = text[1..].split_once(mark)?;
        let (name, value) = header.split_once(':')?;
        Some((number, name.trim(), value.trim()))
    });
    headers.collect()
}

/// Returns the properties with text values of a JavaScript object on one line, such as
/// `{'X-Key': '<key>', Accept: 'text/plain'}`.
fn properties(number: usize, line: &str) -> Vec<(usize, &str, &str)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_alphanumeric() || "'\"".contains(c)) {
        let text = &rest[start..];
        let unquoted = text.trim_start_matches(['\'', '"']);
        let is_name = |c: char| c.is_alphanumeric() || "-_".contains(c);
        let end = unquoted.find(|c: char| !is_name(c));
        let (name, after) = unquoted.split_at(end.unwrap_or(unquoted.len()));
        let value = after.trim_start_matches(['\'', '"']).trim_start();
        let Some(value) = value.strip_prefix(':').map(str::trim_start) else {
            break;
        };
        let mark = value.chars().next().filter(|c| "'\"`".contains(*c));
        let Some((value, after)) = mark.and_then(|mark| value[1..].split_once(mark)) else {
            break;
        };
        found.push((number, name, value));
        rest = after;
    }
    found
}

/// Returns the first two quoted texts of a line.
fn pair(number: usize, line: &str) -> Option<(usize, &str, &str)> {
    let mut texts = line.split('"').skip(1).step_by(2);
    Some((number, texts.next()?, texts.next()?))
}

/// Returns the entries of a Python dictionary on one line.
fn entries(number: usize, line: &str) -> Vec<(usize, &str, &str)> {
    let texts: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    let pairs = texts.chunks_exact(2);
    pairs.map(|pair| (number, pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::sampled;
    use super::*;

    #[test]
    fn raw_samples_have_headers() {
        let text = "```go\n\treq.Header.Add(\"xi-api-key\", \"<key>\")\n```\n\
                    ```python\nheaders = {\n    \"A\": \"1\",\n    \"B\": \"2\"\n}\n```\n\
                    ```python\nheaders = {\"C\": \"3\", \"D\": \"4\"}\n```\n\
                    ```bash\ncurl -H \"E: Token 5\" \\\n  --header 'F: 6'\n```\n\
                    ```javascript\nconst options = {\n  headers: {'G-H': '7', I: \"8\"},\n  body: 'J'\n};\n```\n\
                    ```typescript\nfetch(url, { headers: {\n  K: `Token ${key}`,\n  'L': '9',\n}});\n```\n";
        let headers = sampled(text, |samples| {
            let headers = samples.iter().flat_map(Sample::headers);
            headers
                .map(|(line, name, value)| format!("{line} {name}={value}"))
                .collect::<Vec<_>>()
        });
        assert_eq!(
            headers,
            [
                "2 xi-api-key=<key>",
                "6 A=1",
                "7 B=2",
                "11 C=3",
                "11 D=4",
                "14 E=Token 5",
                "15 F=6",
                "19 G-H=7",
                "19 I=8",
                "25 K=Token ${key}",
                "26 L=9"
            ]
        );
    }
}
