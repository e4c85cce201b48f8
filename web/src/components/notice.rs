//! Words that must not be overlooked, and the text that is signed.

use crate::{
    dom::{Content, El, div, pre, section, span, strong},
    i18n::{Text, t},
};

/// Set apart from the text around it.
pub fn inset(content: impl Content) -> El {
    div().class("inset").add(content)
}

/// Something with consequences.
pub fn warning(text: Text) -> El {
    div().class("warning").add((
        span().class("sign").attr("aria-hidden", "true").add("!"),
        strong().add((
            span()
                .class("visually-hidden")
                .add((t::common::WARNING, ": ")),
            text,
        )),
    ))
}

/// The very text whose bytes are signed, line by line as it is.
pub fn paper(text: &str) -> El {
    section()
        .class("paper")
        .attr("tabindex", "0")
        .label(t::sign::TEXT)
        .add(pre().add(text))
}
