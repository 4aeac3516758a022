//! The order in which rustfmt sorts imported names: numbers are compared by value, and an
//! underscore precedes all other characters.

use std::cmp::Ordering;

/// Compares two names.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    // The module itself precedes its items.
    let is_item = |name| name != "self";
    let order = is_item(a).cmp(&is_item(b));
    if order.is_ne() {
        return order;
    }
    let (mut rest_a, mut rest_b) = (a, b);
    loop {
        let (number_a, number_b) = (number(rest_a), number(rest_b));
        if !number_a.is_empty() && !number_b.is_empty() {
            let [digits_a, digits_b] = [number_a, number_b].map(|it| it.trim_start_matches('0'));
            let order = digits_a.len().cmp(&digits_b.len());
            let order = order.then_with(|| digits_a.cmp(digits_b));
            if order.is_ne() {
                return order;
            }
            rest_a = &rest_a[number_a.len()..];
            rest_b = &rest_b[number_b.len()..];
            continue;
        }
        match (rest_a.chars().next(), rest_b.chars().next()) {
            (Some(first_a), Some(first_b)) => {
                let rank = |c: char| (c != '_', c);
                let order = rank(first_a).cmp(&rank(first_b));
                if order.is_ne() {
                    return order;
                }
                rest_a = &rest_a[first_a.len_utf8()..];
                rest_b = &rest_b[first_b.len_utf8()..];
            }
            (first_a, first_b) => {
                // Names that differ only in leading zeros.
                let order = first_a.is_some().cmp(&first_b.is_some());
                return order.then_with(|| a.cmp(b));
            }
        }
    }
}

/// Returns the digits at the beginning of a text.
fn number(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit());
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_and_underscores_come_first() {
        for sorted in [
            ["Pet", "Pet2", "Pet10"],
            ["pet", "pet_list", "pet2"],
            ["v2", "v10", "w1"],
            ["Upload", "object", "open_enum"],
            ["self", "Read", "read"],
        ] {
            let mut names = sorted;
            names.reverse();
            names.sort_by(|a, b| compare(a, b));
            assert_eq!(names, sorted);
        }
    }
}
