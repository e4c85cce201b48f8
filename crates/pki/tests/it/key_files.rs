//! Key files made by the `openssl` program, in all the shapes it knows.

use crate::support::{Score, openssl, openssl_ok};
use balabaqsha_pki::{OpenError, Purpose, keystore};
use std::path::Path;

const CONFIG: &str = "[req]\nprompt=no\ndistinguished_name=dn\nutf8=yes\nstring_mask=utf8only\n\
[dn]\nCN=ИВАНОВ ИВАН\nSN=ИВАНОВ\nserialNumber=IIN850715300013\nC=KZ\nGN=ИВАНОВИЧ\n\
[ee]\nkeyUsage=critical,digitalSignature,nonRepudiation\n\
extendedKeyUsage=emailProtection,1.2.398.3.3.4.1.1\nsubjectKeyIdentifier=hash\n";

/// Makes a key of an algorithm and a certificate that it signed itself.
fn make(folder: &Path, name: &str, algorithm: &[&str]) -> Option<()> {
    std::fs::write(folder.join("c.cnf"), CONFIG).unwrap();
    let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
    let mut arguments = vec!["genpkey", "-out", &key];
    arguments.extend(algorithm);
    openssl_ok(folder, &arguments)?;
    openssl_ok(
        folder,
        &[
            "req",
            "-x509",
            "-new",
            "-key",
            &key,
            "-out",
            &certificate,
            "-config",
            "c.cnf",
            "-extensions",
            "ee",
            "-days",
            "30",
            "-utf8",
        ],
    )?;
    Some(())
}

const RSA: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

#[test]
fn key_files_of_every_encryption_open() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if make(folder, "a", RSA).is_none() {
        return;
    }
    let mut score = Score::of("OpenSSL, key files");
    let shapes: &[&[&str]] = &[
        &[],
        &["-legacy"],
        &["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC"],
        &[
            "-keypbe",
            "AES-192-CBC",
            "-certpbe",
            "AES-192-CBC",
            "-macalg",
            "sha512",
        ],
        &["-keypbe", "NONE", "-certpbe", "NONE"],
        &["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"],
        &["-nomac"],
        &["-macalg", "sha1"],
        &["-macalg", "sha384", "-iter", "5000"],
        &["-macalg", "sha224", "-nomaciter", "-noiter"],
        &["-legacy", "-descert"],
        &[
            "-legacy",
            "-keypbe",
            "PBE-SHA1-2DES",
            "-certpbe",
            "PBE-SHA1-RC2-128",
        ],
        &["-name", "Мой ключ"],
    ];
    for shape in shapes {
        for password in ["secret", "Құпия-сөз 😀", ""] {
            let passout = format!("pass:{password}");
            let mut arguments = vec![
                "pkcs12", "-export", "-inkey", "a.key", "-in", "a.crt", "-out", "a.p12",
                "-passout", &passout,
            ];
            arguments.extend(*shape);
            if openssl_ok(folder, &arguments).is_none() {
                return;
            }
            let p12 = std::fs::read(folder.join("a.p12")).unwrap();
            let store = keystore::open(&p12, password)
                .unwrap_or_else(|error| panic!("{shape:?} with {password:?}: {error}"));
            let facts = store.entries()[0].description();
            assert_eq!(facts.purpose, Purpose::Signing);
            assert_eq!(facts.owner.full_name, "ИВАНОВ ИВАН ИВАНОВИЧ");
            assert_eq!(facts.owner.iin.as_deref(), Some("850715300013"));
            let unprotected = shape.contains(&"-nomac") && shape.contains(&"NONE");
            if !unprotected {
                let error = keystore::open(&p12, "wrong").unwrap_err();
                assert_eq!(error, OpenError::WrongPassword, "{shape:?}");
            }
            score.row(format!("{shape:?}"), true);
        }
    }
    score.close();
}

#[test]
fn chain_of_a_key_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if make(folder, "ca", RSA).is_none() {
        return;
    }
    std::fs::write(
        folder.join("ca.cnf"),
        "[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nCN=Test CA\n[ca]\nbasicConstraints=critical,CA:TRUE\n",
    )
    .unwrap();
    for arguments in [
        &[
            "req",
            "-x509",
            "-new",
            "-key",
            "ca.key",
            "-out",
            "ca.crt",
            "-config",
            "ca.cnf",
            "-extensions",
            "ca",
        ][..],
        &["genpkey", "-out", "e.key", "-algorithm", "RSA"],
        &[
            "req", "-new", "-key", "e.key", "-out", "e.csr", "-config", "c.cnf",
        ],
        &[
            "x509",
            "-req",
            "-in",
            "e.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-out",
            "e.crt",
            "-extfile",
            "c.cnf",
            "-extensions",
            "ee",
        ],
        &[
            "pkcs12",
            "-export",
            "-inkey",
            "e.key",
            "-in",
            "e.crt",
            "-certfile",
            "ca.crt",
            "-out",
            "e.p12",
            "-passout",
            "pass:1",
        ],
    ] {
        openssl_ok(folder, arguments);
    }
    let store = keystore::open(&std::fs::read(folder.join("e.p12")).unwrap(), "1").unwrap();
    assert_eq!(store.certificates().len(), 2);
    let [above] = store.entries()[0].chain() else {
        panic!("one authority expected")
    };
    assert_eq!(above.subject().to_string(), "CN=Test CA");
}

#[test]
fn other_keys_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let cases: &[(&str, &[&str], &str)] = &[
        (
            "ec",
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            "EC",
        ),
        ("ed", &["-algorithm", "ED25519"], "Ed25519"),
        ("dsa", &["-paramfile", "dsa.pem"], "DSA"),
    ];
    let parameters = [
        "genpkey",
        "-genparam",
        "-algorithm",
        "DSA",
        "-out",
        "dsa.pem",
        "-pkeyopt",
        "dsa_paramgen_bits:1024",
    ];
    if openssl_ok(folder, &parameters).is_none() {
        return;
    }
    for (name, algorithm, expected) in cases {
        make(folder, name, algorithm).unwrap();
        let key = format!("{name}.key");
        let certificate = format!("{name}.crt");
        openssl_ok(
            folder,
            &[
                "pkcs12",
                "-export",
                "-inkey",
                &key,
                "-in",
                &certificate,
                "-out",
                "x.p12",
                "-passout",
                "pass:1",
            ],
        );
        let error = keystore::open(&std::fs::read(folder.join("x.p12")).unwrap(), "1").unwrap_err();
        assert_eq!(error.code(), "unsupported-algorithm");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn files_without_a_key_or_with_too_much_work_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if make(folder, "a", RSA).is_none() {
        return;
    }
    openssl_ok(
        folder,
        &[
            "pkcs12", "-export", "-nokeys", "-in", "a.crt", "-out", "n.p12", "-passout", "pass:1",
        ],
    );
    let p12 = std::fs::read(folder.join("n.p12")).unwrap();
    assert_eq!(keystore::open(&p12, "1").unwrap_err(), OpenError::NoKey);

    openssl_ok(
        folder,
        &[
            "pkcs12", "-export", "-inkey", "a.key", "-in", "a.crt", "-out", "i.p12", "-passout",
            "pass:1",
        ],
    );
    let p12 = std::fs::read(folder.join("i.p12")).unwrap();
    // The iteration count of the MAC stands at the very end: 02 02 08 00.
    let mut costly = p12[..p12.len() - 4].to_vec();
    costly.extend([0x02, 0x02, 0x7f, 0xff]);
    assert_eq!(
        keystore::open(&costly, "1").unwrap_err(),
        OpenError::WrongPassword
    );
    let padded = |count: &[u8]| {
        // The lengths of the two sequences around grow along.
        let mut file = p12[..p12.len() - 4].to_vec();
        file.extend([0x02, u8::try_from(count.len()).unwrap()]);
        file.extend(count);
        let grown = u16::try_from(file.len() - 4).unwrap().to_be_bytes();
        file[2..4].copy_from_slice(&grown);
        let at = file.len() - 2 - count.len() - 75 + 2;
        let start = (at.saturating_sub(12)..at + 12)
            .find(|at| file[*at] == 0x30 && usize::from(file[at + 1]) + at + 2 == p12.len())
            .expect("the MAC's own sequence");
        file[start + 1] += u8::try_from(count.len() - 2).unwrap();
        file
    };
    let error = keystore::open(&padded(&[0x7f, 0xff, 0xff, 0xff]), "1").unwrap_err();
    assert_eq!(error, OpenError::TooCostly);
    assert_eq!(
        keystore::open(&vec![0x30; 5 << 20], "1").unwrap_err(),
        OpenError::TooLarge
    );
    assert_eq!(
        keystore::open(b"%PDF-1.7", "1").unwrap_err(),
        OpenError::NotAKeystore
    );
    assert_eq!(
        keystore::open(b"", "1").unwrap_err(),
        OpenError::NotAKeystore
    );
    assert!(openssl(folder, &["version"]).is_some());
}
