//! Pictures: placeholder until the renderer lands.

use crate::error::Result;
use crate::graph::Selection;
use crate::model::{Perspective, Text};
use crate::report::ReportModel;
use crate::words::Lang;

#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub name: String,
    pub title: String,
    pub description: String,
    pub svg: String,
    pub width: f64,
    pub height: f64,
}

pub trait Chart: Sync {
    fn id(&self) -> &'static str;
    fn title(&self, lang: Lang) -> String;
    fn description(&self, lang: Lang) -> String;
    fn draw(&self, model: &ReportModel) -> Vec<Picture>;
}

pub static CHARTS: &[&dyn Chart] = &[];

pub fn png(_: &Picture, _: f32) -> Result<Vec<u8>> {
    Ok(Vec::new())
}

pub struct MapSpec {
    pub perspective: Perspective,
    pub of: Text,
    pub programme: Option<Text>,
    pub selection: Selection,
}

pub struct MapScale;

impl MapScale {
    pub fn of(_: &ReportModel, _: &MapSpec) -> Self {
        Self
    }
}

pub fn dependency_map(_: &ReportModel, _: &MapSpec, _: &MapScale) -> Picture {
    unimplemented!()
}
