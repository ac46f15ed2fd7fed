//! MLflow tracing: every value is JSON text, so a word arrives in quotes.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Scope, Table};

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "mlflow",
    scopes: &[Scope::Under("mlflow")],
    markers: &["mlflow.spanType"],
    rows: &[
        ("mlflow.spanType", C::VendorKind),
        ("mlflow.chat.tokenUsage", C::UsageJson),
        ("mlflow.llm.model", C::ResponseModel),
        ("mlflow.llm.provider", C::Provider),
        ("mlflow.llm.cost", C::CostJson),
        ("mlflow.trace.session", C::Session),
        ("mlflow.trace.user", C::User),
    ],
    own: &[
        ("model", C::RequestModel),
        ("mlflow.spanInputs", C::ToolArguments),
        ("mlflow.spanOutputs", C::ToolResult),
        ("mlflow.spanOutputs", C::ResponseJson),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    nearness: 0,
    ..Table::EMPTY
};
