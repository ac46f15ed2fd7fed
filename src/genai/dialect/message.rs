//! Messages as vendors and frameworks write them in JSON, brought to the conventions' one form:
//! a role, and parts that are text, tool calls and answers to them.

use serde_json::{Map, Value as Json, json};

type Object = Map<String, Json>;

/// The messages in a value that may be one, a list, or an envelope around either; `role` is that
/// of a text nobody ascribes.
pub(super) fn messages(json: &Json, role: &str) -> Vec<Json> {
    match json {
        Json::Array(items) if items.iter().any(is_bare_part) => {
            said(role, items.iter().flat_map(parts).collect(), None)
        }
        Json::Array(items) => items.iter().flat_map(|item| messages(item, role)).collect(),
        Json::String(text) => said(role, text_part(text).into_iter().collect(), None),
        Json::Object(object) => of_object(object, role),
        _ => Vec::new(),
    }
}

/// The instructions a request carries apart from its messages, as parts.
pub(super) fn instructions(json: &Json) -> Vec<Json> {
    let object = json.get("config").unwrap_or(json);
    let places = [Some(object), Some(json)];
    let found = places
        .into_iter()
        .flatten()
        .find_map(|place| INSTRUCTIONS.iter().find_map(|name| place.get(name)));
    match found {
        Some(Json::Object(object)) => object.get("parts").map(parts).unwrap_or_default(),
        Some(other) => parts(other),
        None => Vec::new(),
    }
}

/// Names of instructions in requests: Anthropic's and Vercel's, Google's, OpenAI's responses.
const INSTRUCTIONS: &[&str] = &[
    "system",
    "system_instruction",
    "systemInstruction",
    "instructions",
];
/// Members that hold the messages of a request or an answer, or one message of it.
const ENVELOPES: &[&str] = &[
    "messages",
    "contents",
    "choices",
    "candidates",
    "message",
    "input",
];

fn of_object(object: &Object, role: &str) -> Vec<Json> {
    let own_role = role_of(object);
    if own_role.is_none() {
        let inside = ENVELOPES.iter().find_map(|name| object.get(*name));
        // Google's candidates hold a whole message as their content, Responses a list of outputs.
        let nested = || object.get("content").filter(|inner| inner.is_object());
        let outputs = || object.get("output").filter(|inner| inner.is_array());
        if let Some(inner) = inside.or_else(nested).or_else(outputs) {
            let mut found = messages(inner, role);
            if let (Some(reason), [only]) = (finish_reason(object), found.as_mut_slice()) {
                only["finish_reason"] = reason;
            }
            return found;
        }
    }
    let role = own_role.unwrap_or(role);
    let content = ["parts", "content", "contents"]
        .iter()
        .find_map(|name| object.get(*name).filter(|value| !value.is_null()));
    // On a tool's own message an `id` can only be the call's.
    let call_id = ["tool_call_id", "toolCallId", "id"]
        .iter()
        .find_map(|name| object.get(*name));
    let mut all = match (content, call_id) {
        (Some(response), Some(id)) if role == "tool" && !response.is_array() => {
            vec![json!({"type": "tool_call_response", "id": id, "response": response})]
        }
        (Some(content), _) => parts(content),
        (None, _) => part(object).into_iter().collect(),
    };
    let calls = ["tool_calls", "toolCalls"]
        .iter()
        .find_map(|name| object.get(*name));
    let calls = calls.and_then(Json::as_array);
    let calls = calls.into_iter().flatten().filter_map(Json::as_object);
    all.extend(calls.filter_map(tool_call));
    said(role, all, finish_reason(object))
}

fn said(role: &str, parts: Vec<Json>, reason: Option<Json>) -> Vec<Json> {
    if parts.is_empty() {
        return Vec::new();
    }
    let mut message = json!({"role": role, "parts": parts});
    if let Some(reason) = reason {
        message["finish_reason"] = reason;
    }
    vec![message]
}

/// The role an object names, in the conventions' words.
fn role_of(object: &Object) -> Option<&str> {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    let event = text("event.name").and_then(|name| name.strip_prefix("gen_ai."));
    match event.and_then(|name| name.strip_suffix(".message")) {
        Some(role) => return Some(role),
        None if event == Some("choice") => return Some("assistant"),
        None => {}
    }
    text("role").map(|role| match role {
        "model" | "ai" => "assistant",
        "human" => "user",
        "function" => "tool",
        role => role,
    })
}

fn finish_reason(object: &Object) -> Option<Json> {
    let names = ["finish_reason", "finishReason", "stop_reason"];
    let reason = names.iter().find_map(|name| object.get(*name));
    reason.filter(|reason| reason.is_string()).cloned()
}

/// Whether an item of a list is a part of one message, and not a message.
fn is_bare_part(item: &Json) -> bool {
    let Json::Object(object) = item else {
        return false;
    };
    let kind = object.get("type").and_then(Json::as_str);
    let is_kind = kind.is_some_and(|kind| kind != "message");
    let wraps = ["text", "toolRequest", "functionCall", "function_call"];
    role_of(object).is_none()
        && object.get("message").is_none()
        && (is_kind || wraps.iter().any(|name| object.contains_key(*name)))
}

/// The parts of a message's content.
fn parts(content: &Json) -> Vec<Json> {
    match content {
        Json::String(text) => match serde_json::from_str(text) {
            // A list of parts that was put into an attribute as text.
            Ok(Json::Array(items)) if items.iter().any(is_bare_part) => {
                items.iter().flat_map(parts).collect()
            }
            _ => text_part(text).into_iter().collect(),
        },
        Json::Array(items) => items.iter().flat_map(parts).collect(),
        Json::Object(object) => part(object).into_iter().collect(),
        Json::Null => Vec::new(),
        other => vec![json!({"type": "text", "content": other.to_string()})],
    }
}

fn text_part(text: &str) -> Option<Json> {
    (!text.is_empty()).then(|| json!({"type": "text", "content": text}))
}

/// One part, of whatever spelling. What is none of text, call or answer stays as it was written.
fn part(object: &Object) -> Option<Json> {
    if let Some(Json::Object(inner)) = object.get("message_content") {
        return part(inner);
    }
    let kind = object.get("type").and_then(Json::as_str).unwrap_or("");
    let first = |names: &[&str]| names.iter().find_map(|name| object.get(*name));
    match kind {
        "reasoning" | "thinking" => {
            let content = first(&["content", "thinking", "reasoning", "text"])?;
            return Some(json!({"type": "reasoning", "content": content}));
        }
        "tool_use" | "tool-call" | "tool_call" | "function_call" => return tool_call(object),
        "tool_result" | "tool-result" | "tool_call_response" | "function_call_output" => {
            return Some(tool_answer(object));
        }
        _ => {}
    }
    if let Some(text) = first(&["text", "content"]).and_then(Json::as_str) {
        return text_part(text);
    }
    if let Some(Json::Object(call)) =
        first(&["toolUse", "toolRequest", "functionCall", "function_call"])
    {
        return tool_call(call);
    }
    let answers = [
        "toolResult",
        "toolResponse",
        "functionResponse",
        "function_response",
    ];
    if let Some(Json::Object(answer)) = first(&answers) {
        return Some(tool_answer(answer));
    }
    (!kind.is_empty()).then(|| Json::Object(object.clone()))
}

fn tool_call(object: &Object) -> Option<Json> {
    let inner = |from: &Object, name: &str| from.get(name).and_then(Json::as_object).cloned();
    let outer = inner(object, "tool_call").unwrap_or_else(|| object.clone());
    let function = inner(&outer, "function").unwrap_or_else(|| outer.clone());
    let names = ["name", "toolName", "function_name"];
    let name = names.iter().find_map(|name| function.get(*name))?;
    let mut call = json!({"type": "tool_call", "name": name});
    if let Some(id) = ids(&outer) {
        call["id"] = id;
    }
    let given = ["arguments", "args", "input"];
    if let Some(given) = given.iter().find_map(|name| function.get(*name)) {
        // OpenAI writes the arguments as JSON text.
        let parsed = given
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        call["arguments"] = parsed.unwrap_or_else(|| given.clone());
    }
    Some(call)
}

fn tool_answer(object: &Object) -> Json {
    let names = ["response", "result", "output", "content"];
    let response = names.iter().find_map(|name| object.get(*name));
    let mut answer = json!({
        "type": "tool_call_response",
        "response": response.cloned().unwrap_or_default(),
    });
    if let Some(id) = ids(object) {
        answer["id"] = id;
    }
    answer
}

fn ids(object: &Object) -> Option<Json> {
    const NAMES: &[&str] = &[
        "call_id",
        "id",
        "toolCallId",
        "tool_call_id",
        "tool_use_id",
        "toolUseId",
        "ref",
    ];
    let found = NAMES.iter().find_map(|name| object.get(*name));
    found.filter(|id| id.is_string()).cloned()
}
