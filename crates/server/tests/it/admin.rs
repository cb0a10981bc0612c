//! What administrators of the site do.

use serde_json::{Value, json};

use crate::contest;
use crate::harness::TestApp;

#[actix_web::test]
async fn administrators_find_accounts_and_change_what_they_may_do() {
    let app = TestApp::new().await;
    let admin = app.admin("root").await;
    let ada = app.user("Ada_L").await;
    app.user("bob").await;
    let list = admin.get("/admin/users?q=da_").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let id = list["items"][0]["id"].as_i64().unwrap();
    assert_eq!(list["items"][0]["state"], "active");
    ada.get("/admin/users").await.problem(403, "admin_only");
    ada.patch(&format!("/admin/users/{id}"), &json!({"role": "admin"})).await.problem(403, "admin_only");
    let changed = admin.patch(&format!("/admin/users/{id}"), &json!({"role": "host"})).await.expect(200);
    assert_eq!(changed["role"], "host");
    ada.put("/competitions/cells", &contest::manifest()).await.expect(201);
    admin.patch(&format!("/admin/users/{id}"), &json!({"state": "suspended"})).await.expect(200);
    ada.get("/me").await.problem(401, "invalid_credential");
    admin.patch("/admin/users/9999", &json!({"role": "host"})).await.problem(404, "not_found");
    let own = admin.user.as_ref().unwrap().id;
    admin.patch(&format!("/admin/users/{own}"), &json!({"role": "host"})).await.problem(409, "last_admin");
}

#[actix_web::test]
async fn administrators_see_the_queue() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let admin = app.admin("root").await;
    let ada = contest::member(&app, "ada").await;
    contest::accepted(contest::send(&ada, contest::entry(3), contest::Sending::default()).await);
    let jobs = admin.get("/admin/jobs").await.expect(200);
    assert_eq!((jobs["queued"].as_i64(), jobs["items"][0]["kind"].as_str()), (Some(1), Some("score_submission")));
    admin.post(&format!("/admin/jobs/{}/retry", jobs["items"][0]["id"]), &Value::Null).await.problem(404, "not_found");
    contest::score(&app).await;
    let jobs = admin.get("/admin/jobs").await.expect(200);
    assert_eq!((jobs["queued"].as_i64(), jobs["items"].as_array().unwrap().len()), (Some(0), 0));
    ada.get("/admin/jobs").await.problem(403, "admin_only");
}
