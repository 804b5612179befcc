//! Earlier publications: the tables beside their manifests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::disclosure::{Published, TextRow};
use crate::error::{Error, Exit, Result};
use crate::io;
use crate::manifest::Manifest;
use crate::model::{Method, Release};

/// The tables that tell numbers of students.
const TABLES: [&str; 5] = ["balance", "dependence", "flows", "ledger", "shares"];

/// The tables of the publications whose manifests these are.
///
/// # Errors
/// A manifest that is none, one of an internal release, a table that is not beside it; or a method that takes no account
/// of what was published.
pub fn published(manifests: &[PathBuf], method: Method) -> Result<Vec<Published>> {
    if method == Method::Round && !manifests.is_empty() {
        return Err(Error::new(Exit::Usage, "error-since-round"));
    }
    manifests.iter().map(|path| tables(path)).collect()
}

fn tables(path: &Path) -> Result<Published> {
    let wrong = |id| Error::new(Exit::Usage, id).with("path", path.display());
    if !io::exists(path) {
        return Err(wrong("error-since-missing"));
    }
    let manifest: Manifest = serde_json::from_slice(&io::read(path)?).map_err(|_| wrong("error-since-manifest"))?;
    if manifest.release != Release::Public {
        return Err(wrong("error-since-internal"));
    }
    let folder = path.parent().map(|folder| folder.join("tables")).unwrap_or_default();
    let mut out = BTreeMap::new();
    for name in TABLES {
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
