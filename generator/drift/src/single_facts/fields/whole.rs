//! The fields of the API as a whole.

use api::{Api, ConstantHeader, Docs, Key, UrlPart};

use super::{Added, Breaking, Changed, Documentation, Kind, Row, row};
use crate::sample::operation;
use crate::single_facts::model::{environment, server_variable};

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_the_api();
    rows.extend(of_keys());
    rows.extend(of_settings());
    rows
}

fn of_the_api() -> Vec<Row> {
    vec![
        row("Api.title", [(Kind::DetailChanged, Documentation)], |api| {
            api.title.push('s');
        }),
        row(
            "Api.version",
            [(Kind::DetailChanged, Documentation)],
            |api| {
                api.version.push('1');
            },
        ),
        row("Api.docs", [(Kind::DetailChanged, Documentation)], |api| {
            api.docs = Docs::page("A text.");
        }),
        row("Api.server", [(Kind::ServerChanged, Changed)], |api| {
            api.server.push('s');
        }),
        row(
            "Api.server_template",
            [(Kind::ServerChanged, Changed)],
            |api| {
                api.server_template = Some("https://{tenant}.test".to_owned());
            },
        ),
        row(
            "Api.server_variables",
            [(Kind::HeaderSetterAdded, Added)],
            |api| {
                api.server_variables.push(server_variable("zone"));
            },
        ),
        row(
            "Api.environments",
            [(Kind::EnvironmentAdded, Added)],
            |api| {
                api.environments.push(environment("Apac"));
            },
        ),
        row("Api.security", [(Kind::KeyChanged, Changed)], |api| {
            api.security.push(Vec::new());
        }),
        row(
            "Api.headers",
            [
                (Kind::HeaderSetterAdded, Added),
                (Kind::HeadersChanged, Changed),
            ],
            |api| {
                api.headers.push(ConstantHeader {
                    setter: "till".to_owned(),
                    name: "till".to_owned(),
                    value: Some("1".to_owned()),
                    docs: Docs::default(),
                });
            },
        ),
        row("Api.types", [(Kind::TypeRemoved, Breaking)], |api| {
            api.types.retain(|id, _| id.as_str() != "GoneType");
        }),
        row(
            "Api.group_docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                let group = vec!["pets".to_owned()];
                api.group_docs.insert(group, Docs::page("A text."));
            },
        ),
        row("Api.operations", [(Kind::OperationAdded, Added)], |api| {
            api.operations.push(operation("shops", "found"));
        }),
        row(
            "Api.dependencies",
            [(Kind::DependencyChanged, Breaking)],
            |api| {
                uuid(api).version = "2".to_owned();
            },
        ),
    ]
}

fn of_keys() -> Vec<Row> {
    fn first(api: &mut Api, header: &str, word: &str) {
        api.key = Some(Key::Header {
            name: header.to_owned(),
            prefix: word.to_owned(),
        });
    }
    fn client_credentials(api: &mut Api, url: &str, scope: &str) {
        api.other_keys[1].key = Key::ClientCredentials {
            token_url: url.to_owned(),
            scopes: vec![scope.to_owned()],
        };
    }
    vec![
        row("Api.key", [(Kind::KeyChanged, Changed)], |api| {
            first(api, "x-key", "Bearer ");
        }),
        row("Api.key", [(Kind::KeyChanged, Changed)], |api| {
            first(api, "authorization", "Token ");
        }),
        row(
            "Api.key",
            [
                (Kind::KeyChanged, Changed),
                (Kind::HeaderSetterAdded, Added),
            ],
            |api| {
                api.key = Some(Key::Basic);
            },
        ),
        row(
            "Api.other_keys",
            [(Kind::HeaderSetterRemoved, Breaking)],
            |api| {
                api.other_keys.remove(0);
            },
        ),
        row(
            "OtherKey.setter",
            [
                (Kind::HeaderSetterRemoved, Breaking),
                (Kind::HeaderSetterAdded, Added),
            ],
            |api| {
                "person".clone_into(&mut api.other_keys[0].setter);
            },
        ),
        row("OtherKey.key", [(Kind::KeyChanged, Changed)], |api| {
            let name = "user".to_owned();
            api.other_keys[0].key = Key::Query { name };
        }),
        row(
            "OtherKey.key",
            [
                (Kind::KeyChanged, Changed),
                (Kind::HeaderSetterChanged, Breaking),
                (Kind::HeaderSetterAdded, Added),
            ],
            |api| api.other_keys[0].key = Key::Basic,
        ),
        row("OtherKey.key", [(Kind::KeyChanged, Changed)], |api| {
            client_credentials(api, "/tokens", "read");
        }),
        row("OtherKey.key", [(Kind::KeyChanged, Changed)], |api| {
            client_credentials(api, "/token", "write");
        }),
    ]
}

fn of_settings() -> Vec<Row> {
    vec![
        row(
            "Environment.name",
            [
                (Kind::EnvironmentRemoved, Breaking),
                (Kind::EnvironmentAdded, Added),
            ],
            |api| api.environments[1].name.push('s'),
        ),
        row("Environment.url", [(Kind::ServerChanged, Changed)], |api| {
            api.environments[1].url.push('s');
        }),
        row(
            "Environment.template",
            [(Kind::ServerChanged, Changed)],
            |api| {
                api.environments[1].template = Some("https://{tenant}.test".to_owned());
            },
        ),
        row(
            "Environment.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                api.environments[1].docs = Docs::page("A text.");
            },
        ),
        row(
            "ServerVariable.setter",
            [
                (Kind::HeaderSetterRemoved, Breaking),
                (Kind::HeaderSetterAdded, Added),
            ],
            |api| api.server_variables[0].setter.push('s'),
        ),
        row(
            "ServerVariable.name",
            [(Kind::ServerChanged, Changed)],
            |api| {
                api.server_variables[0].name.push('s');
            },
        ),
        row(
            "ServerVariable.default",
            [(Kind::ServerChanged, Changed)],
            |api| {
                api.server_variables[0].default = None;
            },
        ),
        row(
            "ServerVariable.part",
            [(Kind::ServerChanged, Changed)],
            |api| {
                api.server_variables[0].part = UrlPart::Segment;
            },
        ),
        row(
            "ServerVariable.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                api.server_variables[0].docs = Docs::page("A text.");
            },
        ),
        row(
            "ConstantHeader.setter",
            [
                (Kind::HeaderSetterRemoved, Breaking),
                (Kind::HeaderSetterAdded, Added),
            ],
            |api| api.headers[0].setter.push('s'),
        ),
        row(
            "ConstantHeader.name",
            [(Kind::HeadersChanged, Changed)],
            |api| {
                api.headers[0].name.push('s');
            },
        ),
        row(
            "ConstantHeader.value",
            [(Kind::HeadersChanged, Changed)],
            |api| {
                api.headers[0].value = None;
            },
        ),
        row(
            "ConstantHeader.docs",
            [(Kind::DocumentationChanged, Documentation)],
            |api| {
                api.headers[0].docs = Docs::page("A text.");
            },
        ),
        row(
            "Dependency.version",
            [(Kind::DependencyChanged, Breaking)],
            |api| {
                uuid(api).version.push('1');
            },
        ),
        row(
            "Dependency.features",
            [(Kind::DependencyFeaturesChanged, Changed)],
            |api| {
                uuid(api).features.push("v4".to_owned());
            },
        ),
        row(
            "Dependency.default_features",
            [(Kind::DependencyFeaturesChanged, Changed)],
            |api| {
                uuid(api).default_features = false;
            },
        ),
    ]
}

fn uuid(api: &mut Api) -> &mut api::Dependency {
    api.dependencies.get_mut("uuid").expect("a crate")
}
