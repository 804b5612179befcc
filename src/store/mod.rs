//! The rows of a run between reading and counting: 32 bytes per student, in partitions that fit a cache.
//!
//! **The idea.** Counting 600,000 flows in one hash table costs a cache miss per row, which is more than reading the
//! row costs. So nothing is counted while files are read. Every row is split into two small values that are appended
//! to partitions: the key of its flow (8 bytes) to one of 64 partitions by unit, and its student (24 bytes) to one of
//! up to 1,024 partitions by the highest bits of the pseudonym. Afterwards each partition is processed alone, counted
//! or searched for repeated students, in a table that stays in the second-level cache.
//!
//! **Layout.** The key of a flow is a `u64` ([`Packing`]): programme, unit, home and year in as many bits as the
//! registers need, and two bits for the snapshot. The row of a student is three `u64`: 96 bits of the pseudonym (the
//! partition determines up to ten more) and the line number, and the packed row with year group, reason and source.
//! Each worker has its own partitions ([`Shard`]) and fills a chunk of some 12 KiB in each; it uses locks and atomics only
//! once per chunk. Chunks lie in slabs (`chunks.rs`). Emptied slabs are kept for reuse ([`Spares`]), because new memory
//! costs a page fault for every 4 KiB. They go back to the system when all extracts are read. Keeping the two values separate makes both passes sequential; the
//! price is that duplicates are found later and have to be subtracted from their flows.
//!
//! **Cost.** A row costs two appends, about 8 ns including the cache misses of the write heads. Memory is 32 bytes ×
//! rows + 24 KiB × partitions × workers ([`Store`]). Beyond the limit of `--memory` whole chunks go to an unnamed
//! file and are read back partition by partition; the results are the same, because nothing depends on order.
//!
//! **Collisions.** Two students count as one if 96 + 10 bits agree: for 200 million students with probability below
//! 10⁻¹⁵ (n² / 2¹⁰⁷). Small runs have fewer partitions and fewer students (48,000: 10⁻²⁰).

mod chunks;
mod counter;
mod entry;
mod packing;
mod shard;
mod spare;

pub use counter::Counter;
pub use entry::{StudentEntry, key_of, line_of, packed_of};
pub use packing::{Packed, PackedFlow, Packing};
pub use shard::{Partitioned, Partitions, Shard, ShardRows, Store};
pub use spare::{Spare, Spares};

use crate::config::ExtractKind;
use crate::model::{MunicipalityId, ProgrammeId, Reason, Round, StudentKey, UnitId, Year};

/// A row of an admission or October extract, as codes.
#[derive(Debug, Clone, Copy)]
pub struct StudentRow {
    /// The student; `None` in counted extracts, and if the id is missing.
    pub student: Option<StudentKey>,
    /// Autumn.
    pub year: Year,
    /// Year group on 15 October; `None` if the column is absent, and in admissions.
    pub year_group: Option<u8>,
    /// Home municipality or `?`.
    pub home: MunicipalityId,
    /// School unit or `?`.
    pub unit: UnitId,
    /// Programme, `?` or `-`.
    pub programme: ProgrammeId,
    /// Students in the row: 1, or the count.
    pub students: u64,
    /// The reason that applies to it; `kept` if it is unremarkable.
    pub reason: Reason,
    /// Line number in its file.
    pub line: u64,
}

/// The kind and round of the source with a row's source number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceKind {
    /// Admission or October.
    pub kind: ExtractKind,
    /// Round of an admission; the same value for all October extracts.
    pub round: Round,
}

impl SourceKind {
    /// Whether its rows are admissions.
    #[must_use]
    pub fn is_admission(&self) -> bool {
        self.kind == ExtractKind::Admission
    }
}
