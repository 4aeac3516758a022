//! Plural nouns in names.

/// Plurals that the rules do not cover, and their singulars. An item of `Data` is a `DataItem`, as
/// in the official SDKs of the platform. A field `data` contains any content.
const IRREGULAR: [(&str, &str); 9] = [
    ("Children", "Child"),
    ("children", "child"),
    ("Data", "DataItem"),
    ("Indices", "Index"),
    ("indices", "index"),
    ("People", "Person"),
    ("people", "person"),
    ("Vertices", "Vertex"),
    ("vertices", "vertex"),
];

/// Returns the singular of a name that ends in a plural English noun.
pub fn singular(plural: &str) -> Option<String> {
    for (many, one) in IRREGULAR {
        if let Some(stem) = plural.strip_suffix(many) {
            return Some(format!("{stem}{one}"));
        }
    }
    if let Some(stem) = plural.strip_suffix("ies")
        && stem.len() > 1
    {
        return Some(format!("{stem}y"));
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if plural.ends_with(ending) {
            return Some(plural[..plural.len() - 2].to_owned());
        }
    }
    let stem = plural.strip_suffix('s')?;
    let is_plural = !stem.is_empty() && !stem.ends_with(['s', 'u', 'i']);
    is_plural.then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singulars() {
        for (plural, expected) in [
            ("Assets", Some("Asset")),
            ("Categories", Some("Category")),
            ("Indexes", Some("Index")),
            ("Classes", Some("Class")),
            ("MapData", Some("MapDataItem")),
            ("user_entries", Some("user_entry")),
            ("grandchildren", Some("grandchild")),
            ("Status", None),
            ("Clip", None),
            ("data", None),
            ("s", None),
        ] {
            assert_eq!(singular(plural).as_deref(), expected, "{plural}");
        }
    }
}
