//! How the pages can be used, and what to do where they cannot.

use super::paragraph;
use crate::{
    components::heading::heading,
    dom::{View, div, view},
    i18n::t,
};

pub fn page() -> View {
    let texts = [
        t::accessibility::AIM,
        t::accessibility::KEYBOARD,
        t::accessibility::READERS,
        t::accessibility::SIZE,
        t::accessibility::LIMITS,
    ];
    view((
        heading(t::accessibility::HEADING),
        div().class("prose").add(texts.map(paragraph)),
    ))
}
