//! The rows that one worker holds while it reads, and those of all workers by partition.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::chunks::{Chunks, SlabSize};
use super::entry::{StudentEntry, entry};
use super::{Packed, Packing, Spare, Spares, StudentRow};
use crate::config::ExtractKind;
use crate::error::Result;
use crate::io::{Spill, SpillFile};
use crate::model::StudentKey;

/// The state shared by all shards of a run: the layout, the number of partitions, and the memory limit.
#[derive(Debug)]
pub struct Store {
    /// How rows are packed.
    pub packing: Packing,
    flow_bits: u32,
    student_bits: u32,
    limit: u64,
    held: AtomicU64,
    spill: Spill,
    spares: Spares,
}

impl Store {
    /// A store for about `rows` rows in total, of which at most `limit` bytes are held in memory.
    #[must_use]
    pub fn new(packing: Packing, rows: u64, limit: Option<u64>) -> Self {
        let bits = |rows_each: u64, most: u32| (rows / rows_each + 1).next_power_of_two().ilog2().min(most);
        Self {
            packing,
            flow_bits: bits(1 << 15, 6),
            student_bits: bits(1 << 13, 10),
            limit: limit.unwrap_or(u64::MAX),
            held: AtomicU64::new(0),
            spill: Spill::default(),
            spares: Spares::default(),
        }
    }

    /// The store with these spare slabs, which are filled before new ones are allocated.
    #[must_use]
    pub fn with(self, spares: Spares) -> Self {
        Self { spares, ..self }
    }

    /// An empty shard of this store.
    #[must_use]
    pub fn shard(&self) -> Shard<'_> {
        let size = if self.limit == u64::MAX { SlabSize::Growing } else { SlabSize::Chunk };
        Shard {
            store: self,
            flows: Chunks::new(1 << self.flow_bits, size),
            students: Chunks::new(1 << self.student_bits, size),
            weighted: Vec::new(),
            keyless: Vec::new(),
        }
    }

    /// Counts bytes that are held in memory.
    fn hold(&self, bytes: u64) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Ends reading and returns the rows of all shards by partition.
    ///
    /// # Errors
    /// A spill file that cannot be written completely.
    pub fn gather(self, shards: impl IntoIterator<Item = ShardRows>) -> Result<Partitions> {
        let mut out = Partitions {
            packing: self.packing,
            flows: Partitioned::new(1 << self.flow_bits),
            students: Partitioned::new(1 << self.student_bits),
            weighted: Vec::new(),
            keyless: Vec::new(),
            spilled: self.spill.close()?,
            spares: self.spares,
        };
        for shard in shards {
            out.flows.shards.push(shard.flows);
            out.students.shards.push(shard.students);
            out.weighted.extend(shard.weighted);
            out.keyless.extend(shard.keyless);
        }
        Ok(out)
    }
}

/// The rows of all sources by partition.
#[derive(Debug)]
pub struct Partitions {
    /// How rows are packed.
    pub packing: Packing,
    /// Keys of flows by unit, one per student.
    pub flows: Partitioned<u64>,
    /// Rows with a student key, by the highest bits of the key.
    pub students: Partitioned<StudentEntry>,
    /// Keys of flows and their students, for rows with several students.
    pub weighted: Vec<(u64, u64)>,
    /// Rows without a student key, of sources with student ids.
    pub keyless: Vec<Packed>,
    /// The rows beyond the memory limit.
    pub spilled: Option<SpillFile>,
    /// The pool for emptied slabs.
    pub spares: Spares,
}

/// The values of all shards by partition.
#[derive(Debug)]
pub struct Partitioned<T> {
    partitions: usize,
    shards: Vec<Chunks<T>>,
}

impl<T: bytemuck::Pod + Send + Sync> Partitioned<T> {
    const fn new(partitions: usize) -> Self {
        Self { partitions, shards: Vec::new() }
    }

    /// Passes every partition, complete, to one of the workers of the pool; returns the workers.
    ///
    /// # Errors
    /// A spill file that cannot be read.
    pub fn each<W: Send>(
        self,
        spilled: Option<&SpillFile>,
        spare: &Spare<T>,
        make: impl Fn() -> W + Sync,
        work: impl Fn(&mut W, &[T]) + Sync,
    ) -> Result<Vec<W>> {
        let workers = rayon::current_num_threads().min(self.partitions).max(1);
        let next = AtomicUsize::new(0);
        let one = || {
            let (mut worker, mut values) = (make(), Vec::new());
            loop {
                let partition = next.fetch_add(1, Ordering::Relaxed);
                if partition >= self.partitions {
                    return Ok(worker);
                }
                values.clear();
                self.shards.iter().try_for_each(|shard| shard.append_to(partition, spilled, &mut values))?;
                work(&mut worker, &values);
            }
        };
        let worked = if workers == 1 {
            vec![one()?]
        } else {
            (0..workers).into_par_iter().with_max_len(1).map(|_| one()).collect::<Result<_>>()?
        };
        self.shards.into_iter().for_each(|shard| spare.keep(shard.into_slabs()));
        Ok(worked)
    }
}

/// A worker's rows.
#[derive(Debug)]
pub struct Shard<'s> {
    store: &'s Store,
    flows: Chunks<u64>,
    students: Chunks<StudentEntry>,
    weighted: Vec<(u64, u64)>,
    keyless: Vec<Packed>,
}

/// The rows of a finished shard.
#[derive(Debug)]
pub struct ShardRows {
    flows: Chunks<u64>,
    students: Chunks<StudentEntry>,
    weighted: Vec<(u64, u64)>,
    keyless: Vec<Packed>,
}

impl Shard<'_> {
    /// Adds a row of a source. `has_keys` says whether the source has student ids.
    #[inline]
    pub fn push(&mut self, source: usize, kind: ExtractKind, row: &StudentRow, has_keys: bool) {
        let packing = &self.store.packing;
        let packed = packing.pack(source, row);
        let flow = packing.flow(kind, packed).0;
        match row.students {
            0 => {}
            1 => {
                let partition = u32::from(row.unit) as usize & (self.flows.partitions() - 1);
                let held = || self.store.hold(Chunks::<u64>::SIZE);
                self.flows.push(partition, flow, &self.store.spares.flows, held);
            }
            several => self.weighted.push((flow, several)),
        }
        match row.student {
            Some(key) => {
                let key: u128 = StudentKey::bits(key);
                let partition = (key >> 96) as usize & (self.students.partitions() - 1);
                let entry = entry(key, packed, row.line);
                let held = || self.store.hold(Chunks::<StudentEntry>::SIZE);
                self.students.push(partition, entry, &self.store.spares.students, held);
            }
            None if has_keys => self.keyless.push(packed),
            None => {}
        }
    }

    /// Writes whole chunks to disk if all shards together exceed the memory limit.
    ///
    /// # Errors
    /// A spill file that cannot be written.
    pub fn spill_if_full(&mut self) -> Result<()> {
        if self.store.held.load(Ordering::Relaxed) > self.store.limit {
            let freed = self.flows.spill(&self.store.spill)? + self.students.spill(&self.store.spill)?;
            self.store.held.fetch_sub(freed, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Ends the shard.
    #[must_use]
    pub fn done(self) -> ShardRows {
        ShardRows { flows: self.flows, students: self.students, weighted: self.weighted, keyless: self.keyless }
    }
}
