//! The inputs of a run: the config (or the embedded demo), its registers and its extracts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::config::{Compare, RunConfig, StudentKeys};
use crate::error::{Error, Exit, Result};
use crate::export::{Fallback, Template};
use crate::extract::registers::{self as readers, Notes};
use crate::extract::{boundaries, official};
use crate::io::{self, FileRoot, FoundFile};
use crate::manifest::Input;
use crate::model::{Municipality, Pseudonyms, Registers, Text, Year};
use crate::render;
use crate::synth;
use crate::tables::{ComparedRegion, Indicator, OfficialValues};
use crate::theme::{Doubt, Theme};

/// The file name of the config if none is given.
pub const CONFIG: &str = "elevflode.toml";

/// A config and the root of its paths.
#[derive(Debug)]
pub struct Loaded {
    /// The config.
    pub config: RunConfig,
    /// The root of its paths.
    pub root: FileRoot,
    /// The config's own record for the manifest.
    pub inputs: Vec<Input>,
}

impl Loaded {
    /// What a config among files in memory asks for: `elevflode.toml`, whose paths are names of the files.
    ///
    /// # Errors
    /// A config that is not there or cannot be used.
    pub fn in_memory(files: BTreeMap<String, Vec<u8>>) -> Result<Self> {
        let bytes =
            files.get(CONFIG).ok_or_else(|| Error::new(Exit::Usage, "error-config-missing").with("path", CONFIG))?;
        let config = RunConfig::parse(CONFIG, text_of(CONFIG, bytes)?)?;
        let inputs = vec![Input::of("config", CONFIG, bytes)];
        Ok(Self { config, root: FileRoot::Memory(Arc::new(files)), inputs })
    }
}

/// The text of a config.
fn text_of<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|_| Error::new(Exit::Usage, "error-config-encoding").with("path", name))
}

/// The config of this path, else `elevflode.toml` in the current folder, else the embedded demo region.
///
/// # Errors
/// A config that does not exist or cannot be used.
pub fn load(path: Option<&Path>) -> Result<Loaded> {
    let here = Path::new(CONFIG);
    match path.or_else(|| io::exists(here).then_some(here)) {
        Some(path) => from_file(path),
        None => Loaded::in_memory(synth::demo_files()?),
    }
}

fn from_file(path: &Path) -> Result<Loaded> {
    let name = path.display().to_string();
    if !io::exists(path) {
        return Err(Error::new(Exit::Usage, "error-config-missing").with("path", &name));
    }
    let bytes = io::read(path)?;
    let mut config = RunConfig::parse(&name, text_of(&name, &bytes)?)?;
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    config.since.iter_mut().chain(&mut config.theme).for_each(|path| *path = folder.join(&*path));
    let file_name = path.file_name().map_or_else(|| CONFIG.to_owned(), |n| n.to_string_lossy().into_owned());
    Ok(Loaded { config, root: FileRoot::Folder(folder), inputs: vec![Input::of("config", &file_name, &bytes)] })
}

/// The theme of pictures and slides: the requested theme file, otherwise the one of the config, otherwise the
/// built-in theme; and the requested template of slides, otherwise the one of the theme. Loaded before anything is
/// drawn.
///
/// # Errors
/// A theme or a template that cannot be used.
pub fn theme(loaded: &Loaded, requested: Option<&Path>, template: Option<&Path>) -> Result<Arc<Theme>> {
    let path = requested.or(loaded.config.theme.as_deref());
    let mut theme = path.map(render::read_theme).transpose()?.unwrap_or_default();
    if let Some(path) = template {
        let bytes = io::read(path)?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        theme.files.push((name, bytes.clone()));
        theme.template = Some((path.display().to_string(), bytes));
    }
    if let Some((path, bytes)) = &theme.template {
        let fallbacks = Template::read(path, bytes)?.fallbacks;
        let doubt = |fallback: Fallback| Doubt::Layout {
            path: path.clone(),
            role: fallback.role.word(),
            used: fallback.used,
        };
        theme.doubts.extend(fallbacks.into_iter().map(doubt));
    }
    Ok(Arc::new(theme))
}

/// A register that was translated or filled in when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterNotes {
    /// Its key under `[registers]`.
    pub register: &'static str,
    /// The name of its file.
    pub file: String,
    /// What was done, and how often.
    pub notes: Notes,
}

/// What a config brings besides extracts.
#[derive(Debug)]
pub struct Reference {
    /// Codes, names and positions.
    pub registers: Registers,
    /// What was translated or filled in.
    pub notes: Vec<RegisterNotes>,
    /// The regions that are compared, the run's own first.
    pub regions: Vec<ComparedRegion>,
    /// Official values of indicators.
    pub official: OfficialValues,
}

/// The registers, regions and official values of a config; every file read is added to `inputs`.
///
/// # Errors
/// As [`registers`]; a compared region with a municipality that is in no register; a register without counties; a file of
/// official values that cannot be read, or that has none for the region.
pub fn reference(config: &RunConfig, root: &FileRoot, inputs: &mut Vec<Input>) -> Result<Reference> {
    let (registers, notes) = self::registers(config, root, inputs)?;
    let regions = regions(config, &registers)?;
    let mut official = OfficialValues::new();
    if let Some(path) = &config.official {
        let found = root.find(path)?.remove(0);
        let bytes = root.read(&found)?;
        inputs.push(Input::of("official", &found.name, &bytes));
        let municipalities: Vec<Municipality> = registers.municipalities().cloned().collect();
        official = official::official(&found.name, &bytes, &municipalities)?;
        let is_used = |(kpi, place, _): &(Text, Text, Year)| {
            Indicator::parse(kpi).is_some() && config.municipalities.binary_search(place).is_ok()
        };
        if !official.keys().any(is_used) {
            return Err(Error::new(Exit::Input, "error-official-none").with("file", &found.name));
        }
    }
    Ok(Reference { registers, notes, regions, official })
}

/// The run's own region, and those of its config that have other municipalities.
fn regions(config: &RunConfig, registers: &Registers) -> Result<Vec<ComparedRegion>> {
    let own = ComparedRegion { name: config.region.as_str().into(), municipalities: config.municipalities.clone() };
    let others: Vec<ComparedRegion> = match &config.compare {
        Compare::Regions(regions) => {
            let codes = registers.municipality_codes();
            let is_unknown = |code: &&Text| codes.find(code).and_then(|id| registers.municipality(id)).is_none();
            for (name, municipalities) in regions {
                let unknown: Vec<&str> = municipalities.iter().filter(is_unknown).map(|code| &**code).collect();
                if !unknown.is_empty() {
                    let error = Error::new(Exit::Usage, "error-compare-unknown").with("name", name);
                    return Err(error.with("codes", unknown.join(", ")));
                }
            }
            let region = |(name, municipalities): &(String, Vec<Text>)| ComparedRegion {
                name: name.as_str().into(),
                municipalities: municipalities.clone(),
            };
            regions.iter().map(region).collect()
        }
        Compare::Counties => {
            let mut counties: BTreeMap<Text, Vec<Text>> = BTreeMap::new();
            for municipality in registers.municipalities() {
                if let Some(county) = &municipality.county {
                    counties.entry(county.clone()).or_default().push(municipality.code.clone());
                }
            }
            if counties.is_empty() {
                return Err(Error::new(Exit::Usage, "error-compare-counties"));
            }
            let region = |(name, mut municipalities): (Text, Vec<Text>)| {
                municipalities.sort();
                ComparedRegion { name, municipalities }
            };
            counties.into_iter().map(region).collect()
        }
    };
    let is_clash = |other: &&ComparedRegion| other.name == own.name && other.municipalities != own.municipalities;
    if let Some(clash) = others.iter().find(is_clash) {
        return Err(Error::new(Exit::Usage, "error-compare-name").with("name", &clash.name));
    }
    let is_other = |region: &ComparedRegion| region.municipalities != own.municipalities && region.name != own.name;
    Ok([own.clone()].into_iter().chain(others.into_iter().filter(is_other)).collect())
}

/// The registers of a config: its files, otherwise the built-in data for Sweden; every file read is added to
/// `inputs`. Also returns what was translated or filled in.
///
/// # Errors
/// A register that cannot be read, no register of units, or a municipality of the region that is in no register.
pub fn registers(
    config: &RunConfig,
    root: &FileRoot,
    inputs: &mut Vec<Input>,
) -> Result<(Registers, Vec<RegisterNotes>)> {
    let mut all_notes = Vec::new();
    let mut record = |register, file: &str, notes: Notes| {
        if !notes.is_empty() {
            all_notes.push(RegisterNotes { register, file: file.to_owned(), notes });
        }
    };
    let mut file = |path: &Option<String>| -> Result<Option<(String, Vec<u8>)>> {
        let Some(path) = path else { return Ok(None) };
        let found = root.find(path)?.remove(0);
        let bytes = root.read(&found)?;
        inputs.push(Input::of("register", &found.name, &bytes));
        Ok(Some((found.name, bytes)))
    };
    let paths = &config.registers;
    let municipalities = match file(&paths.municipalities)? {
        Some((name, bytes)) => {
            let (rows, notes) = readers::municipalities(&name, &bytes)?;
            record("municipalities", &name, notes);
            rows
        }
        None => readers::builtin_municipalities(),
    };
    let programmes = match file(&paths.programmes)? {
        Some((name, bytes)) => {
            let (rows, notes) = readers::programmes(&name, &bytes)?;
            record("programmes", &name, notes);
            rows
        }
        None => readers::builtin_programmes(),
    };
    let mut outlines = match file(&paths.boundaries)? {
        Some((name, bytes)) => boundaries::boundaries(&name, &bytes)?,
        None => boundaries::builtin_boundaries(),
    };
    let (name, bytes) = file(&paths.units)?.ok_or_else(|| Error::new(Exit::Usage, "error-no-units"))?;
    let (units, notes) = readers::units(&name, &bytes, &municipalities)?;
    record("units", &name, notes);

    let codes: BTreeSet<&str> = municipalities.iter().map(|m| &*m.code).collect();
    let unknown: Vec<&str> =
        config.municipalities.iter().map(|m| &**m).filter(|code| !codes.contains(code)).collect();
    if !unknown.is_empty() {
        return Err(Error::new(Exit::Usage, "error-region-unknown").with("codes", unknown.join(", ")));
    }
    outlines.retain(|outline| codes.contains(&*outline.municipality));
    Ok((Registers::new(municipalities, units, programmes, outlines), all_notes))
}

/// The pseudonyms of a config: with the secret of its file or variable, otherwise with a random one for this run. The
/// secret is not recorded anywhere.
///
/// # Errors
/// A file or variable that does not exist or is too short, or a system without random numbers.
pub fn pseudonyms(config: &RunConfig, root: &FileRoot) -> Result<Pseudonyms> {
    let keys = &config.students;
    let secret = match (&keys.key_file, &keys.key_env) {
        (Some(path), _) => Zeroizing::new(root.read(&root.find(path)?.remove(0))?),
        (None, Some(name)) => Zeroizing::new(
            std::env::var_os(name)
                .ok_or_else(|| Error::new(Exit::Usage, "error-key-env").with("name", name))?
                .into_encoded_bytes(),
        ),
        (None, None) => {
            let mut random = Zeroizing::new(vec![0; 32]);
            getrandom::fill(&mut random).map_err(|_| Error::new(Exit::Input, "error-random"))?;
            random
        }
    };
    let trimmed = if keys == &StudentKeys::default() { &secret } else { secret.trim_ascii() };
    if trimmed.len() < Pseudonyms::SHORTEST {
        let origin = keys.key_file.as_ref().or(keys.key_env.as_ref()).map_or("", String::as_str);
        return Err(Error::new(Exit::Usage, "error-key-short")
            .with("origin", origin)
            .with("bytes", trimmed.len())
            .with("shortest", Pseudonyms::SHORTEST));
    }
    Ok(Pseudonyms::keyed(trimmed))
}

/// A file of an extract.
#[derive(Debug)]
pub struct SourceFile {
    /// Its name in tables and messages: the file name, with as many of its folders as are needed to make it unique.
    pub name: String,
    /// The file.
    pub file: FoundFile,
    /// Position of its extract in the config.
    pub extract: usize,
}

/// The files of all extracts, in the order of the config and of their names.
///
/// # Errors
/// A path that matches nothing, or the same rows named twice by extracts that do not differ.
pub fn sources(config: &RunConfig, root: &FileRoot) -> Result<Vec<SourceFile>> {
    let mut out = Vec::new();
    for (extract, settings) in config.extracts.iter().enumerate() {
        for file in root.find(&settings.path)? {
            out.push(SourceFile { name: file.name.clone(), file, extract });
        }
    }
    make_names_unique(&mut out);
    for (i, a) in out.iter().enumerate() {
        let twin = out[..i].iter().find(|b| {
            let (x, y) = (&config.extracts[a.extract], &config.extracts[b.extract]);
            a.file.is(&b.file) && x.reads_as(y)
        });
        if twin.is_some() {
            return Err(Error::new(Exit::Usage, "error-source-twice").with("path", &a.name));
        }
    }
    Ok(out)
}

/// Adds to the names of different files with the same name as much of their paths as makes them unique. One file by
/// two paths is one file.
fn make_names_unique(sources: &mut [SourceFile]) {
    let path =
        |file: &FoundFile| sources.iter().find(|other| other.file.is(file)).map_or("", |same| same.file.path());
    let files = sources.iter().map(|source| (source.name.clone(), path(&source.file).to_owned())).collect();
    for (source, name) in sources.iter_mut().zip(io::unique_names(files)) {
        source.name = name;
    }
}
