//! Pages of structured prose: the real ones, those that are rendered from OpenAPI pages, and
//! those that were written for the tests.

mod agreement;
mod corpus;
mod fixtures;
