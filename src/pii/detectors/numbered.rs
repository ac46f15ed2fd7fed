//! Tells a telephone number by its form from a number that the word before it names otherwise.

use crate::pii::detector::Number;
use crate::pii::lists::{List, Phrases, table};
use crate::pii::text::{before, byte, ends_with, span_end, span_start, starts_with};

/// What words for numbers of all kinds end in; longer ones first.
const NUMBERS: &[&str] = &[
    "nummer",
    "numero",
    "número",
    "numéro",
    "number",
    "nomor",
    "numer",
    "номер",
    "编号",
    "編號",
    "单号",
    "番号",
    "번호",
    "code",
    "num",
    "nr.",
    "no.",
    "n°",
    "nº",
    "nr",
    "no",
    "id",
    "№",
    "号",
];

/// Words that say whose number it is, and none of another thing.
static OWNERS: List = List::of(&table::<128>(
    "my your his her our their the mein meine meiner ihre deine die mijn uw mon votre ton son \
    le mi su tu el mio suo il meu seu o min mitt din ditt mój numer мой ваш 我的 \
    您的 este this a another new neue and or und et y e is",
));

/// Small words after which a bare number may be that of a telephone.
static LEADS: List = List::of(&table::<256>(
    "and for the via und mit bei par por per con sur aan met van dan ist est are was het der \
    die das den dem med che with from unter onder under sotto user customer client caller \
    guest driver reach reached para avec line desk office home work direct main auch oder \
    also text texted pour about using this that then said wrote says kunde cliente pasien \
    pelanggan nasabah jobb jobbet arbeit arbeid arbejde hjem hem privat pro perso fixe bureau domicile \
    portable casa trabajo trabalho lavoro ufficio praca dom werk thuis handy mobil mobile cell fax",
));

/// What numbers are given to or measured, where no word of telephones says otherwise.
static VALUES: List = List::of(&table::<128>(
    "value values key data tag time date imei device employee matricule nir num max min total \
    revenue views population distance elapsed instructions gmv rx tx in out memory heap length \
    inv n v x y wrote metric",
));

/// Things that are numbered, in forms that telephone numbers have as well.
static THINGS: List = List::of(&table::<512>(
    "booking meeting fig step item http receipt claim policy reservation confirmation subscription frame slot aisle shelf \
    bin bay locker zip postcode plz statute docket tract grant fund award reg register \
    modbus coil ward bed room sample specimen patent charge part serial barcode qr rfid \
    badge meter iec iso din astm ansi dfars far cfr ora sap asin isbn issn pts dts timecode tick \
    powerball lotto lottery draw keno numbers fiscal fy duns wbs gl ledger voucher \
    coupon pallet container wagon coach gate parcel crate drawer rack tile block sector \
    index exhibit annex schedule verse edition volume opus catalogue chapter section \
    vorgang vertrag auftrag lieferschein angebot antrag akte bescheid buchung beleg \
    gutschein regal fach lager zähler gerät anlage dossier contrat devis reçu réf \
    expediente contrato recibo albarán pratica contratto ricevuta processo umowa paragon \
    avtal kvitto ärende договор заказ счет счёт партия артикул заявка chip frequency \
    freq dims dimensions size ratio coordinates grid tax vat hs customs tariff bid \
    tender permit warrant plate vin chassis engine hull score scores record records",
));

/// Whether the word before a number names another thing by it: `Zählernummer 0612345678`,
/// `student no. 07700900123`, `user_id=`, and for bare digits any word that leads to no telephone.
pub(super) fn is_named_otherwise(bytes: &[u8], number: &Number) -> bool {
    let (start, number_end, bare) = (number.start, number.end, number.is_bare());
    const JOINT_MAX: usize = 4;
    if bare && is_computed(bytes, start, number_end) || is_zip(bytes, number) {
        return true;
    }
    let joint = |byte: &u8| matches!(byte, b' ' | b'=' | b':' | b'"' | b'#' | b'\'' | b'(' | b'>');
    let end = span_start(bytes, start, start.saturating_sub(JOINT_MAX), joint);
    // `工单号：`.
    let wide = "：".len() * usize::from(ends_with(bytes, end, "："));
    let end = end - wide;
    if let Some(kind) = NUMBERS.iter().find(|kind| ends_with(bytes, end, kind)) {
        return is_kind(bytes, end - kind.len(), kind);
    }
    let word = word_before(bytes, end);
    // `claim 07-4480-1125`, `ORA-03914-5547`.
    let part = before(bytes, start) == b'-'
        && bytes[..start - 1]
            .last()
            .is_some_and(u8::is_ascii_uppercase);
    if part || is_thing(word) || is_among_codes(bytes, start) {
        return true;
    }
    if bare && (VALUES.has_in_any_case(word) || AMOUNTS_SAID.before(bytes, end).is_some()) {
        return true;
    }
    let small = word.len() > 2 && word.iter().all(u8::is_ascii_lowercase);
    bare && small
        && before(bytes, start) == b' '
        && end + 1 == start
        && !LEADS.has_in_any_case(word)
}

/// `Boston, MA 02110-1301`: the long form of a postal code of the United States, behind the state (USPS
/// Publication 28); the line may end between.
fn is_zip(bytes: &[u8], number: &Number) -> bool {
    const BLANKS_MAX: usize = 16;
    static STATES: List = List::of(&table::<128>(
        "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc \
        nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr vi gu as mp",
    ));
    if (number.shape, number.joint) != (0x54, b'-') {
        return false;
    }
    // Comments begin each line with a sign.
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'#' | b'*' | b'/');
    let floor = number.start.saturating_sub(BLANKS_MAX);
    let end = span_start(bytes, number.start, floor, is_blank);
    let state = &bytes[end.saturating_sub(2)..end];
    let apart = !before(bytes, end.saturating_sub(2)).is_ascii_alphanumeric();
    end < number.start
        && apart
        && state.iter().all(u8::is_ascii_uppercase)
        && STATES.has_in_any_case(state)
}

/// `555-4661-AZ, 0170-44013`: one of a row of codes.
fn is_among_codes(bytes: &[u8], start: usize) -> bool {
    const CODE_MAX: usize = 24;
    if !ends_with(bytes, start, ", ") {
        return false;
    }
    let end = start - 2;
    let is_code = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let code = &bytes[span_start(bytes, end, end.saturating_sub(CODE_MAX), is_code)..end];
    let mixed = |part: &[u8]| {
        part.iter().any(u8::is_ascii_digit) && part.iter().any(u8::is_ascii_uppercase)
    };
    let mut parts = code.split(|&byte| byte == b'-');
    mixed(code) && code.contains(&b'-') && (parts.clone().count() > 2 || parts.any(mixed))
}

/// Chinese words for amounts and codes.
const AMOUNTS_SAID: Phrases = Phrases::of(&[
    "金额",
    "总计",
    "合计",
    "余额",
    "量",
    "人口",
    "时间戳",
    "内存",
    "哈希",
    "版本",
    "共",
    "第",
    "取件码",
    "优惠码",
    "条码",
    "工单",
    "直播间",
    "코드",
    "ID",
    "卡号",
]);

/// What Chinese, Japanese and Korean count with, behind the number.
const COUNTERS: Phrases = Phrases::of(&[
    "元", "円", "원", "人", "条", "个", "次", "件", "字节", "份", "台", "名", "명", "개", "건",
    "美元", "万", "億", "亿",
]);

/// The endings of files.
static FILES: List = List::of(&table::<64>(
    "pdf jpg jpeg png gif csv txt log json xml zip gz tar mp3 mp4 wav doc docx xls xlsx html md bak \
    dat bin",
));

/// Whether bare digits are a number of a program or of a count: `"total": 13958643712`, `sqrt(13`,
/// `n > 13239960619`, `13107960316条`, `0679790974.pdf`.
fn is_computed(bytes: &[u8], start: usize, end: usize) -> bool {
    let gap = span_start(bytes, start, start.saturating_sub(3), |&byte| byte == b' ');
    let sign = before(bytes, gap);
    let owner = before(bytes, gap.saturating_sub(1));
    let member = sign == b':' && owner == b'"';
    let compared = gap < start && matches!(sign, b'<' | b'>' | b'%' | b'*' | b'}');
    let word = word_before(bytes, start.saturating_sub(1));
    let called =
        before(bytes, start) == b'(' && !word.is_empty() && word.iter().all(u8::is_ascii_lowercase);
    let priced = ["¥", "￥", "€", "£", "₹", "₩"]
        .iter()
        .any(|sign| ends_with(bytes, start, sign));
    let counted = COUNTERS.at(bytes, end).is_some();
    let operated = [" / ", " % ", " * "]
        .iter()
        .any(|sign| starts_with(bytes, end, sign));
    let file = byte(bytes, end) == b'.' && {
        let last = span_end(bytes, end + 1, u8::is_ascii_alphanumeric);
        FILES.has(&bytes[end + 1..last])
    };
    let part = before(bytes, start) == b'.' && !word.is_empty();
    member || compared || called || priced || counted || operated || file || part
}

/// Whether a word names a thing that is numbered.
pub(super) fn is_thing(word: &[u8]) -> bool {
    THINGS.has_in_any_case(word)
}

/// `balance +7306122`, `PnL +814 682.19`, `+4353436011 wei`: what grew, and by how much.
pub(super) fn is_amount(bytes: &[u8], plus: usize, end: usize) -> bool {
    static AMOUNTS: List = List::of(&table::<64>(
        "delta balance offset gain gains pnl profit change diff drift growth net dec ra skew \
        adjustment increase shift correction score pv nav",
    ));
    let joint = |byte: &u8| matches!(byte, b' ' | b'=' | b':' | b'"');
    let word = span_start(bytes, plus, plus.saturating_sub(3), joint);
    let decimal = byte(bytes, end) == b'.' && byte(bytes, end + 1).is_ascii_digit();
    let unit = ["wei", "gwei", "sat", "bps"]
        .iter()
        .any(|unit| starts_with(bytes, end + 1, unit));
    decimal || byte(bytes, end) == b' ' && unit || AMOUNTS.has_in_any_case(word_before(bytes, word))
}

/// Whether what stands before a word for numbers says of what: it is joined to it, or a word of its
/// own that names no owner.
fn is_kind(bytes: &[u8], at: usize, kind: &str) -> bool {
    let left = before(bytes, at);
    let first = bytes[at];
    let wide = !first.is_ascii() && first >= 0xE3;
    let joined = left.is_ascii_alphanumeric() || !left.is_ascii() || matches!(left, b'_' | b'-');
    // `dino`, `solid`: other words that end so; `orderNo` and `user_id` do not.
    let short = kind.len() <= 3 && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    // `编号`, `单号`: what is not a telephone's, of which its own words tell.
    if wide && (joined || kind.len() > "号".len()) {
        return !ends_with(bytes, at + kind.len(), "号码");
    }
    if joined {
        let split = matches!(left, b'_' | b'-') || first.is_ascii_uppercase() || kind == "nr";
        return !short || split;
    }
    let word = word_before(bytes, at.saturating_sub(1));
    let named = left == b' ' && !word.is_empty();
    // `мій`, `mój`.
    let owner = OWNERS.has_in_any_case(word) || !word.is_ascii() && word.len() <= 8;
    kind == "id" || named && !wide && !owner
}

/// The letters that end before a place, in scripts with spaces.
fn word_before(bytes: &[u8], end: usize) -> &[u8] {
    const WORD_MAX: usize = 24;
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, 0x80..=0xD4);
    let start = span_start(bytes, end, end.saturating_sub(WORD_MAX), letter);
    &bytes[start..end]
}
