//! Writing is atomic, does not trust existing files, and does not change foreign files. An
//! interrupted run leaves the old crate or, after the next run completes it, the new one.

mod concurrent;
mod interrupted;
mod journal;
mod killed;
mod licenses;
#[cfg(unix)]
mod links;
mod ownership;
mod planted;
