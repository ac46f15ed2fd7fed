//! Strands Agents. Its time to the first token is an integer of milliseconds.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::{Exclusive, Name, Scope, Table};
use crate::genai::facts::Class;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "strands",
    scopes: &[Scope::Under("strands.")],
    own: &[
        ("gen_ai.server.time_to_first_token", C::FirstChunkMs),
        ("tool.status", C::Level),
        ("gen_ai.tool.status", C::Level),
    ],
    names: &[
        Name::Is("Model invoke", Class::Llm),
        Name::ThenTool("Tool: ", Class::Tool),
        Name::Starts("Cycle ", Class::Aggregate),
        Name::Starts("execute_event_loop_cycle", Class::Aggregate),
    ],
    exclusive: &[
        // Since it writes the conventions' name beside its old one, its input is inclusive.
        Exclusive::Spelling("aws.bedrock", "gen_ai.usage.cache_read_input_tokens"),
        Exclusive::Spelling("anthropic", "gen_ai.usage.cache_read_input_tokens"),
    ],
    nearness: 0,
    ..Table::EMPTY
};
