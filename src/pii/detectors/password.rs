//! Passwords: under their keys, behind their words in many languages, and on command lines.

use super::password_names::is_other;
use super::phrases::WORDS;
use super::{accounts, calls, commands, programs, spoken};
use crate::pii::detector::{Detector, Look, Scene};
use crate::pii::keys::{Meaning, is_value};
use crate::pii::pairs::Pair;
use crate::pii::passwords::{is_json_word, is_password_value, is_turning, plain_words_end};
use crate::pii::text::{Mix, before, byte, span_start};

pub(in crate::pii) const PASSWORD: Detector = Detector {
    name: "PASSWORD",
    what: "password or passphrase",
    source: "OWASP Password Storage and Logging cheat sheets (data to exclude)",
    validator: "a word for passwords, a joint, and a value that is no word of a sentence, no constant and no variable; or a command or call that takes one",
    gravity: 84,
    context: &[],
    finds: &[
        "my password is «Dragon4377@» but",
        "密码：«Bluebird3931»，一直",
        "password: \"«v3$ipe-0I!B3m5T»\"",
        "{\"password\": \"«Tr(ub4dor&3»\"}",
        "password: «P@ss(w0rd1»",
        "CREATE USER x WITH PASSWORD '«Lisboa9261$»';",
        "curl -u admin:«zx9-sunshine-letmein-34» https://x",
        "mi contraseña es «Sol2020!» gracias",
        "Passwort: «Geheim_77»",
        "--password «hunter2x»",
        "mot de passe : «Soleil#12»",
        "{\\\"password\\\":\\\"«qwerty2689@»\\\",\\\"remember\\\":false}",
        "Server=db;Pwd=«abc123!»;Timeout=3",
        "IDENTIFIED BY '«tiger2024»'",
        "the password you gave me was «Falcon19$».",
        "Senha («Winter_82!») não confere",
        "Ändra lösenord till «sunset7002» tack",
        "Lösenordet är «copper-8877», född 1990.",
        "Mật khẩu của tôi là «U1WkmKKZG0LJ0O».",
        "סיסמה: «Ocean8414!»",
        "暗証番号は«Falcon796$»です",
        "export DB_PASS=«ocean-winter-falcon-maple»",
        "heslo: «Turbo1638#»",
        "Password d'accesso («y$rNSN9xlB») non corrisponde",
        "Password d'accesso («ninja_amber95») non corrisponde",
        "<password>«gRZHZKXpt»</password>",
        "{\"name\": \"DB_PASSWORD\", \"value\": \"«bridge-shadow-harbor-marble»\"}",
        "- name: DB_PASSWORD\\n  value: «x5fHLt7jf0L15»\\n- name: PORT",
        "{\"key\":\"password\",\"value\":{\"stringValue\":\"«x5fHLt7jf0L15»\"}}",
        "<property name=\"password\" value=\"«marble2998»\"/>",
        "<wsse:Password Type=\"PasswordText\">«cobra-violet-2»</wsse:Password>",
        "I changed my password from «harbor_marble38» now",
        "şifresi «copper_copper68»",
        "| Field | Value |\n|---|---|\n| Password | «harbor-72» |",
        "What is the admin password?\nA: «cobra_7712»",
        "user bob and password «harbor-tiger-ocean-falcon» until",
        "Sandi: «monkey.turbo40» SIM",
        "口令 «Sunset72*»",
        "id,user,password\n7,jane,«hunter2»",
        "INSERT INTO users (name, password, age) VALUES ('jane', '«winter9»', 41);",
        "<db_pwd>«River4604?»</db_pwd>",
        "mysql -u root -p«Amber3890» shop",
        "docker login -u jane -p «Amber3890» registry.example.org",
        "sqlcmd -S db -U sa -P '«Amber3890»' -Q 'SELECT 1'",
        "htpasswd -b .htpasswd jane «Amber3890»",
        "net use Z: \\\\files\\share /user:CORP\\jane «Amber3890» /persistent:yes",
        "echo '«Amber3890»' | sudo -S systemctl restart nginx",
        "ConvertTo-SecureString \"«Amber3890»\" -AsPlainText -Force",
        "kata laluan: «Amber3890»",
        "парола: «violet-nimbus-22»",
        "I got in with `«Amber3890»` as the password",
        "La contraseña nueva es «amber-violet-42»; gracias",
        "Mot de passe provisoire : «Soleil#12»",
        "パスワードは「«Amber3890»」です",
        "The password is “«Amber3890»”.",
        "define('DB_PASSWORD', '«Amber3890»');",
        "try admin / «hunter2» on the staging box",
        "creds: root/«hunter2x»",
        "{\"out\": \"user\\tpassword\\njane\\t«Amber3890»\\n\"}",
        "user.setPassword(\"«Amber3890»\")",
        "process.env.DB_PASSWORD || \"«Amber3890»\"",
        "jane@example.org:«Amber3890»",
        "sign in with `jane@example.org` / `«Amber3890»`",
        "{\"db_password\":{\"sensitive\":true,\"type\":\"string\",\"value\":\"«Amber3890@»\"}}",
        "jane:«$apr1$x1y2z3w4$Nq8kQ0c5l5n7m8b9v0a1s/»",
        "db.example.org:5432:crm:report:«Amber3890»",
        "<pre>user,password\njane,«Amber3890»</pre>",
        "{\"content\":\"user,password\\njane,«Amber3890»\"}",
        "WHERE pwd LIKE '«Amber3890@»' LIMIT 10",
        "| id | DB_PASS |\n|---|---|\n| 7 | «Amber3890@» |",
        "{\"user\": \"jane\", \"password\": \"«abc»\"}",
        "WITH PASSWORD = N'«Amber3890@»', DEFAULT_DATABASE = [x]",
        "UPDATE users SET pwd = MD5('«Amber3890»')",
        "let db_pass: &str = \"«Amber3890»\";",
        "密碼«Amber3890»，",
        "通常のパスワード「«Amber3890»」を入力",
        "Sein Kennwort lautete «Amber3890», bitte",
        "new NetworkCredential(\"jane\", \"«Amber3890»\")",
        "PDO->__construct('mysql:host=x', 'jane', '«Amber3890»')",
        "smbclient //nas/x -U jane%«Amber3890» -c ls",
        "7z x a.7z -p«Amber3890» -oout",
        "sqlplus scott/«tiger9»@orcl",
        "USER jane\r\nPASS «Amber3890»\r\n",
        "id,user,pass\n7,jane,«Amber3890»",
        "locator(\"#password\").fill(\"«Amber3890»\")",
        "{\"element\":\"Password field\",\"text\":\"«Amber3890»\"}",
        "typed \"«Amber3890»\" into #password",
        "Q: What is your password?\nA: «Amber3890»",
        "Password ........ «Amber3890»",
        "my old pw was «Amber3890» and",
        "Das Passwort für mein E-Mail-Konto ist «amber3890».",
        "name=\"password\"\r\n\r\n«Amber3890»\r\n--",
        "\"{\\\"password\\\":\\\"«winter»\\\",\\\"x\\\":1}\"",
        "wifi is «Hunter2-blue»",
        "login: bob / «s3cret!x»",
        "Wi-Fi: GuestNet / «Blue-Harbor-19»",
        "WLAN-Schlüssel: «Kaffee-88-Tasse»",
        "user jane pass «Tr0ub4dor&3»",
        "the pass is «Tr0ub4dor&3»",
        "«Winter-2024!» is my password",
        "log in with jane and «Winter-2024!»",
        "passphrase: «correct horse battery staple»",
        "Admin password (temporary): «q9!Lm-22xP»",
        "Username/Password: jane/«q9!Lm-22xP»",
        "Password ➜ «q9!Lm-22xP»",
        "<b>Password</b> «q9!Lm-22xP»",
        "<key>Password</key>\n<string>«Tr0ub4dor3»</string>",
        "<td>Password:</td> <td>«Tr0ub4dor3»</td>",
        "{\"password\":\"«Tr0ub4dor\\\"3x»\"}",
        "{\"password\":[\"«Tr0ub4dor&3»\",\"«Nev3rmore&2»\"]}",
        "{\"Key\":\"admin_password\",\"Type\":\"String\",\"Value\":\"«Tr0ub4dor&3»\"}",
        "char password[] = \"«Tr0ub4dor3»\";",
        "process.env.DB_PASSWORD ?? \"«Tr0ub4dor3»\"",
        "sshpass -p'«Tr0ub4dor3»' ssh jane@web",
        "cqlsh -u jane -p «Tr0ub4dor3» db1",
        "lftp -u jane,«Tr0ub4dor3» ftp.example.org",
        "enable secret 0 «Tr0ub4dor3»",
        "Tes identifiants : jmeyer / «Kestrel-92-Moon»",
        "password was leaked: «Kestrel92Moon»",
        "the password (it's «Kestrel92Moon») leaked",
        "may I have the password? Customer: yes it's «Kestrel92Moon»",
        "what is the wifi password\n«Kestrel92Moon»",
        "Passwort fuer root = «Kestrel92Moon»",
        "Login with admin:«Kestrel92Moon»",
        "user=a&password=«%2AywjwKCB1Bk%2170»&x=1",
        "storePassword=«violet-ember-maple-oak»",
        "expect \"Password:\"\nsend \"«Tr0ub4dor3»\\r\"",
        "printf '%s' '«Tr0ub4dor3»' | sudo -S id",
        "password = «AQxzMRJaua»\nhost = x",
        "<user>deployer</user><password>«Naruto»",
        "Passwort von «alt-4711x» auf «neu-4711x» geändert",
        "if password == \"«Tr0ub4dor3»\":",
        "the password is «/Tr0ub4dor3»",
        "password: «Sommer-text:7»",
        "password: \"«%Tr0ub4dor3»\"",
        "{\"jelszo\":\"«Lqx57IARxDZ7V9»\"}",
        "mat_khau=«Lqx57IARxDZ7V9»",
        "Пароль от личного кабинета «Girafe1496!», логин",
        "Password for the guest account «Girafe#1496» works",
        "Lösenordet jag fick var «quinnym-rosquin-holbre2» men",
    ],
    ignores: &[
        "password = Application.fetch_env!(:app, :secret1)",
        "let password = env!(\"DB_PASSWORD_1\");",
        "The password reset flow is broken on mobile.",
        "password is required",
        "\"password_policy\": \"strong\"",
        "password = getpass()",
        "password = os.environ['DB_PASSWORD']",
        "password=${DB_PASSWORD}",
        "password: ********",
        "forgot your password? Visit page 3",
        "password must have 8 characters",
        "passwords are hashed with argon2",
        "the password reset link was sent to Server01-Backup",
        "password policy is RFC2119-like",
        "password: string; // min 8 chars\nconst secret = process.env.SECRET;",
        "password length 16, retries 3\npin 13 is GPIO, pin 14 is ground",
        "mkdir -p src/app2 && cp -p a1 b2",
        "docker login -u jane -p $TOKEN1 registry.example.org",
        "mysql -port 3306",
        "echo build42; sudo -S ls",
        "the net use increased by2024",
        "src/admin/users2 and admin / guest",
        "routes: /admin/v2/users",
        "the log stands in x2y3z4 as the format",
        "{\"password\":{\"type\":\"string\",\"minLength\":8,\"pattern\":\"^[a-z0-9]+$\"}}",
        "{\"password\":{\"label\":\"At least 8 signs\",\"text\":\"Must have 8 characters\"}}",
        "password: op://Private/db/password1",
        "password: !secret wifi_password1",
        "password: @@DB_PW1@@",
        "password = var.db_password1",
        "password = args[1]",
        "password: 8-64 characters",
        "şifre 03.11.2025 tarihinde değişti",
        "{\"password\": \"Must contain 8 characters\"}",
        "パスワード：半角英数字8文字以上",
        "config.getPassword(\"db2\")",
        "<input type=password id=pw1>",
        "password: Mapped[str] = mapped_column(String(128))",
        "the hash of the password: sha256",
        "rsync jane@example.org:backup2.tar",
        "sip:jane@example.org:5060",
        "{\"password\": \"required\", \"errors\": {\"password\": \"must be longer\"}}",
        "{\"labels\": {\"password\": \"Passwort\"}}",
        "'password' => 'nullable|string|min:8'",
        "password: bytes32",
        "pwd=/var/lib/app2",
        "-Password (ConvertTo-SecureString $pw1 -AsPlainText -Force)",
        "reset-password?step=2",
        "season pass is 129EUR",
        "密码SHA256加密",
        "render pass: gbuffer2, low-pass: 20Hz",
        "Password expiry: 90days",
        "PSK: WPA2-PSK",
        "mot de passe: 8caractères",
        "暗証番号：数字4桁",
        "DBPassword: {Type: String, NoEcho: true}",
        "MasterUserPassword: !Ref DBPassword",
        "비밀번호: 8~58자.",
        "<input v-model=\"form.password\" :type=\"show\" />",
        "{\"errors\":{\"password\":\"too_short\"}}",
        "{\"rules\":{\"password\":[\"required\",\"between:8,64\"]}}",
        "password: '^[A-Za-z0-9]{8,64}$'",
        "\"generate-password\": \"^1.7.1\",",
        "a default password (CWE-1392) was found",
        "the stored password (PBKDF2-SHA256) is salted",
        "[auth] password=**** user=jane2",
        "password: $ANSIBLE_VAULT;1.1;AES256",
        "- DB_PASSWORD=${DB_PASSWORD:?err2}",
        "SELECT id, name, password, salt\nFROM users, roles, grants, audits",
        "| Auth | Password | Token |\n|---|---|---|\n| v1 | supported | deprecated |",
        "date -u +%Y-%m-%dT%H:%M:%SZ",
        "scp report2024 me@h.example.org:inbox2024",
        "results:\nPASS test_upload_v2\nFAIL test_delete3",
        "um arquivo que contenha Windows10 no nome",
        "la enclave B52H77 es segura",
        "palabra clave: SEO2024",
        "login as root and Reboot2x",
        "Forgot your password? Ext4711-2 can help you.",
        "\"stop_words\":[\"password\",\"token2\"]",
        "{\"password\":{\"rotation\":\"90d\",\"owner\":\"team-a2\"}}",
        "password: \"#{pw1}\"",
        "Password = model.Password2,",
        "curl -u USER:PASS1 https://x",
        "login(email: String!, password: String!): AuthPayload",
        "password: Uint8Array;",
        "read -rsp \"Password: \" PASSWORD; echo",
        "mongodb+srv://<username>:<password>@cluster0/db",
        "val password = BuildConfig.PASSWORD_MIN_LENGTH",
        "密码：至少12位，需包含数字",
        "password = models.CharField(max_length=128)",
        "$password = $request->input('password2');",
        "INSERT INTO users (name, password) VALUES (:name1, :password1);",
        "password: changeme123",
        "the root password on web-03 since May",
        "password check failed for user (deploy2)",
        "mysql -u root -p shop2 < dump.sql",
        "docker run --user app:app2 img",
        "f\"password: {pw1}\"",
        "wifi is WPA3-Personal on 5GHz",
        "login(password: $pw2, old: $old2)",
        "assert password == hashed2",
        "password = sys.argv[2]",
        "password: user?.password",
        "password: ctx.request.body.password",
        "PASSWORD=`pwgen 16 1`",
        "password: %env(DB_PW1)%",
        "password: /^.{8,}$/",
        "password: *default_pw2",
        "SET password = :password1 WHERE id = :id2",
        "SET password = crypt(@p1, gen_salt('bf', 8))",
        "password: #PW2#",
        "password: {cipher}a8f7d6e5",
        "password digest: sha256:31c75f5bc5a21093e201898ec37940be",
        "password is invalid (AADSTS50126)",
        "password box (id=pwd2)",
        "Passwort von Server01",
        "비밀번호 오류(E1042)",
        "{\"password\":\"at least 8 characters\"}",
        "{\"password\":\"Passwort vergessen?\"}",
        "{\"password\":\"%s\"}",
        "{\"password\":{\"set\":true,\"updated\":\"2024-05-01\"}}",
        "--- PASS: TestLogin24 (0.01s)",
        "docker run -v $PWD:/src30 img",
        "htpasswd -c .htpasswd jane71",
        "vault kv get -field=password secret/db-80",
        "password:text:uniq",
        "hydra -l admin -P passwords2.txt",
        "the password for user Admin2024 expired",
        "the password for jane2@example.com is lost",
        "Forgot the password for Server2019? Call us!",
        "Passwort von Konto Kunde2024! Bitte",
        "пароль от Wi-Fi 5GHz потерян",
    ],
    looks: &[
        Look::Pair(pair),
        Look::Literal(WORDS, spoken::behind_word),
        Look::Literal(&["_PASS", "_pass"], spoken::behind_short),
        Look::Literal(&[",pass", ";pass", "\tpass", "| pass"], head),
        Look::Literal(
            &["\nPASS ", "\npass ", "\\nPASS ", "\\npass "],
            accounts::sent,
        ),
        Look::Literal(commands::USERS, commands::user),
        Look::Literal(programs::NAMES, commands::line),
        Look::Literal(commands::READERS, commands::piped),
        Look::Literal(&["admin / ", "root / "], accounts::behind_name),
        Look::Literal(&["admin/", "root/"], accounts::behind_slash),
        Look::Literal(accounts::NOTES, accounts::behind_word),
        Look::Literal(accounts::LOGINS, accounts::behind_login),
        Look::Literal(accounts::NETWORKS, accounts::of_network),
        Look::Literal(accounts::SHORT, accounts::behind_short),
        Look::At(accounts::behind_address),
        Look::Literal(&[":5432:"], accounts::pgpass),
        Look::Literal(accounts::HASHES, accounts::hash),
        Look::Literal(calls::NAMES, calls::credentials),
        Look::Literal(calls::CONNECTIONS, calls::connection),
    ],
};

fn pair(pair: &Pair, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let value = &bytes[pair.start..pair.end];
    if pair.meaning == Meaning::Password && matches!(value, b"{" | b"[") {
        for value in pair.held(bytes) {
            let text = &bytes[value.clone()];
            let mix = Mix::of(text);
            let date = mix.letters() == 0 && text.contains(&b'-');
            let mixed = mix.digit > 0 && text.len() >= 6 && !date && !text.contains(&b' ');
            if mixed && is_value(text) && is_password_value(text, true) {
                scene.report(
                    value.start,
                    value.end,
                    "in an object under a key for passwords",
                );
            }
        }
    }
    if pair.meaning == Meaning::Password
        && let Some(start) = behind_user(bytes, pair)
    {
        return accounts::secret(start, scene);
    }
    if pair.meaning == Meaning::Password && is_other(bytes, pair.start, value) {
        return;
    }
    if pair.meaning == Meaning::Password
        && (is_password_value(value, pair.quoted) || is_json_word(bytes, pair))
    {
        scene.report(pair.start, pair.end, "under a key for passwords");
    } else if pair.meaning == Meaning::Password
        && !pair.quoted
        && let Some(end) = plain_words_end(bytes, pair.start)
    {
        scene.report(pair.start, end, "plain words under a key for passwords");
    }
}

/// `user/password: jane/secret`: where the second value starts.
fn behind_user(bytes: &[u8], pair: &Pair) -> Option<usize> {
    const NAME_MAX: usize = 24;
    let sign = |byte: &u8| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\'' | b'*' | b'`');
    let floor = pair.start.saturating_sub(NAME_MAX);
    let key = span_start(bytes, pair.start, floor, sign);
    let name = span_start(bytes, key, floor, u8::is_ascii_alphabetic);
    let joint = |byte: &u8| matches!(byte, b'/' | b':');
    if before(bytes, name) != b'/' {
        return None;
    }
    let split = bytes[pair.start..pair.end].iter().position(joint)?;
    Some(pair.start + split + 1)
}

/// The head of a column names all the values below it.
pub(super) fn column(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let mut columns = scene.columns.take().unwrap_or_default();
    columns.below(bytes, behind, |cell| {
        let value = &bytes[cell.clone()];
        // Plain words say how somebody signs in, or are columns themselves.
        let word = value
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || b"_()".contains(byte));
        let word = word && !is_turning(value);
        if !word && is_value(value) && is_password_value(value, true) {
            scene.report(cell.start, cell.end, "in a column of passwords");
        }
    });
    scene.columns = Some(columns);
}

/// `user,pass`: a column's head that is short.
fn head(behind: usize, scene: &mut Scene<'_, '_>) {
    if !byte(scene.bytes, behind).is_ascii_alphabetic() {
        column(behind, scene);
    }
}
