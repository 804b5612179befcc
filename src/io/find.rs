//! Finding files: where those of a run lie, plain paths, search patterns, and one path for one file.
//!
//! Only what a user wrote as a pattern is one, never the folder that it starts from. What cannot be searched is an error: a
//! folder that is passed over would be students who are missing.

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

/// Where the files of a run lie: a folder, or memory (the embedded demo).
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder; relative names start there.
    Folder(PathBuf),
    /// Files by name.
    Memory(Arc<BTreeMap<String, Vec<u8>>>),
}

/// A file that was found: its name for messages and tables, and where it is.
#[derive(Debug, Clone)]
pub struct Found {
    /// The file name without its folder, composed.
    pub name: String,
    path: PathBuf,
    shown: String,
    /// The one path of the file, without links; none where it does not exist.
    whole: Option<PathBuf>,
}

impl Found {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.shown
    }

    /// Whether this is the other file, by whatever path.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (&self.whole, &other.whole) {
            (Some(a), Some(b)) => a == b,
            _ => self.path == other.path,
        }
    }
}

impl Place {
    /// The files that a path or a pattern names, sorted by path. A plain path is found whether it exists or not: reading
    /// it says what is wrong. Names that begin with `.` or `~$` fit no pattern: those are files that programs keep beside
    /// others while these are open. A path with `[` that names nothing as a pattern is taken as it stands.
    ///
    /// # Errors
    /// A pattern that is none, or that names nothing; a folder that cannot be searched.
    pub fn find(&self, pattern: &str) -> Result<Vec<Found>> {
        let plain = self.full(pattern);
        if !is_pattern(pattern) {
            return Ok(vec![self.found(self.existing(plain))]);
        }
        let (start, parts) = parts(pattern)?;
        let paths: BTreeSet<PathBuf> = match self {
            Self::Memory(files) => files.keys().filter(|name| fits(&parts, name)).map(PathBuf::from).collect(),
            Self::Folder(folder) => {
                let mut search = Search::default();
                search.visit(&existing(&folder.join(start)), &parts)?;
                search.found
            }
        };
        let mut found: Vec<Found> = paths.into_iter().map(|path| self.found(path)).collect();
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
    pub fn read(&self, file: &Found) -> Result<Vec<u8>> {
        match self {
            Self::Memory(files) => files.get(&file.shown).cloned().ok_or_else(|| missing(&file.shown)),
            Self::Folder(_) => read(&file.path),
        }
    }

    /// The content of a file, opened.
    ///
    /// # Errors
    /// A file that does not exist or cannot be read.
    pub fn open(&self, file: &Found) -> Result<Content> {
        match self {
            Self::Memory(_) => self.read(file).map(Content::Memory),
            Self::Folder(_) => open(&file.path),
        }
    }

    /// A path of the config as it stands, without `.` and doubled slashes.
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

    fn found(&self, path: PathBuf) -> Found {
        let shown = path.to_string_lossy().into_owned();
        let name = path.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
        let whole = match self {
            Self::Memory(_) => None,
            Self::Folder(_) => fs::canonicalize(&path).ok(),
        };
        Found { name: composed(&name), path, shown, whole }
    }
}

/// The path as the disk has it: as it stands where that exists, else the one that differs only in how letters with marks are
/// put together; as it stands where there is none, or more than one.
pub(super) fn existing(path: &Path) -> PathBuf {
    if fs::symlink_metadata(path).is_ok() {
        return path.to_owned();
    }
    let mut out = PathBuf::new();
    for component in path.components() {
        let next = out.join(component);
        let is_there = fs::symlink_metadata(&next).is_ok();
        out = match component {
            Component::Normal(name) if !is_there => match name.to_str().and_then(|name| alike(&out, name)) {
                Some(other) => other,
                None => return path.to_owned(),
            },
            _ => next,
        };
    }
    out
}

/// The one file or folder of a folder that has this name but for how its letters are put together.
fn alike(folder: &Path, name: &str) -> Option<PathBuf> {
    if name.is_ascii() {
        return None;
    }
    let wanted = composed(name);
    let is_alike = |other: &OsString| other.to_str().is_some_and(|other| composed(other) == wanted);
    let mut found = names(folder).ok()?.into_iter().filter(is_alike);
    let first = found.next()?;
    found.next().is_none().then(|| folder.join(first))
}

/// The names in a folder.
fn names(folder: &Path) -> std::io::Result<Vec<OsString>> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
}

/// What stands between two slashes of a pattern.
#[derive(Debug)]
enum Part {
    /// A name.
    Name(String),
    /// Names.
    Names(Pattern),
    /// `**`: this folder and all below it.
    Folders,
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Where a pattern starts and its parts.
fn parts(pattern: &str) -> Result<(PathBuf, Vec<Part>)> {
    let mut start = PathBuf::new();
    let mut out = Vec::new();
    for component in Path::new(pattern).components() {
        match component {
            Component::Prefix(_) | Component::RootDir => start.push(component),
            Component::CurDir => {}
            Component::ParentDir => out.push(Part::Name("..".to_owned())),
            Component::Normal(name) => {
                let name = composed(&name.to_string_lossy());
                match &*name {
                    "**" if matches!(out.last(), Some(Part::Folders)) => {}
                    "**" => out.push(Part::Folders),
                    _ if is_pattern(&name) => {
                        let wrong = |e: glob::PatternError| {
                            Error::new(Exit::Usage, "error-glob").with("path", pattern).with("why", e.msg)
                        };
                        out.push(Part::Names(Pattern::new(&name).map_err(wrong)?));
                    }
                    _ => out.push(Part::Name(name)),
                }
            }
        }
    }
    Ok((start, out))
}

/// Whether a pattern may speak of this name.
fn is_seen(name: &str) -> bool {
    !name.starts_with('.') && !name.starts_with("~$")
}

fn is_of(pattern: &Pattern, name: &str) -> bool {
    is_seen(name) && pattern.matches(&composed(name))
}

/// Whether a path in memory is one that a pattern names.
fn fits(parts: &[Part], path: &str) -> bool {
    let (name, below) = path.split_once('/').map_or((path, None), |(name, below)| (name, Some(below)));
    let Some((part, rest)) = parts.split_first() else { return false };
    let is_fit = match part {
        Part::Name(wanted) => *wanted == composed(name),
        Part::Names(pattern) => is_of(pattern, name),
        Part::Folders => {
            return fits(rest, path) || below.is_some_and(|below| is_seen(name) && fits(parts, below));
        }
    };
    is_fit && below.map_or(rest.is_empty(), |below| fits(rest, below))
}

/// A search on disk.
#[derive(Debug, Default)]
struct Search {
    found: BTreeSet<PathBuf>,
    /// The folders that `**` is in, without links: a link to one of them leads nowhere new.
    within: Vec<PathBuf>,
}

impl Search {
    /// Finds what these parts name in a folder.
    fn visit(&mut self, folder: &Path, parts: &[Part]) -> Result<()> {
        let Some((part, rest)) = parts.split_first() else { return Ok(()) };
        match part {
            Part::Name(name) => {
                if let Some(path) = named(folder, name)? {
                    self.step(path, rest)?;
                }
            }
            Part::Names(pattern) => {
                for name in searched(folder)? {
                    if is_of(pattern, &name.to_string_lossy()) {
                        self.step(folder.join(name), rest)?;
                    }
                }
            }
            Part::Folders => {
                let names = searched(folder)?;
                let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
                if self.within.contains(&whole) {
                    return Ok(());
                }
                self.within.push(whole);
                self.visit(folder, rest)?;
                for name in names.into_iter().filter(|name| is_seen(&name.to_string_lossy())) {
                    let path = folder.join(name);
                    if fs::metadata(&path).map_err(|e| unsearched(&path, e))?.is_dir() {
                        self.visit(&path, parts)?;
                    }
                }
                self.within.pop();
            }
        }
        Ok(())
    }

    /// Takes a path that fits so far.
    fn step(&mut self, path: PathBuf, rest: &[Part]) -> Result<()> {
        let about = fs::metadata(&path);
        if rest.is_empty() {
            // What cannot be looked at is found all the same: reading it says what is wrong.
            if about.map_or(true, |about| about.is_file()) {
                self.found.insert(path);
            }
            return Ok(());
        }
        match about {
            Ok(about) if about.is_dir() => self.visit(&path, rest),
            Ok(_) => Ok(()),
            Err(e) => Err(unsearched(&path, e)),
        }
    }
}

/// The file or folder with this name, composed or not.
fn named(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let path = folder.join(name);
    match fs::symlink_metadata(&path) {
        Ok(_) => Ok(Some(path)),
        Err(e) if is_absent(&e) => Ok(alike(folder, name)),
        Err(e) => Err(unsearched(folder, e)),
    }
}

/// The names in a folder that is searched; none where there is no such folder.
fn searched(folder: &Path) -> Result<Vec<OsString>> {
    match names(folder) {
        Err(e) if is_absent(&e) => Ok(Vec::new()),
        names => names.map_err(|e| unsearched(folder, e)),
    }
}

fn is_absent(e: &std::io::Error) -> bool {
    matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn unsearched(folder: &Path, why: impl ToString) -> Error {
    Error::new(Exit::Input, "error-folder-unreadable").with("path", folder.display()).with("why", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: &str = "\u{e5}";
    const APART: &str = "a\u{30a}";

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        folder
    }

    fn memory_with(names: &[&str]) -> Place {
        Place::Memory(Arc::new(names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect()))
    }

    /// What a pattern finds, by paths below the folder; else the id of the error.
    fn found(place: &Place, pattern: &str) -> std::result::Result<Vec<String>, &'static str> {
        let below = |file: &Found| match place {
            Place::Folder(folder) => Path::new(file.path()).strip_prefix(folder).unwrap().display().to_string(),
            Place::Memory(_) => file.path().to_owned(),
        };
        place.find(pattern).map(|files| files.iter().map(below).collect()).map_err(|e| e.id())
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
            // A name that no pattern fits, but a file has.
            ("n[1].csv", Ok(&["n[1].csv"])),
            ("\u{e5}.*", Ok(&["\u{e5}.ods"])),
        ];
        for place in [Place::Folder(folder.path().to_owned()), memory_with(&names)] {
            for (pattern, wanted) in cases {
                let wanted = wanted.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
                assert_eq!(found(&place, pattern), wanted, "{pattern} in {place:?}");
            }
            let files = place.find("*.csv").unwrap();
            assert_eq!((files[1].name.as_str(), place.read(&files[1]).unwrap()), ("b.csv", b"b.csv".to_vec()));
            for name in ["~$a.csv", "._a.csv", ".~lock.a.csv#"] {
                assert_eq!(place.read(&place.find(name).unwrap()[0]).unwrap(), name.as_bytes(), "a plain path");
            }
            let nowhere = place.find("nowhere.csv").unwrap();
            assert_eq!(place.read(&nowhere[0]).unwrap_err().id(), "error-file-missing");
        }
    }

    #[test]
    fn the_folder_of_the_config_is_no_pattern() {
        let outer = folder_with(&["[2023] *?/a.csv", "2/a.csv"]);
        let folder = outer.path().join("[2023] *?");
        assert_eq!(found(&Place::Folder(folder), "*.csv"), Ok(vec!["a.csv".to_owned()]));
        let whole = outer.path().join("2/*.csv");
        let place = Place::Folder(outer.path().to_owned());
        assert_eq!(found(&place, &whole.display().to_string()), Ok(vec!["2/a.csv".to_owned()]));
    }

    #[test]
    fn one_file_is_known_by_any_path() {
        let folder = folder_with(&["x/a.csv", "x/b.csv"]);
        let place = Place::Folder(folder.path().to_owned());
        let file = |path: &str| place.find(path).unwrap().remove(0);
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
        let folder = folder_with(&[&format!("{APART}r/{APART}.csv"), &format!("{RING}r2/{RING}.csv")]);
        let place = Place::Folder(folder.path().to_owned());
        for folder in ["r", "r2"] {
            for (a, b) in [(RING, RING), (RING, APART), (APART, RING), (APART, APART)] {
                for pattern in
                    [format!("{a}{folder}/{b}.csv"), format!("{a}{folder}/{b}*"), format!("*{folder}/{b}.csv")]
                {
                    let files = place.find(&pattern).unwrap();
                    assert_eq!(files.len(), 1, "{pattern:?}");
                    assert_eq!(files[0].name, format!("{RING}.csv"), "{pattern:?}");
                    assert!(place.read(&files[0]).is_ok(), "{pattern:?}");
                }
            }
        }
        let both = folder_with(&[&format!("{APART}.csv"), &format!("{RING}.csv")]);
        let place = Place::Folder(both.path().to_owned());
        for name in [RING, APART] {
            let name = format!("{name}.csv");
            assert_eq!(place.read(&place.find(&name).unwrap()[0]).unwrap(), name.as_bytes(), "each by its own name");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_searched_is_an_error() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder_with(&["ok/a.csv", "shut/a.csv"]);
        let place = Place::Folder(folder.path().to_owned());
        let shut = folder.path().join("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        // Who may do everything can search it.
        if fs::read_dir(&shut).is_err() {
            for pattern in ["*/a.csv", "*/*.csv", "**/*.csv"] {
                assert_eq!(found(&place, pattern), Err("error-folder-unreadable"), "{pattern}");
            }
        }
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        symlink("circle", folder.path().join("circle")).unwrap();
        for pattern in ["*/a.csv", "*/*.csv", "**/*.csv"] {
            let error = place.find(pattern).unwrap_err();
            assert_eq!(error.id(), "error-folder-unreadable", "{pattern}");
            assert!(error.to_string().contains("circle"), "{error}");
        }
        symlink("nowhere", folder.path().join("ok/b.csv")).unwrap();
        let files = place.find("ok/*.csv").unwrap();
        assert_eq!(files.len(), 2, "a link that leads nowhere");
        assert_eq!(place.read(&files[1]).unwrap_err().id(), "error-file-missing");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once() {
        use std::os::unix::fs::symlink;
        let folder = folder_with(&["a/x.csv", "b/y.csv"]);
        for (to, name) in [("../b", "a/b"), ("../a", "b/a"), (".", "here")] {
            symlink(to, folder.path().join(name)).unwrap();
        }
        let place = Place::Folder(folder.path().to_owned());
        let wanted = ["a/b/y.csv", "a/x.csv", "b/a/x.csv", "b/y.csv"].map(str::to_owned).to_vec();
        assert_eq!(found(&place, "**/*.csv"), Ok(wanted));
    }
}
