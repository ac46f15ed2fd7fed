//! `tollgate prices explain`: one call, priced aloud.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;

use super::{Choice, moment, output, print_json};
use crate::genai::pricing::{Book, Call, Explanation, PicoUsd, Pricer, Source, Status};
use crate::genai::usage::Usage;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The model, as a span names it.
    model: String,
    /// The provider, as a span names it.
    #[arg(long)]
    provider: Option<String>,
    /// Where the call went; asked only if there is no provider.
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,
    /// When the call began; now, if not given.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Input tokens, cached ones included.
    #[arg(long, value_name = "N")]
    input: Option<u64>,
    /// Output tokens, reasoning included.
    #[arg(long, value_name = "N")]
    output: Option<u64>,
    /// Of the input: read from a cache.
    #[arg(long, value_name = "N")]
    cache_read: Option<u64>,
    /// Of the input: written to a cache.
    #[arg(long, value_name = "N")]
    cache_write: Option<u64>,
    /// Of those written: kept for an hour.
    #[arg(long, value_name = "N")]
    cache_write_1h: Option<u64>,
    /// Of the output: reasoning.
    #[arg(long, value_name = "N")]
    reasoning: Option<u64>,
    /// Of the input: audio.
    #[arg(long, value_name = "N")]
    input_audio: Option<u64>,
    /// Of the output: audio.
    #[arg(long, value_name = "N")]
    output_audio: Option<u64>,
    /// Web searches made by the provider.
    #[arg(long, value_name = "N")]
    web_searches: Option<u64>,
    /// The service tier that served it: flex, priority, batch.
    #[arg(long, value_name = "TIER")]
    tier: Option<String>,
    /// What else is known of the request, such as `processing=batch`.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    context: Vec<(String, String)>,
    /// What the provider itself said that it cost, in USD.
    #[arg(long, value_name = "USD", value_parser = usd)]
    reported: Option<PicoUsd>,
    #[command(flatten)]
    choice: Choice,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn usd(text: &str) -> Result<PicoUsd, String> {
    PicoUsd::parse(text).ok_or_else(|| "expected an amount such as 0.03".to_owned())
}

pub(super) fn run(args: &Args) -> Result<ExitCode, String> {
    let book = Book {
        catalogue: args.choice.load()?,
        ..Book::default()
    };
    let mut pricer = Pricer::new(Arc::new(book));
    let (start_unix_nanos, _) = moment(args.at.as_deref())?;
    let tier = args.tier.iter().map(|tier| ("service_tier", tier.as_str()));
    let given = args
        .context
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    let context: Vec<(&str, &str)> = tier.chain(given).collect();
    let call = Call {
        provider: args.provider.as_deref(),
        api_url: args.api_url.as_deref(),
        models: [Some(&args.model), None, None],
        start_unix_nanos,
        context: &context,
        usage: args.usage(),
        reported: args.reported,
    };
    let explanation = pricer.explain(&call);
    if args.json {
        print_json(&as_json(&pricer, &explanation))?;
    } else {
        for step in &explanation.steps {
            output::line(format_args!("{:<9} {}", step.about, step.text));
        }
    }
    let priced = explanation.priced.status.has_amount();
    Ok(if priced {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Args {
    fn usage(&self) -> Usage {
        Usage {
            input: self.input,
            output: self.output,
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            cache_write_1h: self.cache_write_1h,
            reasoning: self.reasoning,
            input_audio: self.input_audio,
            output_audio: self.output_audio,
            web_searches: self.web_searches,
            ..Usage::EMPTY
        }
    }
}

fn as_json(pricer: &Pricer, explanation: &Explanation) -> serde_json::Value {
    let catalogue = &pricer.book().catalogue;
    let priced = &explanation.priced;
    let why = match priced.status {
        Status::Unpriced(why) => Some(why.as_str()),
        _ => None,
    };
    let parts = &priced.bill.parts;
    json!({
        "status": priced.status.as_str(),
        "why": why,
        "source": priced.source.map(Source::as_str),
        "catalogue": { "name": &*catalogue.release().name, "hash": &*catalogue.release().hash },
        "matched_provider": priced.entry.map(|hit| catalogue.provider_id(hit)),
        "model_provider": priced.entry.map(|hit| catalogue.model_provider_id(hit)),
        "matched_model": priced.entry.map(|hit| catalogue.model_id(hit)),
        "total_price": priced.amount(),
        "input_price": priced.amount().map(|_| priced.bill.input),
        "output_price": priced.amount().map(|_| priced.bill.output),
        "parts": {
            "fresh": parts.fresh,
            "cache_read": parts.cache_read,
            "cache_write": parts.cache_write,
            "output": parts.output,
            "other": parts.other,
        },
        "steps": explanation.steps,
    })
}
