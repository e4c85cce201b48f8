//! Images are decoded under limits and written anew, so that nothing hidden of the original is left: no
//! place where it was taken, no second file behind the picture.

use crate::content::Refusal;
use balabaqsha_shared::benefit::ScanKind;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use std::io::Cursor;
use tokio::task::spawn_blocking;

/// Pixels of the largest image.
pub const MOST_PIXELS: u64 = 50_000_000;
const MOST_BYTES_DECODED: u64 = 512 * 1024 * 1024;
/// Pixels of the longer side of a page that is shown.
const LONGEST_SIDE: u32 = 2_480;
const QUALITY: u8 = 85;

/// One page of an image.
pub(crate) async fn page(kind: ScanKind, bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    spawn_blocking(move || anew(kind, &bytes))
        .await
        .map_err(|_| Refusal::Broken)?
}

fn anew(kind: ScanKind, bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let format = match kind {
        ScanKind::Jpeg => ImageFormat::Jpeg,
        ScanKind::Png => ImageFormat::Png,
        ScanKind::Pdf => return Err(Refusal::Unknown),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refusal::Pixels);
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > LONGEST_SIDE {
        picture = picture.resize(LONGEST_SIDE, LONGEST_SIDE, FilterType::Triangle);
    }
    let picture = over_white(&picture);
    let mut page = Vec::new();
    JpegEncoder::new_with_quality(&mut page, QUALITY)
        .write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            image::ExtendedColorType::Rgb8,
        )
        .map_err(refusal)?;
    Ok(page)
}

/// What is transparent is shown as paper.
fn over_white(picture: &DynamicImage) -> image::RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let (width, height) = (picture.width(), picture.height());
    let white = image::RgbaImage::from_pixel(width, height, image::Rgba([255; 4]));
    let mut paper = DynamicImage::ImageRgba8(white);
    image::imageops::overlay(&mut paper, picture, 0, 0);
    paper.to_rgb8()
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::Pixels,
        _ => Refusal::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = DynamicImage::new_luma8(width, height);
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    fn jpeg_with_exif() -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(40, 20)
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg)
            .unwrap();
        // Orientation 6: the picture is turned by a quarter; and words that must not stay.
        let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        tiff.extend(b"GPS 51.1N 71.4E");
        let mut segment = vec![0xff, 0xe1];
        let length = u16::try_from(2 + 6 + tiff.len()).unwrap();
        segment.extend(length.to_be_bytes());
        segment.extend(b"Exif\0\0");
        segment.extend(&tiff);
        bytes.splice(2..2, segment);
        bytes
    }

    #[test]
    fn an_image_is_written_anew_and_small_enough_to_show() {
        let page = anew(ScanKind::Png, &png(5_000, 1_000)).unwrap();
        let shown = image::load_from_memory(&page).unwrap();
        assert_eq!((shown.width(), shown.height()), (LONGEST_SIDE, 496));
    }

    #[test]
    fn what_a_camera_says_of_the_place_is_gone_and_the_picture_stands_upright() {
        let original = jpeg_with_exif();
        assert!(original.windows(4).any(|bytes| bytes == b"Exif"));
        let page = anew(ScanKind::Jpeg, &original).unwrap();
        assert!(!page.windows(4).any(|bytes| bytes == b"Exif"));
        assert!(!page.windows(3).any(|bytes| bytes == b"GPS"));
        let shown = image::load_from_memory(&page).unwrap();
        assert_eq!((shown.width(), shown.height()), (20, 40));
    }

    #[test]
    fn two_hundred_megapixels_in_a_small_file_are_refused_before_they_are_decoded() {
        // A header that promises 20,000 × 10,000 pixels; nothing of them is there.
        let mut bytes = png(1, 1);
        bytes.splice(16..24, [0, 0, 0x4e, 0x20, 0, 0, 0x27, 0x10]);
        let checksum = crc(&bytes[12..29]);
        bytes.splice(29..33, checksum.to_be_bytes());
        assert_eq!(anew(ScanKind::Png, &bytes), Err(Refusal::Pixels));
    }

    #[test]
    fn a_broken_image_is_refused() {
        let whole = jpeg_with_exif();
        assert_eq!(anew(ScanKind::Jpeg, &whole[..30]), Err(Refusal::Broken));
        assert_eq!(
            anew(ScanKind::Png, b"\x89PNG\r\n\x1a\n"),
            Err(Refusal::Broken)
        );
    }

    /// CRC-32 of PNG.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }
}
