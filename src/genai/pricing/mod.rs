//! What a model call costs: the catalogue, its matching rules and integer money.

mod bill;
mod build;
mod catalogue;
mod clause;
mod file;
mod money;
mod units;
pub mod vectors;
mod when;

pub use bill::{BadUsage, Bill, Line, Parts, Prices, Rates};
pub use build::Faults;
pub use catalogue::{Catalogue, EMBEDDED_JSON, Hit, Miss, Query, Release};
pub use money::{PICO, PicoUsd, div_half_even};
pub use units::{Amounts, Class, Direction, Unit, Units};
pub use when::{Moment, When};

#[cfg(test)]
mod tests;
