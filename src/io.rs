//! The only module that uses the file system: find, read, checksum, and write completely or not at all.
#![expect(clippy::disallowed_methods, reason = "the module of the file system")]

pub mod columnar;
mod compressed;
mod content;
mod find;
mod guard;
mod names;
mod spill;
mod staging;
pub mod stop;
mod work_folder;
#[cfg(test)]
mod tests;

pub use compressed::{Compression, expanded, expanded_limit, expanded_top, is_compressed};
pub use content::{BlockSum, BlockSums, Content, DiskFile};
pub use find::{FileRoot, FoundFile};
pub use guard::guarded;
pub use names::{file_part, unique_names};
pub use spill::{Spill, SpillBlock, SpillFile};
pub use staging::{NewFile, Staging, write_cached, write_file};

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Exit, Result};
use find::existing;

/// The file that identifies an output folder.
pub const MANIFEST: &str = "manifest.json";

/// The folder for files that the program can rebuild: `ELEVFLODE_CACHE`, otherwise `elevflode` in the user's cache.
/// `None` if the variable is empty: nothing is cached.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    if let Some(own) = variable("ELEVFLODE_CACHE") {
        return (!own.as_os_str().is_empty()).then_some(own);
    }
    let is_absolute = |folder: &PathBuf| folder.is_absolute();
    let of_user =
        variable("XDG_CACHE_HOME").filter(is_absolute).or_else(|| variable("LOCALAPPDATA").filter(is_absolute));
    let in_home = || variable("HOME").filter(is_absolute).map(|home| home.join(".cache"));
    of_user.or_else(in_home).map(|folder| folder.join("elevflode"))
}

/// The text of a cached file, if it exists and can be read.
#[must_use]
pub fn read_cached(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn missing(path: impl ToString) -> Error {
    Error::new(Exit::Input, "error-file-missing").with("path", path)
}

/// The whole content of a file.
///
/// # Errors
/// A file that does not exist or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(existing(path)).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => missing(path.display()),
        _ => unreadable(path, e),
    })
}

/// Opens a file.
///
/// # Errors
/// A file that does not exist or cannot be read.
pub fn open(path: &Path) -> Result<Content> {
    DiskFile::open(&existing(path)).map(Content::Disk)
}

fn unreadable(path: &Path, why: impl ToString) -> Error {
    Error::new(Exit::Input, "error-file-unreadable").with("path", path.display()).with("why", why)
}

/// The path of a file as written in a config in `folder`: relative if the file is below it, otherwise absolute.
///
/// # Errors
/// A file that does not exist.
pub fn path_from(folder: &Path, file: &Path) -> Result<String> {
    let whole = fs::canonicalize(file).map_err(|_| missing(file.display()))?;
    let base = fs::canonicalize(folder).ok();
    let below = base.and_then(|base| whole.strip_prefix(base).ok().map(Path::to_owned));
    Ok(below.unwrap_or(whole).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}

/// Whether a file or folder exists at this path.
#[must_use]
pub fn exists(path: &Path) -> bool {
    existing(path).exists()
}

/// The BLAKE3 checksum as 64 hexadecimal digits, as `b3sum` prints it.
#[must_use]
pub fn checksum(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_string()
}

/// The same checksum of bytes that are added in pieces.
#[derive(Debug, Default)]
pub struct Checksum(blake3::Hasher);

impl Checksum {
    /// Adds the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The checksum as text.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.finalize().to_string()
    }
}

/// The parent folder of a path.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
