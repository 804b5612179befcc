//! Calls of libraries that may panic, on damaged files or full disks: a panic becomes a value, and shows nothing of what was read.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside [`guarded`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The result of `work`; `None` if it panics. The panic's message, which may contain a cell, is not shown; those of
/// other threads are.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let shown = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                shown(panic);
            }
        }));
    });
    let before = IS_GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(before);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_none() {
        assert_eq!(guarded(|| 1), Some(1));
        let empty: [u8; 0] = std::hint::black_box([]);
        assert_eq!(guarded(|| empty[std::hint::black_box(3)]), None);
        assert!(!IS_GUARDED.get());
    }
}
