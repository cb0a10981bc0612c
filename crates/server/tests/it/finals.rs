//! Choosing finals, and rules that change while the competition runs, as people meet them.

use serde_json::json;

use crate::contest::{self, SLUG, Sending};
use crate::harness::TestApp;

#[actix_web::test]
async fn the_page_says_what_would_count_right_now() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let ada = contest::member(&app, "ada").await;
    let mut ids = vec![];
    for public in [2, 5, 4] {
        ids.push(
            contest::accepted(contest::send(&ada, contest::entry(public), Sending::default()).await)["id"].clone(),
        );
    }
    contest::score(&app).await;
    let path = format!("/competitions/{SLUG}/finals");
    let finals = ada.get(&path).await.expect(200);
    let counting = |finals: &serde_json::Value| -> Vec<(i64, String)> {
        let rows = finals["counting"].as_array().unwrap();
        rows.iter().map(|r| (r["number"].as_i64().unwrap(), r["reason"].as_str().unwrap().to_owned())).collect()
    };
    assert_eq!(counting(&finals), [(2, "best_public".into()), (3, "best_public".into())]);
    assert_eq!((&finals["slots"], &finals["is_open"]), (&json!(2), &json!(true)));

    let chosen = ada.put(&format!("/submissions/{}/final", ids[0]), &json!(null)).await.expect(200);
    assert_eq!(chosen["is_chosen"], true);
    assert_eq!(chosen["status"]["next"], "choose_final");
    assert_eq!(counting(&ada.get(&path).await.expect(200)), [(1, "chosen".into()), (2, "best_public".into())]);
    ada.put(&format!("/submissions/{}/final", ids[2]), &json!(null)).await.expect(200);
    let full = ada.put(&format!("/submissions/{}/final", ids[1]), &json!(null)).await.problem(409, "finals_full");
    assert_eq!(full["chosen"], json!([1, 3]));
    ada.delete(&format!("/submissions/{}/final", ids[0])).await.expect(200);
    assert_eq!(counting(&ada.get(&path).await.expect(200)), [(3, "chosen".into()), (2, "best_public".into())]);

    let noted = ada.patch(&format!("/submissions/{}", ids[0]), &json!({"note": " larger model "})).await.expect(200);
    assert_eq!(noted["note"], "larger model");
    let long = json!({"note": "x".repeat(1_001)});
    ada.patch(&format!("/submissions/{}", ids[0]), &long).await.problem(422, "invalid_input");

    app.at("2026-12-21T09:00:00Z");
    let ada = contest::again(&app, &ada).await;
    ada.put(&format!("/submissions/{}/final", ids[1]), &json!(null)).await.problem(409, "competition_not_running");
    assert_eq!(ada.get(&path).await.expect(200)["is_open"], false);
}

#[actix_web::test]
async fn a_team_sees_its_private_scores_and_late_ones_once_they_are_out() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = contest::member(&app, "ada").await;
    let id = contest::accepted(contest::send(&ada, contest::entry(3), Sending::default()).await)["id"].clone();
    contest::score(&app).await;
    assert_eq!(ada.get(&format!("/submissions/{id}")).await.expect(200)["private_scores"], json!([]));

    app.at("2026-12-22T00:00:00Z");
    let (ada, host) = (contest::again(&app, &ada).await, contest::again(&app, &host).await);
    let late = contest::accepted(contest::send(&ada, contest::entry(6), Sending::default()).await);
    assert_eq!(late["is_late"], true);
    contest::score(&app).await;
    let view = ada.get(&format!("/submissions/{}", late["id"])).await.expect(200);
    assert_eq!((&view["scores"][0]["score"], &view["private_scores"]), (&json!("1.00000"), &json!([])));
    assert_eq!(view["status"]["next"], "await_result");
    assert!(view["status"]["text"]["en"].as_str().unwrap().contains("not ranked"), "{view}");

    host.post(&format!("/competitions/{SLUG}/release"), &json!(null)).await.expect(200);
    for id in [&id, &late["id"]] {
        let view = ada.get(&format!("/submissions/{id}")).await.expect(200);
        assert_eq!(view["private_scores"][0]["score"], "1.00000", "{view}");
        assert_eq!(view["status"]["next"], "see_result");
    }
    let scores = ada.get(&format!("/submissions/{id}/scores")).await.expect(200);
    assert_eq!(scores["items"][0]["score"], "0.50000");
    assert_eq!((&scores["items"][0]["version"], &scores["items"][0]["is_current"]), (&json!(1), &json!(true)));
    let mine = ada.get(&format!("/competitions/{SLUG}/leaderboard/mine")).await.expect(200);
    assert_eq!(mine["standing"]["score"], "0.50000", "late entries never rank");
}

#[actix_web::test]
async fn a_rule_that_changes_is_shown_to_everybody_with_its_reason() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let path = format!("/competitions/{SLUG}/rules");
    contest::says_both(
        &host.patch(&path, &json!({"reason": " ", "limits": {"finals": 3}})).await.problem(422, "invalid_input"),
    );
    let body = json!({"reason": "The site was down.", "dates": {"end": "2026-12-22T18:00:00", "freeze": 24},
        "limits": {"finals": 3}, "board": {"ties": "shared"}});
    let view = host.patch(&path, &body).await.expect(200);
    assert_eq!((&view["ends_at"], &view["limits"]["finals"]), (&json!("2026-12-22T09:00:00Z"), &json!(3)));
    assert_eq!(view["freezes_at"], "2026-12-21T09:00:00Z");

    let list = app.anonymous().get(&format!("/competitions/{SLUG}/changes")).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["reason"], "The site was down.");
    let change = |key: &str, before: Option<&str>, after: &str| json!({"key": key, "before": before, "after": after});
    assert_eq!(
        list["items"][0]["changes"],
        json!([
            change("dates.end", Some("2026-12-21T09:00:00Z"), "2026-12-22T09:00:00Z"),
            change("dates.freeze", None, "2026-12-21T09:00:00Z"),
            change("limits.finals", Some("2"), "3"),
            change("board.ties", Some("earlier_first"), "shared"),
        ])
    );
    // The same through the folder.
    let mut manifest = contest::manifest();
    manifest["limits"]["entries_per_day"] = json!(7);
    host.put(&format!("/competitions/{SLUG}?reason=more"), &manifest).await.expect(200);
    let list = host.get(&format!("/competitions/{SLUG}/changes")).await.expect(200);
    assert_eq!(list["items"][0]["reason"], "more");

    let dates = |end: &str| json!({"reason": "x", "dates": {"end": end}});
    let ada = contest::member(&app, "ada").await;
    contest::accepted(contest::send(&ada, contest::entry(3), Sending::default()).await);
    // Noon UTC is 21:00 there; her entry came then.
    contest::says_both(&host.patch(&path, &dates("2026-12-01T21:00:00")).await.problem(409, "locked"));
    let start = json!({"reason": "x", "dates": {"start": "2026-12-01T10:00:00"}});
    let problem = host.patch(&path, &start).await.problem(409, "locked");
    contest::says_both(&problem);
    assert_eq!(problem["errors"][0]["name"], "dates.start");
    host.patch(&path, &json!({"reason": "x", "limits": {"finals": 0}})).await.problem(422, "invalid_manifest");
    host.patch(&path, &json!({"reason": "x", "dates": {"ende": "x"}})).await.problem(422, "invalid_manifest");
}

#[actix_web::test]
async fn nobody_joins_after_the_entry_deadline_and_members_go_on() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let body = json!({"reason": "x", "dates": {"entry_deadline": "2026-12-10T09:00:00"}});
    let view = host.patch(&format!("/competitions/{SLUG}/rules"), &body).await.expect(200);
    assert_eq!(view["joins_until"], "2026-12-10T00:00:00Z");
    let ada = contest::member(&app, "ada").await;
    app.at("2026-12-10T00:00:00Z");
    let (ada, bob) = (contest::again(&app, &ada).await, app.user("bob").await);
    let join = json!({"accept_rules": true, "rules_sha256": contest::sha256("# Text")});
    bob.post(&format!("/competitions/{SLUG}/join"), &join).await.problem(409, "entry_deadline_passed");
    assert_eq!(bob.get(&format!("/competitions/{SLUG}")).await.expect(200)["next_action"], "none");
    contest::accepted(contest::send(&ada, contest::entry(3), Sending::default()).await);
}
