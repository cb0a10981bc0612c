use super::*;

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        // As certificate tools do: a new file in the place of the old.
        fs::write(self.path("new"), text).unwrap();
        fs::set_permissions(self.path("new"), fs::Permissions::from_mode(mode)).unwrap();
        fs::rename(self.path("new"), self.path(name)).unwrap();
    }

    fn pair(&self) -> Vec<u8> {
        let made = rcgen::generate_simple_self_signed(vec!["podium.test".into()]).unwrap();
        self.write("cert.pem", &made.cert.pem(), 0o644);
        self.write("key.pem", &made.signing_key.serialize_pem(), 0o600);
        made.cert.der().to_vec()
    }

    fn open(&self) -> Result<Certificate, TlsError> {
        Certificate::open(&self.path("cert.pem"), &self.path("key.pem"))
    }
}

fn in_use(certificate: &Certificate) -> Vec<u8> {
    certificate.inner.read().unwrap().pair.cert[0].to_vec()
}

#[test]
fn a_renewed_certificate_is_in_use_at_the_next_look() {
    let files = Files::new();
    let first = files.pair();
    let certificate = files.open().unwrap();
    assert_eq!(in_use(&certificate), first);
    let second = files.pair();
    assert_ne!(first, second);
    certificate.reload_if_changed();
    assert_eq!(in_use(&certificate), second);
}

#[test]
fn half_a_renewal_leaves_the_certificate_in_use_and_the_other_half_completes_it() {
    let files = Files::new();
    let first = files.pair();
    let certificate = files.open().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["podium.test".into()]).unwrap();
    files.write("cert.pem", &made.cert.pem(), 0o644);
    certificate.reload_if_changed();
    assert_eq!(in_use(&certificate), first);
    fs::remove_file(files.path("key.pem")).unwrap();
    certificate.reload_if_changed();
    assert_eq!(in_use(&certificate), first);
    files.write("key.pem", &made.signing_key.serialize_pem(), 0o600);
    certificate.reload_if_changed();
    assert_eq!(in_use(&certificate), made.cert.der().to_vec());
}

#[test]
fn files_that_cannot_be_used_are_named_with_what_to_do() {
    let files = Files::new();
    assert!(files.open().unwrap_err().to_string().contains("cert.pem"));
    files.pair();
    fs::set_permissions(files.path("key.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(files.open().unwrap_err().to_string().contains("chmod o-rwx"));
    files.write("key.pem", "no key", 0o600);
    assert!(files.open().unwrap_err().to_string().contains("is not a private key"));
    let other = rcgen::generate_simple_self_signed(vec!["podium.test".into()]).unwrap();
    files.write("key.pem", &other.signing_key.serialize_pem(), 0o600);
    assert!(files.open().unwrap_err().to_string().contains("do not fit together"));
    files.write("cert.pem", "", 0o644);
    assert!(files.open().unwrap_err().to_string().contains("holds no certificate"));
}
