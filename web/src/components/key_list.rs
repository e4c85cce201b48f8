//! The keys of an opened file: whose, what for, until when, from whom; and of one that cannot be
//! used, why.

use super::{key_panel::KeyChoice, key_words};
use crate::{
    clock::use_clock,
    dom::{El, View, b, fieldset, input, label, legend, p, say, span, view},
    i18n::{format, t},
    signing::{KeyInfo, OpenedStore, Usage},
};
use leptos::prelude::*;

/// Where the focus goes once a file is open.
pub const ID: &str = "key-list";

pub fn key_list(choice: KeyChoice, opened: &OpenedStore, usage: Usage) -> El {
    let now = use_clock().now();
    let count = u32::try_from(opened.keys.len()).unwrap_or(u32::MAX);
    let keys: Vec<El> = opened
        .keys
        .iter()
        .map(|key| {
            let index = key.index;
            let id = format!("key-{index}");
            let reason = key.unfit_for(usage, now);
            let radio = input()
                .attr("type", "radio")
                .id(&id)
                .attr("name", "key")
                .flag("disabled", reason.is_some())
                .checked_when(move || choice.chosen.get() == Some(index))
                .on("change", move |_| choice.chosen.set(Some(index)));
            let class = if reason.is_some() {
                "key unfit-key"
            } else {
                "key"
            };
            let reason = reason.map(|reason| {
                span()
                    .class("unfit")
                    .add(say(move || key_words::unfit(&reason, usage)))
            });
            label()
                .class(class)
                .attr("for", &id)
                .add((radio, span().add((facts(key), reason))))
        })
        .collect();
    let refused = (!opened.refused.is_empty()).then(|| {
        let names = opened.refused.join(", ");
        p().class("hint").add(say(move || t::key::refused(&names)))
    });
    fieldset().class("keys").id(ID).attr("tabindex", "-1").add((
        legend().add(say(move || t::key::list(count))),
        keys,
        refused,
    ))
}

/// One key in words.
fn facts(key: &KeyInfo) -> View {
    let number = |name, number: &Option<String>| {
        let number = number.as_deref()?;
        Some(span().add((name, " ", number)))
    };
    let (from, until) = (key.not_before, key.not_after);
    let issuer = key.issuer.clone();
    view((
        b().add(key.owner_name.as_str()),
        span().class("key-facts").add((
            span().add((
                key.algorithm.as_str(),
                ", ",
                key_words::purpose(key.purpose),
            )),
            number(t::common::IIN, &key.iin),
            number(t::common::BIN, &key.bin),
            span().add(say(move || {
                t::key::valid(&format::day_of(from), &format::day_of(until))
            })),
            span().add(say(move || t::key::issued_by(&issuer))),
        )),
    ))
}
