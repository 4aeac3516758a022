//! Facts that only the description of an input or of a property states, such as the number of the
//! first list page.

/// The words of a description, in lowercase and without punctuation.
pub(super) struct Wording(Vec<String>);

impl Wording {
    pub(super) fn of(description: &str) -> Self {
        let words = description.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        Self(words.map(str::to_lowercase).collect())
    }

    /// Returns the number of the first list page or item: 0 or 1, for texts such as `zero-based` and
    /// `starts at 1`.
    pub(super) fn first_number(&self) -> Option<i64> {
        let words = &self.0;
        (0..words.len()).find_map(|position| {
            let [word, next] = [0, 1].map(|after| self.word(position + after));
            match word {
                "0" | "1" | "zero" | "one" if matches!(next, "based" | "indexed") => {
                    let is_denied = position > 0 && matches!(self.word(position - 1), "not");
                    number(word).filter(|_| !is_denied)
                }
                "start" | "starts" | "starting" | "begin" | "begins" | "beginning" | "counted"
                | "counting" | "numbered"
                    if matches!(next, "from" | "at" | "with") =>
                {
                    self.number_after(position + 2)
                }
                "first" if matches!(next, "page" | "item" | "element" | "result") => {
                    let verb = position + 2;
                    let verb = verb + usize::from(self.word(verb) == "number");
                    (self.word(verb) == "is").then(|| self.number_after(verb + 1))?
                }
                _ => None,
            }
        })
    }

    /// Returns `true` if it states that a value is the identifier of the last item on the previous
    /// list page.
    pub(super) fn is_last_item(&self) -> bool {
        let mut positions = self.0.iter().enumerate();
        positions.any(|(position, word)| {
            let before = &self.0[position.saturating_sub(4)..position];
            let after = &self.0[position..self.0.len().min(position + 8)];
            let mut pairs = after.windows(2);
            let is_previous = |word: &str| matches!(word, "previous" | "preceding" | "prior");
            word == "last"
                && before.iter().chain(after).any(|word| is_id(word))
                && pairs.any(|pair| is_previous(&pair[0]) && pair[1] == "page")
        })
    }

    /// Returns `true` if it states that items come after the one with an identifier, as in `Returns
    /// pets after this pet ID`.
    pub(super) fn is_after_item(&self) -> bool {
        let mut positions = self.0.iter().enumerate();
        positions.any(|(position, word)| {
            let after = self.0[position..].iter().take(5);
            word == "after" && after.into_iter().any(|word| is_id(word))
        })
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// Returns `true` if a number counts only what is on one list page, or counts the list pages.
    pub(super) fn is_of_page(&self) -> bool {
        let mut pairs = self.0.windows(2);
        let is_whole = pairs.any(|pair| {
            matches!(pair[0].as_str(), "all" | "across" | "every" | "each") && pair[1] == "pages"
        });
        (self.has("page") || self.has("pages")) && !is_whole
    }

    /// Returns `true` if a number is a time.
    pub(super) fn is_time(&self) -> bool {
        const TIMES: [&str; 8] = [
            "time",
            "times",
            "timestamp",
            "date",
            "epoch",
            "unix",
            "seconds",
            "milliseconds",
        ];
        TIMES.iter().any(|word| self.has(word))
    }

    /// Returns the number at this position, or after the name of what is numbered.
    fn number_after(&self, position: usize) -> Option<i64> {
        let is_name = matches!(self.word(position), "page" | "index" | "number" | "offset");
        number(self.word(position + usize::from(is_name)))
    }

    /// Returns the word at a position, or an empty text.
    fn word(&self, position: usize) -> &str {
        self.0.get(position).map_or("", String::as_str)
    }
}

fn number(word: &str) -> Option<i64> {
    match word {
        "0" | "zero" => Some(0),
        "1" | "one" => Some(1),
        _ => None,
    }
}

/// Returns `true` if a word is a noun for an identifier.
fn is_id(word: &str) -> bool {
    matches!(word, "id" | "uuid" | "identifier")
}

#[cfg(test)]
mod tests {
    use super::Wording;

    #[test]
    fn a_description_states_the_first_number() {
        for (description, expected) in [
            ("Zero-based page index (0..N)", Some(0)),
            ("Page index, 0-based", Some(0)),
            ("The page, zero-indexed.", Some(0)),
            ("0-indexed page", Some(0)),
            ("Page number, starting from 0.", Some(0)),
            ("Page number (starts at 0)", Some(0)),
            ("Pages begin with page zero", Some(0)),
            ("The page number. The first page is `0`.", Some(0)),
            ("One-based page number", Some(1)),
            ("Page number for pagination, starting from 1", Some(1)),
            ("The 1-based index of the first result", Some(1)),
            ("Not zero-based", None),
            ("Starts at 10", None),
            ("Results are based on the first page", None),
            ("The page number", None),
        ] {
            let first = Wording::of(description).first_number();
            assert_eq!(first, expected, "{description}");
        }
    }

    #[test]
    fn a_description_states_that_the_last_item_leads_on() {
        for (description, expected) in [
            (
                "Should be the UUID of the last item in the previous page",
                true,
            ),
            ("The ID of the last object on the preceding page", true),
            ("The last item's identifier from the previous page", true),
            ("The last page", false),
            ("The ID of the previous page", false),
            ("Items after the last modification", false),
        ] {
            let wording = Wording::of(description);
            assert_eq!(wording.is_last_item(), expected, "{description}");
        }
    }

    #[test]
    fn a_description_states_that_items_come_after_an_identifier() {
        for (description, expected) in [
            ("Returns pets that come after this pet ID", true),
            ("Cursor. Pets after the UUID", true),
            ("Only pets that were born after this date", false),
            ("The ID of the shop", false),
        ] {
            let wording = Wording::of(description);
            assert_eq!(wording.is_after_item(), expected, "{description}");
        }
    }

    #[test]
    fn a_description_states_that_a_number_is_of_one_list_page() {
        for (description, expected) in [
            ("The number of items on this page", true),
            ("The total number of pages", true),
            ("The number of items on all pages", false),
            ("The number of items across pages", false),
            ("The number of items", false),
        ] {
            let wording = Wording::of(description);
            assert_eq!(wording.is_of_page(), expected, "{description}");
        }
    }
}
