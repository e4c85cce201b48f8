//! Searching applications by number or IIN, with a reason that the parents see (R25).

use super::{
    list::{Table, Title},
    routes::{DecisionStep, OfficePage},
    state::use_office,
};
use crate::{
    api::use_api,
    components::{
        fields::{Choice, SelectField, SubmitButton, TextField},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        notice::Inset,
        tag::ApplicationTag,
        trouble::TroubleSlot,
    },
    i18n::{format, t, t_string, td_string, use_i18n},
    pages::looks::reason_words,
    remote::failure_of,
    state::use_localities,
};
use balabaqsha_shared::{
    appointment::Duty,
    audit::SearchReason,
    dto::{ApplicationSearch, ApplicationSummary, FoundApplications},
    input,
};
use leptos::{ev, prelude::*};

#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let number = Field::new("application-number", "");
    let iin = Field::new("child-iin", "");
    let reason = Field::new("reason", "");
    let form = Form::new([number, iin, reason]);
    let found = RwSignal::new(None::<FoundApplications>);
    let search = Action::new_local(move |search: &ApplicationSearch| {
        let asked = api.search_applications(search);
        async move {
            found.try_set(None);
            match office.watch(asked).await {
                Ok(answer) => {
                    found.try_set(Some(answer));
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [
                        ("/number", number),
                        ("/child_iin", iin),
                        ("/reason", reason),
                    ];
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if search.pending().get_untracked() {
            return;
        }
        form.clear();
        let why = reason.read(|text| {
            SearchReason::from_name(text).ok_or(Complaint::Text(|locale| {
                td_string!(locale, search.choose_reason)
            }))
        });
        let by_number = number.text();
        let by_child = iin.text();
        if by_number.is_empty() == by_child.is_empty() {
            number.complain(Complaint::Text(|locale| {
                td_string!(locale, search.one_of_two)
            }));
        }
        if !by_number.is_empty() {
            let _ = number.read(input::application_number);
        }
        if !by_child.is_empty() {
            let _ = iin.read(input::iin);
        }
        let filled = |text: String| (!text.is_empty()).then_some(text);
        match why {
            Some(reason) if !untrack(|| form.is_refused()) => {
                search.dispatch_local(ApplicationSearch {
                    number: filled(by_number),
                    child_iin: filled(by_child),
                    reason,
                });
            }
            _ => form.refuse(),
        }
    };
    let reasons = move || {
        let choice = |reason: SearchReason| Choice {
            value: reason.as_str().to_owned(),
            label: reason_words(i18n.get_locale(), reason).to_owned(),
        };
        SearchReason::ALL.map(choice).to_vec()
    };
    let results = move || {
        found.get().map(|found| {
            if found.items.is_empty() {
                return view! { <p class="empty" role="status">{t!(i18n, search.empty)}</p> }
                    .into_any();
            }
            view! { <Found items=found.items/> }.into_any()
        })
    };
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, search.heading) form/>
        <Inset><p>{t!(i18n, search.recorded)}</p></Inset>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=number label=move || t_string!(i18n, application.number)
                hint=move || t_string!(i18n, search.number_hint) width="w-20"/>
            <TextField field=iin label=move || t_string!(i18n, search.child_iin)
                hint=move || t_string!(i18n, search.iin_hint) inputmode="numeric" width="w-20"/>
            <SelectField field=reason label=move || t_string!(i18n, search.reason)
                empty=move || t_string!(i18n, common.choose) choices=reasons/>
            <TroubleSlot failure=failure_of(search)/>
            <SubmitButton text=move || t_string!(i18n, search.find) busy=search.pending()/>
        </form>
        {results}
    }
}

#[component]
fn Found(items: Vec<ApplicationSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, application.number),
        |locale| td_string!(locale, application.child),
        |locale| td_string!(locale, common.locality),
        |locale| td_string!(locale, application.submitted),
        |locale| td_string!(locale, search.state),
    ];
    let rows = items
        .into_iter()
        .map(|application| view! { <Row application/> });
    let rows = rows.collect_view();
    view! {
        <h2>{t!(i18n, search.found)}</h2>
        <Table caption=move || t_string!(i18n, search.found) head>{rows}</Table>
    }
}

#[component]
fn Row(application: ApplicationSummary) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let office = use_office();
    let ApplicationSummary {
        id,
        number,
        child_name,
        locality_id,
        submitted_at,
        state,
        ..
    } = application;
    let href = OfficePage::Application(id, DecisionStep::Ask).path();
    let log = move || {
        let href = format!("{}?application={id}", OfficePage::Audit.path());
        office.has(Duty::Audit).then(|| {
            view! { " " <a href=href>{t!(i18n, search.who_looked)}</a> }
        })
    };
    view! {
        <tr>
            <th scope="row"><a href=href>{number.as_str().to_owned()}</a></th>
            <td>{child_name}</td>
            <td>{localities.name(locality_id)}</td>
            <td>{move || format::moment(i18n.get_locale(), submitted_at)}</td>
            <td><ApplicationTag state/> {log}</td>
        </tr>
    }
}
