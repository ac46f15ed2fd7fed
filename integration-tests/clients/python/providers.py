"""Sets up the SDK for all three signals from OTEL_* variables alone."""

import os
from contextlib import contextmanager

from opentelemetry import _logs, metrics, trace
from opentelemetry.exporter.otlp.proto.grpc import (
    _log_exporter as grpc_logs,
    metric_exporter as grpc_metrics,
    trace_exporter as grpc_traces,
)
from opentelemetry.exporter.otlp.proto.http import (
    _log_exporter as http_logs,
    metric_exporter as http_metrics,
    trace_exporter as http_traces,
)
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

MODULES = {
    "grpc": (grpc_traces, grpc_logs, grpc_metrics),
    "http/protobuf": (http_traces, http_logs, http_metrics),
}


@contextmanager
def providers():
    """Installs the global providers; leaving sends everything that is still held, once."""
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    traces, logs, points = MODULES[protocol]
    tracing = TracerProvider()
    tracing.add_span_processor(BatchSpanProcessor(traces.OTLPSpanExporter()))
    logging = LoggerProvider()
    logging.add_log_record_processor(BatchLogRecordProcessor(logs.OTLPLogExporter()))
    reader = PeriodicExportingMetricReader(points.OTLPMetricExporter())
    metering = MeterProvider([reader])
    trace.set_tracer_provider(tracing)
    _logs.set_logger_provider(logging)
    metrics.set_meter_provider(metering)
    try:
        yield tracing, logging, metering
    finally:
        for provider in (tracing, logging, metering):
            provider.shutdown()
