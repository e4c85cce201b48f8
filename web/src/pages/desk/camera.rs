//! Reading the QR code of a paper with the camera. The reader of codes is a file of its own, loaded when the camera is
//! opened. No picture leaves the phone.

use crate::{
    app::groups,
    browser,
    components::fields::PlainButton,
    i18n::{t, t_string, use_i18n},
};
use gloo_timers::callback::Interval;
use js_sys::{Object, Reflect};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

/// Between two looks.
const PAUSE_MS: u32 = 250;
/// Longer sides are made so long: a code fills a good part of the picture.
const LONGEST_SIDE: f64 = 800.0;
const BYTES_OF_PIXEL: usize = 4;

/// A picture in shades of grey.
#[derive(Clone, Debug)]
pub struct Grey {
    pub width: usize,
    pub height: usize,
    pub shades: Vec<u8>,
}

/// The text of the first code in the picture that can be read.
pub fn decode(picture: &Grey) -> Option<String> {
    let shade = |x: usize, y: usize| {
        let at = y
            .checked_mul(picture.width)
            .and_then(|row| row.checked_add(x));
        at.and_then(|at| picture.shades.get(at).copied())
            .unwrap_or(u8::MAX)
    };
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, shade);
    prepared
        .detect_grids()
        .into_iter()
        .find_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
}

/// Whether a camera can be asked for at all.
pub fn is_there() -> bool {
    Reflect::get(&window().navigator(), &"mediaDevices".into())
        .is_ok_and(|devices| devices.is_truthy())
}

#[component]
pub fn Camera(found: Callback<String>, close: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let video = NodeRef::<html::Video>::new();
    let refused = RwSignal::new(false);
    let stream = StoredValue::new_local(None::<MediaStream>);
    let looking = StoredValue::new_local(None::<Interval>);
    let busy = RwSignal::new(false);
    let look = move || {
        let picture = video.get_untracked().and_then(|video| picture_of(&video));
        let (Some(picture), false) = (picture, busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let text = groups::read_code(picture).await.ok().flatten();
            busy.try_set(false);
            if let Some(text) = text {
                found.run(text);
            }
        });
    };
    Effect::new(move || {
        let Some(video) = video.get() else {
            return;
        };
        spawn_local(async move {
            match open().await {
                Some(opened) => {
                    video.set_src_object(Some(&opened));
                    let left = stream.try_set_value(Some(opened.clone()));
                    if left.is_some() {
                        // Somebody has closed it meanwhile.
                        stop(&opened);
                        return;
                    }
                    if let Ok(playing) = video.play() {
                        drop(JsFuture::from(playing).await);
                    }
                    looking.try_set_value(Some(Interval::new(PAUSE_MS, look)));
                }
                None => {
                    refused.try_set(true);
                }
            }
        });
    });
    on_cleanup(move || {
        looking.try_set_value(None);
        if let Some(Some(stream)) = stream.try_get_value() {
            stop(&stream);
        }
    });
    view! {
        <div class="desk-camera">
            <Show when=move || !refused.get()
                fallback=move || view! { <p role="alert">{t!(i18n, desk.no_camera)}</p> }>
                <video node_ref=video playsinline muted autoplay
                    aria-label=move || t_string!(i18n, desk.camera)></video>
                <p class="hint">{t!(i18n, desk.camera_hint)}</p>
            </Show>
            <PlainButton text=move || t_string!(i18n, desk.close_camera) on_press=close/>
        </div>
    }
}

/// The camera at the back of the phone, if there is one and it is allowed.
async fn open() -> Option<MediaStream> {
    let wanted = Object::new();
    Reflect::set(&wanted, &"facingMode".into(), &"environment".into()).ok()?;
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&wanted);
    let devices = window().navigator().media_devices().ok()?;
    let asked = devices.get_user_media_with_constraints(&constraints).ok()?;
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}

/// What the camera sees now, in shades of grey.
fn picture_of(video: &HtmlVideoElement) -> Option<Grey> {
    let (width, height) = (
        f64::from(video.video_width()),
        f64::from(video.video_height()),
    );
    if width < 1.0 || height < 1.0 {
        return None;
    }
    let scale = (LONGEST_SIDE / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).floor(), (height * scale).floor());
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let (columns, rows) = (browser::whole(width)?, browser::whole(height)?);
    canvas.set_width(columns);
    canvas.set_height(rows);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context
        .draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height)
        .ok()?;
    let data = context.get_image_data(0.0, 0.0, width, height).ok()?.data();
    let shades = data.0.chunks_exact(BYTES_OF_PIXEL).map(grey).collect();
    Some(Grey {
        width: usize::try_from(columns).ok()?,
        height: usize::try_from(rows).ok()?,
        shades,
    })
}

/// The luminance of a pixel (ITU-R BT.601).
fn grey(pixel: &[u8]) -> u8 {
    match pixel {
        [red, green, blue, ..] => {
            let sum = u32::from(*red) * 77 + u32::from(*green) * 150 + u32::from(*blue) * 29;
            u8::try_from(sum >> 8).unwrap_or(u8::MAX)
        }
        _ => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_without_a_code_says_nothing() {
        let picture = Grey {
            width: 40,
            height: 30,
            shades: vec![128; 1_200],
        };
        assert_eq!(decode(&picture), None);
        let torn = Grey {
            shades: Vec::new(),
            ..picture
        };
        assert_eq!(decode(&torn), None);
    }

    #[test]
    fn green_is_brighter_than_red_and_red_than_blue() {
        let [red, green, blue] =
            [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]].map(|pixel| grey(&pixel));
        assert!(green > red && red > blue);
        assert_eq!((grey(&[255; 4]), grey(&[0; 4])), (255, 0));
    }
}
