//! The few things that are asked of the browser itself: storage, focus, title, dialogs, files to
//! save. Whoever calls it need not know that a browser may refuse any of them (storage can be
//! switched off): then nothing happens, which is never worse than not asking.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlAnchorElement, HtmlElement, Storage};

pub fn set_document_language(tag: &str) {
    if let Some(root) = document().document_element() {
        drop(root.set_attribute("lang", tag));
    }
}

/// Whether this is a phone, on which its owner has the application eGov Mobile too.
pub fn is_phone() -> bool {
    let agent = window().navigator().user_agent().unwrap_or_default();
    ["Android", "iPhone"]
        .iter()
        .any(|mark| agent.contains(mark))
}

/// What stands behind `#` in the address, which the service never sees.
pub fn fragment() -> Option<String> {
    let hash = window().location().hash().ok()?;
    let fragment = hash.strip_prefix('#')?;
    (!fragment.is_empty()).then(|| fragment.to_owned())
}

/// Whether the page was handed out by a demonstration.
pub fn is_demo() -> bool {
    let mode = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-mode"));
    mode.as_deref() == Some("demo")
}

/// The address of the script that started the app: a file of its release.
pub fn own_script() -> Option<String> {
    document()
        .query_selector("script[type=module]")
        .ok()??
        .get_attribute("src")
}

/// A number of pixels.
pub fn whole(value: f64) -> Option<u32> {
    format!("{value:.0}").parse().ok()
}

/// The address of another file of its release.
pub fn own_asset(name: &str) -> Option<String> {
    let script = own_script()?;
    let (folder, _) = script.rsplit_once('/')?;
    Some(format!("{folder}/{name}"))
}

/// Loads the page anew, with the release that is current.
pub fn reload() {
    drop(window().location().reload());
}

/// The text that somebody pastes.
pub fn pasted(event: &web_sys::ClipboardEvent) -> Option<String> {
    event.clipboard_data()?.get_data("text/plain").ok()
}

/// The path of an address.
pub fn path_of(url: &str) -> Option<String> {
    web_sys::Url::new(url).ok().map(|url| url.pathname())
}

pub fn set_title(title: &str) {
    document().set_title(title);
}

/// A value that outlives the visit.
pub fn remembered(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

pub fn remember(key: &str, value: &str) {
    if let Some(storage) = local() {
        drop(storage.set_item(key, value));
    }
}

/// A value that ends with the tab: what was typed and not sent. Keys and passwords never come
/// here.
pub fn kept(key: &str) -> Option<String> {
    session()?.get_item(key).ok()?
}

pub fn keep(key: &str, value: &str) {
    if let Some(storage) = session() {
        drop(storage.set_item(key, value));
    }
}

pub fn forget(key: &str) {
    if let Some(storage) = session() {
        drop(storage.remove_item(key));
    }
}

/// Whether this browser keeps anything: its owner may have forbidden that.
pub fn keeps() -> bool {
    local().is_some() && session().is_some()
}

/// Drops everything in the tab that has such a name.
pub fn forget_all(which: impl Fn(&str) -> bool) {
    let Some(storage) = session() else { return };
    let count = storage.length().unwrap_or_default();
    let names: Vec<String> = (0..count)
        .filter_map(|index| storage.key(index).ok()?)
        .filter(|name| which(name))
        .collect();
    for name in names {
        drop(storage.remove_item(&name));
    }
}

fn local() -> Option<Storage> {
    window().local_storage().ok()?
}

fn session() -> Option<Storage> {
    window().session_storage().ok()?
}

/// Whether the page is in front, so that asking the service makes sense.
pub fn visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

pub fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus; what cannot have it by itself is made able to.
pub fn focus(element: &HtmlElement) {
    if element.tab_index() < 0 && !element.has_attribute("tabindex") {
        drop(element.set_attribute("tabindex", "-1"));
    }
    drop(element.focus());
}

pub fn focus_id(id: &str) {
    if let Some(element) = element(id) {
        focus(&element);
    }
}

/// Whether an element has the focus.
pub fn has_focus(id: &str) -> bool {
    document()
        .active_element()
        .is_some_and(|active| active.id() == id)
}

/// Runs after the page has been brought up to date.
pub fn soon(what: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(what);
}

/// The milliseconds of the computer's clock, which may be wrong: see [`crate::clock`].
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// The milliseconds of a date of HTTP.
pub fn parse_date(text: &str) -> Option<f64> {
    let ms = js_sys::Date::parse(text);
    ms.is_finite().then_some(ms)
}

/// Text of Base64 to bytes.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    // `atob` gives a string of which each character is one byte.
    let binary = window().atob(text).ok()?;
    binary
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect()
}

/// Bytes to Base64.
pub fn to_base64(bytes: &[u8]) -> Option<String> {
    let binary: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    window().btoa(&binary).ok()
}

/// Bytes as a file of a media type.
pub fn blob(bytes: &[u8], media_type: &str) -> Option<web_sys::Blob> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}

/// A blob under an address of its own, which ends with the value.
#[derive(Debug, PartialEq, Eq)]
pub struct BlobUrl(String);

impl BlobUrl {
    pub fn new(blob: &web_sys::Blob) -> Option<Self> {
        web_sys::Url::create_object_url_with_blob(blob)
            .ok()
            .map(Self)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for BlobUrl {
    fn drop(&mut self) {
        drop(web_sys::Url::revoke_object_url(&self.0));
    }
}

/// Hands a file to the browser's downloads.
pub fn save(url: &BlobUrl, file_name: &str) {
    let link: Option<HtmlAnchorElement> = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into().ok());
    if let Some(link) = link {
        link.set_href(url.as_str());
        link.set_download(file_name);
        link.click();
    }
}

/// Whether the device hands texts over to other apps.
pub fn can_share() -> bool {
    let navigator = window().navigator();
    js_sys::Reflect::has(&navigator, &"share".into()).unwrap_or_default()
}

/// Lets its user choose an app that takes the text with the address. Not choosing one is no fault.
pub fn share(text: &str, url: &str) {
    let data = web_sys::ShareData::new();
    data.set_text(text);
    data.set_url(url);
    let chosen = window().navigator().share_with_data(&data);
    leptos::task::spawn_local(async move {
        drop(wasm_bindgen_futures::JsFuture::from(chosen).await);
    });
}

/// Opens the window in which the page is printed. A browser that cannot print does nothing.
pub fn print() {
    drop(window().print());
}

/// The position of the device, asked for once; the browser asks its user first.
pub fn position(found: impl FnOnce(Option<(f64, f64)>) + 'static) {
    use std::{cell::RefCell, rc::Rc};

    let found: Rc<RefCell<Option<_>>> = Rc::new(RefCell::new(Some(found)));
    let answer = move |place: Option<(f64, f64)>| {
        // Of the two answers only one comes.
        let found = found.borrow_mut().take();
        if let Some(found) = found {
            found(place);
        }
    };
    let Ok(geolocation) = window().navigator().geolocation() else {
        return answer(None);
    };
    let on_place = {
        let answer = answer.clone();
        Closure::once_into_js(move |place: web_sys::Position| {
            let at = place.coords();
            answer(Some((at.latitude(), at.longitude())));
        })
    };
    let on_refusal = {
        let answer = answer.clone();
        Closure::once_into_js(move |_: JsValue| answer(None))
    };
    let asked = geolocation.get_current_position_with_error_callback(
        on_place.unchecked_ref(),
        Some(on_refusal.unchecked_ref()),
    );
    if asked.is_err() {
        answer(None);
    }
}

/// Small letters, for comparing. The browser has the tables for that.
#[cfg(target_family = "wasm")]
pub fn lowercase(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// For the tests of what is computed.
#[cfg(not(target_family = "wasm"))]
pub fn lowercase(text: &str) -> String {
    text.to_lowercase()
}

/// A number with its fraction behind a point, as short as it can be read again.
#[cfg(target_family = "wasm")]
pub fn decimal(value: f64) -> String {
    js_sys::Number::from(value).to_js_string().into()
}

/// For the tests of what is computed.
#[cfg(not(target_family = "wasm"))]
pub fn decimal(value: f64) -> String {
    value.to_string()
}
