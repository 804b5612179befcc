//! The protocol before `src/extract/turns.rs`, with its fault: a worker that has taken a block and then sees that the
//! walk is over leaves without the turn that it owes, and with three workers another one can wait for it.

use super::sync::{AtomicBool, AtomicU64, Condvar, Mutex, Ordering};
use super::{Early, Walk};

pub struct Turns {
    blocks: u64,
    next: AtomicU64,
    is_done: AtomicBool,
    turn: Mutex<Turn>,
    moved: Condvar,
}

struct Turn {
    block: u64,
    is_over: bool,
    handed: Vec<u64>,
}

impl Turns {
    /// The clean-up of a worker that fails; it was a destructor, in which loom cannot fail.
    fn end(&self) {
        self.turn.lock().unwrap().is_over = true;
        self.is_done.store(true, Ordering::Relaxed);
        self.moved.notify_all();
    }

    fn turn(&self, block: u64) -> Option<()> {
        let mut turn = self.turn.lock().unwrap();
        while turn.block != block && !turn.is_over {
            turn = self.moved.wait(turn).unwrap();
        }
        if turn.is_over {
            return None;
        }
        turn.handed.push(block);
        turn.block += 1;
        drop(turn);
        self.moved.notify_all();
        Some(())
    }
}

impl Walk for Turns {
    fn new(blocks: u64) -> Self {
        Self {
            blocks,
            next: AtomicU64::new(0),
            is_done: AtomicBool::new(false),
            turn: Mutex::new(Turn { block: 0, is_over: false, handed: Vec::new() }),
            moved: Condvar::new(),
        }
    }

    fn work(&self, early: Early) -> Vec<u64> {
        let mut seen = Vec::new();
        loop {
            let block = self.next.fetch_add(1, Ordering::Relaxed);
            if block >= self.blocks || self.is_done.load(Ordering::Relaxed) {
                break;
            }
            if early == Early::Unread(block) {
                self.end();
                return seen;
            }
            let Some(()) = self.turn(block) else { break };
            if early == Early::Misread(block) {
                self.is_done.store(true, Ordering::Relaxed);
            }
            seen.push(block);
            if early == Early::Left(block) {
                self.end();
                return seen;
            }
        }
        seen
    }

    fn handed(self) -> Vec<u64> {
        self.turn.into_inner().unwrap().handed
    }
}
