//! The words that keys of secrets are made of.

use super::lists::{List, table};

/// Keys that name a password, whatever stands before.
pub(super) const PASSWORDS: &str = "password passwd pwd passphrase userpass dbpass passwort kennwort contrasena contraseña \
    senha mdp wachtwoord haslo hasło parola sifre şifre salasana lösenord пароль парола 密码 密碼 口令 \
    パスワード 비밀번호 heslo jelszó parolă lozinka passord adgangskode kodeord סיסמה סיסמא पासवर्ड \
    รหัสผ่าน 暗証番号 암호 κωδικός συνθηματικό parole parool geslo zaporka slaptažodis лозинка lykilorð \
    contrasenya contrasinal jelszo losenord motdepasse motpasse katasandi katalaluan matkhau contrasenia \
    slaptazodis lykilord parol palavrapasse mima passwords পাসওয়ার্ড கடவுச்சொல் storepass keypass psk pw";

/// Keys that name a secret in one word.
pub(super) const SECRETS: &str = "apikey secretkey accesskey privatekey authkey secret 密钥 秘钥 令牌 accesstoken authtoken \
    apitoken refreshtoken sessiontoken clientsecret appsecret apisecret jwtsecret sharedsecret \
    webhooksecret bearertoken idtoken signingkey encryptionkey jwt";

/// Whose key is a secret.
pub(super) const KEY_OWNERS: List = List::of(&table::<256>(
    "api secret private auth encryption signing master account shared subscription license \
    service storage ssh rsa deploy webhook app application client consumer admin \
    authorization functions ocp hmac crypto vault ingest ingestion write server preshared jwt \
    mailchimp mailgun sendgrid postmark twilio stripe paypal openai anthropic claude gemini cohere mistral groq \
    deepseek huggingface pinecone tavily serper algolia datadog sentry newrelic pagerduty github gitlab slack \
    cloudflare heroku shopify firebase supabase mapbox openweather openweathermap",
));

/// Passes of filters, programs and passengers.
pub(super) const PASSES: List = List::of(&table::<64>(
    "low high band all first second third last two multi single one render shadow compiler \
    boarding season ski travel",
));

/// Tokens of text and of pages are not secrets.
pub(super) const TOKEN_COUNTS: List = List::of(&table::<256>(
    "page next max min total cursor continuation sync count eos bos pad unk stop special prev \
    previous start end first last per mask sep num n input output prompt completion \
    reasoning cached new image audio text each every progress resume scroll skip watermark \
    paging pagination paginated after before forward backward older newer marker bookmark offset position \
    checkpoint delta change changes sequence iterator starting list listing pages results records etag",
));

/// Segments that may follow without changing what the key means.
pub(super) const TRAILERS: List = List::of(&table::<64>(
    "value raw plain plaintext prod production dev staging test old new current hash b64 base \
    base64 number no num confirmation confirm env default",
));
