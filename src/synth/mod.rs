//! Invented extracts of any size: placeholder until the generator lands.

use std::collections::BTreeMap;

use crate::error::Result;

/// The files of the demo region.
///
/// # Errors
/// None.
pub fn demo_files() -> Result<BTreeMap<String, Vec<u8>>> {
    Ok(BTreeMap::new())
}
