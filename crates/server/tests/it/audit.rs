//! What hosts and administrators do is written down, and read by those who may.

use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::TestApp;

#[actix_web::test]
async fn what_a_host_does_is_listed_for_hosts_of_the_competition_and_administrators() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let admin = app.admin("root").await;
    let page = host.get(&format!("/competitions/{SLUG}/audit")).await.expect(200);
    let actions: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let written = ["page.saved", "page.saved", "page.saved", "competition.created"];
    assert_eq!(actions, [&["competition.published", "solution.saved", "files.uploaded"], &written[..]].concat());
    let newest = &page["items"][0];
    assert_eq!((&newest["actor_name"], &newest["actor_kind"]), (&json!("Hana"), &json!("user")));
    assert_eq!(page["head"], newest["hash"]);

    // The same manifest again is no change.
    host.put(&format!("/competitions/{SLUG}"), &contest::manifest()).await.expect(200);
    assert_eq!(host.get(&format!("/competitions/{SLUG}/audit")).await.expect(200)["entries"], page["entries"]);

    let user = app.user("ada").await.user.unwrap().id.0;
    admin.patch(&format!("/admin/users/{user}"), &json!({"role": "host"})).await.expect(200);
    let all = admin.get("/admin/audit?action=user.role_changed,user.state_changed").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    let detail = json!({"user": user, "before": "participant", "after": "host"});
    assert_eq!((&all["items"][0]["subject"], &all["items"][0]["detail"]), (&json!("ada"), &detail));
    let hosts = host.get(&format!("/competitions/{SLUG}/audit")).await.expect(200);
    assert_eq!(hosts["items"], page["items"], "what happens on the site is not for hosts");

    admin.get("/admin/audit?action=nothing").await.problem(400, "invalid_request");
    admin.get("/admin/audit?cursor=x").await.problem(400, "invalid_request");
}

#[actix_web::test]
async fn the_list_goes_on_by_its_cursor() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    for n in 0..60 {
        let body = json!({"markdown": format!("{n}")});
        host.put(&format!("/competitions/{SLUG}/pages/more/en"), &body).await.expect(200);
    }
    let first = host.get(&format!("/competitions/{SLUG}/audit")).await.expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    let next = format!("/competitions/{SLUG}/audit?cursor={}", first["next"].as_str().unwrap());
    let second = host.get(&next).await.expect(200);
    assert_eq!(second["items"].as_array().unwrap().len(), 17);
    assert_eq!(second["next"], Value::Null);
}
