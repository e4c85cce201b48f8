//! Background jobs: settling what has fallen due, sending mails, stamping signatures,
//! following the keys, telling those who listen, forgetting what has expired. Every process does all
//! of it; rows are claimed, so several share the work. A job that fails is logged and tried again
//! with the next beat.

pub mod mailer;
mod outbox;

use crate::{
    access::tokens,
    app::App,
    demo,
    metrics::JOB_FAILURES,
    service::{
        life::{queue_sums, registry_questions, scans, settle},
        office::planned,
        people::forgetting,
        reading::changes,
        signed::stamping,
        telling::free_places,
    },
    upgrade,
};
use futures_util::FutureExt;
use mailer::{Mailer, MailerError};
use std::{fmt::Display, future::Future, panic::AssertUnwindSafe, time::Duration};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, timeout, timeout_at},
};

const SETTLING_BEAT: Duration = Duration::from_secs(1);
const CLOCK_BEAT: Duration = Duration::from_secs(10);
const WATCHING_BEAT: Duration = Duration::from_secs(10);
const NEWS_BEAT: Duration = Duration::from_secs(1);
const TELLING_BEAT: Duration = Duration::from_secs(1);
const FOLDING_BEAT: Duration = Duration::from_secs(1);
const STAMPING_BEAT: Duration = Duration::from_secs(2);
/// Tokens of a retired key are believed for longer than this.
const KEYS_BEAT: Duration = Duration::from_secs(10);
const REGISTERING_BEAT: Duration = Duration::from_secs(10);
const REGISTRY_BEAT: Duration = Duration::from_secs(5);
/// Changes of the registry count from the beginning of a day on.
const PLANS_BEAT: Duration = Duration::from_secs(10);
const SCANS_BEAT: Duration = Duration::from_secs(10);
const FORGETTING_BEAT: Duration = Duration::from_secs(60);
/// Timeout of one run of a job. A run that takes longer is cancelled; its claims are released when
/// their leases end.
const LONGEST_BEAT: Duration = Duration::from_secs(600);
/// Grace period for the current runs when the service stops.
const LAST_MOMENT: Duration = Duration::from_secs(15);

/// Running jobs; dropping them ends each after its current run.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<()>,
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Ends all jobs after their current runs, and cancels runs that exceed the grace period.
    pub async fn stop(self) {
        self.stop_within(LAST_MOMENT).await;
    }

    async fn stop_within(self, patience: Duration) {
        drop(self.stop);
        let end = Instant::now() + patience;
        for mut task in self.tasks {
            if timeout_at(end, &mut task).await.is_err() {
                tracing::warn!("a job does not end and is given up");
                task.abort();
            }
        }
    }
}

/// Starts all jobs on the current runtime.
///
/// # Errors
/// When mails cannot be sent with these settings.
pub fn start(app: App) -> Result<Jobs, MailerError> {
    let mailer = Mailer::new(&app.settings)?;
    let (stop, stopped) = watch::channel(());
    let settling = app.clone();
    let timing = app.clone();
    let watching = app.clone();
    let news = app.clone();
    let telling = app.clone();
    let folding = app.clone();
    let stamping = app.clone();
    let keys = app.clone();
    let registry = app.clone();
    let registering = app.clone();
    let plans = app.clone();
    let proofs = app.clone();
    let tasks = vec![
        every(CLOCK_BEAT, "clock", stopped.clone(), move || {
            let app = timing.clone();
            async move { app.core.clock.follow().await }
        }),
        every(SETTLING_BEAT, "settle", stopped.clone(), move || {
            let app = settling.clone();
            async move {
                demo::clock::follow(&app).await?;
                settle::sweep(&app).await
            }
        }),
        outbox::start(
            mailer,
            app.core.db.clone(),
            app.core.clock.clone(),
            stopped.clone(),
        ),
        every(WATCHING_BEAT, "watch", stopped.clone(), move || {
            let app = watching.clone();
            async move { outbox::watch_age(&app.core.db, app.core.now()).await }
        }),
        every(NEWS_BEAT, "news", stopped.clone(), move || {
            let app = news.clone();
            async move { free_places::tell(&app.core).await }
        }),
        every(TELLING_BEAT, "tell", stopped.clone(), move || {
            let app = telling.clone();
            async move { changes::look(&app).await }
        }),
        every(FOLDING_BEAT, "fold", stopped.clone(), move || {
            let app = folding.clone();
            async move { queue_sums::fold(&app).await }
        }),
        every(STAMPING_BEAT, "stamp", stopped.clone(), move || {
            let app = stamping.clone();
            async move { stamping::stamp_due(&app).await }
        }),
        every(KEYS_BEAT, "keys", stopped.clone(), move || {
            let app = keys.clone();
            async move { tokens::follow(&app.core.db, &app.tokens).await }
        }),
        every(REGISTERING_BEAT, "register", stopped.clone(), move || {
            let app = registering.clone();
            async move { upgrade::register(&app.core, app.process).await }
        }),
        every(REGISTRY_BEAT, "registry", stopped.clone(), move || {
            let app = registry.clone();
            async move { registry_questions::ask_again(&app).await }
        }),
        every(PLANS_BEAT, "plans", stopped.clone(), move || {
            let app = plans.clone();
            async move { planned::let_take_effect(&app.core).await }
        }),
        every(SCANS_BEAT, "scans", stopped.clone(), move || {
            let app = proofs.clone();
            async move {
                scans::look_again(&app).await?;
                scans::forget_unsent(&app).await
            }
        }),
        every(FORGETTING_BEAT, "forget", stopped, move || {
            let app = app.clone();
            async move { forgetting::forget_expired(&app).await }
        }),
    ];
    Ok(Jobs { stop, tasks })
}

fn failed(job: &'static str, error: &dyn Display) {
    metrics::counter!(JOB_FAILURES, "job" => job).increment(1);
    tracing::error!(job, %error, "a job failed");
}

fn took_too_long(job: &'static str) {
    metrics::counter!(JOB_FAILURES, "job" => job).increment(1);
    tracing::error!(job, "a job took too long and was given up");
}

fn every<F, W, E>(
    beat: Duration,
    job: &'static str,
    stopped: watch::Receiver<()>,
    work: F,
) -> JoinHandle<()>
where
    F: Fn() -> W + Send + 'static,
    W: Future<Output = Result<(), E>> + Send,
    E: Display,
{
    let spans = Spans {
        between: beat,
        longest: LONGEST_BEAT,
    };
    every_within(spans, job, stopped, work)
}

/// From the beginning of one run of a job to that of the next, and how long a run may take.
#[derive(Clone, Copy)]
struct Spans {
    between: Duration,
    longest: Duration,
}

fn every_within<F, W, E>(
    spans: Spans,
    job: &'static str,
    mut stopped: watch::Receiver<()>,
    work: F,
) -> JoinHandle<()>
where
    F: Fn() -> W + Send + 'static,
    W: Future<Output = Result<(), E>> + Send,
    E: Display,
{
    tokio::spawn(async move {
        let mut beats = interval(spans.between);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                // The sender only ever goes away.
                _ = stopped.changed() => return,
                _ = beats.tick() => {}
            }
            match timeout(spans.longest, AssertUnwindSafe(work()).catch_unwind()).await {
                Ok(Ok(Ok(()))) => {}
                Ok(Ok(Err(error))) => failed(job, &error),
                // The panic hook has written where.
                Ok(Err(_)) => {
                    metrics::counter!(JOB_FAILURES, "job" => job).increment(1);
                    tracing::error!(job, "a job panicked");
                }
                Err(_) => took_too_long(job),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        convert::Infallible,
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
    };

    fn beating(fate: fn(u32) -> Result<(), &'static str>) -> (Jobs, Arc<AtomicU32>) {
        let (stop, stopped) = watch::channel(());
        let count = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&count);
        let task = every(Duration::from_millis(1), "test", stopped, move || {
            let beat = counter.fetch_add(1, Ordering::SeqCst);
            async move { fate(beat) }
        });
        (
            Jobs {
                stop,
                tasks: vec![task],
            },
            count,
        )
    }

    async fn reaches(count: &AtomicU32, beats: u32) {
        while count.load(Ordering::SeqCst) < beats {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn failures_and_panics_do_not_end_a_job() {
        let (jobs, count) = beating(|beat| match beat {
            0 => Err("fails"),
            1 => panic!("panics"),
            _ => Ok(()),
        });
        reaches(&count, 4).await;
        jobs.stop().await;
    }

    #[tokio::test]
    async fn a_stopped_job_beats_no_more() {
        let (jobs, count) = beating(|_| Ok(()));
        reaches(&count, 1).await;
        jobs.stop().await;
        let after = count.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(count.load(Ordering::SeqCst), after);
    }

    #[tokio::test]
    async fn a_beat_that_has_begun_is_finished() {
        let (stop, stopped) = watch::channel(());
        let finished = Arc::new(AtomicU32::new(0));
        let begun = Arc::new(tokio::sync::Notify::new());
        let (ends, begins) = (Arc::clone(&finished), Arc::clone(&begun));
        let task = every(Duration::from_secs(3600), "test", stopped, move || {
            let (ends, begins) = (Arc::clone(&ends), Arc::clone(&begins));
            async move {
                begins.notify_one();
                tokio::time::sleep(Duration::from_millis(20)).await;
                ends.fetch_add(1, Ordering::SeqCst);
                Ok::<(), Infallible>(())
            }
        });
        begun.notified().await;
        Jobs {
            stop,
            tasks: vec![task],
        }
        .stop()
        .await;
        assert_eq!(finished.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_beat_that_hangs_is_given_up_and_the_job_goes_on() {
        let (stop, stopped) = watch::channel(());
        let count = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&count);
        let spans = Spans {
            between: Duration::from_millis(1),
            longest: Duration::from_millis(5),
        };
        let task = every_within(spans, "test", stopped, move || {
            counter.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<Result<(), Infallible>>()
        });
        reaches(&count, 3).await;
        drop(stop);
        task.await.unwrap();
    }

    #[tokio::test]
    async fn a_beat_that_hangs_does_not_keep_the_service_from_stopping() {
        let (stop, stopped) = watch::channel(());
        let begun = Arc::new(tokio::sync::Notify::new());
        let begins = Arc::clone(&begun);
        let task = every(Duration::from_secs(3600), "test", stopped, move || {
            begins.notify_one();
            std::future::pending::<Result<(), Infallible>>()
        });
        begun.notified().await;
        let jobs = Jobs {
            stop,
            tasks: vec![task],
        };
        jobs.stop_within(Duration::from_millis(5)).await;
    }
}
