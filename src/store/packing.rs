//! The layout of a row's codes in 64 bits; widths depend on the registers and sources of the run.

use super::StudentRow;
use crate::config::{ExtractKind, YEARS};
use crate::error::{Error, Exit, Result};
use crate::model::{MunicipalityId, ProgrammeId, Reason, Registers, Snapshot, UnitId, Year};

/// Bits of a year, counted from the first of [`YEARS`].
const YEAR: u32 = 8;
/// Bits of a year group; 0 means none.
const GROUP: u32 = 4;
/// Bits of a reason's number.
const REASON: u32 = 5;

const _: () = assert!(*YEARS.end() - *YEARS.start() < 1 << YEAR && Reason::ALL.len() <= 1 << REASON);

/// Set in the key of a flow if the row is of 15 October.
const OCTOBER: u64 = 1 << 63;
/// Set in the key of a flow if the row is comparable with an admission: no year group, or year group 1.
const COMPARABLE: u64 = 1 << 62;

/// The layout, from the lowest bit: programme, unit, home, year, year group, reason, source. The key of a flow has
/// the first four, and the two highest bits for the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packing {
    unit: u32,
    home: u32,
    year: u32,
    group: u32,
    reason: u32,
    source: u32,
}

/// A row without its student, in the layout of [`Packing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Packed(pub(super) u64);

/// The key of a flow, in the layout of [`Packing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackedFlow(pub(super) u64);

impl PackedFlow {
    /// The bits of the key.
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

/// The number of bits for numbers below `count`.
const fn width(count: usize) -> u32 {
    match count {
        0 | 1 => 0,
        _ => (count - 1).ilog2() + 1,
    }
}

impl Packing {
    /// The layout for these registers and this number of sources.
    ///
    /// # Errors
    /// More codes than fit in 64 bits: 47 bits are left for municipalities, units, programmes and sources together,
    /// of which units and programmes may use 27.
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
        if packing.source + width(sources) > 64 || home > MAX_OFFER_BITS {
            return Err(Error::new(Exit::Input, "error-too-many-codes")
                .with("bits", packing.source + width(sources))
                .with("places", home));
        }
        Ok(packing)
    }

    /// Packs a row of a source, without its student.
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

    /// The home municipality.
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

    /// The number of the source.
    #[must_use]
    pub fn source(&self, row: Packed) -> usize {
        (row.0 >> self.source) as usize
    }

    /// The offer (unit and programme) as one number below [`Packing::offers`].
    #[must_use]
    pub fn offer(&self, row: Packed) -> u64 {
        row.0 & (self.offers() - 1)
    }

    /// The upper bound (exclusive) of the numbers of offers.
    #[must_use]
    pub const fn offers(&self) -> u64 {
        1 << self.home
    }

    /// The unit and programme of an offer.
    #[must_use]
    pub fn unit_and_programme(&self, offer: u64) -> (UnitId, ProgrammeId) {
        (self.unit(Packed(offer)), self.programme(Packed(offer)))
    }

    /// The key of the flow to which a row of a source of this kind belongs.
    #[must_use]
    pub fn flow(&self, kind: ExtractKind, row: Packed) -> PackedFlow {
        let october = if kind == ExtractKind::October { OCTOBER } else { 0 };
        let comparable = if self.year_group(row).is_none_or(|group| group == 1) { COMPARABLE } else { 0 };
        PackedFlow(row.0 & ((1 << self.group) - 1) | october | comparable)
    }

    /// A row's year, home, unit and programme after the snapshot in the highest bits; these numbers sort as their
    /// texts do.
    #[must_use]
    pub const fn in_snapshot(&self, snapshot: Snapshot, row: Packed) -> u64 {
        (snapshot as u64) << 62 | row.0 & ((1 << self.group) - 1)
    }

    /// The snapshot and the row of a number from [`Packing::in_snapshot`].
    #[must_use]
    pub fn of_snapshot(&self, bits: u64) -> (Snapshot, Packed) {
        (Snapshot::ALL[(bits >> 62) as usize], Packed(bits & ((1 << 62) - 1)))
    }

    /// The row of a flow's key: year, home, unit and programme.
    #[must_use]
    pub const fn row(&self, flow: PackedFlow) -> Packed {
        Packed(flow.0 & ((1 << self.group) - 1))
    }

    /// The snapshots in which a flow's key counts; `has_groups` says whether "everyone enrolled" is a snapshot in
    /// that year.
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

/// Maximum number of bits of an offer, so that two offers and a year fit in one number.
const MAX_OFFER_BITS: u32 = 27;
