//! The folder beside a target in which an output is made before it takes the target's place.
//!
//! It is its owner's alone, says in its name whether an internal release is made in it, and is locked while its run is alive.
//! What a run that was killed has left is removed by the next one that makes its own beside it; a target that had been moved
//! aside is put back.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::parent;
use super::stop::Listed;
use crate::model::Release;

/// What the name of every one begins with.
const MARK: &str = ".elevflode-";
/// Within it: the lock, the output in the making, and what it replaces.
const LOCK: &str = "lock";
const OUT: &str = "out";
const OLD: &str = "old";

/// Tries to make one: each can be taken by another run for one that nobody needs, in the moment before it is locked.
const TRIES: u32 = 16;

/// See the module.
#[derive(Debug)]
pub(super) struct Workroom {
    // Before the folder, so that it is closed when that is removed.
    _lock: File,
    folder: TempDir,
}

impl AsRef<Path> for Workroom {
    fn as_ref(&self) -> &Path {
        self.folder.path()
    }
}

impl Workroom {
    /// A new one beside a target, whose folder is made. What killed runs have left there is removed.
    ///
    /// # Errors
    /// What the file system says.
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

    /// Puts the output in the target's place. A folder that stands there is moved aside first and removed at last.
    ///
    /// # Errors
    /// What the file system says; then the target is as it was.
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
            // The next run puts it back.
            self.folder.disable_cleanup(true);
        }
        placed
    }
}

/// Where the output is made in the one at this path: a file or a folder, as readable as any new one.
pub(super) fn output(room: &Path) -> PathBuf {
    room.join(OUT)
}

/// For the owner alone.
fn private<'b, 'n>(builder: &'b mut tempfile::Builder<'n, 'n>) -> &'b mut tempfile::Builder<'n, 'n> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder
}

/// The lock of a new folder; none where another run has taken the folder.
fn locked(path: &Path) -> Result<Option<File>> {
    let lock = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        lock => lock?,
    };
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // A disk that knows no locks: there nobody can take it either.
        Err(TryLockError::Error(_)) => Ok(Some(lock)),
        Ok(()) => Ok(fs::exists(path)?.then_some(lock)),
    }
}

/// Removes what runs that were killed have left in a folder. What cannot be removed stays.
pub(super) fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && entry.file_name().to_string_lossy().starts_with(MARK) {
            clear_one(folder, &entry.path());
        }
    }
}

fn clear_one(folder: &Path, room: &Path) {
    // A run that was killed before it had a lock leaves an empty folder.
    if fs::remove_dir(room).is_ok() || !is_ours(room) {
        return;
    }
    let path = room.join(LOCK);
    let Ok(lock) = OpenOptions::new().read(true).write(true).open(&path) else { return };
    if lock.try_lock().is_err() {
        return;
    }
    let old = room.join(OLD);
    for entry in fs::read_dir(&old).into_iter().flatten().flatten() {
        let target = folder.join(entry.file_name());
        if fs::symlink_metadata(&target).is_err() && fs::rename(entry.path(), target).is_err() {
            return;
        }
    }
    let out = room.join(OUT);
    let _ = if out.is_dir() { fs::remove_dir_all(&out) } else { fs::remove_file(&out) };
    let _ = fs::remove_dir_all(old);
    // The lock goes last: without it nobody would know the rest for a leftover.
    drop(lock);
    if fs::remove_file(path).is_ok() {
        let _ = fs::remove_dir(room);
    }
}

/// Whether a folder holds a lock and nothing but what this program makes in one.
fn is_ours(room: &Path) -> bool {
    let is_known = |name: &std::ffi::OsStr| [LOCK, OUT, OLD].iter().any(|known| name == *known);
    let all_known = |mut entries: fs::ReadDir| entries.all(|entry| entry.is_ok_and(|e| is_known(&e.file_name())));
    let has_lock = fs::symlink_metadata(room.join(LOCK)).is_ok_and(|lock| lock.is_file());
    has_lock && fs::read_dir(room).is_ok_and(all_known)
}
