"""Sends a known amount of telemetry through the OpenTelemetry SDK for Python; see ../README.md."""

import json

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.trace import SpanKind, set_span_in_context

from providers import providers

TRACES = 4
RECORDS = 5
MESSAGES = json.dumps(
    [{"role": "user", "parts": [{"type": "text", "content": "write to jane.doe@example.com"}]}]
)
AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "researcher"}
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 200,
    "gen_ai.input.messages": MESSAGES,
}
CALL = {
    "mcp.method.name": "tools/call",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "search",
}


def main():
    with providers() as (traces, logs, metrics):
        emit_spans(traces.get_tracer("proof", "1.0"))
        emit_logs(logs.get_logger("proof"))
        emit_metrics(metrics.get_meter("proof"))


def emit_spans(tracer):
    for _ in range(TRACES):
        root = tracer.start_span("invoke_agent researcher", attributes=AGENT)
        agent = set_span_in_context(root)
        for name, attributes in (("chat gpt-4o-mini", CHAT), ("tools/call search", CALL)):
            tracer.start_span(name, agent, SpanKind.CLIENT, attributes).end()
        root.end()


def emit_logs(logger):
    for number in range(RECORDS):
        logger.emit(
            LogRecord(
                severity_number=SeverityNumber.INFO,
                severity_text="INFO",
                body="mail from jane.doe@example.com",
                attributes={"number": number},
            )
        )


def emit_metrics(meter):
    requests = meter.create_counter("proof.requests", unit="{request}")
    requests.add(3, {"route": "/a"})
    requests.add(4, {"route": "/b"})
    latency = meter.create_histogram("proof.latency", unit="ms")
    for value in (5, 50, 500):
        latency.record(value)
    meter.create_gauge("proof.depth").set(42)


if __name__ == "__main__":
    main()
