//! A site below a path of its host, such as `https://www.example.org/podium`.
//!
//! Inside, everything is as at the root: the path is taken off when a request arrives and put in front of where an
//! answer sends the browser. Paths in the API's JSON begin at the site's root; the pages put the path in front of them,
//! as the server does in mail. The proxy passes paths on as they are.

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::uri::PathAndQuery;

use crate::problem::{ApiError, Code};

/// Takes `base` off the path; whether the request was for this site. Health is asked for at the root too, by machines
/// that stand beside the proxy.
pub(crate) fn enter(request: &mut ServiceRequest, base: &str) -> bool {
    if base.is_empty() || matches!(request.path(), "/healthz" | "/readyz") {
        return true;
    }
    let Some(inner) = inner(request.uri(), base) else { return false };
    request.match_info_mut().get_mut().update(&inner);
    request.head_mut().uri = inner;
    true
}

fn inner(uri: &Uri, base: &str) -> Option<Uri> {
    let rest = uri.path().strip_prefix(base)?;
    let path = match rest {
        "" => "/",
        rest if rest.starts_with('/') => rest,
        // `/podiums` is another site's.
        _ => return None,
    };
    let path: PathAndQuery = match uri.query() {
        Some(query) => format!("{path}?{query}").parse().ok()?,
        None => path.parse().ok()?,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path);
    Uri::from_parts(parts).ok()
}

/// What is said about a path that is not below `base`.
pub(crate) fn elsewhere(base: &str) -> ApiError {
    ApiError::new(Code::NotFound, format!("This site lies below {base}/. Does the proxy pass the path on as it is?"))
}

/// Puts `base` in front of a place to which the answer sends.
pub(crate) fn leave(headers: &mut HeaderMap, base: &str) {
    let place = headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
    if let Some(place) = place.filter(|place| !base.is_empty() && place.starts_with('/'))
        && let Ok(place) = HeaderValue::from_str(&format!("{base}{place}"))
    {
        headers.insert(header::LOCATION, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_inside_when_its_first_parts_are_the_base() {
        let inner = |uri: &str| inner(&uri.parse().unwrap(), "/a/b").map(|uri| uri.to_string());
        assert_eq!(inner("/a/b").as_deref(), Some("/"));
        assert_eq!(inner("/a/b/").as_deref(), Some("/"));
        assert_eq!(inner("/a/b/c%20d/?e=f&g").as_deref(), Some("/c%20d/?e=f&g"));
        assert_eq!(inner("https://host/a/b/c").as_deref(), Some("https://host/c"));
        for outside in ["/", "/a", "/a/bc", "/a/c/b", "/A/b/c"] {
            assert_eq!(inner(outside), None, "{outside}");
        }
    }

    #[test]
    fn an_answer_sends_below_the_base_and_elsewhere_as_it_is() {
        let sent = |place: &'static str, base| {
            let mut headers = HeaderMap::new();
            headers.insert(header::LOCATION, HeaderValue::from_static(place));
            leave(&mut headers, base);
            headers.get(header::LOCATION).unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(sent("/api/v1/submissions/1", "/podium"), "/podium/api/v1/submissions/1");
        assert_eq!(sent("/api/v1/submissions/1", ""), "/api/v1/submissions/1");
        assert_eq!(sent("https://other.example/a", "/podium"), "https://other.example/a");
    }
}
