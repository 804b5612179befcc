//! The slide of the run's own region among others.

use std::sync::Arc;

use super::{Slide, SlideBlock, SlideContent, Story};

/// The slide; `None` if there is no data about other regions.
pub fn slide(story: &Story<'_>) -> Option<Slide> {
    let picture = story.picture("charts/regions-funnel")?;
    let content = SlideContent::One(SlideBlock::Picture(Arc::new(picture.below_title())));
    let lead = Some(story.context.t("regions-section"));
    Some(Slide {
        title: picture.title.clone(),
        lead,
        content,
        caption: None,
        notes: vec![picture.description.clone()],
    })
}
