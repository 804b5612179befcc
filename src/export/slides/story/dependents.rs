//! The slide of the units on which most depends.

use super::{Slide, SlideBlock, SlideContent, SlideTable, Story, plain_head, plain_row};
use crate::report::view::{self, MostDependents, PlainTable};

/// Maximum number of units.
const UNITS: usize = 8;

/// The slide; `None` if the release has no market.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let context = &story.context;
    let MostDependents { title, only, table } = view::most_dependents(context, UNITS)?;
    let PlainTable { caption, heads, rows } = table.plain();
    let heads = heads.into_iter().map(plain_head).collect();
    let table = SlideTable { title: caption, heads, rows: rows.into_iter().map(plain_row).collect() };
    let notes = [context.t("whatif-limits")];
    let slide = Slide { lead: only, ..story.slide_of_market(title, SlideContent::One(SlideBlock::Table(table))) };
    Some(story.noted(slide, notes, &[]))
}
