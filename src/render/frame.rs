//! Elements common to all pictures: title with the finding, subtitle, notes and source, and the stamp of internal
//! releases.

use super::Picture;
use super::fonts::{self, Weight};
use super::scene::{Anchor, Scene, TextLine};
use super::style;
use crate::graph::{Programmes, Selection};
use crate::model::{Method, Population, ProgrammeKind, Release, Round, Snapshot, Year};
use crate::report::ReportModel;
use crate::words::Lang;

/// Height of title and subtitle, pixels; the content below starts later.
const HEAD: f64 = 114.0;
/// Upper edge of the content of a picture, pixels.
pub const TOP: f64 = 128.0;
/// Lower edge of the content, pixels.
pub const BOTTOM: f64 = 832.0;
/// Maximum number of note lines below it.
const NOTE_LINES: usize = 2;

/// The texts around a picture.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Name of the file without extension, such as `maps/home-1440`.
    pub name: String,
    /// The finding.
    pub title: String,
    /// What is counted, when and where.
    pub subtitle: String,
    /// The picture in words, with its main numbers.
    pub description: String,
    /// Notes under the picture, the most important first.
    pub notes: Vec<String>,
}

impl Frame {
    /// The finished picture: the frame around the content of `scene`, in slide format.
    #[must_use]
    pub fn close(self, model: &ReportModel, scene: &Scene) -> Picture {
        self.close_on(model, scene, style::HEIGHT)
    }

    /// The finished picture on a canvas of this height, pixels.
    #[must_use]
    pub fn close_on(self, model: &ReportModel, scene: &Scene, height: f64) -> Picture {
        let lang = model.lang;
        let mut out = Scene::default();
        let right = logo(&mut out, model, style::WIDTH - style::MARGIN);
        let room = stamp(&mut out, model, right) - style::MARGIN;
        title(&mut out, &self.title, room);
        let subtitle = fonts::fit(&self.subtitle, style::WIDTH - 2.0 * style::MARGIN, style::BODY, Weight::Regular);
        out.text(&TextLine::new(style::MARGIN, 106.0, &subtitle).fill(style::MUTED).class("subtitle"));
        out.raw(scene.body());
        let source = source(model);
        footer(&mut out, &self.notes.join(" · "), &source, height);
        let stamp = (model.release() == Release::Internal).then(|| lang.text("stamp-internal"));
        let sentences = stamp.iter().chain([&self.subtitle, &self.description]).chain(&self.notes).chain([&source]);
        let description = sentences_of(sentences.map(String::as_str));
        Picture {
            svg: style::dressed(out.document(&self.title, &description, style::WIDTH, height), &model.theme),
            name: self.name,
            title: self.title,
            description,
            shown_in: &[],
            is_empty: scene.is_empty(),
            width: style::WIDTH,
            height,
            head: HEAD,
            marks: Vec::new(),
        }
    }
}

/// Texts as sentences, each with a full stop.
fn sentences_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let sentence = |text: &str| match text.trim() {
        "" => None,
        text if text.ends_with(['.', '!', '?']) => Some(text.to_owned()),
        text => Some(format!("{text}.")),
    };
    texts.filter_map(sentence).collect::<Vec<_>>().join(" ")
}

/// Text shown in place of an empty picture.
pub fn empty(scene: &mut Scene, text: &str) {
    scene.text(&TextLine::new(style::MARGIN, TOP + 60.0, text).size(28.0).class("empty"));
    scene.mark_empty();
}

/// A note about a count; `None` if it is zero.
pub fn counted(lang: Lang, id: &str, count: usize) -> Option<String> {
    (count > 0).then(|| lang.say(id, &[("count", &lang.number(count as u64))]))
}

/// A note that only the first rows are shown; `None` if all are. `id` is the message for the kind of rows.
pub fn rows_shown(lang: Lang, id: &str, shown: usize, all: usize) -> Option<String> {
    (all > shown).then(|| lang.say(id, &[("shown", &lang.number(shown as u64)), ("of", &lang.number(all as u64))]))
}

/// Largest height and width of a logo, pixels.
const LOGO: (f64, f64) = (56.0, 260.0);

/// Draws the organisation's logo at the top right, up to this edge; returns the new right edge for other content.
fn logo(scene: &mut Scene, model: &ReportModel, right: f64) -> f64 {
    let Some(logo) = &model.theme.logo else { return right };
    let high = LOGO.0.min(LOGO.1 / logo.shape);
    let wide = high * logo.shape;
    scene.image(right - wide, 53.0 - high / 2.0, wide, high, &logo.data);
    right - wide - 24.0
}

/// Draws the stamp of internal releases, up to this edge; returns the new right edge for other content.
fn stamp(scene: &mut Scene, model: &ReportModel, right: f64) -> f64 {
    if model.release() != Release::Internal {
        return right;
    }
    let text = model.lang.text("stamp-internal");
    let width = fonts::measure(&text, style::LABEL, Weight::SemiBold) + 28.0;
    let x = right - width;
    let look = format!("class=\"stamp\" fill=\"{}\" stroke=\"{}\" stroke-width=\"2.5\"", style::PAPER, style::ALERT);
    scene.rect_with(x, 34.0, width, 38.0, 6.0, &look);
    let text = TextLine::new(x + width / 2.0, 61.0, &text)
        .size(style::LABEL)
        .bold()
        .fill(style::ALERT)
        .anchor(Anchor::Middle);
    scene.text(&text);
    x - 24.0
}

/// The title, in a smaller size if it is long, truncated if it still does not fit.
fn title(scene: &mut Scene, title: &str, room: f64) {
    let size = (0..=14)
        .map(|step| style::TITLE - f64::from(step))
        .find(|size| fonts::measure(title, *size, Weight::SemiBold) <= room)
        .unwrap_or(style::TITLE - 14.0);
    let text = fonts::fit(title, room, size, Weight::SemiBold);
    scene.text(&TextLine::new(style::MARGIN, 66.0, &text).size(size).bold().class("title"));
}

/// The notes and the source. Long notes are truncated; the source is always complete.
fn footer(scene: &mut Scene, notes: &str, source: &str, height: f64) {
    let room = style::WIDTH - 2.0 * style::MARGIN;
    let wrapped = |text: &str| fonts::wrap(text, room, style::SMALL, Weight::Regular);
    let all = if notes.is_empty() { source.to_owned() } else { format!("{notes} · {source}") };
    let mut lines = wrapped(&all);
    if lines.len() > NOTE_LINES {
        let end = format!(" · {source}");
        lines = wrapped(notes);
        let rest = lines.split_off((NOTE_LINES - 1).min(lines.len())).join(" ");
        let left = room - fonts::measure(&end, style::SMALL, Weight::Regular);
        lines.push(fonts::fit(&rest, left, style::SMALL, Weight::Regular) + &end);
    }
    for (line, y) in lines.iter().zip([height - 37.0, height - 13.0]) {
        scene.text(&TextLine::new(style::MARGIN, y, line).size(style::SMALL).fill(style::MUTED).class("note"));
    }
}

/// The source of the numbers, and whether any are hidden.
#[must_use]
pub fn source(model: &ReportModel) -> String {
    let (policy, lang) = (&model.policy, model.lang);
    match model.release() {
        Release::Internal => lang.text("source-internal"),
        Release::Public if policy.method == Method::Round => lang.say(
            "source-public-round",
            &[("base", &lang.number(policy.threshold)), ("step", &lang.number(policy.round_to))],
        ),
        Release::Public => lang.text("source-public"),
    }
}

/// The subtitle of a picture about a selection: programmes, snapshot and year, round, region.
#[must_use]
pub fn about(model: &ReportModel, selection: &Selection) -> String {
    let parts = [
        Some(programmes(model, &selection.programmes)),
        Some(snapshot(model.lang, selection.snapshot, &selection.year.to_string())),
        round(model),
        Some(model.region.name.clone()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A moment: the snapshot and the year.
#[must_use]
pub fn moment(lang: Lang, selection: &Selection) -> String {
    snapshot(lang, selection.snapshot, &selection.year.to_string())
}

/// The other moment of a comparison, for use in a title: its year, or its snapshot if the year is the report year.
#[must_use]
pub fn moment_against(lang: Lang, selection: &Selection, year: Year) -> String {
    if selection.year == year { moment(lang, selection) } else { selection.year.to_string() }
}

/// The subtitle of a picture that compares two moments.
#[must_use]
pub fn about_both(model: &ReportModel, then: &Selection, now: &Selection) -> String {
    let lang = model.lang;
    let both = lang.say("both-moments", &[("then", &moment(lang, then)), ("now", &moment(lang, now))]);
    let parts = [Some(programmes(model, &now.programmes)), Some(both), round(model), Some(model.region.name.clone())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The subtitle of a picture about both snapshots of the year.
#[must_use]
pub fn about_year(model: &ReportModel, population: Population) -> String {
    let year = model.year.to_string();
    let parts = [
        Some(programmes(model, &Programmes::Of(population))),
        Some(model.lang.say("both-times", &[("year", &year)])),
        round(model),
        Some(model.region.name.clone()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Programmes in words.
#[must_use]
pub fn programmes(model: &ReportModel, programmes: &Programmes) -> String {
    match programmes {
        Programmes::Of(Population::National) => model.lang.text("picture-population-national"),
        Programmes::Of(Population::All) => model.lang.text("picture-population-all"),
        Programmes::Group(ProgrammeKind::Vocational) => model.lang.text("picture-group-vocational"),
        Programmes::Group(ProgrammeKind::Preparatory) => model.lang.text("picture-group-preparatory"),
        Programmes::Group(ProgrammeKind::Introduction) => model.lang.text("picture-group-introduction"),
        Programmes::Group(ProgrammeKind::Other) => model.lang.text("picture-group-other"),
        Programmes::One(code) => match model.registers.programme_by_code(code) {
            Some(programme) => format!("{} ({code})", programme.name),
            None => model.lang.say("programme-code", &[("code", code)]),
        },
    }
}

fn snapshot(lang: Lang, snapshot: Snapshot, year: &str) -> String {
    let id = match snapshot {
        Snapshot::Admission => "picture-snapshot-admission",
        Snapshot::Enrolled => "picture-snapshot-enrolled",
        Snapshot::October => "picture-snapshot-october",
    };
    lang.say(id, &[("year", year)])
}

fn round(model: &ReportModel) -> Option<String> {
    let id = match model.round? {
        Round::Preliminary => "round-preliminary",
        Round::Final => "round-final",
        Round::Reserve => "round-reserve",
    };
    Some(model.lang.text(id))
}
