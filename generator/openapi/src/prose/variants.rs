//! Finds the variants of unions below `## Types`. The page does not show them: the heading of a
//! union has no content.
//!
//! The headings are in the order in which the types are first mentioned: by the body, the
//! parameters, the responses, and the errors, and then by each heading in turn. Therefore a heading
//! that no line mentions at its position is a variant of the union that is visited there.

use std::collections::{BTreeSet, HashMap, HashSet};

use heck::ToSnakeCase;

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

/// Facts of a page about its headings, besides their order.
#[derive(Debug, Default)]
pub(super) struct Clues<'a> {
    /// The unions in whose place a sample has an object like the heading, by heading.
    pub(super) samples: HashMap<&'a str, BTreeSet<&'a str>>,
    /// The property of a heading that is constant, which distinguishes the variants of a union.
    pub(super) tags: HashMap<&'a str, &'a str>,
}

/// Finds the variants of each union. `sources` are all places in the order in which the platform visits
/// them, the headings last; `headings` are the names of the headings.
pub(super) fn find<'a>(
    sources: &[Source<'a>],
    headings: &[&'a str],
    clues: &Clues<'a>,
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
    let first_heading = sources.len().saturating_sub(headings.len());
    for (index, source) in sources.iter().enumerate() {
        pending.extend(source.union);
        // A type has its heading below the place that first mentions it.
        let own = index.checked_sub(first_heading);
        let is_below = |position: usize| own.is_none_or(|own| position > own);
        let mut first: Vec<usize> = Vec::new();
        for name in &source.mentions {
            if let Some(position) = positions.get(name)
                && *position >= next
                && is_below(*position)
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
        settle(&pending, &headings[next..*start], clues, &mut found);
        pending.clear();
        next = end + 1;
    }
    if is_regular {
        settle(&pending, &headings[next..], clues, &mut found);
    }
    for union in sources.iter().filter_map(|source| source.union) {
        found.entry(union).or_insert(Found::Undecided);
    }
    add_sampled(headings, clues, &mut found);
    found
}

/// Adds the variants that samples show. A type that is mentioned earlier has its heading there, so
/// the order of the headings does not show that it is also a variant.
fn add_sampled<'a>(
    headings: &[&'a str],
    clues: &Clues<'a>,
    found: &mut HashMap<&'a str, Found<'a>>,
) {
    let variants = |found: &Found<'a>| match found {
        Found::Variants(variants) => variants.clone(),
        Found::Undecided => Vec::new(),
    };
    let hidden: HashSet<&str> = found.values().flat_map(variants).collect();
    for heading in headings.iter().filter(|heading| !hidden.contains(*heading)) {
        for union in clues.samples.get(heading).into_iter().flatten() {
            if let Some(Found::Variants(variants)) = found.get_mut(union)
                && union != heading
            {
                variants.push(heading);
            }
        }
    }
}

/// Assigns the headings that nothing mentions to the unions that are visited there.
fn settle<'a>(
    unions: &[&'a str],
    range: &[&'a str],
    clues: &Clues<'a>,
    found: &mut HashMap<&'a str, Found<'a>>,
) {
    let owners = owners(unions, range, clues);
    let mut own: Vec<Vec<&str>> = vec![Vec::new(); unions.len()];
    // The number of ambiguous headings that may begin or end to belong to a union.
    let mut begins = vec![0_i64; unions.len() + 1];
    for ((first, last), heading) in owners.iter().flatten().zip(range) {
        if first == last {
            own[*first].push(heading);
        } else {
            begins[*first] += 1;
            begins[*last + 1] -= 1;
        }
    }
    let mut ambiguous = 0;
    for ((union, own), begins) in unions.iter().zip(own).zip(begins) {
        ambiguous += begins;
        let is_decided = owners.is_some() && ambiguous == 0;
        let result = match is_decided {
            true => Found::Variants(own),
            false => Found::Undecided,
        };
        found.insert(union, result);
    }
}

/// Returns the first and the last union that each heading can belong to, or `None` if the order
/// contradicts the names and the samples. The variants of a union are adjacent.
fn owners(unions: &[&str], range: &[&str], clues: &Clues<'_>) -> Option<Vec<(usize, usize)>> {
    let last = unions.len().checked_sub(1)?;
    let positions: HashMap<&str, usize> = unions.iter().copied().zip(0..).collect();
    let owner = |heading: &&str| {
        let sampled = of_samples(heading, &positions, clues);
        sampled.or_else(|| of_name(heading, &positions))
    };
    let mut known: Vec<Option<usize>> = range.iter().map(owner).collect();
    if known.iter().all(Option::is_none)
        && let Some(groups) = groups(range, clues).filter(|groups| groups.last() == Some(&last))
    {
        known = groups.into_iter().map(Some).collect();
    }
    if known.iter().any(Option::is_none)
        && let Some(shared) = of_shared_words(range, &known, &positions)
    {
        known = shared;
    }
    // A heading with another name is between the unions of its neighbors.
    let mut next = last;
    let mut most: Vec<usize> = Vec::new();
    for owner in known.iter().rev() {
        next = owner.unwrap_or(next);
        most.push(next);
    }
    let mut least = 0;
    let mut owners = Vec::new();
    for (owner, most) in known.iter().zip(most.into_iter().rev()) {
        if most < least {
            return None;
        }
        if owner.is_some() {
            least = most;
        }
        owners.push((least, most));
    }
    Some(owners)
}

/// Returns the union that samples show a heading in, if it is only one. `positions` are the unions.
fn of_samples(heading: &str, positions: &HashMap<&str, usize>, clues: &Clues<'_>) -> Option<usize> {
    let shown = clues.samples.get(heading)?;
    let mut shown = shown.iter().filter_map(|union| positions.get(union));
    let first = shown.next()?;
    shown.next().is_none().then_some(*first)
}

/// The length of the longest heading that is compared with the names of unions.
const LONGEST_NAME: usize = 256;

/// Returns the union that a heading is named after: the platform often names a variant after its
/// union, as in `VoiceId`, and authors often end the names of variants with that of the union, as in
/// `NameFilter` or, for a union `Filters`, `TagFilter`.
fn of_name(heading: &str, positions: &HashMap<&str, usize>) -> Option<usize> {
    if heading.len() > LONGEST_NAME {
        return None;
    }
    // `Voices` is not named after `Voice`.
    let begins_word = |c: char| c.is_uppercase() || !c.is_alphanumeric();
    let ends = heading.char_indices().rev();
    let ends = ends.filter(|(end, c)| *end > 0 && begins_word(*c));
    let before = ends.map(|(end, _)| &heading[..end]);
    let begins = heading.char_indices().skip(1);
    let begins = begins.filter(|(_, c)| c.is_uppercase());
    let after = begins.map(|(begin, _)| &heading[begin..]);
    let mut found = before.filter_map(|name| positions.get(name));
    let of_end = || {
        after
            .filter_map(|name| {
                let plural = || positions.get(format!("{name}s").as_str());
                positions.get(name).or_else(plural)
            })
            .next()
    };
    let found = found.next().or_else(of_end).copied();
    found.or_else(|| of_words(heading, positions))
}

/// The maximum number of unions whose words are compared with those of headings.
const MOST_COMPARED: usize = 64;

/// Returns the union with whose name a heading has most words in common, by a margin of two:
/// `RequestIdSpecifier` for `RequestVoiceSpecifier`. A heading with all words of a union, such as
/// `ListFoundResponse` for `ListResponse`, needs no margin.
fn of_words(heading: &str, positions: &HashMap<&str, usize>) -> Option<usize> {
    if positions.len() > MOST_COMPARED {
        return None;
    }
    let own = words(heading);
    let mut shared: Vec<(usize, bool, usize)> = Vec::new();
    for (union, position) in positions {
        let words = words(union);
        let count = own.intersection(&words).count();
        shared.push((count, words.len() > 1 && count == words.len(), *position));
    }
    shared.sort_unstable();
    let (count, is_whole, position) = shared.pop()?;
    let next = shared.last().map_or(0, |(count, ..)| *count);
    let is_clear = count >= next + 2 || is_whole && count > next;
    (is_clear && !shared.is_empty()).then_some(position)
}

/// Returns the union of each heading if every heading has words in common with only one of them,
/// in the order of the unions, and every union has a heading.
fn of_shared_words(
    range: &[&str],
    known: &[Option<usize>],
    positions: &HashMap<&str, usize>,
) -> Option<Vec<Option<usize>>> {
    if positions.len() > MOST_COMPARED {
        return None;
    }
    let words: Vec<(BTreeSet<String>, usize)> = positions
        .iter()
        .map(|(union, position)| (words(union), *position))
        .collect();
    let mut owners = Vec::new();
    for (heading, known) in range.iter().zip(known) {
        let own = self::words(heading);
        let mut shared = words.iter().filter(|(words, _)| !words.is_disjoint(&own));
        let owner = match known {
            Some(owner) => *owner,
            None => shared.next().filter(|_| shared.next().is_none())?.1,
        };
        owners.push(owner);
    }
    let has_all = owners.iter().collect::<BTreeSet<_>>().len() == positions.len();
    (has_all && owners.is_sorted()).then(|| owners.into_iter().map(Some).collect())
}

/// Returns the words of a name.
fn words(name: &str) -> BTreeSet<String> {
    let words = name.to_snake_case();
    words.split('_').map(str::to_owned).collect()
}

/// Numbers the headings by their constant property, if all have one.
fn groups(range: &[&str], clues: &Clues<'_>) -> Option<Vec<usize>> {
    let tags = range.iter().map(|heading| clues.tags.get(heading));
    let tags: Vec<&&str> = tags.collect::<Option<_>>()?;
    let mut group = 0;
    let mut groups = Vec::new();
    let mut seen = HashSet::new();
    for (position, tag) in tags.iter().enumerate() {
        if position > 0 && tags[position - 1] != *tag {
            group += 1;
        }
        // A tag that comes back does not separate unions.
        if !seen.insert(*tag) && (position == 0 || tags[position - 1] != *tag) {
            return None;
        }
        groups.push(group);
    }
    Some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(sources: &[Source<'a>], headings: &[&'a str]) -> HashMap<&'a str, Found<'a>> {
        super::find(sources, headings, &Clues::default())
    }

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
    fn a_variant_can_mention_itself_or_a_variant_above_it() {
        for mention in ["Leaf", "Group"] {
            let sources = [
                visible(&["Tree"]),
                union("Tree"),
                visible(&[]),
                visible(&[mention]),
            ];
            let found = find(&sources, &["Tree", "Leaf", "Group"]);
            let variants = Found::Variants(vec!["Leaf", "Group"]);
            assert_eq!(found, HashMap::from([("Tree", variants)]), "{mention}");
        }
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
        let none = || Found::Variants(Vec::new());
        assert_eq!(found, HashMap::from([("A", none()), ("B", none())]));
    }

    /// Returns the variants of adjacent unions, which `headings` follow.
    fn split(
        unions: &[&'static str],
        headings: &[&'static str],
        clues: &Clues<'static>,
    ) -> Vec<String> {
        let mut all = unions.to_vec();
        all.extend(headings);
        let mut sources = vec![visible(unions)];
        sources.extend(unions.iter().map(|name| union(name)));
        sources.extend(headings.iter().map(|_| visible(&[])));
        let found = super::find(&sources, &all, clues);
        let found = unions.iter().map(|union| match &found[union] {
            Found::Variants(variants) => variants.join(" "),
            Found::Undecided => "?".to_owned(),
        });
        found.collect()
    }

    #[test]
    fn variants_with_the_name_of_their_union_decide_between_unions() {
        let found =
            |headings: &[&'static str]| split(&["Voice", "Place"], headings, &Clues::default());
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
        assert_eq!(
            found(&["SlowVoice", "FastVoice", "HomePlace"]),
            ["SlowVoice FastVoice", "HomePlace"]
        );
    }

    #[test]
    fn words_in_common_with_one_union_decide() {
        let found = |unions: &[&'static str], headings: &[&'static str]| {
            split(unions, headings, &Clues::default())
        };
        assert_eq!(
            found(
                &["ListRequest", "ListResponse", "Fault"],
                &["ListRequestUrl", "ListFoundResponse", "FaultText"]
            ),
            ["ListRequestUrl", "ListFoundResponse", "FaultText"]
        );
        assert_eq!(
            found(
                &["RequestVoiceSpecifier", "ContextId"],
                &["RequestIdSpecifier", "RequestNameSpecifier"]
            ),
            ["RequestIdSpecifier RequestNameSpecifier", ""]
        );
        assert_eq!(
            found(&["PetRequest", "ToyRequest"], &["OtherRequest"]),
            ["?", "?"]
        );
    }

    #[test]
    fn one_word_decides_if_every_heading_shares_words_with_only_one_union() {
        let found = |unions: &[&'static str], headings: &[&'static str]| {
            split(unions, headings, &Clues::default())
        };
        assert_eq!(
            found(
                &["ListenAnswer", "ErrorBody"],
                &["ListenResponse", "ListenAccepted", "ErrorText"]
            ),
            ["ListenResponse ListenAccepted", "ErrorText"]
        );
        let undecided = ["?", "?"];
        for headings in [
            ["ListenResponse", "OtherText"],
            ["ErrorText", "ListenResponse"],
            ["ListenResponse", "ListenBody"],
        ] {
            let found = found(&["ListenAnswer", "ErrorBody"], &headings);
            assert_eq!(found, undecided, "{headings:?}");
        }
    }

    #[test]
    fn a_heading_that_is_ambiguous_leaves_other_unions_decided() {
        let found = split(
            &["A", "B", "Place", "Date"],
            &["X", "PlaceId", "DateText"],
            &Clues::default(),
        );
        assert_eq!(found, ["?", "?", "?", "DateText"]);
    }

    #[test]
    fn samples_decide_between_unions() {
        let samples = |pairs: &[(&'static str, &'static str)]| {
            let pairs = pairs.iter();
            Clues {
                samples: pairs
                    .map(|(heading, union)| (*heading, [*union].into()))
                    .collect(),
                ..Clues::default()
            }
        };
        let unions = ["Voice", "Place"];
        let headings = ["Slow", "Fast", "Home"];
        let found = |pairs| split(&unions, &headings, &samples(pairs));
        assert_eq!(
            found(&[("Fast", "Voice"), ("Home", "Place")]),
            ["Slow Fast", "Home"]
        );
        assert_eq!(found(&[("Home", "Voice")]), ["Slow Fast Home", ""]);
        assert_eq!(found(&[("Slow", "Place")]), ["", "Slow Fast Home"]);
        assert_eq!(found(&[("Fast", "Voice")]), ["?", "?"]);
        assert_eq!(found(&[("Fast", "Voice"), ("Slow", "Place")]), ["?", "?"]);
    }

    #[test]
    fn a_type_that_is_mentioned_earlier_is_a_variant_if_samples_show_it() {
        // Node mentions the union Child, whose variants are Leaf and Node.
        let sources = [
            visible(&["Node"]),
            visible(&["Child"]),
            union("Child"),
            visible(&[]),
        ];
        let clues = Clues {
            samples: [("Node", ["Child"].into())].into(),
            ..Clues::default()
        };
        let found = super::find(&sources, &["Node", "Child", "Leaf"], &clues);
        let variants = Found::Variants(vec!["Leaf", "Node"]);
        assert_eq!(found, HashMap::from([("Child", variants)]));
    }

    #[test]
    fn constant_properties_separate_as_many_unions_as_there_are() {
        let clues = |tags: [&'static str; 3]| Clues {
            tags: ["Slow", "Fast", "Home"].into_iter().zip(tags).collect(),
            ..Clues::default()
        };
        let found = |tags| split(&["Voice", "Place"], &["Slow", "Fast", "Home"], &clues(tags));
        assert_eq!(found(["type", "type", "kind"]), ["Slow Fast", "Home"]);
        assert_eq!(found(["type", "type", "type"]), ["?", "?"]);
        assert_eq!(found(["type", "kind", "type"]), ["?", "?"]);
    }

    #[test]
    fn an_order_that_is_not_that_of_the_platform_decides_nothing() {
        let sources = [visible(&["A", "C"]), union("A"), visible(&[]), visible(&[])];
        let found = find(&sources, &["A", "B", "C"]);
        assert_eq!(found, HashMap::from([("A", Found::Undecided)]));
    }
}
