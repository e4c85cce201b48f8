//! Reads a key file that the owner chose. Must not know what is in it.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::worker::js_text;
use crate::{KeyStoreProblem, MAX_KEY_FILE_BYTES};

/// The bytes of the file. One that is larger than any key file is refused unread, so that a film
/// chosen by mistake is not loaded into memory.
pub async fn read_key_file(file: &web_sys::File) -> Result<Vec<u8>, KeyStoreProblem> {
    let limit = f64::from(u32::try_from(MAX_KEY_FILE_BYTES).unwrap_or(u32::MAX));
    if file.size() > limit {
        return Err(KeyStoreProblem::TooLarge);
    }
    let unreadable = |error| KeyStoreProblem::Unreadable(js_text(&error));
    let buffer: ArrayBuffer = JsFuture::from(file.array_buffer())
        .await
        .and_then(JsCast::dyn_into)
        .map_err(unreadable)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
