//! Compressed files: gzip and zstd, recognised by their first bytes, unpacked up to a limit.

use std::io::Read;

use crate::error::{Error, Exit, Result};

/// The compression of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// gzip, one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// Its name in file name endings and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// Whether a file with these first bytes is compressed.
#[must_use]
pub fn is_compressed(top: &[u8]) -> bool {
    Compression::of(top).is_some()
}

/// The maximum unpacked size of a compressed file: 200 times its size, at least 64 MiB. Extracts compress to about a
/// tenth; a file that expands more is a decompression bomb.
#[must_use]
pub const fn expanded_limit(compressed: usize) -> u64 {
    let by_size = compressed as u64 * 200;
    if by_size > FLOOR { by_size } else { FLOOR }
}

const FLOOR: u64 = 64 << 20;

/// The content of a file: unpacked if it is compressed, otherwise the bytes themselves. `source` is its name in
/// messages.
///
/// # Errors
/// A compressed file that is damaged or truncated, or that expands beyond [`expanded_limit`].
pub fn expanded(source: &str, bytes: Vec<u8>) -> Result<(Vec<u8>, Option<Compression>)> {
    let Some(compression) = Compression::of(&bytes) else { return Ok((bytes, None)) };
    let limit = expanded_limit(bytes.len());
    let mut out = Vec::new();
    let read = match compression {
        Compression::Gzip => flate2::read::MultiGzDecoder::new(&*bytes).take(limit + 1).read_to_end(&mut out),
        Compression::Zstd => zstd::Decoder::with_buffer(&*bytes).and_then(|mut decoder| {
            // The window is memory that the file requests before any output.
            decoder.window_log_max(27)?;
            decoder.take(limit + 1).read_to_end(&mut out)
        }),
    };
    let fail = |id| Error::new(Exit::Input, id).with("path", source).with("compression", compression.as_str());
    match read {
        Ok(_) if out.len() as u64 > limit => Err(fail("error-expands").with("limit", limit >> 20)),
        Ok(_) => Ok((out, Some(compression))),
        Err(_) => Err(fail("error-compressed")),
    }
}

/// The first `most` bytes of the unpacked content, from the first bytes of the file; stops at damaged data.
#[must_use]
pub fn expanded_top(top: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let limit = most as u64;
    // The file continues after its top, so the error at the end of the bytes is ignored.
    let _ = match Compression::of(top) {
        None => top.take(limit).read_to_end(&mut out),
        Some(Compression::Gzip) => flate2::read::MultiGzDecoder::new(top).take(limit).read_to_end(&mut out),
        Some(Compression::Zstd) => zstd::Decoder::with_buffer(top).and_then(|mut decoder| {
            decoder.window_log_max(27)?;
            decoder.take(limit).read_to_end(&mut out)
        }),
    };
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn check(bytes: Vec<u8>, wanted: std::result::Result<(&[u8], Option<Compression>), &str>) {
        let got = expanded("a.csv", bytes);
        match wanted {
            Ok((text, compression)) => assert_eq!(got.unwrap(), (text.to_vec(), compression)),
            Err(id) => assert_eq!(got.unwrap_err().id(), id),
        }
    }

    #[test]
    fn files_are_unpacked_or_refused() {
        let text = b"a,b\n1,2\n";
        let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
        let two = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
        let bomb = vec![b'a'; (FLOOR + 1) as usize];
        check(text.to_vec(), Ok((text, None)));
        check(gzip(text), Ok((text, Some(Compression::Gzip))));
        check(two, Ok((text, Some(Compression::Gzip))));
        check(zstd(text), Ok((text, Some(Compression::Zstd))));
        check(gzip(text)[..12].to_vec(), Err("error-compressed"));
        check(zstd(text)[..6].to_vec(), Err("error-compressed"));
        check([gzip(text), b"rubbish".to_vec()].concat(), Err("error-compressed"));
        check(gzip(&bomb), Err("error-expands"));
        check(zstd(&bomb), Err("error-expands"));
    }

    #[test]
    fn the_top_of_a_compressed_file_is_unpacked_from_its_top() {
        let text: Vec<u8> =
            (0..200_000_u32).flat_map(|n| format!("{},{n}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
        for packed in [text.clone(), gzip(&text), zstd::encode_all(&*text, 3).unwrap()] {
            let part = expanded_top(&packed[..200_000], 1 << 20);
            assert!(part.len() > 1000 && text.starts_with(&part));
            let few = expanded_top(&packed[..200_000], 100);
            assert_eq!(few, text[..100]);
            assert_eq!(expanded_top(&packed, usize::MAX), text);
        }
    }
}
