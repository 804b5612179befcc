//! The rows that one worker holds while it reads: for every partition a chunk that is being filled.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::entry::{StudentEntry, entry};
use super::{Packed, Packing, Spare, Spares, StudentRow};
use crate::config::ExtractKind;
use crate::error::Result;
use crate::io::{Spill, SpillBlock, SpillFile};
use crate::model::StudentKey;

/// Approximate size of a chunk in bytes.
const CHUNK: usize = 12 << 10;

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

    /// The store with these spare chunks, which are filled before new ones are allocated.
    #[must_use]
    pub fn with(self, spares: Spares) -> Self {
        Self { spares, ..self }
    }

    /// An empty shard of this store.
    #[must_use]
    pub fn shard(&self) -> Shard<'_> {
        Shard {
            store: self,
            flows: OpenChunks::new(1 << self.flow_bits),
            students: OpenChunks::new(1 << self.student_bits),
            weighted: Vec::new(),
            keyless: Vec::new(),
        }
    }

    /// Ends reading and returns the rows of all shards by partition.
    ///
    /// # Errors
    /// A spill file that cannot be written completely.
    pub fn gather(self, shards: impl IntoIterator<Item = ShardRows>) -> Result<Partitions> {
        let mut out = Partitions {
            packing: self.packing,
            flows: empty(1 << self.flow_bits),
            students: empty(1 << self.student_bits),
            weighted: Vec::new(),
            keyless: Vec::new(),
            spilled: self.spill.close()?,
            spares: self.spares,
        };
        for shard in shards {
            append(&mut out.flows, shard.flows);
            append(&mut out.students, shard.students);
            out.weighted.extend(shard.weighted);
            out.keyless.extend(shard.keyless);
        }
        Ok(out)
    }
}

fn empty<T>(partitions: usize) -> Vec<Partition<T>> {
    (0..partitions).map(|_| Partition::default()).collect()
}

fn append<T>(sums: &mut [Partition<T>], parts: Vec<Partition<T>>) {
    for (sum, mut part) in sums.iter_mut().zip(parts) {
        sum.chunks.append(&mut part.chunks);
        sum.blocks.append(&mut part.blocks);
    }
}

/// The rows of all sources by partition.
#[derive(Debug)]
pub struct Partitions {
    /// How rows are packed.
    pub packing: Packing,
    /// Keys of flows by unit, one per student.
    pub flows: Vec<Partition<u64>>,
    /// Rows with a student key, by the highest bits of the key.
    pub students: Vec<Partition<StudentEntry>>,
    /// Keys of flows and their students, for rows with several students.
    pub weighted: Vec<(u64, u64)>,
    /// Rows without a student key, of sources with student ids.
    pub keyless: Vec<Packed>,
    /// The rows beyond the memory limit.
    pub spilled: Option<SpillFile>,
    /// The pool for emptied chunks.
    pub spares: Spares,
}

/// The values of a partition, in chunks in memory and blocks on disk.
#[derive(Debug)]
pub struct Partition<T> {
    chunks: Vec<Vec<T>>,
    blocks: Vec<SpillBlock>,
}

impl<T> Default for Partition<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), blocks: Vec::new() }
    }
}

impl<T: bytemuck::Pod> Partition<T> {
    /// Moves the values into `out`, replacing its content, in no particular order.
    ///
    /// # Errors
    /// A spill file that cannot be read.
    pub fn take(self, spilled: Option<&SpillFile>, spare: &Spare<T>, out: &mut Vec<T>) -> Result<()> {
        out.clear();
        out.reserve(self.chunks.iter().map(Vec::len).sum());
        self.chunks.iter().for_each(|chunk| out.extend_from_slice(chunk));
        spare.keep(self.chunks);
        for (block, file) in self.blocks.into_iter().zip(std::iter::repeat(spilled)) {
            let Some(file) = file else { continue };
            let start = out.len();
            out.resize(start + SpillFile::size(block) / size_of::<T>(), T::zeroed());
            file.take(block, bytemuck::cast_slice_mut(&mut out[start..]))?;
        }
        Ok(())
    }
}

/// Passes every partition, complete, to one of the workers of the pool; returns the workers.
///
/// # Errors
/// A spill file that cannot be read.
pub fn each_partition<T: bytemuck::Pod + Send, W: Send>(
    partitions: Vec<Partition<T>>,
    spilled: Option<&SpillFile>,
    spare: &Spare<T>,
    make: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &[T]) + Sync,
) -> Result<Vec<W>> {
    let workers = rayon::current_num_threads().min(partitions.len()).max(1);
    let waiting = Mutex::new(partitions);
    let one = || {
        let (mut worker, mut values) = (make(), Vec::new());
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(partition) = next else { return Ok(worker) };
            partition.take(spilled, spare, &mut values)?;
            work(&mut worker, &values);
        }
    };
    if workers == 1 {
        Ok(vec![one()?])
    } else {
        (0..workers).into_par_iter().with_max_len(1).map(|_| one()).collect()
    }
}

/// A worker's rows.
#[derive(Debug)]
pub struct Shard<'s> {
    store: &'s Store,
    flows: OpenChunks<u64>,
    students: OpenChunks<StudentEntry>,
    weighted: Vec<(u64, u64)>,
    keyless: Vec<Packed>,
}

/// The rows of a finished shard.
#[derive(Debug)]
pub struct ShardRows {
    flows: Vec<Partition<u64>>,
    students: Vec<Partition<StudentEntry>>,
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
                let partition = u32::from(row.unit) as usize & (self.flows.len() - 1);
                self.flows.push(partition, flow, &self.store.held, &self.store.spares.flows);
            }
            several => self.weighted.push((flow, several)),
        }
        match row.student {
            Some(key) => {
                let key: u128 = StudentKey::bits(key);
                let partition = (key >> 96) as usize & (self.students.len() - 1);
                let entry = entry(key, packed, row.line);
                self.students.push(partition, entry, &self.store.held, &self.store.spares.students);
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
        ShardRows {
            flows: self.flows.done(),
            students: self.students.done(),
            weighted: self.weighted,
            keyless: self.keyless,
        }
    }
}

/// Values by partition: a chunk that is being filled, whole chunks, and blocks on disk.
#[derive(Debug)]
struct OpenChunks<T> {
    open: Vec<Vec<T>>,
    whole: Vec<Partition<T>>,
}

impl<T: bytemuck::Pod> OpenChunks<T> {
    fn new(partitions: usize) -> Self {
        Self { open: (0..partitions).map(|_| Vec::new()).collect(), whole: empty(partitions) }
    }

    fn len(&self) -> usize {
        self.open.len()
    }

    #[inline]
    fn push(&mut self, partition: usize, value: T, held: &AtomicU64, spare: &Spare<T>) {
        let open = &mut self.open[partition];
        if open.len() == open.capacity() {
            self.next_chunk(partition, held, spare);
        }
        self.open[partition].push(value);
    }

    #[cold]
    fn next_chunk(&mut self, partition: usize, held: &AtomicU64, spare: &Spare<T>) {
        let values = CHUNK / size_of::<T>();
        let full = std::mem::replace(&mut self.open[partition], spare.chunk(values));
        held.fetch_add((values * size_of::<T>()) as u64, Ordering::Relaxed);
        if !full.is_empty() {
            self.whole[partition].chunks.push(full);
        }
    }

    fn spill(&mut self, spill: &Spill) -> Result<u64> {
        let mut freed = 0;
        for partition in self.whole.iter_mut().filter(|p| !p.chunks.is_empty()) {
            let chunks = std::mem::take(&mut partition.chunks);
            freed += chunks.iter().map(|c| (c.capacity() * size_of::<T>()) as u64).sum::<u64>();
            partition.blocks.push(spill.put(chunks.iter().map(|chunk| bytemuck::cast_slice(chunk)))?);
        }
        Ok(freed)
    }

    fn done(mut self) -> Vec<Partition<T>> {
        for (partition, open) in self.whole.iter_mut().zip(self.open) {
            if !open.is_empty() {
                partition.chunks.push(open);
            }
        }
        self.whole
    }
}
