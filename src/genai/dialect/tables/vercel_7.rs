//! Vercel AI SDK 7, which writes the conventions' names.

use crate::genai::dialect::table::{Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "vercel7",
    scopes: &[Scope::Is("gen_ai")],
    nearness: 0,
    ..Table::EMPTY
};
