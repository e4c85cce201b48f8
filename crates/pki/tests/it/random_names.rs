//! Random name constraints, judged by us and by `openssl verify`.

use crate::support::{Score, openssl, openssl_ok};
use balabaqsha_pki::{Certificate, PathPolicy, TrustAnchors, certificate, path};
use std::path::Path;

const CASES: usize = 150;

/// Numbers that are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides` (xorshift64*).
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % sides
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

const SUBTREES: [&str; 14] = [
    "DNS:example.kz",
    "DNS:.example.kz",
    "DNS:a.example.kz",
    "DNS:kz",
    "email:example.kz",
    "email:.example.kz",
    "email:one@example.kz",
    "URI:example.kz",
    "URI:.example.kz",
    "IP:10.1.0.0/255.255.0.0",
    "IP:10.0.0.0/255.0.0.0",
    "IP:10.1.2.3/255.255.255.255",
    "dirName:inside",
    "dirName:wide",
];

const NAMES: [&str; 15] = [
    "DNS:example.kz",
    "DNS:a.example.kz",
    "DNS:b.a.example.kz",
    "DNS:badexample.kz",
    "DNS:EXAMPLE.KZ",
    "DNS:example.com",
    "email:one@example.kz",
    "email:two@example.kz",
    "email:one@a.example.kz",
    "email:one@EXAMPLE.KZ",
    "URI:http://example.kz/x",
    "URI:https://a.example.kz:8080/",
    "IP:10.1.2.3",
    "IP:10.2.2.3",
    "IP:192.0.2.1",
];

const SUBJECTS: [&str; 4] = [
    "/C=KZ/O=Inside/CN=Leaf 1",
    "/C=KZ/O=INSIDE /CN=Leaf 2",
    "/C=KZ/O=Outside/CN=Leaf 3",
    "/C=RU/CN=Leaf 4",
];

fn certificate(folder: &Path, name: &str) -> Certificate {
    certificate::certificates(&std::fs::read(folder.join(name)).unwrap())
        .unwrap()
        .remove(0)
}

#[test]
fn openssl_and_we_agree_about_random_name_constraints() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let run = |line: &str, more: &[&str]| {
        let mut arguments: Vec<&str> = line.split_whitespace().collect();
        arguments.extend_from_slice(more);
        openssl_ok(folder, &arguments)
    };
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "config",
        "[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nCN=ROOT\nC=KZ\n\
         [ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n",
    );
    let root = "req -x509 -newkey rsa:2048 -nodes -config config -extensions ca -days 30 \
                -keyout key -out root.pem";
    if run(root, &[]).is_none() {
        return;
    }
    // One key is enough: what differs is what the certificates say.
    for (name, subject) in [
        ("ca", "/C=KZ/O=CA/CN=Middle 1"),
        ("lower", "/C=KZ/O=CA/CN=Middle 2"),
    ] {
        run(
            &format!("req -new -key key -config config -out {name}.csr"),
            &["-subj", subject],
        );
    }
    for (number, subject) in SUBJECTS.iter().enumerate() {
        run(
            &format!("req -new -key key -config config -out leaf{number}.csr"),
            &["-subj", subject],
        );
    }
    let mut dice = Dice::new(20_261_130);
    let constraints = |dice: &mut Dice| {
        let count = dice.below(4);
        let list: Vec<String> = (0..count)
            .map(|_| {
                let kind = *dice.pick(&["permitted", "permitted", "excluded"]);
                format!("{kind};{}", dice.pick(&SUBTREES))
            })
            .collect();
        if list.is_empty() {
            String::new()
        } else {
            format!("nameConstraints=critical,{}\n", list.join(","))
        }
    };
    let sections = "[inside]\nC=KZ\nO=Inside\n[wide]\nC=KZ\n";
    let mut score = Score::of("OpenSSL, random name constraints");
    for case in 0..CASES {
        let authority = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n";
        let (upper, lower) = (constraints(&mut dice), constraints(&mut dice));
        write("upper.ext", &format!("{authority}{upper}{sections}"));
        write("lower.ext", &format!("{authority}{lower}{sections}"));
        let names: Vec<&str> = (0..dice.below(3)).map(|_| *dice.pick(&NAMES)).collect();
        let alternative = if names.is_empty() {
            String::new()
        } else {
            format!("subjectAltName={}\n", names.join(","))
        };
        write(
            "leaf.ext",
            &format!("basicConstraints=CA:FALSE\n{alternative}"),
        );
        let subject = dice.below(SUBJECTS.len());
        for (csr, issuer, extensions, serial, out) in [
            ("ca.csr", "root.pem", "upper.ext", 2, "ca.pem"),
            ("lower.csr", "ca.pem", "lower.ext", 3, "lower.pem"),
            (
                &*format!("leaf{subject}.csr"),
                "lower.pem",
                "leaf.ext",
                4,
                "leaf.pem",
            ),
        ] {
            run(
                &format!(
                    "x509 -req -in {csr} -CA {issuer} -CAkey key -set_serial {serial} -days 10 \
                     -extfile {extensions} -out {out}"
                ),
                &[],
            );
        }
        write(
            "between.pem",
            &["ca.pem", "lower.pem"]
                .map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
                .concat(),
        );
        let arguments = [
            "verify",
            "-CAfile",
            "root.pem",
            "-untrusted",
            "between.pem",
            "leaf.pem",
        ];
        let theirs = openssl(folder, &arguments).unwrap().status.success();
        let leaf = certificate(folder, "leaf.pem");
        let anchors = TrustAnchors::from_certificates([certificate(folder, "root.pem")]);
        let between = [
            certificate(folder, "ca.pem"),
            certificate(folder, "lower.pem"),
        ];
        // What was made just now is valid at its own beginning.
        let policy = PathPolicy::at(leaf.not_before());
        let ours = path::find(&leaf, &anchors, &between, &policy);
        score.row(
            format!(
                "case {case}: {upper}{lower}{alternative}{}: openssl {theirs}, we {ours:?}",
                SUBJECTS[subject]
            ),
            ours.is_ok() == theirs,
        );
    }
    score.close();
}
