//! The socket to NCALayer on the parent's own computer. What is said over it is decided by
//! `balabaqsha-ncalayer`; here are only the socket and the clock.

use balabaqsha_ncalayer::{ADDRESS, Conversation, Event, GREETING_SECONDS, Step, Task, Trouble};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{
    StreamExt,
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MessageEvent, WebSocket};

/// What comes from the socket: a text, or its end.
type Heard = Option<String>;

/// A socket that is closed when it is dropped; its listeners live as long.
struct Socket {
    socket: WebSocket,
    heard: UnboundedReceiver<Heard>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_end: Closure<dyn FnMut()>,
}

impl Socket {
    fn open() -> Option<Self> {
        let socket = WebSocket::new(ADDRESS).ok()?;
        let (tell, heard) = unbounded::<Heard>();
        let on_message = listener(&tell);
        let on_end = Closure::<dyn FnMut()>::new(move || drop(tell.unbounded_send(None)));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_end.as_ref().unchecked_ref()));
        socket.set_onerror(Some(on_end.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            heard,
            _on_message: on_message,
            _on_end: on_end,
        })
    }
}

fn listener(tell: &UnboundedSender<Heard>) -> Closure<dyn FnMut(MessageEvent)> {
    let tell = tell.clone();
    Closure::new(move |event: MessageEvent| {
        // Whatever is no text is no answer either.
        let text = event.data().as_string().unwrap_or_default();
        drop(tell.unbounded_send(Some(text)));
    })
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        self.socket.set_onerror(None);
        drop(self.socket.close());
    }
}

/// Has NCALayer sign, and gives a detached signature in Base64 for each text.
pub async fn sign(task: Task) -> Result<Vec<String>, Trouble> {
    let mut socket = Socket::open().ok_or(Trouble::NotThere)?;
    let mut conversation = Conversation::new(task, |text| serde_json::from_str(text).ok());
    let mut patience = wait(GREETING_SECONDS);
    loop {
        let heard = match select(socket.heard.next(), &mut patience).await {
            Either::Left((heard, _)) => Some(heard.flatten()),
            Either::Right(_) => None,
        };
        let event = match &heard {
            Some(Some(text)) => Event::Message(text),
            Some(None) => Event::Closed,
            None => Event::TimedOut,
        };
        match conversation.take(event) {
            Step::Wait => {}
            Step::Send(text, seconds) => {
                if socket.socket.send_with_str(&text).is_err() {
                    return Err(Trouble::BrokenOff);
                }
                patience = wait(seconds);
            }
            Step::End(outcome) => return outcome,
        }
    }
}

fn wait(seconds: u32) -> TimeoutFuture {
    TimeoutFuture::new(seconds.saturating_mul(1_000))
}
