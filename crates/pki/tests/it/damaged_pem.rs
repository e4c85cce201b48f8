//! Damaged PEM files, read by us and by the `openssl` program. What OpenSSL reads, we read as well,
//! or name as not read; what it does not read is never taken for something else; and nothing is
//! lost without a word.

use crate::random_names::Dice;
use crate::support::{Score, openssl, openssl_ok, world};
use balabaqsha_pki::armour::{self, Contents};

const CASES: usize = 400;

/// One change to a text, somewhere.
fn damage(text: &str, dice: &mut Dice) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(2) {
        let at = dice.below(characters.len());
        match dice.below(8) {
            0 => {
                characters.remove(at);
            }
            1 => characters.insert(at, *dice.pick(&['!', '-', ':', '=', '\u{a0}', '\u{200b}'])),
            2 => characters[at] = *dice.pick(&['!', '-', 'A', '/', '=', ' ']),
            3 => {
                characters.truncate(at.max(1));
            }
            4 => {
                // A line of its own.
                let line = *dice.pick(&["Proc-Type: 4,CRL", "text", "", "-----", "#"]);
                let start = characters[..at]
                    .iter()
                    .rposition(|c| *c == '\n')
                    .map_or(0, |at| at + 1);
                characters.splice(start..start, format!("{line}\n").chars());
            }
            5 => {
                // A line less.
                let start = characters[..at]
                    .iter()
                    .rposition(|c| *c == '\n')
                    .map_or(0, |at| at + 1);
                let end = characters[start..].iter().position(|c| *c == '\n');
                let end = end.map_or(characters.len(), |end| start + end + 1);
                characters.drain(start..end);
            }
            6 => {
                characters = characters
                    .into_iter()
                    .collect::<String>()
                    .replace('\n', "\r\n")
                    .chars()
                    .collect();
            }
            _ => characters.insert(0, '\u{feff}'),
        }
        if characters.is_empty() {
            characters.push('\n');
        }
    }
    characters.into_iter().collect()
}

#[test]
fn openssl_and_we_read_damaged_pem_alike_or_name_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if openssl_ok(folder, &["version"]).is_none() {
        return;
    }
    let world = world();
    let (first, second) = (world.rsa.certificate(), world.stranger.certificate());
    let mut dice = Dice::new(2_026);
    let mut score = Score::of("OpenSSL, damaged PEM files");
    for case in 0..CASES {
        let (one, other) = (first.pem(), second.pem());
        let text = if dice.below(2) == 0 {
            format!("{}{other}", damage(&one, &mut dice))
        } else {
            format!("{one}{}", damage(&other, &mut dice))
        };
        std::fs::write(folder.join("file.pem"), &text).unwrap();
        // All certificates that OpenSSL finds in the file, as it prints them.
        let arguments = ["storeutl", "-noout", "-certs", "-text", "file.pem"];
        let output = openssl(folder, &arguments).unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let theirs = told.matches("Certificate:").count();
        let Contents { documents, unread } = armour::read(text.as_bytes());
        let ours: Vec<&[u8]> = documents.iter().map(|found| &*found.bytes).collect();
        let known = |der: &&[u8]| **der == *first.der() || **der == *second.der();
        let whole = ours.iter().filter(|der| known(der)).count();
        // Of two certificates each is read, or something is named: an unread part, or a document
        // that its reader will refuse.
        let named = !unread.is_empty() || ours.iter().any(|der| !known(der));
        let right = whole <= 2 && (whole == 2 || named) && (whole >= theirs || named);
        score.row(
            format!("case {case}: {theirs} by openssl, {whole} by us, {unread:?}\n{text}"),
            right,
        );
    }
    score.close();
}
