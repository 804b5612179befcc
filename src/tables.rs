//! The contract's tables: one row type each, with its columns, so that every writer walks the same list.

pub mod columnar;
mod value;

pub use value::Value;

use std::cmp::Ordering;

use rayon::prelude::*;
use value::Field;

use crate::model::{Cell, Population, Ratio, Release, Snapshot, Text, Year};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A code, a word or a file name.
    Text,
    /// A year.
    Year,
    /// A whole number from zero.
    Count,
    /// A whole number with a sign.
    Delta,
    /// A ratio, written with six decimals.
    Ratio,
    /// `true` or `false`.
    Flag,
}

/// A column: its name in the file and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The header.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A row of a contract table.
pub trait Row: Send + Sync {
    /// The table's name: `tables/<NAME>.csv`.
    const NAME: &'static str;
    /// How many of the first columns are the key, by which the table is sorted.
    const KEYS: usize;
    /// The only release that has the table; `None`: both.
    const ONLY: Option<Release>;
    /// The columns in order.
    const COLUMNS: &'static [Column];
    /// The row's value in the column of this position.
    fn value(&self, column: usize) -> Value<'_>;
    /// Whether a release has the table.
    #[must_use]
    fn is_in(release: Release) -> bool {
        Self::ONLY.is_none_or(|only| only == release)
    }
    /// Appends the row as a line of CSV.
    fn write_csv(&self, out: &mut Vec<u8>);
    /// The order of two rows by their key columns.
    fn key_order(&self, other: &Self) -> Ordering;
    /// Puts a count into the column of this position, if it holds counts.
    fn set(&mut self, column: usize, cell: Cell);
    /// The row with these texts by column, as a file has them, but for ratios; `None` where a text is none of its column.
    fn parse(text_of: &dyn Fn(&str) -> Option<String>) -> Option<Self>
    where
        Self: Sized;
}

/// Declares a row type, its table name and its columns in one place.
macro_rules! row {
    (@only) => { None };
    (@only $release:ident) => { Some(Release::$release) };
    ($(#[$doc:meta])* $type:ident, $name:literal, keys $keys:literal, $(only $release:ident,)? {
        $($(#[$field_doc:meta])* $field:ident: $ty:ty => $kind:ident),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $type {
            $($(#[$field_doc])* pub $field: $ty),*
        }

        impl Row for $type {
            const NAME: &'static str = $name;
            const KEYS: usize = $keys;
            const ONLY: Option<Release> = row!(@only $($release)?);
            const COLUMNS: &'static [Column] =
                &[$(Column { name: stringify!($field), kind: Kind::$kind }),*];

            #[inline]
            fn value(&self, column: usize) -> Value<'_> {
                type Part = for<'a> fn(&'a $type) -> Value<'a>;
                const PARTS: &[Part] = &[$(|row| Field::value(&row.$field)),*];
                PARTS[column](self)
            }

            fn write_csv(&self, out: &mut Vec<u8>) {
                $(
                    Field::value(&self.$field).write_csv(out);
                    out.push(b',');
                )*
                // There is a comma behind the last column.
                out.pop();
                out.push(b'\n');
            }

            #[inline]
            fn key_order(&self, other: &Self) -> Ordering {
                let mut column = 0;
                $(
                    if column < $keys {
                        let order = Field::key_order(&self.$field, &other.$field);
                        if order.is_ne() {
                            return order;
                        }
                    }
                    column += 1;
                )*
                debug_assert_eq!(column, Self::COLUMNS.len());
                Ordering::Equal
            }

            fn set(&mut self, column: usize, cell: Cell) {
                type Set = fn(&mut $type, Cell);
                const SETS: &[Set] = &[$(|row, cell| Field::set(&mut row.$field, cell)),*];
                SETS[column](self, cell);
            }

            fn parse(text_of: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
                Some(Self { $($field: Field::parse(&text_of(stringify!($field))?)?),* })
            }
        }
    };
}

row!(
    /// Students of a home at a unit on a programme.
    FlowRow, "flows", keys 5, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn.
        year: Year => Year,
        /// Home municipality or `?`.
        home: Text => Text,
        /// School unit or `?`.
        unit: Text => Text,
        /// Programme, `?` or `-`.
        programme: Text => Text,
        /// Students.
        students: Cell => Count,
    }
);

row!(
    /// Released sums of flows that `flows` has no codes for.
    SumRow, "sums", keys 5, only Public, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn.
        year: Year => Year,
        /// Whose students: a code of `flows`, `ALL:known`, `ALL:region`, or `ALL:but:<code>` (all known homes but one).
        home: Text => Text,
        /// Where: a code of `flows`, `ALL:region`, `ALL:but:<code>`, `ALL:provider:<code>`, `ALL:<column of shares>`,
        /// `ALL:here:<column of shares>` (of them those who study in their home municipality), or providers of the region
        /// matrix: `ALL:municipal_outside`, `ALL:independent`, `ALL:region_state_federation`.
        unit: Text => Text,
        /// Programme, a group (`ALL-national`, `ALL-vocational` …) or `ALL`.
        programme: Text => Text,
        /// Students.
        students: Cell => Count,
    }
);

row!(
    /// A home's students by who runs their unit; the five parts sum to `students`.
    ShareRow, "shares", keys 5, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region or `ALL` (the region).
        home: Text => Text,
        /// A programme, a group (`ALL-vocational` …) or `ALL`.
        programme: Text => Text,
        /// Residents of the home with a known unit, wherever it lies.
        students: Cell => Count,
        /// The unit's provider is the home municipality.
        own_provider: Cell => Count,
        /// The unit's provider is another municipality.
        other_municipality: Cell => Count,
        /// Independent provider, unit inside the home municipality.
        independent_home: Cell => Count,
        /// Independent provider, unit elsewhere.
        independent_elsewhere: Cell => Count,
        /// Region, state or federation.
        region_state: Cell => Count,
        /// `students` − `own_provider`.
        cross_provider: Cell => Count,
        /// `cross_provider` / `students`.
        cross_provider_share: Cell<Ratio> => Ratio,
    }
);

row!(
    /// How much a home and a provider mean to each other.
    DependenceRow, "dependence", keys 5, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region, or `OUT`: all others together.
        home: Text => Text,
        /// Provider.
        provider: Text => Text,
        /// Students of the home at the provider.
        students: Cell => Count,
        /// `students` / the home's students; missing for `OUT`.
        market_share: Cell<Ratio> => Ratio,
        /// `students` / all the provider's students with a known home.
        commitment: Cell<Ratio> => Ratio,
    }
);

row!(
    /// How concentrated a home's students are on providers.
    ConcentrationRow, "concentration", keys 4, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region.
        home: Text => Text,
        /// Its students with a known unit.
        students: Cell => Count,
        /// Providers with at least one of them.
        providers: Cell => Count,
        /// Herfindahl–Hirschman index over providers, 0–10,000.
        hhi: Cell<Ratio> => Ratio,
        /// 10,000 / HHI.
        effective_providers: Cell<Ratio> => Ratio,
        /// The provider with most students, ties by code; `.` without students.
        largest_provider: Text => Text,
        /// Its market share.
        largest_share: Cell<Ratio> => Ratio,
    }
);

row!(
    /// Those who stay, leave and come, by place of the unit.
    BalanceRow, "balance", keys 4, {
        /// What is counted.
        snapshot: Snapshot => Text,
        /// Autumn.
        year: Year => Year,
        /// Which programmes count.
        population: Population => Text,
        /// A municipality of the region or `ALL`: the region as one place.
        municipality: Text => Text,
        /// Students who live there.
        residents: Cell => Count,
        /// … and study there.
        stay: Cell => Count,
        /// … and study elsewhere.
        out: Cell => Count,
        /// Students who live elsewhere and study there.
        into: Cell => Count,
        /// Students who study there (known homes).
        pupils_here: Cell => Count,
        /// `into` − `out`.
        net: Cell<i64> => Delta,
        /// `stay` / `residents`.
        localisation_index: Cell<Ratio> => Ratio,
    }
);

row!(
    /// From admission to 15 October: admitted = stayed + moved out + left; enrolled = stayed + moved in + arrived.
    LedgerRow, "ledger", keys 4, {
        /// Autumn.
        year: Year => Year,
        /// Which programmes count, at both times.
        population: Population => Text,
        /// School unit or `ALL`.
        unit: Text => Text,
        /// Programme, `?`, `-` or `ALL`.
        programme: Text => Text,
        /// Admitted here.
        admitted: Cell => Count,
        /// Admitted and enrolled here.
        stayed: Cell => Count,
        /// Admitted here, enrolled at another row of the same level.
        moved_out: Cell => Count,
        /// Admitted here, enrolled nowhere known.
        left: Cell => Count,
        /// Enrolled here, admitted at another row of the same level.
        moved_in: Cell => Count,
        /// Enrolled here, admitted nowhere known.
        arrived: Cell => Count,
        /// Enrolled here in year group 1 on 15 October.
        enrolled: Cell => Count,
    }
);

row!(
    /// Who came to a unit and who left it from admission to 15 October: admitted − departures + arrivals = enrolled.
    TurnoverRow, "turnover", keys 3, {
        /// Autumn.
        year: Year => Year,
        /// Which programmes count, at both times.
        population: Population => Text,
        /// School unit or `ALL`: the sum of all units.
        unit: Text => Text,
        /// Enrolled here, not admitted here (moved in and arrived).
        arrivals: Cell => Count,
        /// Admitted here, not enrolled here (moved out and left).
        departures: Cell => Count,
    }
);

row!(
    /// Students admitted at one unit and programme and enrolled at another.
    MoveRow, "moves", keys 5, {
        /// Autumn.
        year: Year => Year,
        /// Admitted here …
        from_unit: Text => Text,
        /// … on this programme.
        from_programme: Text => Text,
        /// Enrolled here …
        to_unit: Text => Text,
        /// … on this programme.
        to_programme: Text => Text,
        /// Students.
        students: Cell => Count,
    }
);

row!(
    /// Where those came from who moved in to the units that raised their seats after admission.
    OriginRow, "origins", keys 5, {
        /// Autumn.
        year: Year => Year,
        /// Which programmes count, at both times.
        population: Population => Text,
        /// A unit that raised its seats, or `ALL`: all of them.
        unit: Text => Text,
        /// Municipality of the unit they were admitted to, `OUT` for one outside the region, `ALL`; `?` for those admitted
        /// nowhere known (arrived).
        municipality: Text => Text,
        /// Kind of provider of that unit, `?` where no register tells, or `ALL`; `?` for those admitted nowhere known.
        provider_kind: Text => Text,
        /// Students.
        students: Cell => Count,
    }
);

row!(
    /// Seats at both times; a side without data is missing.
    SeatRow, "seats", keys 3, {
        /// Autumn.
        year: Year => Year,
        /// School unit.
        unit: Text => Text,
        /// Programme or `ALL`.
        programme: Text => Text,
        /// Seats offered at admission.
        seats_admission: Cell => Count,
        /// Seats offered on 15 October.
        seats_october: Cell => Count,
        /// October − admission.
        seat_delta: Cell<i64> => Delta,
        /// Whether seats rose after admission.
        raised: Cell<bool> => Flag,
        /// Admitted / seats at admission.
        fill_admission: Cell<Ratio> => Ratio,
        /// Enrolled in year group 1 / seats on 15 October.
        fill_october: Cell<Ratio> => Ratio,
    }
);

row!(
    /// What became of a source's rows; a source's reasons sum to its rows.
    QualityRow, "quality", keys 2, {
        /// File name.
        source: Text => Text,
        /// Why, `kept` among them.
        reason: Text => Text,
        /// Rows.
        rows: Cell => Count,
        /// Students in them (seats for a seats extract); missing where that cannot be known.
        students: Cell => Count,
    }
);

row!(
    /// Lines of rows that were not simply kept.
    QualityDetailRow, "quality_detail", keys 3, only Internal, {
        /// File name.
        source: Text => Text,
        /// Why.
        reason: Text => Text,
        /// Line in the file, the first is 1.
        line: Cell => Count,
    }
);

row!(
    /// What disclosure control did to a table.
    DisclosureRow, "disclosure", keys 1, {
        /// The table, or a level of flows (`levels/…`).
        table: Text => Text,
        /// Its counts, as far as they have a row.
        cells: Cell => Count,
        /// Those that are shown.
        shown: Cell => Count,
        /// Those that are hidden because they are below the threshold; missing of a table that has rows of shown counts alone.
        below_threshold: Cell => Count,
        /// Those that are hidden to protect others.
        withheld: Cell => Count,
        /// The fewest values that remain possible of a small count; missing where nothing is hidden.
        fewest_values: Cell => Count,
    }
);

/// All tables of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    /// `flows`.
    pub flows: Vec<FlowRow>,
    /// `sums`; public only.
    pub sums: Vec<SumRow>,
    /// `shares`.
    pub shares: Vec<ShareRow>,
    /// `dependence`.
    pub dependence: Vec<DependenceRow>,
    /// `concentration`.
    pub concentration: Vec<ConcentrationRow>,
    /// `balance`.
    pub balance: Vec<BalanceRow>,
    /// `ledger`.
    pub ledger: Vec<LedgerRow>,
    /// `turnover`.
    pub turnover: Vec<TurnoverRow>,
    /// `moves`.
    pub moves: Vec<MoveRow>,
    /// `origins`.
    pub origins: Vec<OriginRow>,
    /// `seats`.
    pub seats: Vec<SeatRow>,
    /// `quality`.
    pub quality: Vec<QualityRow>,
    /// `quality_detail`; internal only.
    pub quality_detail: Vec<QualityDetailRow>,
    /// `disclosure`.
    pub disclosure: Vec<DisclosureRow>,
}

/// Something that is done with every table in turn, whatever its row type.
pub trait TableVisitor {
    /// What can go wrong.
    type Error;
    /// Called once per table.
    ///
    /// # Errors
    /// The visitor's own.
    fn table<R: Row>(&mut self, rows: &[R]) -> Result<(), Self::Error>;
}

impl Tables {
    /// Rows of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        struct Rows(u64);
        impl TableVisitor for Rows {
            type Error = std::convert::Infallible;
            fn table<R: Row>(&mut self, rows: &[R]) -> Result<(), Self::Error> {
                self.0 += rows.len() as u64;
                Ok(())
            }
        }
        let mut rows = Rows(0);
        let Ok(()) = self.visit(&mut rows);
        rows.0
    }

    /// Shows every table to the visitor, in the order of the contract.
    ///
    /// # Errors
    /// The first that the visitor gives.
    pub fn visit<V: TableVisitor>(&self, visitor: &mut V) -> Result<(), V::Error> {
        visitor.table(&self.flows)?;
        visitor.table(&self.sums)?;
        visitor.table(&self.shares)?;
        visitor.table(&self.dependence)?;
        visitor.table(&self.concentration)?;
        visitor.table(&self.balance)?;
        visitor.table(&self.ledger)?;
        visitor.table(&self.turnover)?;
        visitor.table(&self.moves)?;
        visitor.table(&self.origins)?;
        visitor.table(&self.seats)?;
        visitor.table(&self.quality)?;
        visitor.table(&self.quality_detail)?;
        visitor.table(&self.disclosure)
    }
}

/// Sorts rows by their key columns, as their texts sort; lines by number.
pub fn sort_by_key<R: Row>(rows: &mut [R]) {
    // Tables are made in order but for a margin here and there.
    if !rows.is_sorted_by(|a, b| a.key_order(b).is_le()) {
        rows.par_sort_by(R::key_order);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_missing_and_zero_are_written_differently() {
        for (value, wanted) in [
            (Value::Count(Cell::Value(0)), "0"),
            (Value::Count(Cell::Hidden), ".."),
            (Value::Count(Cell::Missing), "."),
            (Value::Delta(Cell::Value(-3)), "-3"),
            (Value::Ratio(Cell::Value(Ratio::new(1, 3))), "0.333333"),
            (Value::Ratio(Cell::Value(Ratio::new(0, 0))), "."),
            (Value::Flag(Cell::Value(true)), "true"),
        ] {
            assert_eq!(value.to_text(), wanted);
        }
    }
}
