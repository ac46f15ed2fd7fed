//! The register of detectors.

use super::detector::Detector;

mod accounts;
mod airlines;
mod aligned;
pub(super) mod anthropic;
mod arguments;
mod asked;
pub(super) mod au_tfn;
pub(super) mod aws_access_key;
pub(super) mod bank;
pub(super) mod birth;
pub(super) mod br_cpf;
pub(super) mod ca_sin;
mod callees;
mod calls;
pub(super) mod card;
mod clauses;
pub(super) mod cn_id;
mod code_around;
mod code_behind;
mod code_labels;
mod code_letters;
mod code_words;
mod codes;
mod commands;
pub(super) mod cookies;
mod countries;
pub(super) mod crypto;
pub(super) mod cvv;
mod dates;
pub(super) mod de_tax_id;
mod dialled;
mod digit_groups;
pub(super) mod document;
mod domains;
pub(super) mod email;
pub(super) mod es_dni;
mod extents;
pub(super) mod fi_hetu;
mod fields;
pub(super) mod fr_nir;
mod gaps;
pub(super) mod github;
pub(super) mod google;
mod hl7;
mod hosts;
pub(super) mod iban;
pub(super) mod in_aadhaar;
pub(super) mod in_pan;
mod inside;
pub(super) mod ip;
pub(super) mod it_fiscal;
pub(super) mod jp_mynumber;
pub(super) mod jwt;
pub(super) mod kr_rrn;
mod labelled;
mod licence_card;
mod licences;
pub(super) mod mac;
mod messages;
mod months;
mod national;
pub(super) mod nl_bsn;
mod numbered;
pub(super) mod openai;
pub(super) mod other_keys;
pub(super) mod otp;
pub(super) mod password;
mod password_columns;
mod password_names;
mod password_pairs;
mod payments;
pub(super) mod phone;
mod phone_forms;
mod phrases;
pub(super) mod pl_pesel;
mod plans;
pub(super) mod policies;
mod prefixed;
pub(super) mod printed;
mod private_key;
mod programs;
mod protocols;
mod quad_words;
mod quads;
mod questions;
pub(super) mod se_personnummer;
mod seconds;
pub(super) mod secrets;
mod senses;
pub(super) mod session_cookie;
pub(super) mod sg_nric;
pub(super) mod slack;
mod spelled;
mod spoken;
pub(super) mod stripe;
mod tokens;
mod told;
mod turns;
pub(super) mod tw_id;
mod typed;
mod typed_codes;
pub(super) mod uk_nhs;
pub(super) mod uk_nino;
pub(super) mod url_credentials;
pub(super) mod us_ssn;

/// Every detector, by family.
pub const ALL: &[&Detector] = &[
    &email::EMAIL,
    &phone::PHONE,
    &ip::IPV4,
    &ip::IPV6,
    &mac::MAC,
    &card::CREDIT_CARD,
    &cvv::CVV,
    &iban::IBAN,
    &bank::BANK_ACCOUNT,
    &bank::US_BANK_ROUTING,
    &crypto::CRYPTO_BTC,
    &crypto::CRYPTO_ETH,
    &us_ssn::US_SSN,
    &ca_sin::CA_SIN,
    &uk_nino::UK_NINO,
    &uk_nhs::UK_NHS,
    &es_dni::ES_DNI,
    &de_tax_id::DE_TAX_ID,
    &fr_nir::FR_NIR,
    &it_fiscal::IT_FISCAL,
    &nl_bsn::NL_BSN,
    &pl_pesel::PL_PESEL,
    &se_personnummer::SE_PERSONNUMMER,
    &fi_hetu::FI_HETU,
    &br_cpf::BR_CPF,
    &in_aadhaar::IN_AADHAAR,
    &in_pan::IN_PAN,
    &cn_id::CN_ID,
    &tw_id::TW_ID,
    &kr_rrn::KR_RRN,
    &jp_mynumber::JP_MYNUMBER,
    &sg_nric::SG_NRIC,
    &au_tfn::AU_TFN,
    &document::PASSPORT,
    &document::DRIVER_LICENSE,
    &document::MEDICAL_RECORD,
    &policies::POLICY_NUMBER,
    &birth::DATE_OF_BIRTH,
    &otp::OTP,
    &openai::OPENAI_KEY,
    &anthropic::ANTHROPIC_KEY,
    &aws_access_key::AWS_ACCESS_KEY,
    &secrets::AWS_SECRET_KEY,
    &github::GITHUB_TOKEN,
    &slack::SLACK_TOKEN,
    &google::GOOGLE_API_KEY,
    &stripe::STRIPE_KEY,
    &other_keys::OTHER_API_KEY,
    &jwt::JWT,
    &private_key::PRIVATE_KEY,
    &secrets::BEARER_TOKEN,
    &secrets::BASIC_AUTH,
    &url_credentials::URL_CREDENTIALS,
    &session_cookie::SESSION_COOKIE,
    &password::PASSWORD,
    &secrets::GENERIC_SECRET,
];

/// The detector of this name, case ignored.
pub fn find(name: &str) -> Option<&'static Detector> {
    ALL.iter()
        .copied()
        .find(|detector| detector.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
