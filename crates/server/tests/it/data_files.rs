//! Data files: upload, list, download, preview, pictures, archive; who may read them and when.

use std::io::{Cursor, Read};

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::contest::{self, SLUG, draft, make, manifest, member, published, put_solution, solution, tar, upload};
use crate::harness::{Answer, Client, TestApp};

fn files(rest: &str) -> String {
    format!("/competitions/{SLUG}/files{rest}")
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(width, height, image::Rgb([10, 200, 30]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn with_header(user: &Client<'_>, path: &str, header: (&'static str, &str)) -> Answer {
    user.send(user.request(Method::GET, &format!("/api/v1{path}")).insert_header(header)).await
}

#[actix_web::test]
async fn folders_are_listed_one_level_at_a_time() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let photos: Vec<(String, Vec<u8>)> = (0..250).map(|n| (format!("train/{n:03}.png"), vec![n as u8; 10])).collect();
    let photos: Vec<(&str, &[u8])> = photos.iter().map(|(path, bytes)| (path.as_str(), &bytes[..])).collect();
    assert_eq!(
        upload(&host, SLUG, tar(&photos)).await.expect(200),
        json!({"stored": 250, "unchanged": 0, "deleted": 0})
    );
    let root = app.anonymous().get(&files("")).await.expect(200);
    let names: Vec<&str> =
        root["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["notes", "sample_submission.csv", "train.csv", "train"],
        "by bytes: a folder counts with its slash"
    );
    assert_eq!(root["total_files"], 253);
    let folder = &root["items"][3];
    assert_eq!((&folder["folder"], &folder["files"], &folder["sha256"]), (&json!(true), &json!(250), &Value::Null));
    let table = &root["items"][2];
    assert_eq!((&table["kind"], &table["folder"]), (&json!("csv"), &json!(false)));
    let first = app.anonymous().get(&files("?folder=train")).await.expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 200);
    assert_eq!((&first["items"][0]["path"], &first["items"][0]["kind"]), (&json!("train/000.png"), &json!("image")));
    let next = first["next"].as_str().unwrap();
    let second = app.anonymous().get(&files(&format!("?folder=train&cursor={next}"))).await.expect(200);
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (50, &Value::Null));
}

#[actix_web::test]
async fn an_upload_stores_only_what_changed() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let again = upload(&host, SLUG, tar(&[("notes/readme.txt", b"hello"), ("train.csv", b"id,label\n")])).await;
    assert_eq!(again.expect(200), json!({"stored": 1, "unchanged": 1, "deleted": 0}));
    let all = host.get(&files("/all")).await.expect(200);
    let digest = |path: &str| {
        let items = all["items"].as_array().unwrap();
        items.iter().find(|item| item["path"] == path).unwrap()["sha256"].as_str().unwrap().to_owned()
    };
    assert_eq!(digest("train.csv"), contest::sha256("id,label\n"));
    host.delete(&files("/notes/readme.txt")).await.expect(204);
    host.delete(&files("/notes/readme.txt")).await.problem(404, "not_found");
    assert_eq!(host.get(&files("/all")).await.expect(200)["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn only_hosts_change_files_and_only_members_read_them() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let ann = member(app, "Ann").await;
    let guest = app.user("Guest").await;
    let other = app.host("Other host").await;
    for stranger in [&ann, &guest, &other] {
        upload(stranger, SLUG, tar(&[("x", b"x")])).await.problem(403, "host_only");
        stranger.delete(&files("/train.csv")).await.problem(403, "host_only");
        stranger.get(&files("/all")).await.problem(403, "host_only");
        put_solution(stranger, SLUG, &solution()).await.problem(403, "host_only");
    }
    let contents = [
        files("/train.csv"),
        format!("/competitions/{SLUG}/preview/train.csv"),
        format!("/competitions/{SLUG}/archive.zip"),
    ];
    for path in &contents {
        app.anonymous().get(path).await.problem(401, "sign_in_required");
        guest.get(path).await.problem(403, "not_a_member");
        for reader in [&ann, &host] {
            assert_eq!(reader.get(path).await.status, 200, "{path}");
        }
    }
}

#[actix_web::test]
async fn files_are_sent_whole_and_in_parts() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let whole = ann.get(&files("/notes/readme.txt")).await;
    assert_eq!((whole.text().as_str(), whole.header("accept-ranges")), ("hello", Some("bytes")));
    assert_eq!(whole.header("content-disposition"), Some("attachment; filename=\"readme.txt\""));
    let part = with_header(&ann, &files("/notes/readme.txt"), ("range", "bytes=1-2")).await;
    assert_eq!((part.status.as_u16(), part.text().as_str()), (206, "el"));
    assert_eq!(part.header("content-range"), Some("bytes 1-2/5"));
    let etag = whole.header("etag").unwrap();
    assert_eq!(with_header(&ann, &files("/notes/readme.txt"), ("if-none-match", etag)).await.status, 304);
    ann.get(&files("/no/such")).await.problem(404, "not_found");
    ann.get(&files("/../../podium.db")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_table_is_described_with_the_words_of_its_dictionary() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let path = format!("/competitions/{SLUG}/preview/train.csv");
    let first = ann.get(&path).await;
    let preview = first.json();
    assert_eq!(preview["total_rows"], 3);
    assert_eq!(preview["columns"][1]["name"], "label");
    assert_eq!(preview["columns"][1]["type"], "integer");
    assert_eq!(preview["columns"][1]["meaning"], json!({"en": "the class", "ko": "분류"}));
    assert_eq!(preview["columns"][0]["meaning"], Value::Null);
    assert_eq!(preview["rows"][0], json!(["b001", "0"]));
    // The second time it comes from the disk.
    assert_eq!(ann.get(&path).await.body, first.body);
    let cache = app.state.config.data.join("blobs/public/cache/previews");
    assert_eq!(std::fs::read_dir(cache).unwrap().count(), 1);
    ann.get(&format!("/competitions/{SLUG}/preview/notes/readme.txt")).await.problem(422, "no_preview");
}

#[actix_web::test]
async fn photographs_have_small_pictures_and_nothing_else_has() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let ann = member(app, "Ann").await;
    let photo = png(600, 300);
    let files = tar(&[("p/big.png", &photo), ("p/fake.png", b"<svg onload=alert(1)>"), ("p/page.html", b"<script>")]);
    upload(&host, SLUG, files).await.expect(200);
    let path = |name: &str| format!("/competitions/{SLUG}/thumbnails/p/{name}");
    for _ in 0..2 {
        let small = ann.get(&path("big.png")).await;
        assert_eq!(small.header("content-type"), Some("image/jpeg"));
        let picture = image::load_from_memory(&small.body).unwrap();
        assert_eq!((picture.width(), picture.height()), (256, 128));
        let etag = small.header("etag").unwrap();
        assert_eq!(with_header(&ann, &path("big.png"), ("if-none-match", etag)).await.status, 304);
    }
    ann.get(&path("fake.png")).await.problem(422, "no_preview");
    ann.get(&path("page.html")).await.problem(422, "no_preview");
    let page = ann.get(&format!("/competitions/{SLUG}/files/p/page.html")).await;
    assert_eq!(page.header("content-type"), Some("application/octet-stream"));
    assert_eq!(page.header("content-security-policy"), Some("sandbox; default-src 'none'"));
}

#[actix_web::test]
async fn the_archive_holds_what_the_caller_may_see() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let ann = member(app, "Ann").await;
    let mut later = manifest();
    later["files"] = json!([{"path": "notes/readme.txt", "visible_from": "2026-12-08T09:00:00"}]);
    host.put(&format!("/competitions/{SLUG}"), &later).await.expect(200);
    let names = |answer: &Answer| {
        let zip = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
        zip.file_names().map(|name| name.unwrap().into_owned()).collect::<Vec<_>>()
    };
    let archive = format!("/competitions/{SLUG}/archive.zip");
    assert_eq!(names(&ann.get(&archive).await), ["sample_submission.csv", "train.csv"]);
    assert_eq!(names(&host.get(&archive).await), ["notes/readme.txt", "sample_submission.csv", "train.csv"]);
    ann.get(&files("/notes/readme.txt")).await.problem(404, "not_found");
    assert_eq!(ann.get(&files("?folder=notes")).await.expect(200)["items"], json!([]));
    assert_eq!(app.anonymous().get(&files("")).await.expect(200)["total_files"], 2);
    app.at("2026-12-08T00:00:00Z");
    let answer = ann.get(&archive).await;
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"cells.zip\""));
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
    let mut text = String::new();
    zip.by_name("notes/readme.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
}

#[actix_web::test]
async fn bad_archives_are_refused_with_the_reason() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_link(&mut link, "x", "/etc/passwd").unwrap();
    let problem = upload(&host, SLUG, builder.into_inner().unwrap()).await.problem(422, "invalid_input");
    assert!(problem["detail"].as_str().unwrap().contains("'x' is a link"), "{problem}");
    let cut = tar(&[("a", &[7; 5_000])])[..3_000].to_vec();
    upload(&host, SLUG, cut).await.problem(422, "invalid_input");
    let packed =
        host.request(Method::POST, &format!("/api/v1{}", files(""))).insert_header(("content-encoding", "gzip"));
    host.send(packed.set_payload("x")).await.problem(415, "unsupported_media_type");
    assert_eq!(contest::temp_files(app), 0);
}

#[actix_web::test]
async fn an_upload_beyond_the_limit_is_stopped() {
    let app = &TestApp::with(podium_store::testing::Kind::Sqlite, |config| config.data_limit_bytes = 20_000).await;
    let host = published(app).await;
    upload(&host, SLUG, tar(&[("big", &[1; 30_000])])).await.problem(413, "payload_too_large");
    assert_eq!(contest::temp_files(app), 0);
}

#[actix_web::test]
async fn three_thousand_photographs_are_published_in_seconds() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let photos: Vec<(String, Vec<u8>)> =
        (0..3_000_u32).map(|n| (format!("train/{n:05}.png"), n.to_le_bytes().repeat(2_000))).collect();
    let photos: Vec<(&str, &[u8])> = photos.iter().map(|(path, bytes)| (path.as_str(), &bytes[..])).collect();
    let archive = tar(&photos);
    let began = std::time::Instant::now();
    assert_eq!(upload(&host, SLUG, archive).await.expect(200)["stored"], 3_000);
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

#[actix_web::test]
async fn a_solution_is_counted_kept_and_never_shown() {
    let app = &TestApp::new().await;
    let host = draft(app).await;
    let again = put_solution(&host, SLUG, &solution()).await.expect(200);
    assert_eq!(
        again,
        json!({
            "version": 1, "sha256": contest::sha256(solution()), "rows": 10, "public": 6, "private": 4, "ignored": 0,
            "classes": [{"name": "0", "rows": 3}, {"name": "1", "rows": 4}, {"name": "2", "rows": 3}],
            "uploaded_at": "2026-12-01T12:00:00Z",
        })
    );
    let sealed = app.state.config.data.join("blobs/sealed");
    let name = contest::sha256(solution());
    assert!(sealed.join(&name[..2]).join(&name).exists());
    let bad = solution().replace("a003,0", "a002,0");
    let problem = put_solution(&host, SLUG, &bad).await.problem(422, "invalid_input");
    assert_eq!(problem["errors"][0]["line"], 4, "{problem}");

    host.post(&format!("/competitions/{SLUG}/publish"), &Value::Null).await.expect(200);
    let ann = member(app, "Ann").await;
    let other = solution().replace("a001,1", "a001,2");
    assert_eq!(put_solution(&host, SLUG, &other).await.expect(201)["version"], 2);
    contest::accepted(contest::send(&ann, contest::entry(6), contest::Sending::default()).await);
    let problem = put_solution(&host, SLUG, &solution()).await.problem(409, "solution_in_use");
    assert_eq!((&problem["version"], &problem["entries"]), (&json!(2), &json!(1)));
    contest::score(app).await;
    let board = ann.get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
    assert_eq!(board["items"][0]["score"], "0.83333", "scored against version 2");
}

#[actix_web::test]
async fn hosts_read_the_counts_of_the_solution_again() {
    let app = &TestApp::new().await;
    let host = app.host("Hana").await;
    host.put(&format!("/competitions/{SLUG}"), &contest::manifest()).await.expect(201);
    let path = format!("/competitions/{SLUG}/solution");
    host.get(&path).await.problem(404, "not_found");
    let ignored = solution().replace("a010,1,Private", "a010,1,Ignored");
    let uploaded = put_solution(&host, SLUG, &ignored).await.expect(201);
    assert_eq!((&uploaded["rows"], &uploaded["private"], &uploaded["ignored"]), (&json!(10), &json!(3), &json!(1)));
    assert_eq!(host.get(&path).await.expect(200), uploaded);
    let text = host.get(&path).await.text();
    assert!(!text.contains("a010") && !text.contains("split_key"), "{text}");
    app.user("Ann").await.get(&path).await.problem(404, "not_found");
}

#[actix_web::test]
async fn without_a_usage_column_the_split_follows_the_key_and_not_the_order() {
    let app = &TestApp::new().await;
    let host = app.host("Hana").await;
    let mut plain = manifest();
    plain["split"] = json!({"public": 0.5});
    make(&host, &plain).await;
    let rows: Vec<String> = (0..200).map(|n| format!("r{n:03},{}\n", n % 2)).collect();
    plain["task"]["classes"] = json!(["0", "1"]);
    host.put(&format!("/competitions/{SLUG}"), &plain).await.expect(200);
    let forwards = put_solution(&host, SLUG, &format!("id,label\n{}", rows.concat())).await.expect(201);
    assert_eq!((&forwards["public"], &forwards["private"]), (&json!(100), &json!(100)));
    let backwards: String = rows.iter().rev().map(String::as_str).collect();
    let version = put_solution(&host, SLUG, &format!("id,label\n{backwards}")).await.expect(201);
    assert_eq!(version["public"], 100);
}

#[actix_web::test]
async fn a_disk_that_is_nearly_full_takes_no_uploads_and_still_answers() {
    let app = &TestApp::with(podium_store::testing::Kind::Sqlite, |config| config.free_space_bytes = u64::MAX).await;
    let host = app.host("Hana").await;
    host.put(&format!("/competitions/{SLUG}"), &manifest()).await.expect(201);
    upload(&host, SLUG, tar(&[("x", b"x")])).await.problem(507, "storage_full");
    put_solution(&host, SLUG, &solution()).await.problem(507, "storage_full");
    host.get(&files("")).await.expect(200);
}
