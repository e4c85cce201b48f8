//! What a file is, by its first bytes.

use balabaqsha_shared::benefit::{LARGEST_SCAN, ScanKind};

/// Readers of PDF look for its mark so far from the beginning.
const PDF_MARK_WITHIN: usize = 1024;

/// Why a file is no scan that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("neither JPEG nor PNG nor PDF")]
    Unknown,
    #[error("HEIC")]
    Heic,
    #[error("empty or more than {LARGEST_SCAN} bytes")]
    Size,
    #[error("more pixels than can be shown")]
    Pixels,
    #[error("more pages than can be shown")]
    Pages,
    #[error("encrypted")]
    Encrypted,
    #[error("broken")]
    Broken,
    #[error("the program that shows PDF cannot be run")]
    NoRenderer,
}

/// # Errors
/// When it is none of the known kinds, or of no possible size.
pub fn kind_of(bytes: &[u8]) -> Result<ScanKind, Refusal> {
    if bytes.is_empty() || bytes.len() > LARGEST_SCAN {
        return Err(Refusal::Size);
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Ok(ScanKind::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(ScanKind::Png);
    }
    if is_heif(bytes) {
        return Err(Refusal::Heic);
    }
    let head = bytes.get(..PDF_MARK_WITHIN).unwrap_or(bytes);
    if head.windows(5).any(|mark| mark == b"%PDF-") && !is_markup(head) {
        return Ok(ScanKind::Pdf);
    }
    Err(Refusal::Unknown)
}

/// The container of HEIC and AVIF: a box `ftyp` with one of their brands.
fn is_heif(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 9] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif",
    ];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|b| BRANDS.contains(&b))
}

/// A page or a script that only mentions PDF, and an archive, are none.
fn is_markup(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    text.starts_with(b"<") || text.starts_with(b"#!") || text.starts_with(b"PK")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        assert_eq!(kind_of(b"\xff\xd8\xff\xe0JFIF"), Ok(ScanKind::Jpeg));
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\nrest"), Ok(ScanKind::Png));
        assert_eq!(kind_of(b"%PDF-1.7\n"), Ok(ScanKind::Pdf));
        assert_eq!(kind_of(b"\xef\xbb\xbf\n%PDF-1.4"), Ok(ScanKind::Pdf));
    }

    #[test]
    fn what_is_no_scan_is_refused() {
        for bytes in [
            b"#!/bin/sh\necho %PDF-1.7".as_slice(),
            b"<html><!-- %PDF-1.7 --><script>alert(1)</script>",
            b"PK\x03\x04 %PDF-1.7",
            b"GIF89a",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        ] {
            assert_eq!(kind_of(bytes), Err(Refusal::Unknown), "{bytes:?}");
        }
        assert_eq!(kind_of(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(Refusal::Heic));
        assert_eq!(kind_of(b""), Err(Refusal::Size));
        assert_eq!(kind_of(&vec![0xff; LARGEST_SCAN + 1]), Err(Refusal::Size));
    }
}
