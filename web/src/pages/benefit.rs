//! The benefit of an application (R21): what counts now, what was claimed with which proofs and what became of it,
//! and the way to claim one.

use crate::{
    api::{Failure, use_api},
    components::{
        card::Card,
        fields::{Choice, PlainButton, SelectField, SubmitButton},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        links::BackLink,
        notice::Inset,
        scans::{ScanPages, scan_words},
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, language, localized, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
    routes::{ApplicationTab, Route},
    state::Topic,
};
use balabaqsha_shared::{
    Code, Language,
    application::{BenefitState, Category},
    benefit::{BenefitGround, ClaimState, LARGEST_SCAN, MOST_SCANS},
    dto::{BenefitClaim, BenefitClaimList, BenefitClaimRequest, BenefitGroundList, Scan},
    endpoint,
    id::{ApplicationId, ScanId},
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

const REFRESH_SECONDS: u32 = 30;
/// What a phone offers and the service takes; a phone that keeps HEIC sends JPEG then.
const ACCEPTED: &str = "image/jpeg,image/png,application/pdf";

#[component]
pub fn BenefitPage(id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let claims: Remote<BenefitClaimList> =
        Remote::new(move || api.benefit_claims(id)).follow(Topic::Both, REFRESH_SECONDS);
    let grounds: Remote<BenefitGroundList> = Remote::new(move || async move {
        let application = api.application(id).await?;
        api.benefit_grounds(application.locality_id).await
    });
    let now = Memo::new(move |_| {
        claims.with(|list| {
            let open = list
                .items
                .iter()
                .any(|claim| claim.state == ClaimState::Open);
            (list.category, list.benefit, open)
        })
    });
    let items = Memo::new(move |_| claims.with(|list| list.items.clone()).unwrap_or_default());
    let said = move || {
        let (category, benefit, open) = now.get()?;
        let locale = i18n.get_locale();
        let name = category.name(Language::from(locale)).to_owned();
        let state = benefit.map(|benefit| benefit.state);
        let more = match (state, open) {
            (_, true) => td_string!(locale, benefit.waits),
            (Some(BenefitState::Claimed), false) => td_string!(locale, benefit.without_proof),
            (Some(BenefitState::Refused), false) => td_string!(locale, benefit.refused_text),
            (Some(BenefitState::Expired), false) => td_string!(locale, benefit.expired_text),
            _ => td_string!(locale, benefit.original_moment),
        };
        Some(view! {
            <p class="lead">{td_string!(locale, benefit.counts, category = name)}</p>
            <p>{more}</p>
        })
    };
    let form = move || {
        let (_, _, open) = now.get()?;
        (!open).then(|| {
            view! {
                <Fetched data=grounds let:found>
                    <ClaimForm id claims grounds=found.items/>
                </Fetched>
            }
        })
    };
    view! {
        <BackLink to=Route::Application(id, ApplicationTab::Data)
            text=move || t_string!(i18n, application.tab_data)/>
        <Heading text=move || t_string!(i18n, benefit.heading)/>
        <TroubleSlot failure=Signal::derive(move || claims.failure())/>
        <Inset>{said}</Inset>
        {form}
        {move || items.get().into_iter().map(|claim| view! { <Claimed claim/> }).collect_view()}
    }
}

#[component]
fn Claimed(claim: BenefitClaim) -> impl IntoView {
    let i18n = use_i18n();
    let BenefitClaim {
        ground,
        state,
        claimed_at,
        decide_by,
        reason,
        valid_until,
        scans,
        ..
    } = claim;
    let mood = match state {
        ClaimState::Open => Mood::Wait,
        ClaimState::Confirmed => Mood::Good,
        ClaimState::Refused => Mood::Stop,
        ClaimState::Replaced | ClaimState::Expired => Mood::Over,
    };
    let facts = move || {
        let locale = i18n.get_locale();
        let mut facts = vec![td_string!(
            locale,
            benefit.claimed_at,
            at = format::moment(locale, claimed_at)
        )];
        if state == ClaimState::Open {
            let day = format::day(locale, decide_by);
            facts.push(td_string!(locale, benefit.decide_by, day = day));
        }
        if let Some(reason) = reason.clone() {
            facts.push(td_string!(locale, benefit.reason_is, reason = reason));
        }
        if let Some(day) = valid_until {
            let day = format::day(locale, day);
            facts.push(td_string!(locale, benefit.valid_until, day = day));
        }
        let fact = |fact: String| view! { <li>{fact}</li> };
        facts.into_iter().map(fact).collect_view()
    };
    let (name, article) = (ground.name, ground.article);
    let scans = scans
        .into_iter()
        .map(|scan| view! { <ScanPages scan path=endpoint::scan_page/> })
        .collect_view();
    view! {
        <Card title=localized(i18n, &name)>
            <p>
                <Tag mood text=move || state_words(i18n.get_locale(), state)/> " "
                <span class="muted">{localized(i18n, &article)}</span>
            </p>
            <ul>{facts}</ul>
            {scans}
        </Card>
    }
}

pub fn state_words(locale: Locale, state: ClaimState) -> &'static str {
    match state {
        ClaimState::Open => td_string!(locale, benefit.state_open),
        ClaimState::Confirmed => td_string!(locale, benefit.state_confirmed),
        ClaimState::Refused => td_string!(locale, benefit.state_refused),
        ClaimState::Replaced => td_string!(locale, benefit.state_replaced),
        ClaimState::Expired => td_string!(locale, benefit.state_expired),
    }
}

/// A file on its way.
#[derive(Clone, PartialEq)]
struct Sending {
    name: String,
    /// In hundredths.
    share: u32,
}

#[component]
fn ClaimForm(
    id: ApplicationId,
    claims: Remote<BenefitClaimList>,
    grounds: Vec<BenefitGround>,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    if grounds.is_empty() {
        return view! { <p class="empty">{t!(i18n, benefit.no_grounds)}</p> }.into_any();
    }
    let ground = Field::new("ground", "");
    let proofs = Field::new("proofs", "");
    let form = Form::new([ground, proofs]);
    let unsent = Memo::new(move |_| claims.with(|list| list.unsent.clone()).unwrap_or_default());
    let claim = Action::new_local(move |request: &BenefitClaimRequest| {
        let asked = api.claim_benefit(id, request);
        async move {
            let made = asked.await;
            // Whatever the answer is, it may be another state now.
            claims.refresh();
            match made {
                Ok(_) => Ok(()),
                Err(refused) => {
                    let pointers = [("/ground_id", ground), ("/scan_ids", proofs)];
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if claim.pending().get_untracked() {
            return;
        }
        form.clear();
        let chosen = ground.read(|text| text.parse().map_err(|_| Code::FieldRequired));
        let scan_ids: Vec<ScanId> = unsent.get_untracked().iter().map(|scan| scan.id).collect();
        if scan_ids.is_empty() {
            proofs.complain(Complaint::Text(|locale| {
                td_string!(locale, benefit.no_scans)
            }));
        } else if scan_ids.len() > MOST_SCANS {
            proofs.complain(Complaint::Text(|locale| {
                td_string!(locale, benefit.too_many_scans)
            }));
        }
        match chosen {
            Some(ground_id) if !untrack(|| form.is_refused()) => {
                claim.dispatch_local(BenefitClaimRequest {
                    ground_id,
                    scan_ids,
                });
            }
            _ => form.refuse(),
        }
    };
    let about = grounds.clone();
    let choices = Signal::derive(move || {
        let (language, locale) = (language(i18n), i18n.get_locale());
        let choice = |ground: &BenefitGround| Choice {
            value: ground.id.to_string(),
            label: format!(
                "{} ({})",
                ground.name.get(language),
                category_words(locale, ground.category)
            ),
        };
        grounds.iter().map(choice).collect()
    });
    let chosen = move || {
        let value = ground.value.get();
        let chosen = about.iter().find(|one| one.id.to_string() == value)?;
        let locale = i18n.get_locale();
        let article = chosen.article.get(language(i18n)).to_owned();
        let holds = match chosen.proof_days {
            Some(days) => {
                let days = format::number(locale, days.into());
                td_string!(locale, benefit.proof_days, days = days)
            }
            None => td_string!(locale, benefit.proof_without_end).to_owned(),
        };
        Some(view! { <p class="hint">{article} ". " {holds}</p> })
    };
    view! {
        <Card title=move || t_string!(i18n, benefit.claim)>
            <ErrorSummary form/>
            <form class="narrow" on:submit=submit novalidate>
                <SelectField field=ground label=move || t_string!(i18n, benefit.ground)
                    empty=move || t_string!(i18n, common.choose) choices/>
                {chosen}
                <Proofs id claims field=proofs unsent/>
                <p class="hint">{t!(i18n, benefit.days)}</p>
                <TroubleSlot failure=failure_of(claim)/>
                <SubmitButton text=move || t_string!(i18n, benefit.send) busy=claim.pending()/>
            </form>
        </Card>
    }
    .into_any()
}

fn category_words(locale: Locale, category: Category) -> &'static str {
    category.name(Language::from(locale))
}

/// Files that were uploaded, and the choice of further ones. Each goes at once, so that a lost network loses one
/// file and no more.
#[component]
fn Proofs(
    id: ApplicationId,
    claims: Remote<BenefitClaimList>,
    field: Field,
    unsent: Memo<Vec<Scan>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let input = NodeRef::<html::Input>::new();
    let sending = RwSignal::new(None::<Sending>);
    let failure = RwSignal::new(None::<Failure>);
    let label = Signal::derive(move || t_string!(i18n, benefit.proofs).to_owned());
    let hint = Some(Signal::derive(move || {
        t_string!(i18n, benefit.proofs_hint).to_owned()
    }));
    field.label.set(Some(label));
    let upload = Action::new_local(move |files: &Vec<web_sys::File>| {
        let files = files.clone();
        failure.set(None);
        async move {
            for file in files {
                let name = file.name();
                let told = {
                    let name = name.clone();
                    move |share| {
                        let name = name.clone();
                        drop(sending.try_set(Some(Sending { name, share })));
                    }
                };
                told(0);
                let sent = api.upload_scan(id, file, told).await;
                claims.refresh();
                if let Err(refused) = sent {
                    failure.try_set(Some(refused));
                    break;
                }
            }
            sending.try_set(None);
        }
    });
    let choose = move |event: ev::Event| {
        let target = event.target();
        let chosen = target.and_then(|target| {
            let input = target.dyn_into::<web_sys::HtmlInputElement>().ok()?;
            let list = input.files()?;
            let files = (0..list.length()).filter_map(|index| list.get(index));
            let files: Vec<web_sys::File> = files.collect();
            input.set_value("");
            Some(files)
        });
        field.complaint.set(None);
        let files = chosen.unwrap_or_default();
        let large = |file: &web_sys::File| file.size() > LARGEST;
        if files.iter().any(large) {
            field.complain(Complaint::Text(|locale| {
                td_string!(locale, benefit.too_large)
            }));
        } else if !files.is_empty() && !upload.pending().get_untracked() {
            upload.dispatch_local(files);
        }
    };
    let remove = Action::new_local(move |scan: &ScanId| {
        let asked = api.remove_scan(*scan);
        async move {
            let removed = asked.await;
            claims.refresh();
            removed
        }
    });
    let rows = move || {
        let row = |scan: Scan| {
            let id = scan.id;
            let words = {
                let scan = scan.clone();
                move || scan_words(i18n.get_locale(), &scan)
            };
            let name = words.clone();
            view! {
                <li>
                    <ScanPages scan path=endpoint::scan_page/>
                    <button type="button" class="btn small ghost"
                        on:click=move |_| {
                            remove.dispatch_local(id);
                        }>
                        {t!(i18n, benefit.remove)}
                        <span class="visually-hidden">" " {name}</span>
                    </button>
                </li>
            }
        };
        let scans = unsent.get();
        (!scans.is_empty()).then(|| {
            view! { <ul class="scans">{scans.into_iter().map(row).collect_view()}</ul> }
        })
    };
    let progress = move || {
        let Sending { name, share } = sending.get()?;
        let text = t_string!(i18n, benefit.uploading, name = name);
        Some(view! {
            <p role="status">{text}</p>
            <progress max="100" value=share aria-label=label></progress>
        })
    };
    let pick = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <div class="field" class:has-error=move || field.is_wrong()>
            <label for=field.id>{label}</label>
            <crate::components::fields::Hint id=field.id text=hint/>
            <crate::components::fields::FieldError field/>
            {rows}
            <input node_ref=input id=field.id name=field.id type="file" accept=ACCEPTED multiple
                class="visually-hidden"
                aria-invalid=crate::components::fields::true_when(move || field.is_wrong())
                aria-describedby=crate::components::fields::described_by(field, hint)
                on:change=choose/>
            <PlainButton text=move || t_string!(i18n, benefit.add) on_press=pick
                busy=upload.pending()/>
            {progress}
            <TroubleSlot failure/>
            <TroubleSlot failure=failure_of(remove)/>
        </div>
    }
}

/// As the browser counts bytes.
const LARGEST: f64 = {
    assert!(LARGEST_SCAN == 10 * 1024 * 1024, "the same in both");
    10.0 * 1024.0 * 1024.0
};
