//! How the codes of a row share 64 bits: widths by the registers and sources of the run.

use super::StudentRow;
use crate::config::{ExtractKind, YEARS};
use crate::error::{Error, Exit, Result};
use crate::model::{MunicipalityId, ProgrammeId, Reason, Registers, Snapshot, UnitId, Year};

/// Bits of a year, counted from the first of [`YEARS`].
const YEAR: u32 = 8;
/// Bits of a year group; 0 is none.
const GROUP: u32 = 4;
/// Bits of a reason's number.
const REASON: u32 = 5;

const _: () = assert!(*YEARS.end() - *YEARS.start() < 1 << YEAR && Reason::ALL.len() <= 1 << REASON);

/// Set in a flow's key where the row is of 15 October.
const OCTOBER: u64 = 1 << 63;
/// Set in a flow's key where the row compares with an admission: no year group, or the first.
const COMPARABLE: u64 = 1 << 62;

/// The layout, from the lowest bit: programme, unit, home, year, year group, reason, source. A flow's key has the first
/// four, and the two highest bits for the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packing {
    unit: u32,
    home: u32,
    year: u32,
    group: u32,
    reason: u32,
    source: u32,
}

/// A row without its student, as [`Packing`] lays it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Packed(pub(super) u64);

/// What a flow counts, as [`Packing`] lays it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackedFlow(pub(super) u64);

impl PackedFlow {
    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The key with these bits.
    #[must_use]
    pub const fn of(bits: u64) -> Self {
        Self(bits)
    }
}

/// Bits for the numbers below `count`.
const fn width(count: usize) -> u32 {
    match count {
        0 | 1 => 0,
        _ => (count - 1).ilog2() + 1,
    }
}

impl Packing {
    /// The layout for these registers and so many sources.
    ///
    /// # Errors
    /// More codes than 64 bits hold: 47 are left for municipalities, units, programmes and sources together, and 27 of
    /// them for units and programmes.
    pub fn new(registers: &Registers, sources: usize) -> Result<Self> {
        let unit = width(registers.programme_codes().len());
        let home = unit + width(registers.unit_codes().len());
        let year = home + width(registers.municipality_codes().len());
        let packing = Self {
            unit,
            home,
            year,
            group: year + YEAR,
            reason: year + YEAR + GROUP,
            source: year + YEAR + GROUP + REASON,
        };
        if packing.source + width(sources) > 64 || home > MOST_PLACES {
            return Err(Error::new(Exit::Input, "error-too-many-codes")
                .with("bits", packing.source + width(sources))
                .with("places", home));
        }
        Ok(packing)
    }

    /// The row of a source, without its student.
    #[must_use]
    pub fn pack(&self, source: usize, row: &StudentRow) -> Packed {
        let [programme, unit, home]: [u32; 3] = [row.programme.into(), row.unit.into(), row.home.into()];
        Packed(
            u64::from(programme)
                | u64::from(unit) << self.unit
                | u64::from(home) << self.home
                | u64::from(row.year - YEARS.start()) << self.year
                | u64::from(row.year_group.unwrap_or(0)) << self.group
                | (row.reason.number() as u64) << self.reason
                | (source as u64) << self.source,
        )
    }

    const fn field(bits: u64, from: u32, to: u32) -> u32 {
        (bits >> from & ((1 << (to - from)) - 1)) as u32
    }

    /// The programme.
    #[must_use]
    pub fn programme(&self, row: Packed) -> ProgrammeId {
        Self::field(row.0, 0, self.unit).into()
    }

    /// The school unit.
    #[must_use]
    pub fn unit(&self, row: Packed) -> UnitId {
        Self::field(row.0, self.unit, self.home).into()
    }

    /// The home.
    #[must_use]
    pub fn home(&self, row: Packed) -> MunicipalityId {
        Self::field(row.0, self.home, self.year).into()
    }

    /// The year.
    #[must_use]
    pub fn year(&self, row: Packed) -> Year {
        YEARS.start() + Self::field(row.0, self.year, self.group) as Year
    }

    /// The year group.
    #[must_use]
    pub fn year_group(&self, row: Packed) -> Option<u8> {
        Some(Self::field(row.0, self.group, self.reason) as u8).filter(|group| *group > 0)
    }

    /// The reason.
    #[must_use]
    pub fn reason(&self, row: Packed) -> Reason {
        Reason::ALL[Self::field(row.0, self.reason, self.source) as usize]
    }

    /// The number of its source.
    #[must_use]
    pub fn source(&self, row: Packed) -> usize {
        (row.0 >> self.source) as usize
    }

    /// Unit and programme together, as one number below [`Packing::places`].
    #[must_use]
    pub fn place(&self, row: Packed) -> u64 {
        row.0 & (self.places() - 1)
    }

    /// More than every place.
    #[must_use]
    pub const fn places(&self) -> u64 {
        1 << self.home
    }

    /// The unit and programme of a place.
    #[must_use]
    pub fn of_place(&self, place: u64) -> (UnitId, ProgrammeId) {
        (self.unit(Packed(place)), self.programme(Packed(place)))
    }

    /// What a row of a source of this kind counts for.
    #[must_use]
    pub fn flow(&self, kind: ExtractKind, row: Packed) -> PackedFlow {
        let october = if kind == ExtractKind::October { OCTOBER } else { 0 };
        let comparable = if self.year_group(row).is_none_or(|group| group == 1) { COMPARABLE } else { 0 };
        PackedFlow(row.0 & ((1 << self.group) - 1) | october | comparable)
    }

    /// A row's year, home, unit and programme behind a snapshot: numbers in the order of the texts.
    #[must_use]
    pub const fn in_snapshot(&self, snapshot: Snapshot, row: Packed) -> u64 {
        (snapshot as u64) << 62 | row.0 & ((1 << self.group) - 1)
    }

    /// The snapshot, and the row that stands behind it.
    #[must_use]
    pub fn of_snapshot(&self, bits: u64) -> (Snapshot, Packed) {
        (Snapshot::ALL[(bits >> 62) as usize], Packed(bits & ((1 << 62) - 1)))
    }

    /// The row of a flow's key: its year, home, unit and programme.
    #[must_use]
    pub const fn row(&self, flow: PackedFlow) -> Packed {
        Packed(flow.0 & ((1 << self.group) - 1))
    }

    /// The snapshots that a flow's key counts in; `has_groups` says whether everyone enrolled is a snapshot in that year.
    #[must_use]
    pub const fn snapshots(flow: PackedFlow, has_groups: bool) -> &'static [Snapshot] {
        match (flow.0 & OCTOBER != 0, flow.0 & COMPARABLE != 0) {
            (false, _) => &[Snapshot::Admission],
            (true, true) if has_groups => &[Snapshot::October, Snapshot::Enrolled],
            (true, true) => &[Snapshot::October],
            (true, false) => &[Snapshot::Enrolled],
        }
    }
}

/// Bits of a place at most, so that two of them and a year are one number.
const MOST_PLACES: u32 = 27;
