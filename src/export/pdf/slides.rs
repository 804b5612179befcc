//! A deck as plain data for its template: numbers formatted in the language, colours as codes, pictures by name.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{Document, Pictures};
use crate::error::Result;
use crate::export::Material;
use crate::export::slides::deck::{
    ChartForm, ChartSeries, Deck, Slide, SlideBlock, SlideChart, SlideContent, SlideTable, WIDEST,
};
use crate::export::slides::{in_words, written};
use crate::render;
use crate::report::view::Context;
use crate::theme::Slot;

/// The PDF file of a deck.
///
/// # Errors
/// A picture that cannot be drawn.
pub fn write(deck: &Deck, material: &Material<'_>) -> Result<Vec<u8>> {
    let mut view = DeckView { context: Context::new(material.model), pictures: Pictures::default() };
    let slides: Vec<Value> = deck.slides.iter().map(|slide| view.slide(slide)).collect();
    let data = json!({ "slides": slides, "foot": deck.foot });
    Document { template: "slides.typ", data, pictures: view.pictures }.write(material, &deck.title)
}

/// What all slides of a deck use.
struct DeckView<'a> {
    context: Context<'a>,
    pictures: Pictures<'a>,
}

impl<'a> DeckView<'a> {
    fn slide(&mut self, slide: &'a Slide) -> Value {
        let (lines, blocks) = match &slide.content {
            SlideContent::Opening(lines) => (Some(lines), Vec::new()),
            SlideContent::One(block) => (None, vec![self.block(block)]),
            SlideContent::Two(left, right) => (None, vec![self.block(left), self.block(right)]),
        };
        json!({
            "title": slide.title,
            "lead": slide.lead,
            "lines": lines,
            "blocks": blocks,
            "widest": WIDEST,
            "left": slide.content.left_share(),
            "caption": slide.caption,
        })
    }

    fn block(&mut self, block: &'a SlideBlock) -> Value {
        match block {
            SlideBlock::Chart(chart) => self.chart(chart),
            SlideBlock::Table(table) => self.table(table),
            SlideBlock::Picture(picture) => {
                json!({ "kind": "picture", "picture": self.pictures.add(Cow::Borrowed(picture)) })
            }
            SlideBlock::Points(points) => {
                let points = points.iter().map(|point| json!({ "term": point.term, "text": point.text }));
                json!({ "kind": "points", "points": points.collect::<Vec<_>>() })
            }
        }
    }

    fn colour(&self, slot: Slot) -> String {
        render::colour(&self.context.model.theme, slot).to_string()
    }

    /// A chart; its alternative text is its numbers in words.
    fn chart(&self, chart: &SlideChart) -> Value {
        let series = |series: &ChartSeries| {
            let label = |value: &Option<f64>| {
                value.map_or_else(|| "..".to_owned(), |value| written(self.context.lang, chart.numbers, value))
            };
            let colour = |i| {
                let other = series.other.iter().find(|(at, _)| *at == i);
                self.colour(other.map_or(series.colour, |(_, slot)| *slot))
            };
            json!({
                "name": series.name,
                "values": series.values,
                "labels": series.values.iter().map(label).collect::<Vec<_>>(),
                "colour": self.colour(series.colour),
                "colours": (0..series.values.len()).map(colour).collect::<Vec<_>>(),
            })
        };
        json!({
            "kind": match chart.form { ChartForm::Bars => "bars", ChartForm::Line => "line" },
            "title": chart.title,
            "categories": chart.categories,
            "series": chart.series.iter().map(series).collect::<Vec<_>>(),
            "alt": in_words(&self.context, chart),
        })
    }

    fn table(&self, table: &SlideTable) -> Value {
        let theme = &self.context.model.theme;
        let [_, white] = crate::theme::Colour::ENDS;
        let ground = |shade: f64| {
            // As light as on the PowerPoint slides, so that dark text on it is legible.
            let deep = render::colour(theme, Slot::Municipal);
            (shade > 0.0).then(|| white.mix(deep, shade.clamp(0.0, 1.0) * 0.6).to_string())
        };
        let rows = table.rows.iter().map(|row| {
            let fields = row.fields.iter().map(|field| json!({ "text": field.text, "ground": ground(field.shade) }));
            json!({ "sum": row.is_sum, "fields": fields.collect::<Vec<_>>() })
        });
        let heads = table.heads.iter().map(|head| json!({ "text": head.text, "numeric": head.is_number }));
        json!({
            "kind": "table",
            "title": table.title,
            "heads": heads.collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}
