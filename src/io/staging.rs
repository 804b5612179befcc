//! Writing completely or not at all: single files, and output folders under construction.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use super::stop::{self, Listed};
use super::work_folder::{WorkFolder, output};
use super::{MANIFEST, parent};
use crate::error::{Error, Exit, Result};
use crate::model::Release;

fn unwritable(path: &Path, why: impl ToString) -> Error {
    Error::new(Exit::Output, "error-output").with("path", path.display()).with("why", why)
}

/// Writes one file of a release completely: first next to the target, then renamed over it.
///
/// # Errors
/// A folder that cannot be created or written; the target then stays as it was.
pub fn write_file(path: &Path, bytes: &[u8], release: Release) -> Result<()> {
    put(path, bytes, release, OpenOptions::new().write(true)).map_err(|e| unwritable(path, e))
}

/// Writes a cached file completely, readable by the user only. Errors are ignored.
pub fn write_cached(path: &Path, text: &str) {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A file that is not cached is rebuilt.
    let _ = put(path, text.as_bytes(), Release::Internal, &mut options);
}

fn put(path: &Path, bytes: &[u8], release: Release, options: &mut OpenOptions) -> std::io::Result<()> {
    let work = WorkFolder::beside(path, release)?;
    {
        let _writing = stop::shared();
        options.create_new(true).open(output(work.path()))?.write_all(bytes)?;
    }
    work.place(|work| work.place(path)).unwrap_or(Ok(()))
}

/// A new file of an output folder under construction.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    /// Where it will be.
    target: PathBuf,
}

impl NewFile {
    /// Appends bytes.
    ///
    /// # Errors
    /// A file system error.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let _writing = stop::shared();
        self.file.write_all(bytes).map_err(|e| unwritable(&self.target, e))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _writing = stop::shared();
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// An output folder under construction: built next to the target and put in its place as a whole.
#[derive(Debug)]
pub struct Staging {
    work: Listed<WorkFolder>,
    target: PathBuf,
}

impl Staging {
    /// A new folder next to `target`, created before any long work so that an unwritable location is detected early.
    ///
    /// # Errors
    /// A target that is a file, whose parent cannot be written, or that holds files that this program did not write.
    pub fn beside(target: &Path, release: Release) -> Result<Self> {
        // The target of a link is replaced, not the link.
        let target = &if target.is_symlink() {
            fs::canonicalize(target).map_err(|e| unwritable(target, e))?
        } else {
            target.to_owned()
        };
        if target.is_file() {
            return Err(Error::new(Exit::Output, "error-output-file").with("path", target.display()));
        }
        let holds_files = || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_some());
        let is_foreign = || holds_files() && !target.join(MANIFEST).is_file();
        let refused = || Err(Error::new(Exit::Output, "error-output-foreign").with("path", target.display()));
        if is_foreign() {
            return refused();
        }
        let work = WorkFolder::beside(target, release).map_err(|e| unwritable(target, e))?;
        // A killed run can have left the target moved aside; it is restored now.
        if is_foreign() {
            return refused();
        }
        fs::create_dir(output(work.path())).map_err(|e| unwritable(target, e))?;
        Ok(Self { work, target: target.to_owned() })
    }

    /// The current manifest in the target, if any.
    #[must_use]
    pub fn earlier_manifest(&self) -> Option<Vec<u8>> {
        fs::read(self.target.join(MANIFEST)).ok()
    }

    /// A folder of the owner alone, for temporary files without a name; it disappears with the work.
    #[must_use]
    pub fn temporary(&self) -> &Path {
        self.work.path()
    }

    /// Writes a file of the output and creates the folders in its name.
    ///
    /// # Errors
    /// Those of [`Staging::create`].
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.create(name)?.append(bytes)
    }

    /// Opens a new file of the output for writing in pieces and creates the folders in its name.
    ///
    /// # Errors
    /// A name that leaves the folder, or that another file of the output has; a file system error.
    pub fn create(&self, name: &str) -> Result<NewFile> {
        let refused = |id| Error::new(Exit::Output, id).with("path", self.target.display()).with("name", name);
        if !is_within(name) {
            return Err(refused("error-output-name"));
        }
        let _writing = stop::shared();
        let path = output(self.work.path()).join(name);
        let target = self.target.join(name);
        match fs::create_dir_all(parent(&path)).and_then(|()| File::create_new(&path)) {
            Ok(file) => Ok(NewFile { file, target }),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(refused("error-output-twice")),
            Err(e) => Err(unwritable(&target, e)),
        }
    }

    /// Puts the folder in the target's place. Files in the target that no earlier run wrote are carried over; those
    /// of an earlier run (`ours`) are removed.
    ///
    /// # Errors
    /// A file system error; the target then stays as it was.
    pub fn finish(self, ours: &dyn Fn(&str) -> bool) -> Result<()> {
        let Self { work, target } = self;
        let placed = work.place(|work| {
            carry_over(&target, &output(work.as_ref()), ours)?;
            work.place(&target)
        });
        placed.unwrap_or(Ok(())).map_err(|e| unwritable(&target, e))
    }
}

/// Whether a name, with `/` between its parts, is that of a file inside the folder.
fn is_within(name: &str) -> bool {
    let is_normal = |part| matches!(part, Component::Normal(_));
    !name.is_empty() && Path::new(name).components().all(is_normal)
}

fn carry_over(target: &Path, out: &Path, ours: &dyn Fn(&str) -> bool) -> std::io::Result<()> {
    let mut names = Vec::new();
    if target.exists() {
        list(target, "", &mut names)?;
    }
    for name in names.iter().filter(|name| !ours(name)) {
        let to = out.join(name);
        if !to.exists() {
            fs::create_dir_all(parent(&to)).and_then(|()| fs::copy(target.join(name), &to))?;
        }
    }
    Ok(())
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
