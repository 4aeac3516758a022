//! Pages of structured prose: real pages, pages rendered from OpenAPI pages, and pages written for
//! the tests.

mod agreement;
mod corpus;
mod fixtures;
