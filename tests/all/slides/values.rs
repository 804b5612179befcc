//! The values in charts and tables of decks, looked up in the tables of the same report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use elevflode::words::Lang;
use serde_json::Value;

use crate::support::{Folder, Row, row, table};

/// The tables of a report, and the names that its decks use.
pub struct Report {
    tables: BTreeMap<String, Vec<Row>>,
    lang: Lang,
    /// Municipalities, units and programmes by code.
    names: BTreeMap<String, String>,
    /// The municipality of each unit, and its provider.
    places: BTreeMap<String, String>,
    providers: BTreeMap<String, String>,
    region: String,
    year: String,
}

/// A name with its values in the tables, one cell per series.
type NamedCells = (String, Vec<String>);

impl Report {
    /// The report in `out` with the tables in `tables`; its words are in `lang`.
    pub fn new(folder: &Folder, out: &str, tables: &str, lang: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| fs::read(root.join(path)).unwrap();
        let manifest: Value = serde_json::from_slice(&folder.files(out)["manifest.json"]).unwrap();
        let files = folder.files(tables);
        let tables =
            files.iter().filter_map(|(name, bytes)| Some((name.strip_suffix(".csv")?.to_owned(), table(bytes))));
        let mut report = Self {
            tables: tables.collect(),
            lang: Lang::ALL.into_iter().find(|one| one.tag() == lang).unwrap(),
            names: BTreeMap::new(),
            places: BTreeMap::new(),
            providers: BTreeMap::new(),
            region: manifest["region"].as_str().unwrap().to_owned(),
            year: manifest["year"].to_string(),
        };
        for path in ["data/sweden/municipalities.csv", "data/sweden/programmes.csv", "data/demo/units.csv"] {
            report.learn(&read(path));
        }
        report
    }

    /// Adds the names of a register.
    pub fn learn(&mut self, register: &[u8]) {
        for mut row in table(register) {
            let code = row.remove("code").unwrap();
            if let Some((place, provider)) = row.remove("municipality").zip(row.remove("provider")) {
                self.places.insert(code.clone(), place);
                self.providers.insert(code.clone(), provider);
            }
            self.names.insert(code, row.remove("name").unwrap());
        }
    }

    /// A message of the program, with these texts inserted.
    pub fn word(&self, id: &str, texts: &[(&str, &str)]) -> String {
        assert!(self.lang.has(id), "no word {id}");
        self.lang.say(id, texts)
    }

    /// The name of a code.
    pub fn name(&self, code: &str) -> String {
        match code {
            "ALL" => self.region.clone(),
            "OUT" => self.word("page-outside", &[]),
            _ => self.names.get(code).cloned().unwrap_or_else(|| code.to_owned()),
        }
    }

    /// The name of a unit, with its municipality if another unit has the same name; the name of any other code.
    fn unit(&self, code: &str) -> String {
        let name = self.name(code);
        let is_shared = || self.places.keys().filter(|other| self.names[*other] == name).count() > 1;
        match self.places.get(code).filter(|_| is_shared()) {
            Some(place) => format!("{name} ({})", self.name(place)),
            None => name,
        }
    }

    /// The rows of a table that pages show.
    fn rows<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Row> {
        let is_meant = |row: &&Row| {
            let is = |column: &str, wanted: &str| row.get(column).is_none_or(|value| value == wanted);
            is("year", &self.year) && is("snapshot", "october") && is("population", "national")
        };
        self.tables[name].iter().filter(is_meant)
    }

    /// A chart's names and cells from the tables; `None` for an unknown chart.
    fn expected(&self, title: &str, of: &str, subject: &str) -> Option<Vec<NamedCells>> {
        let line = |row: &Row, key: &str, columns: &[&str]| -> NamedCells {
            (self.name(&row[key]), columns.iter().map(|column| row[*column].clone()).collect())
        };
        let name = self.name(subject);
        // Two charts of the share have the same title.
        let of_programmes = of == self.word("page-col-programme", &[]);
        let is = |id: &str| title == self.word(id, &[("name", &name)]) && (id == "slide-programmes") == of_programmes;
        let all = |row: &&Row| row["programme"] == "ALL";
        let share = |row: &Row| row["home"] == subject;
        Some(if is("slide-parts") {
            let row = self.rows("shares").find(|row| share(row) && all(row)).unwrap();
            let parts = ["own", "other-municipality", "independent-home", "independent-elsewhere", "region-state"];
            let columns =
                ["own_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state"];
            let part = |(part, column): (&str, &str)| {
                (self.word(&format!("page-part-{part}"), &[]), vec![row[column].clone()])
            };
            parts.into_iter().zip(columns).map(part).collect()
        } else if is("slide-trend") {
            let is_meant = |row: &&Row| row["snapshot"] == "october" && row["population"] == "national" && share(row);
            let year = |row: &Row| (row["year"].clone(), vec![row["cross_provider_share"].clone()]);
            self.tables["shares"].iter().filter(|row| is_meant(row) && all(row)).map(year).collect()
        } else if is("slide-change-chart") {
            let is_of = |row: &&Row| {
                let wanted =
                    [("snapshot", "october"), ("population", "national"), ("home", "ALL"), ("programme", "ALL")];
                wanted.iter().all(|(column, value)| row[*column] == *value) && row["year_to"] == self.year
            };
            let rows: Vec<&Row> = self.tables["change"].iter().filter(is_of).collect();
            let from = rows.iter().map(|row| &row["year_from"]).max().unwrap();
            let factors =
                rows.iter().filter(|row| row["year_from"] == *from && !["ALL", "joint"].contains(&&*row["factor"]));
            let percent = |row: &Row| {
                let share = row["effect_share"].parse::<f64>();
                share.map_or_else(|_| row["effect_share"].clone(), |share| (share * 100.0).to_string())
            };
            let word = |row: &Row| {
                let mut letters: Vec<char> =
                    self.word(&format!("change-column-{}", row["factor"]), &[]).chars().collect();
                letters[0] = letters[0].to_uppercase().next().unwrap();
                letters.into_iter().collect()
            };
            factors.map(|row| (word(row), vec![percent(row)])).collect()
        } else if is("slide-municipalities") {
            self.rows("shares").filter(all).map(|row| line(row, "home", &["cross_provider_share"])).collect()
        } else if is("slide-programmes") {
            let rows = self.rows("shares").filter(|row| row["home"] == "ALL");
            let named = |row: &Row| match &*row["programme"] {
                group @ ("ALL-vocational" | "ALL-preparatory" | "ALL-introduction") => {
                    (self.word(&format!("page-{group}"), &[]), vec![row["cross_provider_share"].clone()])
                }
                _ => line(row, "programme", &["cross_provider_share"]),
            };
            let (groups, programmes): (Vec<&Row>, Vec<&Row>) =
                rows.filter(|row| row["programme"] != "ALL").partition(|row| row["programme"].starts_with("ALL"));
            let is_told = |row: &&&Row| row["cross_provider_share"].parse::<f64>().is_ok();
            let shown = if programmes.iter().filter(is_told).count() > 1 { programmes } else { groups };
            shown.into_iter().map(named).collect()
        } else if is("slide-ledger-units") {
            let unit = |row: &Row| {
                (self.unit(&row["unit"]), ["departures", "arrivals"].map(|column| row[column].clone()).into())
            };
            self.rows("turnover").filter(|row| row["unit"] != "ALL").map(unit).collect()
        } else if is("slide-seats-units") {
            let raised = |row: &&Row| row["unit"] != "ALL" && row["raised"] == "true";
            self.rows("seats")
                .filter(all)
                .filter(raised)
                .map(|row| (self.unit(&row["unit"]), vec![row["seat_delta"].clone()]))
                .collect()
        } else if is("slide-concentration") {
            self.rows("concentration").map(|row| line(row, "home", &["effective_providers"])).collect()
        } else if is("slide-destinations") {
            self.flows(|row| row["home"] == subject, "unit")
        } else if is("slide-origins") {
            let is_there = |unit: &str| match unit.strip_prefix("ALL-") {
                Some(place) => place == subject,
                None => self.places.get(unit).is_some_and(|place| place == subject),
            };
            self.flows(|row| is_there(&row["unit"]), "home")
        } else {
            return None;
        })
    }

    /// Students in national programmes in flows, summed by a column. A public release has its own sums: by unit, and
    /// by home of those in a municipality.
    fn flows(&self, is_meant: impl Fn(&Row) -> bool, by: &str) -> Vec<NamedCells> {
        let rows = || self.rows("flows");
        let is_public = rows().any(|row| row["programme"] == "ALL-national");
        let is_national = |row: &&Row| match is_public {
            true => {
                row["programme"] == "ALL-national"
                    && row["unit"].starts_with("ALL") == (by == "home")
                    && !["ALL", "OUT"].contains(&&*row["home"])
            }
            false => !row["programme"].starts_with("IM") && row["programme"] != "?",
        };
        let mut sums: BTreeMap<&str, Option<i64>> = BTreeMap::new();
        for row in rows().filter(is_national).filter(|row| is_meant(row)) {
            let sum = sums.entry(&row[by]).or_insert(Some(0));
            *sum = sum.zip(row["students"].parse::<i64>().ok()).map(|(a, b)| a + b);
        }
        let text = |sum: Option<i64>| sum.map_or("..".to_owned(), |n| n.to_string());
        sums.into_iter().map(|(code, sum)| (self.unit(code.trim_start_matches("ALL-")), vec![text(sum)])).collect()
    }

    /// Cells of the row that pages show and that has these values.
    pub fn cells(&self, name: &str, wanted: &[(&str, &str)], columns: &[&str]) -> Vec<String> {
        let rows: Vec<Row> = self.rows(name).cloned().collect();
        let row = row(&rows, wanted);
        columns.iter().map(|column| row[*column].clone()).collect()
    }

    /// Students in national programmes who live in a municipality and study at units in another, both by name.
    pub fn flow(&self, home: &str, provider: &str) -> i64 {
        let is_provider = |unit: &String| self.providers.get(unit).is_some_and(|code| self.name(code) == provider);
        let found = self.flows(|row| self.name(&row["home"]) == home && is_provider(&row["unit"]), "home");
        found.first().map_or(0, |(_, cells)| cells[0].parse().unwrap())
    }

    /// The students of a home with a provider, by name.
    pub fn dependence(&self, home: &str, provider: &str) -> Option<String> {
        let is_meant = |row: &&Row| self.name(&row["home"]) == home && self.name(&row["provider"]) == provider;
        let mut rows = self.rows("dependence").filter(is_meant);
        rows.next().map(|row| row["students"].clone())
    }

    /// The differences between a chart and the tables; `None` for an unknown chart.
    pub fn differences(&self, chart: &Value, subject: &str) -> Option<Vec<String>> {
        let title = chart["title"].as_str().unwrap();
        let expected = self.expected(title, chart["of"].as_str().unwrap(), subject)?;
        let mut found = Vec::new();
        // Pairs of a name and its values.
        let series = chart["series"].as_array().unwrap();
        let categories = chart["categories"].as_array().unwrap();
        for (i, category) in categories.iter().map(|name| name.as_str().unwrap()).enumerate() {
            // Names may be followed by a share or a sum.
            let base = category.split(" · ").next().unwrap();
            // Names that are too long have lost their middle.
            let is = |known: &str, name: &str| match name.split_once('\u{2026}') {
                Some((head, tail)) => known.starts_with(head) && known.ends_with(tail),
                None => known == name,
            };
            let known = |name: &str| expected.iter().find(|(known, _)| is(known, name));
            let Some((_, cells)) =
                known(base).or_else(|| known(base.rsplit_once(" (").map_or(base, |(name, _)| name)))
            else {
                found.push(format!("{title}: {category} is in no table"));
                continue;
            };
            let drawn: Vec<Option<f64>> = series.iter().map(|one| one[1][i].as_f64()).collect();
            let held: Vec<Option<f64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
            if drawn != held {
                found.push(format!("{title}: {category} is {drawn:?}, {cells:?} in the tables"));
            }
        }
        let could =
            expected.iter().filter(|(_, cells)| cells.iter().all(|cell| cell.parse::<f64>().is_ok_and(|n| n != 0.0)));
        if categories.len() < could.count().min(7) {
            found.push(format!("{title}: {} shown of {}", categories.len(), expected.len()));
        }
        Some(found)
    }
}
