//! The app: what all pages share, and which component shows which address. A page of a person is
//! shown to a person only; whoever has not logged in meets the login under the same address and is
//! then where they wanted to be.

use crate::{
    api::{Api, Failure, use_api},
    components::{
        notes::Notes,
        session_warning::SessionWarning,
        shell::{Banner, Footer, Header, SkipLink},
        trouble::Failed,
        waiting::Waiting,
    },
    flows::Flows,
    i18n::{self, t, use_i18n},
    lazy::{Load, Part, lazy, lazy_pages, lazy_part, preload},
    navigation::{Navigation, use_navigation},
    pages::{
        self,
        accessibility::AccessibilityPage,
        account::AccountPage,
        act::ActPage,
        application::ApplicationPage,
        applications::ApplicationsPage,
        attachments::{AttachPage, AttachmentsPage},
        benefit::BenefitPage,
        choose::ChoosePage,
        demo_phone::DemoPhonePage,
        desk::{DeskBar, DeskPages, Grey, StaffChoice},
        detachment::DetachPage,
        document::DocumentPage,
        email::EmailPage,
        help::HelpPage,
        home::HomePage,
        kindergarten::KindergartenPage,
        locality::LocalityPage,
        login::{LoginPage, OwnLoginPage},
        looks::LooksPage,
        new_application::{NewApplicationPage, SubmittedPage},
        not_found::NotFoundPage,
        notices::NoticesPage,
        office::{CapacityBar, CapacityPage, OfficePages, QueuePages},
        places::PlacesPage,
        saved::SavedPage,
        verification::{VerificationPage, VerifyByHandPage},
    },
    routes::{ApplicationTab, Route as AppRoute, Word},
    saved,
    signing::{PhoneWork, Signer},
    state::{
        Acting, Changes, Clock, Ending, Localities, Outcome, Session, Standing, Unread,
        provide_service, use_acting, use_session,
    },
};
use balabaqsha_shared::{appointment::Capacity, id::PersonId};
use leptos::{ev, prelude::*};
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_params_map,
    params::ParamsMap,
    path,
};
use std::str::FromStr;

#[component]
pub fn App() -> impl IntoView {
    let i18n = i18n::provide();
    let clock = Clock::provide();
    let session = Session::provide();
    Acting::provide(session);
    let api = Api::provide(i18n, session, clock);
    Changes::provide(api, session);
    provide_service(api);
    Localities::provide(api, i18n);
    Signer::provide(i18n, clock);
    forget_saved(session);
    Flows::provide(
        Signal::derive(move || session.person_id()),
        Signal::derive(move || session.ending() == Some(Ending::TimedOut)),
        Signal::derive(move || session.ending() == Some(Ending::Ended)),
    );
    Unread::provide(api, session);
    leptos::task::spawn_local(async move {
        if session.may_resume() {
            api.resume().await;
        } else {
            session.begin_without();
        }
        if session.is_leaving() {
            api.leave().await;
        }
    });
    view! {
        <Router>
            <Shell/>
        </Router>
    }
}

/// What was saved on this device belongs to one person, and goes with their log-out and with a
/// session that somebody has ended.
fn forget_saved(session: Session) {
    let person = Memo::new(move |_| session.person_id());
    let ending = Memo::new(move |_| session.ending());
    Effect::new(move |before: Option<Option<PersonId>>| {
        let person = person.get();
        let left = before.flatten().is_some();
        let forgets = match ending.get() {
            // Also when it is found out at the start of a page.
            Some(Ending::Ended) => true,
            Some(Ending::TimedOut) => false,
            _ => left,
        };
        if person.is_some() || forgets {
            leptos::task::spawn_local(saved::forget(person));
        }
        person
    });
}

/// What stands around every page.
#[component]
fn Shell() -> impl IntoView {
    let navigation = Navigation::provide();
    Outcome::provide(use_api(), navigation);
    view! {
        <SkipLink/>
        <Banner/>
        <Header/>
        <Working/>
        <main id="main" class="wrap" tabindex="-1">
            <Notes/>
            <Pages/>
        </main>
        <Footer/>
        <SessionWarning/>
    }
}

/// In what capacity somebody works who has the choice.
#[component]
fn Working() -> impl IntoView {
    let acting = use_acting();
    let session = use_session();
    let bar = Memo::new(move |_| {
        let official = session.is_official();
        acting
            .chosen()
            .map(|chosen| official && chosen != Capacity::Staff)
    });
    move || {
        bar.get().map(|of_office| {
            if of_office {
                view! { <Part load=groups::capacity_bar/> }
            } else {
                view! { <Part load=groups::desk_bar/> }
            }
        })
    }
}

/// Pages for everybody, then those of a person.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFoundPage>
            <Route path=path!("/") view=HomePage/>
            <Route path=path!("/localities/:code") view=lazy(groups::Locality)/>
            <Route path=path!("/places") view=lazy(groups::Places)/>
            <Route path=path!("/kindergartens/:id") view=lazy(groups::Kindergarten)/>
            <Route path=path!("/demo/phone") view=lazy(groups::DemoPhone)/>
            <Route path=path!("/login") view=lazy(groups::Login)/>
            <Route path=path!("/r") view=lazy(groups::VerifyByHand)/>
            <Route path=path!("/r/:token") view=lazy(groups::Verification)/>
            <Route path=path!("/help") view=lazy(groups::Help)/>
            <Route path=path!("/accessibility") view=lazy(groups::Accessibility)/>
            <Route path=path!("/saved") view=lazy(groups::SavedThings)/>

            <Route path=path!("/account") view=lazy(groups::Account)/>
            <Route path=path!("/applications") view=lazy(groups::Applications)/>
            <Route path=path!("/applications/new/:step?") view=lazy(groups::NewApplication)/>
            <Route path=path!("/applications/:id") view=lazy(groups::Application)/>
            <Route path=path!("/applications/:id/history") view=lazy(groups::History)/>
            <Route path=path!("/applications/:id/documents") view=lazy(groups::Documents)/>
            <Route path=path!("/applications/:id/submitted") view=lazy(groups::Submitted)/>
            <Route path=path!("/applications/:id/choose/:step?") view=lazy(groups::Choose)/>
            <Route path=path!("/applications/:id/looks") view=lazy(groups::Looks)/>
            <Route path=path!("/applications/:id/benefit") view=lazy(groups::Benefit)/>
            // Behind the other pages of an application, whose addresses it fits too.
            <Route path=path!("/applications/:id/:act/:step?") view=lazy(groups::Act)/>
            <Route path=path!("/attachments/new/:step?") view=lazy(groups::Attach)/>
            <Route path=path!("/attachments/:id/end/:step?") view=lazy(groups::Detach)/>
            <Route path=path!("/attachments") view=lazy(groups::Attachments)/>
            <Route path=path!("/notices") view=lazy(groups::Notices)/>
            <Route path=path!("/documents/:id") view=lazy(groups::Document)/>

            <Route path=path!("/office/:section?/:id?/:step?") view=lazy(groups::Office)/>
            <Route path=path!("/desk/:section?") view=lazy(groups::Desk)/>
        </FlatRoutes>
    }
}

/// The pages that are loaded when they are shown. The home page is not among them: it must not wait
/// for a second file.
#[cfg_attr(
    target_family = "wasm",
    expect(unsafe_code, reason = "split functions are linked by their names")
)]
pub mod groups {
    use super::*;
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    lazy_pages! {
        open: {
            Locality "/localities/:code" => locality;
            Places "/places" => PlacesPage;
            Kindergarten "/kindergartens/:id" => kindergarten;
            VerifyByHand "/r" => VerifyByHandPage;
            Verification "/r/:token" => verification;
            Help "/help" => HelpPage;
            Accessibility "/accessibility" => AccessibilityPage;
        }
        login: {
            Login "/login" => || {
                // Whoever logs in is then in the journal.
                preload(Applications);
                OwnLoginPage()
            };
        }
        journal: {
            Applications "/applications" => || personal(ApplicationsPage);
            Document "/documents/:id" => || personal(signed_document);
        }
        account: {
            Application "/applications/:id" => || personal(application);
            History "/applications/:id/history" => || personal(history);
            Looks "/applications/:id/looks" => || personal(looks);
            Documents "/applications/:id/documents" => || personal(documents);
            Account "/account" => || personal(AccountPage);
            Notices "/notices" => || personal(NoticesPage);
            SavedThings "/saved" => SavedPage;
        }
        choosing: {
            Choose "/applications/:id/choose/:step?" => || personal(choose);
        }
        flow: {
            NewApplication "/applications/new/:step?" => || personal(new_application);
            Submitted "/applications/:id/submitted" => || personal(submitted);
            Act "/applications/:id/:act/:step?" => || personal(act);
            Attachments "/attachments" => || personal(AttachmentsPage);
            Attach "/attachments/new/:step?" => || personal(attach);
            Detach "/attachments/:id/end/:step?" => || personal(detach);
        }
        demo: {
            DemoPhone "/demo/phone" => DemoPhonePage;
        }
        proofs: {
            Benefit "/applications/:id/benefit" => || personal(benefit);
        }
        office: {
            Office "/office/:section?/:id?/:step?" => || official(OfficePages);
        }
        desk: {
            Desk "/desk/:section?" => || staff(DeskPages);
        }
    }

    lazy_part! { desk: desk_bar => DeskBar }
    lazy_part! { desk: staff_choice_for_parents => || view! { <StaffChoice here=Capacity::Parent/> } }
    lazy_part! { desk: staff_choice_for_staff => || view! { <StaffChoice here=Capacity::Staff/> } }

    /// The text of a QR code, if there is one in the picture. What reads it is a file of its own.
    pub async fn read_code(picture: Grey) -> Result<Option<String>, SplitLoaderError> {
        #[wasm_split(camera, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn read(picture: Grey) -> Result<Option<String>, SplitLoaderError> {
            Ok(pages::desk::decode(&picture))
        }
        read(picture).await
    }

    lazy_part! { phone: phone_panel => PhoneWork }
    lazy_part! { office_queue: queue_pages => QueuePages }
    lazy_part! { office: capacity_bar => CapacityBar }
    lazy_part! { office: choice_for_parents => || view! { <CapacityPage here=Capacity::Parent/> } }
    lazy_part! { office: choice_for_officials => || view! { <CapacityPage here=Capacity::Official/> } }
}

fn locality() -> AnyView {
    named(
        |params| segment(params, "code"),
        |Word(code)| view! { <LocalityPage code/> }.into_any(),
    )
}

fn kindergarten() -> AnyView {
    named(
        |params| segment(params, "id"),
        |id| view! { <KindergartenPage id/> }.into_any(),
    )
}

fn verification() -> AnyView {
    named(
        |params| segment(params, "token"),
        |Word(token)| view! { <VerificationPage token/> }.into_any(),
    )
}

fn application() -> AnyView {
    tab_of_application(ApplicationTab::Data)
}

fn history() -> AnyView {
    tab_of_application(ApplicationTab::History)
}

fn documents() -> AnyView {
    tab_of_application(ApplicationTab::Documents)
}

fn tab_of_application(tab: ApplicationTab) -> AnyView {
    named(
        |params| segment(params, "id"),
        move |id| view! { <ApplicationPage id tab/> }.into_any(),
    )
}

fn signed_document() -> AnyView {
    named(
        |params| segment(params, "id"),
        |id| view! { <DocumentPage id/> }.into_any(),
    )
}

fn new_application() -> AnyView {
    named(
        |params| segment(params, "step"),
        |step| view! { <NewApplicationPage step/> }.into_any(),
    )
}

fn submitted() -> AnyView {
    named(
        |params| segment(params, "id"),
        |id| view! { <SubmittedPage id/> }.into_any(),
    )
}

fn choose() -> AnyView {
    named(
        |params| Some((segment(params, "id")?, segment(params, "step")?)),
        |(id, step)| view! { <ChoosePage id step/> }.into_any(),
    )
}

fn act() -> AnyView {
    named(
        |params| {
            let (id, act) = (segment(params, "id")?, segment(params, "act")?);
            Some((id, act, segment(params, "step")?))
        },
        |(id, act, step)| view! { <ActPage id act step/> }.into_any(),
    )
}

fn benefit() -> AnyView {
    named(
        |params| segment(params, "id"),
        |id| view! { <BenefitPage id/> }.into_any(),
    )
}

fn looks() -> AnyView {
    named(
        |params| segment(params, "id"),
        |id| view! { <LooksPage id/> }.into_any(),
    )
}

fn attach() -> AnyView {
    named(
        |params| segment(params, "step"),
        |step| view! { <AttachPage step/> }.into_any(),
    )
}

fn detach() -> AnyView {
    named(
        |params| Some((segment(params, "id")?, segment(params, "step")?)),
        |(id, step)| view! { <DetachPage id step/> }.into_any(),
    )
}

/// A page of a person, for whoever is here.
fn personal<V: IntoView + 'static>(page: fn() -> V) -> AnyView {
    guarded(Capacity::Parent, groups::choice_for_parents, page)
}

/// A page of the office, for whoever is here.
fn official<V: IntoView + 'static>(page: fn() -> V) -> AnyView {
    guarded(Capacity::Official, groups::choice_for_officials, page)
}

/// A page of the desk, for whoever is here.
fn staff<V: IntoView + 'static>(page: fn() -> V) -> AnyView {
    guarded(Capacity::Staff, groups::choice_for_officials, page)
}

/// A page for people in one capacity. Whoever may choose another one and has not chosen this one is shown the
/// `choice`.
fn guarded<V: IntoView + 'static>(
    capacity: Capacity,
    choice: fn() -> Load,
    page: fn() -> V,
) -> AnyView {
    let session = use_session();
    let acting = use_acting();
    let navigation = use_navigation();
    let standing = Memo::new(move |before: Option<&(Standing, bool)>| {
        let standing = (session.standing(), acting.fits(capacity));
        // Another page under the same address: its heading has to be read out.
        if before.is_some_and(|before| before.0 != Standing::Unknown && *before != standing) {
            navigation.announce();
        }
        standing
    });
    let shown = move || match standing.get() {
        (Standing::Unknown, _) => view! { <Waiting/> }.into_any(),
        (Standing::Unreached(failure), _) => view! { <Unreached failure/> }.into_any(),
        (Standing::Nobody, _) => view! { <LoginPage/> }.into_any(),
        (Standing::EmailMissing, _) => view! { <EmailPage/> }.into_any(),
        (Standing::Person, false) if untrack(|| session.is_official()) => {
            view! { <Part load=choice/> }.into_any()
        }
        (Standing::Person, false) if capacity == Capacity::Staff => {
            view! { <Part load=groups::staff_choice_for_staff/> }.into_any()
        }
        (Standing::Person, false) => {
            view! { <Part load=groups::staff_choice_for_parents/> }.into_any()
        }
        (Standing::Person, true) => page().into_any(),
    };
    shown.into_any()
}

/// Stands in the place of a page while nobody knows whether somebody is logged in.
#[component]
fn Unreached(failure: Failure) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let retry = move |()| leptos::task::spawn_local(api.resume());
    let listening = window_event_listener(ev::online, move |_| retry(()));
    on_cleanup(move || listening.remove());
    view! {
        <Failed failure retry/>
        <p><a href=AppRoute::Saved.path()>{t!(i18n, saved.heading)}</a></p>
    }
}

/// A page whose address names something, such as an application: shown anew when the address names
/// something else, and not at all when it names nothing.
fn named<T: Clone + PartialEq + Send + Sync + 'static>(
    read: fn(&ParamsMap) -> Option<T>,
    page: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let params = use_params_map();
    let named = Memo::new(move |_| params.with(read));
    let shown = move || match named.get() {
        Some(named) => page(named),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    shown.into_any()
}

/// A part of the address; a missing one is read as an empty one.
fn segment<T: FromStr>(params: &ParamsMap, name: &str) -> Option<T> {
    params.get(name).unwrap_or_default().parse().ok()
}
