//! What the service counts and measures, in the text format of Prometheus, on an address of its own:
//! it is for the operator, not for those who use the service. The numbers carry nothing personal.

use actix_web::{App, HttpResponse, HttpServer, dev::Server, web};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::{io, net::TcpListener};

/// Counter by `outcome`: `sent`, `failed` (tried again), `given_up`.
pub const MAILS: &str = "balabaqsha_mails_total";
/// Age in seconds of the oldest mail that is due and not sent; 0 when nothing is due.
pub const OLDEST_DUE: &str = "balabaqsha_mail_oldest_due_seconds";
/// Counter by `job`.
pub const JOB_FAILURES: &str = "balabaqsha_job_failures_total";

const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Begins to count for the whole process.
///
/// # Errors
/// When that has been done before.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new().install_recorder()?;
    metrics::describe_counter!(MAILS, "Mails by outcome of the attempt");
    metrics::describe_gauge!(
        OLDEST_DUE,
        metrics::Unit::Seconds,
        "Age of the oldest mail that is due and not sent"
    );
    metrics::describe_counter!(JOB_FAILURES, "Failed beats of background jobs");
    // Whoever watches wants to see what has not happened yet.
    for outcome in ["sent", "failed", "given_up"] {
        metrics::counter!(MAILS, "outcome" => outcome).absolute(0);
    }
    metrics::gauge!(OLDEST_DUE).set(0.0);
    Ok(handle)
}

/// Serves the numbers at `/metrics`. It handles no signals.
///
/// # Errors
/// When the listener is of no use.
pub fn server(listener: TcpListener, handle: PrometheusHandle) -> io::Result<Server> {
    let handle = web::Data::new(handle);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(handle.clone())
            .route("/metrics", web::get().to(show))
    });
    Ok(server
        .workers(1)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?
        .run())
}

async fn show(handle: web::Data<PrometheusHandle>) -> HttpResponse {
    handle.run_upkeep();
    HttpResponse::Ok()
        .content_type(FORMAT)
        .body(handle.render())
}
