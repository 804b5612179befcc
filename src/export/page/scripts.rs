//! The scripts that a page may run: exactly those embedded in it, identified by checksum.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The value of `script-src` of the Content-Security-Policy for a page with these scripts between `<script>` and
/// `</script>`, byte for byte.
pub fn source(scripts: &[&str]) -> String {
    if scripts.is_empty() {
        return "'none'".to_owned();
    }
    let sources: Vec<String> =
        scripts.iter().map(|script| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)))).collect();
    sources.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_identified_by_checksum() {
        // The example in CSP Level 3.
        let example = "alert('Hello, world.');";
        let wanted = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert_eq!(source(&[]), "'none'");
        assert_eq!(source(&[example]), wanted);
        assert_eq!(source(&[example, example]), format!("{wanted} {wanted}"));
    }
}
