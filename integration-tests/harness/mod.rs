//! A whole collector on 127.0.0.1: start the built binary, send, wait for what must come, stop.

pub(crate) use captures::captures;
pub(crate) use client::{Client, Protocol, python};
pub(crate) use collector::{Collector, free_ports};
pub(crate) use http::get;
pub(crate) use wait::eventually;

pub(crate) mod exposition;
pub(crate) mod prometheus;
pub(crate) mod sampled;
pub(crate) mod strict;

mod captures;
mod child;
mod client;
mod collector;
pub(crate) mod http;
mod wait;
