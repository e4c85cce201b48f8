//! Who works for the kindergarten: for its head.

use super::state::use_desk;
use crate::{
    api::use_api,
    components::{
        dialog::Dialog,
        fields::{PlainButton, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        trouble::TroubleSlot,
    },
    i18n::{format, t, t_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
    state::use_session,
};
use balabaqsha_shared::{
    dto::{StaffList, StaffMember},
    id::{KindergartenId, StaffMemberId},
    input,
    staff::StaffRole,
};
use leptos::{ev, prelude::*};

#[component]
pub fn ColleaguesPage(id: KindergartenId) -> impl IntoView {
    let i18n = use_i18n();
    let (api, desk) = (use_api(), use_desk());
    let known = Remote::new(move || desk.watch(api.staff(id))).in_language();
    let iin = Field::new("iin", "");
    let form = Form::new([iin]);
    let appoint = Action::new_local(move |wanted: &String| {
        let asked = api.appoint_staff(id, wanted.clone());
        async move {
            match desk.watch(asked).await {
                Ok(_) => {
                    iin.value.try_set(String::new());
                    known.refresh();
                    Ok(())
                }
                Err(refused) => form.take(refused, &[("/iin", iin)]),
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if appoint.pending().get_untracked() {
            return;
        }
        form.clear();
        match iin.read(input::iin) {
            Some(read) => {
                appoint.dispatch_local(read.to_string());
            }
            None => form.refuse(),
        }
    };
    let leaving = RwSignal::new(None::<StaffMember>);
    let cards = move |items: Vec<StaffMember>| {
        let items = items.into_iter();
        items
            .map(|member| view! { <Member member leaving/> })
            .collect_view()
    };
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, desk.colleagues) form/>
        <p>{t!(i18n, desk.colleagues_text)}</p>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=iin label=move || t_string!(i18n, common.iin)
                hint=move || t_string!(i18n, desk.iin_hint) inputmode="numeric" width="w-20"/>
            <TroubleSlot failure=failure_of(appoint)/>
            <SubmitButton text=move || t_string!(i18n, desk.appoint) busy=appoint.pending()/>
        </form>
        <Fetched data=known let:list>{cards(list.items)}</Fetched>
        <Ending leaving known/>
    }
}

/// Asks before somebody's work ends, since that counts at once.
#[component]
fn Ending(leaving: RwSignal<Option<StaffMember>>, known: Remote<StaffList>) -> impl IntoView {
    let i18n = use_i18n();
    let (api, desk) = (use_api(), use_desk());
    let end = Action::new_local(move |id: &StaffMemberId| {
        let asked = api.end_staff(*id);
        async move {
            let answer = desk.watch(asked).await;
            known.refresh();
            // A refusal is read in the dialog.
            answer.map(|_| drop(leaving.try_set(None)))
        }
    });
    let open = Signal::derive(move || leaving.with(Option::is_some));
    let whom = move || leaving.with(|leaving| leaving.as_ref().map(name_of));
    let text = move || t_string!(i18n, desk.end_text, name = whom().unwrap_or_default());
    let confirm = move |()| {
        let id = leaving.with_untracked(|leaving| leaving.as_ref().map(|member| member.id));
        if let (Some(id), false) = (id, end.pending().get_untracked()) {
            end.dispatch_local(id);
        }
    };
    let stay = move |()| leaving.set(None);
    view! {
        <Dialog id="ending" title=move || t_string!(i18n, desk.end_heading) open on_cancel=stay>
            <p>{text}</p>
            <TroubleSlot failure=failure_of(end)/>
            <div class="buttons">
                <PlainButton text=move || t_string!(i18n, desk.end) busy=end.pending()
                    on_press=confirm class="btn"/>
                <PlainButton text=move || t_string!(i18n, common.cancel) on_press=stay/>
            </div>
        </Dialog>
    }
}

/// The name, known once the person has logged in.
fn name_of(member: &StaffMember) -> String {
    let name = member.full_name.clone();
    name.unwrap_or_else(|| member.iin.to_string())
}

#[component]
fn Member(member: StaffMember, leaving: RwSignal<Option<StaffMember>>) -> impl IntoView {
    let i18n = use_i18n();
    let own = untrack(|| use_session().person()).is_some_and(|person| person.iin == member.iin);
    let name = name_of(&member);
    let iin = member.iin.to_string();
    let role = member.role;
    let by_key = member.by_key;
    let words = move || match (role, by_key) {
        (StaffRole::Head, _) => t_string!(i18n, desk.head),
        (StaffRole::Employee, true) => t_string!(i18n, desk.employee_by_key),
        (StaffRole::Employee, false) => t_string!(i18n, desk.employee),
    };
    let (begins_at, ends_at, in_force) = (member.begins_at, member.ends_at, member.in_force);
    let period = move || {
        let locale = i18n.get_locale();
        let from = format::day_of(locale, begins_at);
        match ends_at {
            Some(end) => t_string!(
                i18n,
                desk.from_to,
                from = from,
                to = format::day_of(locale, end)
            ),
            None => t_string!(i18n, desk.from, from = from),
        }
    };
    let button = (in_force && !own).then(|| {
        view! {
            <PlainButton text=move || t_string!(i18n, desk.end)
                on_press=move |()| leaving.set(Some(member.clone()))/>
        }
    });
    view! {
        <section class="card">
            <h2 translate="no">{name}</h2>
            <p translate="no">{iin}</p>
            <p>{words} ", " {period}</p>
            {button}
        </section>
    }
}
