//! The output folder of a run: created early, filled in parallel, put in place as a whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Error, Exit, Result};
use crate::export::{FilePieces, Output, Sink};
use crate::io::{self, MANIFEST, NewFile, Staging};
use crate::manifest::{Manifest, TIMINGS};
use crate::model::{Release, Year};

use super::Timings;

/// An output folder that is not complete yet.
#[derive(Debug)]
pub struct OutputFolder {
    staging: Staging,
    earlier: Option<Manifest>,
    command: &'static str,
}

impl OutputFolder {
    /// Opens the folder before the long work starts; `command` is the command that fills it.
    ///
    /// # Errors
    /// A path that cannot be written, files that no run of this program wrote, or files of the other release or of
    /// another command.
    pub fn open(target: &Path, command: &'static str, release: Release) -> Result<Self> {
        let refused = |id| Err(Error::new(Exit::Output, id).with("path", target.display()));
        let staging = Staging::beside(target, release)?;
        let manifest = staging.earlier_manifest();
        let earlier = manifest.as_deref().and_then(Manifest::from_json);
        match &earlier {
            None if manifest.is_some() => refused("error-output-foreign"),
            Some(earlier) if earlier.release != release => refused("error-output-mixed"),
            Some(earlier) if earlier.command != command => refused("error-output-command"),
            _ => Ok(Self { staging, earlier, command }),
        }
    }

    /// The command that fills it.
    #[must_use]
    pub fn command(&self) -> &'static str {
        self.command
    }

    /// Writes a file; returns its name and checksum.
    ///
    /// # Errors
    /// A file system error.
    pub fn write(&self, output: &Output) -> Result<(String, String)> {
        self.staging.write(&output.name, &output.bytes)?;
        Ok((output.name.clone(), io::checksum(&output.bytes)))
    }

    /// Adds manifest and timings and puts the folder in place.
    ///
    /// # Errors
    /// A file system error; the target then stays as it was.
    pub fn finish(self, manifest: Manifest, timings: &Timings) -> Result<()> {
        self.staging.write(MANIFEST, &manifest.to_json())?;
        let mut json = serde_json::to_vec_pretty(timings).unwrap_or_default();
        json.push(b'\n');
        self.staging.write(TIMINGS, &json)?;
        let earlier = self.earlier;
        self.staging.finish(&|name| earlier.as_ref().is_some_and(|m| m.wrote(name)))
    }
}

/// The files written for one part of the output.
pub(super) struct WrittenFiles<'a> {
    folder: &'a OutputFolder,
    /// Checksums by name, and all bytes.
    written: Mutex<(BTreeMap<String, String>, u64)>,
}

impl<'a> WrittenFiles<'a> {
    /// None yet.
    pub(super) fn of(folder: &'a OutputFolder) -> Self {
        Self { folder, written: Mutex::default() }
    }

    /// Checksums by name, and the number of all bytes.
    pub(super) fn done(self) -> (BTreeMap<String, String>, u64) {
        self.written.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: String, checksum: String, bytes: u64) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.0.insert(name, checksum);
        written.1 += bytes;
    }
}

impl Sink for WrittenFiles<'_> {
    fn put(&self, output: Output) -> Result<()> {
        let (name, checksum) = self.folder.write(&output)?;
        self.note(name, checksum, output.bytes.len() as u64);
        Ok(())
    }

    fn temporary(&self) -> PathBuf {
        self.folder.staging.temporary().to_owned()
    }

    fn begin(&self, name: &str) -> Result<Box<dyn FilePieces + '_>> {
        let file = self.folder.staging.create(name)?;
        let (sum, bytes) = (io::Checksum::default(), 0);
        Ok(Box::new(FileInPieces { files: self, name: name.to_owned(), file, sum, bytes }))
    }
}

/// A file that is written in pieces.
struct FileInPieces<'a> {
    files: &'a WrittenFiles<'a>,
    name: String,
    file: NewFile,
    sum: io::Checksum,
    bytes: u64,
}

impl FilePieces for FileInPieces<'_> {
    fn add(&mut self, piece: &[u8]) -> Result<()> {
        self.sum.add(piece);
        self.bytes += piece.len() as u64;
        self.file.append(piece)
    }

    fn end(self: Box<Self>) -> Result<()> {
        self.files.note(self.name, self.sum.text(), self.bytes);
        Ok(())
    }
}

/// Maximum length of a region's name in a file name, in letters.
const MAX_REGION_LENGTH: usize = 80;

/// `reports/<region>-<year>`, with `-intern` for an internal release; the region's name in ASCII letters.
#[must_use]
pub fn default_folder(region: &str, year: Year, release: Release) -> PathBuf {
    let mut slug = String::new();
    // Composed letters: å becomes an a, not an a and a hyphen.
    for letter in region.nfc().flat_map(char::to_lowercase) {
        match letter {
            'å' | 'ä' | 'à' | 'á' => slug.push('a'),
            'ö' | 'ø' => slug.push('o'),
            'é' | 'è' | 'ë' => slug.push('e'),
            'ü' => slug.push('u'),
            c if c.is_ascii_alphanumeric() => slug.push(c),
            _ if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(MAX_REGION_LENGTH);
    let slug = slug.trim_matches('-');
    let slug = if slug.is_empty() { "region" } else { slug };
    let mark = if release == Release::Internal { "-intern" } else { "" };
    PathBuf::from("reports").join(format!("{slug}-{year}{mark}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_folder_names_region_year_and_release() {
        for (region, release, wanted) in [
            ("Göteborgsregionen", Release::Internal, "reports/goteborgsregionen-2023-intern"),
            ("Skåne, nordväst", Release::Public, "reports/skane-nordvast-2023"),
            ("Ska\u{30a}ne", Release::Public, "reports/skane-2023"),
            ("../..", Release::Public, "reports/region-2023"),
            ("../../x/CON", Release::Public, "reports/x-con-2023"),
            (&"Å".repeat(300), Release::Public, &format!("reports/{}-2023", "a".repeat(80))),
        ] {
            assert_eq!(default_folder(region, 2023, release), PathBuf::from(wanted));
        }
    }
}
