// Sends a known amount of telemetry through the OpenTelemetry SDK for JavaScript; see ../README.md.
import { metrics, SpanKind, trace, context } from "@opentelemetry/api";
import { logs, SeverityNumber } from "@opentelemetry/api-logs";
import { NodeSDK } from "@opentelemetry/sdk-node";

const TRACES = 4;
const RECORDS = 5;
const MESSAGES = JSON.stringify([
  { role: "user", parts: [{ type: "text", content: "write to jane.doe@example.com" }] },
]);

// Exporters, resource and endpoints come from OTEL_* variables alone.
const sdk = new NodeSDK();
sdk.start();
emitSpans();
emitLogs();
emitMetrics();
await sdk.shutdown();

function emitSpans() {
  const tracer = trace.getTracer("proof", "1.0");
  for (let number = 0; number < TRACES; number++) {
    const root = tracer.startSpan("invoke_agent researcher", {
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "researcher",
      },
    });
    const agent = trace.setSpan(context.active(), root);
    const chat = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o-mini",
      "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
      "gen_ai.usage.input_tokens": 1000,
      "gen_ai.usage.output_tokens": 200,
      "gen_ai.input.messages": MESSAGES,
    };
    const call = {
      "mcp.method.name": "tools/call",
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "search",
    };
    child(tracer, "chat gpt-4o-mini", chat, agent);
    child(tracer, "tools/call search", call, agent);
    root.end();
  }
}

function child(tracer, name, attributes, parent) {
  tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent).end();
}

function emitLogs() {
  const logger = logs.getLogger("proof");
  for (let number = 0; number < RECORDS; number++) {
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      severityText: "INFO",
      body: "mail from jane.doe@example.com",
      attributes: { number },
    });
  }
}

function emitMetrics() {
  const meter = metrics.getMeter("proof");
  const requests = meter.createCounter("proof.requests", { unit: "{request}" });
  requests.add(3, { route: "/a" });
  requests.add(4, { route: "/b" });
  const latency = meter.createHistogram("proof.latency", { unit: "ms" });
  [5, 50, 500].forEach((value) => latency.record(value));
  meter.createGauge("proof.depth").record(42);
}
