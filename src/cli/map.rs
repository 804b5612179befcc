//! `elevflode map`: single dependency maps, changes, comparisons and the region's net flows; or whole series into a
//! folder.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::progress::ProgressLine;
use super::{Common, LookOptions, Results, Session, dressed, tolerance, wanted};
use crate::error::{Error, Exit, Result};
use crate::export::{Exporter, MAPS, Material, Png, Svg};
use crate::graph::{Programmes, Selection};
use crate::io;
use crate::model::{Level, Perspective, Release, Snapshot, Year};
use crate::pipeline::{self, OutputFolder, Read, Timings};
use crate::render::{self, By, MapSpec, Plate};
use crate::report::{ReportModel, Subject};
use crate::theme::{TextForm, Theme};

/// Options of `map`.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    look: LookOptions,
    #[arg(long, value_name = "KIND", default_value = "map")]
    kind: MapKind,
    #[arg(long, value_name = "SIDE")]
    perspective: Option<Side>,
    #[arg(long, value_name = "CODE|NAME")]
    of: Vec<String>,
    #[arg(long, value_name = "WHAT")]
    by: Option<LineEnds>,
    #[arg(long, value_name = "CODE")]
    programme: Vec<String>,
    #[arg(long, value_name = "SNAPSHOT")]
    snapshot: Option<When>,
    #[arg(long, value_name = "YEAR|SNAPSHOT")]
    against: Option<String>,
    #[arg(long, value_name = "TIMES", value_parser = clap::value_parser!(u8).range(1..=4))]
    scale: Option<u8>,
    #[arg(long, value_name = "FORM")]
    text: Option<TextWord>,
    #[arg(long, value_name = "FILE|DIR")]
    out: PathBuf,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum TextWord {
    Font,
    Outlines,
}

impl From<TextWord> for TextForm {
    fn from(word: TextWord) -> Self {
        match word {
            TextWord::Font => Self::Font,
            TextWord::Outlines => Self::Outlines,
        }
    }
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum MapKind {
    Map,
    Change,
    Pair,
    Programmes,
    Net,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Side {
    Home,
    Provider,
}

impl From<Side> for Perspective {
    fn from(side: Side) -> Self {
        match side {
            Side::Home => Self::Home,
            Side::Provider => Self::Provider,
        }
    }
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum LineEnds {
    Unit,
    Provider,
    Municipality,
}

impl From<LineEnds> for By {
    fn from(ends: LineEnds) -> Self {
        match ends {
            LineEnds::Unit => Self::Unit,
            LineEnds::Provider => Self::Provider,
            LineEnds::Municipality => Self::Municipality,
        }
    }
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum When {
    Admission,
    October,
    Enrolled,
}

impl From<When> for Snapshot {
    fn from(when: When) -> Self {
        match when {
            When::Admission => Self::Admission,
            When::October => Self::October,
            When::Enrolled => Self::Enrolled,
        }
    }
}

/// Where pictures go.
enum PictureTarget {
    Svg,
    Png,
    /// A folder: options that are left out are drawn in all their values.
    Folder,
}

impl PictureTarget {
    fn of(options: &Options) -> Result<Self> {
        match options.out.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            None => Ok(Self::Folder),
            Some(_) if options.out.is_dir() => Ok(Self::Folder),
            Some(_) => Err(Error::new(Exit::Usage, "error-picture-format").with("path", options.out.display())),
        }
    }
}

pub(super) fn run(options: &Options, session: Session) -> Result<Exit> {
    let lang = session.lang;
    let mut request = dressed(&options.results, &session, &options.look, None)?;
    if let Some(text) = options.text {
        request.theme = Arc::new(Theme { text: text.into(), ..(*request.theme).clone() });
    }
    let out = PictureTarget::of(options)?;
    is_complete(options, &out)?;
    let line = ProgressLine::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    let folder = match out {
        PictureTarget::Folder => Some(OutputFolder::open(&options.out, "map", request.release)?),
        PictureTarget::Svg | PictureTarget::Png => None,
    };
    let read = pipeline::read(session.loaded, session.memory, &mut timings, &line)?;
    can_be_drawn(options, &read, request.release)?;
    let model = pipeline::model(&read, &request, &mut timings, &line)?;
    let wanted = plates(options, &model)?;
    let scale = f32::from(options.scale.unwrap_or(1)) * render::PNG_SCALE;
    if let Some(folder) = folder {
        let pictures = timings.stage("pictures", &line, || render::plates(&model, &wanted));
        let exporters: &[&dyn Exporter] = if options.scale.is_some() { &[&Svg, &Png { scale }] } else { &[&Svg] };
        let material = Material { model: &model, pictures: &pictures };
        pipeline::put(&read, &material, exporters, &[MAPS], folder, timings, &line)?;
        drop(line);
        if !options.common.quiet {
            let count = lang.number(pictures.len() as u64);
            let path = options.out.display().to_string();
            say!("{}", lang.say("maps-written", &[("count", &count), ("path", &path)]));
        }
        return Ok(tolerance(&read, lang, options.common.quiet));
    }
    let [plate] = wanted.as_slice() else {
        return Err(Error::new(Exit::Usage, "error-map-several").with("found", wanted.len()));
    };
    let picture = render::plates(&model, std::slice::from_ref(plate)).remove(0);
    let bytes = match out {
        PictureTarget::Png => render::png(&picture, scale)?,
        PictureTarget::Svg | PictureTarget::Folder => render::file(&picture, model.theme.text)?.into_bytes(),
    };
    io::write_file(&options.out, &bytes, model.release())?;
    drop(line);
    Ok(tolerance(&read, lang, options.common.quiet))
}

/// Checks that the options name one picture if the target is a file.
fn is_complete(options: &Options, out: &PictureTarget) -> Result<()> {
    let missing =
        |argument: &'static str| Err(Error::new(Exit::Usage, "error-argument-missing").with("wanted", argument));
    let has_map = options.kind != MapKind::Net;
    match out {
        PictureTarget::Svg | PictureTarget::Png if has_map && options.perspective.is_none() => {
            return missing("--perspective <SIDE>");
        }
        PictureTarget::Svg | PictureTarget::Png if has_map && options.of.is_empty() => {
            return missing("--of <CODE|NAME>");
        }
        _ => {}
    }
    if matches!(options.kind, MapKind::Change | MapKind::Pair) && options.against.is_none() {
        return missing("--against <YEAR|SNAPSHOT>");
    }
    Ok(())
}

/// Refuses what a public map of these levels cannot show, before any work on it.
fn can_be_drawn(options: &Options, read: &Read, release: Release) -> Result<()> {
    if release == Release::Internal {
        return Ok(());
    }
    let refused = |what: &'static str, found: &str, level: Level| {
        Err(Error::new(Exit::Usage, what).with("found", found).with("level", level.as_str()))
    };
    let has = |level| read.config.disclosure.levels.contains(&level);
    if let Some(level) = [Level::HomePlaceProgramme, Level::HomeUnitProgramme].into_iter().find(|level| !has(*level))
    {
        if let Some(programme) = options.programme.first() {
            return refused("error-map-programme", programme, level);
        }
        if options.kind == MapKind::Programmes {
            return refused("error-map-programme", "--kind programmes", level);
        }
    }
    let level_of = |by| match by {
        LineEnds::Unit => Level::HomeUnit,
        LineEnds::Provider => Level::HomeProvider,
        LineEnds::Municipality => Level::HomePlace,
    };
    if let Some(by) = options.by.filter(|by| !has(level_of(*by))) {
        return refused("error-map-by", By::from(by).as_str(), level_of(by));
    }
    for of in &options.of {
        match subject(options, of, read)? {
            Subject::Place(code) if read.config.municipalities.binary_search(&code).is_err() => {
                return refused("error-map-outside", &code, Level::HomePlace);
            }
            Subject::Place(_) => {}
            Subject::Provider(_) if has(Level::HomeProvider) => {}
            Subject::Unit(_) if has(Level::HomeUnit) => {}
            Subject::Provider(_) => return refused("error-map-subject", of, Level::HomeProvider),
            Subject::Unit(_) => return refused("error-map-subject", of, Level::HomeUnit),
        }
    }
    Ok(())
}

/// The subject of a map: a municipality, or from the provider's side also a unit or provider.
fn subject(options: &Options, of: &str, read: &Read) -> Result<Subject> {
    match options.perspective {
        Some(Side::Provider) => wanted::subject(of, &read.registers),
        Some(Side::Home) | None => Ok(Subject::Place(wanted::municipality(of, &read.registers)?)),
    }
}

/// The requested pictures; if an option is left out, those of all its values.
fn plates(options: &Options, model: &ReportModel) -> Result<Vec<Plate>> {
    let snapshot = options.snapshot.map_or(model.snapshot, Snapshot::from);
    let now = Selection { snapshot, ..model.selection() };
    is_read(model, &now, "--snapshot")?;
    let then = options.against.as_deref().map(|word| against(model, &now, word)).transpose()?;
    let sides = match options.perspective {
        Some(side) => vec![side],
        None => vec![Side::Home, Side::Provider],
    };
    let mut out = Vec::new();
    for programmes in programmes(options, model)? {
        let now = Selection { programmes: programmes.clone(), ..now.clone() };
        if options.kind == MapKind::Net {
            out.push(Plate::Net(now));
            continue;
        }
        for side in &sides {
            for of in subjects(options, model, *side)? {
                let by = options.by.filter(|_| matches!(side, Side::Home)).map(By::from);
                let spec = MapSpec { perspective: (*side).into(), of, by, selection: now.clone() };
                let then = then.clone().map(|then| Selection { programmes: programmes.clone(), ..then });
                out.push(match (options.kind, then) {
                    (MapKind::Change, Some(then)) => Plate::Change(spec, then),
                    (MapKind::Pair, Some(then)) => Plate::Pair(spec, then),
                    (MapKind::Programmes, _) => Plate::Programmes(spec),
                    _ => Plate::Single(spec),
                });
            }
        }
    }
    Ok(out)
}

/// All programmes together, or the named ones; `all` adds each single programme.
fn programmes(options: &Options, model: &ReportModel) -> Result<Vec<Programmes>> {
    let together = || Programmes::Of(model.population);
    let mut out = Vec::new();
    for word in &options.programme {
        if word == "all" {
            let is_shown = |kind| model.population.includes(Some(kind));
            let all = model.registers.programmes().filter(|programme| is_shown(programme.kind));
            out.push(together());
            out.extend(all.map(|programme| Programmes::One(programme.code.clone())));
        } else {
            out.push(wanted::programmes(word, &model.registers)?);
        }
    }
    Ok(if out.is_empty() { vec![together()] } else { each_once(out) })
}

fn subjects(options: &Options, model: &ReportModel, side: Side) -> Result<Vec<Subject>> {
    let all = || model.region.municipalities.iter().map(|code| Subject::Place(code.clone())).collect();
    let one = |of: &String| match side {
        Side::Home => Ok(Subject::Place(wanted::municipality(of, &model.registers)?)),
        Side::Provider => wanted::subject(of, &model.registers),
    };
    if options.of.is_empty() { Ok(all()) } else { options.of.iter().map(one).collect::<Result<_>>().map(each_once) }
}

/// The items without repetitions, in order.
fn each_once<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut out = Vec::new();
    for one in items {
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

/// The other moment of a comparison: another year, or another snapshot of the same year.
fn against(model: &ReportModel, now: &Selection, word: &str) -> Result<Selection> {
    let then = match (word.parse::<Year>(), Snapshot::ALL.iter().find(|s| s.as_str() == word)) {
        (Ok(year), _) => Selection { year, ..now.clone() },
        (_, Some(snapshot)) => Selection { snapshot: *snapshot, ..now.clone() },
        _ => Selection { year: 0, ..now.clone() },
    };
    if then == *now || then.year == 0 {
        return Err(unread(model, word, "--against"));
    }
    is_read(model, &then, "--against")?;
    Ok(then)
}

/// Checks that the extracts have a moment.
fn is_read(model: &ReportModel, wanted: &Selection, option: &'static str) -> Result<()> {
    if moments(model).contains(&(wanted.year, wanted.snapshot)) {
        return Ok(());
    }
    Err(unread(model, &format!("{} {}", wanted.snapshot.as_str(), wanted.year), option))
}

fn unread(model: &ReportModel, found: &str, option: &'static str) -> Error {
    let known: Vec<String> = moments(model).iter().map(|(year, s)| format!("{} {year}", s.as_str())).collect();
    Error::new(Exit::Usage, "error-snapshot")
        .with("option", option)
        .with("snapshot", found)
        .with("known", known.join(", "))
}

fn moments(model: &ReportModel) -> Vec<(Year, Snapshot)> {
    let mut out: Vec<(Year, Snapshot)> = model.tables.get().shares.iter().map(|r| (r.year, r.snapshot)).collect();
    out.sort_unstable();
    out.dedup();
    out
}
