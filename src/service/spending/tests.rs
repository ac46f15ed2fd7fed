//! The tables of spend and budgets, and what a webhook is told.

use std::path::Path;

use super::settings::{Money, read};
use crate::config::Document;
use crate::spend::{By, Per};

fn parse(text: &str) -> Result<(super::Spend, Vec<crate::spend::Budget>), Vec<String>> {
    let document =
        Document::parse("p.toml", Path::new("."), text.to_owned(), &|_| None).expect("TOML");
    read(&document.root()).map_err(|faults| faults.into_iter().map(|fault| fault.message).collect())
}

#[test]
fn amounts_are_exact_and_above_zero() {
    for (text, nanos) in [
        ("50", 50_000_000_000),
        ("0.000000001 USD", 1),
        ("$12.50", 12_500_000_000),
    ] {
        assert_eq!(Ok(Money { nanos }), text.parse(), "{text}");
    }
    for bad in ["0", "-1", "many", ""] {
        assert!(bad.parse::<Money>().is_err(), "{bad}");
    }
}

#[test]
fn a_budget_reads_with_its_defaults() {
    let (spend, budgets) =
        parse("[budgets.team]\namount = \"50 USD\"\nper = \"day\"\nby = \"tenant\"")
            .expect("reads");
    assert_eq!("tollgate-data/spend.redb", spend.path.to_str().unwrap());
    let budget = &budgets[0];
    assert_eq!(
        (50_000_000_000, Per::Day, By::Tenant),
        (budget.nanos, budget.per, budget.by)
    );
    assert!((budget.warn - 0.8).abs() < f64::EPSILON);
}

#[test]
fn faults_of_budgets_are_told_together() {
    let faults = parse(
        "[budgets.a]\namount = 0\nper = \"day\"\n[budgets.b]\namount = 1\nper = \"week\"\n\
         [budgets.c]\namount = 1\nper = \"day\"\nwarn = 8.0\nwebhook = \"ftp://x\"",
    )
    .expect_err("has faults");
    assert_eq!(4, faults.len(), "{faults:#?}");
    assert!(parse("[spend]\npath = \"\"\n[budgets.a]\namount = 1\nper = \"day\"").is_err());
}
