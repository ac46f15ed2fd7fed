//! Programs that take a password on their command line, and where on it they do.

/// A program, and where on its line the password stands.
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) place: Place,
}

/// Where a password stands behind the name of a program.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Behind one of these flags, or in the flag's own word.
    Flag(&'static [&'static str]),
    /// Only in the flag's own word, `-psecret`.
    Within(&'static str),
    /// The word at this place among those that are no flags.
    Word(usize),
    /// Behind this sign in the word of the flag `-U`, `user%secret`, or in the first word, `user/secret@host`.
    User(u8),
    /// The last of this many words, if the first flag holds the letter.
    Last(usize, u8),
}

const fn program(name: &'static str, place: Place) -> Program {
    Program { name, place }
}

/// From the manuals of the programs; flags that say `password` in full are read as its key.
pub(super) const PROGRAMS: &[Program] = &[
    program("mysqldump", Place::Within("-p")),
    program("mysqladmin", Place::Within("-p")),
    program("mysqlimport", Place::Within("-p")),
    program("mysqlcheck", Place::Within("-p")),
    program("mysqlpump", Place::Within("-p")),
    program("mysqlslap", Place::Within("-p")),
    program("mariadb-dump", Place::Within("-p")),
    program("mariadb-admin", Place::Within("-p")),
    program("mysql.exe", Place::Within("-p")),
    program("xtrabackup", Place::Within("-p")),
    program("mariabackup", Place::Within("-p")),
    program("mysql", Place::Within("-p")),
    program("mariadb", Place::Within("-p")),
    program("sshpass", Place::Flag(&["-p"])),
    program("docker login", Place::Flag(&["-p"])),
    program("podman login", Place::Flag(&["-p"])),
    program("registry login", Place::Flag(&["-p"])),
    program("az login", Place::Flag(&["-p"])),
    program("oc login", Place::Flag(&["-p"])),
    program("mongosh", Place::Flag(&["-p"])),
    program("mongodump", Place::Flag(&["-p"])),
    program("redis-cli", Place::Flag(&["-a", "--pass"])),
    program("ldapsearch", Place::Flag(&["-w"])),
    program("ldapmodify", Place::Flag(&["-w"])),
    program("ldapadd", Place::Flag(&["-w"])),
    program("sqlcmd", Place::Flag(&["-P"])),
    program("ipmitool", Place::Flag(&["-P"])),
    program("mosquitto_pub", Place::Flag(&["-P"])),
    program("mosquitto_sub", Place::Flag(&["-P"])),
    program("plink", Place::Flag(&["-pw"])),
    program("keytool", Place::Flag(&["-storepass", "-keypass"])),
    program("unzip", Place::Flag(&["-P"])),
    program("zip", Place::Flag(&["-P"])),
    program("rar a", Place::Within("-hp")),
    program("wpa_passphrase", Place::Word(1)),
    program("unlock-keychain", Place::Flag(&["-p"])),
    program("-generic-password", Place::Flag(&["-w"])),
    program("hostednetwork", Place::Within("key=")),
    program("mosquitto_passwd", Place::Last(3, b'b')),
    program("jarsigner", Place::Flag(&["-storepass", "-keypass"])),
    program("snmpwalk", Place::Flag(&["-A", "-X"])),
    program("snmpget", Place::Flag(&["-A", "-X"])),
    program("pscp", Place::Flag(&["-pw"])),
    program("ldappasswd", Place::Flag(&["-w", "-s"])),
    program("rman target", Place::User(b'/')),
    program("redis> AUTH", Place::Word(0)),
    program("6379> AUTH", Place::Word(0)),
    program("enable secret", Place::Word(0)),
    program(" secret 0", Place::Word(0)),
    program(" secret 5", Place::Word(0)),
    program(" secret 9", Place::Word(0)),
    program(" password 0", Place::Word(0)),
    program(" password 7", Place::Word(0)),
    program("7z a", Place::Within("-p")),
    program("7z x", Place::Within("-p")),
    program("7z e", Place::Within("-p")),
    program("7z t", Place::Within("-p")),
    program("unrar", Place::Within("-p")),
    program("evil-winrm", Place::Flag(&["-p"])),
    program("crackmapexec", Place::Flag(&["-p"])),
    program("netexec", Place::Flag(&["-p"])),
    program("xfreerdp", Place::Within("/p:")),
    program("smbclient", Place::User(b'%')),
    program("rpcclient", Place::User(b'%')),
    program("winexe", Place::User(b'%')),
    program("net rpc", Place::User(b'%')),
    program("sqlplus", Place::User(b'/')),
    program("sqlldr", Place::User(b'/')),
    program("impdp", Place::User(b'/')),
    program("expdp", Place::User(b'/')),
    program("net use", Place::Word(0)),
    program("net user", Place::Word(1)),
    program("requirepass", Place::Word(0)),
    program("masterauth", Place::Word(0)),
    program("htpasswd", Place::Last(3, b'b')),
    program("rabbitmqctl add_user", Place::Word(1)),
    program("rabbitmqctl change_password", Place::Word(1)),
    program("openssl enc", Place::Flag(&["-k", "-K"])),
    program("openssl aes-256-cbc", Place::Flag(&["-k", "-K"])),
    program("openssl dgst", Place::Flag(&["-hmac"])),
    program("az sql", Place::Flag(&["-p"])),
    program("psexec", Place::Flag(&["-p"])),
    program("ConvertTo-SecureString", Place::Word(0)),
];

/// The names, for the scan.
pub(super) const NAMES: &[&str] = &{
    let mut names = [""; PROGRAMS.len()];
    let mut at = 0;
    while at < PROGRAMS.len() {
        names[at] = PROGRAMS[at].name;
        at += 1;
    }
    names
};
