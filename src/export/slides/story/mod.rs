//! What decks tell, slide by slide: every title is a finding, every number a released one. A slide for which there are no numbers
//! is left out, and the deck says so.

mod chart;
mod dependence;
mod ledger;
mod matrix;
mod method;
mod place;
mod programmes;
mod share;

pub use chart::{in_words, written};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::deck::{Block, Content, Deck, Point, Slide, SlideField, SlideHead, SlideRow, SlideTable};
use crate::export::Material;
use crate::metrics::METRICS;
use crate::model::{ALL, Perspective, Release, Text};
use crate::render::{self, BothMaps, Picture};
use crate::report::view::{self, Context};
use crate::report::{ReportModel, map_name};

/// Municipalities of the region that have a slide of their own in its deck.
const MUNICIPALITIES: usize = 40;

/// What slides are made with.
pub struct Story<'a> {
    context: Context<'a>,
    model: &'a ReportModel,
    pictures: BTreeMap<&'a str, &'a Picture>,
    /// Names that several units have.
    shared: BTreeSet<&'a str>,
}

/// The slides of a deck so far, and the topics that it leaves out.
#[derive(Default)]
struct Told {
    slides: Vec<Slide>,
    left_out: Vec<String>,
}

impl Told {
    /// Adds the slide of a topic, if there are numbers for it.
    fn add(&mut self, topic: impl Into<String>, slide: Option<Slide>) {
        match slide {
            Some(slide) => self.slides.push(slide),
            None => self.left_out.push(topic.into()),
        }
    }
}

impl<'a> Story<'a> {
    /// Looks up what slides share.
    pub fn new(material: &Material<'a>) -> Self {
        let pictures = material.pictures.iter().map(|picture| (&*picture.name, picture)).collect();
        let mut names: Vec<&str> = material.model.registers.units().map(|unit| &*unit.name).collect();
        names.sort_unstable();
        let shared = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        Self { context: Context::new(material.model), model: material.model, pictures, shared }
    }

    /// The name of a unit, with its municipality where another unit has the same.
    fn unit(&self, code: &str) -> String {
        let name = self.context.unit(code);
        match self.model.registers.unit_by_code(code).filter(|_| self.shared.contains(&*name)) {
            Some(unit) => format!("{name} ({})", self.context.municipality(&unit.municipality)),
            None => name,
        }
    }

    /// The region's deck.
    pub fn region(&self) -> Deck {
        let mut told = Told::default();
        told.slides.push(self.opening(&self.model.region.name));
        let topic = |word: &str| self.context.t(&format!("topic-{word}"));
        told.add(topic("headline"), share::slide(self, ALL));
        told.add(topic("municipalities"), share::municipalities(self, None));
        told.add(topic("matrix"), matrix::slide(self));
        told.add(topic("net"), self.map("maps/region-net"));
        told.add(topic("dependence"), dependence::slide(self));
        self.municipalities(&mut told);
        told.add(topic("programmes"), programmes::slide(self));
        told.add(topic("ledger"), ledger::slide(self));
        told.add(topic("seats"), ledger::seats(self));
        told.add(topic("concentration"), dependence::concentration(self));
        self.end(&mut told);
        self.deck(&self.model.region.name, told)
    }

    /// A slide for each municipality, at most as many as anyone would look through: those with most students.
    fn municipalities(&self, told: &mut Told) {
        let mut shown: Vec<&Text> = self.context.municipalities().to_vec();
        if shown.len() > MUNICIPALITIES {
            let students =
                |code: &str| self.context.share(self.model.year, code, ALL).and_then(|r| r.students.value());
            shown.sort_by_key(|code| std::cmp::Reverse(students(code)));
            let rest = shown.split_off(MUNICIPALITIES).len() as u64;
            shown.sort_by_key(|code| self.context.municipalities().iter().position(|known| known == code));
            let count = self.context.lang.number(rest);
            told.left_out.push(self.context.say("topic-rest", &[("count", &count)]));
        }
        let codes: Vec<Text> = shown.into_iter().cloned().collect();
        let maps: Vec<BothMaps> = render::both_maps(self.model, &codes, |code| place::map_words(self, code));
        for (code, maps) in codes.iter().zip(maps) {
            told.add(self.context.municipality(code), place::both(self, code, maps));
        }
    }

    /// The deck of these municipalities, one after the other.
    pub fn municipal(&self, codes: &[Text]) -> Deck {
        let mut told = Told::default();
        let names: Vec<String> = codes.iter().map(|code| self.context.municipality(code)).collect();
        for (code, name) in codes.iter().zip(&names) {
            told.slides.push(self.opening(name));
            let topic = |word: &str| match codes {
                [_] => self.context.t(&format!("topic-{word}")),
                _ => format!("{name}: {}", self.context.t(&format!("topic-{word}"))),
            };
            told.add(topic("headline"), share::slide(self, code));
            told.add(topic("home-map"), self.map(&map_name(Perspective::Home, code)));
            told.add(topic("provider-map"), self.map(&map_name(Perspective::Provider, code)));
            told.add(topic("destinations"), place::destinations(self, code));
            told.add(topic("origins"), place::origins(self, code));
            told.add(topic("programmes"), programmes::table(self, code));
            told.add(topic("units"), place::units(self, code));
            told.add(topic("place"), share::municipalities(self, Some(code)));
        }
        self.end(&mut told);
        self.deck(&names.join(", "), told)
    }

    /// The last slides of every deck: how far the numbers can be trusted, how people are protected, how numbers are made.
    fn end(&self, told: &mut Told) {
        told.add(self.context.t("topic-quality"), method::quality(self));
        told.slides.extend(method::protection(self));
        let mut last = method::method(self);
        if !told.left_out.is_empty() {
            last.caption = Some(self.context.say("slides-left-out", &[("topics", &told.left_out.join(", "))]));
        }
        told.slides.push(last);
    }

    fn deck(&self, about: &str, told: Told) -> Deck {
        let year = self.model.year.to_string();
        let foot = format!("{about} {year}");
        let mark = self.context.t("stamp-internal");
        Deck {
            title: self.context.say("page-title", &[("region", about), ("year", &year)]),
            foot: if self.is_internal() { format!("{mark} · {foot}") } else { foot },
            slides: told.slides,
            left_out: told.left_out,
        }
    }

    fn is_internal(&self) -> bool {
        self.model.release() == Release::Internal
    }

    /// The first slide of a deck or of its part about a municipality.
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
        Slide { title, lead: None, content: Content::Opening(lines), caption: None, notes }
    }

    /// A slide about the year shown.
    fn slide(&self, title: String, content: Content) -> Slide {
        let about = render::about(self.model, &self.model.selection());
        let caption = Some(format!("{about} · {}", render::source(self.model)));
        Slide { title, lead: None, content, caption, notes: Vec::new() }
    }

    /// A slide about both times of the year.
    fn slide_of_both_times(&self, title: String, content: Content) -> Slide {
        let about = render::about_year(self.model, self.model.population);
        Slide { caption: Some(format!("{about} · {}", render::source(self.model))), ..self.slide(title, content) }
    }

    /// The picture with this name, where it shows anything.
    fn picture(&self, name: &str) -> Option<&'a Picture> {
        self.pictures.get(name).copied().filter(|picture| !picture.is_empty)
    }

    /// The slide of a map, whose notes and source stand in it.
    fn map(&self, name: &str) -> Option<Slide> {
        let picture = self.picture(name)?;
        let content = Content::One(Block::Picture(Arc::new(picture.below_title())));
        let notes =
            vec![picture.description.clone()].into_iter().chain(self.metric("cross_provider_share")).collect();
        Some(Slide { title: picture.title.clone(), lead: None, content, caption: None, notes })
    }

    /// A metric's definition, formula and source.
    fn metric(&self, id: &str) -> Option<String> {
        let metric = METRICS.iter().find(|metric| metric.id() == id)?;
        let lang = self.context.lang;
        let (title, definition) = (metric.title(lang), metric.definition(lang));
        let texts = [("title", &*title), ("definition", &*definition), ("formula", metric.formula())];
        Some(self.context.say("slide-formula", &[&texts[..], &[("source", metric.source())]].concat()))
    }

    /// The notes of a slide: what is told of it, the numbers of its charts, and these metrics.
    fn noted(&self, mut slide: Slide, told: impl IntoIterator<Item = String>, metrics: &[&str]) -> Slide {
        slide.notes.extend(told);
        let blocks = match &slide.content {
            Content::Opening(_) => vec![],
            Content::One(block) => vec![block],
            Content::Two(left, right) => vec![left, right],
        };
        let numbers = blocks.into_iter().filter_map(|block| match block {
            Block::Chart(chart) => Some(chart::in_words(&self.context, chart)),
            Block::Table(_) | Block::Picture(_) | Block::Points(_) => None,
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

/// A column.
fn head(text: impl Into<String>, is_number: bool) -> SlideHead {
    SlideHead { text: text.into(), is_number }
}

/// A row of texts.
fn row(texts: impl IntoIterator<Item = String>) -> SlideRow {
    SlideRow { fields: texts.into_iter().map(SlideField::plain).collect(), is_sum: false }
}

/// The same as a sum.
fn sum(texts: impl IntoIterator<Item = String>) -> SlideRow {
    SlideRow { is_sum: true, ..row(texts) }
}

/// A column of a view.
fn plain_head(plain: view::Head) -> SlideHead {
    head(plain.text, plain.numeric)
}

/// A row of a view.
fn plain_row(plain: view::PlainRow) -> SlideRow {
    SlideRow { is_sum: plain.is_sum, ..row(plain.texts) }
}

/// A sentence of a list.
fn point(text: String) -> Point {
    Point { term: None, text }
}

/// A table without columns and rows that tell nothing, and the sentences about them.
fn told(story: &Story<'_>, table: SlideTable) -> (SlideTable, Option<String>) {
    let (table, columns, rows) = table.told();
    let say = |id: &str, left: usize| {
        let count = story.context.lang.number(left as u64);
        (left > 0 && !story.is_internal()).then(|| story.context.say(id, &[("count", &count)]))
    };
    let notes = [say("slide-columns-left", columns), say("slide-rows-left", rows)];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    (table, (!notes.is_empty()).then(|| notes.join(" ")))
}
