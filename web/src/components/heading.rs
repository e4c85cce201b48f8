//! The heading of a page, which is also its title, and the place of the focus after a page was
//! gone to.

use super::form::Form;
use crate::{
    browser,
    dom::{Content, El, Words, effect, h1},
    i18n::t,
    router::use_router,
};

const ID: &str = "page-heading";

pub fn heading(words: impl Into<Words>) -> El {
    titled(words.into(), None)
}

/// The heading of a page with a form: while that is refused, the title says so first.
pub fn form_heading(words: impl Into<Words>, form: Form) -> El {
    titled(words.into(), Some(form))
}

fn titled(words: Words, form: Option<Form>) -> El {
    let router = use_router();
    let title = words.clone();
    effect(move || {
        let heading = title.get();
        browser::set_title(&match form {
            Some(form) if form.is_refused() => t::common::title_with_problem(&heading),
            _ => t::common::title(&heading),
        });
    });
    if router.take_arrival() {
        focus();
    }
    h1().id(ID).attr("tabindex", "-1").add(words)
}

/// Moves the focus to the heading of the page.
pub fn focus() {
    browser::soon(|| browser::focus_id(ID));
}

/// A heading with something beside the words, such as a status.
pub fn heading_with(words: impl Into<Words>, beside: impl Content) -> El {
    heading(words).add((" ", beside))
}
