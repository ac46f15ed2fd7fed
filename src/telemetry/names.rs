//! The metric names of the process itself, each with its meaning for whoever scrapes them.

use metrics::{describe_counter, describe_gauge, describe_histogram};

/// Name and help text. A name not listed here has no help, which `promtool check metrics` reports.
const MEANINGS: &[(&str, &str)] = &[
    (
        "tollgate_receiver_requests_total",
        "OTLP requests by receiver, protocol, signal and outcome.",
    ),
    (
        "tollgate_refused_items_total",
        "Items refused at the door, by signal and reason; they were never received.",
    ),
    (
        "tollgate_admitted_bytes",
        "Bytes of telemetry admitted and not yet exported.",
    ),
    (
        "tollgate_admitted_requests",
        "Requests admitted and not yet exported.",
    ),
    (
        "tollgate_pressure_ratio",
        "How full the house is: 0 is empty, at 1 senders are told to come back.",
    ),
    (
        "tollgate_pipeline_received_items_total",
        "Spans, log records and data points that came into a pipeline.",
    ),
    (
        "tollgate_pipeline_made_items_total",
        "Items that processors of a pipeline made themselves.",
    ),
    (
        "tollgate_pipeline_passed_items_total",
        "Items that left a pipeline towards its exporters.",
    ),
    (
        "tollgate_pipeline_discarded_items_total",
        "Items that a pipeline let go, by reason.",
    ),
    (
        "tollgate_pipeline_held_items",
        "Items inside a pipeline now: received and made, less passed and discarded.",
    ),
    (
        "tollgate_exporter_received_items_total",
        "Items given to an exporter's queue.",
    ),
    (
        "tollgate_exporter_exported_items_total",
        "Items that an exporter's destination accepted.",
    ),
    (
        "tollgate_exporter_discarded_items_total",
        "Items that an exporter gave up, by reason.",
    ),
    (
        "tollgate_exporter_held_items",
        "Items waiting or in flight at an exporter now.",
    ),
    (
        "tollgate_exporter_queue_bytes",
        "Bytes waiting or in flight at an exporter.",
    ),
    (
        "tollgate_exporter_queue_capacity_bytes",
        "Most bytes that may wait or be in flight at an exporter.",
    ),
    (
        "tollgate_exporter_queue_items",
        "Items in an exporter's queue.",
    ),
    (
        "tollgate_exporter_state",
        "The exporter's circuit breaker: 0 closed, 1 half open, 2 open.",
    ),
    (
        "tollgate_exporter_requests_in_flight",
        "Requests of an exporter that wait for their answer.",
    ),
    (
        "tollgate_exporter_requests_total",
        "Requests an exporter has sent, retries included.",
    ),
    (
        "tollgate_exporter_retries_total",
        "Requests an exporter has sent again.",
    ),
    (
        "tollgate_exporter_request_duration_seconds",
        "Time from sending a request to its answer.",
    ),
    (
        "tollgate_price_catalogue_refreshes_total",
        "Looks at the price files, by result.",
    ),
    (
        "tollgate_price_catalogue_age_seconds",
        "Time since the prices in use were loaded.",
    ),
    (
        "tollgate_price_catalogue_loaded_timestamp_seconds",
        "When the prices in use were loaded, as Unix time.",
    ),
    (
        "tollgate_price_catalogue_models",
        "Models that the catalogue in use has prices for.",
    ),
    (
        "tollgate_price_catalogue_info",
        "Version and hash of the catalogue in use.",
    ),
    (
        "tollgate_prometheus_series",
        "Received series that the Prometheus exporter holds.",
    ),
    (
        "tollgate_prometheus_families_hidden",
        "Metrics left out of the last scrape because another of that name has a different type.",
    ),
    (
        "tollgate_prometheus_points_not_shown_total",
        "Data points that the Prometheus exporter took and cannot show, by reason.",
    ),
    (
        "tollgate_config_reloads_total",
        "Looks at a changed configuration by outcome: applied, unchanged, needs_restart, refused.",
    ),
    (
        "tollgate_config_restart_keys",
        "Keys of the configuration file that wait for a restart.",
    ),
    (
        "tollgate_config_loaded_timestamp_seconds",
        "When the configuration in use was taken into use, as Unix time.",
    ),
    (
        "tollgate_tail_sampling_spans_total",
        "Spans by fate: in = kept + dropped + lost + still held.",
    ),
    (
        "tollgate_tail_sampling_late_spans_total",
        "Spans that came after the decision on their trace, by its fate.",
    ),
    (
        "tollgate_tail_sampling_decisions_total",
        "Decisions on traces by outcome, trigger and policy.",
    ),
    (
        "tollgate_tail_sampling_decision_lag_seconds",
        "Time from when a decision was due until it was made.",
    ),
    (
        "tollgate_tail_sampling_decision_age_seconds",
        "Age of traces when they were decided.",
    ),
    (
        "tollgate_tail_sampling_tick_lag_seconds",
        "How long after its time a tick came, which is when a worker serves deadlines.",
    ),
    (
        "tollgate_tail_sampling_tick_left_over",
        "Due timers of traces that a tick left for the next, because it may not decide more.",
    ),
    (
        "tollgate_tail_sampling_held",
        "What a worker holds now: traces, spans, bytes, spilled bytes, keys of policies.",
    ),
    (
        "tollgate_tail_sampling_rules_info",
        "Version of the rules that new traces are judged by.",
    ),
];

/// Tells the installed recorder what each metric means.
pub(super) fn describe() {
    for (name, meaning) in MEANINGS {
        if name.ends_with("_total") {
            describe_counter!(*name, *meaning);
        } else if name.ends_with("_duration_seconds") {
            describe_histogram!(*name, *meaning);
        } else {
            describe_gauge!(*name, *meaning);
        }
    }
}
