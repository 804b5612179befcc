//! Turns of workers that take the blocks of a file and hand over state from each block to the next.
//!
//! A worker takes the next block, works on it alone, and waits for its turn, which comes when all earlier blocks have
//! had theirs. So a worker that takes a block owes a turn. A worker that leaves without taking its turn (an error, a
//! panic, a walk that is over) or early in any other way ends the walk for all, so that none waits for a turn that
//! never comes. `tests/turns` tries every order in which threads can do this.

use super::sync::{AtomicBool, AtomicU64, Condvar, Mutex, Ordering, PoisonError};

/// The turns of a walk over blocks; `T` is the state that one hands to the next.
#[derive(Debug)]
pub struct Turns<T> {
    blocks: u64,
    /// The first block that is not taken yet.
    next: AtomicU64,
    /// The walk is over: a hint, so that no block is read in vain. The authoritative flag is in [`Turn`].
    is_over: AtomicBool,
    turn: Mutex<Turn<T>>,
    moved: Condvar,
}

#[derive(Debug)]
struct Turn<T> {
    /// The block whose turn it is.
    block: u64,
    /// The walk is over; workers stop waiting.
    is_over: bool,
    handed: T,
}

/// One of the workers. If dropped without [`Worker::leave`], it ends the walk for all.
#[derive(Debug)]
pub struct Worker<'t, T> {
    turns: &'t Turns<T>,
    /// It has taken a block and not had its turn.
    owes: bool,
    has_left: bool,
}

impl<T> Turns<T> {
    /// Turns of `blocks` blocks; the first is handed `first`.
    pub fn new(blocks: u64, first: T) -> Self {
        let turn = Turn { block: 0, is_over: false, handed: first };
        Self {
            blocks,
            next: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            turn: Mutex::new(turn),
            moved: Condvar::new(),
        }
    }

    /// Adds a worker.
    pub const fn worker(&self) -> Worker<'_, T> {
        Worker { turns: self, owes: false, has_left: false }
    }

    /// The state that the last turn left.
    pub fn into_handed(self) -> T {
        self.turn.into_inner().unwrap_or_else(PoisonError::into_inner).handed
    }

    /// Ends the walk for all: no more blocks are taken, and no worker waits.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.turn.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
        self.moved.notify_all();
    }
}

impl<T> Worker<'_, T> {
    /// Takes the next block; `None` if all are taken or the walk is over.
    pub fn take(&mut self) -> Option<u64> {
        let block = self.turns.next.fetch_add(1, Ordering::Relaxed);
        if block >= self.turns.blocks {
            return None;
        }
        self.owes = true;
        (!self.turns.is_over.load(Ordering::Relaxed)).then_some(block)
    }

    /// Waits for the turn of a block that was taken and runs `work` in it; `None` if the walk is over.
    pub fn turn<R>(&mut self, block: u64, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut turn = self.turns.turn.lock().unwrap_or_else(PoisonError::into_inner);
        while turn.block != block && !turn.is_over {
            turn = self.turns.moved.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        if turn.is_over {
            return None;
        }
        let out = work(&mut turn.handed);
        turn.block += 1;
        drop(turn);
        self.owes = false;
        self.turns.moved.notify_all();
        Some(out)
    }

    /// Leaves the remaining blocks to the others.
    pub fn leave(mut self) {
        self.has_left = true;
    }
}

impl<T> Drop for Worker<'_, T> {
    fn drop(&mut self) {
        if self.owes || !self.has_left {
            self.turns.end();
        }
    }
}
