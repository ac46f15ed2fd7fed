//! Values of a catalogue file that come in two forms, told apart by how they begin: nothing is read
//! twice or kept in between, as `untagged` would.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::file::{PriceRow, PricesRow, RateRow, TieredRow};
use super::money::Decimal;

impl<'de> Deserialize<'de> for PricesRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Prices;
        impl<'de> Visitor<'de> for Prices {
            type Value = PricesRow;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("prices by unit, or a list of such with conditions")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PricesRow, A::Error> {
                PriceRow::deserialize(MapAccessDeserializer::new(map)).map(PricesRow::Plain)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<PricesRow, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(PricesRow::Conditional)
            }
        }
        deserializer.deserialize_any(Prices)
    }
}

impl<'de> Deserialize<'de> for RateRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rate;
        impl<'de> Visitor<'de> for Rate {
            type Value = RateRow;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a price, or a base price with tiers")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RateRow, A::Error> {
                TieredRow::deserialize(MapAccessDeserializer::new(map)).map(RateRow::Tiered)
            }

            fn visit_i64<E: Error>(self, whole: i64) -> Result<RateRow, E> {
                Amount.visit_i64(whole).map(RateRow::Flat)
            }

            fn visit_u64<E: Error>(self, whole: u64) -> Result<RateRow, E> {
                Amount.visit_u64(whole).map(RateRow::Flat)
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<RateRow, E> {
                Amount.visit_f64(number).map(RateRow::Flat)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RateRow, E> {
                Amount.visit_str(text).map(RateRow::Flat)
            }
        }
        deserializer.deserialize_any(Rate)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Amount)
    }
}

/// A number, or a text that holds one.
struct Amount;

impl Visitor<'_> for Amount {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a number in a string")
    }

    fn visit_i64<E: Error>(self, whole: i64) -> Result<Decimal, E> {
        Ok(Decimal::Whole(whole))
    }

    fn visit_u64<E: Error>(self, whole: u64) -> Result<Decimal, E> {
        Ok(i64::try_from(whole).map_or(Decimal::Number(whole as f64), Decimal::Whole))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
        Ok(Decimal::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
        Ok(Decimal::Text(text.to_owned()))
    }
}
