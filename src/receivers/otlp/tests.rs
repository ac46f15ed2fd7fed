//! What the receiver promises, on an intake that remembers.

mod bodies;
mod peers;
mod rig;
mod tls;
mod wire;
mod words;
