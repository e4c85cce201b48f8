//! What parents see of the kindergarten.

use super::state::use_desk;
use crate::{
    api::use_api,
    components::{
        fields::{SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        trouble::TroubleSlot,
    },
    i18n::{t, t_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
    routes::Route,
};
use balabaqsha_shared::{
    dto::{DeskKindergarten, KindergartenDescription},
    id::KindergartenId,
    language::Localized,
};
use leptos::{ev, prelude::*};

#[component]
pub fn AboutPage(id: KindergartenId) -> impl IntoView {
    let (api, desk) = (use_api(), use_desk());
    let shown = Remote::new(move || desk.watch(api.desk_kindergarten(id)));
    view! { <Fetched data=shown page=true let:kindergarten><Editor kindergarten/></Fetched> }
}

#[component]
fn Editor(kindergarten: DeskKindergarten) -> impl IntoView {
    let i18n = use_i18n();
    let (api, desk) = (use_api(), use_desk());
    let (id, version) = (kindergarten.id, RwSignal::new(kindergarten.version));
    let KindergartenDescription {
        phone,
        schedule,
        about,
    } = kindergarten.description;
    let phone = Field::new("phone", phone);
    let schedule = Field::new("schedule", schedule);
    let in_kk = Field::new("about-kk", about.kk);
    let in_ru = Field::new("about-ru", about.ru);
    let in_en = Field::new("about-en", about.en);
    let form = Form::new([phone, schedule, in_kk, in_ru, in_en]);
    let saved = RwSignal::new(false);
    let save = Action::new_local(move |description: &KindergartenDescription| {
        let asked = api.describe(id, version.get_untracked(), description);
        async move {
            match desk.watch(asked).await {
                Ok(now) => {
                    version.try_set(now.version);
                    saved.try_set(true);
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [
                        ("/phone", phone),
                        ("/schedule", schedule),
                        ("/about/kk", in_kk),
                        ("/about/ru", in_ru),
                        ("/about/en", in_en),
                    ];
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if save.pending().get_untracked() {
            return;
        }
        form.clear();
        saved.set(false);
        save.dispatch_local(KindergartenDescription {
            phone: phone.text(),
            schedule: schedule.text(),
            about: Localized::new(in_kk.text(), in_ru.text(), in_en.text()),
        });
    };
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, desk.about) form/>
        <p>
            {t!(i18n, desk.about_text)} " "
            <a href=Route::Kindergarten(id).path()>{t!(i18n, desk.public_page)}</a>
        </p>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=phone kind="tel" label=move || t_string!(i18n, referral.phone)/>
            <TextField field=schedule label=move || t_string!(i18n, kindergarten.schedule)/>
            <TextArea field=in_kk language="kk" label=move || t_string!(i18n, desk.about_kk)/>
            <TextArea field=in_ru language="ru" label=move || t_string!(i18n, desk.about_ru)/>
            <TextArea field=in_en language="en" label=move || t_string!(i18n, desk.about_en)/>
            <TroubleSlot failure=failure_of(save)/>
            <p role="status">
                {move || saved.get().then(|| t_string!(i18n, desk.saved))}
            </p>
            <SubmitButton text=move || t_string!(i18n, desk.save) busy=save.pending()/>
        </form>
    }
}

#[component]
fn TextArea(
    field: Field,
    language: &'static str,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    field.label.set(Some(label));
    view! {
        <div class="field" class:has-error=move || field.is_wrong()>
            <label for=field.id>{label}</label>
            <crate::components::fields::FieldError field/>
            <textarea id=field.id name=field.id rows="5" lang=language
                prop:value=move || field.value.get()
                on:input=move |event| field.value.set(event_target_value(&event))></textarea>
        </div>
    }
}
