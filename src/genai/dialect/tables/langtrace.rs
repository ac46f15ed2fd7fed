//! Langtrace: the service names the provider, its type the kind of span.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "langtrace",
    scopes: &[Scope::Under("langtrace")],
    markers: &["langtrace.service.name", "langtrace.sdk.name"],
    rows: &[
        ("langtrace.service.name", C::Provider),
        ("langtrace.service.type", C::VendorKind),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    ..Table::EMPTY
};
