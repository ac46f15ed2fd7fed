// Sends a known amount of telemetry through the OpenTelemetry SDK for Go; see ../README.md.
package main

import (
	"context"
	"log"
	"time"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel/attribute"
	otellog "go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	traces   = 4
	records  = 5
	messages = `[{"role":"user","parts":[{"type":"text","content":"write to jane.doe@example.com"}]}]`
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	emitSpans(ctx)
	emitLogs(ctx)
	emitMetrics(ctx)
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func emitSpans(ctx context.Context) {
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(must(autoexport.NewSpanExporter(ctx))))
	tracer := provider.Tracer("proof", trace.WithInstrumentationVersion("1.0"))
	for range traces {
		agent, root := tracer.Start(ctx, "invoke_agent researcher", trace.WithAttributes(
			attribute.String("gen_ai.operation.name", "invoke_agent"),
			attribute.String("gen_ai.agent.name", "researcher")))
		_, chat := tracer.Start(agent, "chat gpt-4o-mini", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("gen_ai.operation.name", "chat"),
			attribute.String("gen_ai.provider.name", "openai"),
			attribute.String("gen_ai.request.model", "gpt-4o-mini"),
			attribute.String("gen_ai.response.model", "gpt-4o-mini-2024-07-18"),
			attribute.Int("gen_ai.usage.input_tokens", 1000),
			attribute.Int("gen_ai.usage.output_tokens", 200),
			attribute.String("gen_ai.input.messages", messages)))
		chat.End()
		_, call := tracer.Start(agent, "tools/call search", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("mcp.method.name", "tools/call"),
			attribute.String("gen_ai.operation.name", "execute_tool"),
			attribute.String("gen_ai.tool.name", "search")))
		call.End()
		root.End()
	}
	check(provider.Shutdown(ctx))
}

func emitLogs(ctx context.Context) {
	exporter := must(autoexport.NewLogExporter(ctx))
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)))
	logger := provider.Logger("proof")
	for number := range records {
		var record otellog.Record
		record.SetTimestamp(time.Now())
		record.SetSeverity(otellog.SeverityInfo)
		record.SetSeverityText("INFO")
		record.SetBody(attribute.StringValue("mail from jane.doe@example.com"))
		record.AddAttributes(attribute.Int("number", number))
		logger.Emit(ctx, record)
	}
	check(provider.Shutdown(ctx))
}

func emitMetrics(ctx context.Context) {
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(must(autoexport.NewMetricReader(ctx))))
	meter := provider.Meter("proof")
	requests := must(meter.Int64Counter("proof.requests", metric.WithUnit("{request}")))
	requests.Add(ctx, 3, metric.WithAttributes(attribute.String("route", "/a")))
	requests.Add(ctx, 4, metric.WithAttributes(attribute.String("route", "/b")))
	latency := must(meter.Float64Histogram("proof.latency", metric.WithUnit("ms")))
	for _, value := range []float64{5, 50, 500} {
		latency.Record(ctx, value)
	}
	depth := must(meter.Int64Gauge("proof.depth"))
	depth.Record(ctx, 42)
	check(provider.Shutdown(ctx))
}
