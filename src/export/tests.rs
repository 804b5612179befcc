//! Tests of the needs of exporters: charts declare where their pictures are shown, and parts are listed in order.

use std::sync::OnceLock;

use super::*;
use crate::render::CHARTS;
use crate::render::fixture;

/// The files of a part, given these pictures.
fn made(part: Part, pictures: &[Picture]) -> Vec<Output> {
    let material = Material { model: fixture::region(), pictures };
    let exporters = EXPORTERS.iter().filter(|exporter| exporter.parts().contains(&part));
    let sink = FilesInMemory::default();
    exporters.for_each(|exporter| exporter.export(&material, part, &sink).unwrap());
    let mut files = sink.files();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// The pictures of all charts, drawn once.
fn drawn() -> &'static [(&'static dyn Chart, Vec<Picture>)] {
    static DRAWN: OnceLock<Vec<(&'static dyn Chart, Vec<Picture>)>> = OnceLock::new();
    DRAWN.get_or_init(|| CHARTS.iter().map(|chart| (*chart, chart.draw(fixture::region()))).collect())
}

/// The pictures of the charts that are wanted.
fn pictures(wanted: impl Fn(&dyn Chart) -> bool) -> Vec<Picture> {
    drawn().iter().filter(|(chart, _)| wanted(*chart)).flat_map(|(_, pictures)| pictures.clone()).collect()
}

#[test]
fn parts_are_in_the_order_of_their_exporters() {
    let names: Vec<&str> = parts().into_iter().map(Part::as_str).collect();
    assert_eq!(names, ["tables", "csv", "page", "maps", "charts", "workbook", "slides", "pdf"]);
}

/// A part is the same with the pictures that charts declare for it as with all.
#[test]
fn charts_declare_where_they_are_shown() {
    let all = pictures(|_| true);
    for part in parts().into_iter().filter(|part| HAS_PDF || *part != PDF) {
        let declared = pictures(|chart| part.shows(chart));
        assert!(made(part, &all) == made(part, &declared), "{} shows more than is declared", part.as_str());
    }
}

/// Decks need each chart that declares it.
#[test]
fn decks_need_the_charts_that_are_declared_for_them() {
    let whole = made(SLIDES, &pictures(|_| true));
    for chart in CHARTS.iter().filter(|chart| SLIDES.shows(**chart)) {
        let without = pictures(|other| SLIDES.shows(other) && other.id() != chart.id());
        assert!(whole != made(SLIDES, &without), "no deck shows {}", chart.id());
    }
}

/// The printed report shows exactly the charts that declare it.
#[test]
fn the_print_template_names_its_charts() {
    let template = include_str!("../../data/pdf/report.typ");
    for picture in pictures(|_| true) {
        let is_named = template.contains(&format!("pictured(\"{}\"", picture.name))
            || (picture.name.starts_with("maps/home-") && template.contains("pictured(it.home_map)"))
            || (picture.name.starts_with("maps/provider-") && template.contains("pictured(it.provider_map)"));
        assert_eq!(is_named, picture.shown_in.contains(&Medium::Print), "{}", picture.name);
    }
}
