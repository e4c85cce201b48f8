//! Files that go to the service with a word on how far they are: `fetch` does not tell that, so these go by
//! `XMLHttpRequest`.

use super::{Failure, failure::Loss};
use balabaqsha_shared::{Language, dto::Problem};
use futures_channel::oneshot;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, ProgressEvent, XmlHttpRequest};

/// A bad mobile network takes its time.
const PATIENCE_MS: u32 = 600_000;

/// What is sent, and who sends it.
#[derive(Clone, Debug)]
pub struct Upload {
    pub path: String,
    pub file: File,
    pub language: Language,
    pub token: Option<String>,
}

/// How an upload ended, before its answer was read.
#[derive(Clone, Copy)]
enum End {
    Answered,
    Offline,
    TimedOut,
}

/// Sends a file and tells the share that has gone, in hundredths; answers with the text of the answer.
pub async fn send(upload: Upload, told: impl Fn(u32) + 'static) -> Result<String, Failure> {
    let unreadable = |_| Failure::lost(Loss::Unreadable);
    let request = XmlHttpRequest::new().map_err(unreadable)?;
    request.open("POST", &upload.path).map_err(unreadable)?;
    request.set_timeout(PATIENCE_MS);
    let header = |name: &str, value: &str| request.set_request_header(name, value);
    header("Content-Type", "application/octet-stream").map_err(unreadable)?;
    header("Accept-Language", upload.language.tag()).map_err(unreadable)?;
    if let Some(token) = &upload.token {
        header("Authorization", &format!("Bearer {token}")).map_err(unreadable)?;
    }
    let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            told(hundredths(event.loaded(), event.total()));
        }
    });
    let way = request.upload().map_err(unreadable)?;
    way.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    let (sender, ended) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let end = |end: End| {
        let sender = Rc::clone(&sender);
        Closure::<dyn Fn()>::new(move || {
            if let Some(sender) = sender.borrow_mut().take() {
                // Nobody waits any more when the page has gone.
                let _ = sender.send(end);
            }
        })
    };
    let (loaded, failed) = (end(End::Answered), end(End::Offline));
    let late = end(End::TimedOut);
    request.set_onload(Some(loaded.as_ref().unchecked_ref()));
    request.set_onerror(Some(failed.as_ref().unchecked_ref()));
    request.set_ontimeout(Some(late.as_ref().unchecked_ref()));
    request
        .send_with_opt_blob(Some(upload.file.as_ref()))
        .map_err(unreadable)?;
    match ended.await {
        Ok(End::Answered) => read(&request),
        Ok(End::TimedOut) => Err(Failure::lost(Loss::TimedOut).of_change(true)),
        Ok(End::Offline) | Err(_) => Err(Failure::lost(Loss::Offline).of_change(true)),
    }
}

fn read(request: &XmlHttpRequest) -> Result<String, Failure> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200..=299) => Ok(text),
        Ok(429) if serde_json::from_str::<Problem>(&text).is_err() => Err(Failure::Crowded),
        _ => Err(serde_json::from_str(&text)
            .map_or(Failure::lost(Loss::Gateway).of_change(true), |problem| {
                Failure::Refused(Box::new(problem))
            })),
    }
}

fn hundredths(loaded: f64, total: f64) -> u32 {
    let share = (loaded / total * 100.0).clamp(0.0, 100.0);
    // Between 0 and 100.
    (0..=100)
        .rev()
        .find(|part| f64::from(*part) <= share)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn the_share_is_told_in_whole_hundredths() {
        assert_eq!(hundredths(0.0, 10.0), 0);
        assert_eq!(hundredths(9.99, 10.0), 99);
        assert_eq!(hundredths(10.0, 10.0), 100);
        assert_eq!(hundredths(11.0, 10.0), 100);
    }
}
