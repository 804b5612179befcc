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
        Coverage::NothingLinks { year },
        Coverage::OctoberStopsAtTheRegion { year },
        Coverage::NoSeats { year, time: Snapshot::Admission },
        Coverage::NoSeats { year, time: Snapshot::October },
        Coverage::Unknown { year, snapshot: Snapshot::Admission, students: Cell::Value((12, 11_500)) },
        Coverage::Unknown { year, snapshot: Snapshot::October, students: Cell::Hidden },
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

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    html.match_indices(&begin).filter_map(|(at, found)| html[at + found.len()..].split('"').next()).collect()
}

#[test]
fn links_lead_to_ids_and_every_id_stands_once() {
    for made in made() {
        let ids = attributes(&made.html, "id");
        let set: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), set.len(), "an id stands twice");
        let links = attributes(&made.html, "href");
        assert!(links.len() > 30);
        for link in links {
            assert!(link.strip_prefix('#').is_some_and(|id| set.contains(id)), "{link} leads nowhere");
        }
        for name in ["aria-labelledby", "aria-describedby"] {
            for id in attributes(&made.html, name).iter().flat_map(|ids| ids.split_whitespace()) {
                assert!(set.contains(id), "{name} {id}");
            }
        }
        for code in &made.model.region.municipalities {
            assert!(set.iter().any(|id| id.ends_with(&**code)), "{code} has no section");
        }
    }
}

#[test]
fn numbers_are_those_of_the_tables() {
    for made in made() {
        let (model, lang) = (&made.model, made.model.lang);
        let rows = model.tables.get().shares.iter().filter(|r| {
            r.year == model.year
                && r.snapshot == model.snapshot
                && r.population == model.population
                && *r.programme == *ALL
        });
        let mut seen = 0;
        for row in rows {
            let (Some(students), Some(cross)) = (row.students.value(), row.cross_provider.value()) else { continue };
            let Some(share) = row.cross_provider_share.value() else { continue };
            for number in [lang.number(students), lang.number(cross), lang.percent(share, 1)] {
                assert!(made.html.contains(&number), "{}: {number}", row.home);
            }
            seen += 1;
        }
        assert!(seen > 10, "{seen}");
    }
}

#[test]
fn nothing_runs_and_nothing_comes_from_outside() {
    for made in made() {
        let html = &made.html;
        assert!(html.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"));
        for foreign in ["<script", "<iframe", "<img", "<link", "@import", "javascript:", " src=", " onload="] {
            assert!(!html.contains(foreign), "{foreign}");
        }
        assert!(!html.contains(EVIL), "a name is not escaped");
        assert!(html.contains("Skolan") && html.contains("&lt;b&gt;&amp;"), "the name is there, escaped");
        assert!(html.contains("antagning_&lt;2023&gt;.csv"));
    }
}

#[test]
fn the_page_says_what_it_is_in_its_language() {
    for (made, tag) in made().iter().zip(["sv", "en"]) {
        let html = &made.html;
        assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{tag}");
        assert!(html.contains("class=\"band\"><b>INTERN</b>"), "the band of an internal release");
        for id in ["page-", "metric-", "reason-", "coverage-"] {
            let shown = format!(">{id}");
            assert!(!html.contains(&shown), "a message without words: {id}");
        }
        let lang = made.model.lang;
        let name = |code: &str| made.model.registers.municipality_name(code).to_owned();
        for (id, code) in [("page-home-none", NO_STUDENTS), ("page-provider-none", NO_UNITS)] {
            assert!(html.contains(&lang.say(id, &[("name", &name(code))])), "{id} {code}");
        }
        assert!(html.contains(&lang.text("page-coverage-title")));
        assert_eq!(attributes(html, "class").iter().filter(|c| **c == "municipality").count(), 13);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let made = &made()[0];
    assert_eq!(html_of(&made.model, &made.pictures), made.html);
}
