//! The row of a student in a partition, as three numbers.

use super::packing::Packed;

/// The row of a student: 64 bits of the key; 32 more bits of the key below the line number; the packed row.
pub type StudentEntry = [u64; 3];

/// The bits of the key in an entry; the partition determines the higher ones.
pub const fn key_of(entry: &StudentEntry) -> (u64, u32) {
    (entry[0], entry[1] as u32)
}

/// The packed row of an entry.
pub const fn packed_of(entry: &StudentEntry) -> Packed {
    Packed(entry[2])
}

/// The line number of an entry.
pub const fn line_of(entry: &StudentEntry) -> u64 {
    entry[1] >> 32
}

#[inline]
/// The entry of a key, a packed row and its line.
pub const fn entry(key: u128, packed: Packed, line: u64) -> StudentEntry {
    [key as u64, (key >> 64) as u32 as u64 | line << 32, packed.0]
}
