//! From a host's CSV files to a draft, through the API.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::contest::{self, BOUNDARY};
use crate::harness::{Answer, Client, TestApp};

const WORDS: [(&str, &str); 4] =
    [("slug", "tides"), ("title", "Tides"), ("zone", "Asia/Seoul"), ("licence", "CC0-1.0")];

/// 300 rows with a label that a third column could tell; 'c' is rare.
fn table(from: usize, to: usize) -> String {
    let label = |n: usize| if n.is_multiple_of(10) { "c" } else { ["a", "b"][n % 2] };
    let rows = (from..to).map(|n| format!("r{n:04},{}.5,{}\n", n % 7, label(n)));
    format!("id,height,kind\n{}", rows.collect::<String>())
}

async fn create(client: &Client<'_>, words: &[(&str, &str)], files: &[(&str, &str)]) -> Answer {
    let request = client
        .request(Method::POST, "/api/v1/competitions")
        .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")))
        .set_payload(contest::parts(words, files));
    client.send(request).await
}

/// The fault of a form that is not accepted.
fn fault(answer: Answer) -> (String, String) {
    let problem = answer.problem(422, "invalid_input");
    let fault = &problem["errors"][0];
    assert!(fault["message_ko"].as_str().unwrap().ends_with('.'), "{fault}");
    (fault["name"].as_str().unwrap().to_owned(), fault["message"].as_str().unwrap().to_owned())
}

#[actix_web::test]
async fn two_csv_files_become_a_draft_with_reasons_and_a_hidden_solution() {
    let app = TestApp::new().await;
    let host = app.host("Hana").await;
    let (train, test) = (table(0, 300), table(300, 600));
    let made = create(&host, &WORDS, &[("train", &train), ("test", &test)]).await.expect(201);
    assert_eq!(made["manifest"]["task"]["metric"], "f1_macro", "{made}");
    assert_eq!(made["rows"], 300);
    let (public, width) = (made["public_rows"].as_u64().unwrap(), made["public_half_width"].as_f64().unwrap());
    assert!((60..=120).contains(&public) && (0.03..0.3).contains(&width), "{made}");
    let decisions: Vec<&str> = made["decisions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(decisions.iter().any(|reason| reason.contains("not equally frequent")), "{decisions:?}");
    let findings = made["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["code"] == "unanswered_question"), "{findings:?}");

    let seen = host.get("/competitions/tides").await.expect(200);
    assert_eq!(
        (&seen["state"], &seen["zone"], &seen["is_host"]),
        (&json!("draft"), &json!("Asia/Seoul"), &json!(true))
    );
    assert_eq!(host.get("/competitions/tides/manifest").await.expect(200), made["manifest"]);
    let files = host.get("/competitions/tides/files/all").await.expect(200);
    let paths: Vec<&str> = files["items"].as_array().unwrap().iter().filter_map(|file| file["path"].as_str()).collect();
    assert_eq!(paths, ["sample_submission.csv", "test.csv", "train.csv"]);
    // The labels of the rows to predict went to the solution and nowhere else.
    let public_test = host.get("/competitions/tides/files/test.csv").await;
    assert!(public_test.text().starts_with("id,height\n"), "{}", &public_test.text()[..40]);
    app.user("Mina").await.get("/competitions/tides").await.problem(404, "not_found");
}

#[actix_web::test]
async fn an_address_is_given_once_and_its_owner_keeps_what_is_there() {
    let app = TestApp::new().await;
    let (host, other) = (app.host("Hana").await, app.host("Other").await);
    let (train, test) = (table(0, 300), table(300, 600));
    create(&host, &WORDS, &[("train", &train), ("test", &test)]).await.expect(201);
    create(&other, &WORDS, &[("train", &train), ("test", &test)]).await.problem(409, "slug_taken");
}

#[actix_web::test]
async fn what_does_not_fit_is_said_with_the_part_that_it_is_about() {
    let app = TestApp::new().await;
    let host = app.host("Hana").await;
    let test = table(300, 600);
    let bare = test.lines().map(|line| format!("{}\n", line.rsplit_once(',').unwrap().0)).collect::<String>();
    let train = table(0, 300);

    let (name, message) = fault(create(&host, &WORDS[1..], &[("test", &test)]).await);
    assert_eq!((name.as_str(), message.contains("solar-cells")), ("slug", true), "{message}");
    let (name, message) = fault(create(&host, &[("slug", "tides"), ("title", "T"), ("zone", "Seoul")], &[]).await);
    assert_eq!((name.as_str(), message.contains("Asia/Seoul")), ("zone", true), "{message}");
    let (name, message) = fault(create(&host, &WORDS, &[("train", &train), ("test", &bare)]).await);
    assert_eq!((name.as_str(), message.contains("'kind'")), ("test", true), "{message}");
    let (name, message) = fault(create(&host, &WORDS, &[("train", &train), ("test", "id,kind\n")]).await);
    assert_eq!((name.as_str(), message.contains("no rows")), ("test", true), "{message}");
    let with_target = [WORDS.as_slice(), &[("target", "sort")]].concat();
    let (name, message) = fault(create(&host, &with_target, &[("train", &train), ("test", &test)]).await);
    assert_eq!((name.as_str(), message.contains("'sort'")), ("target", true), "{message}");
    host.get("/competitions/tides").await.problem(404, "not_found");
}

#[actix_web::test]
async fn the_files_of_a_draft_leave_nothing_behind() {
    let app = TestApp::new().await;
    let host = app.host("Hana").await;
    let (train, test) = (table(0, 300), table(300, 600));
    create(&host, &WORDS, &[("train", &train), ("test", &test)]).await.expect(201);
    create(&host, &[("slug", "waves"), ("title", "Waves")], &[("train", "\"")]).await.expect(422);
    let temp = app.state.config.data.join("blobs/sealed/temp");
    assert_eq!(std::fs::read_dir(temp).unwrap().count(), 0);
}
