//! The shapes of a slide in reading order: title, lead, content, caption, foot, number. They fill placeholders of the
//! layout if there are any, otherwise text boxes.

use minijinja::{context, value::Value};

use super::chart::hundredths;
use super::layout::{Placeholder, PlaceholderUse, SlideArea, SlideLayout};
use super::template::{ChosenLayout, LayoutRole};
use super::{DeckStyle, grid};
use crate::export::slides::deck::{Deck, Slide, SlideBlock, SlideContent, SlidePoint};

/// EMU per point.
const POINT: f64 = 12_700.0;
/// Left and right inset of text boxes and placeholders together, EMU.
const INSETS: i64 = 182_880;
/// Gap between lead, content and caption, EMU.
const GAP: i64 = 91_440;
/// Text size of the caption and the foot, points.
const CAPTION: f64 = 12.0;
/// Text size of a title that the program places itself, points.
const TITLE: f64 = 28.0;
/// The smallest text size of everything else, points.
const LEAST: f64 = 14.0;

/// A block with its area on a slide.
pub struct PlacedBlock<'d> {
    /// The block.
    pub block: &'d SlideBlock,
    /// Its area.
    pub area: SlideArea,
    /// The placeholder it fills.
    pub place: Option<Value>,
}

/// The role of the layout that a slide's content needs.
pub const fn role(slide: &Slide) -> LayoutRole {
    match slide.content {
        SlideContent::Opening(_) => LayoutRole::Opening,
        SlideContent::One(_) => LayoutRole::Content,
        SlideContent::Two(SlideBlock::Picture(_), _) => LayoutRole::Content,
        SlideContent::Two(..) => LayoutRole::Two,
    }
}

/// The shapes of a slide so far.
pub struct Shapes<'s> {
    style: &'s DeckStyle,
    out: Vec<Value>,
    count: usize,
}

impl<'s> Shapes<'s> {
    /// Without shapes.
    pub const fn new(style: &'s DeckStyle) -> Self {
        Self { style, out: Vec::new(), count: 1 }
    }

    /// The shapes, for the slide template.
    pub fn done(self) -> Vec<Value> {
        self.out
    }

    /// The id and the name of the next shape.
    fn next(&mut self, word: &str) -> (usize, String) {
        self.count += 1;
        (self.count, format!("{} {}", self.style.lang.text(&format!("shape-{word}")), self.count - 1))
    }

    /// Text in a placeholder, at most in the placeholder's text size.
    fn in_place(&mut self, word: &str, place: &Placeholder, texts: &[&str], is_bold: bool, least: f64) {
        let (id, name) = self.next(word);
        let room = (place.area.w - INSETS, place.area.h - GAP);
        let size = self.style.fit.size(texts, is_bold, room, place.size, least);
        let paragraphs: Vec<Value> =
            texts.iter().map(|text| Value::from(vec![context! { text => *text, bold => false }])).collect();
        self.out.push(context! {
            kind => "text", id, name,
            place => marked(place),
            size => (size < place.size).then(|| hundredths(size)),
            paragraphs,
        });
    }

    /// Text in a text box.
    fn boxed(&mut self, word: &str, area: SlideArea, runs: Vec<Vec<(String, bool)>>, size: f64, look: TextStyle) {
        let (id, name) = self.next(word);
        let run = |(text, bold): (String, bool)| context! { text, bold };
        let paragraphs: Vec<Value> =
            runs.into_iter().map(|runs| Value::from(runs.into_iter().map(run).collect::<Vec<_>>())).collect();
        self.out.push(context! {
            kind => "text", id, name,
            // A title is one for assistive technology too, wherever the layout has its own.
            place => look.is_title.then(|| context! { word => "title", index => None::<&str> }),
            area => at(area),
            size => hundredths(size),
            anchor => look.anchor,
            align => look.align,
            quiet => look.is_quiet,
            bullets => look.has_bullets,
            paragraphs,
        });
    }

    /// The title.
    pub fn title(&mut self, chosen: &ChosenLayout, slide: &Slide) {
        match (chosen.title, chosen.layout.place(PlaceholderUse::Title)) {
            (Some(area), _) => {
                let size = self.style.fit.size(&[&slide.title], true, (area.w, area.h), TITLE, LEAST);
                self.boxed("title", area, vec![vec![(slide.title.clone(), true)]], size, TextStyle::TITLE);
            }
            (None, Some(place)) => self.in_place("title", place, &[&slide.title], true, LEAST),
            (None, None) => {}
        }
    }

    /// The lines below the title of an opening slide.
    pub fn opening(&mut self, chosen: &ChosenLayout, lines: &[String]) {
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        match chosen.layout.place(PlaceholderUse::Subtitle).filter(|_| chosen.title.is_none()) {
            Some(place) => self.in_place("text", place, &texts, false, LEAST),
            None => {
                let area = chosen.areas[0];
                let size = self.style.fit.size(&texts, false, (area.w, area.h), 20.0, LEAST);
                let runs = lines.iter().map(|line| vec![(line.clone(), false)]).collect();
                self.boxed("text", area, runs, size, TextStyle::TOP);
            }
        }
    }

    /// Adds the lead of a slide; returns the remaining areas for its content and the area of its caption.
    pub fn around(&mut self, chosen: &ChosenLayout, slide: &Slide) -> (Vec<SlideArea>, Option<SlideArea>) {
        let mut areas = chosen.areas.clone();
        let (first, last) = (areas[0], areas[areas.len() - 1]);
        let whole = SlideArea { w: last.x + last.w - first.x, ..first };
        if let Some(lead) = &slide.lead {
            // One line if its text is not too small, otherwise two.
            let one = self.style.fit.size(&[lead], false, (whole.w, high(1, 18.0)), 18.0, LEAST);
            let is_one = self.style.fit.lines(lead, one, false, whole.w as f64 / POINT) == 1;
            let two = || self.style.fit.size(&[lead], false, (whole.w, high(2, 18.0)), 18.0, LEAST);
            let size = if is_one { one } else { two() };
            let h = high(self.style.fit.lines(lead, size, false, whole.w as f64 / POINT), size);
            self.boxed("lead", SlideArea { h, ..whole }, vec![vec![(lead.clone(), false)]], size, TextStyle::TOP);
            areas.iter_mut().for_each(|area| {
                area.y += h + GAP;
                area.h -= h + GAP;
            });
        }
        let caption = slide.caption.as_ref().map(|caption| {
            let size = self.style.fit.size(&[caption], false, (whole.w, high(2, CAPTION)), CAPTION, CAPTION);
            let h = high(self.style.fit.lines(caption, size, false, whole.w as f64 / POINT), size);
            areas.iter_mut().for_each(|area| area.h -= h + GAP);
            SlideArea { y: whole.bottom() - h, h, ..whole }
        });
        (areas, caption)
    }

    /// The caption, in the area reserved for it.
    pub fn caption(&mut self, text: &str, area: SlideArea) {
        let size = self.style.fit.size(&[text], false, (area.w, area.h), CAPTION, CAPTION);
        self.boxed("caption", area, vec![vec![(text.to_owned(), false)]], size, TextStyle::CAPTION);
    }

    /// Sentences.
    pub fn points(&mut self, points: &[SlidePoint], area: SlideArea) {
        let sentences: Vec<String> = points
            .iter()
            .map(|point| point.term.iter().map(|term| format!("{term}: ")).chain([point.text.clone()]).collect())
            .collect();
        let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
        let size = self.style.fit.size(&texts, true, (area.w - 228_600, area.h), 18.0, LEAST);
        let runs = points.iter().map(|point| {
            let term = point.term.iter().map(|term| (format!("{term}: "), true));
            term.chain([(point.text.clone(), false)]).collect()
        });
        self.boxed("text", area, runs.collect(), size, TextStyle::BULLETS);
    }

    /// A table in its area.
    pub fn table(&mut self, placed: &PlacedBlock<'_>, slide: &Slide) {
        let SlideBlock::Table(table) = placed.block else { return };
        let (id, name) = self.next("table");
        let grid = grid::of(table, placed.area, self.style.fit);
        let alt = format!("{}. {}", table.title, slide.title);
        let head = |head: &crate::export::slides::deck::SlideHead| {
            context! { text => grid.head(&head.text, head.is_number), numeric => head.is_number, turned => grid.is_rotated && head.is_number, shade => 0 }
        };
        let rows = table.rows.iter().map(|row| {
            let fields = row.fields.iter().enumerate().map(|(i, field)| {
                context! {
                    text => grid.text(&field.text, i, !row.is_sum && !table.heads.get(i).is_some_and(|head| head.is_number)),
                    numeric => table.heads.get(i).is_some_and(|head| head.is_number),
                    // Dark enough to be visible, light enough for the text on it.
                    shade => (field.shade.clamp(0.0, 1.0) * 60_000.0).round() as u32,
                }
            });
            context! { sum => row.is_sum, fields => fields.collect::<Vec<_>>() }
        });
        self.out.push(context! {
            kind => "table", id, name, alt,
            place => &placed.place,
            area => at(grid.area),
            size => hundredths(grid.size),
            margin => grid::MARGIN,
            inset => grid.inset,
            columns => &grid.columns,
            head_height => grid.head,
            row_height => grid.row,
            heads => table.heads.iter().map(head).collect::<Vec<_>>(),
            rows => rows.collect::<Vec<_>>(),
        });
    }

    /// A chart, by the id of its relation to the slide.
    pub fn chart(&mut self, placed: &PlacedBlock<'_>, slide: &Slide, relation: &str) {
        let SlideBlock::Chart(chart) = placed.block else { return };
        let (id, name) = self.next("chart");
        let alt = format!("{}. {}", chart.title, slide.title);
        self.out.push(
            context! { kind => "chart", id, name, alt, place => &placed.place, area => at(placed.area), relation },
        );
    }

    /// A picture, by the ids of its relations to the slide: PNG, and SVG for programs that support it.
    pub fn picture(&mut self, placed: &PlacedBlock<'_>, png: &str, svg: &str) {
        let SlideBlock::Picture(picture) = placed.block else { return };
        let (id, name) = self.next("picture");
        let alt = format!("{}. {}", picture.title, picture.description);
        let area = at(placed.area.fitted(picture.width / picture.height));
        self.out.push(context! { kind => "picture", id, name, alt, place => &placed.place, area, png, svg });
    }

    /// The foot and the slide number.
    pub fn foot(&mut self, layout: &SlideLayout, deck: &Deck, number: usize) {
        let (w, h) = self.style.size;
        let line = SlideArea { x: w / 24, y: h - 420_000, w: w - w / 12, h: 260_000 };
        match layout.place(PlaceholderUse::Foot) {
            Some(place) => self.in_place("foot", place, &[&deck.foot], false, CAPTION),
            None => self.boxed("foot", line, vec![vec![(deck.foot.clone(), false)]], CAPTION, TextStyle::TOP),
        }
        let (id, name) = self.next("number");
        let place = layout.place(PlaceholderUse::Number);
        self.out.push(context! {
            kind => "number", id, name, number,
            place => place.map(marked),
            area => if place.is_none() { Some(at(SlideArea { x: w - w / 24 - 914_400, w: 914_400, ..line })) } else { None },
        });
    }
}

/// The style of text in a box.
#[derive(Debug, Clone, Copy)]
struct TextStyle {
    anchor: &'static str,
    align: &'static str,
    is_quiet: bool,
    has_bullets: bool,
    is_title: bool,
}

impl TextStyle {
    const TOP: Self = Self { anchor: "t", align: "l", is_quiet: false, has_bullets: false, is_title: false };
    const TITLE: Self = Self { anchor: "b", is_title: true, ..Self::TOP };
    const CAPTION: Self = Self { anchor: "b", is_quiet: true, ..Self::TOP };
    const BULLETS: Self = Self { has_bullets: true, ..Self::TOP };
}

/// The height of this many lines, EMU.
fn high(lines: usize, size: f64) -> i64 {
    (lines as f64 * size * 1.2 * POINT).ceil() as i64
}

/// An area for templates.
fn at(area: SlideArea) -> Value {
    context! { x => area.x, y => area.y, w => area.w, h => area.h }
}

/// A placeholder as slides refer to it.
pub fn marked(place: &Placeholder) -> Value {
    context! { word => &*place.word, index => place.index.as_deref() }
}
