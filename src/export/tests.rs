//! Tests of the needs of exporters: charts declare where their pictures are shown, and parts are listed in order.

use super::*;
use crate::render::CHARTS;
use crate::render::fixture;

/// The files of a part, given these pictures.
fn made(part: Part, pictures: &[Picture]) -> Vec<Output> {
    let material = Material { model: fixture::region(), pictures };
    let exporters = EXPORTERS.iter().filter(|exporter| exporter.parts().contains(&part));
    exporters.flat_map(|exporter| exporter.export(&material, part).unwrap()).collect()
}

/// The pictures of all charts accepted by `wanted`.
fn pictures(wanted: impl Fn(&dyn Chart) -> bool) -> Vec<Picture> {
    let model = fixture::region();
    CHARTS.iter().filter(|chart| wanted(**chart)).flat_map(|chart| chart.draw(model)).collect()
}

#[test]
fn parts_are_in_the_order_of_their_exporters() {
    let names: Vec<&str> = parts().into_iter().map(Part::as_str).collect();
    assert_eq!(names, ["tables", "csv", "page", "maps", "charts", "workbook", "slides", "pdf"]);
}

/// A part is unchanged if it gets only the pictures declared for it, and it needs each of them.
#[test]
fn charts_declare_where_they_are_shown() {
    let all = pictures(|_| true);
    for part in parts().into_iter().filter(|part| HAS_PDF || *part != PDF) {
        let whole = made(part, &all);
        assert!(
            whole == made(part, &pictures(|chart| part.shows(chart))),
            "{} shows more than is declared",
            part.as_str()
        );
        if part == PDF {
            // Too slow to test; its templates name its pictures.
            continue;
        }
        for chart in CHARTS.iter().filter(|chart| part.shows(**chart)) {
            let without = pictures(|other| part.shows(other) && other.id() != chart.id());
            assert!(whole != made(part, &without), "{} does not show {}", part.as_str(), chart.id());
        }
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
