//! Values by partition, in chunks of slabs.
//!
//! A partition fills one chunk after the other. Chunks lie in slabs of up to [`LARGEST`] bytes: allocators return blocks of
//! that size to the system when they are dropped, while they would keep single chunks, so that the tables could not use
//! that memory.

use super::Spare;
use crate::error::Result;
use crate::io::{Spill, SpillBlock, SpillFile};

/// Approximate size of a chunk in bytes.
const CHUNK: usize = 12 << 10;

/// Number of chunks in the first slab; every later slab has as many as all slabs before it.
const FIRST: usize = 64;

/// The least size in bytes of the largest slabs. The GNU C library keeps freed blocks below 32 MiB.
const LARGEST: usize = 32 << 20;

/// The values of several partitions.
#[derive(Debug)]
pub struct Chunks<T> {
    partitions: Vec<ChunksOfPartition>,
    /// By partition: where its next value goes, which is the end of its last chunk. A multiple of the size of a chunk if
    /// it needs a new one.
    ends: Vec<Place>,
    slabs: Vec<Vec<T>>,
    /// The first chunk of the last slab that is not yet used.
    unused: Place,
    /// Chunks whose values were written to disk.
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

    /// No values, in this number of partitions.
    pub fn new(partitions: usize) -> Self {
        Self {
            partitions: vec![ChunksOfPartition::default(); partitions],
            ends: vec![Place::default(); partitions],
            slabs: Vec::new(),
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
        let place = self.emptied.pop().unwrap_or_else(|| self.unused_chunk(spare));
        self.partitions[partition].chunks.push(place);
        self.ends[partition] = place;
    }

    fn unused_chunk(&mut self, spare: &Spare<T>) -> Place {
        if self.slabs.last().is_none_or(|slab| slab.len() == self.unused.at as usize) {
            let before: usize = self.slabs.iter().map(Vec::len).sum();
            let largest = (LARGEST / size_of::<T>()).next_power_of_two();
            let values = before.clamp(FIRST * Self::VALUES, largest);
            // Memory of this size comes from the system, which clears it when it is first used.
            self.slabs.push(spare.slab().unwrap_or_else(|| vec![T::zeroed(); values]));
            self.unused = Place { slab: self.slabs.len() as u32 - 1, at: 0 };
        }
        let place = self.unused;
        self.unused.at += Self::VALUES as u32;
        place
    }

    fn chunk(&self, place: Place, values: usize) -> &[T] {
        &self.slabs[place.slab as usize][place.at as usize..][..values]
    }

    /// Writes all full chunks to disk; returns the number of bytes that can be filled again.
    ///
    /// # Errors
    /// A spill file that cannot be written.
    pub fn spill(&mut self, spill: &Spill) -> Result<u64> {
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
            self.emptied.extend(partition.chunks.drain(..full));
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
        let spare = Spare::of_slabs(vec![vec![u64::MAX; 2 * Chunks::<u64>::VALUES]]);
        for spills_at in [vec![], vec![values / 2], vec![Chunks::<u64>::VALUES, values / 3, values / 3 + 1, values]] {
            let (mut chunks, spill) = (Chunks::<u64>::new(4), Spill::default());
            let (mut begun, mut freed) = (0, 0);
            for value in 0..=values {
                if spills_at.contains(&value) {
                    freed += chunks.spill(&spill).unwrap();
                }
                if value < values {
                    // Partition 3 is empty.
                    chunks.push(value % 7 % 3, value as u64, &spare, || begun += 1);
                }
            }
            assert_eq!((freed > 0, freed <= begun * Chunks::<u64>::SIZE), (!spills_at.is_empty(), true));
            let file = spill.close().unwrap();
            for partition in 0..4 {
                let mut found = Vec::new();
                chunks.append_to(partition, file.as_ref(), &mut found).unwrap();
                found.sort_unstable();
                let wanted = (0..values as u64).filter(|value| *value as usize % 7 % 3 == partition);
                assert!(found.into_iter().eq(wanted), "partition {partition}, spilled at {spills_at:?}");
            }
            let lengths = chunks.into_slabs().into_iter().map(|slab| slab.len()).sum::<usize>();
            assert!(lengths <= 2 * values + FIRST * Chunks::<u64>::VALUES, "{lengths}");
        }
    }
}
