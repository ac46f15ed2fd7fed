//! Microsoft Agent Framework and Semantic Kernel: the conventions, and steps of workflows by name.

use crate::genai::dialect::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "agent_framework",
    scopes: &[
        Scope::Under("agent_framework"),
        Scope::Under("Experimental.Microsoft.Agents"),
        Scope::Under("Experimental.Microsoft.Extensions.AI"),
        Scope::Under("Microsoft.Agents"),
        Scope::Under("Microsoft.SemanticKernel"),
        Scope::Under("semantic_kernel"),
    ],
    names: &[
        Name::Starts("workflow.run", Class::Aggregate),
        Name::Starts("executor.process", Class::Aggregate),
    ],
    exclusive: &[Exclusive::Provider("anthropic")],
    nearness: 0,
    ..Table::EMPTY
};
