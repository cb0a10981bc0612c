//! The catalogue of metrics, for the host who chooses one and for the participant who reads about it.

use actix_web::{get, web};
use podium_scoring::columns::Kind;
use podium_scoring::metric;
use serde::Serialize;
use utoipa::ToSchema;

use super::competitions::{DirectionView, TextView, direction, explanation};
use crate::metric_docs;
use crate::problem::{ApiError, ApiResult, Problem};

/// A metric.
#[derive(Serialize, ToSchema)]
pub struct MetricView {
    /// Its name; `@k` and `@q` stand for parameters, `<metric>` for another metric.
    name: String,
    /// Which scores are better.
    direction: DirectionView,
    /// Kinds of task that it scores.
    task_kinds: Vec<String>,
    /// Least and largest value; null where it is unbounded.
    range: [Option<f64>; 2],
    /// Which mistake matters and how the metric sees it, for an example of its parameter; safe HTML.
    explanation: TextView,
}

/// The catalogue.
#[derive(Serialize, ToSchema)]
pub struct MetricList {
    /// By kind of task.
    items: Vec<MetricView>,
}

/// Lists the metrics
#[utoipa::path(tag = "competitions", responses((status = 200, body = MetricList), Problem))]
#[get("/metrics-catalogue")]
pub(crate) async fn list_metrics() -> ApiResult<web::Json<MetricList>> {
    let items = web::block(|| metric::patterns().into_iter().map(view).collect::<ApiResult<Vec<_>>>());
    Ok(web::Json(MetricList { items: items.await.map_err(ApiError::internal)?? }))
}

fn view(name: String) -> ApiResult<MetricView> {
    let metric = metric_docs::example(&name).map_err(ApiError::internal)?;
    let finite = |bound: f64| bound.is_finite().then_some(bound);
    let (least, largest) = metric.range();
    Ok(MetricView {
        direction: direction(&metric),
        task_kinds: Kind::ALL.iter().filter(|k| metric.applies_to(**k)).map(|k| k.name().to_owned()).collect(),
        range: [finite(least), finite(largest)],
        explanation: explanation(&metric),
        name,
    })
}
