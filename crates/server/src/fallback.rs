//! What no route answers: problems below `/api`, the front end elsewhere.

use std::sync::LazyLock;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::app::{self, AppState};
use crate::problem::{ApiError, ApiResult, Code};
use crate::web;

/// The application's default service.
pub(crate) async fn fallback(state: Data<AppState>, request: HttpRequest) -> ApiResult<HttpResponse> {
    if !request.path().starts_with("/api/") && request.path() != "/api" {
        return web::serve(&request, &state.config.base_path);
    }
    let allowed: Vec<&str> = ROUTES
        .iter()
        .filter(|(path, _)| path.is_match(request.path()))
        .flat_map(|(_, methods)| methods.iter().map(Method::as_str))
        .collect();
    // actix looks for a route of this path and method together; which of the two was wrong is found out here.
    if allowed.is_empty() {
        return Err(Code::NotFound.into());
    }
    let mut response = ApiError::from(Code::MethodNotAllowed);
    if let Ok(value) = HeaderValue::from_str(&allowed.join(", ")) {
        response = response.header(header::ALLOW, value);
    }
    Err(response)
}

/// Every path of the API and its methods, from the OpenAPI document.
static ROUTES: LazyLock<Vec<(ResourceDef, Vec<Method>)>> = LazyLock::new(|| {
    let routes = app::openapi().paths.paths.into_iter().map(|(path, item)| {
        let operations = [
            (Method::GET, item.get.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::PATCH, item.patch.is_some()),
            (Method::DELETE, item.delete.is_some()),
            // Answered like GET (`envelope`).
            (Method::HEAD, item.get.is_some()),
        ];
        let methods = operations.into_iter().filter(|(_, there)| *there).map(|(method, _)| method);
        // A file's path has slashes in it.
        (ResourceDef::new(path.replace("{path}", "{path:.*}")), methods.collect())
    });
    routes.collect()
});
