//! Contract of the traits, on toy processors.
