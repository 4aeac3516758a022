//! Shortens long type names.

use heck::{ToPascalCase, ToSnakeCase};

/// The maximum number of letters of a type name.
pub const LONGEST_TYPE: usize = 60;

/// Words that describe the location or the kind of a schema, but not its subject.
const FILLERS: [&str; 12] = [
    "body",
    "content",
    "application",
    "json",
    "schema",
    "schemas",
    "model",
    "v1",
    "v2",
    "object",
    "response",
    "request",
];

/// Returns the name, and drops words if it has more letters than `longest`: repeated words first,
/// then fillers, then words in the middle. The last word is kept, because it is the most specific
/// one.
pub fn shortened(name: &str, longest: usize) -> String {
    shortened_except(name, longest, &[])
}

/// Returns the name without the same words as [`shortened`], except that it contains the words
/// `request` and `response` if possible. It is the name of a type of a response if a type of the
/// request has the other one.
pub fn shortened_with_part(name: &str, longest: usize) -> String {
    shortened_except(name, longest, &["request", "response"])
}

fn shortened_except(name: &str, longest: usize, kept: &[&str]) -> String {
    if name.len() <= longest {
        return name.to_owned();
    }
    let snake = name.to_snake_case();
    let mut words: Vec<&str> = snake.split('_').collect();
    let is_long = |words: &[&str]| words.join("_").to_pascal_case().len() > longest;
    let drops: [fn(&[&str], usize) -> bool; 3] = [
        |words, position| words[..position].contains(&words[position]),
        |words, position| FILLERS.contains(&words[position]),
        |words, position| position >= words.len().div_ceil(2).min(4),
    ];
    for is_dropped in drops {
        let mut position = 1;
        while is_long(&words) && position + 1 < words.len() {
            match is_dropped(&words, position) && !kept.contains(&words[position]) {
                true => {
                    words.remove(position);
                }
                false => position += 1,
            }
        }
    }
    let short = words.join("_").to_pascal_case();
    // A single long word is truncated.
    short.chars().take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(name: &str) -> String {
        shortened(name, LONGEST_TYPE)
    }

    #[test]
    fn a_name_that_is_short_enough_is_kept() {
        let name = "KnowledgeStoreItemCollectionsRemoveItemsRequest";
        assert_eq!(short(name), name);
    }

    #[test]
    fn a_long_name_loses_words_that_say_little() {
        assert_eq!(
            short(
                "BodyTransferWorkspaceResourceOwnershipV1WorkspaceResourcesResourceIdTransferPost"
            ),
            "BodyTransferWorkspaceResourceOwnershipV1ResourcesIdPost"
        );
        assert_eq!(
            short("GetPronunciationDictionaryWithRulesResponseModelPermissionOnResource"),
            "GetPronunciationDictionaryWithRulesModelPermissionOnResource"
        );
        assert_eq!(
            short("ShopDeliveriesCreateResponseRouteSettingsWarehousePackageLabel"),
            "ShopDeliveriesCreateRouteSettingsWarehousePackageLabel"
        );
        let endless = "Lorem".to_owned() + &"DolorSitAmetConsectetur".repeat(9) + "Kind";
        assert!(short(&endless).ends_with("Kind"));
        assert!(short(&"X".repeat(99)).len() <= LONGEST_TYPE);
    }

    #[test]
    fn a_long_name_can_keep_the_part_of_its_operation() {
        assert_eq!(
            shortened_with_part(
                "ShopDeliveriesCreateResponseRouteSettingsWarehousePackageLabel",
                LONGEST_TYPE
            ),
            "ShopDeliveriesCreateResponseSettingsWarehousePackageLabel"
        );
        let endless = "Response".repeat(9);
        assert!(shortened_with_part(&endless, LONGEST_TYPE).len() <= LONGEST_TYPE);
    }
}
