//! What can stand inside an element: texts, elements, several of them, and what changes.

use super::{El, effect};
use leptos::prelude::document;
use std::rc::Rc;
use wasm_bindgen::UnwrapThrowExt;
use web_sys::{DocumentFragment, Node};

/// Something that can be put into an element.
pub trait Content {
    /// Puts it behind what is there.
    fn append_to(self, parent: &Node);
}

/// Appends, in one place of the program for all of them.
pub(super) fn append(parent: &Node, child: &Node) {
    // Refused only where a node would become its own ancestor.
    parent.append_child(child).unwrap_throw();
}

/// Nodes without an element around them.
#[derive(Clone, Debug)]
#[must_use]
pub struct View(DocumentFragment);

impl View {
    pub(super) const fn nodes(&self) -> &DocumentFragment {
        &self.0
    }
}

/// The content as one thing, to be handed on.
pub fn view(content: impl Content) -> View {
    let fragment = document().create_document_fragment();
    content.append_to(&fragment);
    View(fragment)
}

impl Content for View {
    fn append_to(self, parent: &Node) {
        append(parent, &self.0);
    }
}

impl Content for El {
    fn append_to(self, parent: &Node) {
        append(parent, self.element());
    }
}

impl Content for &str {
    fn append_to(self, parent: &Node) {
        append(parent, &document().create_text_node(self));
    }
}

impl Content for String {
    fn append_to(self, parent: &Node) {
        self.as_str().append_to(parent);
    }
}

/// Words that follow the signals they are made of, the language among them.
#[derive(Clone)]
pub struct Words(Rc<dyn Fn() -> String>);

impl Words {
    /// The words of now; what calls it in an effect follows them.
    #[must_use]
    pub fn get(&self) -> String {
        (self.0)()
    }
}

/// Words that are made anew when a signal changes that `sentence` reads.
pub fn say(sentence: impl Fn() -> String + 'static) -> Words {
    Words(Rc::new(sentence))
}

impl Content for Words {
    fn append_to(self, parent: &Node) {
        let text = document().create_text_node("");
        append(parent, &text);
        effect(move || text.set_data(&self.get()));
    }
}

impl Content for () {
    fn append_to(self, _: &Node) {}
}

impl<C: Content> Content for Option<C> {
    fn append_to(self, parent: &Node) {
        if let Some(content) = self {
            content.append_to(parent);
        }
    }
}

impl<C: Content> Content for Vec<C> {
    fn append_to(self, parent: &Node) {
        for content in self {
            content.append_to(parent);
        }
    }
}

impl<C: Content, const N: usize> Content for [C; N] {
    fn append_to(self, parent: &Node) {
        for content in self {
            content.append_to(parent);
        }
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Content),+> Content for ($($name,)+) {
            #[expect(non_snake_case, reason = "the type's name serves as the value's too")]
            fn append_to(self, parent: &Node) {
                let ($($name,)+) = self;
                $($name.append_to(parent);)+
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);

/// Content that is made anew when a signal changes that `make` has read; what belonged to the
/// content before (effects, handlers, signals) ends with it.
pub fn live<C: Content>(make: impl Fn() -> C + 'static) -> View {
    live_view(Box::new(move || view(make())))
}

fn live_view(make: Box<dyn Fn() -> View>) -> View {
    // Two marks that nobody sees hold the place between them.
    let (start, end) = (mark(), mark());
    let around = view(());
    append(around.nodes(), &start);
    append(around.nodes(), &end);
    effect(move || {
        let content = make();
        let Some(parent) = start.parent_node() else {
            return;
        };
        while let Some(old) = start.next_sibling().filter(|node| *node != end) {
            parent.remove_child(&old).unwrap_throw();
        }
        parent
            .insert_before(content.nodes(), Some(&end))
            .unwrap_throw();
    });
    around
}

fn mark() -> Node {
    document().create_comment("").into()
}
