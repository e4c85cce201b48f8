//! Where in a flow of pages one is.

use crate::{
    dom::{El, li, ol, span},
    i18n::{Text, t},
};

pub fn steps(names: &[Text], current: usize) -> El {
    let items: Vec<El> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let item = li();
            let item = match index.cmp(&current) {
                std::cmp::Ordering::Less => item.class("done").add(
                    span()
                        .class("visually-hidden")
                        .add((t::common::STEP_DONE, ": ")),
                ),
                std::cmp::Ordering::Equal => item.attr("aria-current", "step"),
                std::cmp::Ordering::Greater => item,
            };
            item.add(span().add(*name))
        })
        .collect();
    ol().class("steps").label(t::common::STEPS).add(items)
}
