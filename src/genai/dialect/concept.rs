//! What an attribute can mean, whatever it is called.

/// Declares the concepts once, with the canonical attribute each is written under.
macro_rules! concepts {
    ($($(#[doc = $doc:literal])+ $concept:ident $(= $canonical:literal)?,)+) => {
        /// One meaning. A span says each at most once; the best-ranked spelling wins.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Concept { $($(#[doc = $doc])+ $concept,)+ }

        impl Concept {
            /// Every concept, in declaration order.
            pub(crate) const ALL: &'static [Concept] = &[$(Concept::$concept),+];

            /// The canonical attribute name, for concepts that have one.
            pub(crate) fn canonical(self) -> Option<&'static str> {
                match self { $(Concept::$concept => concepts!(@name $($canonical)?),)+ }
            }

            /// The concept a canonical attribute name stands for.
            pub(crate) fn of_canonical(name: &str) -> Option<Concept> {
                Concept::ALL.iter().copied().find(|concept| concept.canonical() == Some(name))
            }
        }
    };
    (@name) => { None };
    (@name $canonical:literal) => { Some($canonical) };
}

concepts! {
    /// The dialect `normalize` found: everything canonical on the span is already inclusive.
    Mark = "tollgate.dialect",
    /// The word that says what the span stands for.
    Operation = "gen_ai.operation.name",
    /// OpenInference's word for it.
    SpanKind,
    /// Another vendor's word for it.
    VendorKind,
    /// The model provider.
    Provider = "gen_ai.provider.name",
    /// Provider and model in one: `openai/gpt-4o`.
    ProviderAndModel,
    /// The model asked for.
    RequestModel = "gen_ai.request.model",
    /// The model that answered.
    ResponseModel = "gen_ai.response.model",
    /// The provider's id of the answer.
    ResponseId = "gen_ai.response.id",
    /// JSON of the answer, whose member `id` is the answer's id.
    ResponseJson,
    /// Why generation ended.
    FinishReason = "gen_ai.response.finish_reasons",
    /// The service tier that served the call.
    TierServed = "openai.response.service_tier",
    /// The service tier that was asked for.
    TierRequested = "openai.request.service_tier",
    /// Whether the answer was streamed.
    Stream = "gen_ai.request.stream",
    /// Time to the first chunk, in seconds.
    FirstChunk = "gen_ai.response.time_to_first_chunk",
    /// Time to the first chunk, in milliseconds.
    FirstChunkMs,
    /// When the first chunk came, as an ISO 8601 text.
    FirstChunkAt,
    /// All input tokens.
    Input = "gen_ai.usage.input_tokens",
    /// Of those, the ones no cache was involved in.
    InputFresh,
    /// All output tokens.
    Output = "gen_ai.usage.output_tokens",
    /// Input plus output, as the source says.
    Total,
    /// Input tokens read from a cache.
    CacheRead = "gen_ai.usage.cache_read.input_tokens",
    /// Input tokens written to a cache.
    CacheWrite = "gen_ai.usage.cache_write.input_tokens",
    /// Of those, kept for five minutes.
    CacheWrite5m = "anthropic.usage.cache_creation.ephemeral_5m_input_tokens",
    /// Of those, kept for an hour.
    CacheWrite1h = "anthropic.usage.cache_creation.ephemeral_1h_input_tokens",
    /// Output tokens spent on reasoning.
    Reasoning = "gen_ai.usage.reasoning.output_tokens",
    /// Input tokens that were audio.
    InputAudio,
    /// Output tokens that were audio.
    OutputAudio,
    /// Web searches the provider made for the call. No convention names them yet.
    WebSearches = "tollgate.usage.web_searches",
    /// Token counts in JSON.
    UsageJson,
    /// What the source says the call cost, in USD.
    Cost,
    /// What the source says the input cost, in USD.
    CostInput,
    /// What the source says the output cost, in USD.
    CostOutput,
    /// Costs in JSON.
    CostJson,
    /// What the conventions propose for a cost: the amount.
    CostAmount,
    /// Its currency.
    CostCurrency,
    /// Who worked it out.
    CostSource,
    /// What kind of error it was.
    ErrorType = "error.type",
    /// What the error said.
    ErrorMessage,
    /// Whether it worked.
    Success,
    /// A level that can say `ERROR`.
    Level,
    /// HTTP status of the answer.
    HttpStatus,
    /// JSON-RPC error code.
    RpcStatus = "rpc.response.status_code",
    /// The tool's name.
    ToolName = "gen_ai.tool.name",
    /// The model's id of the tool call.
    ToolCallId = "gen_ai.tool.call.id",
    /// What the tool was given.
    ToolArguments = "gen_ai.tool.call.arguments",
    /// What the tool answered.
    ToolResult = "gen_ai.tool.call.result",
    /// Bytes of what the tool answered.
    ToolResultBytes,
    /// The protocol method.
    McpMethod = "mcp.method.name",
    /// The protocol version.
    McpProtocol = "mcp.protocol.version",
    /// The protocol session.
    McpSession = "mcp.session.id",
    /// The JSON-RPC request id.
    McpRequestId = "jsonrpc.request.id",
    /// The MCP server's own name.
    McpServer = "mcp.server.name",
    /// Which system `rpc.method` belongs to.
    RpcSystem,
    /// A method of that system.
    RpcMethod,
    /// The user's session.
    Session = "session.id",
    /// The user.
    User = "user.id",
    /// The tenant.
    Tenant = "tenant.id",
    /// The project.
    Project = "project.id",
    /// The agent.
    Agent = "gen_ai.agent.name",
    /// The conversation.
    Conversation = "gen_ai.conversation.id",
    /// JSON in which identity may hide.
    Metadata,
    /// What an earlier pricing wrote.
    Priced,
    /// The name of a log event.
    EventName,
    /// How long a logged call took, in milliseconds.
    DurationMs,
}
