//! The slide of a sheet: its map with its list, or its first table.

use super::{Deck, DeckDraft, Slide, SlideBlock, SlideContent, SlideTable, Story, plain_head, plain_row, point};
use crate::render::SlideMap;
use crate::report::view::{PlainTable, Sheet};

impl Story<'_> {
    /// A deck of one slide about a sheet.
    pub fn sheet(&self, sheet: &Sheet, map: Option<&SlideMap>) -> Deck {
        let mut draft = DeckDraft::default();
        draft.slides.push(self.sheet_slide(sheet, map));
        self.deck(&self.model.region.name, draft)
    }

    fn sheet_slide(&self, sheet: &Sheet, map: Option<&SlideMap>) -> Slide {
        let table = sheet.tables.first().map(|table| {
            let PlainTable { caption, heads, rows } = table.clone().plain();
            let heads = heads.into_iter().map(plain_head).collect();
            SlideBlock::Table(SlideTable { title: caption, heads, rows: rows.into_iter().map(plain_row).collect() })
        });
        let content = match (map, table) {
            (Some(map), _) => super::place::map_content(map, sheet.title.clone()),
            (None, Some(table)) => SlideContent::One(table),
            (None, None) => SlideContent::One(SlideBlock::Points(sheet.lead.iter().cloned().map(point).collect())),
        };
        let notes = sheet.lead.iter().chain(&sheet.notes).cloned();
        let lead = sheet.lead.join(" ");
        let slide =
            Slide { lead: (!lead.is_empty()).then_some(lead), ..self.slide_of_market(sheet.title.clone(), content) };
        self.noted(slide, notes, &[])
    }
}
