//! Requests to stop (Ctrl-C, SIGTERM, a terminal that closes), and temporary files that must not be left behind.
//!
//! Temporary files and folders next to a target are listed here while they exist. A request to stop waits until no
//! output is being written or put in place, removes the listed files, and ends the program with exit code 130.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Once, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::{fs, io, thread, time};

use crate::error::Exit;

/// The existing temporary files and folders. Writing below one requires the read lock; creating, moving or removing
/// one requires the write lock.
static LISTED: RwLock<BTreeSet<PathBuf>> = RwLock::new(BTreeSet::new());

/// The number of parts of the program that handle a request to stop themselves.
static CAREFUL: AtomicUsize = AtomicUsize::new(0);

/// The number of requests to stop.
static REQUESTS: AtomicU8 = AtomicU8::new(0);

/// Number of tries to remove a folder in which another thread still creates files.
const TRIES: u32 = 20;

/// Installs the handler: a request to stop removes the listed files, calls `say`, and ends the program with exit code
/// 130; the first request is left to a part of the program that is [`careful`]. Further calls change nothing.
pub fn listen(say: impl Fn() + Send + 'static) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Without a handler the system's default applies: the program ends, and a temporary folder is left.
        let _ = ctrlc::set_handler(move || {
            let first = REQUESTS.fetch_add(1, Ordering::SeqCst) == 0;
            if first && CAREFUL.load(Ordering::SeqCst) > 0 {
                return;
            }
            // Held until the process ends, so that nothing is created meanwhile.
            let listed = exclusive();
            listed.iter().for_each(|path| remove(path));
            say();
            std::process::exit(Exit::Stopped as i32);
        });
    });
}

/// Whether a stop was requested.
#[must_use]
pub fn is_requested() -> bool {
    REQUESTS.load(Ordering::SeqCst) > 0
}

/// While this exists, the first request to stop is left to its owner, who checks [`is_requested`].
#[derive(Debug)]
pub struct Careful(());

/// Leaves the first request to stop to the caller until the value is dropped.
#[must_use]
pub fn careful() -> Careful {
    CAREFUL.fetch_add(1, Ordering::SeqCst);
    Careful(())
}

impl Drop for Careful {
    fn drop(&mut self) {
        CAREFUL.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Held while a file is written below a listed folder.
pub(super) fn shared() -> RwLockReadGuard<'static, BTreeSet<PathBuf>> {
    LISTED.read().unwrap_or_else(PoisonError::into_inner)
}

fn exclusive() -> RwLockWriteGuard<'static, BTreeSet<PathBuf>> {
    LISTED.write().unwrap_or_else(PoisonError::into_inner)
}

fn remove(path: &Path) {
    for _ in 0..TRIES {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        if removed.is_ok() || !path.exists() {
            return;
        }
        thread::sleep(time::Duration::from_millis(5));
    }
}

/// A temporary file or folder that is listed while it exists.
#[derive(Debug)]
pub(super) struct Listed<T: AsRef<Path>> {
    path: PathBuf,
    /// `None` once it has been moved to its target.
    value: Option<T>,
}

impl<T: AsRef<Path>> Listed<T> {
    /// Creates and lists it.
    pub fn new(make: impl FnOnce() -> io::Result<T>) -> io::Result<Self> {
        let mut listed = exclusive();
        let value = make()?;
        let path = value.as_ref().to_owned();
        listed.insert(path.clone());
        Ok(Self { path, value: Some(value) })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves it to its target; a request to stop cannot interrupt this.
    pub fn place<U>(mut self, place: impl FnOnce(T) -> U) -> Option<U> {
        let mut listed = exclusive();
        let placed = self.value.take().map(place);
        listed.remove(&self.path);
        placed
    }
}

impl<T: AsRef<Path>> Drop for Listed<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            let mut listed = exclusive();
            drop(value);
            listed.remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_temporary_is_listed_while_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        let is_listed = |path: &Path| shared().contains(path);
        let dropped = Listed::new(|| tempfile::tempdir_in(folder.path())).unwrap();
        let placed = Listed::new(|| tempfile::NamedTempFile::new_in(folder.path())).unwrap();
        let paths = [dropped.path().to_owned(), placed.path().to_owned()];
        assert!(paths.iter().all(|path| is_listed(path) && path.exists()));
        drop(dropped);
        placed.place(|file| file.persist(folder.path().join("target"))).unwrap().unwrap();
        assert!(paths.iter().all(|path| !is_listed(path) && !path.exists()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_removed_with_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a");
        fs::create_dir_all(inner.join("b")).unwrap();
        fs::write(inner.join("b/c"), "d").unwrap();
        remove(&inner);
        assert!(!inner.exists());
        remove(&inner);
    }
}
