//! JSON, parsed by the browser. What the types of `shared` are made from is then an object of the
//! page's engine, which costs half of what a parser of our own would.

use serde::de::DeserializeOwned;

/// A value of the type out of its JSON; otherwise what does not fit.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = js_sys::JSON::parse(text).map_err(|_| "not JSON".to_owned())?;
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}
