//! Override rows: a user's own price list on the first line, then calls priced by nothing else.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::super::usage::Usage;
use super::super::catalogue::Catalogue;
use super::super::flat::{FlatPrice, FlatRow, Overrides, Per};
use super::super::pricer::{Book, Call, Pricer, Source};
use super::strict::agrees;
use super::{Row, Verdict};

/// Reads the price list of a file's first line; the catalogue stays out of it.
pub(super) fn pricer(config: &Value) -> Result<Pricer, String> {
    let per = match config.get("unit").and_then(Value::as_str) {
        None | Some("usd_per_1k_tokens") => Per::Thousand,
        Some("usd_per_1m_tokens") => Per::Million,
        Some(other) => return Err(format!("`{other}` is no unit of prices this program knows")),
    };
    let price = |row: &Value| -> Result<FlatPrice, String> {
        let row: FlatRow =
            serde_json::from_value(row.clone()).map_err(|error| error.to_string())?;
        FlatPrice::of(&row, per).ok_or_else(|| "a price is negative or too large".to_owned())
    };
    let mut overrides = Overrides::default();
    overrides.default = config.get("default").map(price).transpose()?;
    for (model, row) in config
        .get("models")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        overrides.set(None, model, price(row)?);
    }
    let book = Book {
        catalogue: Arc::new(Catalogue::default()),
        overrides,
        ..Book::default()
    };
    Ok(Pricer::new(Arc::new(book)))
}

/// Prices a row by the user's list alone.
pub(super) fn check(pricer: &mut Pricer, row: &Row<'_>) -> Verdict {
    let expected = row.value.get("expected").cloned().unwrap_or_default();
    let count = |key: &str| row.value.get("usage")?.get(key)?.as_u64();
    let usage = Usage {
        input: count("input_tokens"),
        output: count("output_tokens"),
        cache_read: count("cache_read_tokens"),
        cache_write: count("cache_write_tokens"),
        reasoning: count("output_reasoning_tokens"),
        ..Usage::EMPTY
    };
    let provider = row.text("provider");
    let call = Call {
        provider,
        models: [row.text("model"), None, None],
        usage,
        ..Call::default()
    };
    let priced = pricer.price(&call);
    let entry = match priced.source {
        Some(Source::Override) => row.text("model"),
        Some(Source::Default) => Some("default"),
        _ => None,
    };
    let found = match entry {
        Some(entry) => json!({
            "entry": entry,
            "input_price": priced.bill.input,
            "output_price": priced.bill.output,
            "total_price": priced.bill.total,
        }),
        None => json!({ "unpriced": priced.status.as_str() }),
    };
    if agrees(&expected, &found) {
        return Verdict::Passed;
    }
    Verdict::Failed {
        expected: expected.to_string(),
        found: found.to_string(),
    }
}
