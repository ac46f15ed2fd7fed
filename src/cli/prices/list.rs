//! `tollgate prices list`: what the catalogue holds.

use std::process::ExitCode;

use serde_json::json;

use super::{Choice, moment, output, print_json};
use crate::genai::pricing::{Catalogue, Listed, ListedPrice};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// List the models of this provider.
    provider: Option<String>,
    /// Only models whose id contains this text; of all providers, if none is named.
    #[arg(long, value_name = "TEXT")]
    model: Option<String>,
    /// Prices as of this time; now, if not given.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    choice: Choice,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, String> {
    let catalogue = args.choice.load()?;
    if args.provider.is_none() && args.model.is_none() {
        return providers(&catalogue, args.json);
    }
    let (_, at) = moment(args.at.as_deref())?;
    let wanted = args.model.as_deref().unwrap_or("").to_lowercase();
    let models: Vec<Listed> = catalogue
        .list(at)
        .filter(|listed| {
            args.provider
                .as_ref()
                .is_none_or(|id| *id == listed.provider)
        })
        .filter(|listed| listed.model.to_lowercase().contains(&wanted))
        .collect();
    if models.is_empty() {
        return Err(nothing(&catalogue, args));
    }
    if args.json {
        print_json(&models)?;
        return Ok(ExitCode::SUCCESS);
    }
    for listed in models {
        let prices: Vec<String> = listed.prices.iter().map(price).collect();
        let prices = if prices.is_empty() {
            "free".to_owned()
        } else {
            prices.join("  ")
        };
        let overlay = if listed.overlay { "  (overlay)" } else { "" };
        let entry = format!("{}/{}", listed.provider, listed.model);
        output::line(format_args!("{entry:<52} {prices}{overlay}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn providers(catalogue: &Catalogue, json: bool) -> Result<ExitCode, String> {
    if json {
        let rows = catalogue.providers();
        let rows =
            rows.map(|(id, name, models)| json!({ "id": id, "name": name, "models": models }));
        let release = catalogue.release();
        print_json(&json!({
            "catalogue": &*release.name,
            "hash": &*release.hash,
            "providers": rows.collect::<Vec<_>>(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let release = catalogue.release();
    output::line(format_args!(
        "{} ({}): {} models",
        release.name,
        release.hash,
        catalogue.len()
    ));
    for (id, name, models) in catalogue.providers() {
        output::line(format_args!("  {id:<26} {models:>5}  {name}"));
    }
    output::line("\n`tollgate prices list PROVIDER` shows one with its prices.");
    Ok(ExitCode::SUCCESS)
}

/// `input_mtok 2.5 (5 above 272000)`.
fn price(price: &ListedPrice) -> String {
    let tiers = price
        .tiers
        .iter()
        .map(|(start, usd)| format!(" ({usd} above {start})"));
    format!("{} {}{}", price.key, price.usd, tiers.collect::<String>())
}

fn nothing(catalogue: &Catalogue, args: &Args) -> String {
    let ids = || catalogue.providers().map(|(id, _, _)| id);
    match &args.provider {
        Some(provider) if !ids().any(|id| id == provider) => {
            let hint = crate::config::nearest(provider, ids())
                .map_or_else(String::new, |id| format!("; did you mean `{id}`?"));
            format!("no provider `{provider}`{hint}")
        }
        _ => format!(
            "no model contains `{}`",
            args.model.as_deref().unwrap_or("")
        ),
    }
}
