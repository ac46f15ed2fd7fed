//! Sends the bundled captures to the demo's own receiver over gRPC, as any SDK would.

use std::sync::Arc;

use bytes::Bytes;
use indicatif::{ProgressBar, ProgressStyle};

use super::captures;
use crate::component::{Batch, Built, Context, Exporter, Request};
use crate::config::Table;
use crate::otlp::{self, Limits, NewValue, Scope, Span, Telemetry};

/// What was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    pub(super) requests: u64,
    pub(super) items: u64,
}

/// Sends everything, with a bar that shows how far it is.
pub(super) async fn run(port: u16) -> Result<Sent, String> {
    let exporter = exporter(port)?;
    let bar = ProgressBar::new(captures::ALL.len() as u64 + 1);
    let style = ProgressStyle::with_template("replaying {bar:32} {pos}/{len}  {msg}");
    bar.set_style(style.map_err(|error| error.to_string())?);
    let mut sent = Sent::default();
    for capture in captures::ALL {
        bar.set_message(capture.from);
        let read = Telemetry::parse(
            capture.signal,
            Bytes::from_static(capture.body),
            &Limits::default(),
        );
        let telemetry = read
            .map_err(|error| format!("{}: {error}", capture.from))?
            .telemetry;
        send(&*exporter, telemetry, &mut sent).await?;
        bar.inc(1);
    }
    bar.set_message("a prompt full of personal data");
    send(&*exporter, personal(), &mut sent).await?;
    bar.inc(1);
    bar.finish_and_clear();
    exporter.close().await;
    Ok(sent)
}

fn exporter(port: u16) -> Result<Arc<dyn Exporter>, String> {
    let entry = crate::exporters::ALL
        .iter()
        .find(|entry| entry.name == "otlp");
    let entry = entry.ok_or("this binary has no otlp exporter")?;
    let table = Table::of(&format!("endpoint = \"http://127.0.0.1:{port}\""));
    let built = (entry.read)(&table);
    let built =
        built.map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>())?;
    let Built::Exporter(build, _) = built else {
        return Err("otlp is no exporter".to_owned());
    };
    build(&mut Context::bare("otlp/demo")).map_err(|error| error.to_string())
}

async fn send(
    exporter: &dyn Exporter,
    telemetry: Telemetry,
    sent: &mut Sent,
) -> Result<(), String> {
    let (signal, items) = (telemetry.signal(), telemetry.items() as u64);
    let request = Request {
        signal,
        parts: vec![Arc::new(Batch::unpaid(telemetry))],
    };
    let delivered = exporter
        .export(Arc::new(request))
        .await
        .map_err(|error| error.to_string())?;
    sent.requests += 1;
    let rejected: u64 = delivered.rejected.iter().map(|(_, items)| items).sum();
    sent.items += items.saturating_sub(rejected);
    Ok(())
}

/// A model call whose prompt holds what must not leave: every value is made up and valid.
fn personal() -> Telemetry {
    let prompt = r#"[{"role":"user","parts":[{"type":"text","content":"I am Jane, mail me at jane.doe@example.com or call +1 415 555 0134. My card is 4111 1111 1111 1111, my SSN 536-22-8726, IBAN DE89370400440532013000. Use sk-ant-api03-0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000-000000AA"}]}]"#;
    let start = 1_790_000_000_000_000_000;
    let span = Span::build()
        .trace_id(*b"tollgate-demo-01")
        .span_id(*b"personal")
        .name("chat gpt-4o")
        .kind(3)
        .times(start, start + 1_200_000_000)
        .attribute("gen_ai.operation.name", "chat")
        .attribute("gen_ai.provider.name", "openai")
        .attribute("gen_ai.request.model", "gpt-4o")
        .attribute("gen_ai.usage.input_tokens", 412)
        .attribute("gen_ai.usage.output_tokens", 96)
        .attribute("gen_ai.input.messages", prompt)
        .attribute("tenant.id", "acme")
        .finish();
    let resource = otlp::Resource::new(&[("service.name", NewValue::from("support-agent"))]);
    let scope = Scope::new("demo", "", Arc::new(resource));
    let group = otlp::Group {
        scope: Arc::new(scope),
        records: vec![span],
    };
    Telemetry::Traces(otlp::Batch::new(vec![group]))
}
