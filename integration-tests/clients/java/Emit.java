// Sends a known amount of telemetry through the OpenTelemetry SDK for Java; see ../README.md.

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.concurrent.TimeUnit;

public final class Emit {
  private static final int TRACES = 4;
  private static final int RECORDS = 5;
  private static final String MESSAGES =
      "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"write to jane.doe@example.com\"}]}]";

  public static void main(String[] arguments) {
    OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
    emitSpans(sdk.getTracer("proof", "1.0"));
    emitLogs(sdk);
    emitMetrics(sdk);
    boolean done = sdk.shutdown().join(30, TimeUnit.SECONDS).isSuccess();
    System.exit(done ? 0 : 1);
  }

  private static void emitSpans(Tracer tracer) {
    Attributes agent =
        Attributes.of(
            stringKey("gen_ai.operation.name"), "invoke_agent",
            stringKey("gen_ai.agent.name"), "researcher");
    Attributes chat =
        Attributes.builder()
            .put("gen_ai.operation.name", "chat")
            .put("gen_ai.provider.name", "openai")
            .put("gen_ai.request.model", "gpt-4o-mini")
            .put("gen_ai.response.model", "gpt-4o-mini-2024-07-18")
            .put("gen_ai.usage.input_tokens", 1000)
            .put("gen_ai.usage.output_tokens", 200)
            .put("gen_ai.input.messages", MESSAGES)
            .build();
    Attributes call =
        Attributes.of(
            stringKey("mcp.method.name"), "tools/call",
            stringKey("gen_ai.operation.name"), "execute_tool",
            stringKey("gen_ai.tool.name"), "search");
    for (int number = 0; number < TRACES; number++) {
      var root = tracer.spanBuilder("invoke_agent researcher").setAllAttributes(agent).startSpan();
      Context parent = Context.root().with(root);
      child(tracer, "chat gpt-4o-mini", chat, parent);
      child(tracer, "tools/call search", call, parent);
      root.end();
    }
  }

  private static void child(Tracer tracer, String name, Attributes attributes, Context parent) {
    tracer
        .spanBuilder(name)
        .setParent(parent)
        .setSpanKind(SpanKind.CLIENT)
        .setAllAttributes(attributes)
        .startSpan()
        .end();
  }

  private static void emitLogs(OpenTelemetrySdk sdk) {
    var logger = sdk.getLogsBridge().get("proof");
    for (int number = 0; number < RECORDS; number++) {
      logger
          .logRecordBuilder()
          .setSeverity(Severity.INFO)
          .setSeverityText("INFO")
          .setBody("mail from jane.doe@example.com")
          .setAttribute(longKey("number"), (long) number)
          .emit();
    }
  }

  private static void emitMetrics(OpenTelemetrySdk sdk) {
    var meter = sdk.getMeter("proof");
    var requests = meter.counterBuilder("proof.requests").setUnit("{request}").build();
    requests.add(3, Attributes.of(stringKey("route"), "/a"));
    requests.add(4, Attributes.of(stringKey("route"), "/b"));
    var latency = meter.histogramBuilder("proof.latency").setUnit("ms").build();
    for (double value : new double[] {5, 50, 500}) {
      latency.record(value);
    }
    meter.gaugeBuilder("proof.depth").ofLongs().build().set(42);
  }
}
