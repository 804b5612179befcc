//! Tests of what exporters need: pictures where charts declare them, and parts as they are declared.

use super::*;
use crate::render::CHARTS;
use crate::render::fixture;

/// The files of a part with these pictures.
fn made(part: Part, pictures: &[Picture]) -> Vec<Output> {
    let material = Material { model: fixture::region(), pictures };
    let exporters = EXPORTERS.iter().filter(|exporter| exporter.parts().contains(&part));
    exporters.flat_map(|exporter| exporter.export(&material, part).unwrap()).collect()
}

/// The pictures of all charts but those that `wanted` refuses.
fn pictures(wanted: impl Fn(&dyn Chart) -> bool) -> Vec<Picture> {
    let model = fixture::region();
    CHARTS.iter().filter(|chart| wanted(**chart)).flat_map(|chart| chart.draw(model)).collect()
}

#[test]
fn parts_are_in_the_order_of_their_exporters() {
    let names: Vec<&str> = parts().into_iter().map(Part::as_str).collect();
    assert_eq!(names, ["tables", "csv", "page", "maps", "charts", "workbook", "slides", "pdf"]);
}

/// A part is the same with the pictures that charts declare for it as with all, and needs each of them.
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
            // Takes too long; its templates name its pictures.
            continue;
        }
        for chart in CHARTS.iter().filter(|chart| part.shows(**chart)) {
            let without = pictures(|other| part.shows(other) && other.id() != chart.id());
            assert!(whole != made(part, &without), "{} does not show {}", part.as_str(), chart.id());
        }
    }
}

/// The report to print shows the charts that declare it, and no others.
#[test]
fn the_template_of_the_report_to_print_names_its_charts() {
    let template = include_str!("../../data/pdf/report.typ");
    for picture in pictures(|_| true) {
        let is_named = template.contains(&format!("pictured(\"{}\"", picture.name))
            || (picture.name.starts_with("maps/home-") && template.contains("pictured(it.home_map)"))
            || (picture.name.starts_with("maps/provider-") && template.contains("pictured(it.provider_map)"));
        assert_eq!(is_named, picture.shown_in.contains(&Medium::Print), "{}", picture.name);
    }
}
