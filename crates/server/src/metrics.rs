//! What the operator's Prometheus reads, on a listener of its own. Counts and times only: no names, no scores.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: String,
    outcome: String,
}

/// The counters. Cloning shares them.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    sign_in_failures: Counter,
    jobs: Family<JobLabels, Counter>,
    job_seconds: Histogram,
    /// Open event streams.
    pub streams: Gauge,
}

const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("podium");
        let requests = Family::default();
        let (seconds, job_seconds) = (Histogram::new(SECONDS), Histogram::new(SECONDS));
        let sign_in_failures = Counter::default();
        let jobs = Family::default();
        let streams = Gauge::default();
        registry.register("http_requests", "Requests by route pattern and status", requests.clone());
        registry.register("http_seconds", "Time from the request's head to the response's head", seconds.clone());
        registry.register("sign_in_failures", "Sign-ins that failed", sign_in_failures.clone());
        registry.register("jobs", "Jobs that ended, by kind and outcome", jobs.clone());
        registry.register("job_seconds", "Time that jobs took", job_seconds.clone());
        registry.register("event_streams", "Open streams of live events", streams.clone());
        Self { registry: Arc::new(registry), requests, seconds, sign_in_failures, jobs, job_seconds, streams }
    }
}

impl Metrics {
    pub(crate) fn request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        // Unknown methods come from anybody and would make a counter each.
        let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD];
        let method = if known.contains(method) { method.as_str() } else { "other" };
        let labels = RequestLabels { method: method.into(), route: route.into(), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn sign_in_failed(&self) {
        self.sign_in_failures.inc();
    }

    /// Counts a job that ended.
    pub fn job(&self, kind: &str, outcome: &str, took: Duration) {
        self.jobs.get_or_create(&JobLabels { kind: kind.into(), outcome: outcome.into() }).inc();
        self.job_seconds.observe(took.as_secs_f64());
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
