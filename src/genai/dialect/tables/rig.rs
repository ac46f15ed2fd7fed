//! rig (Rust): counts are strings, the scope is the application's, `tracing` adds its own fields.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "rig",
    scopes: &[Scope::Under("rig::"), Scope::Is("rig")],
    rows: &[("gen_ai.usage.cached_tokens", C::CacheRead)],
    nearness: 0,
    ..Table::EMPTY
};
