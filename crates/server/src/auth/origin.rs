//! Where a request comes from: the client's address behind proxies, and whether one of our own pages sent it.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::config::Config;
use crate::problem::{ApiError, Code};

/// The client's address: that of the connection, or where a trusted proxy speaks, the right-most address of
/// `X-Forwarded-For` that is not itself a trusted proxy.
pub fn client_address(request: &HttpRequest, config: &Config) -> IpAddr {
    // Without a peer (in-process tests) everybody has one address.
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
    let is_trusted = |address: &IpAddr| config.trusted_proxies.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut nearest = peer;
    let lines: Vec<_> = request.headers().get_all("x-forwarded-for").collect();
    for part in lines.iter().rev().filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(',')) {
        let Ok(address) = part.trim().parse::<IpAddr>() else { break };
        nearest = address.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

/// Refuses a write that a browser sent for another site. Requests with an API token carry nothing that a browser adds
/// by itself and need no check.
pub fn check_same_origin(request: &HttpRequest, config: &Config) -> Result<(), ApiError> {
    let headers = request.headers();
    if request.method().is_safe() || headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let ours = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        // Browsers leave Sec-Fetch-Site out on plain http, but send Origin with every write.
        (None, Some(origin)) => is_own_origin(origin, text("host"), config),
        // Not a browser. It has no cookie of anybody's either, or it is one too old to protect its user.
        (None, None) => !headers.contains_key(header::COOKIE),
    };
    if ours { Ok(()) } else { Err(Code::CrossSite.into()) }
}

fn is_own_origin(origin: &str, host: Option<&str>, config: &Config) -> bool {
    if let Some(url) = &config.public_url {
        return origin.eq_ignore_ascii_case(url);
    }
    let of_origin = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    matches!((of_origin, host), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

#[cfg(test)]
mod tests;
