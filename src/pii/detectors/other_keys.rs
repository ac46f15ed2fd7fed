//! Keys of many other providers, one line each.

use super::prefixed::{Form, base62, base64url, dotted, form, hex, read, upper};
use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::text::{before, byte, is_cut, span_end, span_start, starts_with};

pub(in crate::pii) const OTHER_API_KEY: Detector = Detector {
    name: "OTHER_API_KEY",
    what: "key or token of one of many other providers",
    source: "the providers' documentation; GitHub, Supported secret scanning patterns",
    validator: "prefix, alphabet and length of each",
    gravity: 93,
    context: &[],
    finds: &[
        "HF_TOKEN=«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» python",
        "密钥 «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»，",
        "«sk-lf-b59e6198-1fd4-4ead-9b38-bf725b78de78»",
        "«SK390bf6013f0f6df89ced321466a4ba22»",
        "«glpat-abcdEFGH1234ijklMNOP»",
        "«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»",
        "key=«vdJ6ZXD0u46nqb.atlasv1.M1XfXzm9vYrRCt5zqfbzSTvRo31XDMIDtPqIFPkxRyqMDA4yhrFuOf9OksXYWt»&alt=json",
        "(«patoPYrHmLEwqtahn.67a44bd0ba85f211efd13aa8e0c198ff2739641183405dc5fb5f61421bef3187»)",
        "«MTASYjB970nLfeDcUNLJyWlOtk.zewNPZ.9JKH4UA3EVGb0bb7N_b_qaU4WU736RGA8zTs53»",
        "«bkua_58b1af63fc6a0d967153a6026dffb502fb585ed0»",
        "bot «123456789:AAHabcdEFGH1234ijklMNOP5678qrstUVW»",
        "MAILCHIMP_KEY=«fc38360cb2a023c54582a3a12387feb3-us6»",
    ],
    ignores: &[
        "hf_hub_download",
        "npm_config_registry",
        "SKU390bf6013f0f6df89ced321466a4ba2",
        "SG.beta",
        "key-value-store-something",
    ],
    looks: &[
        Look::Prefix(OTHER_PREFIXES, find),
        Look::Literal(
            &[
                "-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9",
            ],
            mailchimp,
        ),
        Look::Prefix(&["AA"], telegram),
        Look::Prefix(&["atlasv1."], terraform),
        Look::Prefix(&["pat"], airtable),
        Look::Prefix(
            &["MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"],
            discord,
        ),
    ],
};

const OTHER: &[Form] = &[
    form("sk-or-v1-", hex, 64, 64),
    form("sk-or-", base64url, 24, 128),
    form("sk-lf-", base64url, 32, 48),
    form("hf_", base62, 30, 64),
    form("api_org_", base62, 30, 64),
    form("npm_", base62, 36, 36),
    form("pypi-", base64url, 50, 512),
    form("glpat-", base64url, 20, 64),
    form("gldt-", base64url, 20, 64),
    form("glrt-", base64url, 20, 64),
    form("glcbt-", base64url, 20, 64),
    form("glptt-", hex, 40, 40),
    form("GR1348941", base64url, 20, 40),
    form("dop_v1_", hex, 64, 64),
    form("doo_v1_", hex, 64, 64),
    form("dor_v1_", hex, 64, 64),
    form("dapi", hex_dashed, 32, 36),
    form("dkea", hex, 32, 34),
    form("dsapi", hex, 32, 34),
    form("hvs.", base64url, 24, 300),
    form("hvb.", base64url, 24, 300),
    form("hvr.", base64url, 24, 300),
    form("SG.", dotted, 60, 80),
    form("SK", hex, 32, 32),
    form("AC", hex, 32, 32),
    form("key-", hex, 32, 32),
    form("gsk_", base62, 40, 64),
    form("xai-", base62, 60, 100),
    form("pplx-", base62, 32, 64),
    form("r8_", base62, 37, 40),
    form("fw_", base62, 20, 40),
    form("nvapi-", base64url, 40, 80),
    form("tgp_v1_", base64url, 40, 60),
    form("co_", base62, 38, 44),
    form("jina_", base62, 40, 80),
    form("pcsk_", base64url, 40, 100),
    form("csk-", base62, 40, 60),
    form("tvly-", base64url, 28, 60),
    form("fc-", hex, 32, 32),
    form("lsv2_", base64url, 40, 60),
    form("ls__", base62, 30, 40),
    form("lin_api_", base62, 40, 40),
    form("lin_oauth_", hex, 64, 64),
    form("secret_", base62, 43, 43),
    form("ntn_", base62, 40, 50),
    form("figd_", base64url, 40, 60),
    form("shpat_", hex, 32, 32),
    form("shpca_", hex, 32, 32),
    form("shppa_", hex, 32, 32),
    form("shpss_", hex, 32, 32),
    form("EAAA", base64url, 60, 64),
    form("sq0atp-", base64url, 22, 22),
    form("sq0csp-", base64url, 43, 43),
    form("ATATT3", base64eq, 180, 200),
    form("ATCTT3", base64eq, 180, 200),
    form("ATBB", base62, 32, 32),
    form("PMAK-", hex_dashed, 59, 59),
    form("sntrys_", base64eq, 60, 255),
    form("sntryu_", hex, 64, 64),
    form("glsa_", base64url, 38, 42),
    form("glc_", base64eq, 32, 400),
    form("NRAK-", upper, 27, 27),
    form("NRJS-", hex, 19, 19),
    form("dckr_pat_", base64url, 27, 27),
    form("pul-", hex, 40, 40),
    form("rubygems_", hex, 48, 48),
    form("sbp_", hex, 40, 40),
    form("vercel_", base62, 24, 24),
    form("vcp_", base62, 24, 60),
    form("dp.pt.", base62, 40, 44),
    form("dp.st.", dotted, 40, 60),
    form("tfp_", base64url, 40, 64),
    form("LTAI", base62, 16, 26),
    form("AKID", base62, 28, 36),
    form("amzn.mws.", hex_dashed, 36, 36),
    form("heroku-", hex_dashed, 36, 36),
    form("HRKU-", base64url, 36, 64),
    form("cfut_", base62, 40, 64),
    form("v1.0-", base64url, 140, 180),
    form("phc_", base62, 40, 50),
    form("phx_", base62, 40, 50),
    form("sgp_", hex, 40, 60),
    form("AGE-SECRET-KEY-1", upper, 58, 58),
    form("ops_eyJ", base64eq, 200, 4000),
    form("CLOJARS_", hex, 60, 60),
    form("EZAK", base62, 54, 54),
    form("frio-", base64url, 32, 64),
    form("oy2", base62, 43, 43),
    form("p8e-", base62, 32, 32),
    form("duffel_live_", base64url, 43, 43),
    form("duffel_test_", base64url, 43, 43),
    form("shippo_live_", hex, 40, 40),
    form("xkeysib-", hex_dashed, 80, 90),
    form("sk_", base62, 32, 80),
    form("tskey-", base64url, 20, 80),
    form("pscale_tkn_", dotted, 32, 64),
    form("pscale_pw_", dotted, 32, 64),
    form("pscale_oauth_", dotted, 32, 64),
    form("fm2_", base64eq, 100, 1000),
    form("nfp_", base62, 36, 40),
    form("napi_", base62, 40, 80),
    form("rnd_", base62, 28, 36),
    form("re_", base64url, 30, 36),
    form("e2b_", hex, 40, 40),
    form("bb_live_", base64url, 20, 60),
    form("sb_secret_", base64url, 24, 60),
    form("sqp_", hex, 40, 40),
    form("squ_", hex, 40, 40),
    form("sqa_", hex, 40, 40),
    form("pnu_", base62, 36, 36),
    form("dckr_oat_", base64url, 27, 32),
    form("AKCp", base62, 60, 72),
    form("cmVmdGtuOj", base64eq, 50, 64),
    form("CFPAT-", base64url, 43, 43),
    form("aio_", base62, 28, 28),
    form("rdme_", base62, 60, 72),
    form("ico-", base62, 32, 32),
    form("mdb_sa_sk_", base64url, 32, 48),
    form("sk-helicone-", hex_dashed, 30, 50),
    form("whsec_", base64eq, 24, 64),
    form("EAACEdEose0cBA", base62, 20, 300),
    form("AAAAAAAAAAAAAAAAAAAAA", base64eq, 80, 120),
    form("fo1_", base64url, 40, 64),
    form("FlyV1", base64eq, 60, 1000),
    form("lip_", base64url, 40, 80),
    form("key_live_", base62, 24, 64),
    form("dtn_", hex, 64, 64),
    form("bkua_", hex, 40, 40),
    form("CCIPAT_", base64url, 63, 63),
    form("CCIPRJ_", base64url, 63, 63),
    form("dt0c01.", dotted, 89, 89),
    form("dt0s01.", dotted, 73, 89),
    form("cio", base62, 32, 32),
    form("glsoat-", base64url, 20, 64),
    form("glft-", base64url, 20, 64),
    form("glimt-", base64url, 20, 64),
    form("glagent-", base64url, 50, 64),
    form("sl.", base64url, 130, 1500),
    form("pat-na1-", hex_dashed, 36, 36),
    form("pat-eu1-", hex_dashed, 36, 36),
    form("mlsn.", hex, 64, 64),
    form("ABSK", base64eq, 109, 269),
    form("IQoJb3JpZ2lu", base64eq, 100, 2000),
    form("FwoGZXIvYXdz", base64eq, 100, 2000),
];

const OTHER_PREFIXES: &[&str] = &{
    let mut prefixes = [""; OTHER.len()];
    let mut at = 0;
    while at < OTHER.len() {
        prefixes[at] = OTHER[at].prefix;
        at += 1;
    }
    prefixes
};

fn hex_dashed(byte: &u8) -> bool {
    hex(byte) || *byte == b'-'
}

fn base64eq(byte: &u8) -> bool {
    base64url(byte) || matches!(byte, b'+' | b'/' | b'=')
}

fn find(at: usize, scene: &mut Scene<'_, '_>) {
    // `SK` and `AC` are too short to stand behind a dash inside an identifier.
    let short = starts_with(scene.bytes, at, "SK") || starts_with(scene.bytes, at, "AC");
    if !(short && matches!(before(scene.bytes, at), b'-' | b'_' | b'.')) {
        read(at, OTHER, scene);
    }
}

/// Telegram: the bot's number, a colon, and 35 characters that start with `AA`.
fn telegram(at: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    if before(bytes, at) != b':' {
        return;
    }
    let end = span_end(bytes, at, base64url);
    let start = span_start(bytes, at - 1, at.saturating_sub(12), u8::is_ascii_digit);
    let whole = (33..=36).contains(&(end - at)) || end - at >= 8 && is_cut(bytes, end);
    if whole && (7..=10).contains(&(at - 1 - start)) {
        scene.report(start, end, "number, colon and 35 characters");
    }
}

/// Terraform: fourteen characters, `.atlasv1.`, and sixty and more.
fn terraform(at: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let name = span_start(bytes, at.saturating_sub(1), at.saturating_sub(16), base62);
    let end = span_end(bytes, at, dotted);
    if before(bytes, at) == b'.' && at - name == 15 && (60..=90).contains(&(end - at)) {
        scene.report(name, end, "fourteen characters, atlasv1 and sixty more");
    }
}

/// Airtable: `pat`, fourteen characters, and 64 hexadecimal digits.
fn airtable(at: usize, scene: &mut Scene<'_, '_>) {
    let name = span_end(scene.bytes, at, base62);
    let end = span_end(scene.bytes, name + 1, hex);
    let whole = end - name == 65 || end > name + 4 && is_cut(scene.bytes, end);
    if name - at == 17 && byte(scene.bytes, name) == b'.' && whole {
        scene.report(at, end, "seventeen characters and 64 hexadecimal digits");
    }
}

/// Mailchimp: 32 hexadecimal digits and the data centre.
fn mailchimp(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let dash = behind - "-us1".len();
    let start = span_start(bytes, dash, dash.saturating_sub(33), hex);
    let end = span_end(bytes, behind, u8::is_ascii_digit);
    if dash - start == 32 && end < behind + 2 && !byte(bytes, end).is_ascii_alphanumeric() {
        scene.report(start, end, "32 hexadecimal digits and a data centre");
    }
}

/// Discord: the bot's number in base64, the time, and a signature.
fn discord(at: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let name = span_end(bytes, at, base62);
    let time = span_end(bytes, name + 1, base64url);
    let end = span_end(bytes, time + 1, base64url);
    let parts = [
        name - at,
        time.saturating_sub(name + 1),
        end.saturating_sub(time + 1),
    ];
    let dots = byte(bytes, name) == b'.' && byte(bytes, time) == b'.';
    if dots && matches!(parts, [24..=28, 6..=7, 27..=40]) {
        scene.report(at, end, "a number, a time and a signature in base64");
    }
}
