//! The queries that a piece of work makes, as sqlx reports them.

use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{
        LazyLock, Mutex, Once, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tracing::{
    Event, Id, Instrument, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::Attributes,
};
use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

const SPAN: &str = "queries of a test";
const QUERIES: &str = "sqlx::query";

/// What has been seen, by the number of the work.
static SEEN: LazyLock<Mutex<HashMap<u64, Vec<String>>>> = LazyLock::new(Mutex::default);

/// Does some work; says also which statements it has made, in their order.
pub async fn of<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    listen();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let result = work.instrument(tracing::info_span!(SPAN, number)).await;
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    (result, seen.remove(&number).unwrap_or_default())
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber =
            tracing_subscriber::registry().with(Collector.with_filter(filter_fn(is_of_interest)));
        tracing::subscriber::set_global_default(subscriber).expect("no other listener");
    });
}

fn is_of_interest(metadata: &Metadata<'_>) -> bool {
    metadata.name() == SPAN || (metadata.target() == QUERIES && *metadata.level() <= Level::DEBUG)
}

struct Collector;

/// The number of the work that a span stands for.
struct Number(u64);

impl<S> Layer<S> for Collector
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let (Some(span), Some(number)) = (context.span(id), fields.number) {
            span.extensions_mut().insert(Number(number));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(Number(number)) = span.extensions().get::<Number>() {
                let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
                seen.entry(*number).or_default().push(fields.words());
            }
        }
    }
}

#[derive(Default)]
struct Fields {
    number: Option<u64>,
    summary: String,
    statement: String,
}

impl Fields {
    /// The statement on one line; sqlx gives its beginning alone where that is all of it.
    fn words(&self) -> String {
        let text = if self.statement.trim().is_empty() {
            &self.summary
        } else {
            &self.statement
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "number" {
            self.number = Some(value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.statement),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
