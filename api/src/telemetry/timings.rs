//! Where the time of a request goes. Queries are counted and timed by the request and by the use case
//! that made them; a request that took long says so in the log, and a use case does at `debug`.

use std::time::{Duration, Instant};
use tracing::{
    Event, Id, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::Attributes,
};
use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

/// A request that takes longer is reported.
const SLOW: Duration = Duration::from_secs(1);
/// The span of a request.
const REQUEST: &str = "request";
/// Where sqlx reports each query.
const QUERIES: &str = "sqlx::query";
/// Where the spans of use cases are.
const USE_CASES: &str = "balabaqsha_api::service";

/// What a span has cost so far.
#[derive(Debug)]
struct Spent {
    begun: Instant,
    queries: u32,
    in_queries: Duration,
    /// Of a request: the use cases that it went through.
    use_cases: Vec<String>,
}

#[derive(Debug)]
pub struct Timings {
    slow: Duration,
}

impl Timings {
    /// The layer, which sees nothing but the spans of requests and use cases, and queries.
    pub fn layer<S>() -> impl Layer<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        Self { slow: SLOW }.with_filter(filter_fn(is_of_interest))
    }
}

fn is_of_interest(metadata: &Metadata<'_>) -> bool {
    if metadata.is_span() {
        metadata.name() == REQUEST || metadata.target().starts_with(USE_CASES)
    } else {
        metadata.target() == QUERIES && *metadata.level() <= Level::DEBUG
    }
}

impl<S> Layer<S> for Timings
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Spent {
                begun: Instant::now(),
                queries: 0,
                in_queries: Duration::ZERO,
                use_cases: Vec::new(),
            });
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut seconds = Seconds(0.0);
        event.record(&mut seconds);
        let elapsed = Duration::try_from_secs_f64(seconds.0).unwrap_or_default();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(spent) = span.extensions_mut().get_mut::<Spent>() {
                spent.queries = spent.queries.saturating_add(1);
                spent.in_queries += elapsed;
            }
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(spent) = span.extensions_mut().remove::<Spent>() else {
            return;
        };
        let whole = spent.begun.elapsed();
        if span.name() == REQUEST {
            if whole >= self.slow {
                tracing::warn!(
                    milliseconds = milliseconds(whole),
                    queries = spent.queries,
                    in_queries = milliseconds(spent.in_queries),
                    use_cases = spent.use_cases.join(", "),
                    "slow request"
                );
            }
            return;
        }
        if let Some(request) = request_of(&span)
            && let Some(whole_request) = request.extensions_mut().get_mut::<Spent>()
        {
            whole_request.use_cases.push(format!(
                "{}::{} {} ms, {} queries in {} ms",
                room(span.metadata().target()),
                span.name(),
                milliseconds(whole),
                spent.queries,
                milliseconds(spent.in_queries)
            ));
        }
    }
}

fn request_of<'a, S>(span: &SpanRef<'a, S>) -> Option<SpanRef<'a, S>>
where
    S: Subscriber + for<'b> LookupSpan<'b>,
{
    span.scope().find(|above| above.name() == REQUEST)
}

/// `acts::choosing` of the whole path.
fn room(target: &str) -> &str {
    target
        .strip_prefix(USE_CASES)
        .map_or(target, |rest| rest.trim_start_matches(':'))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Reads how long a query took.
struct Seconds(f64);

impl Visit for Seconds {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.0 = value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };
    use tracing_subscriber::{fmt, layer::SubscriberExt};

    /// Keeps what is logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(slow: Duration) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = fmt::layer()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .with_filter(filter_fn(|metadata| *metadata.level() <= Level::INFO));
        let subscriber = tracing_subscriber::registry()
            .with(log)
            .with(Timings { slow }.with_filter(filter_fn(is_of_interest)));
        tracing::subscriber::with_default(subscriber, || {
            let request = tracing::info_span!("request", id = "7");
            let _request = request.enter();
            let query = |seconds: f64| {
                tracing::debug!(target: "sqlx::query", elapsed_secs = seconds, "query");
            };
            query(0.001);
            let issue =
                tracing::debug_span!(target: "balabaqsha_api::service::acts::choosing", "issue");
            let _issue = issue.enter();
            query(0.25);
            query(0.5);
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn slow_request_is_logged_with_its_use_cases_and_their_queries() {
        let logged = logged(Duration::ZERO);
        assert_eq!(logged.lines().count(), 1, "{logged}");
        for part in [
            "slow request",
            "queries=3",
            "in_queries=751",
            "acts::choosing::issue",
            "2 queries in 750 ms",
        ] {
            assert!(logged.contains(part), "{part} in {logged}");
        }
    }

    #[test]
    fn fast_request_is_not_logged() {
        assert_eq!(logged(Duration::from_secs(3600)), "");
    }
}
