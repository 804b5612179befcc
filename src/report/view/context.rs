//! Lookups common to all sections: rows of the report year, names of codes, and messages.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::names;
use super::table::{TableField, ViewRow, ViewTable};
use crate::model::{ALL, Cell, NO_PROGRAMME, OUT, ProviderKind, Ratio, SchoolUnit, Snapshot, Text, UNKNOWN, Year};
use crate::report::ReportModel;
use crate::tables::market::Market;
use crate::tables::{BalanceRow, ConcentrationRow, DependenceRow, ShareRow, Tables};
use crate::words::{Args, Lang, sort_key};

/// Maximum number of municipalities of a region whose page shows all rows; a page must open on a phone.
const LARGE: usize = 40;
/// Maximum number of rows of a long table on the page of a larger region.
pub const ROWS: usize = 40;

/// The model, with lookups prepared for all sections.
pub struct Context<'a> {
    /// The report.
    pub model: &'a ReportModel,
    /// Its tables.
    pub tables: &'a Tables,
    /// Its language.
    pub lang: Lang,
    /// Whether it is for a page, which omits rows that are in the table files.
    short: bool,
    municipalities: Vec<&'a Text>,
    providers: BTreeMap<&'a str, ProviderKind>,
    /// Rows of `shares` for the snapshot and population of the page, by year and home.
    shares: BTreeMap<Year, BTreeMap<&'a str, Vec<&'a ShareRow>>>,
}

impl<'a> Context<'a> {
    /// Prepares the lookups.
    #[must_use]
    pub fn new(model: &'a ReportModel) -> Self {
        let registers = &model.registers;
        let mut municipalities: Vec<&Text> = model.region.municipalities.iter().collect();
        municipalities.sort_by_cached_key(|code| sort_key(registers.municipality_name(code), code));
        let mut providers: BTreeMap<&str, ProviderKind> = BTreeMap::new();
        for unit in registers.units() {
            providers.entry(&unit.provider.code).or_insert(unit.provider.kind);
        }
        let (tables, lang, selection) = (model.tables.get(), model.lang, model.selection());
        let mut shares: BTreeMap<Year, BTreeMap<&str, Vec<&ShareRow>>> = BTreeMap::new();
        for row in tables.shares.iter().filter(|r| selection.is_of(r.snapshot, selection.year, r.population)) {
            shares.entry(row.year).or_default().entry(&row.home).or_default().push(row);
        }
        Self { model, tables, lang, short: false, municipalities, providers, shares }
    }

    /// The same for a page, which omits rows of a large region that are in the table files.
    #[must_use]
    pub fn of_page(self) -> Self {
        Self { short: self.municipalities.len() > LARGE, ..self }
    }

    /// The same in another language.
    #[must_use]
    pub fn speaking(&self, lang: Lang) -> Self {
        Self { lang, short: self.short, ..Self::new(self.model) }
    }

    /// Whether rows that are in the table files are omitted.
    pub fn is_short(&self) -> bool {
        self.short
    }

    /// An id of the page, made unique for elements that the page has in both languages.
    pub fn id(&self, id: &str) -> String {
        if self.lang == self.model.lang { id.to_owned() } else { format!("{id}-{}", self.lang.tag()) }
    }

    /// The title of the report.
    pub fn title(&self) -> String {
        let year = self.model.year.to_string();
        self.say("page-title", &[("region", &self.model.region.name), ("year", &year)])
    }

    /// A message.
    pub fn t(&self, id: &str) -> String {
        self.lang.text(id)
    }

    /// A message with its arguments.
    pub fn say(&self, id: &str, args: Args<'_>) -> String {
        self.lang.say(id, args)
    }

    /// Several messages, for column headers.
    pub fn words<const N: usize>(&self, ids: [&str; N]) -> [String; N] {
        ids.map(|id| self.lang.text(&format!("page-{id}")))
    }

    /// Codes of the region's municipalities, sorted by name.
    pub fn municipalities(&self) -> &[&'a Text] {
        &self.municipalities
    }

    /// Population, snapshot and year for captions.
    pub fn scope(&self) -> String {
        let population = self.t(&format!("page-population-{}", self.model.population.as_str()));
        let census = self.census(self.model.snapshot, self.model.year);
        self.say("page-scope", &[("population", &population), ("census", &census)])
    }

    /// The same with the admission round, for the line under a title.
    pub fn scope_and_round(&self) -> String {
        let Some(round) = self.model.round else { return self.scope() };
        let population = self.t(&format!("page-population-{}", self.model.population.as_str()));
        let census = self.census(self.model.snapshot, self.model.year);
        let round = self.t(&format!("page-round-{}", round.as_str()));
        self.say("page-scope-round", &[("population", &population), ("census", &census), ("round", &round)])
    }

    /// The snapshot and the year in words.
    pub fn census(&self, snapshot: Snapshot, year: Year) -> String {
        self.say(&format!("page-census-{}", snapshot.as_str()), &[("year", &year.to_string())])
    }

    /// The row of `shares` for the snapshot and population of the page.
    pub fn share(&self, year: Year, home: &str, programme: &str) -> Option<&'a ShareRow> {
        self.shares(year, home).find(|r| *r.programme == *programme)
    }

    /// All rows of `shares` of a home, one per programme, group and `ALL`.
    pub fn shares(&self, year: Year, home: &str) -> impl Iterator<Item = &'a ShareRow> {
        self.shares.get(&year).and_then(|homes| homes.get(home)).into_iter().flatten().copied()
    }

    /// The row of `balance` of a municipality or `ALL`.
    pub fn balance(&self, municipality: &str) -> Option<&'a BalanceRow> {
        self.model.balance(municipality, &self.model.selection())
    }

    /// The row of `concentration` of a municipality.
    pub fn concentration(&self, home: &str) -> Option<&'a ConcentrationRow> {
        let selection = self.model.selection();
        let is_of = |r: &&ConcentrationRow| selection.is_of(r.snapshot, r.year, r.population) && *r.home == *home;
        self.tables.concentration.iter().find(is_of)
    }

    /// All rows of `dependence`.
    pub fn dependence(&self) -> impl Iterator<Item = &'a DependenceRow> {
        let selection = self.model.selection();
        self.tables.dependence.iter().filter(move |r| selection.is_of(r.snapshot, r.year, r.population))
    }

    /// The units in a municipality, sorted by name.
    pub fn units_in(&self, municipality: &str) -> Vec<&'a SchoolUnit> {
        let mut units: Vec<&SchoolUnit> =
            self.model.registers.units().filter(|u| *u.municipality == *municipality).collect();
        units.sort_by_cached_key(|u| sort_key(&u.name, &u.code));
        units
    }

    /// The name of a municipality; `?` and `OUT` are replaced by words.
    pub fn municipality(&self, code: &str) -> String {
        match code {
            UNKNOWN => self.t("page-unknown-home"),
            OUT => self.t("page-outside"),
            ALL => self.t("page-region"),
            code => self.model.registers.municipality_name(code).to_owned(),
        }
    }

    /// A municipality as a row header, linked to its section if it has one.
    pub fn municipality_field(&self, code: &str) -> TableField {
        let field = TableField::text(self.municipality(code));
        if self.model.in_region(code) { field.linked(names::anchor("m", code)) } else { field }
    }

    /// A school unit as a row header: its name, with its municipality and provider below.
    pub fn unit_field(&self, code: &str) -> TableField {
        match self.model.registers.unit_by_code(code) {
            None => TableField::text(self.t("page-unknown-unit")),
            Some(unit) => {
                let place = self.model.registers.municipality_name(&unit.municipality).to_owned();
                TableField::text(&*unit.name).with_sub(format!("{place} · {}", self.kind(unit.provider.kind)))
            }
        }
    }

    /// The name of a unit.
    pub fn unit(&self, code: &str) -> String {
        self.model.registers.unit_by_code(code).map_or_else(|| self.t("page-unknown-unit"), |u| u.name.to_string())
    }

    /// A programme's name with its code.
    pub fn programme_field(&self, code: &str) -> TableField {
        match code {
            UNKNOWN => TableField::text(self.t("page-unknown-programme")),
            NO_PROGRAMME => TableField::text(self.t("page-no-programme")),
            ALL => TableField::text(self.t("page-all-programmes")),
            code => match self.model.registers.programme_by_code(code) {
                Some(programme) if programme.name != programme.code => {
                    TableField::text(&*programme.name).with_sub(code)
                }
                _ => TableField::text(code),
            },
        }
    }

    /// The sort key of a programme: kind, then name.
    pub fn programme_order(&self, code: &str) -> (u8, (String, String)) {
        let programme = self.model.registers.programme_by_code(code);
        let kind = programme.map_or(u8::MAX, |p| p.kind as u8);
        (kind, sort_key(programme.map_or(code, |p| &*p.name), code))
    }

    /// The kind of a provider in words.
    pub fn kind(&self, kind: ProviderKind) -> String {
        self.t(&format!("page-kind-{}", kind.as_str()))
    }

    /// A provider as a row header. Only municipalities have names; others are named after their units.
    pub fn provider_field(&self, code: &str) -> TableField {
        let Some(kind) = self.providers.get(code) else { return TableField::text(code) };
        if *kind == ProviderKind::Municipal {
            let name = self.model.registers.municipality_name(code);
            return TableField::text(self.say("page-provider-municipal", &[("name", name)]));
        }
        let words = self.model.provider_name(code);
        TableField::text(words).with_sub(format!("{} · {code}", self.kind(*kind)))
    }

    /// A count as a field.
    pub fn count(&self, cell: Cell) -> TableField {
        TableField::count(self.lang, cell)
    }

    /// A number of students of a market, as the release shows it.
    pub fn shown(&self, students: u64) -> TableField {
        self.count(self.model.shown(students))
    }

    /// What is counted in a market: year group 1 of all programmes, at its snapshot.
    pub fn scope_of_market(&self, market: &Market) -> String {
        let census = self.census(market.snapshot, market.year);
        self.say("card-scope", &[("census", &census)])
    }

    /// A part of a whole, with a bar.
    pub fn part(&self, part: Cell, whole: Cell) -> TableField {
        TableField::bar(self.model, part.zip(whole, Ratio::new))
    }

    /// A share as text.
    pub fn percent(&self, cell: Cell<Ratio>) -> String {
        TableField::percent(self.model, cell).shown().to_owned()
    }

    /// A count as text.
    pub fn number(&self, cell: Cell) -> String {
        self.count(cell).shown().to_owned()
    }

    /// On the page of a large region, omits the smallest rows by `size`; the caption then gives the number of rows
    /// shown and in total, and the file with all rows.
    pub fn within<T>(
        &self,
        mut rows: Vec<T>,
        caption: String,
        file: &str,
        size: impl Fn(&T) -> Option<u64>,
    ) -> (Vec<T>, String) {
        let all = rows.len();
        if !self.is_short() || all <= ROWS {
            return (rows, caption);
        }
        rows.sort_by_cached_key(|row| Reverse(size(row)));
        rows.truncate(ROWS);
        let caption = self.left(caption, "page-largest-in", (ROWS, all), file);
        (rows, caption)
    }

    /// A caption with the number of rows shown and in total.
    pub fn left(&self, caption: String, id: &str, (shown, all): (usize, usize), file: &str) -> String {
        let [shown, all] = [shown, all].map(|n| self.lang.number(n as u64));
        let file = format!("tables/{file}.csv");
        let left = self.say(id, &[("shown", &shown), ("all", &all), ("file", &file)]);
        format!("{caption} {left}")
    }

    /// The largest of a list with their share of `whole`, and the sum of the rest in a last row.
    pub fn largest(
        &self,
        table: ViewTable,
        items: &[(Text, Cell)],
        whole: Cell,
        shown: usize,
        head: impl Fn(&str) -> TableField,
        rest: &str,
    ) -> ViewTable {
        let row = |head: TableField, students: Cell| vec![head, self.count(students), self.part(students, whole)];
        // A rest of one row is shown as that row.
        let shown = if items.len() == shown + 1 { items.len() } else { shown.min(items.len()) };
        let (first, others) = items.split_at(shown);
        let mut rows: Vec<ViewRow> =
            first.iter().map(|(code, students)| ViewRow::new(row(head(code), *students))).collect();
        if !others.is_empty() {
            let count = self.lang.number(others.len() as u64);
            let students = others.iter().map(|(_, students)| *students).sum();
            rows.push(ViewRow::rest(row(TableField::text(self.say(rest, &[("count", &count)])), students)));
        }
        if !rows.is_empty() {
            rows.push(ViewRow::total(row(TableField::text(self.t("page-total")), whole)));
        }
        table.group("", rows)
    }
}
