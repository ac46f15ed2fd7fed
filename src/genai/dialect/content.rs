//! The places in which dialects keep what a model was told and what it said, and the attributes of
//! the conventions they are brought to.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::Dialects;
use super::canonical::{Edits, Originals};
use super::message::{instructions, messages};
use super::value::{json, json_leaf};
use crate::genai::facts::Class;
use crate::otlp::{LogRecord, LogRecords, Scope, Span, Spans, Value};

/// Whole attributes of requests, the better place first. JSON in any vendor's form, or plain text.
const ASKED: &[&str] = &[
    "ai.prompt.messages",
    "request_data",
    "gen_ai.prompt",
    "langfuse.observation.input",
    "mlflow.spanInputs",
    "gcp.vertex.agent.llm_request",
    "genkit:input",
    "traceloop.entity.input",
    "ai.prompt",
    "input.value",
];
/// Whole attributes of answers.
const ANSWERED: &[&str] = &[
    "response_data",
    "gen_ai.completion",
    "langfuse.observation.output",
    "mlflow.spanOutputs",
    "gcp.vertex.agent.llm_response",
    "genkit:output",
    "traceloop.entity.output",
    "output.value",
];
/// Requests, answers and tools spread over many attributes: `prefix.0.role`, `prefix.0.content`.
const SPREAD: &[(&str, &str)] = &[
    ("llm.input_messages.", INPUT),
    ("gen_ai.prompt.", INPUT),
    ("llm.output_messages.", OUTPUT),
    ("gen_ai.completion.", OUTPUT),
    ("llm.tools.", TOOLS),
    ("llm.request.functions.", TOOLS),
];
/// What Vercel writes an answer in, apart.
const VERCEL: [&str; 3] = [
    "ai.response.text",
    "ai.response.object",
    "ai.response.toolCalls",
];
const VERCEL_TOOLS: &str = "ai.prompt.tools";
/// Pydantic AI's events, of which the choices are answers.
const EVENTS: &str = "events";

const INPUT: &str = "gen_ai.input.messages";
const OUTPUT: &str = "gen_ai.output.messages";
const SYSTEM: &str = "gen_ai.system_instructions";
const TOOLS: &str = "gen_ai.tool.definitions";

/// Longer contents are left where they are.
const CONTENT_BYTES_MAX: usize = 1 << 20;

impl Dialects {
    /// The changes that bring a model call's messages to the conventions' attributes, and what a
    /// tool's events say of it; `None` where there is neither. Aggregates repeat their calls.
    pub fn messages(
        &self,
        scope: &Scope,
        span: &Span,
        originals: Originals,
    ) -> Option<Edits<Spans>> {
        match self.read(scope, span)?.class {
            Class::Llm => {
                let mut content = Content::gather(span);
                content.of_places();
                content.of_events(span);
                content.edits(originals)
            }
            Class::Tool => tool_events(span),
            _ => None,
        }
    }

    /// The changes that bring the message a log record is to the conventions' attributes; its body
    /// stays.
    pub fn logged_message(record: &LogRecord) -> Option<Edits<LogRecords>> {
        let attribute = || record.attribute("event.name")?.as_str();
        let name = Some(record.event_name()).filter(|name| !name.is_empty());
        let (target, role) = match name.or_else(attribute)?.strip_prefix("gen_ai.")? {
            "choice" => (OUTPUT, "assistant"),
            name => (INPUT, name.strip_suffix(".message")?),
        };
        let said = match record.body()? {
            Value::Str(text) => read(text),
            body => json_leaf(body),
        };
        let messages = messages(&said, role);
        if messages.is_empty() || record.attribute(target).is_some() {
            return None;
        }
        let mut edits = Edits::default();
        edits.set(target, &Json::Array(messages).to_string());
        Some(edits)
    }
}

/// What a tool was given and answered, where only events of its span say (Strands).
fn tool_events(span: &Span) -> Option<Edits<Spans>> {
    let mut edits = Edits::default();
    for (event, key, target) in TOOL_EVENTS {
        let of_event = span.events().find(|found| found.name() == *event);
        let said = of_event.and_then(|event| event.attributes().get(key)?.as_str());
        if let Some(said) = said.filter(|_| span.attribute(target).is_none()) {
            edits.set(target, said);
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// Event, its attribute, and what that is.
const TOOL_EVENTS: &[(&str, &str, &str)] = &[
    (
        "gen_ai.tool.message",
        "content",
        "gen_ai.tool.call.arguments",
    ),
    ("gen_ai.choice", "message", "gen_ai.tool.call.result"),
];

/// What a span keeps of its content.
#[derive(Default)]
struct Content<'a> {
    whole: BTreeMap<&'a str, Value<'a>>,
    /// By target: the tree that spread attributes make, and their names.
    spread: BTreeMap<&'static str, (Json, Vec<&'a str>)>,
    /// By target: what was found, and the attributes it came from.
    found: BTreeMap<&'static str, (Vec<Json>, Vec<&'a str>)>,
}

impl<'a> Content<'a> {
    fn gather(span: &'a Span) -> Self {
        let mut content = Content::default();
        let mut bytes = 0_usize;
        for (name, value) in &span.attributes() {
            bytes = bytes.saturating_add(value.as_str().map_or(0, str::len));
            if bytes > CONTENT_BYTES_MAX {
                return Content::default();
            }
            let place = SPREAD.iter().find_map(|(prefix, target)| {
                let path = name.strip_prefix(prefix)?;
                path.starts_with(|first: char| first.is_ascii_digit())
                    .then_some((path, *target))
            });
            if let Some((path, target)) = place {
                let (tree, names) = content.spread.entry(target).or_default();
                plant(tree, path, json_leaf(value));
                names.push(name);
            } else {
                content.whole.insert(name, value);
            }
        }
        content
    }

    /// Whether a target is still to be filled: what the source wrote itself stays.
    fn lacks(&self, target: &str) -> bool {
        !self.whole.contains_key(target) && !self.found.contains_key(target)
    }

    fn find(&mut self, target: &'static str, items: Vec<Json>, names: Vec<&'a str>) {
        if !items.is_empty() && self.lacks(target) {
            self.found.insert(target, (items, names));
        }
    }

    fn of_places(&mut self) {
        for (target, (tree, names)) in std::mem::take(&mut self.spread) {
            let items = values(tree);
            let items = match target {
                INPUT => messages(&Json::Array(items), "user"),
                OUTPUT => messages(&Json::Array(items), "assistant"),
                _ => items.iter().map(definition).collect(),
            };
            self.find(target, items, names);
        }
        for name in ASKED {
            let Some((name, json)) = self.json(name) else {
                continue;
            };
            self.find(INPUT, messages(&json, "user"), vec![name]);
            self.find(SYSTEM, instructions(&json), vec![]);
            let tools = json.get("tools").and_then(Json::as_array);
            let tools = tools.into_iter().flatten().map(definition).collect();
            self.find(TOOLS, tools, vec![]);
        }
        for name in ANSWERED {
            if let Some((name, json)) = self.json(name) {
                self.find(OUTPUT, messages(&json, "assistant"), vec![name]);
            }
        }
        self.of_vercel();
        self.of_pydantic();
    }

    fn of_vercel(&mut self) {
        let [text, object, calls] = VERCEL.map(|name| self.json(name));
        let names = [&text, &object, &calls]
            .into_iter()
            .flatten()
            .map(|(name, _)| *name)
            .collect();
        let answer = json!({
            "role": "assistant",
            "content": text.or(object).map(|(_, json)| match json {
                Json::String(text) => text,
                other => other.to_string(),
            }),
            "tool_calls": calls.map(|(_, json)| json),
        });
        self.find(OUTPUT, messages(&answer, "assistant"), names);
        if let Some((name, Json::Array(tools))) = self.json(VERCEL_TOOLS) {
            self.find(TOOLS, tools.iter().map(definition).collect(), vec![name]);
        }
    }

    fn of_pydantic(&mut self) {
        let Some((name, Json::Array(events))) = self.json(EVENTS) else {
            return;
        };
        let is_choice = |event: &&Json| event.get("event.name") == Some(&json!("gen_ai.choice"));
        let (answers, asked): (Vec<&Json>, Vec<&Json>) = events.iter().partition(is_choice);
        let all = |events: Vec<&Json>, role: &str| {
            let each = events.into_iter().flat_map(|event| messages(event, role));
            each.collect::<Vec<_>>()
        };
        let (asked, answers) = (all(asked, "user"), all(answers, "assistant"));
        self.find(OUTPUT, answers, vec![name]);
        self.find(INPUT, asked, vec![name]);
    }

    /// Messages that stand in span events: Strands, Langtrace, Semantic Kernel.
    fn of_events(&mut self, span: &Span) {
        let (mut asked, mut answered) = (Vec::new(), Vec::new());
        for event in span.events() {
            let attributes = event.attributes();
            let text = |name: &str| Some(read(attributes.get(name)?.as_str()?));
            match event.name() {
                "gen_ai.choice" => {
                    let said = text("message").or_else(|| text("content"));
                    answered.extend(said.iter().flat_map(|json| messages(json, "assistant")));
                }
                "gen_ai.content.prompt" => {
                    let said = text("gen_ai.prompt");
                    asked.extend(said.iter().flat_map(|json| messages(json, "user")));
                }
                "gen_ai.content.completion" => {
                    let said = text("gen_ai.completion");
                    answered.extend(said.iter().flat_map(|json| messages(json, "assistant")));
                }
                name => {
                    let role = name
                        .strip_prefix("gen_ai.")
                        .and_then(|name| name.strip_suffix(".message"));
                    if let Some((role, said)) = role.zip(text("content")) {
                        asked.extend(messages(&said, role));
                    }
                }
            }
        }
        self.find(INPUT, asked, vec![]);
        self.find(OUTPUT, answered, vec![]);
    }

    /// An attribute as JSON; a text that is none is a text.
    fn json(&self, name: &str) -> Option<(&'a str, Json)> {
        let (name, value) = self.whole.get_key_value(name)?;
        let json = match value {
            Value::Str("") | Value::Empty => return None,
            Value::Str(text) => read(text),
            value => json_leaf(*value),
        };
        Some((name, json))
    }

    fn edits(self, originals: Originals) -> Option<Edits<Spans>> {
        let mut edits = Edits::default();
        for (target, (items, names)) in self.found {
            edits.set(target, &Json::Array(items).to_string());
            if originals == Originals::Remove {
                for name in names {
                    edits.remove(name);
                }
            }
        }
        (!edits.is_empty()).then_some(edits)
    }
}

fn read(text: &str) -> Json {
    json(text).unwrap_or_else(|| Json::String(text.to_owned()))
}

/// A tool's definition: JSON inside a text, or inside an object that only wraps it.
fn definition(tool: &Json) -> Json {
    match tool {
        Json::String(text) => definition(&json(text).unwrap_or_default()),
        Json::Object(object) => {
            let wrapped = object.get("tool").or_else(|| object.get("json_schema"));
            match wrapped {
                Some(inner) => definition(inner),
                None => function(object),
            }
        }
        other => other.clone(),
    }
}

/// OpenAI keeps name and parameters one level down.
fn function(object: &Map<String, Json>) -> Json {
    let inner = object.get("function").and_then(Json::as_object);
    let mut flat = inner.unwrap_or(object).clone();
    flat.entry("type").or_insert_with(|| json!("function"));
    Json::Object(flat)
}

/// Puts a leaf into a tree by its dotted path: `0.message.role`.
fn plant(tree: &mut Json, path: &str, leaf: Json) {
    match path.split_once('.') {
        Some((step, rest)) if depth(path) <= DEPTH_MAX => plant(branch(tree, step), rest, leaf),
        _ => *branch(tree, path) = leaf,
    }
}

fn depth(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'.').count()
}

/// Deeper paths are names with dots in them.
const DEPTH_MAX: usize = 12;

fn branch<'t>(tree: &'t mut Json, step: &str) -> &'t mut Json {
    if !tree.is_object() {
        *tree = Json::Object(Map::new());
    }
    &mut tree[step]
}

/// The tree with every object whose keys are numbers made a list, in the order of the numbers.
fn values(tree: Json) -> Vec<Json> {
    let Json::Object(object) = tree else {
        return Vec::new();
    };
    let mut numbered: Vec<(u64, Json)> = object
        .into_iter()
        .filter_map(|(key, value)| Some((key.parse().ok()?, listed(value))))
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, value)| value).collect()
}

fn listed(value: Json) -> Json {
    match value {
        Json::Object(object) if object.keys().all(|key| key.parse::<u64>().is_ok()) => {
            Json::Array(values(Json::Object(object)))
        }
        Json::Object(object) => {
            let inner = object.into_iter().map(|(key, value)| (key, listed(value)));
            Json::Object(inner.collect())
        }
        other => other,
    }
}
