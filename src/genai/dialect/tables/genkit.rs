//! Genkit (JavaScript and Go): every action is a span, told apart by its subtype; tokens stand in
//! the JSON of the answer only.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "genkit",
    scopes: &[Scope::Under("genkit-tracer"), Scope::Under("genkit")],
    markers: &["genkit:name", "genkit:metadata:subtype"],
    own: &[
        ("genkit:metadata:subtype", C::VendorKind),
        ("genkit:type", C::VendorKind),
        ("genkit:name", C::ProviderAndModel),
        ("genkit:name", C::ToolName),
        ("genkit:input", C::ToolArguments),
        ("genkit:output", C::ToolResult),
        ("genkit:output", C::ResponseJson),
        ("genkit:sessionId", C::Session),
        ("genkit:state", C::Level),
    ],
    nearness: 0,
    ..Table::EMPTY
};
