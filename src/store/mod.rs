//! The rows of a run between reading and counting: 32 bytes a student, in partitions that fit a cache.
//!
//! **The idea.** Counting 600,000 flows in one hash table costs a cache miss a row, which is more than reading the row
//! does. So nothing is counted while files are read. Every row is cut into two small values that are appended to
//! partitions: the key of its flow (8 bytes) to one of 64 partitions by its unit, and its student (24 bytes) to one of up to
//! 1,024 by the highest bits of the pseudonym. Afterwards each partition is counted, or searched for the same student,
//! alone, in a table that stays in the second-level cache.
//!
//! **Layout.** A flow's key is a `u64` ([`Packing`]): programme, unit, home and year in as many bits as the registers
//! need, and two bits for the snapshot. A student's row is three `u64`: 96 bits of the pseudonym (the partition
//! stands for up to ten more) and its line, and the packed row with its year group, reason and source. Each worker has its own
//! partitions ([`Shard`]) and fills a chunk of 12 KiB in each; no lock and no atomic is touched but once a chunk. Shards
//! are joined by moving their chunks. A chunk
//! that was emptied is kept to be filled again ([`Spares`]): memory that is new costs a page fault for every 4 KiB. That
//! the two values are apart keeps both passes sequential; that duplicates are only
//! found later costs their flows a subtraction.
//!
//! **Cost.** A row costs its two appends, some 8 ns with the misses of the write heads; memory is
//! 32 bytes × rows + 24 KiB × partitions × workers ([`Store`]). Beyond the limit of `--memory` whole chunks go to a file
//! without a name and come back partition by partition; the results are the same, for nothing depends on order.
//!
//! **Collisions.** Two students are one where 96 + 10 bits agree: for 200 million students with probability below
//! 10⁻¹⁵ (n² / 2¹⁰⁷); small runs have fewer partitions and fewer students (48,000: 10⁻²⁰).

mod counter;
mod entry;
mod packing;
mod shard;
mod spare;

pub use counter::Counter;
pub use entry::{Entry, key_of, line_of, packed_of};
pub use packing::{Packed, PackedFlow, Packing};
pub use shard::{Held, Partition, Partitions, Shard, Store, each_partition};
pub use spare::{Spare, Spares};

use crate::config::ExtractKind;
use crate::model::{MunicipalityId, ProgrammeId, Reason, Round, StudentKey, UnitId, Year};

/// A row of an admission or October extract, in codes.
#[derive(Debug, Clone, Copy)]
pub struct StudentRow {
    /// The student; none in counted extracts, and where the id is missing.
    pub student: Option<StudentKey>,
    /// Autumn.
    pub year: Year,
    /// Year group on 15 October; none where the extract has no such column, and in admissions.
    pub year_group: Option<u8>,
    /// Home municipality or `?`.
    pub home: MunicipalityId,
    /// School unit or `?`.
    pub unit: UnitId,
    /// Programme, `?` or `-`.
    pub programme: ProgrammeId,
    /// Students in the row: 1, or the count.
    pub students: u64,
    /// What is remarkable about it; `kept` where nothing is.
    pub reason: Reason,
    /// Line in its file.
    pub line: u64,
}

/// What a row's source number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Admission or October.
    pub kind: ExtractKind,
    /// Round of an admission; the same for all of 15 October.
    pub round: Round,
}

impl Source {
    /// Whether its rows are admissions.
    #[must_use]
    pub fn is_admission(&self) -> bool {
        self.kind == ExtractKind::Admission
    }
}
