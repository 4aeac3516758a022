//! Compares the models of two versions of an API: what a change means for callers.

#![forbid(unsafe_code)]
