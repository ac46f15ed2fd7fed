//! The context words, by what they speak of, in the languages that agents meet.

/// What a context word speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Telephones, messages, callers.
    Phone,
    /// Birth and birthdays.
    Birth,
    /// Passports and travel documents.
    Passport,
    /// Driving licences.
    Driver,
    /// Bank accounts.
    Account,
    /// Bank routing: ABA numbers, sort codes.
    Routing,
    /// Payment cards.
    Card,
    /// Card security codes.
    Cvv,
    /// One-time codes and PINs.
    Otp,
    /// Patient and medical record numbers.
    Medical,
    /// Insurance policies, members, claims.
    Policy,
    /// Identity, tax or social insurance in general.
    Identity,
    /// The United States' social security number.
    UsSsn,
    /// Canada's social insurance number.
    CaSin,
    /// The United Kingdom's national insurance number.
    UkNino,
    /// England's NHS number.
    UkNhs,
    /// Brazil's CPF and CNPJ.
    BrCpf,
    /// The Netherlands' BSN.
    NlBsn,
    /// Australia's tax file number.
    AuTfn,
    /// Passwords and passphrases.
    Password,
    /// Keys, tokens and other secrets.
    Secret,
    /// Sessions and cookies.
    Session,
    /// Network addresses.
    Address,
    /// Bank identifiers in general: IBAN.
    Iban,
    /// Against: orders, invoices, tickets, articles.
    Order,
    /// Against: versions and builds.
    Version,
    /// Against: digests, commits, traces, identifiers of machines.
    Digest,
    /// Against: counts, sizes, times.
    Count,
}

impl Topic {
    /// The topic's own bit in a set of topics.
    pub(super) fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Topics that speak against personal data.
pub(super) const AGAINST: &[Topic] = &[Topic::Order, Topic::Version, Topic::Digest, Topic::Count];

/// Topics by the names in the word list.
const NAMES: &[(&str, Topic)] = &[
    ("Phone", Topic::Phone),
    ("Birth", Topic::Birth),
    ("Passport", Topic::Passport),
    ("Driver", Topic::Driver),
    ("Account", Topic::Account),
    ("Routing", Topic::Routing),
    ("Card", Topic::Card),
    ("Cvv", Topic::Cvv),
    ("Otp", Topic::Otp),
    ("Medical", Topic::Medical),
    ("Policy", Topic::Policy),
    ("Identity", Topic::Identity),
    ("UsSsn", Topic::UsSsn),
    ("CaSin", Topic::CaSin),
    ("UkNino", Topic::UkNino),
    ("UkNhs", Topic::UkNhs),
    ("BrCpf", Topic::BrCpf),
    ("NlBsn", Topic::NlBsn),
    ("AuTfn", Topic::AuTfn),
    ("Password", Topic::Password),
    ("Secret", Topic::Secret),
    ("Session", Topic::Session),
    ("Address", Topic::Address),
    ("Iban", Topic::Iban),
    ("Order", Topic::Order),
    ("Version", Topic::Version),
    ("Digest", Topic::Digest),
    ("Count", Topic::Count),
];

/// The words, written down for people to read and extend.
const LIST: &str = include_str!("words.txt");

/// The parts of a list of words, each headed by a name in brackets.
pub(super) fn sections(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = list.split('[').skip(1);
    sections.filter_map(|section| section.split_once(']'))
}

/// Every topic with its words; a word may go on in the next line.
pub(super) fn words() -> impl Iterator<Item = (Topic, String)> {
    sections(LIST).flat_map(|(name, words)| {
        let topic = NAMES.iter().find(|(known, _)| *known == name);
        let spaced = |word: &str| word.split_whitespace().collect::<Vec<_>>().join(" ");
        words
            .split(',')
            .map(spaced)
            .filter(|word| !word.is_empty())
            .filter_map(move |word| Some((topic?.1, word)))
    })
}
