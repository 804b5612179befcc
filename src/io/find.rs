//! Finding files: the root of a run's files, plain paths, search patterns, and one canonical path per file.
//!
//! Only the user's text is read as a pattern, never the folder from which it starts. A folder that cannot be searched
//! is an error: skipping it would lose students.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use glob::Pattern;

use super::content::Content;
use super::names::composed;
use super::{missing, open, read};
use crate::error::{Error, Exit, Result};

/// The root of a run's files: a folder, or memory (the embedded demo).
#[derive(Debug, Clone)]
pub enum FileRoot {
    /// A folder; relative names start there.
    Folder(PathBuf),
    /// Files by name.
    Memory(Arc<BTreeMap<String, Vec<u8>>>),
}

/// A file that was found: its name for messages and tables, and its path.
#[derive(Debug, Clone)]
pub struct FoundFile {
    /// The file name without its folder, composed.
    pub name: String,
    path: PathBuf,
    shown: String,
    /// The canonical path of the file, without links; `None` if it does not exist.
    canonical: Option<PathBuf>,
}

impl FoundFile {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.shown
    }

    /// Whether this is the same file as another, by whatever path.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (&self.canonical, &other.canonical) {
            (Some(a), Some(b)) => a == b,
            _ => self.path == other.path,
        }
    }
}

impl FileRoot {
    /// The files that a path or a pattern matches, sorted by path. A plain path is returned whether it exists or not;
    /// reading it reports the error. Names that begin with `.` or `~$` match no pattern: programs keep such files
    /// next to open ones. A path with `[` that matches nothing as a pattern is taken literally.
    ///
    /// # Errors
    /// An invalid pattern, or one that matches nothing; a folder that cannot be searched.
    pub fn find(&self, pattern: &str) -> Result<Vec<FoundFile>> {
        let plain = self.full(pattern);
        if !is_pattern(pattern) {
            return Ok(vec![self.found(self.existing(plain))]);
        }
        let (start, parts) = parts(pattern)?;
        let paths: BTreeSet<PathBuf> = match self {
            Self::Memory(files) => {
                files.keys().filter(|name| matches_parts(&parts, name)).map(PathBuf::from).collect()
            }
            Self::Folder(folder) => {
                let mut search = DiskSearch::default();
                search.visit(&existing(&folder.join(start)), &parts)?;
                search.found
            }
        };
        let mut found: Vec<FoundFile> = paths.into_iter().map(|path| self.found(path)).collect();
        found.sort_by_cached_key(|file| (composed(&file.shown), file.path.clone()));
        if found.is_empty() {
            let path = self.existing(plain.clone());
            if !self.has(&path) {
                return Err(Error::new(Exit::Input, "error-glob-empty").with("path", plain.display()));
            }
            found.push(self.found(path));
        }
        Ok(found)
    }

    /// The whole content of a file.
    ///
    /// # Errors
    /// A file that does not exist or cannot be read.
    pub fn read(&self, file: &FoundFile) -> Result<Vec<u8>> {
        match self {
            Self::Memory(files) => files.get(&file.shown).cloned().ok_or_else(|| missing(&file.shown)),
            Self::Folder(_) => read(&file.path),
        }
    }

    /// Opens a file.
    ///
    /// # Errors
    /// A file that does not exist or cannot be read.
    pub fn open(&self, file: &FoundFile) -> Result<Content> {
        match self {
            Self::Memory(_) => self.read(file).map(Content::Memory),
            Self::Folder(_) => open(&file.path),
        }
    }

    /// A path of the config, without `.` and doubled slashes.
    fn full(&self, name: &str) -> PathBuf {
        let path = match self {
            Self::Memory(_) => PathBuf::from(name),
            Self::Folder(folder) => folder.join(name),
        };
        let path: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
    }

    fn existing(&self, path: PathBuf) -> PathBuf {
        match self {
            Self::Memory(_) => path,
            Self::Folder(_) => existing(&path),
        }
    }

    fn has(&self, path: &Path) -> bool {
        match self {
            Self::Memory(files) => files.contains_key(&*path.to_string_lossy()),
            Self::Folder(_) => path.is_file(),
        }
    }

    fn found(&self, path: PathBuf) -> FoundFile {
        let shown = path.to_string_lossy().into_owned();
        let name = path.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
        let canonical = match self {
            Self::Memory(_) => None,
            Self::Folder(_) => fs::canonicalize(&path).ok(),
        };
        FoundFile { name: composed(&name), path, shown, canonical }
    }
}

/// The path as written on disk: the given path if it exists, otherwise the one that differs only in the composition
/// of its letters; the given path if there is none, or more than one.
pub(super) fn existing(path: &Path) -> PathBuf {
    if fs::symlink_metadata(path).is_ok() {
        return path.to_owned();
    }
    let mut out = PathBuf::new();
    for component in path.components() {
        let next = out.join(component);
        let is_there = fs::symlink_metadata(&next).is_ok();
        out = match component {
            Component::Normal(name) if !is_there => match name.to_str().and_then(|name| same_composed(&out, name)) {
                Some(other) => other,
                None => return path.to_owned(),
            },
            _ => next,
        };
    }
    out
}

/// The only file or folder of a folder whose name is equal after composition.
fn same_composed(folder: &Path, name: &str) -> Option<PathBuf> {
    if name.is_ascii() {
        return None;
    }
    let wanted = composed(name);
    let is_same = |other: &OsString| other.to_str().is_some_and(|other| composed(other) == wanted);
    let mut found = names(folder).ok()?.into_iter().filter(is_same);
    let first = found.next()?;
    found.next().is_none().then(|| folder.join(first))
}

/// The names in a folder.
fn names(folder: &Path) -> std::io::Result<Vec<OsString>> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
}

/// A component of a pattern.
#[derive(Debug)]
enum PatternPart {
    /// A literal name.
    Name(String),
    /// A pattern of names.
    Names(Pattern),
    /// `**`: this folder and all below it.
    Folders,
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// The start of a pattern and its components.
fn parts(pattern: &str) -> Result<(PathBuf, Vec<PatternPart>)> {
    let mut start = PathBuf::new();
    let mut out = Vec::new();
    for component in Path::new(pattern).components() {
        match component {
            Component::Prefix(_) | Component::RootDir => start.push(component),
            Component::CurDir => {}
            Component::ParentDir => out.push(PatternPart::Name("..".to_owned())),
            Component::Normal(name) => {
                let name = composed(&name.to_string_lossy());
                match &*name {
                    "**" if matches!(out.last(), Some(PatternPart::Folders)) => {}
                    "**" => out.push(PatternPart::Folders),
                    _ if is_pattern(&name) => {
                        let wrong = |e: glob::PatternError| {
                            Error::new(Exit::Usage, "error-glob").with("path", pattern).with("why", e.msg)
                        };
                        out.push(PatternPart::Names(Pattern::new(&name).map_err(wrong)?));
                    }
                    _ => out.push(PatternPart::Name(name)),
                }
            }
        }
    }
    Ok((start, out))
}

/// Whether patterns can match this name.
fn is_visible(name: &str) -> bool {
    !name.starts_with('.') && !name.starts_with("~$")
}

fn matches_name(pattern: &Pattern, name: &str) -> bool {
    is_visible(name) && pattern.matches(&composed(name))
}

/// Whether a path in memory matches a pattern.
fn matches_parts(parts: &[PatternPart], path: &str) -> bool {
    let (name, below) = path.split_once('/').map_or((path, None), |(name, below)| (name, Some(below)));
    let Some((part, rest)) = parts.split_first() else { return false };
    let is_fit = match part {
        PatternPart::Name(wanted) => *wanted == composed(name),
        PatternPart::Names(pattern) => matches_name(pattern, name),
        PatternPart::Folders => {
            return matches_parts(rest, path)
                || below.is_some_and(|below| is_visible(name) && matches_parts(parts, below));
        }
    };
    is_fit && below.map_or(rest.is_empty(), |below| matches_parts(rest, below))
}

/// A search on disk.
#[derive(Debug, Default)]
struct DiskSearch {
    found: BTreeSet<PathBuf>,
    /// The folders that `**` is currently in, without links; a link to one of them is not followed.
    within: Vec<PathBuf>,
}

impl DiskSearch {
    /// Finds the files in a folder that match these components.
    fn visit(&mut self, folder: &Path, parts: &[PatternPart]) -> Result<()> {
        let Some((part, rest)) = parts.split_first() else { return Ok(()) };
        match part {
            PatternPart::Name(name) => {
                if let Some(path) = named(folder, name)? {
                    self.step(path, rest)?;
                }
            }
            PatternPart::Names(pattern) => {
                for name in searched(folder)? {
                    if matches_name(pattern, &name.to_string_lossy()) {
                        self.step(folder.join(name), rest)?;
                    }
                }
            }
            PatternPart::Folders => {
                let names = searched(folder)?;
                let canonical = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
                if self.within.contains(&canonical) {
                    return Ok(());
                }
                self.within.push(canonical);
                self.visit(folder, rest)?;
                for name in names.into_iter().filter(|name| is_visible(&name.to_string_lossy())) {
                    let path = folder.join(name);
                    if fs::metadata(&path).map_err(|e| unsearchable(&path, e))?.is_dir() {
                        self.visit(&path, parts)?;
                    }
                }
                self.within.pop();
            }
        }
        Ok(())
    }

    /// Continues with a path that matches so far.
    fn step(&mut self, path: PathBuf, rest: &[PatternPart]) -> Result<()> {
        let metadata = fs::metadata(&path);
        if rest.is_empty() {
            // A file without metadata is included: reading it reports the error.
            if metadata.map_or(true, |metadata| metadata.is_file()) {
                self.found.insert(path);
            }
            return Ok(());
        }
        match metadata {
            Ok(metadata) if metadata.is_dir() => self.visit(&path, rest),
            Ok(_) => Ok(()),
            Err(e) => Err(unsearchable(&path, e)),
        }
    }
}

/// The file or folder with this name, composed or not.
fn named(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let path = folder.join(name);
    match fs::symlink_metadata(&path) {
        Ok(_) => Ok(Some(path)),
        Err(e) if is_absent(&e) => Ok(same_composed(folder, name)),
        Err(e) => Err(unsearchable(folder, e)),
    }
}

/// The names in a folder that is searched; empty if the folder does not exist.
fn searched(folder: &Path) -> Result<Vec<OsString>> {
    match names(folder) {
        Err(e) if is_absent(&e) => Ok(Vec::new()),
        names => names.map_err(|e| unsearchable(folder, e)),
    }
}

fn is_absent(e: &std::io::Error) -> bool {
    matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn unsearchable(folder: &Path, why: impl ToString) -> Error {
    Error::new(Exit::Input, "error-folder-unreadable").with("path", folder.display()).with("why", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPOSED: &str = "\u{e5}";
    const DECOMPOSED: &str = "a\u{30a}";

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        folder
    }

    fn memory_with(names: &[&str]) -> FileRoot {
        FileRoot::Memory(Arc::new(names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect()))
    }

    /// The files that a pattern finds, by paths below the folder; otherwise the id of the error.
    fn found(root: &FileRoot, pattern: &str) -> std::result::Result<Vec<String>, &'static str> {
        let below = |file: &FoundFile| match root {
            FileRoot::Folder(folder) => Path::new(file.path()).strip_prefix(folder).unwrap().display().to_string(),
            FileRoot::Memory(_) => file.path().to_owned(),
        };
        root.find(pattern).map(|files| files.iter().map(below).collect()).map_err(|e| e.id())
    }

    #[test]
    fn patterns_find_files_in_order_on_disk_and_in_memory() {
        let names = [
            "b.csv",
            "a.csv",
            "c.txt",
            "x/a.csv",
            "x/y/a.csv",
            "z[1]/a.csv",
            "n[1].csv",
            ".~lock.a.csv#",
            "._a.csv",
            "~$a.csv",
            ".x/a.csv",
            "\u{e5}.ods",
        ];
        let folder = folder_with(&names);
        let empty = Err("error-glob-empty");
        let cases: [(&str, std::result::Result<&[&str], &str>); 19] = [
            ("*.csv", Ok(&["a.csv", "b.csv", "n[1].csv"])),
            ("./*.csv", Ok(&["a.csv", "b.csv", "n[1].csv"])),
            ("?.csv", Ok(&["a.csv", "b.csv"])),
            ("[b-c].*", Ok(&["b.csv", "c.txt"])),
            ("*/a.csv", Ok(&["x/a.csv", "z[1]/a.csv"])),
            ("x//*.csv", Ok(&["x/a.csv"])),
            ("**/a.csv", Ok(&["a.csv", "x/a.csv", "x/y/a.csv", "z[1]/a.csv"])),
            ("**/**/y/*", Ok(&["x/y/a.csv"])),
            ("x/**/*.csv", Ok(&["x/a.csv", "x/y/a.csv"])),
            (".x/*.csv", Ok(&[".x/a.csv"])),
            (".*", empty),
            ("~*", empty),
            ("*.xlsx", empty),
            ("nowhere/*.csv", empty),
            ("a.csv/*", empty),
            ("**", empty),
            ("a**", Err("error-glob")),
            // As a pattern it matches no file, as a name it does.
            ("n[1].csv", Ok(&["n[1].csv"])),
            ("\u{e5}.*", Ok(&["\u{e5}.ods"])),
        ];
        for root in [FileRoot::Folder(folder.path().to_owned()), memory_with(&names)] {
            for (pattern, wanted) in cases {
                let wanted = wanted.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
                assert_eq!(found(&root, pattern), wanted, "{pattern} in {root:?}");
            }
            let files = root.find("*.csv").unwrap();
            assert_eq!((files[1].name.as_str(), root.read(&files[1]).unwrap()), ("b.csv", b"b.csv".to_vec()));
            for name in ["~$a.csv", "._a.csv", ".~lock.a.csv#"] {
                assert_eq!(root.read(&root.find(name).unwrap()[0]).unwrap(), name.as_bytes(), "a plain path");
            }
            let nowhere = root.find("nowhere.csv").unwrap();
            assert_eq!(root.read(&nowhere[0]).unwrap_err().id(), "error-file-missing");
        }
    }

    #[test]
    fn the_folder_of_the_config_is_not_a_pattern() {
        let outer = folder_with(&["[2023] *?/a.csv", "2/a.csv"]);
        let folder = outer.path().join("[2023] *?");
        assert_eq!(found(&FileRoot::Folder(folder), "*.csv"), Ok(vec!["a.csv".to_owned()]));
        let canonical = outer.path().join("2/*.csv");
        let root = FileRoot::Folder(outer.path().to_owned());
        assert_eq!(found(&root, &canonical.display().to_string()), Ok(vec!["2/a.csv".to_owned()]));
    }

    #[test]
    fn one_file_is_known_by_any_path() {
        let folder = folder_with(&["x/a.csv", "x/b.csv"]);
        let root = FileRoot::Folder(folder.path().to_owned());
        let file = |path: &str| root.find(path).unwrap().remove(0);
        for (path, wanted) in [
            ("x//a.csv", true),
            ("./x/./a.csv", true),
            ("x/../x/a.csv", true),
            ("x/*a.csv", true),
            ("x/b.csv", false),
        ] {
            assert_eq!(file("x/a.csv").is(&file(path)), wanted, "{path}");
        }
        assert_eq!(file("x//./a.csv").path(), file("x/a.csv").path());
        assert!(
            file("y.csv").is(&file("./y.csv")) && !file("y.csv").is(&file("x/y.csv")),
            "files that are not there"
        );
    }

    #[test]
    fn names_are_compared_composed() {
        let folder =
            folder_with(&[&format!("{DECOMPOSED}r/{DECOMPOSED}.csv"), &format!("{COMPOSED}r2/{COMPOSED}.csv")]);
        let root = FileRoot::Folder(folder.path().to_owned());
        for folder in ["r", "r2"] {
            for (a, b) in
                [(COMPOSED, COMPOSED), (COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), (DECOMPOSED, DECOMPOSED)]
            {
                for pattern in
                    [format!("{a}{folder}/{b}.csv"), format!("{a}{folder}/{b}*"), format!("*{folder}/{b}.csv")]
                {
                    let files = root.find(&pattern).unwrap();
                    assert_eq!(files.len(), 1, "{pattern:?}");
                    assert_eq!(files[0].name, format!("{COMPOSED}.csv"), "{pattern:?}");
                    assert!(root.read(&files[0]).is_ok(), "{pattern:?}");
                }
            }
        }
        let both = folder_with(&[&format!("{DECOMPOSED}.csv"), &format!("{COMPOSED}.csv")]);
        let root = FileRoot::Folder(both.path().to_owned());
        for name in [COMPOSED, DECOMPOSED] {
            let name = format!("{name}.csv");
            assert_eq!(root.read(&root.find(&name).unwrap()[0]).unwrap(), name.as_bytes(), "each by its own name");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_searched_is_an_error() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder_with(&["ok/a.csv", "shut/a.csv"]);
        let root = FileRoot::Folder(folder.path().to_owned());
        let shut = folder.path().join("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        // A superuser can search it.
        if fs::read_dir(&shut).is_err() {
            for pattern in ["*/a.csv", "*/*.csv", "**/*.csv"] {
                assert_eq!(found(&root, pattern), Err("error-folder-unreadable"), "{pattern}");
            }
        }
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        symlink("circle", folder.path().join("circle")).unwrap();
        for pattern in ["*/a.csv", "*/*.csv", "**/*.csv"] {
            let error = root.find(pattern).unwrap_err();
            assert_eq!(error.id(), "error-folder-unreadable", "{pattern}");
            assert!(error.to_string().contains("circle"), "{error}");
        }
        symlink("nowhere", folder.path().join("ok/b.csv")).unwrap();
        let files = root.find("ok/*.csv").unwrap();
        assert_eq!(files.len(), 2, "a link that leads nowhere");
        assert_eq!(root.read(&files[1]).unwrap_err().id(), "error-file-missing");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once() {
        use std::os::unix::fs::symlink;
        let folder = folder_with(&["a/x.csv", "b/y.csv"]);
        for (to, name) in [("../b", "a/b"), ("../a", "b/a"), (".", "here")] {
            symlink(to, folder.path().join(name)).unwrap();
        }
        let root = FileRoot::Folder(folder.path().to_owned());
        let wanted = ["a/b/y.csv", "a/x.csv", "b/a/x.csv", "b/y.csv"].map(str::to_owned).to_vec();
        assert_eq!(found(&root, "**/*.csv"), Ok(wanted));
    }
}
