//! What a model call costs: the catalogue, its matching rules and integer money.
//!
//! Read in this order: `money` (picodollars), `units` (what includes what), `catalogue` (names to
//! entries) with `clause` and `when`, `bill` (an entry and counts to amounts), `resolve` (what spans
//! call things), `pricer` (which price comes first). `file` and `build` read upstream's JSON and name
//! its faults; `diff` judges a refresh; `explain`, `list` and `vectors` serve people.
//!
//! Data in `data/` is upstream's, unedited; provenance and licence lie beside it.

mod bill;
mod build;
mod catalogue;
mod clause;
mod diff;
mod either;
mod explain;
mod file;
mod flat;
mod list;
mod memo;
mod money;
mod names;
mod pricer;
mod resolve;
mod units;
pub mod vectors;
mod when;

pub use bill::{BadUsage, Bill, Line, Parts, Prices, Rates};
pub use build::Faults;
pub use catalogue::{Catalogue, EMBEDDED_JSON, EMBEDDED_OVERLAY_JSON, Hit, Miss, Query, Release};
pub use diff::{Bounds, Change, Diff};
pub use explain::{Explanation, Step};
pub use file::unpack;
pub use flat::{FlatPrice, FlatRow, Overrides, Per};
pub use list::{Listed, ListedPrice};
pub use money::{PICO, PicoUsd, div_half_even};
pub use pricer::{Aliases, Believe, Book, Call, Priced, Pricer, Source, Status, Why};
pub use units::{Amounts, COUNT_MAX, Class, Direction, Unit, UnitId, UnitSet, Units, each};
pub use when::{Moment, When};

#[cfg(test)]
mod tests;
