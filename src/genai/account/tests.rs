//! Behaviour of accounts.
