//! The conversation with NCALayer, the national desktop agent for keys on disk, on ID cards and on
//! tokens: what it says goes in, what is to be done comes out. The socket is somebody else's, and
//! so is the clock; nothing here does anything by itself.
//!
//! NCALayer greets with its version. From 1.4 on it has the module `kz.gov.pki.knca.basics`, before
//! that `kz.gov.pki.knca.commonUtils`, and what is older cannot sign what we need. It asks its user
//! for the storage, the key and the password in a window of its own; neither ever reaches the page.
//! What it gives is a signature like any other: the service verifies it before it is believed.
//!
//! What it says is JSON, which the page parses with the parser it has anyway ([`Message`]).

use serde::Deserialize;

/// Where NCALayer listens.
pub const ADDRESS: &str = "wss://127.0.0.1:13579/";
/// How long the socket may take to open and greet.
pub const GREETING_SECONDS: u32 = 10;
/// How long somebody may take to choose a key and type a password.
pub const SIGNING_SECONDS: u32 = 180;

const HEARTBEAT: &str = "--heartbeat--";
const BASICS: &str = "kz.gov.pki.knca.basics";
const COMMON_UTILS: &str = "kz.gov.pki.knca.commonUtils";
/// Extended key usages by which NCALayer offers keys: for logging in, for signing.
const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
/// Every storage NCALayer knows; its user chooses.
const STORAGES: [&str; 7] = [
    "PKCS12",
    "AKKaztokenStore",
    "AKKZIDCardStore",
    "AKEToken72KStore",
    "AKEToken5110Store",
    "AKJaCartaStore",
    "AKAKEYStore",
];
/// Signatures are some kilobytes; nothing that NCALayer says is larger than this.
const LONGEST_MESSAGE: usize = 1024 * 1024;

/// What the signature is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Login,
    Signing,
}

/// What NCALayer is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub purpose: Purpose,
    /// What to sign, each text in Base64: one key and one password for all of them.
    pub contents: Vec<String>,
    /// `kk`, `ru` or `en`: the language of its window.
    pub language: &'static str,
    /// The IIN of whoever has logged in, so that only their keys are offered; absent at a login.
    pub iin: Option<String>,
}

/// What happens to the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A text of the other side.
    Message(&'a str),
    /// The socket was closed, or never opened.
    Closed,
    /// The time of the present wait is over.
    TimedOut,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing; go on waiting.
    Wait,
    /// Send this text, and wait anew for so many seconds.
    Send(String, u32),
    /// The conversation is over; close the socket.
    End(Result<Vec<String>, Trouble>),
}

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody listens: not installed, not started, or stopped meanwhile before it greeted.
    NotThere,
    /// The version that greeted cannot sign what we need.
    TooOld(String),
    /// Its user has closed the window.
    Cancelled,
    /// It greeted, and then nothing came in time.
    NoAnswer,
    /// It was stopped while it was signing.
    BrokenOff,
    /// It has said why it could not, in its own words.
    Failed(String),
    /// It has said something that nobody understands.
    Incomprehensible,
}

/// The two generations of its modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Module {
    Basics,
    CommonUtils,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Greeting,
    Signing(Module),
    Over,
}

/// What NCALayer says: a greeting, or an answer of either module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Message {
    result: Option<Greeting>,
    status: Option<bool>,
    body: Option<Body>,
    code: Option<String>,
    message: Option<String>,
    details: Option<String>,
    response_object: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Greeting {
    version: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Body {
    result: Option<Outcome>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Outcome {
    One(String),
    List(Vec<String>),
}

/// Parses JSON.
pub type Parser = fn(&str) -> Option<Message>;

/// One conversation about one signature.
#[derive(Debug)]
pub struct Conversation {
    task: Task,
    state: State,
    parse: Parser,
}

impl Conversation {
    #[must_use]
    pub fn new(task: Task, parse: Parser) -> Self {
        Self {
            task,
            state: State::Greeting,
            parse,
        }
    }

    /// Takes what has happened.
    pub fn take(&mut self, event: Event<'_>) -> Step {
        let step = match (self.state, event) {
            (State::Over, _) => Step::Wait,
            (_, Event::Message(HEARTBEAT)) => Step::Wait,
            (State::Greeting, Event::Message(text)) => self.greeted(text),
            (State::Greeting, Event::Closed | Event::TimedOut) => end(Trouble::NotThere),
            (State::Signing(module), Event::Message(text)) => match self.read(text) {
                Some(message) => Step::End(self.answered(module, message)),
                None => end(Trouble::Incomprehensible),
            },
            (State::Signing(_), Event::Closed) => end(Trouble::BrokenOff),
            (State::Signing(_), Event::TimedOut) => end(Trouble::NoAnswer),
        };
        if matches!(step, Step::End(_)) {
            self.state = State::Over;
        }
        step
    }

    fn read(&self, text: &str) -> Option<Message> {
        if text.len() > LONGEST_MESSAGE {
            return None;
        }
        (self.parse)(text)
    }

    fn greeted(&mut self, text: &str) -> Step {
        let Some(Greeting { version }) = self.read(text).and_then(|message| message.result) else {
            return end(Trouble::Incomprehensible);
        };
        match module_of(&version) {
            None => end(Trouble::TooOld(shortened(&version))),
            // The older module signs one text for one password.
            Some(Module::CommonUtils) if self.task.contents.len() > 1 => {
                end(Trouble::TooOld(shortened(&version)))
            }
            Some(module) => {
                self.state = State::Signing(module);
                Step::Send(self.request(module), SIGNING_SECONDS)
            }
        }
    }

    /// One signature for each text.
    fn answered(&self, module: Module, message: Message) -> Result<Vec<String>, Trouble> {
        let signatures = match module {
            Module::Basics => basics(message),
            Module::CommonUtils => common_utils(message),
        }?;
        if signatures.len() == self.task.contents.len() {
            Ok(signatures)
        } else {
            Err(Trouble::Incomprehensible)
        }
    }

    /// The question in JSON. Nothing in it needs escaping: Base64, digits, words of our own.
    fn request(&self, module: Module) -> String {
        let Task {
            purpose,
            contents,
            language,
            iin,
        } = &self.task;
        let contents = contents
            .iter()
            .map(|content| -> String { content.chars().filter(|c| is_base64(*c)).collect() });
        let contents: Vec<String> = contents.collect();
        let content = contents.join("\",\"");
        let data = match contents.len() {
            0 | 1 => format!("\"{content}\""),
            _ => format!("[\"{content}\"]"),
        };
        let iin = iin.iter().flat_map(|iin| iin.chars());
        let iin: String = iin.filter(char::is_ascii_digit).collect();
        match module {
            Module::Basics => {
                let storages = STORAGES.join("\",\"");
                let usages = usages(*purpose).join("\",\"");
                format!(
                    r#"{{"module":"{BASICS}","method":"sign","args":{{"allowedStorages":["{storages}"],"format":"cms","data":{data},"signingParams":{{"decode":true,"encapsulate":false,"digested":false}},"signerParams":{{"extKeyUsageOids":["{usages}"],"iin":"{iin}","bin":"","serialNumber":"","chain":null}},"locale":"{language}"}}}}"#
                )
            }
            Module::CommonUtils => {
                let kind = match purpose {
                    Purpose::Login => "AUTHENTICATION",
                    Purpose::Signing => "SIGNATURE",
                };
                format!(
                    r#"{{"module":"{COMMON_UTILS}","method":"createCAdESFromBase64","args":["PKCS12","{kind}","{content}",false]}}"#
                )
            }
        }
    }
}

/// A key of today (GOST512) logs in without clientAuth, so both usages are offered for a login; what
/// does not fit the service refuses by name.
fn usages(purpose: Purpose) -> &'static [&'static str] {
    match purpose {
        Purpose::Login => &[CLIENT_AUTH, EMAIL_PROTECTION],
        Purpose::Signing => &[EMAIL_PROTECTION],
    }
}

fn end(trouble: Trouble) -> Step {
    Step::End(Err(trouble))
}

/// Which module a version has; none where it is too old or no version at all.
fn module_of(version: &str) -> Option<Module> {
    let mut parts = version.split('.');
    let major: u32 = parts.next()?.trim().parse().ok()?;
    let minor: u32 = match parts.next() {
        Some(part) => leading_number(part)?,
        None => 0,
    };
    match (major, minor) {
        (0, _) | (1, ..2) => None,
        (1, 2..4) => Some(Module::CommonUtils),
        _ => Some(Module::Basics),
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

fn basics(message: Message) -> Result<Vec<String>, Trouble> {
    match (message.status, message.body) {
        (Some(true), None | Some(Body { result: None })) => Err(Trouble::Cancelled),
        (
            Some(true),
            Some(Body {
                result: Some(outcome),
            }),
        ) => match outcome {
            Outcome::One(text) if text.trim().is_empty() => Err(Trouble::Cancelled),
            Outcome::One(text) => Ok(vec![signature(&text)?]),
            Outcome::List(list) if list.is_empty() => Err(Trouble::Cancelled),
            Outcome::List(list) => list.iter().map(|text| signature(text)).collect(),
        },
        (Some(false), _) if says_cancelled(&message.message, &message.code) => {
            Err(Trouble::Cancelled)
        }
        (Some(false), _) => Err(failed([message.message, message.details, message.code])),
        _ => Err(Trouble::Incomprehensible),
    }
}

fn common_utils(message: Message) -> Result<Vec<String>, Trouble> {
    match message.code.as_deref() {
        Some("200") => Ok(vec![signature(
            &message.response_object.unwrap_or_default(),
        )?]),
        Some(_) if says_cancelled(&message.message, &message.code) => Err(Trouble::Cancelled),
        Some(_) => Err(failed([message.message, message.code, None])),
        None => Err(Trouble::Incomprehensible),
    }
}

/// Versions of NCALayer call it `action.canceled`, `ACTION_CANCELLED`, "Cancelled by user" and the
/// like, in the message or as the code.
fn says_cancelled(message: &Option<String>, code: &Option<String>) -> bool {
    [message, code].into_iter().flatten().any(|text| {
        let text = text.to_lowercase();
        ["cancel", "отмен", "бас тарт"]
            .iter()
            .any(|word| text.contains(word))
    })
}

/// The Base64 of a signature, with or without the lines of PEM.
fn signature(text: &str) -> Result<String, Trouble> {
    let base64: String = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("-----"))
        .collect();
    if base64.is_empty() || !base64.chars().all(is_base64) {
        return Err(Trouble::Incomprehensible);
    }
    Ok(base64)
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

/// Told in the first words that are there, in a length fit to be shown.
fn failed(words: [Option<String>; 3]) -> Trouble {
    let found = words
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty());
    Trouble::Failed(shortened(&found.unwrap_or_default()))
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parse(text: &str) -> Option<Message> {
        serde_json::from_str(text).ok()
    }

    fn begun(purpose: Purpose) -> Conversation {
        Conversation::new(task(purpose), parse)
    }

    fn task(purpose: Purpose) -> Task {
        Task {
            purpose,
            contents: vec!["dGV4dA==".into()],
            language: "ru",
            iin: Some("850715300013".into()),
        }
    }

    /// A conversation in which NCALayer has greeted, and what it was sent.
    fn greeted(version: &str, purpose: Purpose) -> (Conversation, Value) {
        let mut conversation = begun(purpose);
        let greeting = format!(r#"{{"result":{{"version":"{version}"}}}}"#);
        let Step::Send(text, seconds) = conversation.take(Event::Message(&greeting)) else {
            panic!("nothing was sent to {version}");
        };
        assert_eq!(seconds, SIGNING_SECONDS);
        (conversation, serde_json::from_str(&text).unwrap())
    }

    fn answer(version: &str, text: &str) -> Step {
        let (mut conversation, _) = greeted(version, Purpose::Signing);
        conversation.take(Event::Message(text))
    }

    fn done(base64: &str) -> Step {
        Step::End(Ok(vec![base64.to_owned()]))
    }

    #[test]
    fn the_newer_module_is_asked_for_a_detached_cms() {
        let (_, request) = greeted("1.4", Purpose::Signing);
        assert_eq!(request["module"], "kz.gov.pki.knca.basics");
        assert_eq!(request["method"], "sign");
        let args = &request["args"];
        assert_eq!(args["format"], "cms");
        assert_eq!(args["data"], "dGV4dA==");
        assert_eq!(args["allowedStorages"].as_array().unwrap().len(), 7);
        assert_eq!(args["signingParams"]["decode"], true);
        assert_eq!(args["signingParams"]["encapsulate"], false);
        assert!(args["signingParams"].get("tsaProfile").is_none());
        let signer = &args["signerParams"];
        assert_eq!(signer["extKeyUsageOids"], json!(["1.3.6.1.5.5.7.3.4"]));
        assert_eq!(signer["iin"], "850715300013");
        // An empty list would let any certificate through.
        assert!(signer["chain"].is_null());
        assert_eq!(args["locale"], "ru");
        let (_, request) = greeted("2.0", Purpose::Login);
        let usages = &request["args"]["signerParams"]["extKeyUsageOids"];
        assert_eq!(*usages, json!(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4"]));
    }

    /// Several texts for one password, and what was sent.
    fn several(version: &str) -> (Conversation, Step) {
        let task = Task {
            contents: vec!["dGV4dA==".into(), "dHdv".into()],
            ..task(Purpose::Signing)
        };
        let mut conversation = Conversation::new(task, parse);
        let greeting = format!(r#"{{"result":{{"version":"{version}"}}}}"#);
        let step = conversation.take(Event::Message(&greeting));
        (conversation, step)
    }

    #[test]
    fn several_texts_are_signed_with_one_password() {
        let (mut conversation, asked) = several("1.4");
        let Step::Send(text, _) = asked else {
            panic!("nothing was sent");
        };
        let request: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(request["args"]["data"], json!(["dGV4dA==", "dHdv"]));
        let text = r#"{"status":true,"body":{"result":["TUlJQg==","TUlJQw=="]}}"#;
        let both = Step::End(Ok(vec!["TUlJQg==".into(), "TUlJQw==".into()]));
        assert_eq!(conversation.take(Event::Message(text)), both);
        // A signature too few fits no text.
        let (mut conversation, _) = several("1.4");
        let text = r#"{"status":true,"body":{"result":["TUlJQg=="]}}"#;
        let step = conversation.take(Event::Message(text));
        assert_eq!(step, end(Trouble::Incomprehensible));
    }

    #[test]
    fn the_older_module_signs_one_text() {
        let (_, step) = several("1.3");
        assert_eq!(step, end(Trouble::TooOld("1.3".into())));
    }

    #[test]
    fn the_older_module_is_asked_in_its_own_way() {
        for (purpose, kind) in [
            (Purpose::Login, "AUTHENTICATION"),
            (Purpose::Signing, "SIGNATURE"),
        ] {
            let (_, request) = greeted("1.3", purpose);
            assert_eq!(request["module"], "kz.gov.pki.knca.commonUtils");
            assert_eq!(request["method"], "createCAdESFromBase64");
            assert_eq!(request["args"], json!(["PKCS12", kind, "dGV4dA==", false]));
        }
    }

    #[rstest::rstest]
    #[case("1.2", Some(Module::CommonUtils))]
    #[case("1.3.9", Some(Module::CommonUtils))]
    #[case("1.4", Some(Module::Basics))]
    #[case("1.10", Some(Module::Basics))]
    #[case("1.4-SNAPSHOT", Some(Module::Basics))]
    #[case("2", Some(Module::Basics))]
    #[case("1.1.7", None)]
    #[case("1", None)]
    #[case("0.9", None)]
    #[case("", None)]
    #[case("new", None)]
    #[case("-1.4", None)]
    fn the_version_decides(#[case] version: &str, #[case] module: Option<Module>) {
        assert_eq!(module_of(version), module, "{version}");
    }

    #[test]
    fn one_that_is_too_old_is_told_with_its_version() {
        let mut conversation = begun(Purpose::Login);
        let step = conversation.take(Event::Message(r#"{"result":{"version":"1.1"}}"#));
        assert_eq!(step, end(Trouble::TooOld("1.1".into())));
    }

    #[test]
    fn signatures_come_in_several_clothes() {
        let pem = "-----BEGIN CMS-----\\nTUlJ\\r\\nQg==\\n-----END CMS-----";
        for result in [
            r#""TUlJQg==""#.to_owned(),
            r#"["TUlJQg=="]"#.to_owned(),
            format!("\"{pem}\""),
            format!("[\"{pem}\\n\"]"),
        ] {
            let text = format!(r#"{{"status":true,"body":{{"result":{result}}}}}"#);
            assert_eq!(answer("1.4", &text), done("TUlJQg=="), "{result}");
        }
        let older = r#"{"code":"200","responseObject":"TUlJ\nQg=="}"#;
        assert_eq!(answer("1.2", older), done("TUlJQg=="));
    }

    #[test]
    fn a_closed_window_is_no_failure() {
        let cancelled = end(Trouble::Cancelled);
        let null = r#"{"status":true,"body":{"result":null}}"#;
        assert_eq!(answer("1.4", null), cancelled);
        assert_eq!(answer("1.4", r#"{"status":true,"body":{}}"#), cancelled);
        let older = r#"{"code":"500","message":"action.canceled"}"#;
        assert_eq!(answer("1.3", older), cancelled);
        for text in [
            r#"{"status":true,"body":{"result":[]}}"#,
            r#"{"status":true,"body":{"result":""}}"#,
            r#"{"status":true}"#,
            r#"{"status":false,"code":"500","message":"action.canceled"}"#,
            r#"{"status":false,"code":"ACTION_CANCELLED","message":""}"#,
            r#"{"status":false,"message":"Отменено пользователем"}"#,
        ] {
            assert_eq!(answer("1.4", text), cancelled, "{text}");
        }
        let capitals = r#"{"code":"500","message":"Action.Cancelled"}"#;
        assert_eq!(answer("1.3", capitals), cancelled);
    }

    #[test]
    fn failures_are_told_in_its_own_words() {
        let told = |text: &str| end(Trouble::Failed(text.to_owned()));
        let newer = r#"{"status":false,"code":"X","message":"no token","details":"d"}"#;
        assert_eq!(answer("1.4", newer), told("no token"));
        let newer = r#"{"status":false,"code":"X","message":" "}"#;
        assert_eq!(answer("1.4", newer), told("X"));
        let older = r#"{"code":"500","message":"storage.empty"}"#;
        assert_eq!(answer("1.3", older), told("storage.empty"));
        let long = format!(r#"{{"status":false,"message":"{}"}}"#, "ә".repeat(500));
        assert_eq!(answer("1.4", &long), told(&"ә".repeat(200)));
    }

    #[rstest::rstest]
    #[case("")]
    #[case("{")]
    #[case("[]")]
    #[case("{}")]
    #[case(r#"{"status":"true","body":{"result":"TUlJQg=="}}"#)]
    #[case(r#"{"status":true,"body":"TUlJQg=="}"#)]
    #[case(r#"{"status":true,"body":{"result":["TUlJ","TUlJ"]}}"#)]
    #[case(r#"{"status":true,"body":{"result":"<script>"}}"#)]
    fn what_nobody_understands_is_no_signature(#[case] text: &str) {
        assert_eq!(
            answer("1.4", text),
            end(Trouble::Incomprehensible),
            "{text}"
        );
        let mut conversation = begun(Purpose::Login);
        let step = conversation.take(Event::Message(text));
        assert_eq!(step, end(Trouble::Incomprehensible), "{text}");
    }

    #[test]
    fn a_message_without_end_is_not_read() {
        let text = format!(
            r#"{{"code":"200","responseObject":"{}"}}"#,
            "A".repeat(1 << 20)
        );
        assert_eq!(answer("1.3", &text), end(Trouble::Incomprehensible));
    }

    #[test]
    fn nothing_breaks_out_of_the_request() {
        let task = Task {
            contents: vec!["dGV4dA==\",\"x\":\"".into()],
            iin: Some("85\"0715".into()),
            ..task(Purpose::Signing)
        };
        let mut conversation = Conversation::new(task, parse);
        let greeting = r#"{"result":{"version":"1.4"}}"#;
        let Step::Send(text, _) = conversation.take(Event::Message(greeting)) else {
            panic!("nothing was sent");
        };
        let request: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(request["args"]["data"], "dGV4dA==x");
        assert_eq!(request["args"]["signerParams"]["iin"], "850715");
    }

    #[test]
    fn heartbeats_are_no_answers() {
        let (mut conversation, _) = greeted("1.4", Purpose::Signing);
        assert_eq!(
            conversation.take(Event::Message("--heartbeat--")),
            Step::Wait
        );
        let mut fresh = begun(Purpose::Signing);
        assert_eq!(fresh.take(Event::Message("--heartbeat--")), Step::Wait);
        let text = r#"{"status":true,"body":{"result":"TUlJQg=="}}"#;
        assert_eq!(conversation.take(Event::Message(text)), done("TUlJQg=="));
    }

    #[test]
    fn silence_means_different_things_before_and_after_the_greeting() {
        for event in [Event::Closed, Event::TimedOut] {
            let mut conversation = begun(Purpose::Signing);
            assert_eq!(conversation.take(event), end(Trouble::NotThere));
        }
        let (mut conversation, _) = greeted("1.4", Purpose::Signing);
        assert_eq!(conversation.take(Event::Closed), end(Trouble::BrokenOff));
        let (mut conversation, _) = greeted("1.4", Purpose::Signing);
        assert_eq!(conversation.take(Event::TimedOut), end(Trouble::NoAnswer));
    }

    #[test]
    fn after_the_end_nothing_happens_any_more() {
        let (mut conversation, _) = greeted("1.4", Purpose::Signing);
        let text = r#"{"status":true,"body":{"result":"TUlJQg=="}}"#;
        assert_eq!(conversation.take(Event::Message(text)), done("TUlJQg=="));
        for event in [Event::Message(text), Event::Closed, Event::TimedOut] {
            assert_eq!(conversation.take(event), Step::Wait);
        }
    }
}
