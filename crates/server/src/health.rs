//! Whether the process runs (`/healthz`) and whether it can do its work (`/readyz`). For machines; says no more than that.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use podium_store::StoreError;

use crate::app::AppState;

/// The process answers.
#[get("/healthz")]
pub(crate) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).body("ok\n")
}

/// The database answers, and the server is not stopping.
#[get("/readyz")]
pub(crate) async fn readyz(state: web::Data<AppState>) -> HttpResponse {
    let answers = state.db.read::<_, StoreError, _>(podium_store::users::exist).await.is_ok();
    let (mut response, text) = if answers && !state.shutdown.is_cancelled() {
        (HttpResponse::Ok(), "ready\n")
    } else {
        (HttpResponse::ServiceUnavailable(), "not ready\n")
    };
    response.insert_header((header::CACHE_CONTROL, "no-store")).body(text)
}
