//! Pages that are loaded when they are shown. A group of pages is a module of its own, or a few:
//! the build takes them out of the main module (`xtask/src/web/split.rs`).
//!
//! Few groups are better than many: the code that two groups share becomes a further file for each
//! set of groups that share it. A page that must show at once stays out of the groups.

use crate::{
    api::{Failure, use_api},
    components::trouble::Failed,
};
use leptos::{
    prelude::*, reactive::computed::ScopedFuture, task::spawn_local, wasm_split::SplitLoaderError,
};
use leptos_router::ChooseView;
use std::{future::Future, pin::Pin};

/// A page under way from the server.
pub type Load = Pin<Box<dyn Future<Output = Result<AnyView, SplitLoaderError>>>>;

/// Declares groups of pages with the address that shows each:
///
/// ```ignore
/// lazy_pages! {
///     open: {
///         Places "/places" => PlacesPage;
///         Locality "/localities/:code" => || named(segment, LocalityPage);
///     }
/// }
/// ```
///
/// Each page is a value for the router, `<Route path=path!("/places") view=lazy(Places)/>`. The
/// addresses are told to the server, which lets the browser load a group together with the
/// main module.
macro_rules! lazy_pages {
    ($($group:ident: { $($page:ident $path:literal => $view:expr;)+ })+) => {$($(
        #[doc = concat!("The page at `", $path, "`, of the group `", stringify!($group), "`.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $page;

        #[expect(non_snake_case, reason = "a split function needs a name of its own: its page's")]
        const _: () = {
            use ::leptos::{prelude::*, wasm_split::{SplitLoaderError, wasm_split}};

            #[wasm_split($group, wasm_split_path = ::leptos::wasm_split, fallible, preload(load))]
            fn $page() -> Result<AnyView, SplitLoaderError> {
                Ok(($view)().into_any())
            }

            impl $crate::lazy::LazyPage for $page {
                const PAGE: $crate::lazy::Page = $crate::lazy::Page {
                    load: || Box::pin($page()),
                    // What fails here fails again when the page is shown, and is told there.
                    preload: || {
                        Box::pin(async {
                            let _ = load().await;
                        })
                    },
                };
            }

            /// A line for the build, in a section of its own.
            #[cfg(target_family = "wasm")]
            #[used]
            #[unsafe(link_section = "lazy_pages")]
            static _ROUTE: [u8; ROUTE.len()] = match ROUTE.as_bytes().first_chunk() {
                Some(bytes) => *bytes,
                None => [0; ROUTE.len()],
            };
            #[cfg(target_family = "wasm")]
            const ROUTE: &str = concat!(stringify!($group), " ", $path, "\n");
        };
    )+)+};
}
pub(crate) use lazy_pages;

/// A part of pages that is loaded with a group, such as what stands on every page for some people only:
///
/// ```ignore
/// lazy_part! { office: capacity_bar => CapacityBar }
/// ```
///
/// It is shown by `<Part load=groups::capacity_bar/>`.
macro_rules! lazy_part {
    ($group:ident: $part:ident => $view:expr) => {
        pub fn $part() -> $crate::lazy::Load {
            use ::leptos::{
                prelude::*,
                wasm_split::{SplitLoaderError, wasm_split},
            };

            #[wasm_split($group, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn part() -> Result<AnyView, SplitLoaderError> {
                Ok(($view)().into_any())
            }

            Box::pin(part())
        }
    };
}
pub(crate) use lazy_part;

/// Shows a part once it is loaded; nothing before.
#[component]
pub fn Part(load: fn() -> Load) -> impl IntoView {
    let shown = RwSignal::new_local(None::<AnyView>);
    spawn_local(ScopedFuture::new(async move {
        let part = page(load).await;
        drop(shown.try_set(Some(part)));
    }));
    move || {
        shown.track();
        shown.try_update_untracked(Option::take).flatten()
    }
}

/// A page of a group. All of them are one type, so that the router's code for a route is built once
/// and not for each page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub load: fn() -> Load,
    pub preload: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        page(self.load).await
    }

    async fn preload(&self) {
        (self.preload)().await;
    }
}

/// The name of a page.
pub trait LazyPage {
    const PAGE: Page;
}

/// A page of a group, for a route.
pub fn lazy<P: LazyPage>(_: P) -> Page {
    P::PAGE
}

/// Loads the group of a page that will probably be shown next.
pub fn preload<P: LazyPage>(_: P) {
    spawn_local((P::PAGE.preload)());
}

/// The page once it is loaded, or what keeps it from being so.
async fn page(load: fn() -> Load) -> AnyView {
    match load().await {
        Ok(page) => page,
        Err(_) => {
            let failure = use_api().why_not_loaded().await;
            view! { <NotLoaded load failure/> }.into_any()
        }
    }
}

/// Stands in the place of a page that was not loaded, until a further attempt brings it.
#[component]
fn NotLoaded(load: fn() -> Load, failure: Failure) -> impl IntoView {
    let api = use_api();
    let failure = RwSignal::new(failure);
    let page = RwSignal::new_local(None::<AnyView>);
    let attempt = move || async move {
        match load().await {
            Ok(loaded) => page.set(Some(loaded)),
            Err(_) => failure.set(api.why_not_loaded().await),
        }
    };
    let owner = Owner::current();
    let retry = Callback::new(move |()| {
        if let Some(owner) = &owner {
            // The page belongs to this place, not to the button.
            owner.with(|| spawn_local(ScopedFuture::new(attempt())));
        }
    });
    let trouble = move || view! { <Failed failure=failure.get() retry/> }.into_any();
    move || {
        page.track();
        let loaded = page.try_update_untracked(Option::take).flatten();
        loaded.unwrap_or_else(trouble)
    }
}
