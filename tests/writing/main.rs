//! Writing is all or nothing, trusts nothing that it finds, and touches nothing of
//! somebody else. A run that dies leaves the old crate or, once the next run has
//! finished it, the new one.

mod concurrent;
mod interrupted;
mod journal;
mod killed;
mod licenses;
#[cfg(unix)]
mod links;
mod ownership;
mod planted;
