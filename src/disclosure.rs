//! Disclosure control: the only place that makes a `Released` value, which is all that renderers and writers accept.

use crate::error::{Error, Exit};
use crate::model::{Cell, Release};
use crate::tables::{DisclosureRow, Row, TableVisitor, Tables};

/// A value that has passed disclosure control.
#[derive(Debug, Clone)]
pub struct Released<T> {
    value: T,
    release: Release,
}

impl<T> Released<T> {
    /// The value.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// For whom it was released.
    pub const fn release(&self) -> Release {
        self.release
    }

    /// What is computed from a released value alone is released too.
    pub fn derive<U>(&self, compute: impl FnOnce(&T) -> U) -> Released<U> {
        Released { value: compute(&self.value), release: self.release }
    }
}

/// Releases the tables of a run under the policy.
///
/// # Errors
/// `public` has no protection yet and is refused (exit 2).
pub fn release(tables: Tables, policy: Release) -> Result<Released<Tables>, Error> {
    match policy {
        Release::Internal => Ok(Released { value: with_overview(tables), release: policy }),
        Release::Public => Err(Error::new(Exit::Usage, "error-public-release")),
    }
}

/// Fills `disclosure` with one line per table; the internal release hides nothing.
fn with_overview(mut tables: Tables) -> Tables {
    struct Overview(Vec<DisclosureRow>);
    impl TableVisitor for Overview {
        type Error = std::convert::Infallible;
        fn table<R: Row>(&mut self, rows: &[R]) -> Result<(), Self::Error> {
            if R::NAME != DisclosureRow::NAME {
                let cells = rows.len() * (R::COLUMNS.len() - R::KEYS).max(1);
                self.0.push(DisclosureRow {
                    table: R::NAME.into(),
                    cells: Cell::Value(cells as u64),
                    hidden_primary: Cell::Value(0),
                    hidden_secondary: Cell::Value(0),
                    students_hidden: Cell::Value(0),
                    narrowest_interval: Cell::Missing,
                });
            }
            Ok(())
        }
    }
    let mut overview = Overview(Vec::new());
    let Ok(()) = tables.visit(&mut overview);
    tables.disclosure = overview.0;
    crate::tables::sort_by_key(&mut tables.disclosure);
    tables
}
