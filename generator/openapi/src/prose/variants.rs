//! Finds the variants of unions below `## Types`. The page does not show them: the heading of a
//! union has no content.
//!
//! The headings are in the order in which the types are first mentioned: by the body, the
//! parameters, the responses, and the errors, and then by each heading in turn. Therefore a heading
//! that no line mentions at its position is a variant of the union that is visited there.

use std::collections::{HashMap, HashSet};

/// A place that mentions types, such as the body or a heading of `## Types`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source<'a> {
    /// The name of the type, if the place is a union whose variants are not shown.
    pub(super) union: Option<&'a str>,
    /// The types that its lines mention, in order.
    pub(super) mentions: Vec<&'a str>,
}

/// The result for one union.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// The variants that have headings.
    Variants(Vec<&'a str>),
    /// The order of the headings is ambiguous.
    Undecided,
}

/// Finds the variants of each union. `sources` are all places in the order in which the platform visits
/// them, the headings last; `headings` are the names of the headings.
pub(super) fn find<'a>(
    sources: &[Source<'a>],
    headings: &[&'a str],
) -> HashMap<&'a str, Found<'a>> {
    let positions: HashMap<&str, usize> = headings
        .iter()
        .enumerate()
        .rev()
        .map(|(position, name)| (*name, position))
        .collect();
    let mut found = HashMap::new();
    let mut pending: Vec<&str> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut next = 0;
    let mut is_regular = true;
    for source in sources {
        pending.extend(source.union);
        let mut first: Vec<usize> = Vec::new();
        for name in &source.mentions {
            if let Some(position) = positions.get(name)
                && *position >= next
                && seen.insert(name)
            {
                first.push(*position);
            }
        }
        let (Some(start), Some(end)) = (first.iter().min(), first.iter().max()) else {
            continue;
        };
        // The first mentions of a place are adjacent.
        if end - start + 1 != first.len() || (pending.is_empty() && *start != next) {
            is_regular = false;
            break;
        }
        settle(&pending, &headings[next..*start], &mut found);
        pending.clear();
        next = end + 1;
    }
    if is_regular {
        settle(&pending, &headings[next..], &mut found);
    }
    for union in sources.iter().filter_map(|source| source.union) {
        found.entry(union).or_insert(Found::Undecided);
    }
    found
}

/// Assigns the headings that nothing mentions to the unions that are visited there.
fn settle<'a>(unions: &[&'a str], range: &[&'a str], found: &mut HashMap<&'a str, Found<'a>>) {
    let owners = owners(unions, range);
    for (position, union) in unions.iter().enumerate() {
        let result = match &owners {
            Some(owners) => {
                let own = owners.iter().zip(range);
                let own = own.filter(|(owner, _)| **owner == position);
                Found::Variants(own.map(|(_, heading)| *heading).collect())
            }
            None => Found::Undecided,
        };
        found.insert(union, result);
    }
}

/// Returns the index of the union of each heading, or `None` if the order is ambiguous. The
/// platform often names a variant after its union.
fn owners(unions: &[&str], range: &[&str]) -> Option<Vec<usize>> {
    let named_after = |heading: &&str| {
        let mut prefixes: Vec<usize> = (0..unions.len())
            .filter(|index| is_named_after(heading, unions[*index]))
            .collect();
        prefixes.sort_by_key(|index| unions[*index].len());
        prefixes.pop()
    };
    let named: Vec<Option<usize>> = range.iter().map(named_after).collect();
    let last = unions.len().checked_sub(1)?;
    // A heading with another name is between the unions of its neighbors.
    let mut least = 0;
    let mut owners = Vec::new();
    for (position, owner) in named.iter().enumerate() {
        let next = named[position..].iter().flatten().next().copied();
        let most = next.unwrap_or(last);
        if owner.is_none() && least != most || most < least {
            return None;
        }
        least = most;
        owners.push(most);
    }
    Some(owners)
}

/// Returns `true` for `VoiceId` and `Voice`, but not for `Voices` and `Voice`.
fn is_named_after(heading: &str, union: &str) -> bool {
    let rest = heading.strip_prefix(union);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || !c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visible<'a>(mentions: &[&'a str]) -> Source<'a> {
        Source {
            union: None,
            mentions: mentions.to_vec(),
        }
    }

    fn union(name: &str) -> Source<'_> {
        Source {
            union: Some(name),
            mentions: Vec::new(),
        }
    }

    #[test]
    fn headings_that_nothing_mentions_are_variants() {
        // The body mentions Plan and Song. Plan is a union of Short and Long; Long mentions Part.
        let sources = [
            visible(&["Plan", "Song"]),
            union("Plan"),
            visible(&[]),
            visible(&[]),
            visible(&["Part", "Song"]),
            visible(&[]),
        ];
        let found = find(&sources, &["Plan", "Song", "Short", "Long", "Part"]);
        assert_eq!(
            found,
            HashMap::from([("Plan", Found::Variants(vec!["Short", "Long"]))])
        );
    }

    #[test]
    fn a_union_at_the_end_has_the_rest() {
        let sources = [visible(&["A"]), union("Answer"), visible(&[]), visible(&[])];
        let found = find(&sources, &["A", "B"]);
        assert_eq!(
            found,
            HashMap::from([("Answer", Found::Variants(vec!["B"]))])
        );
    }

    #[test]
    fn two_unions_after_each_other_are_undecided_unless_both_have_no_heading() {
        let sources = [visible(&["A", "B"]), union("A"), union("B"), visible(&[])];
        let found = find(&sources, &["A", "B", "C"]);
        assert_eq!(
            found,
            HashMap::from([("A", Found::Undecided), ("B", Found::Undecided)])
        );
        let found = find(&sources[..3], &["A", "B"]);
        assert!(
            found
                .values()
                .all(|found| *found == Found::Variants(Vec::new()))
        );
    }

    #[test]
    fn variants_with_the_name_of_their_union_decide_between_unions() {
        let found = |headings: &[&'static str]| {
            let mut all = vec!["Voice", "Place"];
            all.extend(headings);
            let mut sources = vec![visible(&["Voice", "Place"]), union("Voice"), union("Place")];
            sources.extend(headings.iter().map(|_| visible(&[])));
            let found = find(&sources, &all);
            ["Voice", "Place"].map(|union| match &found[union] {
                Found::Variants(variants) => variants.join(" "),
                Found::Undecided => "?".to_owned(),
            })
        };
        assert_eq!(
            found(&["VoiceId", "VoiceName", "PlaceId"]),
            ["VoiceId VoiceName", "PlaceId"]
        );
        assert_eq!(found(&["VoiceId", "VoiceName"]), ["VoiceId VoiceName", ""]);
        assert_eq!(found(&["PlaceId", "Other"]), ["", "PlaceId Other"]);
        assert_eq!(found(&["Other", "VoiceId"]), ["Other VoiceId", ""]);
        assert_eq!(found(&["VoiceId", "Other"]), ["?", "?"]);
        assert_eq!(found(&["Other", "PlaceId"]), ["?", "?"]);
        assert_eq!(found(&["PlaceId", "VoiceId"]), ["?", "?"]);
        assert_eq!(found(&["Voices", "PlaceId"]), ["?", "?"]);
    }

    #[test]
    fn an_order_that_is_not_that_of_the_platform_decides_nothing() {
        let sources = [visible(&["A", "C"]), union("A"), visible(&[]), visible(&[])];
        let found = find(&sources, &["A", "B", "C"]);
        assert_eq!(found, HashMap::from([("A", Found::Undecided)]));
    }
}
