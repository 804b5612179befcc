//! What the pages of a column say of themselves, before they are unpacked.

/// What the pages of a column become when unpacked, in bytes, by the headers that stand before them; none where they are
/// no pages.
pub fn unpacked(mut rest: &[u8]) -> Option<u64> {
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let page = Page::of(&mut rest)?;
        sum = sum.checked_add(page.unpacked)?;
        rest = rest.get(page.packed..)?;
    }
    Some(sum)
}

/// Sizes of a page in bytes, as its header says.
struct Page {
    unpacked: u64,
    packed: usize,
}

impl Page {
    /// Reads the header of the next page: a structure of Thrift's compact protocol whose fields 2 and 3 are the sizes.
    fn of(rest: &mut &[u8]) -> Option<Self> {
        let (mut unpacked, mut packed, mut field) = (None, None, 0_i64);
        while let Some(kind) = next_field(rest, &mut field)? {
            match (field, kind) {
                (2, INTEGER_32) => unpacked = u64::try_from(signed(rest)?).ok(),
                (3, INTEGER_32) => packed = usize::try_from(signed(rest)?).ok(),
                _ => skip(rest, kind, 0)?,
            }
        }
        Some(Self { unpacked: unpacked?, packed: packed? })
    }
}

/// Thrift's mark of a 32-bit integer.
const INTEGER_32: u8 = 5;

/// The type of a structure's next field, whose number goes to `field`; none at the end of the structure.
fn next_field(rest: &mut &[u8], field: &mut i64) -> Option<Option<u8>> {
    let head = byte(rest)?;
    if head == 0 {
        return Some(None);
    }
    *field = match head >> 4 {
        0 => signed(rest)?,
        step => *field + i64::from(step),
    };
    Some(Some(head & 15))
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, behind) = rest.split_first()?;
    *rest = behind;
    Some(*first)
}

/// A number of up to ten bytes, the lowest seven bits first.
pub fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut out = 0_u64;
    for shift in (0..64).step_by(7) {
        let next = byte(rest)?;
        out |= u64::from(next & 0x7F) << shift;
        if next < 0x80 {
            return Some(out);
        }
    }
    None
}

/// A zigzag number.
fn signed(rest: &mut &[u8]) -> Option<i64> {
    let n = varint(rest)?;
    Some((n >> 1).cast_signed() ^ -((n & 1).cast_signed()))
}

fn pass(rest: &mut &[u8], bytes: u64) -> Option<()> {
    *rest = rest.get(usize::try_from(bytes).ok()?..)?;
    Some(())
}

/// Passes over a value of a type of Thrift's compact protocol.
fn skip(rest: &mut &[u8], kind: u8, depth: u8) -> Option<()> {
    if depth > 16 {
        return None;
    }
    match kind {
        1 | 2 => Some(()),
        3 => byte(rest).map(drop),
        4..=6 => varint(rest).map(drop),
        7 => pass(rest, 8),
        8 => {
            let length = varint(rest)?;
            pass(rest, length)
        }
        9 | 10 => {
            let head = byte(rest)?;
            let length = if head >> 4 == 15 { varint(rest)? } else { u64::from(head >> 4) };
            // Truth values take a byte each in a list.
            let kind = if matches!(head & 15, 1 | 2) { 3 } else { head & 15 };
            (0..length).try_for_each(|_| skip(rest, kind, depth + 1))
        }
        12 => {
            let mut field = 0;
            while let Some(kind) = next_field(rest, &mut field)? {
                skip(rest, kind, depth + 1)?;
            }
            Some(())
        }
        _ => None,
    }
}
