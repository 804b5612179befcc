//! The turns of `src/extract/turns.rs` (the same file), in every order of threads.
//!
//! loom replaces the threads and locks of the standard library and repeats a walk in every possible order. A walk in
//! which a worker waits forever is a deadlock and fails. loom cannot continue after a panic, but a panic has the same
//! effect as an error: the worker is dropped.
#![cfg(test)]

mod old;
#[path = "../../../src/extract/turns.rs"]
mod turns;

/// The types that `turns` uses here.
mod sync {
    pub use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    pub use loom::sync::{Condvar, Mutex};
    pub use std::sync::PoisonError;
}

use loom::model::Builder;
use loom::sync::Arc;
use loom::thread;

use turns::Turns;

/// How a walk ends before its last block.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Early {
    /// It ends after the last block.
    Never,
    /// The worker that has taken this block cannot read it.
    Unread(u64),
    /// The worker that has had the turn of this block leaves: by an error, a panic, or a visitor that has seen enough.
    Left(u64),
    /// The worker that has had the turn of this block finds that the file is misread: the walk is over, and the worker
    /// continues.
    Misread(u64),
}

/// A protocol by which workers share blocks.
trait Walk: Send + Sync + Sized + 'static {
    fn new(blocks: u64) -> Self;
    /// The work of a worker; returns the blocks that it has seen.
    fn work(&self, early: Early) -> Vec<u64>;
    /// The blocks in the order in which they were handed on.
    fn handed(self) -> Vec<u64>;
}

impl Walk for Turns<Vec<u64>> {
    fn new(blocks: u64) -> Self {
        Self::new(blocks, Vec::new())
    }

    /// Like `work` in `src/extract/pieces.rs`.
    fn work(&self, early: Early) -> Vec<u64> {
        let mut seen = Vec::new();
        let mut worker = self.worker();
        while let Some(block) = worker.take() {
            if early == Early::Unread(block) {
                return seen;
            }
            let Some(()) = worker.turn(block, |handed| handed.push(block)) else { break };
            if early == Early::Misread(block) {
                self.end();
            }
            seen.push(block);
            if early == Early::Left(block) {
                return seen;
            }
        }
        worker.leave();
        seen
    }

    fn handed(self) -> Vec<u64> {
        self.into_handed()
    }
}

/// Checks all walks of this many workers over this many blocks that end like this. `interrupted` limits how often a
/// worker that need not wait is interrupted, if there would be millions of walks.
fn check<W: Walk>(workers: usize, blocks: u64, early: Early, interrupted: Option<usize>) {
    let mut builder = Builder::new();
    builder.preemption_bound = interrupted;
    builder.check(move || {
        let walk = Arc::new(W::new(blocks));
        let others: Vec<_> = (1..workers)
            .map(|_| {
                let walk = Arc::clone(&walk);
                thread::spawn(move || walk.work(early))
            })
            .collect();
        let mut seen = walk.work(early);
        others.into_iter().for_each(|other| seen.extend(other.join().unwrap()));
        seen.sort_unstable();
        let handed = Arc::try_unwrap(walk).ok().unwrap().handed();
        // Each block once and in order, from the first; seen by the worker that had its turn.
        assert!(handed.iter().copied().eq(0..handed.len() as u64), "{early:?}: {handed:?}");
        assert_eq!(seen, handed, "{early:?}");
        let all = handed.len() as u64;
        match early {
            Early::Never => assert_eq!(all, blocks),
            Early::Unread(block) => assert!(all <= block, "{early:?}: {handed:?}"),
            Early::Left(block) | Early::Misread(block) => assert!(all > block, "{early:?}: {handed:?}"),
        }
    });
}

/// Every way of ending, at every block.
fn endings(blocks: u64) -> impl Iterator<Item = Early> {
    let ways = [Early::Unread, Early::Left, Early::Misread];
    std::iter::once(Early::Never).chain(ways.into_iter().flat_map(move |way| (0..blocks).map(way)))
}

#[test]
fn no_worker_of_two_waits_forever() {
    for (blocks, interrupted) in [(3, None), (4, Some(4))] {
        endings(blocks).for_each(|early| check::<Turns<Vec<u64>>>(2, blocks, early, interrupted));
    }
}

#[test]
fn no_worker_of_three_waits_forever() {
    for blocks in 3..=4 {
        endings(blocks).for_each(|early| check::<Turns<Vec<u64>>>(3, blocks, early, Some(3)));
    }
}

/// The checker detects the former fault, in a separate process, which a deadlock ends.
#[test]
fn the_protocol_before_this_one_waits_forever() {
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "as_it_was", "--nocapture"])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert!(!run.status.success() && stderr.contains("deadlock; threads ="), "{stderr}");
}

#[test]
#[ignore = "fails: see the test above"]
fn as_it_was() {
    check::<old::Turns>(3, 4, Early::Misread(0), Some(2));
}
