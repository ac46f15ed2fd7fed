//! What the receiver promises.
