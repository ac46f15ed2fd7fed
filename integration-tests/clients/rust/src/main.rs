//! Sends a known amount of telemetry through the OpenTelemetry SDK for Rust; see ../README.md.

use std::env;
use std::error::Error;

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{Span, SpanKind, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{LogExporter, MetricExporter, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

const TRACES: usize = 4;
const RECORDS: i64 = 5;
const MESSAGES: &str =
    r#"[{"role":"user","parts":[{"type":"text","content":"write to jane.doe@example.com"}]}]"#;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let grpc = env::var("OTEL_EXPORTER_OTLP_PROTOCOL").is_ok_and(|protocol| protocol == "grpc");
    // tonic needs a runtime around it, and reqwest's blocking client must have none.
    let runtime = tokio::runtime::Runtime::new()?;
    let _inside = grpc.then(|| runtime.enter());
    let protocol = Protocol::HttpBinary;
    let (spans, logs, metrics) = if grpc {
        (
            SpanExporter::builder().with_tonic().build()?,
            LogExporter::builder().with_tonic().build()?,
            MetricExporter::builder().with_tonic().build()?,
        )
    } else {
        (
            SpanExporter::builder().with_http().with_protocol(protocol).build()?,
            LogExporter::builder().with_http().with_protocol(protocol).build()?,
            MetricExporter::builder().with_http().with_protocol(protocol).build()?,
        )
    };
    emit_spans(SdkTracerProvider::builder().with_batch_exporter(spans).build())?;
    emit_logs(SdkLoggerProvider::builder().with_batch_exporter(logs).build())?;
    emit_metrics(SdkMeterProvider::builder().with_periodic_exporter(metrics).build())?;
    Ok(())
}

fn emit_spans(provider: SdkTracerProvider) -> Result<(), String> {
    let tracer = provider.tracer("proof");
    for _ in 0..TRACES {
        let root = tracer
            .span_builder("invoke_agent researcher")
            .with_attributes([
                KeyValue::new("gen_ai.operation.name", "invoke_agent"),
                KeyValue::new("gen_ai.agent.name", "researcher"),
            ])
            .start(&tracer);
        let agent = Context::new().with_span(root);
        child(&tracer, "chat gpt-4o-mini", chat(), &agent);
        child(&tracer, "tools/call search", call(), &agent);
        agent.span().end();
    }
    provider.shutdown().map_err(|error| error.to_string())
}

fn child<T: Tracer>(tracer: &T, name: &'static str, attributes: Vec<KeyValue>, parent: &Context) {
    tracer
        .span_builder(name)
        .with_kind(SpanKind::Client)
        .with_attributes(attributes)
        .start_with_context(tracer, parent)
        .end();
}

fn chat() -> Vec<KeyValue> {
    vec![
        KeyValue::new("gen_ai.operation.name", "chat"),
        KeyValue::new("gen_ai.provider.name", "openai"),
        KeyValue::new("gen_ai.request.model", "gpt-4o-mini"),
        KeyValue::new("gen_ai.response.model", "gpt-4o-mini-2024-07-18"),
        KeyValue::new("gen_ai.usage.input_tokens", 1000),
        KeyValue::new("gen_ai.usage.output_tokens", 200),
        KeyValue::new("gen_ai.input.messages", MESSAGES),
    ]
}

fn call() -> Vec<KeyValue> {
    vec![
        KeyValue::new("mcp.method.name", "tools/call"),
        KeyValue::new("gen_ai.operation.name", "execute_tool"),
        KeyValue::new("gen_ai.tool.name", "search"),
    ]
}

fn emit_logs(provider: SdkLoggerProvider) -> Result<(), String> {
    let logger = provider.logger("proof");
    for number in 0..RECORDS {
        let mut record = logger.create_log_record();
        record.set_severity_number(Severity::Info);
        record.set_severity_text("INFO");
        record.set_body(AnyValue::from("mail from jane.doe@example.com"));
        record.add_attribute("number", number);
        logger.emit(record);
    }
    provider.shutdown().map_err(|error| error.to_string())
}

fn emit_metrics(provider: SdkMeterProvider) -> Result<(), String> {
    let meter = provider.meter("proof");
    let requests = meter.u64_counter("proof.requests").with_unit("{request}").build();
    requests.add(3, &[KeyValue::new("route", "/a")]);
    requests.add(4, &[KeyValue::new("route", "/b")]);
    let latency = meter.f64_histogram("proof.latency").with_unit("ms").build();
    for value in [5.0, 50.0, 500.0] {
        latency.record(value, &[]);
    }
    meter.u64_gauge("proof.depth").build().record(42, &[]);
    provider.shutdown().map_err(|error| error.to_string())
}
