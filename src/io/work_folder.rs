//! The folder next to a target in which an output is built before it takes the target's place.
//!
//! Only its owner can access it, its name says whether an internal release is built in it, and it is locked while its
//! run is alive. The next run that creates one at the same location removes the leftovers of a killed run and
//! restores a target that it had moved aside.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::parent;
use super::stop::Listed;
use crate::model::Release;

/// The prefix of all names.
const MARK: &str = ".elevflode-";
/// Its content: the lock, the new output, and the replaced one.
const LOCK: &str = "lock";
const OUT: &str = "out";
const OLD: &str = "old";

/// Number of tries to create one: before it is locked, another run can take it for a leftover.
const TRIES: u32 = 16;

/// A working folder; see the module.
#[derive(Debug)]
pub(super) struct WorkFolder {
    // Declared before the folder, so that it is closed before the folder is removed.
    _lock: File,
    folder: TempDir,
}

impl AsRef<Path> for WorkFolder {
    fn as_ref(&self) -> &Path {
        self.folder.path()
    }
}

impl WorkFolder {
    /// Creates one next to a target, including the parent folder. Removes the leftovers of killed runs there.
    ///
    /// # Errors
    /// A file system error.
    pub fn beside(target: &Path, release: Release) -> Result<Listed<Self>> {
        let folder = parent(target);
        fs::create_dir_all(&folder)?;
        clear(&folder);
        Listed::new(|| Self::new(&folder, release))
    }

    fn new(folder: &Path, release: Release) -> Result<Self> {
        let name = match release {
            Release::Internal => format!("{MARK}INTERN-"),
            Release::Public => MARK.to_owned(),
        };
        for _ in 0..TRIES {
            let folder = private(tempfile::Builder::new().prefix(&name)).tempdir_in(folder)?;
            if let Some(lock) = locked(&folder.path().join(LOCK))? {
                return Ok(Self { _lock: lock, folder });
            }
        }
        Err(Error::from(ErrorKind::ResourceBusy))
    }

    /// Puts the output in the target's place. An existing folder is first moved aside and finally removed.
    ///
    /// # Errors
    /// A file system error; the target then stays as it was.
    pub fn place(mut self, target: &Path) -> Result<()> {
        let out = output(self.as_ref());
        if !target.is_dir() || out.is_file() {
            return fs::rename(out, target);
        }
        let old = self.as_ref().join(OLD);
        fs::create_dir(&old)?;
        let aside = old.join(target.file_name().unwrap_or(OUT.as_ref()));
        fs::rename(target, &aside)?;
        let placed = fs::rename(out, target);
        if placed.is_err() && fs::rename(&aside, target).is_err() {
            // The next run restores it.
            self.folder.disable_cleanup(true);
        }
        placed
    }
}

/// The path of the output inside the working folder: a file or a folder with default permissions.
pub(super) fn output(work: &Path) -> PathBuf {
    work.join(OUT)
}

/// Restricts access to the owner.
fn private<'b, 'n>(builder: &'b mut tempfile::Builder<'n, 'n>) -> &'b mut tempfile::Builder<'n, 'n> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder
}

/// Locks a new folder; `None` if another run has taken it.
fn locked(path: &Path) -> Result<Option<File>> {
    let lock = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        lock => lock?,
    };
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // The file system does not support locks, so no other run can take it either.
        Err(TryLockError::Error(_)) => Ok(Some(lock)),
        Ok(()) => Ok(fs::exists(path)?.then_some(lock)),
    }
}

/// Removes the leftovers of killed runs in a folder. Errors are ignored.
pub(super) fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && entry.file_name().to_string_lossy().starts_with(MARK) {
            clear_one(folder, &entry.path());
        }
    }
}

fn clear_one(folder: &Path, work: &Path) {
    // A run killed before it had a lock leaves an empty folder.
    if fs::remove_dir(work).is_ok() || !is_ours(work) {
        return;
    }
    let path = work.join(LOCK);
    let Ok(lock) = OpenOptions::new().read(true).write(true).open(&path) else { return };
    if lock.try_lock().is_err() {
        return;
    }
    let old = work.join(OLD);
    for entry in fs::read_dir(&old).into_iter().flatten().flatten() {
        let target = folder.join(entry.file_name());
        if fs::symlink_metadata(&target).is_err() && fs::rename(entry.path(), target).is_err() {
            return;
        }
    }
    let out = work.join(OUT);
    let _ = if out.is_dir() { fs::remove_dir_all(&out) } else { fs::remove_file(&out) };
    let _ = fs::remove_dir_all(old);
    // The lock is removed last: without it the rest would not be recognised as a leftover.
    drop(lock);
    if fs::remove_file(path).is_ok() {
        let _ = fs::remove_dir(work);
    }
}

/// Whether a folder holds a lock and nothing else but files of this program.
fn is_ours(work: &Path) -> bool {
    let is_known = |name: &std::ffi::OsStr| [LOCK, OUT, OLD].iter().any(|known| name == *known);
    let all_known = |mut entries: fs::ReadDir| entries.all(|entry| entry.is_ok_and(|e| is_known(&e.file_name())));
    let has_lock = fs::symlink_metadata(work.join(LOCK)).is_ok_and(|lock| lock.is_file());
    has_lock && fs::read_dir(work).is_ok_and(all_known)
}
