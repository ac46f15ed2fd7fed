//! Who spent what, by hour, on disk; budgets over it.

mod budget;
mod entry;
mod ledger;
mod office;
mod watch;
mod window;

pub use budget::{Budget, By, Crossing, Standing, Threshold};
pub use entry::{Amount, Entry, Kind};
pub use ledger::{Ledger, SpendError};
pub use office::{Mailbox, Office};
pub use watch::Watch;
pub use window::Per;

#[cfg(test)]
mod tests;
