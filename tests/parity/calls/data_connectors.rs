//! `client.data_connectors()` and `client.imports()`.

use twelvelabs::types::ImportFile;

use super::*;

const REDIRECT_URI: &str = "https://example.com/back?x=1";

pub(super) const CALLS: &[Call] = &[
    ("data_connectors/authorize_connection", |client| {
        let connectors = client.data_connectors();
        let request = connectors.authorize_connection(REDIRECT_URI);
        value(request.custom_id("my-user").send())
    }),
    ("data_connectors/create_connection_picker_token", |client| {
        value(
            client
                .data_connectors()
                .create_connection_picker_token(CONNECTION)
                .send(),
        )
    }),
    ("data_connectors/create_redirect_uri", |client| {
        value(
            client
                .data_connectors()
                .create_redirect_uri(REDIRECT_URI)
                .send(),
        )
    }),
    ("data_connectors/delete_connection", |client| {
        value(
            client
                .data_connectors()
                .delete_connection(CONNECTION)
                .send(),
        )
    }),
    ("data_connectors/delete_redirect_uri", |client| {
        let id = "6298d673f1090f1100476d5b";
        value(client.data_connectors().delete_redirect_uri(id).send())
    }),
    ("data_connectors/list_connections", |client| {
        value(
            client
                .data_connectors()
                .list_connections()
                .page(2)
                .page_limit(20)
                .send(),
        )
    }),
    ("data_connectors/list_redirect_uris", |client| {
        value(
            client
                .data_connectors()
                .list_redirect_uris()
                .page(2)
                .page_limit(20)
                .send(),
        )
    }),
    ("data_connectors/retrieve_connection", |client| {
        value(
            client
                .data_connectors()
                .retrieve_connection(CONNECTION)
                .send(),
        )
    }),
    ("imports/import_files", |client| {
        let files = ["file-1", "file-2"].map(ImportFile::new);
        value(client.imports().import_files(CONNECTION, files).send())
    }),
    ("imports/list_imports", |client| {
        value(
            client
                .imports()
                .list_imports(CONNECTION)
                .page(2)
                .page_limit(20)
                .send(),
        )
    }),
    ("imports/retrieve_import", |client| {
        let id = "6298d673f1090f1100476d59";
        value(client.imports().retrieve_import(CONNECTION, id).send())
    }),
];
