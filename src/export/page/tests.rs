//! Tests of the page: numbers equal those of the tables, links resolve, everything is escaped, both languages are
//! present.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::*;
use crate::model::{ALL, Cell, Snapshot};
use crate::render::fixture::{Sample, changed};
use crate::render::{CHARTS, Picture};
use crate::report::view::ROWS;
use crate::report::{Coverage, ReportModel};
use crate::tables::QualityRow;

/// A name that breaks out of any unescaped context.
const EVIL: &str = "</script><b>&\"'Skolan";
/// A municipality without residents in the data, and one without units.
const NO_STUDENTS: &str = "1407";
const NO_UNITS: &str = "1462";

struct TestPage {
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

/// A page without its two scripts, and their contents: the data and the explorer.
fn without_scripts(html: &str) -> (String, Vec<&str>) {
    let (mut document, mut scripts, mut rest) = (String::new(), Vec::new(), html);
    while let Some((before, script)) = rest.split_once("<script") {
        document.push_str(before);
        let (inside, after) = script.split_once("</script>").unwrap();
        scripts.push(inside.split_once('>').unwrap().1);
        rest = after;
    }
    document.push_str(rest);
    assert_eq!(scripts.len(), 2);
    (document, scripts)
}

fn html_of(model: &ReportModel, pictures: &[Picture]) -> String {
    String::from_utf8(page(&Material { model, pictures }).unwrap()).unwrap()
}

/// The pages in both languages, built once.
fn pages() -> &'static [TestPage; 2] {
    static PAGES: OnceLock<[TestPage; 2]> = OnceLock::new();
    PAGES.get_or_init(|| {
        Lang::ALL.map(|lang| {
            let model = model(lang);
            let pictures: Vec<Picture> = CHARTS.iter().flat_map(|chart| chart.draw(&model)).collect();
            let html = html_of(&model, &pictures);
            TestPage { model, pictures, html }
        })
    })
}

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    html.match_indices(&begin).filter_map(|(at, found)| html[at + found.len()..].split('"').next()).collect()
}

fn is_linked(html: &str, model: &ReportModel) {
    let ids = attributes(html, "id");
    let set: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), set.len(), "an id occurs twice");
    let links = attributes(html, "href");
    assert!(links.len() > 30);
    for link in links {
        assert!(link.strip_prefix('#').is_some_and(|id| set.contains(id)), "{link} leads nowhere");
    }
    for name in ["aria-labelledby", "aria-describedby"] {
        for id in attributes(html, name).iter().flat_map(|ids| ids.split_whitespace()) {
            assert!(set.contains(id), "{name} {id}");
        }
    }
    for code in &model.region.municipalities {
        assert!(set.contains(&*format!("m-{code}")), "{code} has no section");
    }
}

#[test]
fn links_resolve_and_ids_are_unique() {
    for pages in pages() {
        is_linked(&pages.html, &pages.model);
    }
}

/// The part of a section in one language (hidden or shown), by the id of the section.
fn section_in<'a>(html: &'a str, section: &str, lang: Lang, hidden: &str) -> &'a str {
    let from = html.find(&format!("<section id=\"{section}\">")).unwrap();
    let begin = format!("<div lang=\"{0}\" class=\"in-{0}\"{hidden}>", lang.tag());
    let from = from + html[from..].find(&begin).unwrap() + begin.len();
    let rest = &html[from..];
    &rest[..rest.find("</section>").into_iter().chain(rest.find("class=\"in-")).min().unwrap()]
}

#[test]
fn explanations_are_present_in_both_languages_and_shown_in_the_own() {
    for (pages, other) in pages().iter().zip([Lang::En, Lang::Sv]) {
        let own = pages.model.lang;
        for (section, id) in [("methods", "page-methods-lead"), ("quality", "page-reason-malformed")] {
            let (shown, held) =
                (section_in(&pages.html, section, own, ""), section_in(&pages.html, section, other, " hidden=\"\""));
            for (part, lang, wrong) in [(shown, own, other), (held, other, own)] {
                assert!(part.contains(&lang.text(id)) && !part.contains(&wrong.text(id)), "{section} {lang:?}");
            }
            assert_eq!(shown.matches("</tr>").count(), held.matches("</tr>").count(), "{section}");
        }
        for lang in Lang::ALL {
            let label = format!(" data-{}=\"{}\"", lang.tag(), lang.text("page-nav-ledger"));
            assert_eq!(pages.html.matches(&label).count(), 3, "{label}");
        }
    }
}

#[test]
fn pages_of_large_regions_are_short_and_say_where_the_rest_is() {
    let mut sample = Sample::new();
    sample.region = sample.municipalities.iter().map(|m| m.code.clone()).collect();
    let model = sample.model();
    let html = html_of(&model, &[]);
    is_linked(&html, &model);
    assert!(html.len() < 2_000_000 && html.matches("</").count() < 30_000, "{}", html.len());
    for part in ["flows.csv", "shares.csv", "home-0114.svg", "provider-1480.svg"] {
        assert!(html.contains(part), "{part}");
    }
    let short = |id: &str| html.contains(&model.lang.say(id, &[("all", "290")]));
    assert!(short("page-municipalities-short") && !pages()[0].html.contains("flows.csv"));
    for table in html.split("<table id=\"").skip(1) {
        let (id, rows) = (table.split('"').next().unwrap(), table.split("</table>").next().unwrap());
        let rows = rows.matches("<tr").count();
        assert!(rows <= ROWS + 4 || id == "municipalities-table", "{id} has {rows} rows");
    }
}

#[test]
fn short_tables_show_the_largest_and_say_so() {
    let mut sample = Sample::new();
    let rows: Vec<u64> = (0..100).collect();
    let small = sample.model();
    let whole = Context::new(&small).of_page().within(rows.clone(), "Tal".to_owned(), "seats", |n| Some(*n));
    assert_eq!(whole, (rows.clone(), "Tal".to_owned()));
    sample.region = sample.municipalities.iter().map(|m| m.code.clone()).collect();
    let model = sample.model();
    let short = Context::new(&model).of_page();
    let few = short.within(vec![1, 2], "Tal".to_owned(), "seats", |n| Some(*n));
    assert_eq!(few, (vec![1, 2], "Tal".to_owned()));
    // An unpublished number comes last.
    let shown = |n: &u64| (*n != 99).then_some(*n);
    let (shown, caption) = short.within(rows, "Tal".to_owned(), "seats", shown);
    assert_eq!((shown.len(), shown[0], shown[39]), (ROWS, 98, 59));
    for part in ["Tal ", "40", "100", "tables/seats.csv"] {
        assert!(caption.contains(part), "{caption}");
    }
}

/// The page shows exactly the pictures that charts declare for it.
#[test]
fn the_page_shows_the_pictures_declared_for_it() {
    for pages in pages() {
        let drawn = pages.pictures.iter().filter(|picture| !picture.is_empty);
        for picture in drawn {
            let svg = picture::inline(&picture.svg, "");
            let words = &svg[svg.find("<desc").unwrap()..svg.find("</desc>").unwrap()];
            let text = words.rsplit('>').next().unwrap();
            let is_shown = pages.html.contains(&format!(">{text}</desc>"));
            assert_eq!(is_shown, picture.shown_in.contains(&Medium::Page), "{}", picture.name);
        }
    }
}

/// Colours are variables, so that there can be two sets of them.
#[test]
fn style_rules_contain_no_colours() {
    for line in STYLE.lines().filter(|line| !line.contains(":root {") && !line.starts_with("@page")) {
        let is_colour = |rest: &str| rest.len() > 2 && rest.bytes().take(3).all(|byte| byte.is_ascii_hexdigit());
        assert!(!line.split('#').skip(1).any(is_colour) && !line.contains("rgb("), "{line}");
    }
}

#[test]
fn numbers_equal_those_of_the_tables() {
    for pages in pages() {
        let (model, lang) = (&pages.model, pages.model.lang);
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
                assert!(pages.html.contains(&number), "{}: {number}", row.home);
            }
            seen += 1;
        }
        assert!(seen > 10, "{seen}");
    }
}

#[test]
fn nothing_runs_and_nothing_comes_from_outside() {
    for pages in pages() {
        let html = &pages.html;
        let source = scripts::source(&[explorer::SCRIPT]);
        let policy = format!("content=\"default-src 'none'; script-src {source}; ");
        assert!(html.contains(&policy) && html.contains("; base-uri 'none'; form-action 'none'\""));
        let (document, scripts) = without_scripts(html);
        assert_eq!(scripts[1], explorer::SCRIPT);
        let data: serde_json::Value = serde_json::from_str(scripts[0]).unwrap();
        assert!(data["names"]["units"].as_object().unwrap().values().any(|unit| unit[0] == EVIL));
        assert!(!scripts[0].contains('<'), "a character can end the script");
        let html = &document;
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
    for (pages, tag) in pages().iter().zip(["sv", "en"]) {
        let html = &pages.html;
        assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{tag}");
        assert!(html.contains("class=\"band\"><b>INTERN</b>"), "the band of an internal release");
        for id in ["page-", "metric-", "reason-", "coverage-"] {
            let shown = format!(">{id}");
            assert!(!html.contains(&shown), "a message without words: {id}");
        }
        let lang = pages.model.lang;
        let name = |code: &str| pages.model.registers.municipality_name(code).to_owned();
        for (id, code) in [("page-home-none", NO_STUDENTS), ("page-provider-none", NO_UNITS)] {
            assert!(html.contains(&lang.say(id, &[("name", &name(code))])), "{id} {code}");
        }
        assert!(html.contains(&lang.text("page-coverage-title")));
        assert_eq!(attributes(html, "class").iter().filter(|c| **c == "municipality").count(), 13);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let pages = &pages()[0];
    assert_eq!(html_of(&pages.model, &pages.pictures), pages.html);
}
