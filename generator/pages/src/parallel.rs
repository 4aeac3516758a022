//! Runs a function for each item of a list, on all processors.

use std::num::NonZero;
use std::panic;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Calls `call` for each item, and returns the results in the order of the items. A panic in `call`
/// is resumed.
pub fn map<T: Send, R: Send>(items: Vec<T>, call: impl Fn(T) -> R + Sync) -> Vec<R> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(items.len());
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut results = Vec::new();
        while let Some((position, item)) = next() {
            results.push((position, call(item)));
        }
        results
    };
    let mut results = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let results = threads.into_iter().flat_map(|thread| {
            let results = thread.join();
            results.unwrap_or_else(|panic| panic::resume_unwind(panic))
        });
        results.collect::<Vec<_>>()
    });
    results.sort_unstable_by_key(|(position, _)| *position);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_items() {
        let numbers: Vec<u64> = (0..1000).collect();
        let doubled = map(numbers, |number| 2 * number);
        assert!(doubled.into_iter().eq((0..1000).map(|number| 2 * number)));
        assert!(map(Vec::<u64>::new(), |number| number).is_empty());
    }

    #[test]
    fn a_panic_is_resumed() {
        let outcome = panic::catch_unwind(|| {
            map(vec![1, 2, 3], |number: i32| {
                if number == 2 {
                    panic::resume_unwind(Box::new(number));
                }
            })
        });
        let panic = outcome.expect_err("the call panics");
        assert_eq!(panic.downcast_ref::<i32>(), Some(&2));
    }
}
