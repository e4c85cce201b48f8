//! Whom the kindergarten expects: the paper by camera or by its number, and the lists.

use super::{
    camera::{self, Camera},
    child::ChildCard,
    pressed::{Press, What},
    state::{Desk, use_desk},
};
use crate::{
    api::{Api, Failure, use_api},
    components::{
        fields::{PlainButton, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        trouble::TroubleSlot,
    },
    i18n::{format, t, t_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
};
use balabaqsha_shared::{
    dto::{ExpectedChild, ReferralChoice},
    id::KindergartenId,
    staff::{self, NoReferral},
};
use leptos::{ev, prelude::*};

/// The lists, the most urgent first.
const LISTS: [ReferralChoice; 6] = [
    ReferralChoice::DueToday,
    ReferralChoice::DueThisWeek,
    ReferralChoice::Active,
    ReferralChoice::Overdue,
    ReferralChoice::Enrolled,
    ReferralChoice::Ended,
];

#[component]
pub fn StartPage(id: KindergartenId) -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let choice = RwSignal::new(ReferralChoice::DueThisWeek);
    let found = RwSignal::new(None::<ExpectedChild>);
    let api = use_api();
    let list = Remote::asking(
        move || choice.get(),
        move |choice| expected(api, desk, id, choice),
    )
    .in_language();
    let changed = Callback::new(move |()| {
        found.set(None);
        list.refresh();
    });
    Effect::new(move |before: Option<u32>| {
        let done = desk.pressed.done.get();
        if before.is_some_and(|before| before != done) {
            changed.run(());
        }
        done
    });
    let tabs = LISTS.map(|one| {
        view! {
            <button type="button" class="btn small ghost"
                aria-pressed=move || if choice.get() == one { "true" } else { "false" }
                on:click=move |_| choice.set(one)>
                {move || list_words(i18n, one)}
            </button>
        }
    });
    let cards = move |children: &[ExpectedChild]| {
        let mut children = children.to_vec();
        children.sort_by_key(|child| (child.deadline, child.issued_at));
        let cards = children.into_iter();
        cards
            .map(|child| view! { <ChildCard child changed/> })
            .collect_view()
    };
    view! {
        <Find found/>
        {move || found.get().map(|child| view! {
            <section>
                <h2>{t!(i18n, desk.found)}</h2>
                <ChildCard child changed/>
            </section>
        })}
        <Kept/>
        <section aria-label=move || t_string!(i18n, desk.lists)>
            <h2>{t!(i18n, desk.lists)}</h2>
            <div class="buttons desk-lists">{tabs.collect_view()}</div>
            <Fetched data=list let:children>
                {cards(&children)}
                <Show when={let none = children.is_empty(); move || none}>
                    <p class="empty">{t!(i18n, desk.nobody)}</p>
                </Show>
            </Fetched>
        </section>
    }
}

/// All pages of a list.
async fn expected(
    api: Api,
    desk: Desk,
    id: KindergartenId,
    choice: ReferralChoice,
) -> Result<Vec<ExpectedChild>, Failure> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = desk.watch(api.expected(id, choice, cursor)).await?;
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

fn list_words(i18n: crate::i18n::I18n, choice: ReferralChoice) -> &'static str {
    match choice {
        ReferralChoice::DueToday => t_string!(i18n, desk.today),
        ReferralChoice::DueThisWeek => t_string!(i18n, desk.week),
        ReferralChoice::Active | ReferralChoice::All => t_string!(i18n, desk.all),
        ReferralChoice::Overdue => t_string!(i18n, desk.overdue),
        ReferralChoice::Enrolled => t_string!(i18n, desk.enrolled),
        ReferralChoice::Ended => t_string!(i18n, desk.left),
    }
}

/// The paper, by camera or by its number.
#[component]
fn Find(found: RwSignal<Option<ExpectedChild>>) -> impl IntoView {
    let i18n = use_i18n();
    let (api, desk) = (use_api(), use_desk());
    let number = Field::new("referral-number", "");
    let form = Form::new([number]);
    let open = RwSignal::new(false);
    let search = Action::new_local(move |text: &String| {
        let asked = api.find_referral(text.clone());
        async move {
            found.try_set(None);
            let answer = desk.watch(asked).await?;
            found.try_set(Some(answer));
            Ok::<_, Failure>(())
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if search.pending().get_untracked() {
            return;
        }
        form.clear();
        let origin = window().location().origin().unwrap_or_default();
        let text = number.read(|text| {
            let read = staff::named_referral(text, &origin);
            match read {
                // The service says what is wrong with an address.
                Ok(_) | Err(NoReferral::ForeignAddress) => Ok(text.to_owned()),
                Err(NoReferral::Unreadable) => Err(balabaqsha_shared::rules::Violation::new(
                    balabaqsha_shared::Code::NumberInvalid,
                )
                .with("read", text)),
            }
        });
        match text {
            Some(text) => {
                search.dispatch_local(text);
            }
            None => form.refuse(),
        }
    };
    let seen = Callback::new(move |text: String| {
        open.set(false);
        if !search.pending().get_untracked() {
            search.dispatch_local(text);
        }
    });
    let close = Callback::new(move |()| open.set(false));
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, desk.heading) form/>
        <Show when=camera::is_there>
            <Show when=move || open.get() fallback=move || view! {
                <p>
                    <PlainButton text=move || t_string!(i18n, desk.scan) class="btn desk-big"
                        on_press=move |()| open.set(true)/>
                </p>
            }>
                <Camera found=seen close/>
            </Show>
        </Show>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=number label=move || t_string!(i18n, desk.number)
                hint=move || t_string!(i18n, desk.number_hint)/>
            <TroubleSlot failure=failure_of(search)/>
            <SubmitButton text=move || t_string!(i18n, desk.find) busy=search.pending()/>
        </form>
    }
}

/// What waits for a network, and what could not be done.
#[component]
fn Kept() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let item = move |press: Press| {
        let refused = press.refused.clone();
        let dismissed = press.clone();
        let what = move || {
            let moment = format::moment(i18n.get_locale(), press.at);
            let number = press.number.as_str().to_owned();
            match press.what {
                What::Arrived(_) => {
                    t_string!(i18n, desk.kept_arrival, number = number, moment = moment)
                }
                What::Undo => t_string!(i18n, desk.kept_undo, number = number, moment = moment),
            }
        };
        let told = refused.map(|why| {
            let dismissed = dismissed.clone();
            view! {
                <p><strong>{t!(i18n, desk.not_done)}</strong> " " {why}</p>
                <PlainButton text=move || t_string!(i18n, desk.understood)
                    on_press=move |()| desk.pressed.dismiss(&dismissed)/>
            }
        });
        view! { <li><p>{what}</p>{told}</li> }
    };
    let items = move || desk.pressed.list().into_iter().map(item).collect_view();
    let some = Memo::new(move |_| !desk.pressed.list().is_empty());
    view! {
        <div role="status">
            <Show when=move || some.get()>
                <div class="inset">
                    <p>{t!(i18n, desk.kept)}</p>
                    <ul class="desk-kept">{items}</ul>
                </div>
            </Show>
        </div>
    }
}
