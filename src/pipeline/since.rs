//! Earlier publications: the tables next to their manifests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::disclosure::{Published, TextRow};
use crate::error::{Error, Exit, Result};
use crate::export::{Output, csv_files};
use crate::io;
use crate::manifest::{Manifest, Rules};
use crate::model::{Policy, Release};
use crate::report::ReportModel;
use crate::tables::{ComparedRegion, Tables};

/// The tables of the publications with these manifests.
///
/// # Errors
/// A file that is not a manifest, a manifest of an internal release or of another policy, a missing table, or a region
/// that this run does not compare with the same municipalities.
pub fn published(manifests: &[PathBuf], policy: &Policy, regions: &[ComparedRegion]) -> Result<Vec<Published>> {
    manifests.iter().map(|path| tables(path, policy, regions)).collect()
}

/// The manifest of an earlier publication in a folder that this run is about to replace, if it has different tables
/// of the same municipalities; readers may have kept it. `None` for a folder whose tables are not listed.
///
/// # Errors
/// A manifest that cannot be read.
pub fn replaced(folder: &Path, model: &ReportModel) -> Result<Option<PathBuf>> {
    let path = folder.join(io::MANIFEST);
    if model.release() == Release::Internal || !io::exists(&path) {
        return Ok(None);
    }
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&io::read(&path)?) else { return Ok(None) };
    let is_of_region = manifest.municipalities.iter().any(|code| model.in_region(code));
    if manifest.release == Release::Internal || !is_of_region {
        return Ok(None);
    }
    let mut tables = csv_files(&model.tables)?.into_iter();
    let differs = |table: Output| {
        let published = manifest.outputs.get(&table.name);
        published.is_some_and(|checksum| *checksum != io::checksum(&table.bytes))
    };
    Ok(tables.any(differs).then_some(path))
}

fn tables(path: &Path, policy: &Policy, regions: &[ComparedRegion]) -> Result<Published> {
    let wrong = |id| Error::new(Exit::Usage, id).with("path", path.display());
    if !io::exists(path) {
        return Err(wrong("error-since-missing"));
    }
    let manifest: Manifest = serde_json::from_slice(&io::read(path)?).map_err(|_| wrong("error-since-manifest"))?;
    if manifest.release != Release::Public {
        return Err(wrong("error-since-internal"));
    }
    // The meaning of a missing row depends on the rules.
    let (rules, wanted) = (manifest.disclosure, Rules::of(policy));
    if rules.as_ref() != Some(&wanted) {
        let found = rules.map_or_else(|| "–".to_owned(), |rules| rules.to_string());
        return Err(wrong("error-since-policy").with("found", found).with("wanted", wanted));
    }
    // Sums of regions are known by name: what readers know of another region is not in the protection of this run.
    let is_compared = |(name, codes): &(&String, &Vec<String>)| {
        let same = regions.iter().find(|region| *region.name == **name);
        same.is_some_and(|region| {
            region.municipalities.iter().map(|code| &**code).eq(codes.iter().map(|code| &**code))
        })
    };
    if let Some((name, codes)) = manifest.compared.iter().find(|region| !is_compared(region)) {
        return Err(wrong("error-since-regions").with("name", name).with("codes", codes.join(", ")));
    }
    let folder = path.parent().map(|folder| folder.join("tables")).unwrap_or_default();
    let mut out = BTreeMap::new();
    let listed = |name: &str| manifest.outputs.contains_key(&format!("tables/{name}.csv"));
    let tables = Tables::list();
    let with_figures = || tables.iter().filter(|table| table.has_figures).map(|table| table.name);
    let is_without_tables = !with_figures().any(listed);
    // A release of an earlier version of the program lacks the tables that came later.
    for name in with_figures().filter(|name| is_without_tables || listed(name)) {
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
