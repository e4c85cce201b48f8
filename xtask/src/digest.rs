//! SHA-256 of named files, and hexadecimal text.

use sha2::{Digest, Sha256};

/// A hash over files: it changes with a content, a name, and the border between two files.
pub fn of_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hasher = Sha256::new();
    for (name, content) in files {
        hasher.update(Sha256::digest(name));
        hasher.update(Sha256::digest(content));
    }
    hex(&hasher.finalize())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(files: &[(&str, &str)]) -> String {
        of_files(files.iter().map(|(name, text)| (*name, text.as_bytes())))
    }

    #[test]
    fn digest_of_files_sees_content_names_and_borders() {
        let digests = [
            digest(&[("a", "1"), ("b", "2")]),
            digest(&[("a", "1"), ("b", "3")]),
            digest(&[("a", "1"), ("c", "2")]),
            digest(&[("a", "1b"), ("", "2")]),
            digest(&[("a", "1")]),
        ];
        for (i, one) in digests.iter().enumerate() {
            assert!(!digests[i + 1..].contains(one), "{i}");
        }
        assert_eq!(digests[0], digest(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn hex_has_two_digits_per_byte() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
