//! Type IDs of the exporting platform: `type_:Name`, and `type_package:Name` for types in a
//! package.

/// Splits a type ID into the package, which may be empty, and the name.
pub(crate) fn split(id: &str) -> Option<(&str, &str)> {
    let (package, name) = id.strip_prefix("type_")?.rsplit_once(':')?;
    let is_name = name.starts_with(char::is_alphabetic);
    let is_word = |c: char| c.is_alphanumeric() || "_-./:".contains(c);
    (is_name && package.chars().all(is_word)).then_some((package, name))
}

/// Returns the name in a type ID. Any other text is returned unchanged.
pub(crate) fn name(id: &str) -> &str {
    split(id).map_or(id, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_a_name_and_may_have_a_package() {
        assert_eq!(split("type_:Episode"), Some(("", "Episode")));
        assert_eq!(split("type_messages:Draft"), Some(("messages", "Draft")));
        for plain in ["Episode", "type_of_pet", "3d:model", "type_:", "time:Zone"] {
            assert_eq!(split(plain), None, "{plain}");
            assert_eq!(name(plain), plain);
        }
    }
}
