//! A student's row in a partition: three numbers.

use super::packing::Packed;

/// A student's row: 64 bits of the key, 32 more and the line above them, the packed row.
pub type Entry = [u64; 3];

/// The key's bits in an entry; those above tell the partition.
pub const fn key_of(entry: &Entry) -> (u64, u32) {
    (entry[0], entry[1] as u32)
}

/// The packed row of an entry.
pub const fn packed_of(entry: &Entry) -> Packed {
    Packed(entry[2])
}

/// The line of an entry.
pub const fn line_of(entry: &Entry) -> u64 {
    entry[1] >> 32
}

#[inline]
/// The entry of a key, a packed row and its line.
pub const fn entry(key: u128, packed: Packed, line: u64) -> Entry {
    [key as u64, (key >> 64) as u32 as u64 | line << 32, packed.0]
}
