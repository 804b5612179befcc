//! Earlier publications: the tables beside their manifests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::disclosure::{Published, TextRow, declared_tables};
use crate::error::{Error, Exit, Result};
use crate::io;
use crate::manifest::{Manifest, Rules};
use crate::model::{Policy, Release};

/// The tables of the publications whose manifests these are.
///
/// # Errors
/// A manifest that is none, one of an internal release or of another policy, or a table that is not beside it.
pub fn published(manifests: &[PathBuf], policy: &Policy) -> Result<Vec<Published>> {
    manifests.iter().map(|path| tables(path, policy)).collect()
}

fn tables(path: &Path, policy: &Policy) -> Result<Published> {
    let wrong = |id| Error::new(Exit::Usage, id).with("path", path.display());
    if !io::exists(path) {
        return Err(wrong("error-since-missing"));
    }
    let manifest: Manifest = serde_json::from_slice(&io::read(path)?).map_err(|_| wrong("error-since-manifest"))?;
    if manifest.release != Release::Public {
        return Err(wrong("error-since-internal"));
    }
    // What a missing row stands for depends on them.
    let (rules, wanted) = (manifest.disclosure, Rules::of(policy));
    if rules.as_ref() != Some(&wanted) {
        let found = rules.map_or_else(|| "–".to_owned(), |rules| rules.to_string());
        return Err(wrong("error-since-policy").with("found", found).with("wanted", wanted));
    }
    let folder = path.parent().map(|folder| folder.join("tables")).unwrap_or_default();
    let mut out = BTreeMap::new();
    for name in declared_tables() {
        let file = folder.join(format!("{name}.csv"));
        if !io::exists(&file) {
            return Err(wrong("error-since-table").with("table", file.display()));
        }
        let bytes = io::read(&file)?;
        if manifest.outputs.get(&format!("tables/{name}.csv")) != Some(&io::checksum(&bytes)) {
            return Err(wrong("error-since-changed").with("table", file.display()));
        }
        let rows = csv::Reader::from_reader(bytes.as_slice()).deserialize().collect::<std::result::Result<_, _>>();
        let rows: Vec<TextRow> = rows.map_err(|_| wrong("error-since-changed").with("table", file.display()))?;
        out.insert(name.to_owned(), rows);
    }
    Ok(out)
}
