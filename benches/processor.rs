//! Builds a processor as its register does, with nothing configured.

use std::sync::Arc;

use tollgate::component::{Built, Context, Processor, Shelf};
use tollgate::config::Table;

#[expect(
    clippy::expect_used,
    reason = "a bench that cannot run has nothing to say"
)]
pub(crate) fn build(name: &str, shelf: &Shelf) -> Box<dyn Processor> {
    let entry = tollgate::processors::ALL
        .iter()
        .find(|entry| entry.name == name);
    let entry = entry.expect("a processor of this name");
    let built = (entry.read)(&Table::of("")).expect("an empty table is valid");
    let Built::Processor(make, _) = built else {
        unreachable!("the register of processors")
    };
    let mut context = Context::bare(name);
    context.shelf = Arc::clone(shelf);
    make(&mut context).expect("it builds")(0)
}
