//! The names of the months, in the languages of the words of birth.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::pii::lists::Phrases;
use crate::pii::text::{Tails, span_end};

/// The month whose name in letters stands at `at`, and where the name ends.
pub(super) fn named(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    if let Some(short) = THAI.at(bytes, at) {
        let place = SHORT.iter().position(|known| *known == short)?;
        return Some((place as u32 + 1, at + short.len()));
    }
    // A longer run of letters is no name, and read no further.
    let window = &bytes[..bytes.len().min(at + NAME_MAX + 1)];
    let end = span_end(window, at, |byte| {
        byte.is_ascii_alphabetic() || !byte.is_ascii()
    });
    if !(3..=NAME_MAX).contains(&(end - at)) || !ENDINGS.may_end(&bytes[at..end]) {
        return None;
    }
    let name = std::str::from_utf8(&bytes[at..end]).ok()?;
    let small = name.to_lowercase();
    Some((*NAMES.get(small.as_str())?, end))
}

/// The last three bytes of the names.
pub(super) static ENDINGS: LazyLock<Tails> = LazyLock::new(|| {
    let names = MONTHS
        .iter()
        .flat_map(|names| names.split_ascii_whitespace());
    Tails::of(names)
});

/// The names, each with its month: the first one, where two languages share a name.
static NAMES: LazyLock<HashMap<&str, u32, FixedState>> = LazyLock::new(|| {
    let months = (1..13).zip(MONTHS).rev();
    let names = months.flat_map(|(month, names)| {
        let names = names.split_ascii_whitespace();
        names.map(move |name| (name, month))
    });
    names.collect()
});

/// Names of months are no longer, in bytes.
const NAME_MAX: usize = 33;

/// Thai short forms, which hold stops.
const THAI: Phrases = Phrases::of(&SHORT);
const SHORT: [&str; 12] = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
];

/// Names and short forms. Those of the Persian calendar stand with one that has as many days at least.
const MONTHS: [&str; 12] = [
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari stycznia \
     styczeń ocak tammikuuta ledna leden января январь янв jän ianuarie január januára sausio \
     janvāris jaanuar siječnja ιανουαρίου ιανουάριος січня януари януар ינואר يناير جانفي \
     جنوری जनवरी มกราคม gener जानेवारी জানুয়ারি জানুয়ারী જાન્યુઆરી ਜਨਵਰੀ ஜனவரி జనవరి ಜನವರಿ \
     ജനുവരി ژانویه فروردین",
    "february feb februar février févr fev febrero febbraio fevereiro lutego luty şubat \
     helmikuuta února únor февраля февраль фев februarie február februára februari vasario \
     februāris veebruar veljače φεβρουαρίου φεβρουάριος лютого февруари фебруар פברואר فبراير \
     فيفري شباط फ़रवरी फरवरी กุมภาพันธ์ febrer pebrero फेब्रुवारी ফেব্রুয়ারি ফেব্রুয়ারী \
     ફેબ્રુઆરી ਫ਼ਰਵਰੀ ਫਰਵਰੀ பிப்ரவரி ఫిబ్రవరి ಫೆಬ್ರವರಿ ഫെബ്രുവരി فروری فوریه",
    "march mar märz mär mars marzo março maart mrt marca marzec mart maaliskuuta března \
     březen марта март maret marts martie március marec kovo märts ožujka μαρτίου μάρτιος \
     березня מרץ مارس آذار मार्च มีนาคม març mac machi marso মার্চ માર્ચ ਮਾਰਚ மார்ச் మార్చి \
     ಮಾರ್ಚ್ മാർച്ച് مارچ خرداد",
    "april apr avril avr abril abr aprile kwietnia kwiecień nisan huhtikuuta dubna duben \
     апреля апрель апр aprilie április apríla balandžio aprīlis aprill travnja απριλίου \
     απρίλιος квітня април אפריל أبريل ابريل نيسان अप्रैल เมษายน aprili एप्रिल এপ্রিল એપ્રિલ \
     ਅਪ੍ਰੈਲ ஏப்ரல் ఏప్రిల్ ಏಪ್ರಿಲ್ ഏപ്രിൽ اپریل آوریل",
    "may mai mayo maggio mag maio mei maj maja mayıs toukokuuta května květen мая май május \
     mája gegužės maijs svibnja μαΐου μάιος травня מאי مايو ماي أيار मई พฤษภาคม maig मे মে મે \
     ਮਈ மே మే ಮೇ മേയ് مئی مه مرداد اردیبهشت",
    "june jun juni juin junio giugno giu junho czerwca czerwiec haziran kesäkuuta června \
     červen июня июнь июн iunie június júna birželio jūnijs juuni lipnja ιουνίου ιούνιος \
     червня юни יוני يونيو جوان حزيران जून มิถุนายน juny hunyo জুন જૂન ਜੂਨ ஜூன் జూన్ ಜೂನ್ ജൂൺ \
     جون ژوئن",
    "july jul juli juillet juil julio luglio lug julho lipca lipiec temmuz heinäkuuta \
     července červenec июля июль июл iulie július júla liepos jūlijs juuli srpnja ιουλίου \
     ιούλιος липня юли יולי يوليو جويلية تموز जुलाई กรกฎาคม juliol julai hulyo जुलै জুলাই \
     જુલાઈ ਜੁਲਾਈ ஜூலை జూలై జులై ಜುಲೈ ജൂലൈ جولائی ژوئیه تیر مهر",
    "august aug août aout agosto ago augustus augusti sierpnia sierpień ağustos elokuuta \
     srpna srpen августа август авг agustus augusztus augusta rugpjūčio augusts kolovoza \
     αυγούστου αύγουστος серпня אוגוסט أغسطس اوت آب अगस्त สิงหาคม agost agosti ogos ऑगस्ट \
     আগস্ট অগাস্ট ઓગસ્ટ ਅਗਸਤ ஆகஸ்ட் ఆగస్టు ಆಗಸ್ಟ್ ഓഗസ്റ്റ് اگست آبان شهریور",
    "september sep sept septembre septiembre settembre set setembro września wrzesień eylül \
     syyskuuta září сентября сентябрь сен сент septembrie szeptember septembra rugsėjo \
     septembris rujna σεπτεμβρίου σεπτέμβριος вересня септември ספטמבר سبتمبر أيلول सितंबर \
     กันยายน septemba setyembre सितम्बर सप्टेंबर সেপ্টেম্বর સપ્ટેમ્બર ਸਤੰਬਰ செப்டம்பர் \
     సెప్టెంబర్ సెప్టెంబరు ಸೆಪ್ಟೆಂಬರ್ സെപ്റ്റംബർ ستمبر سپتامبر آذر",
    "october oct oktober okt octobre octubre ottobre ott outubro out października październik \
     ekim lokakuuta října říjen октября октябрь окт octombrie október októbra spalio oktobris \
     oktoober listopada οκτωβρίου οκτώβριος жовтня октомври אוקטובר أكتوبر अक्टूबर ตุลาคม \
     oktoba oktubre अक्तूबर ऑक्टोबर অক্টোবর ઓક્ટોબર ਅਕਤੂਬਰ அக்டோபர் అక్టోబర్ ಅಕ್ಟೋಬರ್ ഒക്ടോബർ \
     اکتوبر اکتبر دی",
    "november nov novembre noviembre novembro listopada listopad listopadu kasım marraskuuta \
     ноября ноябрь ноя nopember noiembrie novembra lapkričio novembris studenoga νοεμβρίου \
     νοέμβριος листопада ноември נובמבר نوفمبر नवंबर พฤศจิกายน novemba nobyembre नवम्बर \
     नोव्हेंबर নভেম্বর નવેમ્બર ਨਵੰਬਰ நவம்பர் నవంబర్ ನವೆಂಬರ್ നവംബർ نومبر نوامبر بهمن",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia grudzień \
     aralık joulukuuta prosince prosinec декабря декабрь дек desember decembrie decembra \
     gruodžio decembris detsember prosinca δεκεμβρίου δεκέμβριος грудня декември דצמבר ديسمبر \
     दिसंबर ธันวาคม desemba disyembre desembre disember दिसम्बर डिसेंबर ডিসেম্বর ડિસેમ્બર \
     ਦਸੰਬਰ டிசம்பர் డిసెంబర్ ಡಿಸೆಂಬರ್ ഡിസംബർ دسمبر دسامبر اسفند",
];
