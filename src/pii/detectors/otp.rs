//! One-time codes and personal identification numbers.

use super::{code_labels, codes, gaps, messages, typed_codes};
use crate::pii::detector::{Detector, Look, Number, Scene};
use crate::pii::forms::Numeral::{Bare, Groups};
use crate::pii::forms::holding;
use crate::pii::text::{byte, ends_with, span_end, span_start};
use crate::pii::words::Topic;

pub(in crate::pii) const OTP: Detector = Detector {
    name: "OTP",
    what: "one-time code or PIN",
    source: "RFC 4226 and RFC 6238 (six to eight digits); ISO 9564-1 (PIN, four to twelve digits)",
    validator: "four to eight digits right after a word that names the code, or beside words that say how it came, what it is entered for, or that nobody may know it",
    gravity: 67,
    context: &[Topic::Otp],
    finds: &[
        "your verification code is «482913».",
        "OTP: «1234»",
        "验证码：«482913»，",
        "pin «123 456»",
        "«220061» is your one-time passcode for the bank",
        "«G-482913» is your verification code",
        "«482913»是您的验证码",
        "Use «482913» to sign in to Acme",
        "Dein Code lautet «482913»",
        "Your Acme code is «4829».",
        "code «482913» expires in 10 minutes",
        "קוד האימות שלך הוא «482913»",
        "Your Acme security code: «888942». It is valid",
        "Gebruik «454700» als verificatiecode om in te loggen",
        "Der Einmalcode aus der SMS ist «744521», aber",
        "Bot: Enter the code we just texted you.\nYou: «140065»",
        "the six digit code they texted me is «713824» but",
        "2FA backup: enter «447020» when prompted",
        "Mon code de validation «427084» ne passe pas",
        "Il codice usa e getta ricevuto via SMS è «401227»",
        "O código de utilização única é «576508».",
        "kód, který přišel přes SMS, je «482913»",
        "der Code aus meiner SMS ist «482913»",
        "the code in the text message was «482913»",
        "mon code est «482913»",
        "PIN code: «482913»",
        "OTP for your transaction is «482913». Do not share",
        "ang OTP ko ay «482913»",
        "мне пришёл код «482913»",
        "Use «G-482913» to verify your account",
        "Security code: «181-773». If you didn't request this",
        "To finish signing in, enter «946360» on the sign-in page.",
        "please enter this number to confirm your email: «744268»",
        "recovery code: «6bujd-atxip»",
        "backup code «4829137640»",
        "Amazon: «119283» is your OTP. DO NOT share it",
        "Mon code c'est «882013», ça marche pas",
        "confirm withdrawal with code «SYGF43»",
        "Die TAN für Ihren Auftrag: «940418»",
        "my sim pin: «2418», puk: «07592800»",
        "{\"event\":\"mfa.challenge\",\"channel\":\"sms\",\"code\":\"«271192»\"}",
        "level=info event=2fa.sent code=«118273» user=44",
        "«188199» ist dein Anmeldecode. Gib ihn nicht weiter.",
        "«047882» est votre code de connexion",
        "«990123» es tu código de Glovo",
        "«661203» é o seu código de verificação",
        "Gib zum Einloggen «218745» ein.",
        "Ange «551209» för att logga in",
        "Wpisz «882103», żeby potwierdzić przelew",
        "adja meg a(z) «564153» kódot a belépéshez",
        "introduceți codul «885474»",
        "Никому не говорите код «005610»",
        "«482190» — ваш код для входа",
        "Giriş yapmak için «771209» girin",
        "Πληκτρολογήστε «882134» για σύνδεση",
        "הקוד «771209» בתוקף ל-5 דקות",
        "أدخل «771209» لتسجيل الدخول",
        "लॉगिन करने के लिए «771209» दर्ज करें",
        "«521488»(登录验证码),如非本人操作请忽略",
        "ログインするには«882134»を入力してください",
        "로그인하려면 «882134»을 입력하세요",
        "Nhập mã «882134» để xác nhận",
        "masukkan kode «646310» untuk masuk",
        "กรอก «771209» เพื่อเข้าสู่ระบบ",
        "Could you punch «719 204» into the portal? It's the one-time code they texted.",
        "o código que chegou no meu zap foi «558201» pode usar",
        "hab grad den code bekommen: «559301», tipp ihn schnell ein",
        "мне прислали код «481207», быстрее",
        "the code in the email is «773015»",
        "Ich habe den Code per Mail erhalten, er lautet «481207»",
        "Use «9021» as your delivery handover code",
        "«730 115» is the code for your new device sign-in",
        "The code is «482913»",
        "コードは«481207»です",
        "收到的码是«730115»，快填",
        "הקוד לכניסה לחשבון הוא «7719»",
        "Your one time pass code for online banking: «60218835»",
        "Kod SMS do autoryzacji przelewu: «55193027»",
        "Der Bestätigungscode aus der App: «118 904»",
        "Agent: What's the code on your phone? Customer: «338 914»",
        "verification code: «7 2 0 1 1 9»",
        "Engångskod: «88 12 04»",
        "Recovery code «K7P-9QX-41T» (keep it)",
        "Here's the magic code for Slack: «R4T-9KQ»",
        "My Steam Guard code is «K7PQ9»",
        "Ihr Freischaltcode lautet «7H3KQ2»",
        "Kode OTP kamu «441902», jangan kasih",
        "{\"otp\": \"«493021»\"}",
        "{\"verification_code\": «493021»}",
        "Код за вход: «66 12 07»",
        "Your Venmo code: «118 420». We'll never call you for it.",
        "Type in «553 901» when the app asks for the code",
        "あなたのコード：«553901»",
        "Enter PIN code «482913» to sign in",
        "locator('input[name=otp]').fill(\"«015454»\")",
        "{\"selector\":\"#otp-input\",\"text\":\"«015454»\"}",
    ],
    ignores: &[
        "page.fill('#quantity', '015454')",
        "Delivery available to PIN code 575313; PIN Code of the village is 380469.",
        "12 MG Road, Bengaluru, Karnataka, PIN: 560034",
        "{\"selector\":\"#otp-input\",\"timeout\":30000}",
        "cy.get('#otp').should('have.length', 600000)",
        "code 200",
        "pin 12",
        "pin the version to 2026.1",
        "482913",
        "product code 532 547 9096",
        "2031 is your lucky year",
        "RFC 6238 is your reference for TOTP",
        "в 2024 ваш код работает",
        "{\"code\":\"200001\",\"data\":{},\"verify\":true}",
        "access code review 20260312",
        "tan 4523",
        "\"sku\":\"TAN-90785\"",
        "pin-4821 of the header",
        "the error code i got was 40035",
        "HS is a 6-digit code 847130",
        "short code for SMS is 24000",
        "mon code postal est 75011",
        "mi código de cliente es 482913",
        "OTP failures: 4829",
        "12 MG Road, Bengaluru, Karnataka, PIN 560034",
        "Mumbai - PIN code: 400001",
        "pincode 560001",
        "error code of the SMS gateway: 30008",
        "status code 200, SMS sent 482913 times",
        "HTTP status code 5021 returned, see log",
        "Enter 5000 to confirm the bid",
        "use port 48213 to log in",
        "use 65537 to verify the signature",
        "Type 20260312 to confirm the date of the release",
        "The error code 482913 is valid for all models",
        "promo code 48213 expires in 3 days",
        "Enter code 20240 at checkout",
        "{\"code\":\"482913\",\"name\":\"Widget\"}",
        "{\"error\":{\"code\":40001,\"message\":\"otp expired\"}}",
        "{\"zip_code\":\"482913\",\"sms\":true}",
        "sshd [482913] verification code sent",
        "verification code: base64",
        "unresolved import in `pin!` ([#2281])",
        "Le code postal 75011 est valable",
        "el código de producto 482913, válido hasta 2026",
        "Postnummer 55120 är din ort",
        "kod pocztowy 00950 jest ważny",
        "код ошибки 48210 при входе",
        "kód produktu 55123 platí",
        "posta kodu 34000 geçerli",
        "错误代码48210请勿重启",
        "商品コード771209 有効期限なし",
        "상품 코드 771209 유효",
        "kode barang 771209 berlaku",
        "PIN code 560001, Bangalore",
        "Deliver to PIN 400076 Powai",
        "{\"pin_code\": \"560034\", \"city\": \"Bengaluru\"}",
        "GPIO pin 1042",
        "chybový kód 40510 při přihlášení",
        "ralat kod 40510 semasa log masuk",
        "use 10443 to log in through the bastion",
        "I got 482913 when I ran the code",
        "The error code I got: 482913",
        "código do produto que chegou: 482913",
        "kod błędu, który dostałem: 482913",
        "le code d'erreur reçu : 482913",
        "Our country code and phone: 482913",
        "the code is on GitHub, phone 482913",
        "The error was odd. The code is 482913",
        "The code is 482913 bytes long",
        "code article 482913 arrivé",
        "код вернул 482913",
        "代码返回482913",
        "コードは4821行あります",
        "code - 482913",
        "A27102FA 3549DF79 EBCB4BF2",
        "Enter 250000 as the price and confirm the sale",
        "Your order code is A1B2C3",
        "verification failed with code 1234",
        "your promo code is SAVE20",
        "The API replied with code 60012 during login",
    ],
    looks: &[
        Look::NumberNear(
            Topic::Otp,
            &[
                Bare(4, 8),
                Groups(&[0x33, 0x44, 0x11_1111], b" -"),
                Groups(&[0x222], b" "),
            ],
            Some(is_whole),
            find,
        ),
        Look::NumberNear(
            Topic::Phone,
            &[Bare(4, 8), Groups(&[0x33], b" -")],
            Some(messages::may_be_code),
            messages::texted,
        ),
        // `security code` names both, and cards have shorter ones.
        Look::NumberAfter(
            Topic::Cvv,
            &[Bare(5, 8), Groups(&[0x33], b" -")],
            Some(may_be_code),
            security,
        ),
        Look::NumberAfter(
            Topic::Otp,
            &[Bare(4, 8)],
            Some(typed_codes::may_be_typed),
            typed_codes::find,
        ),
        Look::Literal(&[" code is ", " code: ", " code is: "], branded),
        Look::Number(&[Bare(4, 8), Groups(&[0x33, 0x44], b" -")], codes::told),
        Look::NumberNear(
            Topic::Otp,
            &[Bare(9, 10)],
            Some(may_be_code),
            code_labels::recovery,
        ),
        Look::Word(&[holding(1, 3, 10)], code_labels::spelled),
        Look::Literal(CONFIRMING, code_labels::confirmed),
    ],
};

/// What leads to a code that confirms something.
const CONFIRMING: &[&str] = &[
    " with code ",
    " with the code ",
    " using code ",
    " mit Code ",
    " mit dem Code ",
    " avec le code ",
    " con el código ",
    " con código ",
    " con il codice ",
    " com o código ",
    " met code ",
    " med kod ",
    " med koden ",
    " med kode ",
    " kodem ",
    " kódem ",
    " кодом ",
];

/// `Your Acme code is 482913`: a single name between tells whose code it is.
fn branded(behind: usize, scene: &mut Scene<'_, '_>) {
    const BRAND_MAX: usize = 20;
    let bytes = scene.bytes;
    let Some(end) = memchr::memmem::rfind(&bytes[..behind], b" code") else {
        return;
    };
    let floor = end.saturating_sub(BRAND_MAX);
    let brand = span_start(bytes, end, floor, u8::is_ascii_alphanumeric);
    let named = bytes.get(brand).is_some_and(u8::is_ascii_uppercase);
    let digits = span_end(bytes, behind, u8::is_ascii_digit);
    // `118-420`, `118 420`.
    let three = |from: usize| span_end(bytes, from, u8::is_ascii_digit) == from + 3;
    let parted = match byte(bytes, digits) {
        b'-' => true,
        b' ' => three(behind) && three(digits + 1),
        _ => false,
    };
    let last = span_end(bytes, digits + usize::from(parted), u8::is_ascii_digit);
    let alone = !byte(bytes, last).is_ascii_alphanumeric();
    if named && alone && ends_with(bytes, brand, "your ") && (4..=9).contains(&(last - behind)) {
        scene.report(behind, last, "the code of a sender who is named");
    }
}

fn may_be_code(number: &Number, bytes: &[u8]) -> bool {
    !number.plus && !number.glued && !gaps::is_counted(bytes, number.end)
}

/// A code that is too long for that of a card.
fn security(number: &Number, scene: &mut Scene<'_, '_>) {
    let named = super::labelled::near(scene, number.start, Topic::Cvv, REACH)
        && super::labelled::near_number(scene, number, Topic::Cvv, REACH);
    let long = scene
        .last_word(number.start, REACH)
        .is_some_and(|word| word.end - word.start > 4);
    if named && long && may_be_code(number, scene.bytes) {
        scene.report(number.start, number.end, "too long for the code of a card");
    }
}

/// How far back the word may stand: letters of many scripts have two bytes and more.
pub(super) const REACH: usize = 36;

fn find(number: &Number, scene: &mut Scene<'_, '_>) {
    if !is_whole(number, scene.bytes)
        || messages::is_of_other(number, scene)
        || typed_codes::is_postal(number, scene)
    {
        return;
    }
    // The tangent of an angle is no transaction number.
    let tangent = scene
        .last_word(number.start, REACH)
        .is_some_and(|word| scene.bytes[word.start.max(0) as usize..].starts_with(b"tan"));
    let named = !tangent
        && super::labelled::near(scene, number.start, Topic::Otp, REACH)
        && (super::labelled::near_number(scene, number, Topic::Otp, REACH)
            || messages::is_entered(number, scene)
            || messages::is_meant_for(number, scene));
    if named {
        let start = codes::lettered(scene.bytes, number.start);
        scene.report(start, number.end, "right after a word for the code");
    }
}

/// Whether the digits are no part of a longer number, of a decimal one or of a time.
pub(super) fn is_whole(number: &Number, bytes: &[u8]) -> bool {
    let goes_on = matches!(byte(bytes, number.end), b'.' | b':')
        && byte(bytes, number.end + 1).is_ascii_digit();
    !(number.plus || goes_on || number.is_in_row(bytes) || is_followed(bytes, number))
}

/// Further digits follow the groups: the number is a longer one.
fn is_followed(bytes: &[u8], number: &Number) -> bool {
    !number.is_bare()
        && byte(bytes, number.end) == number.joint
        && byte(bytes, number.end + 1).is_ascii_digit()
}
