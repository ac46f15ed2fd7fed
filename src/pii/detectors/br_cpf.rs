//! Brazil's CPF, and the CNPJ of companies.

use super::national::{digits, is_named};
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::{
    JOINTS,
    Numeral::{Bare, Groups},
};
use crate::pii::text::byte;
use crate::pii::words::Topic;

pub(in crate::pii) const BR_CPF: Detector = Detector {
    name: "BR_CPF",
    what: "Brazilian CPF or CNPJ",
    source: "Receita Federal, Instrução Normativa RFB: dígitos verificadores",
    validator: "two check digits modulo 11",
    gravity: 70,
    context: &[Topic::BrCpf, Topic::Identity],
    finds: &[
        "CPF «111.444.777-35»",
        "cpf: «11144477735»",
        "CNPJ «11.222.333/0001-81»",
    ],
    ignores: &[
        "-798.549 433.504 238.84 -463.0",
        "CPF 111.444.777-36",
        "11144477735",
        "111.111.111-11",
        "cpf, 手机13839825970",
    ],
    looks: &[Look::Number(
        &[
            Bare(11, 11),
            Bare(14, 14),
            Groups(&[0x3332, 0x23342], JOINTS),
        ],
        find,
    )],
};

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    if !is_written(number, scene.bytes) {
        return;
    }
    let person = number.total == 11;
    let digits = digits(number, scene);
    let body = digits.len() - 2;
    let checks = check(&digits[..body], person) == digits[body]
        && check(&digits[..=body], person) == digits[body + 1];
    if !checks || digits.iter().all(|&digit| digit == digits[0]) {
        return;
    }
    if !number.is_bare() || is_named(scene, number.start, &[Topic::BrCpf]) {
        scene.report(number.start, number.end, "both check digits");
    }
}

/// Whether the groups of three are joined alike: `433.504 238.84` are two decimal numbers.
fn is_written(number: &Number, bytes: &[u8]) -> bool {
    let first = if number.total == 11 { 3 } else { 2 };
    let joint = |place: usize| byte(bytes, number.start + place);
    number.is_bare() || joint(first) == joint(first + 4)
}

/// Weights count up from the right: to 11 for a CPF, from 2 to 9 again and again for a CNPJ.
fn check(digits: &[u8], person: bool) -> u8 {
    let weight = |place: usize| if person { place + 2 } else { place % 8 + 2 };
    let sum: usize = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| usize::from(digit) * weight(place))
        .sum();
    let rest = sum % 11;
    if rest < 2 { 0 } else { 11 - rest as u8 }
}
