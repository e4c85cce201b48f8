//! Lists whose rows stay the same elements while the list around them changes, so that a choice or
//! the focus inside a row survives.

use super::{
    content::{View, append, view},
    effect,
    element::El,
};
use leptos::prelude::*;
use std::{cell::RefCell, collections::BTreeMap};
use wasm_bindgen::UnwrapThrowExt;
use web_sys::Node;

/// A row with the owner of its effects.
struct Row {
    element: El,
    owner: Owner,
}

/// One row for each item, in their order. A row is made when its key comes, and ends when it goes.
pub fn each<T: 'static>(
    items: impl Fn() -> Vec<T> + 'static,
    key: impl Fn(&T) -> String + 'static,
    row: impl Fn(T) -> El + 'static,
) -> View {
    let around = view(());
    let end: Node = document().create_comment("").into();
    append(around.nodes(), &end);
    let rows = RefCell::new(BTreeMap::<String, Row>::new());
    // The rows outlive the runs of the effect: they belong to the owner of the list.
    let owner = Owner::current().unwrap_or_default();
    effect(move || {
        let items = items();
        let Some(parent) = end.parent_node() else {
            return;
        };
        let mut before = rows.take();
        let mut now = BTreeMap::new();
        let mut place = Place {
            parent,
            end: end.clone(),
        };
        // From the last to the first: each row stands in front of the one after it.
        for item in items.into_iter().rev() {
            let key = key(&item);
            let kept = before.remove(&key).unwrap_or_else(|| {
                let owner = owner.with(Owner::new);
                let element = owner.with(|| untrack(|| row(item)));
                Row { element, owner }
            });
            place.put(&kept.element);
            now.insert(key, kept);
        }
        for gone in before.into_values() {
            gone.element.html().remove();
            gone.owner.cleanup();
        }
        rows.replace(now);
    });
    around
}

/// Where the next row goes.
struct Place {
    parent: Node,
    end: Node,
}

impl Place {
    fn put(&mut self, element: &El) {
        let node: Node = element.element().clone().into();
        // Moving what stands right already would cost its focus.
        if node.next_sibling().as_ref() != Some(&self.end) {
            self.parent
                .insert_before(&node, Some(&self.end))
                .unwrap_throw();
        }
        self.end = node;
    }
}
