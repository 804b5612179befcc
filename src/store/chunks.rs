//! Values by partition, in chunks of slabs.
//!
//! A partition fills one chunk after the other. Chunks lie in slabs, of which the largest have at least [`LARGEST`] bytes:
//! an allocator returns blocks of that size to the system when they are dropped, while it would keep single chunks. If memory
//! is limited, every slab is one chunk, and is dropped when its values are written to disk.

use super::Spare;
use crate::error::Result;
use crate::io::{Spill, SpillBlock, SpillFile};

/// Approximate size of a chunk in bytes.
const CHUNK: usize = 12 << 10;

/// Number of chunks in the first slab. A later one has as many as all slabs before it, but is not larger than the largest.
const FIRST: usize = 4;

/// The least size in bytes of the largest slabs. The GNU C library keeps freed blocks below 32 MiB.
const LARGEST: usize = 32 << 20;

/// The size of slabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlabSize {
    /// One chunk: memory is limited.
    Chunk,
    /// Many chunks.
    Growing,
}

/// The values of several partitions.
#[derive(Debug)]
pub struct Chunks<T> {
    partitions: Vec<ChunksOfPartition>,
    /// By partition: where its next value goes, behind the values of its last chunk. A multiple of the size of a chunk if it
    /// needs a new one.
    ends: Vec<Place>,
    /// Those whose values were written to disk are empty.
    slabs: Vec<Vec<T>>,
    /// Values in all slabs that were ever added.
    values: usize,
    size: SlabSize,
    /// The first chunk of the last slab that is not yet used.
    unused: Place,
    /// Places of chunks whose values were written to disk.
    emptied: Vec<Place>,
}

/// The chunks of a partition, all full except the last, and its blocks on disk.
#[derive(Debug, Clone, Default)]
struct ChunksOfPartition {
    chunks: Vec<Place>,
    blocks: Vec<SpillBlock>,
}

/// A position in a slab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    slab: u32,
    at: u32,
}

impl<T: bytemuck::Pod> Chunks<T> {
    /// Values per chunk.
    const VALUES: usize = (CHUNK / size_of::<T>()).next_power_of_two();

    /// Bytes per chunk.
    pub const SIZE: u64 = (Self::VALUES * size_of::<T>()) as u64;

    /// No values, in this number of partitions. Values can be written to disk if slabs are single chunks.
    pub fn new(partitions: usize, size: SlabSize) -> Self {
        Self {
            partitions: vec![ChunksOfPartition::default(); partitions],
            ends: vec![Place::default(); partitions],
            slabs: Vec::new(),
            values: 0,
            size,
            unused: Place::default(),
            emptied: Vec::new(),
        }
    }

    /// The number of partitions.
    pub const fn partitions(&self) -> usize {
        self.ends.len()
    }

    /// Adds a value to a partition; calls `begun` if that begins a chunk.
    #[inline]
    pub fn push(&mut self, partition: usize, value: T, spare: &Spare<T>, begun: impl FnOnce()) {
        if self.is_full(partition) {
            self.begin_chunk(partition, spare);
            begun();
        }
        let end = &mut self.ends[partition];
        self.slabs[end.slab as usize][end.at as usize] = value;
        end.at += 1;
    }

    /// Whether the last chunk of a partition is full, or there is none.
    #[inline]
    fn is_full(&self, partition: usize) -> bool {
        (self.ends[partition].at as usize).is_multiple_of(Self::VALUES)
    }

    #[cold]
    fn begin_chunk(&mut self, partition: usize, spare: &Spare<T>) {
        let place = match self.emptied.pop() {
            Some(place) => {
                self.slabs[place.slab as usize] = vec![T::zeroed(); Self::VALUES];
                place
            }
            None => self.unused_chunk(spare),
        };
        self.partitions[partition].chunks.push(place);
        self.ends[partition] = place;
    }

    fn unused_chunk(&mut self, spare: &Spare<T>) -> Place {
        if self.slabs.last().is_none_or(|slab| slab.len() == self.unused.at as usize) {
            let values = match self.size {
                SlabSize::Chunk => Self::VALUES,
                SlabSize::Growing => {
                    let largest = (LARGEST / size_of::<T>()).next_power_of_two();
                    self.values.clamp(FIRST * Self::VALUES, largest)
                }
            };
            // The system clears the memory of large slabs when it is first used.
            let slab = spare.slab().unwrap_or_else(|| vec![T::zeroed(); values]);
            self.values += slab.len();
            self.slabs.push(slab);
            self.unused = Place { slab: self.slabs.len() as u32 - 1, at: 0 };
        }
        let place = self.unused;
        self.unused.at += Self::VALUES as u32;
        place
    }

    fn chunk(&self, place: Place, values: usize) -> &[T] {
        &self.slabs[place.slab as usize][place.at as usize..][..values]
    }

    /// Writes all full chunks to disk and drops them; returns their number of bytes.
    ///
    /// # Errors
    /// A spill file that cannot be written.
    pub fn spill(&mut self, spill: &Spill) -> Result<u64> {
        debug_assert_eq!(self.size, SlabSize::Chunk, "chunks share slabs");
        let before = self.emptied.len();
        for partition in 0..self.partitions() {
            let is_full = self.is_full(partition);
            let chunks = &self.partitions[partition].chunks;
            let full = &chunks[..chunks.len() - usize::from(!is_full)];
            if full.is_empty() {
                continue;
            }
            let bytes = full.iter().map(|place| bytemuck::cast_slice(self.chunk(*place, Self::VALUES)));
            let (block, full) = (spill.put(bytes)?, full.len());
            let partition = &mut self.partitions[partition];
            partition.blocks.push(block);
            for place in partition.chunks.drain(..full) {
                self.slabs[place.slab as usize] = Vec::new();
                self.emptied.push(place);
            }
        }
        Ok((self.emptied.len() - before) as u64 * Self::SIZE)
    }

    /// Appends the values of a partition to `out`, in no particular order.
    ///
    /// # Errors
    /// A spill file that cannot be read.
    pub fn append_to(&self, partition: usize, spilled: Option<&SpillFile>, out: &mut Vec<T>) -> Result<()> {
        let ChunksOfPartition { chunks, blocks } = &self.partitions[partition];
        if let Some((last, full)) = chunks.split_last() {
            full.iter().for_each(|place| out.extend_from_slice(self.chunk(*place, Self::VALUES)));
            out.extend_from_slice(self.chunk(*last, (self.ends[partition].at - last.at) as usize));
        }
        for (block, file) in blocks.iter().zip(std::iter::repeat(spilled)) {
            let Some(file) = file else { continue };
            let start = out.len();
            out.resize(start + SpillFile::size(*block) / size_of::<T>(), T::zeroed());
            file.take(*block, bytemuck::cast_slice_mut(&mut out[start..]))?;
        }
        Ok(())
    }

    /// The slabs, to be filled again.
    pub fn into_slabs(self) -> Vec<Vec<T>> {
        self.slabs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every partition has its values, whatever was written to disk in between, and in slabs that held other values.
    #[test]
    fn values_come_back_by_partition() {
        let values = 3 * FIRST * Chunks::<u64>::VALUES;
        for spills_at in [vec![], vec![values / 2], vec![Chunks::<u64>::VALUES, values / 3, values / 3 + 1, values]] {
            let is_limited = !spills_at.is_empty();
            let size = if is_limited { SlabSize::Chunk } else { SlabSize::Growing };
            let (mut chunks, spill) = (Chunks::<u64>::new(4, size), Spill::default());
            let spare = match is_limited {
                true => Spare::default(),
                false => Spare::of_slabs(vec![vec![u64::MAX; 3 * FIRST / 2 * Chunks::<u64>::VALUES]; 2]),
            };
            let mut most = 0;
            let (mut begun, mut freed) = (0, 0);
            for value in 0..=values {
                if spills_at.contains(&value) {
                    freed += chunks.spill(&spill).unwrap();
                }
                most = most.max(chunks.slabs.iter().map(Vec::len).sum::<usize>());
                if value < values {
                    // Partition 3 is empty.
                    chunks.push(value % 7 % 3, value as u64, &spare, || begun += 1);
                }
            }
            assert_eq!((freed > 0, freed <= begun * Chunks::<u64>::SIZE), (is_limited, true));
            // What is on disk is not in memory.
            let limit = if is_limited { values / 3 * 2 + 8 * Chunks::<u64>::VALUES } else { 2 * values };
            assert!(most <= limit, "{most} values, at most {limit}");
            let file = spill.close().unwrap();
            for partition in 0..4 {
                let mut found = Vec::new();
                chunks.append_to(partition, file.as_ref(), &mut found).unwrap();
                found.sort_unstable();
                let wanted = (0..values as u64).filter(|value| *value as usize % 7 % 3 == partition);
                assert!(found.into_iter().eq(wanted), "partition {partition}, spilled at {spills_at:?}");
            }
        }
    }
}
