//! Names of types. The rules depend only on a schema and its operation, so that other pages do not
//! change the names.
//!
//! | the export's name | the type's name | rule |
//! |---|---|---|
//! | `type_:Asset`, `type_files:Asset` | `Asset` | a platform ID |
//! | `InputDiscriminatorMappingTextSize` | `InputTextSize` | inside a variant of a union |
//! | `assets_list_Response_200` | `AssetsListResponse` | an operation's response |
//! | `assets_list_Response_404` | `AssetsListNotFoundError` | an error response, by its meaning |
//! | `List-assetsRequestNotFoundError` | `AssetsListNotFoundError` | an error response, by its meaning |
//! | `404` | `NotFoundError` | an error response whose own name is only its status |
//! | `assets_list_Response_200Kind` | `AssetsListResponseKind` | inside a response |
//! | `AssetsGetParametersSortBySchema` | `AssetsListSortBy` | a parameter, of `GET /assets` |
//! | `AssetsGetParametersTypesSchemaItems` | `AssetsListType` | an item of it |
//! | `AssetsPostRequestBodyContentApplicationJsonSchemaKind` | `AssetsCreateKind` | inside a body |
//! | `AssetsPostRequestBodyContentApplicationJsonSchemaRequest` | `AssetsCreateBodyRequest` | inside a body that is `AssetsCreateRequest` |
//! | `AssetsGetResponsesContentApplicationJsonSchemaDataItems` | `AssetsListResponseDataItem` | inside a response |
//! | `AssetsGetResponsesContentApplicationJsonSchemaItems` | `AssetsListResponseItem` | an item of a response that is a list |
//! | `IndexModelsItems` | `IndexModel` | an item of a list |
//! | `OrderItemsItems` | `OrderItem` | an item of a list called `items` |
//! | `FormatOneOf0`, `Format0` | `FormatText` | a variant of a union, by its `type: text` or its properties |
//! | `PetOwner0` | `PetOwner` | the only variant of a union beside `null` |
//! | `InputOneOf1Items` | `InputItem` | an item of a variant that is a list |
//! | `page_info` | `PageInfo` | all others: in the case of Rust types |
//!
//! `x-type-names` in `overlay.yaml` overrides every rule. A rule is not applied if another
//! schema already has the resulting name. A name with more than 60 letters loses words
//! (`names::shortened`), and other words if another schema has the resulting name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heck::ToPascalCase;
use serde_json::{Map, Value};

use super::{referenced, schemas_of, schemas_of_mut, status, variants};
use crate::extensions::TYPE_ALIAS;
use crate::merged::Merged;
use crate::overlay::Overlay;
use crate::type_id;
use crate::walk;
use names::{LONGEST_TYPE, Scope, numbered, shortened, shortened_with_part, singular, type_name};
use pages::pointer::Pointer;
use pages::{Code, Problem};

/// Renames the schemas of `api` and updates the references.
pub(super) fn rename(
    api: &mut Merged,
    type_names: &BTreeMap<String, String>,
    kept: &BTreeSet<String>,
    overlay: Option<&Overlay>,
    warnings: &mut Vec<Problem>,
) {
    let Some(schemas) = schemas_of(&api.root) else {
        return;
    };
    let originals: Vec<String> = schemas.keys().cloned().collect();
    for name in type_names.keys().filter(|name| !originals.contains(name)) {
        let problem = Problem::new(
            Code::UnusedTypeName,
            format!("the overlay names the schema `{name}`, which no operation uses"),
        )
        .advice("remove the entry, or correct the schema's name");
        let place = overlay.and_then(|overlay| overlay.place_of_type_name(name));
        warnings.push(problem.at(place));
    }
    let rules = Rules::new(api);
    let renames = decide(&originals, type_names, kept, &rules);
    let aliases = aliases(type_names, &rules);
    walk::rename_schemas(&mut api.root, &renames);
    if let Some(schemas) = schemas_of_mut(&mut api.root) {
        *schemas = std::mem::take(schemas)
            .into_iter()
            .map(|(name, mut schema)| {
                if let (Some(alias), Some(schema)) = (aliases.get(&name), schema.as_object_mut()) {
                    schema.insert(TYPE_ALIAS.to_owned(), Value::from(alias.as_str()));
                }
                (renames.get(&name).cloned().unwrap_or(name), schema)
            })
            .collect();
    }
}

/// Returns the names that schemas would have without `x-type-names`, if they differ.
fn aliases(type_names: &BTreeMap<String, String>, rules: &Rules) -> HashMap<String, String> {
    let renamed = type_names.iter().map(|(original, name)| {
        let ruled = rules.apply(original);
        let alias = type_name(ruled.as_deref().unwrap_or(original));
        (original, name, alias)
    });
    renamed
        .filter(|(_, name, alias)| alias != *name)
        .map(|(original, _, alias)| (original.clone(), alias))
        .collect()
}

/// Returns the final name of each schema.
fn decide(
    originals: &[String],
    type_names: &BTreeMap<String, String>,
    kept: &BTreeSet<String>,
    rules: &Rules,
) -> HashMap<String, String> {
    let mut taken = Scope::with_reserved(kept.iter().map(String::as_str));
    let mut renames = HashMap::new();
    for original in originals {
        if let Some(name) = type_names.get(original) {
            taken.reserve(name);
            renames.insert(original.clone(), name.clone());
        }
    }
    let unnamed = || {
        originals
            .iter()
            .filter(|original| !type_names.contains_key(*original))
    };
    // Schemas that keep their name come first, then schemas that only change case, and then schemas
    // that a rule names. Therefore a new schema never takes the name of a schema with that
    // spelling. Schemas whose names are too long follow, because a shortened name can be the full
    // name of another schema. Those that can have two names are the last.
    let mut ordered: Vec<_> = unnamed()
        .map(|original| (rules.apply(original), own_name(original), original))
        .collect();
    ordered.sort_by_cached_key(|(ruled, own, original)| {
        let full = ruled.as_ref().unwrap_or(own);
        let is_long = full.len() > LONGEST_TYPE;
        let has_other = is_long && {
            let [name, other] = short_names(full);
            name != other
        };
        let rule = (ruled.is_some(), own != *original);
        (is_long, has_other, rule, *original)
    });
    for (ruled, own, original) in ordered {
        // If the singular is taken, an item is named after its list.
        let item = ruled.as_ref().and_then(|_| rules.item_of_list(original));
        let ruled = ruled.into_iter().chain(item);
        let short = |name: String| short_names(&type_name(&name));
        let mut ruled: Vec<String> = ruled.flat_map(short).collect();
        if !ruled.iter().any(|name| taken.is_free(name)) {
            ruled.extend(rules.inside_body(original).into_iter().flat_map(short));
        }
        let own = short_names(&own);
        let last = numbered(&own[0], "");
        let name = taken.claim(last.after(ruled.into_iter().chain(own)));
        renames.insert(original.clone(), name);
    }
    renames
}

/// Returns the names of a schema that are short enough, best first.
fn short_names(name: &str) -> [String; 2] {
    [shortened, shortened_with_part].map(|shorten| shorten(name, LONGEST_TYPE))
}

/// Returns the name of a schema to which no rule applies, or that must differ from another one,
/// including its package.
fn own_name(original: &str) -> String {
    match type_id::split(original) {
        Some((package, name)) => type_name(&format!("{package} {}", plain_name(name))),
        None => plain_name(original),
    }
}

/// Returns the name of a schema without the additions of the export.
fn plain_name(original: &str) -> String {
    const MAPPING: &str = "DiscriminatorMapping";
    let name = type_name(type_id::name(original));
    match name.find(MAPPING) {
        None | Some(0) => name,
        Some(_) => name.replace(MAPPING, ""),
    }
}

/// The prefixes of names that the export derives from the place of a schema, and the names of their
/// operations.
struct Rules {
    /// `AssetsGet` to `AssetsList`, the longest first.
    places: Vec<(String, String)>,
    /// `assets_list_Response_200` to `AssetsListResponse`.
    responses: HashMap<String, String>,
    /// The schemas that are list items in the schema or the operation that they are named after.
    items: BTreeSet<String>,
    /// `FormatOneOf0` to `FormatText`, the longest first.
    forms: Vec<(String, String)>,
    /// The operations in a group called `items`. `PetsItemsListRequest` belongs to `PetsItemsList`,
    /// and is not inside an item of `Pets`.
    items_groups: Vec<String>,
}

impl Rules {
    fn new(api: &Merged) -> Self {
        let root = &api.root;
        let mut places = Vec::new();
        let mut responses = HashMap::new();
        let mut errors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, method, operation) in walk::operations(root) {
            let id = walk::operation_id(operation);
            // The export uses only the path of the page. A path with a fragment is the second
            // description of a request.
            let origin = api.origins.get(id).filter(|_| !path.contains('#'));
            let path = origin.map_or(path, |origin| &origin.path);
            let id = id.to_pascal_case();
            let place = format!("{path} {method}")
                .replace(|c: char| !c.is_alphanumeric(), " ")
                .to_pascal_case();
            let statuses = operation.get("responses").and_then(Value::as_object);
            for (status, response) in statuses.into_iter().flatten() {
                let others = statuses.into_iter().flat_map(Map::keys);
                let name = status::response(&id, status, others);
                let is_failure = status.starts_with(['4', '5']);
                let failures = schemas_of_response(response).filter(|_| is_failure);
                let failures = failures.map(plain_name);
                for error in failures.filter(|error| status::is_error(error, status)) {
                    errors.entry(error).or_default().insert(name.clone());
                }
                responses.insert(format!("{id}Response{}", status.to_pascal_case()), name);
            }
            places.push((place, id));
        }
        // An error that operations share is not named after one of them.
        let own = errors.into_iter().filter(|(_, names)| names.len() == 1);
        responses.extend(own.flat_map(|(error, names)| Some((error, names.into_iter().next()?))));
        places.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
        let mut items = items_of(root);
        items.retain(|item| places.iter().any(|(place, _)| item.starts_with(place)));
        for (name, schema) in schemas_of(root).into_iter().flatten() {
            let holder = plain_name(name);
            let own = items_of(schema).into_iter();
            items.extend(own.filter(|item| item.starts_with(&holder)));
        }
        let ids = places.iter().map(|(_, id)| id);
        let items_groups = ids.filter(|id| id.contains("Items")).cloned().collect();
        Self {
            places,
            responses,
            items,
            forms: forms(root),
            items_groups,
        }
    }

    /// Returns the name that a rule gives, if one does.
    fn apply(&self, original: &str) -> Option<String> {
        if let Some(response) = status::only_number(type_id::name(original)) {
            return Some(response);
        }
        let plain = plain_name(original);
        if let Some(response) = self.response(&plain) {
            return Some(response);
        }
        if let Some((response, rest)) = status::inside(&plain) {
            let rest = rest.to_pascal_case();
            return Some(self.response(response)? + &self.without_items(&rest, &plain));
        }
        let name = self.without_numbers(&plain);
        let placed = self.places.iter().find_map(|(place, id)| {
            let (part, rest) = Part::of(id, name.strip_prefix(place.as_str())?)?;
            Some(match rest.strip_prefix("Items") {
                Some(rest) => part.whole + "Item" + &self.without_items(rest, &name),
                None if rest.is_empty() => part.whole,
                None => part.inside + &self.without_items(rest, &name),
            })
        });
        if placed.is_some() {
            return placed;
        }
        let id = self.items_groups.iter().find(|id| {
            let rest = name.strip_prefix(id.as_str());
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        });
        let (id, inside) = name.split_at(id.map_or(0, String::len));
        let shorter = format!("{id}{}", self.without_items(inside, &name));
        (shorter != type_name(original)).then_some(shorter)
    }

    /// Returns the name of the response of an operation.
    fn response(&self, plain: &str) -> Option<String> {
        let response = self.responses.get(plain).cloned();
        response.or_else(|| status::without_number(plain))
    }

    /// Returns the name of an item without the singular of its list, which other schemas can have:
    /// `PetsAddRequestsItem` if `PetsAddRequest` is the body.
    fn item_of_list(&self, original: &str) -> Option<String> {
        let list = plain_name(original).strip_suffix("Items")?.to_owned();
        let list = list.strip_suffix("Schema").unwrap_or(&list);
        Some(self.apply(list)? + "Item")
    }

    /// Returns the name of a type inside a body with the word `Body`, if its name can be that of the
    /// body: `PetsAddBodyRequest` if `PetsAddRequest` is the body.
    fn inside_body(&self, original: &str) -> Option<String> {
        let name = self.apply(original)?;
        let plain = self.without_numbers(&plain_name(original));
        self.places.iter().find_map(|(place, id)| {
            let (part, rest) = Part::of(id, plain.strip_prefix(place.as_str())?)?;
            let inside = name.strip_prefix(&part.inside)?;
            let is_part = part.whole == format!("{id}Request") && !rest.is_empty();
            is_part.then(|| format!("{}Body{inside}", part.inside))
        })
    }

    /// Replaces the numbers of union variants in a name with their values.
    fn without_numbers(&self, name: &str) -> String {
        // A later variant is nested in the previous one, so the name is processed from its end.
        let found = self.forms.iter().find_map(|(numbered, form)| {
            let rest = name.strip_prefix(numbered.as_str())?;
            let is_whole = !rest.starts_with(|c: char| c.is_ascii_digit() || c.is_lowercase());
            is_whole.then(|| self.without_numbers(form) + rest)
        });
        found.unwrap_or_else(|| name.to_owned())
    }

    /// `…TypesItems` is an item of `…Types`: `…Type`.
    fn without_items(&self, name: &str, schema: &str) -> String {
        let mut result = name.to_owned();
        // If the name of a list is not a plural, its items have the same name.
        if self.items.contains(schema)
            && let Some(list) = name.strip_suffix("Items")
            && singular(list.strip_suffix("Schema").unwrap_or(list)).is_none()
        {
            list.clone_into(&mut result);
        }
        // Also inside the name: `SearchItemClipsItemsScore` is `SearchItemClipScore`.
        let shorter = |name: &str| {
            // The list can be called `Items` as well: `CustomsItemsItems` is `CustomsItem`.
            if let Some((list, rest)) = name.split_once("ItemsItems")
                && !rest.starts_with("Items")
            {
                return Some(format!("{list}Item{rest}"));
            }
            let mut positions = name.match_indices("Items");
            positions.find_map(|(position, items)| {
                let (list, rest) = (&name[..position], &name[position + items.len()..]);
                let item = singular(list.strip_suffix("Schema").unwrap_or(list))?;
                Some(format!("{item}{rest}"))
            })
        };
        while let Some(name) = shorter(&result) {
            result = name;
        }
        result
            .strip_suffix("Schema")
            .map_or(result.clone(), str::to_owned)
    }
}

/// Returns the names of the schemas of a response in the document.
fn schemas_of_response(response: &Value) -> impl Iterator<Item = &str> {
    let content = response["content"].as_object().into_iter().flatten();
    content.filter_map(|(_, media_type)| referenced(&media_type["schema"]))
}

/// Returns the names of the schemas that are items of the lists in `node`.
fn items_of(node: &Value) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    walk::nodes(node, &mut Pointer::default(), &mut |_, node| {
        items.extend(node.get("items").and_then(referenced).map(plain_name));
    });
    items
}

/// Words between the name of a union and the number of a variant.
const FORMS: [&str; 3] = ["", "OneOf", "AnyOf"];

/// Returns `true` if the export has named a schema after its position in a union: `Pet1`.
pub(super) fn is_numbered(name: &str, union: &str, position: usize) -> bool {
    is_form(&plain_name(name), &plain_name(union), position)
}

/// Same as [`is_numbered`], for plain names.
fn is_form(name: &str, union: &str, position: usize) -> bool {
    let mut forms = FORMS.iter();
    forms.any(|word| name == format!("{union}{word}{position}"))
}

/// Returns `true` if a name begins like the number of a variant: `1`, or `OneOf1`.
fn begins_with_number(name: &str) -> bool {
    let mut rest = FORMS.iter().filter_map(|word| name.strip_prefix(word));
    rest.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns the numbered names of union variants in the export, and their names by discriminator
/// value.
fn forms(root: &Value) -> Vec<(String, String)> {
    let schemas = schemas_of(root);
    let unions = schemas.into_iter().flatten().filter_map(|(name, schema)| {
        let members = schema["oneOf"].as_array()?;
        Some((plain_name(name), members))
    });
    let none = Map::new();
    let mut forms = nullable_forms(root);
    for (union, members) in unions {
        let union = place_of(members).unwrap_or(union);
        let numbered = |word: &str, number: usize| format!("{union}{word}{number}");
        // `Pet1` can also be an ordinary name.
        let is_numbered = |(number, member): (usize, &Value)| {
            let name = referenced(member).map(plain_name);
            name.is_some_and(|name| is_form(&name, &union, number))
        };
        let is_list = |member: &Value| target(member, root)["type"] == "array";
        if !members.iter().enumerate().any(is_numbered) && !members.iter().any(is_list) {
            continue;
        }
        let names = variants::names_without_titles(members, schemas.unwrap_or(&none));
        for (number, (member, name)) in members.iter().zip(names).enumerate() {
            let (ending, named) = match is_list(member) {
                true => ("Items", format!("{union}Item")),
                // A name that is a number would be mistaken for the number of another variant.
                false if is_numbered((number, member)) && !begins_with_number(&name) => {
                    ("", format!("{union}{name}"))
                }
                false => continue,
            };
            for word in FORMS {
                let form = numbered(word, number) + ending;
                forms.push((form, named.clone()));
            }
        }
    }
    forms.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
    forms
}

/// Returns the names of the only variants beside `null` of unions in properties, and the names of
/// the unions, which are not types: `PetOwner0` is `PetOwner`.
fn nullable_forms(root: &Value) -> Vec<(String, String)> {
    let mut forms = Vec::new();
    walk::nodes(root, &mut Pointer::default(), &mut |_, node| {
        let properties = node.get("properties").and_then(Value::as_object);
        let properties = properties.into_iter().flatten();
        for (property, schema) in properties.filter(|(_, schema)| schema["nullable"] == true) {
            let Some(name) = referenced(schema).map(plain_name) else {
                continue;
            };
            let union = FORMS.iter().rev().find_map(|word| {
                let union = name.strip_suffix(&format!("{word}0"))?;
                let holder = union.strip_suffix(&type_name(property))?;
                (!holder.is_empty()).then(|| union.to_owned())
            });
            if let Some(union) = union {
                forms.extend(FORMS.map(|word| (format!("{union}{word}0"), union.clone())));
            }
        }
    });
    forms
}

/// Returns the place after which the export has named the variants of an unnamed union:
/// `PetsPostRequestBodyContentApplicationJsonSchema1` is its variant 1.
fn place_of(members: &[Value]) -> Option<String> {
    members.iter().enumerate().find_map(|(number, member)| {
        let name = referenced(member).map(plain_name)?;
        let place = name.strip_suffix(&number.to_string())?;
        let mut words = FORMS.iter().rev();
        let place = words.find_map(|word| place.strip_suffix(word))?;
        place.ends_with("Schema").then(|| place.to_owned())
    })
}

/// Returns the target of a reference, or the schema itself.
fn target<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    referenced(schema).map_or(schema, |name| &root["components"]["schemas"][name])
}

/// A part of an operation after which types are named.
struct Part {
    /// The prefix of the names of types in it.
    inside: String,
    /// The name of the type itself.
    whole: String,
}

impl Part {
    /// Splits the rest of a name after its place into the part and the remainder.
    fn of<'a>(id: &str, rest: &'a str) -> Option<(Self, &'a str)> {
        if let Some(rest) = rest.strip_prefix("Parameters") {
            let (inside, whole) = (id.to_owned(), format!("{id}Parameters"));
            return Some((Self { inside, whole }, rest));
        }
        let response = format!("{id}Response");
        for (part, inside, whole) in [
            ("RequestBodyContent", id.to_owned(), format!("{id}Request")),
            ("ResponsesContent", response.clone(), response),
        ] {
            if let Some(rest) = rest.strip_prefix(part) {
                // The media type is in between.
                let (_, rest) = rest.split_once("Schema")?;
                return Some((Self { inside, whole }, rest));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::merged::Origin;
    use pages::SourceFile;

    fn rules(root: Value) -> Rules {
        Rules::new(&Merged {
            root,
            origins: BTreeMap::new(),
        })
    }

    fn decided<const N: usize>(originals: [&str; N], root: Value) -> [String; N] {
        let names = originals.map(str::to_owned);
        let renames = decide(&names, &BTreeMap::new(), &BTreeSet::new(), &rules(root));
        names.map(|name| renames[&name].clone())
    }

    fn named(original: &str) -> String {
        let [name] = decided(
            [original],
            json!({"paths": {
                "/assets": {
                    "get": {"operationId": "assets_list", "responses": {"200": {}, "400": {}}},
                    "post": {"operationId": "assets_create", "responses": {"200": {}, "201": {}}},
                },
                "/assets/{asset-id}": {"get": {"operationId": "assets_retrieve"}},
            }}),
        );
        name
    }

    #[test]
    fn the_rules_give_these_names() {
        for (original, expected) in [
            ("assets_list_Response_200", "AssetsListResponse"),
            ("assets_create_Response_201", "AssetsCreateResponseCreated"),
            ("assets_list_Response_400", "AssetsListBadRequestError"),
            ("assets_other_Response_404", "AssetsOtherNotFoundError"),
            ("404", "NotFoundError"),
            ("assets_list_Response_200Kind", "AssetsListResponseKind"),
            (
                "assets_create_Response_201BodySize",
                "AssetsCreateResponseCreatedBodySize",
            ),
            (
                "assets_other_Response_404Kind",
                "AssetsOtherNotFoundErrorKind",
            ),
            ("AssetsGetParametersSortBySchema", "AssetsListSortBy"),
            ("AssetsGetParametersSortBy", "AssetsListSortBy"),
            ("AssetsGetParametersTypesSchemaItems", "AssetsListType"),
            ("AssetsAssetIdGetParametersStatus", "AssetsRetrieveStatus"),
            (
                "AssetsPostRequestBodyContentApplicationJsonSchemaKind",
                "AssetsCreateKind",
            ),
            (
                "AssetsGetResponsesContentApplicationJsonSchemaDataItems",
                "AssetsListResponseDataItem",
            ),
            (
                "AssetsGetResponsesContentApplicationJsonSchemaItems",
                "AssetsListResponseItem",
            ),
            (
                "AssetsGetResponsesContentApplicationJsonSchemaItemsKind",
                "AssetsListResponseItemKind",
            ),
            (
                "AssetsPostRequestBodyContentApplicationJsonSchema",
                "AssetsCreateRequest",
            ),
            ("type_:Episode", "Episode"),
            ("type_messages:Draft", "Draft"),
            (
                "PaymentMethodDiscriminatorMappingCardDowngradeTo",
                "PaymentMethodCardDowngradeTo",
            ),
            ("DiscriminatorMapping", "DiscriminatorMapping"),
            ("IndexModelsItems", "IndexModel"),
            ("SearchItemClipsItemsScore", "SearchItemClipScore"),
            ("OrderLineItemsItems", "OrderLineItem"),
            ("OrderCustomsItemsItemsPrice", "OrderCustomsItemPrice"),
            ("OrderLineItemsItemsTaxesItems", "OrderLineItemTax"),
            ("page_info", "PageInfo"),
            ("Manage videos_update", "ManageVideosUpdate"),
            ("3d:model", "Type3dModel"),
            ("option", "OptionObject"),
            ("+", "Plus"),
            ("-", "Minus"),
            ("", "Unnamed"),
        ] {
            assert_eq!(named(original), expected, "{original}");
        }
    }

    #[test]
    fn a_rule_gives_way_to_a_schema_that_has_the_name() {
        assert_eq!(
            decided(["IndexModelsItems", "IndexModel", "index_model"], json!({})),
            ["IndexModelsItems", "IndexModel", "IndexModel2"]
        );
    }

    #[test]
    fn a_schema_that_is_spelled_as_its_name_keeps_it() {
        assert_eq!(
            decided(["Foo:Bar", "FooBar", "FooBar2"], json!({})),
            ["FooBar3", "FooBar", "FooBar2"]
        );
    }

    #[test]
    fn a_shortened_name_is_not_that_of_another_schema() {
        let root = json!({"paths": {"/deliveries": {
            "post": {"operationId": "shop_deliveries_create", "responses": {"200": {}}},
        }}});
        assert_eq!(
            decided(
                [
                    "ShopDeliveriesCreateResponseRouteSettingsWarehousePackageLabel",
                    "DeliveriesPostRequestBodyContentApplicationJsonSchemaRouteSettingsWarehousePackageLabel",
                    "ShopDeliveriesCreateResponseRouteSettingsWarehousePackageLabelText",
                    "DeliveriesPostRequestBodyContentApplicationJsonSchemaRouteSettingsWarehousePackageLabelText",
                ],
                root
            ),
            [
                "ShopDeliveriesCreateResponseSettingsWarehousePackageLabel",
                "ShopDeliveriesCreateRouteSettingsWarehousePackageLabel",
                "ShopDeliveriesCreateResponseWarehousePackageLabelText",
                "ShopDeliveriesCreateRouteSettingsWarehousePackageLabelText",
            ]
        );
    }

    #[test]
    fn a_package_keeps_types_of_one_name_apart() {
        assert_eq!(
            decided(["Draft", "type_messages:Draft", "type_:Draft"], json!({})),
            ["Draft", "MessagesDraft", "Draft2"]
        );
    }

    #[test]
    fn only_a_list_in_the_schema_that_an_item_is_named_after_makes_it_one() {
        let list = json!({"items": {"$ref": "#/components/schemas/MenuItems"}});
        let named = |holder: &str| {
            let schemas = json!({holder: {"properties": {"list": list}}, "MenuItems": {}});
            decided(["MenuItems"], json!({"components": {"schemas": schemas}}))
        };
        assert_eq!(named("Other"), ["MenuItems"]);
        assert_eq!(named("Menu"), ["Menu"]);
    }

    #[test]
    fn the_place_of_a_schema_is_that_of_the_page() {
        let name = "AssetsGetParametersSortBy";
        let mut api = Merged {
            root: json!({"paths": {"/v1/assets": {"get": {"operationId": "assets_list"}}}}),
            origins: BTreeMap::new(),
        };
        assert_eq!(Rules::new(&api).apply(name), None);
        let origin = Origin {
            place: SourceFile::new("page.md", "").place(1),
            reference: None,
            path: "/assets".to_owned(),
        };
        api.origins.insert("assets_list".to_owned(), origin);
        let named = Rules::new(&api).apply(name);
        assert_eq!(named.as_deref(), Some("AssetsListSortBy"));
    }

    #[test]
    fn a_form_of_a_union_is_called_by_its_value() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let form = |value: &str| json!({"required": ["type"], "properties": {"type": {"type": "string", "enum": [value]}}});
        let root = json!({"components": {"schemas": {
            "Input": {"oneOf": [{"type": "string"}, reference("Input1")]},
            "Input1": {"type": "array", "items": reference("InputOneOf1Items")},
            "InputOneOf1Items": {"oneOf": [
                reference("InputOneOf1ItemsOneOf0"), reference("InputOneOf1ItemsOneOf1"), {"type": "string"},
            ]},
            "Version": {"oneOf": [reference("Version1"), reference("Version2")]},
            "Version1": form("old"),
            "Version2": form("new"),
            "InputOneOf1ItemsOneOf0": form("a-text"),
            "InputOneOf1ItemsOneOf1": form("image"),
        }}});
        let rules = rules(root);
        for (original, expected) in [
            ("InputOneOf1Items", Some("InputItem")),
            ("InputOneOf1ItemsOneOf0", Some("InputItemAText")),
            ("InputOneOf1ItemsOneOf1Size", Some("InputItemImageSize")),
            ("InputOneOf1ItemsOneOf10", Some("InputItemOneOf10")),
            ("Input", None),
            ("Version1", None),
            ("Version2", None),
        ] {
            assert_eq!(rules.apply(original).as_deref(), expected, "{original}");
        }
    }

    #[test]
    fn the_only_form_beside_null_has_the_name_of_its_union() {
        let nullable = |name: &str| json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "nullable": true});
        let rules = rules(json!({"components": {"schemas": {
            "Pet": {"properties": {"last_owner": nullable("PetLastOwner0"), "kind": nullable("Mp0")}},
            "PetLastOwner0": {"properties": {"name": {}}},
            "PetLastOwnerOneOf0Address": {"properties": {"street": {}}},
            "Mp0": {"properties": {"name": {}}},
        }}}));
        assert_eq!(
            rules.apply("PetLastOwner0").as_deref(),
            Some("PetLastOwner")
        );
        let nested = rules.apply("PetLastOwnerOneOf0Address");
        assert_eq!(nested.as_deref(), Some("PetLastOwnerAddress"));
        assert_eq!(rules.apply("Mp0"), None);
    }

    #[test]
    fn an_error_that_one_operation_returns_is_named_after_it() {
        let response = |name: &str| {
            let reference = format!("#/components/schemas/{name}");
            json!({"content": {"application/json": {"schema": {"$ref": reference}}}})
        };
        let rules = rules(json!({"paths": {
            "/pets": {
                "get": {"operationId": "pets_list", "responses": {
                    "404": response("List-petsRequestNotFoundError"),
                    "409": response("List-petsRequestNotFoundError2"),
                    "422": response("ListPetsRequestUnprocessableEntityError"),
                    "500": response("SharedRequestInternalServerError"),
                    "503": response("InternalServerError"),
                }},
                "post": {"operationId": "pets_add", "responses": {
                    "404": response("AddRequestConflictError"),
                    "500": response("SharedRequestInternalServerError"),
                }},
            },
        }}));
        for (original, expected) in [
            (
                "List-petsRequestNotFoundError",
                Some("PetsListNotFoundError"),
            ),
            (
                "ListPetsRequestUnprocessableEntityError",
                Some("PetsListUnprocessableContentError"),
            ),
            ("List-petsRequestNotFoundError2", None),
            ("SharedRequestInternalServerError", None),
            ("InternalServerError", None),
            ("AddRequestConflictError", None),
        ] {
            assert_eq!(rules.apply(original).as_deref(), expected, "{original}");
        }
    }

    #[test]
    fn a_body_of_an_operation_in_a_group_called_items_is_named_after_it() {
        let rules = rules(json!({"paths": {
            "/pets/items": {"post": {"operationId": "pets_items_add"}},
        }}));
        for (original, expected) in [
            ("PetsItemsAddRequest", None),
            (
                "PetsItemsAddRequestTagsItems",
                Some("PetsItemsAddRequestTag"),
            ),
            ("PetsItemsAdd", Some("PetAdd")),
            ("PetsItemsKind", Some("PetKind")),
        ] {
            assert_eq!(rules.apply(original).as_deref(), expected, "{original}");
        }
    }

    #[test]
    fn an_item_whose_singular_is_taken_is_named_after_its_list() {
        let name = "PetsPostRequestBodyContentApplicationJsonSchemaRequestsItems";
        let named = decided(
            [name, "PetsPostRequestBodyContentApplicationJsonSchema"],
            json!({"paths": {"/pets": {"post": {"operationId": "pets_add"}}}}),
        );
        assert_eq!(named, ["PetsAddRequestsItem", "PetsAddRequest"]);
    }

    #[test]
    fn a_property_called_request_does_not_get_the_name_of_the_body() {
        let place = "PetsPostRequestBodyContentApplicationJsonSchema";
        let named = decided(
            [
                &format!("{place}Request"),
                &format!("{place}RequestKind"),
                "PetsAddRequest",
            ],
            json!({"paths": {"/pets": {"post": {"operationId": "pets_add"}}}}),
        );
        assert_eq!(
            named,
            ["PetsAddBodyRequest", "PetsAddRequestKind", "PetsAddRequest"]
        );
    }

    #[test]
    fn a_form_of_an_unnamed_union_is_named_after_its_place() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let form = |property: &str| json!({"required": [property], "properties": {property: {}}});
        let rules = rules(json!({
            "paths": {"/pets": {"post": {"operationId": "pets_add"}}},
            "components": {"schemas": {
                "PetsAddRequest": {"oneOf": [
                    reference("PetsPostRequestBodyContentApplicationJsonSchema0"),
                    reference("PetsPostRequestBodyContentApplicationJsonSchemaOneOf1"),
                ]},
                "PetsPostRequestBodyContentApplicationJsonSchema0": form("cat"),
                "PetsPostRequestBodyContentApplicationJsonSchemaOneOf1": form("dog"),
            }},
        }));
        for (original, expected) in [
            (
                "PetsPostRequestBodyContentApplicationJsonSchema0",
                "PetsAddCat",
            ),
            (
                "PetsPostRequestBodyContentApplicationJsonSchemaOneOf1",
                "PetsAddDog",
            ),
        ] {
            assert_eq!(rules.apply(original).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_form_that_is_called_by_a_number_keeps_the_name_of_the_export() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let form = |property: &str| json!({"required": [property], "properties": {property: {}}});
        let rules = rules(json!({"components": {"schemas": {
            "Pet": {"oneOf": [reference("Pet0"), reference("PetOneOf1"), reference("Pet2")]},
            "Pet0": form("0"), "PetOneOf1": form("oneOf 0"), "Pet2": form("3d"),
        }}}));
        for name in ["Pet0", "PetOneOf1", "Pet2"] {
            assert_eq!(rules.apply(name), None, "{name}");
        }
    }
}
