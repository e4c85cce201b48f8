//! An address that is no page.

use super::{action, paragraph};
use crate::{
    components::heading::heading,
    dom::{View, p, view},
    i18n::t,
    routes::Route,
};

pub fn page() -> View {
    view((
        heading(t::not_found::HEADING),
        paragraph(t::not_found::TEXT),
        p().add(action(&Route::Home, t::not_found::HOME)),
    ))
}
