//! Brotli and gzip, once at build time and as small as they get, so that the server only hands out.

use std::io::Write;

use anyhow::Result;

const BROTLI_QUALITY: u32 = 11;
/// The largest window that every browser accepts: 16 MiB.
const BROTLI_WINDOW: u32 = 24;

/// Whether files of this name shrink; pictures and fonts of the web are compressed already.
pub fn worthwhile(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(
        extension,
        "css" | "html" | "ico" | "js" | "json" | "svg" | "txt" | "wasm" | "webmanifest" | "xml"
    )
}

pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer =
        brotli::CompressorWriter::new(Vec::new(), 64 * 1024, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(content)?;
    Ok(writer.into_inner())
}

pub fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn text() -> Vec<u8> {
        "Балабақша ".repeat(1_000).into_bytes()
    }

    #[test]
    fn brotli_comes_back_whole() {
        let packed = brotli(&text()).unwrap();
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(packed.as_slice(), 4096)
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text());
        assert!(packed.len() < 100, "{} bytes", packed.len());
    }

    #[test]
    fn gzip_comes_back_whole_and_names_no_time() {
        let packed = gzip(&text()).unwrap();
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text());
        // Bytes 4 to 7 are the time: a build must not differ from the next by it.
        assert_eq!(packed[4..8], [0; 4]);
    }

    #[test]
    fn only_what_shrinks_is_compressed() {
        assert!(worthwhile("app.0f.wasm") && worthwhile("index.html"));
        assert!(!worthwhile("photo.png") && !worthwhile("LICENSE"));
    }
}
