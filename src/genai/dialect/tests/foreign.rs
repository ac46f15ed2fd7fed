//! Spans that have nothing to do with models, tools or agents are turned away at once.

use super::*;
use crate::otlp::Note;

/// Names that the HTTP, database, messaging and process conventions put on spans.
const FOREIGN: &[&str] = &[
    "http.request.method",
    "http.route",
    "url.full",
    "url.path",
    "url.scheme",
    "server.address",
    "server.port",
    "client.address",
    "network.protocol.version",
    "network.peer.address",
    "user_agent.original",
    "db.system.name",
    "db.query.text",
    "db.operation.name",
    "db.collection.name",
    "messaging.system",
    "messaging.destination.name",
    "messaging.message.id",
    "thread.id",
    "thread.name",
    "code.function.name",
    "code.file.path",
    "code.line.number",
    "k8s.pod.name",
    "container.id",
    "host.name",
    "process.pid",
    "peer.service",
    "net.host.name",
    "net.peer.port",
];

#[test]
fn a_foreign_name_mostly_costs_one_load_and_never_more_than_one_lookup() {
    let dialects = Dialects::builtin();
    let mut looked_up = 0;
    for name in FOREIGN {
        looked_up += usize::from(dialects.vocabulary.may_hold(name.as_bytes()));
        assert!(
            dialects.vocabulary.find(name.as_bytes()).is_none(),
            "{name}"
        );
    }
    assert!(looked_up * 3 <= FOREIGN.len(), "{looked_up} looked up");
}

#[test]
fn a_foreign_span_says_nothing_and_is_left_alone() {
    let dialects = Dialects::builtin();
    let attributes: Vec<_> = FOREIGN.iter().map(|name| (*name, s("value"))).collect();
    let (scope, mut foreign) = (scope("io.opentelemetry.jdbc"), span("GET /", &attributes));
    assert!(dialects.read(&scope, &foreign).is_none());
    let before = foreign.clone();
    dialects.make_canonical(&scope, &mut foreign, Originals::Keep);
    assert_eq!(foreign, before);
    // Later readers do not look at it again, until somebody changes it.
    assert!(matches!(foreign.note(), Note::Nothing));
    foreign.set_attribute("gen_ai.request.model", "m");
    assert!(matches!(foreign.note(), Note::Unread));
}
