//! What administrators see of every competition, and hosts of their queue.

use chrono::TimeDelta;
use serde_json::json;

use crate::contest::{self, SLUG};
use crate::harness::TestApp;

#[actix_web::test]
async fn administrators_see_how_much_there_is_of_every_competition() {
    let app = TestApp::new().await;
    let (admin, host) = (app.admin("root").await, contest::published(&app).await);
    let mut hidden = contest::manifest();
    hidden["slug"] = json!("hidden");
    hidden["title"] = json!({"en": "Hidden", "ko": "비밀"});
    host.put("/competitions/hidden", &hidden).await.expect(201);
    let ada = contest::member(&app, "ada").await;
    app.pass(TimeDelta::minutes(5));
    contest::accepted(contest::send(&ada, contest::entry(3), contest::Sending::default()).await);

    let list = admin.get("/admin/competitions").await.expect(200);
    let slugs: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["slug"].clone()).collect();
    assert_eq!(slugs, ["hidden", SLUG]);
    assert_eq!((&list["items"][0]["state"], &list["next"]), (&json!("draft"), &json!(null)));
    let cells = &list["items"][1];
    assert_eq!(cells["hosts"], json!([{"id": host.user.as_ref().unwrap().id, "name": "Hana", "role": "owner"}]));
    let (participants, entries, waiting) = (&cells["participants"], &cells["entries"], &cells["waiting"]);
    assert_eq!((participants, entries, waiting), (&json!(1), &json!(1), &json!(1)));
    // Three data files and the entry.
    let bytes = 30 + contest::entry(0).len() + 5 + contest::entry(3).len();
    assert_eq!(cells["storage_bytes"], json!(bytes));
    assert_eq!(cells["last_activity_at"], json!(app.now()));

    for (query, found) in [("q=hid", vec!["hidden"]), ("q=비밀", vec!["hidden"]), ("state=running", vec![SLUG])] {
        let query = query.replace("비밀", "%EB%B9%84%EB%B0%80");
        let list = admin.get(&format!("/admin/competitions?{query}")).await.expect(200);
        let slugs: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["slug"].clone()).collect();
        assert_eq!(slugs, found, "{query}");
    }
    host.get("/admin/competitions").await.problem(403, "admin_only");
}

#[actix_web::test]
async fn administrators_page_through_competitions() {
    let app = TestApp::new().await;
    let (admin, host) = (app.admin("root").await, app.host("Hana").await);
    for n in 0..51 {
        let mut manifest = contest::manifest();
        manifest["slug"] = json!(format!("cells-{n}"));
        host.put(&format!("/competitions/cells-{n}"), &manifest).await.expect(201);
    }
    let first = admin.get("/admin/competitions").await.expect(200);
    assert_eq!((first["items"].as_array().unwrap().len(), &first["items"][0]["slug"]), (50, &json!("cells-50")));
    let path = format!("/admin/competitions?cursor={}", first["next"].as_str().unwrap());
    let second = admin.get(&path).await.expect(200);
    assert_eq!((&second["items"][0]["slug"], &second["next"]), (&json!("cells-0"), &json!(null)));
    admin.get("/admin/competitions?cursor=x").await.problem(400, "invalid_request");
}

#[actix_web::test]
async fn hosts_see_how_long_scoring_takes() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = contest::member(&app, "ada").await;
    let path = format!("/competitions/{SLUG}/queue");
    let idle = host.get(&path).await.expect(200);
    assert_eq!((&idle["waiting"], &idle["median_secs"]), (&json!(0), &json!(null)));
    let since = app.now();
    for (wait, public) in [(0, 1), (2, 2), (4, 3)] {
        app.pass(TimeDelta::seconds(wait));
        contest::accepted(contest::send(&ada, contest::entry(public), contest::Sending::default()).await);
    }
    let busy = host.get(&path).await.expect(200);
    assert_eq!((&busy["waiting"], &busy["oldest_waiting_since"]), (&json!(3), &json!(since)));
    app.pass(TimeDelta::seconds(4));
    contest::score(&app).await;
    let done = host.get(&path).await.expect(200);
    // Accepted 10, 8 and 4 seconds ago.
    let took = (&done["scored_last_hour"], &done["median_secs"], &done["p95_secs"]);
    assert_eq!(took, (&json!(3), &json!(8.0), &json!(10.0)));
    app.pass(TimeDelta::hours(1));
    assert_eq!(host.get(&path).await.expect(200)["scored_last_hour"], 0);
}

#[actix_web::test]
async fn jobs_say_for_which_competition_they_are() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let admin = app.admin("root").await;
    let ada = contest::member(&app, "ada").await;
    let sent = contest::accepted(contest::send(&ada, contest::entry(3), contest::Sending::default()).await);
    let jobs = admin.get(&format!("/admin/jobs?competition={SLUG}")).await.expect(200);
    assert_eq!(jobs["items"][0]["competition"], SLUG);
    assert_eq!(jobs["items"][0]["submission_id"], sent["id"]);
    admin.get("/admin/jobs?competition=other").await.problem(404, "not_found");
    let mut other = contest::manifest();
    other["slug"] = json!("other");
    admin.put("/competitions/other", &other).await.expect(201);
    assert_eq!(admin.get("/admin/jobs?competition=other").await.expect(200)["items"], json!([]));
    // A job that was cancelled is a failure of the last day, until it is put back.
    let job = &jobs["items"][0]["id"];
    admin.post(&format!("/admin/jobs/{job}/cancel"), &json!(null)).await.expect(204);
    let path = format!("/competitions/{SLUG}/queue");
    assert_eq!(admin.get(&path).await.expect(200)["failures_last_day"], 1);
    admin.post(&format!("/admin/jobs/{job}/retry"), &json!(null)).await.expect(204);
    assert_eq!(admin.get(&path).await.expect(200)["failures_last_day"], 0);
}
