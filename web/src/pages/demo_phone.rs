//! «Демонстрационный телефон»: in the demo a second tab plays the phone with eGov Mobile, by the application's own
//! conversation with the service and with a demo key.

use crate::{
    api::use_api,
    browser,
    components::{
        fields::{Choice, PlainButton, SelectField, WorkingButton},
        form::Field,
        heading::Heading,
        notice::Paper,
    },
    i18n::{language_now, t, t_string, use_i18n},
    remote::Remote,
    signing::use_signer,
    state::{use_clock, use_demo},
};
use balabaqsha_shared::{
    Language,
    dto::{
        DemoKey, DemoKeyCondition, DemoKeyList, PhoneDocument, PhoneDocuments, PhoneInvitation,
        PhoneVerdict,
    },
    endpoint,
};
use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// What the phone has read.
#[derive(Clone, Debug, PartialEq)]
struct Scanned {
    invitation: PhoneInvitation,
    documents: PhoneDocuments,
}

/// Why there is no answer: what the service has said, or nothing.
#[derive(Clone, Debug, PartialEq)]
struct Refused(Option<String>);

/// What the application shows at the end.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Signed,
    Declined,
    Refused(Refused),
}

/// One call of the application.
struct Call<'a> {
    method: Method,
    path: &'a str,
    token: Option<&'a str>,
    language: Language,
}

impl Call<'_> {
    async fn ask<T: DeserializeOwned>(self, body: Option<&impl Serialize>) -> Result<T, Refused> {
        let nothing = |_| Refused(None);
        let mut request = RequestBuilder::new(self.path)
            .method(self.method)
            .header("Accept-Language", self.language.tag());
        if let Some(token) = self.token {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        let request = match body {
            Some(body) => {
                let text = serde_json::to_string(body).map_err(|_| Refused(None))?;
                request
                    .header("Content-Type", "application/json")
                    .body(text)
            }
            None => request.build(),
        };
        let request = request.map_err(nothing)?;
        let answer = request.send().await.map_err(nothing)?;
        let text = answer.text().await.map_err(nothing)?;
        if answer.ok() {
            return serde_json::from_str(&text).map_err(|_| Refused(None));
        }
        let verdict: Option<PhoneVerdict> = serde_json::from_str(&text).ok();
        Err(Refused(verdict.map(|verdict| verdict.message)))
    }
}

async fn scan(code: &str, language: Language) -> Result<Scanned, Refused> {
    let call = Call {
        method: Method::GET,
        path: &endpoint::phone_invitation(code),
        token: None,
        language,
    };
    let invitation: PhoneInvitation = call.ask(None::<&()>).await?;
    let path = browser::path_of(&invitation.document.uri).ok_or(Refused(None))?;
    let call = Call {
        method: Method::GET,
        path: &path,
        token: Some(&invitation.document.auth_token),
        language,
    };
    let documents = call.ask(None::<&()>).await?;
    Ok(Scanned {
        invitation,
        documents,
    })
}

async fn bring(
    invitation: &PhoneInvitation,
    signed: &PhoneDocuments,
    language: Language,
) -> Result<PhoneVerdict, Refused> {
    let path = browser::path_of(&invitation.document.uri).ok_or(Refused(None))?;
    let call = Call {
        method: Method::PUT,
        path: &path,
        token: Some(&invitation.document.auth_token),
        language,
    };
    call.ask(Some(signed)).await
}

#[component]
pub fn DemoPhonePage() -> impl IntoView {
    let i18n = use_i18n();
    let demo = use_demo();
    let code = browser::fragment();
    let content = move || match (demo.get(), code.clone()) {
        (true, Some(code)) => view! { <Application code/> }.into_any(),
        (true, None) => view! { <p>{t!(i18n, demo_phone.no_code)}</p> }.into_any(),
        (false, _) => view! { <p>{t!(i18n, demo_phone.only_in_demo)}</p> }.into_any(),
    };
    view! {
        <Heading text=move || t_string!(i18n, demo_phone.heading)/>
        <p class="lead">{t!(i18n, demo_phone.lead)}</p>
        <div class="narrow">{content}</div>
    }
}

/// What the application shows of a code that was scanned.
#[component]
fn Application(code: String) -> impl IntoView {
    let i18n = use_i18n();
    let scanned = LocalResource::new(move || {
        let code = code.clone();
        let language = language_now(i18n);
        async move { scan(&code, language).await }
    });
    move || {
        Some(match scanned.get()? {
            Ok(found) => view! { <Offer scanned=found/> }.into_any(),
            Err(refused) => view! { <Verdict told=Told::Refused(refused)/> }.into_any(),
        })
    }
}

#[component]
fn Offer(scanned: Scanned) -> impl IntoView {
    let i18n = use_i18n();
    let (api, clock, worker) = (use_api(), use_clock(), use_signer().worker());
    let keys: Remote<DemoKeyList> = Remote::new(move || api.demo_keys());
    let chosen = Field::new("demo-phone-key", "");
    let choices = move || {
        keys.with(|keys| {
            let valid = keys.items.iter();
            let valid = valid.filter(|key| key.condition == DemoKeyCondition::Valid);
            valid
                .map(|key| Choice {
                    value: key.url.clone(),
                    label: format!("{}: {}", key.owner, key.file_name),
                })
                .collect()
        })
        .unwrap_or_default()
    };
    let told = RwSignal::new(None::<Told>);
    let invitation = StoredValue::new(scanned.invitation.clone());
    let documents = StoredValue::new(scanned.documents.clone());
    let sign = Action::new_local(move |(): &()| {
        let url = chosen.value.get_untracked();
        let named = |key: &&DemoKey| key.url == url;
        let key = keys.with_now(|keys| {
            let key = keys.items.iter().find(named).or(keys.items.first())?;
            Some((key.url.clone(), keys.password.clone()))
        });
        let worker = worker.clone();
        let language = language_now(i18n);
        async move {
            let nothing = || Refused(None);
            let (url, password) = key.flatten().ok_or_else(nothing)?;
            let file = api.demo_key(url).await.map_err(|_| nothing())?;
            let opened = worker.open(&file, password).await.map_err(|_| nothing())?;
            let index = opened
                .keys
                .first()
                .map(|key| key.index)
                .ok_or_else(nothing)?;
            let mut signed = documents.get_value();
            for document in &mut signed.documents_to_sign {
                let data = &mut document.document.file.data;
                let content = browser::from_base64(data).ok_or_else(nothing)?;
                let cms = worker
                    .sign(opened.handle, index, &content, clock.now())
                    .await;
                let cms = cms.map_err(|_| nothing())?;
                *data = browser::to_base64(&cms).ok_or_else(nothing)?;
            }
            worker.close(opened.handle);
            bring(&invitation.get_value(), &signed, language).await
        }
    });
    Effect::new(move || {
        if let Some(answer) = sign.value().get() {
            told.set(Some(match answer {
                Ok(_) => Told::Signed,
                Err(refused) => Told::Refused(refused),
            }));
        }
    });
    let texts = scanned.documents.documents_to_sign.into_iter();
    let texts = texts
        .map(|document| view! { <Text document/> })
        .collect_view();
    let over = move || matches!(told.get(), Some(Told::Signed | Told::Declined));
    view! {
        <h2>{scanned.invitation.description}</h2>
        {texts}
        <Show when=move || !over()>
            <SelectField field=chosen label=move || t_string!(i18n, demo_phone.key) choices/>
            <WorkingButton text=move || t_string!(i18n, demo_phone.sign) busy=sign.pending()
                on_press=move |()| {
                    if !sign.pending().get_untracked() {
                        sign.dispatch_local(());
                    }
                }/>
            <PlainButton text=move || t_string!(i18n, demo_phone.decline)
                on_press=move |()| told.set(Some(Told::Declined))/>
        </Show>
        {move || told.get().map(|told| view! { <Verdict told/> })}
    }
}

#[component]
fn Text(document: PhoneDocument) -> impl IntoView {
    let bytes = browser::from_base64(&document.document.file.data).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    view! { <Paper text/> }
}

#[component]
fn Verdict(told: Told) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || match &told {
        Told::Signed => t_string!(i18n, demo_phone.signed).to_owned(),
        Told::Declined => t_string!(i18n, demo_phone.declined).to_owned(),
        Told::Refused(Refused(Some(message))) => message.clone(),
        Told::Refused(Refused(None)) => t_string!(i18n, demo_phone.no_answer).to_owned(),
    };
    view! { <p role="status">{words}</p> }
}
