//! A row of a register: what a component is called, how it is configured and built.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use super::{ConfigError, Context, Exporter, Processor, Receiver};
use crate::config::{Reading, Table};

/// Makes one worker's processor; called once per worker, and again after a panic.
pub type Maker = Box<dyn Fn(usize) -> Box<dyn Processor> + Send + Sync>;

/// Wraps a closure as a [`Maker`], so that a processor's `build` stays one line.
pub fn maker<P: Processor + 'static>(make: impl Fn(usize) -> P + Send + Sync + 'static) -> Maker {
    Box::new(move |worker| Box::new(make(worker)))
}

/// The table of a processor in `pipelines.toml`, which is also its factory.
pub trait ProcessorConfig: DeserializeOwned + JsonSchema + Send + 'static {
    /// Every fault serde cannot see; all are reported at once.
    fn check(&self) -> Vec<ConfigError> {
        Vec::new()
    }
    /// Loads and compiles what the instance shares, then makes processors for its workers.
    fn build(self, context: &mut Context) -> Result<Maker, ConfigError>;
    /// What it reads and writes, for order warnings: attribute families such as `cost`.
    fn facts(&self) -> Facts {
        Facts::default()
    }
}

/// The table of an exporter in `pipelines.toml`, which is also its factory.
pub trait ExporterConfig: DeserializeOwned + JsonSchema + Send + 'static {
    /// Every fault serde cannot see; all are reported at once.
    fn check(&self) -> Vec<ConfigError> {
        Vec::new()
    }
    /// Builds the exporter; it connects later, when first used.
    fn build(self, context: &mut Context) -> Result<Arc<dyn Exporter>, ConfigError>;
    /// How its queue should behave (the `queue` table, flattened by the exporter's own struct).
    fn queue(&self) -> crate::config::Queue {
        crate::config::Queue::default()
    }
}

/// The table of a receiver in `pipelines.toml`, which is also its factory.
pub trait ReceiverConfig: DeserializeOwned + JsonSchema + Send + 'static {
    /// Every fault serde cannot see; all are reported at once.
    fn check(&self) -> Vec<ConfigError> {
        Vec::new()
    }
    /// Builds the receiver; it listens when served.
    fn build(self, context: &mut Context) -> Result<Box<dyn Receiver>, ConfigError>;
}

/// What a processor needs from those before it and gives to those after it, by fact name
/// (`cost`, `clean`, `canonical`). The service warns when a need is met too late.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Facts it reads; a processor that gives them should stand before it.
    pub needs: Vec<&'static str>,
    /// Facts it writes.
    pub gives: Vec<&'static str>,
    /// Facts that no longer hold behind it.
    pub breaks: Vec<&'static str>,
}

/// A component whose table was read and checked, waiting for its context.
pub enum Built {
    /// Makes processors.
    Processor(
        Box<dyn FnOnce(&mut Context) -> Result<Maker, ConfigError> + Send>,
        Facts,
    ),
    /// Makes the exporter.
    Exporter(
        Box<dyn FnOnce(&mut Context) -> Result<Arc<dyn Exporter>, ConfigError> + Send>,
        Box<crate::config::Queue>,
    ),
    /// Makes the receiver.
    Receiver(Box<dyn FnOnce(&mut Context) -> Result<Box<dyn Receiver>, ConfigError> + Send>),
}

/// One row of a register.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The type's name in `pipelines.toml`.
    pub name: &'static str,
    /// One line for `tollgate components`.
    pub summary: &'static str,
    /// A table body that is valid as it stands; tested, and shown by `tollgate components`.
    pub example: &'static str,
    /// Reads a table: either something to build, or every fault in it.
    pub read: fn(&Table) -> Reading<Built>,
    /// The JSON schema of the table, from which the configuration reference is printed.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Entry {
    /// A processor's row.
    pub const fn processor<C: ProcessorConfig>(
        name: &'static str,
        summary: &'static str,
        example: &'static str,
    ) -> Self {
        Entry {
            name,
            summary,
            example,
            read: read_processor::<C>,
            schema: C::json_schema,
        }
    }

    /// An exporter's row.
    pub const fn exporter<C: ExporterConfig>(
        name: &'static str,
        summary: &'static str,
        example: &'static str,
    ) -> Self {
        Entry {
            name,
            summary,
            example,
            read: read_exporter::<C>,
            schema: C::json_schema,
        }
    }

    /// A receiver's row.
    pub const fn receiver<C: ReceiverConfig>(
        name: &'static str,
        summary: &'static str,
        example: &'static str,
    ) -> Self {
        Entry {
            name,
            summary,
            example,
            read: read_receiver::<C>,
            schema: C::json_schema,
        }
    }
}

fn read_processor<C: ProcessorConfig>(table: &Table) -> Reading<Built> {
    table.read(C::check).map(|config: C| {
        let facts = config.facts();
        Built::Processor(Box::new(move |context| config.build(context)), facts)
    })
}

fn read_exporter<C: ExporterConfig>(table: &Table) -> Reading<Built> {
    table.read(C::check).map(|config: C| {
        let queue = Box::new(config.queue());
        Built::Exporter(Box::new(move |context| config.build(context)), queue)
    })
}

fn read_receiver<C: ReceiverConfig>(table: &Table) -> Reading<Built> {
    table
        .read(C::check)
        .map(|config: C| Built::Receiver(Box::new(move |context| config.build(context))))
}
