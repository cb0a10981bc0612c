use std::io::Write;

use actix_web::body::to_bytes;
use actix_web::test::TestRequest;

use super::*;
use crate::blobs;

fn stored(data: &tempfile::TempDir, bytes: &[u8]) -> (PublicBlobs, Stored) {
    let (blobs, _) = blobs::open(data.path()).unwrap();
    let mut writer = blobs.create().unwrap();
    writer.write_all(bytes).unwrap();
    let blob = writer.store().unwrap();
    (blobs, blob)
}

async fn asked(headers: &[(&'static str, &str)], name: &str) -> (u16, Option<String>, Vec<u8>) {
    let data = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..1_000_000_u32).map(|number| (number % 251) as u8).collect();
    let (blobs, blob) = stored(&data, &content);
    let mut request = TestRequest::get();
    for (header, value) in headers {
        request = request.insert_header((*header, value.replace("ETAG", &format!("\"{}\"", blob.sha256))));
    }
    let response = match respond(&request.to_http_request(), &blobs, blob, name).await {
        Ok(response) => response,
        Err(error) => return (error.code().status().as_u16(), None, Vec::new()),
    };
    let range = response.headers().get("content-range").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), range, to_bytes(response.into_body()).await.unwrap().to_vec())
}

#[actix_web::test]
async fn a_file_is_sent_whole() {
    let (status, range, body) = asked(&[], "a.csv").await;
    assert_eq!((status, range, body.len()), (200, None, 1_000_000));
}

#[actix_web::test]
async fn a_part_is_sent_when_asked_for() {
    for (asked_for, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=300000-", 300_000, 999_999),
        ("bytes=-5", 999_995, 999_999),
        ("bytes=999990-2000000", 999_990, 999_999),
    ] {
        let (status, range, body) = asked(&[("range", asked_for)], "a.csv").await;
        assert_eq!((status, range.unwrap()), (206, format!("bytes {first}-{last}/1000000")), "{asked_for}");
        assert_eq!(body.len() as u64, last - first + 1);
        assert_eq!(body[0], (first % 251) as u8);
    }
}

#[actix_web::test]
async fn a_part_outside_the_file_is_refused_and_nonsense_means_the_whole() {
    assert_eq!(asked(&[("range", "bytes=1000000-")], "a.csv").await.0, 416);
    for nonsense in ["bytes=x", "lines=1-2", "bytes=5-1", "bytes=0-1,5-9"] {
        let (status, _, body) = asked(&[("range", nonsense)], "a.csv").await;
        assert_eq!((status, body.len()), (200, 1_000_000), "{nonsense}");
    }
}

#[actix_web::test]
async fn a_resumed_download_goes_on_only_with_the_same_bytes() {
    assert_eq!(asked(&[("range", "bytes=10-"), ("if-range", "ETAG")], "a").await.0, 206);
    assert_eq!(asked(&[("range", "bytes=10-"), ("if-range", "\"other\"")], "a").await.0, 200);
}

#[actix_web::test]
async fn what_the_client_has_is_not_sent_again() {
    let (status, _, body) = asked(&[("if-none-match", "\"x\", ETAG")], "a").await;
    assert_eq!((status, body.len()), (304, 0));
}

#[actix_web::test]
async fn no_file_can_run_in_the_browser() {
    let data = tempfile::tempdir().unwrap();
    let (blobs, blob) = stored(&data, b"<script>alert(1)</script>");
    for name in ["a.html", "a.svg", "a.HTM", "a.xhtml", "a", "a.csv.html"] {
        let request = TestRequest::get().to_http_request();
        let response = respond(&request, &blobs, blob, name).await.unwrap();
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/octet-stream");
        assert!(header("content-disposition").starts_with("attachment; "));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    }
}

#[actix_web::test]
async fn an_empty_file_is_sent() {
    let data = tempfile::tempdir().unwrap();
    let (blobs, blob) = stored(&data, b"");
    let response = respond(&TestRequest::get().to_http_request(), &blobs, blob, "a").await.unwrap();
    assert_eq!(to_bytes(response.into_body()).await.unwrap().len(), 0);
}
