//! Spring AI, through Micrometer: every value is a text, and the scope is Spring's for whatever it
//! observes. The second call of a tool loop counts the first one's tokens again.

use crate::genai::dialect::concept::Concept as C;
use crate::genai::dialect::table::Table;

pub(in crate::genai::dialect) const TABLE: Table = Table {
    name: "spring_ai",
    markers: &["spring.ai.kind"],
    rows: &[
        ("spring.ai.kind", C::VendorKind),
        ("spring.ai.tool.definition.name", C::ToolName),
        ("spring.ai.tool.call.arguments", C::ToolArguments),
        ("spring.ai.tool.call.result", C::ToolResult),
        ("spring.ai.chat.client.conversation.id", C::Conversation),
    ],
    nearness: 0,
    ..Table::EMPTY
};
