//! The only user of the file system: find, read, checksum, and write whole or not at all.
#![expect(clippy::disallowed_methods, reason = "the room of the file system")]

mod compressed;
mod content;
mod spill;
pub mod stop;

pub use compressed::{Compression, expanded, expanded_limit, expanded_top, is_compressed};
pub use content::{BlockSum, BlockSums, Content, DiskFile};
pub use spill::{Block, Spill, SpillFile};

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Exit, Result};
use stop::Listed;

/// The folder in which the program may keep what it can make again: `ELEVFLODE_CACHE`, else `elevflode` in the user's
/// cache. Empty: nothing is kept.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    if let Some(own) = variable("ELEVFLODE_CACHE") {
        return (!own.as_os_str().is_empty()).then_some(own);
    }
    let is_whole = |folder: &PathBuf| folder.is_absolute();
    let of_user = variable("XDG_CACHE_HOME").filter(is_whole).or_else(|| variable("LOCALAPPDATA").filter(is_whole));
    let in_home = || variable("HOME").filter(is_whole).map(|home| home.join(".cache"));
    of_user.or_else(in_home).map(|folder| folder.join("elevflode"))
}

/// The text of a file of the cache, where it is there and can be read.
#[must_use]
pub fn read_cached(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Writes a file of the cache whole, where that is possible, for the user alone.
pub fn write_cached(path: &Path, text: &str) {
    // What is not kept is made again.
    let _ = staged(path, text.as_bytes()).map(|file| file.place(|file| file.persist(path)));
}

/// The names of files by their names and paths: different files of one name get as much of their paths as tells them apart.
/// What can be the number of a person in a name is masked, and names that are then the same are counted.
#[must_use]
pub fn told_apart(files: Vec<(String, String)>) -> Vec<String> {
    let mut counted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let plain = plainly_apart(files);
    for name in &plain {
        counted.entry(masked(name)).or_default().insert(name.clone());
    }
    let name = |name: String| {
        let shown = masked(&name);
        let at = counted[&shown].iter().position(|other| *other == name).unwrap_or(0);
        if at == 0 { shown } else { format!("{shown} ({})", at + 1) }
    };
    plain.into_iter().map(name).collect()
}

/// A name with `x` for what can be the number of a person: six or eight digits and four more, of which letters can stand for
/// the first two, with at most one other character between them.
fn masked(name: &str) -> String {
    let mut chars: Vec<char> = name.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let digits = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let end = at + digits;
        let has_sign = chars.get(end).is_some_and(|c| !c.is_alphanumeric());
        let last = end + usize::from(has_sign);
        let rest = chars[last..].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        let is_last = rest == 4 && chars[last + 2..last + 4].iter().all(char::is_ascii_digit);
        if matches!(digits, 6 | 8) && is_last {
            chars[at..last + 4].iter_mut().filter(|c| c.is_alphanumeric()).for_each(|c| *c = 'x');
        } else if matches!(digits, 10 | 12) {
            chars[at..end].fill('x');
        }
        at = end + 1;
    }
    chars.into_iter().collect()
}

fn plainly_apart(files: Vec<(String, String)>) -> Vec<String> {
    let mut names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    for depth in 2.. {
        let mut shared: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, (_, path)) in names.iter().zip(&files) {
            shared.entry(name).or_default().insert(path);
        }
        let shared: BTreeSet<String> =
            shared.into_iter().filter(|(_, paths)| paths.len() > 1).map(|(name, _)| name.to_owned()).collect();
        if shared.is_empty() {
            break;
        }
        for (name, (_, path)) in names.iter_mut().zip(&files).filter(|(name, _)| shared.contains(*name)) {
            *name = tail(path, depth);
        }
    }
    names
}

/// The last `depth` parts of a path, joined by `/`.
fn tail(path: &str, depth: usize) -> String {
    let parts: Vec<&str> = path.split(['/', std::path::MAIN_SEPARATOR]).filter(|p| !p.is_empty()).collect();
    parts[parts.len().saturating_sub(depth)..].join("/")
}

/// Where the files of a run lie: a folder, or memory (the embedded demo).
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder; relative names start there.
    Folder(PathBuf),
    /// Files by name.
    Memory(Arc<BTreeMap<String, Vec<u8>>>),
}

/// A file that was found: its name for messages and tables, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The file name without its folder.
    pub name: String,
    path: String,
}

impl Found {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl Place {
    /// The files that a path or a glob names, sorted by path. A plain path is found whether it exists or not: reading
    /// it says what is wrong.
    ///
    /// # Errors
    /// A glob that is not one, or that names nothing.
    pub fn find(&self, pattern: &str) -> Result<Vec<Found>> {
        let is_glob = pattern.contains(['*', '?', '[']);
        let paths = match self {
            _ if !is_glob => vec![self.full(pattern)],
            Self::Memory(files) => {
                let wanted = glob::Pattern::new(pattern).map_err(|e| bad_glob(pattern, e.msg))?;
                files.keys().filter(|name| wanted.matches(name)).cloned().collect()
            }
            Self::Folder(_) => {
                let mut paths: Vec<String> = glob::glob(&self.full(pattern))
                    .map_err(|e| bad_glob(pattern, e.msg))?
                    .flatten()
                    .filter(|path| path.is_file())
                    .map(|path| path.to_string_lossy().into_owned())
                    .collect();
                paths.sort();
                paths
            }
        };
        if paths.is_empty() {
            return Err(Error::new(Exit::Input, "error-glob-empty").with("path", self.full(pattern)));
        }
        Ok(paths.into_iter().map(|path| Found { name: file_name(&path), path }).collect())
    }

    /// The whole content of a file.
    ///
    /// # Errors
    /// A file that does not exist or cannot be read.
    pub fn read(&self, file: &Found) -> Result<Vec<u8>> {
        match self {
            Self::Memory(files) => files.get(&file.path).cloned().ok_or_else(|| missing(&file.path)),
            Self::Folder(_) => read(Path::new(&file.path)),
        }
    }

    /// The content of a file, opened.
    ///
    /// # Errors
    /// A file that does not exist or cannot be read.
    pub fn open(&self, file: &Found) -> Result<Content> {
        match self {
            Self::Memory(_) => self.read(file).map(Content::Memory),
            Self::Folder(_) => open(Path::new(&file.path)),
        }
    }

    fn full(&self, name: &str) -> String {
        match self {
            Self::Memory(_) => name.to_owned(),
            Self::Folder(folder) => folder.join(name).to_string_lossy().into_owned(),
        }
    }
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |n| n.to_string_lossy().into_owned())
}

fn bad_glob(pattern: &str, why: &str) -> Error {
    Error::new(Exit::Usage, "error-glob").with("path", pattern).with("why", why)
}

fn missing(path: impl ToString) -> Error {
    Error::new(Exit::Input, "error-file-missing").with("path", path)
}

/// The whole content of a file.
///
/// # Errors
/// A file that does not exist or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => missing(path.display()),
        _ => unreadable(path, e),
    })
}

/// A file, opened.
///
/// # Errors
/// A file that does not exist or cannot be read.
pub fn open(path: &Path) -> Result<Content> {
    DiskFile::open(path).map(Content::Disk)
}

fn unreadable(path: &Path, why: impl ToString) -> Error {
    Error::new(Exit::Input, "error-file-unreadable").with("path", path.display()).with("why", why)
}

/// The path of a file as a config in `folder` would write it: relative where the file lies below, else in full.
///
/// # Errors
/// A file that does not exist.
pub fn path_from(folder: &Path, file: &Path) -> Result<String> {
    let whole = fs::canonicalize(file).map_err(|_| missing(file.display()))?;
    let base = fs::canonicalize(folder).ok();
    let below = base.and_then(|base| whole.strip_prefix(base).ok().map(Path::to_owned));
    Ok(below.unwrap_or(whole).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}

/// Whether something exists there.
#[must_use]
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// The BLAKE3 checksum as 64 hexadecimal digits, as `b3sum` gives it.
#[must_use]
pub fn checksum(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_string()
}

fn unwritable(path: &Path, why: impl ToString) -> Error {
    Error::new(Exit::Output, "error-output").with("path", path.display()).with("why", why)
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Writes one file whole: beside the target first, then renamed over it.
///
/// # Errors
/// A folder that cannot be made or written; then the target is as it was.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = staged(path, bytes).map_err(|e| unwritable(path, e))?;
    make_readable(file.path());
    file.place(|file| file.persist(path)).transpose().map_err(|e| unwritable(path, e.error))?;
    Ok(())
}

/// The bytes in a temporary file beside the path, whose folder is made.
fn staged(path: &Path, bytes: &[u8]) -> std::io::Result<Listed<tempfile::NamedTempFile>> {
    let folder = parent(path);
    fs::create_dir_all(&folder)?;
    let file = Listed::new(|| tempfile::NamedTempFile::new_in(&folder))?;
    let _writing = stop::shared();
    fs::write(file.path(), bytes)?;
    Ok(file)
}

/// Temporary files are private; an output is as readable as any new file.
fn make_readable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        // An output that stays private is still an output: not worth an error.
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// An output folder in the making: built beside the target, put in its place whole.
#[derive(Debug)]
pub struct Staging {
    folder: Listed<tempfile::TempDir>,
    target: PathBuf,
}

/// The file by which an output folder is known.
pub const MANIFEST: &str = "manifest.json";

impl Staging {
    /// A new folder beside `target`, made before any long work so that a place that cannot be written is known early.
    ///
    /// # Errors
    /// A target that is a file, that cannot be written beside, or that holds files that this program did not write.
    pub fn beside(target: &Path) -> Result<Self> {
        // What a link points at is replaced, not the link.
        let target = &if target.is_symlink() {
            fs::canonicalize(target).map_err(|e| unwritable(target, e))?
        } else {
            target.to_owned()
        };
        if target.is_file() {
            return Err(Error::new(Exit::Output, "error-output-file").with("path", target.display()));
        }
        let holds_files = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_some());
        if holds_files && !target.join(MANIFEST).is_file() {
            return Err(Error::new(Exit::Output, "error-output-foreign").with("path", target.display()));
        }
        let folder = parent(target);
        fs::create_dir_all(&folder).map_err(|e| unwritable(target, e))?;
        let folder = Listed::new(|| tempfile::Builder::new().prefix(".elevflode-").tempdir_in(folder))
            .map_err(|e| unwritable(target, e))?;
        Ok(Self { folder, target: target.to_owned() })
    }

    /// The manifest that stands in the target now, if any.
    #[must_use]
    pub fn earlier_manifest(&self) -> Option<Vec<u8>> {
        fs::read(self.target.join(MANIFEST)).ok()
    }

    /// Writes a file of the output; folders in the name are made.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let _writing = stop::shared();
        let path = self.folder.path().join(name);
        let made = fs::create_dir_all(parent(&path)).and_then(|()| fs::write(&path, bytes));
        made.map_err(|e| unwritable(&self.target.join(name), e))
    }

    /// Opens a file of the output for writing in pieces; folders in the name are made.
    ///
    /// # Errors
    /// What the file system says.
    pub fn create(&self, name: &str) -> Result<fs::File> {
        let _writing = stop::shared();
        let path = self.folder.path().join(name);
        let made = fs::create_dir_all(parent(&path)).and_then(|()| fs::File::create(&path));
        made.map_err(|e| unwritable(&self.target.join(name), e))
    }

    /// Puts the folder in the target's place. Files in the target that no earlier run wrote (`ours` says which it
    /// did) are carried over; those of an earlier run are gone.
    ///
    /// # Errors
    /// What the file system says; then the target is as it was.
    pub fn finish(self, ours: &dyn Fn(&str) -> bool) -> Result<()> {
        let Self { folder, target } = self;
        let placed = folder.place(|folder| put_in_place(folder.path(), &target, ours));
        placed.unwrap_or(Ok(())).map_err(|e| unwritable(&target, e))
    }
}

fn put_in_place(folder: &Path, target: &Path, ours: &dyn Fn(&str) -> bool) -> std::io::Result<()> {
    make_readable(folder);
    if !target.exists() {
        return fs::rename(folder, target);
    }
    let mut foreign = Vec::new();
    list(target, "", &mut foreign)?;
    for name in foreign.iter().filter(|name| !ours(name)) {
        let to = folder.join(name);
        if !to.exists() {
            fs::create_dir_all(parent(&to)).and_then(|()| fs::copy(target.join(name), &to))?;
        }
    }
    let old = tempfile::Builder::new().prefix(".elevflode-old-").tempdir_in(parent(target))?;
    let aside = old.path().join("target");
    fs::rename(target, &aside)?;
    fs::rename(folder, target).or_else(|e| fs::rename(&aside, target).and(Err(e)))
}

/// All files below a folder, as names relative to it.
fn list(folder: &Path, prefix: &str, out: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{name}/"), out)?;
        } else {
            out.push(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_folder(check: impl FnOnce(&Path)) {
        let folder = tempfile::tempdir().unwrap();
        check(folder.path());
    }

    #[test]
    fn names_of_files_are_apart_and_hold_no_number_of_a_person() {
        let check = |paths: &[&str], wanted: &[&str]| {
            let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
            let files = paths.iter().map(|path| (name(path), (*path).to_owned())).collect();
            assert_eq!(told_apart(files), wanted);
        };
        check(&["a/x.csv", "b/x.csv", "b/y.csv", "b/y.csv"], &["a/x.csv", "b/x.csv", "y.csv", "y.csv"]);
        check(&["antagning_2023-2024.csv", "okt_20231015.csv"], &["antagning_2023-2024.csv", "okt_20231015.csv"]);
        check(&["okt_20231015_slut.csv", "20231015.xlsx"], &["okt_20231015_slut.csv", "20231015.xlsx"]);
        check(&["20070203TF12.csv", "070203-T123"], &["xxxxxxxxxxxx.csv", "xxxxxx-xxxx"]);
        check(&["e 20070203-1234.csv"], &["e xxxxxxxx-xxxx.csv"]);
        check(&["0702031234/a_070203+1234.csv"], &["a_xxxxxx+xxxx.csv"]);
        check(&["200702031234.csv", "200702031235.csv"], &["xxxxxxxxxxxx.csv", "xxxxxxxxxxxx.csv (2)"]);
        check(&["0702031234/x.csv", "0702031235/x.csv"], &["xxxxxxxxxx/x.csv", "xxxxxxxxxx/x.csv (2)"]);
    }

    #[test]
    fn an_output_is_put_in_place_whole_and_foreign_files_stay() {
        in_folder(|folder| {
            let target = folder.join("out");
            for round in ["one", "two"] {
                let staging = Staging::beside(&target).unwrap();
                staging.write(MANIFEST, b"{}").unwrap();
                staging.write(&format!("maps/{round}.svg"), round.as_bytes()).unwrap();
                staging.finish(&|name| name.starts_with("maps/") || name == MANIFEST).unwrap();
                fs::write(target.join("notes.txt"), "mine").unwrap();
            }
            assert!(target.join("maps/two.svg").exists());
            assert!(!target.join("maps/one.svg").exists(), "files of the earlier run are gone");
            assert!(target.join("notes.txt").exists(), "what the user put there stays");
            assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing half-written is left");
        });
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_untouched() {
        in_folder(|folder| {
            fs::write(folder.join("thesis.docx"), "x").unwrap();
            assert_eq!(Staging::beside(folder).unwrap_err().id(), "error-output-foreign");
            assert_eq!(Staging::beside(&folder.join("thesis.docx")).unwrap_err().id(), "error-output-file");
        });
    }

    #[test]
    fn a_dropped_staging_leaves_nothing() {
        in_folder(|folder| {
            let staging = Staging::beside(&folder.join("out")).unwrap();
            staging.write("a/b", b"c").unwrap();
            drop(staging);
            assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
        });
    }

    #[test]
    fn globs_find_files_in_order_and_say_when_they_find_none() {
        in_folder(|folder| {
            for name in ["b.csv", "a.csv", "c.txt"] {
                fs::write(folder.join(name), name).unwrap();
            }
            let memory = Place::Memory(Arc::new(
                ["a.csv", "b.csv", "c.txt"].map(|n| (n.to_owned(), n.as_bytes().to_vec())).into_iter().collect(),
            ));
            for place in [Place::Folder(folder.to_owned()), memory] {
                let found = place.find("*.csv").unwrap();
                assert_eq!(found.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["a.csv", "b.csv"]);
                assert_eq!(place.read(&found[1]).unwrap(), b"b.csv");
                assert_eq!(place.find("*.xlsx").unwrap_err().id(), "error-glob-empty");
                let nowhere = place.find("nowhere.csv").unwrap();
                assert_eq!(place.read(&nowhere[0]).unwrap_err().id(), "error-file-missing");
            }
        });
    }
}
