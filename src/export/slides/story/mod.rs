//! The content of decks, slide by slide: every title is a finding, every number a released one. A slide without
//! numbers is left out, and the deck says so.

mod change;
mod chart;
mod dependence;
mod dependents;
mod ledger;
mod matrix;
mod method;
mod place;
mod programmes;
mod regions;
mod share;
mod sheet;

pub use chart::{in_words, written};

use std::collections::{BTreeMap, BTreeSet};

use super::deck::{Deck, Slide, SlideBlock, SlideContent, SlideField, SlideHead, SlidePoint, SlideRow, SlideTable};
use crate::export::Material;
use crate::metrics::METRICS;
use crate::model::{ALL, Perspective, Release, Text};
use crate::render::{self, Picture, SlideMaps};
use crate::report::ReportModel;
use crate::report::view::{self, Context};

/// Maximum number of municipalities with their own slide in the region's deck.
const MUNICIPALITIES: usize = 40;

/// Inputs of the slides.
pub struct Story<'a> {
    context: Context<'a>,
    model: &'a ReportModel,
    maps: SlideMaps<'a>,
    pictures: BTreeMap<&'a str, &'a Picture>,
    /// Names that several units share.
    shared: BTreeSet<&'a str>,
}

/// The slides of a deck so far, and the topics left out.
#[derive(Default)]
struct DeckDraft {
    slides: Vec<Slide>,
    left_out: Vec<String>,
}

impl DeckDraft {
    /// Adds the slide of a topic if there are numbers for it.
    fn add(&mut self, topic: impl Into<String>, slide: Option<Slide>) {
        match slide {
            Some(slide) => self.slides.push(slide),
            None => self.left_out.push(topic.into()),
        }
    }
}

impl<'a> Story<'a> {
    /// Prepares what all slides use.
    pub fn new(material: &Material<'a>) -> Self {
        let pictures = material.pictures.iter().map(|picture| (&*picture.name, picture)).collect();
        let mut names: Vec<&str> = material.model.registers.units().map(|unit| &*unit.name).collect();
        names.sort_unstable();
        let shared = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        Self {
            context: Context::new(material.model),
            model: material.model,
            maps: SlideMaps::new(material.model),
            pictures,
            shared,
        }
    }

    /// The name of a unit, with its municipality if another unit has the same name.
    fn unit(&self, code: &str) -> String {
        let name = self.context.unit(code);
        match self.model.registers.unit_by_code(code).filter(|_| self.shared.contains(&*name)) {
            Some(unit) => format!("{name} ({})", self.context.municipality(&unit.municipality)),
            None => name,
        }
    }

    /// The region's deck.
    pub fn region(&self) -> Deck {
        let mut draft = DeckDraft::default();
        draft.slides.push(self.opening(&self.model.region.name));
        let topic = |word: &str| self.context.t(&format!("topic-{word}"));
        draft.add(topic("headline"), share::slide(self, ALL));
        draft.add(topic("change"), change::slide(self));
        draft.add(topic("municipalities"), share::municipalities(self, None));
        draft.add(topic("matrix"), matrix::slide(self));
        draft.add(topic("net"), place::net(self));
        draft.add(topic("dependence"), dependence::slide(self));
        self.municipalities(&mut draft);
        draft.add(topic("programmes"), programmes::slide(self));
        draft.add(topic("ledger"), ledger::slide(self));
        draft.add(topic("seats"), ledger::seats(self));
        draft.add(topic("dependents"), dependents::slide(self));
        if self.model.has_other_regions() {
            draft.add(topic("regions"), regions::slide(self));
        }
        draft.add(topic("concentration"), dependence::concentration(self));
        self.end(&mut draft);
        self.deck(&self.model.region.name, draft)
    }

    /// A slide for each municipality with most students, up to the maximum.
    fn municipalities(&self, draft: &mut DeckDraft) {
        let mut shown: Vec<&Text> = self.context.municipalities().to_vec();
        if shown.len() > MUNICIPALITIES {
            let students =
                |code: &str| self.context.share(self.model.year, code, ALL).and_then(|r| r.students.value());
            shown.sort_by_key(|code| std::cmp::Reverse(students(code)));
            let rest = shown.split_off(MUNICIPALITIES).len() as u64;
            shown.sort_by_key(|code| self.context.municipalities().iter().position(|known| known == code));
            let count = self.context.lang.number(rest);
            draft.left_out.push(self.context.say("topic-rest", &[("count", &count)]));
        }
        let codes: Vec<Text> = shown.into_iter().cloned().collect();
        let maps = self.maps.exchanges(&codes);
        for code in &codes {
            draft.add(self.context.municipality(code), place::exchange(self, code, maps.get(code)));
        }
    }

    /// The deck of these municipalities in sequence.
    pub fn municipal(&self, codes: &[Text]) -> Deck {
        let mut draft = DeckDraft::default();
        let names: Vec<String> = codes.iter().map(|code| self.context.municipality(code)).collect();
        for (code, name) in codes.iter().zip(&names) {
            draft.slides.push(self.opening(name));
            let topic = |word: &str| match codes {
                [_] => self.context.t(&format!("topic-{word}")),
                _ => format!("{name}: {}", self.context.t(&format!("topic-{word}"))),
            };
            draft.add(topic("headline"), share::slide(self, code));
            draft.add(topic("home-map"), place::one_side(self, Perspective::Home, code));
            draft.add(topic("provider-map"), place::one_side(self, Perspective::Provider, code));
            draft.add(topic("destinations"), place::destinations(self, code));
            draft.add(topic("origins"), place::origins(self, code));
            draft.add(topic("programmes"), programmes::table(self, code));
            draft.add(topic("units"), place::units(self, code));
            draft.add(topic("place"), share::municipalities(self, Some(code)));
        }
        self.end(&mut draft);
        self.deck(&names.join(", "), draft)
    }

    /// The last slides of every deck: data quality, protection of personal data, methods.
    fn end(&self, draft: &mut DeckDraft) {
        draft.add(self.context.t("topic-quality"), method::quality(self));
        draft.slides.extend(method::protection(self));
        let mut last = method::method(self);
        if !draft.left_out.is_empty() {
            last.caption = Some(self.context.say("slides-left-out", &[("topics", &draft.left_out.join(", "))]));
        }
        draft.slides.push(last);
    }

    fn deck(&self, about: &str, draft: DeckDraft) -> Deck {
        let year = self.model.year.to_string();
        let foot = format!("{about} {year}");
        let mark = self.context.t("stamp-internal");
        Deck {
            title: self.context.say("page-title", &[("region", about), ("year", &year)]),
            foot: if self.is_internal() { format!("{mark} · {foot}") } else { foot },
            slides: draft.slides,
            left_out: draft.left_out,
        }
    }

    fn is_internal(&self) -> bool {
        self.model.release() == Release::Internal
    }

    /// The first slide of a deck or of its section about a municipality.
    fn opening(&self, about: &str) -> Slide {
        let year = self.model.year.to_string();
        let title = self.context.say("page-title", &[("region", about), ("year", &year)]);
        let release = if self.is_internal() {
            self.context.t("page-internal-note")
        } else {
            view::coverage_of_release(&self.context)
        };
        let scope = render::about(self.model, &self.model.selection());
        let lines = vec![self.context.t("page-kicker"), scope, release];
        let notes = view::coverage(&self.context);
        Slide { title, lead: None, content: SlideContent::Opening(lines), caption: None, notes }
    }

    /// A slide about the year shown.
    fn slide(&self, title: String, content: SlideContent) -> Slide {
        let about = render::about(self.model, &self.model.selection());
        let caption = Some(format!("{about} · {}", render::source(self.model)));
        Slide { title, lead: None, content, caption, notes: Vec::new() }
    }

    /// A slide about the market of the year.
    fn slide_of_market(&self, title: String, content: SlideContent) -> Slide {
        let about = render::about(self.model, &self.model.market_selection());
        Slide { caption: Some(format!("{about} · {}", render::source(self.model))), ..self.slide(title, content) }
    }

    /// A slide about both snapshots of the year.
    fn slide_of_both_times(&self, title: String, content: SlideContent) -> Slide {
        let about = render::about_year(self.model, self.model.population);
        Slide { caption: Some(format!("{about} · {}", render::source(self.model))), ..self.slide(title, content) }
    }

    /// The picture with this name, if it is not empty.
    fn picture(&self, name: &str) -> Option<&'a Picture> {
        self.pictures.get(name).copied().filter(|picture| !picture.is_empty)
    }

    /// The definition, formula and source of a metric.
    fn metric(&self, id: &str) -> Option<String> {
        let metric = METRICS.iter().find(|metric| metric.id() == id)?;
        let lang = self.context.lang;
        let (title, definition) = (metric.title(lang), metric.definition(lang));
        let texts = [("title", &*title), ("definition", &*definition), ("formula", metric.formula())];
        Some(self.context.say("slide-formula", &[&texts[..], &[("source", metric.source())]].concat()))
    }

    /// Adds the notes of a slide: these sentences, the numbers of its charts, and these metrics.
    fn noted(&self, mut slide: Slide, sentences: impl IntoIterator<Item = String>, metrics: &[&str]) -> Slide {
        slide.notes.extend(sentences);
        let blocks = match &slide.content {
            SlideContent::Opening(_) => vec![],
            SlideContent::One(block) => vec![block],
            SlideContent::Two(left, right) => vec![left, right],
        };
        let numbers = blocks.into_iter().filter_map(|block| match block {
            SlideBlock::Chart(chart) => Some(chart::in_words(&self.context, chart)),
            SlideBlock::Table(_) | SlideBlock::Picture(_) | SlideBlock::Points(_) => None,
        });
        slide.notes.extend(numbers.collect::<Vec<_>>());
        slide.notes.extend(metrics.iter().filter_map(|id| self.metric(id)));
        slide
    }
}

/// Adds a sentence to a caption.
fn with_caption(mut slide: Slide, text: Option<String>) -> Slide {
    if let Some(text) = text {
        slide.caption = Some(slide.caption.map_or_else(|| text.clone(), |caption| format!("{text} {caption}")));
    }
    slide
}

/// A column header.
fn head(text: impl Into<String>, is_number: bool) -> SlideHead {
    SlideHead { text: text.into(), is_number }
}

/// A row of texts.
fn row(texts: impl IntoIterator<Item = String>) -> SlideRow {
    SlideRow { fields: texts.into_iter().map(SlideField::plain).collect(), is_sum: false }
}

/// A sum row of texts.
fn sum(texts: impl IntoIterator<Item = String>) -> SlideRow {
    SlideRow { is_sum: true, ..row(texts) }
}

/// The column header of a view.
fn plain_head(plain: view::ColumnHead) -> SlideHead {
    head(plain.text, plain.numeric)
}

/// The row of a view.
fn plain_row(plain: view::PlainRow) -> SlideRow {
    SlideRow { is_sum: plain.is_sum, ..row(plain.texts) }
}

/// A sentence of a list.
fn point(text: String) -> SlidePoint {
    SlidePoint { term: None, text }
}

/// A table without columns and rows in which no number is shown, and sentences about what was left out.
fn without_empty(story: &Story<'_>, table: SlideTable) -> (SlideTable, Option<String>) {
    let (table, columns, rows) = table.without_empty();
    let say = |id: &str, left: usize| {
        let count = story.context.lang.number(left as u64);
        (left > 0 && !story.is_internal()).then(|| story.context.say(id, &[("count", &count)]))
    };
    let notes = [say("slide-columns-left", columns), say("slide-rows-left", rows)];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    (table, (!notes.is_empty()).then(|| notes.join(" ")))
}
