//! The search in discussions: 50 questions with the posts that answer them, on both databases.

use std::collections::HashMap;

use podium_store::both;
use podium_store::moderation::{self, Decision};
use podium_store::search::{self, Hit};
use podium_store::testing::TestDb;
use podium_store::threads::{self, NewThread, ThreadKind};
use podium_store::types::{CompetitionId, PostId, UserId};

use crate::contest::{Contest, noon, read, settings, text, user, write};

const POSTS: &str = include_str!("search/posts.tsv");
const QUERIES: &str = include_str!("search/queries.tsv");

fn write_thread(db: &TestDb, competition: CompetitionId, author: UserId, title: &str, markdown: &str) -> PostId {
    let new = NewThread {
        competition,
        author,
        title: text(title),
        markdown: text(markdown),
        kind: ThreadKind::Discussion,
        submission: None,
    };
    let thread = write(db, move |c| threads::open(c, &new, noon())).unwrap().id;
    read(db, |c| threads::first_post(c, thread)).unwrap()
}

fn fill(db: &TestDb, contest: &Contest<'_>) -> HashMap<PostId, &'static str> {
    let author = user(db, "Writer");
    let rows = POSTS.lines().map(|line| {
        let mut fields = line.split('\t');
        let (key, title, body) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
        (write_thread(db, contest.id, author, title, body), key)
    });
    rows.collect()
}

fn find(db: &TestDb, contest: &Contest<'_>, query: &str) -> Vec<Hit> {
    read(db, |c| search::find(c, contest.id, query, 10))
}

both! {
    fn fifty_questions_find_their_answers_among_the_first_ten(db) {
        let contest = Contest::new(db);
        let keys = fill(db, &contest);
        let (mut wanted_in_all, mut found_in_all, mut first) = (0, 0, 0);
        let mut missed = vec![];
        for line in QUERIES.lines() {
            let (query, wanted) = line.split_once('\t').unwrap();
            let wanted: Vec<&str> = wanted.split(',').collect();
            assert!(wanted.iter().all(|key| keys.values().any(|of| of == key)), "{line}");
            let hits: Vec<&str> = find(db, &contest, query).iter().map(|hit| keys[&hit.post]).collect();
            let found = wanted.iter().filter(|key| hits.contains(key)).count();
            wanted_in_all += wanted.len();
            found_in_all += found;
            first += usize::from(hits.first().is_some_and(|hit| wanted.contains(hit)));
            if found < wanted.len() {
                missed.push(format!("{query}: {hits:?}, wanted {wanted:?}"));
            }
        }
        assert_eq!(QUERIES.lines().count(), 50);
        // At least 0.95; and nine in ten stand at the top.
        assert!(found_in_all * 100 >= wanted_in_all * 95, "{found_in_all} of {wanted_in_all}\n{}", missed.join("\n"));
        assert!(first >= 45, "{first} of 50 stand first");
    }

    fn only_what_is_shown_is_found(db) {
        let contest = Contest::new(db);
        let other = Contest::with(db, podium_store::competitions::Settings {
            slug: "other".parse().unwrap(),
            ..settings()
        });
        let ada = user(db, "Ada");
        let post = write_thread(db, contest.id, ada, "Grüße", "a heron stands in the reeds");
        let found = |query: &str| find(db, &contest, query).iter().map(|hit| hit.post).collect::<Vec<_>>();
        assert_eq!(found("heron"), [post]);
        assert_eq!(found("GRÜSSE grüße"), [post]);
        assert!(find(db, &other, "heron").is_empty());
        assert!(found("").is_empty());
        assert!(found("'; DROP TABLE posts; --").is_empty());

        // What it said before is not found any more.
        write(db, move |c| threads::edit(c, post, &text("an owl"), ada, noon())).unwrap();
        assert!(found("heron").is_empty());
        assert_eq!(found("owl"), [post]);
        let host = contest.host;
        write(db, move |c| moderation::decide(c, post, Decision::Hidden, host, noon())).unwrap();
        assert!(found("owl").is_empty());
        // An author who goes on writing into a hidden post does not bring it back.
        write(db, move |c| threads::edit(c, post, &text("an owl again"), ada, noon())).unwrap();
        assert!(found("owl").is_empty());
        write(db, move |c| moderation::decide(c, post, Decision::Kept, host, noon())).unwrap();
        assert_eq!(found("owl"), [post]);
        write(db, move |c| threads::delete_post(c, post, noon())).unwrap();
        assert!(found("owl").is_empty());
    }
}
