//! The slide of the run's own region among others.

use std::sync::Arc;

use super::{Slide, SlideBlock, SlideContent, SlideRow, SlideTable, Story, head, row};
use crate::render;
use crate::report::proportion;
use crate::tables::{RegionIndicator, RegionRow};

/// Maximum number of regions in the table.
const SHOWN: usize = 12;
/// The indicators of the table.
const INDICATORS: [RegionIndicator; 2] = [RegionIndicator::LateSeatsGross, RegionIndicator::CrossProvider];

/// The slide; `None` if there is no data about other regions.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let whole = story.picture("charts/regions-funnel")?;
    let panel = render::funnel_panel(story.model)?;
    let table = SlideBlock::Table(table(story));
    let content = SlideContent::Two(SlideBlock::Picture(Arc::new(panel.picture)), table);
    let mut slide = story.slide_of_both_times(whole.title.clone(), content);
    slide.lead = Some(story.context.t("regions-section"));
    slide = super::with_caption(
        slide,
        Some(panel.notes.iter().map(|note| format!("{note}.")).collect::<Vec<_>>().join(" ")),
    );
    Some(story.noted(slide, [whole.description.clone()], &["place_among_regions"]))
}

/// The values of all regions, the run's own first, then the largest first value.
fn table(story: &Story<'_>) -> SlideTable {
    let (model, context) = (story.model, &story.context);
    let values = INDICATORS.map(|indicator| model.region_values(indicator));
    let share = |row: &RegionRow| proportion(row).map_or(-1.0, |share| share.to_f64());
    let mut names = Vec::new();
    for row in &values[0].rows {
        names.push((!model.is_own(&row.region), -share(row), &row.region));
    }
    for row in values[1].rows.iter().filter(|row| !values[0].rows.iter().any(|known| known.region == row.region)) {
        names.push((!model.is_own(&row.region), 1.0, &row.region));
    }
    names.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then_with(|| a.2.cmp(b.2)));
    let line = |name: &crate::model::Text| {
        let cell = |of: &crate::report::RegionValues<'_>| {
            let row = of.rows.iter().find(|row| row.region == *name);
            row.and_then(|row| proportion(row))
                .map_or_else(|| "..".to_owned(), |share| context.lang.percent(share, 1))
        };
        let [first, second] = [cell(&values[0]), cell(&values[1])];
        SlideRow { is_sum: model.is_own(name), ..row([name.to_string(), first, second]) }
    };
    let left = names.len().saturating_sub(SHOWN);
    let mut out: Vec<SlideRow> = names.iter().take(SHOWN).map(|(.., name)| line(name)).collect();
    if left > 0 {
        out.push(row([context.say("panel-more", &[("count", &left.to_string())]), String::new(), String::new()]));
    }
    let heads = INDICATORS.map(|of| head(context.t(&format!("word-indicator-{}", of.as_str())), true));
    let heads = [head(context.t("column-region"), false)].into_iter().chain(heads).collect();
    SlideTable { title: context.t("regions-caption"), heads, rows: out }
}
