//! Settings, hosts, pages, solutions, events.

use diesel::RunQueryDsl;
use podium_store::competitions::{self, SaveError, Saved, Settings, Viewer};
use podium_store::events::{self, Audience, EventKind};
use podium_store::pages;
use podium_store::solutions::{self, NewSolution, SolutionError, SplitKey};
use podium_store::types::{CompetitionRole, EventId, Language};
use podium_store::{StoreError, both, cloning};

use crate::contest::{Contest, at, content, noon, read, settings, text, user, write};

both! {
    fn saving_the_same_manifest_again_changes_nothing(db) {
        let contest = Contest::new(db);
        let host = contest.host;
        let before = contest.competition();
        let again = write(db, move |c| competitions::save(c, &settings(), host, noon())).unwrap();
        assert_eq!(again, Saved::Unchanged(before));
        let new = Settings { title_en: text("Solar cells II"), manifest_sha256: content(2), ..settings() };
        let Saved::Updated(updated, _) = write(db, move |c| competitions::save(c, &new, host, noon())).unwrap() else {
            panic!("not updated")
        };
        assert_eq!((updated.title_en.as_str(), updated.updated_at), ("Solar cells II", noon()));
        assert!(updated.dates.published_at.is_some(), "it stays published");
    }

    fn settings_that_make_no_sense_are_refused(db) {
        let host = user(db, "Host");
        let backwards = Settings { ends_at: settings().starts_at, ..settings() };
        let answer = write(db, move |c| competitions::save(c, &backwards, host, noon()));
        assert!(matches!(answer, Err(SaveError::EndsBeforeStart)), "{answer:?}");
        let none = Settings { entries_per_day: 0, ..settings() };
        let answer = write(db, move |c| competitions::save(c, &none, host, noon()));
        assert!(matches!(answer, Err(SaveError::LimitTooSmall("entries_per_day"))), "{answer:?}");
    }

    fn the_metric_stays_while_there_are_entries(db) {
        let contest = Contest::new(db);
        let host = contest.host;
        let ada = contest.join("Ada");
        contest.enter(ada, 1, 0.5, 0.5, noon());
        let other = Settings { metric: text("f1_macro"), manifest_sha256: content(2), ..settings() };
        let answer = write(db, move |c| competitions::save(c, &other, host, noon()));
        assert!(matches!(answer, Err(SaveError::MetricInUse { entries: 1, .. })), "{answer:?}");
    }

    fn a_draft_is_seen_by_its_hosts_and_administrators_only(db) {
        let (host, other) = (user(db, "Host"), user(db, "Other"));
        write(db, move |c| competitions::save(c, &settings(), host, noon())).unwrap();
        let count = |viewer| read(db, |c| competitions::list(c, viewer, noon())).len();
        assert_eq!(count(Viewer::Anonymous), 0);
        assert_eq!(count(Viewer::User(other)), 0);
        assert_eq!(count(Viewer::User(host)), 1);
        assert_eq!(count(Viewer::Admin(other)), 1);
    }

    fn the_list_counts_teams_and_entries_and_knows_mine(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let host = contest.host;
        contest.join_as(host);
        contest.enter(ada, 1, 0.5, 0.5, noon());
        contest.enter(ada, 2, 0.6, 0.6, noon());
        contest.enter(bob, 3, 0.6, 0.6, noon());
        let listed = read(db, |c| competitions::list(c, Viewer::User(bob.user), noon()));
        assert_eq!((listed[0].teams, listed[0].entries), (2, 3));
        assert_eq!((listed[0].team, listed[0].is_host), (Some(bob.team), false));
        let of_host = read(db, |c| competitions::list(c, Viewer::User(host), noon()));
        assert!(of_host[0].is_host);
    }

    fn an_owner_stays_a_host(db) {
        let contest = Contest::new(db);
        let (id, owner, helper) = (contest.id, contest.host, user(db, "Helper"));
        write(db, move |c| competitions::add_host(c, id, helper, CompetitionRole::Host)).unwrap();
        write(db, move |c| competitions::add_host(c, id, helper, CompetitionRole::Host)).unwrap();
        let roles: Vec<_> = read(db, |c| competitions::hosts(c, id)).into_iter().map(|h| (h.user, h.role)).collect();
        assert_eq!(roles, [(owner, CompetitionRole::Owner), (helper, CompetitionRole::Host)]);
        assert!(!write(db, move |c| competitions::remove_host(c, id, owner)).unwrap());
        assert!(write(db, move |c| competitions::remove_host(c, id, helper)).unwrap());
        assert!(read(db, |c| competitions::is_host(c, id, owner)));
        assert!(!read(db, |c| competitions::is_host(c, id, helper)));
    }

    fn the_same_solution_keeps_its_version_and_its_split(db) {
        let contest = Contest::new(db);
        let id = contest.id;
        let same = NewSolution {
            sha256: content(99), split_key: SplitKey(vec![2; 32]), rows_all: 1000, rows_public: 300, rows_private: 700,
            report: Some(solutions::Report { ignored: 5, classes: vec![("a".to_owned(), 1000)] }),
        };
        let uncounted = NewSolution { report: None, ..same.clone() };
        let (kept, is_new) = write(db, move |c| solutions::add(c, id, &same, noon())).unwrap();
        let (again, _) = write(db, move |c| solutions::add(c, id, &uncounted, noon())).unwrap();
        assert_eq!(again, kept, "what was counted stays");
        let report = kept.report().unwrap().unwrap();
        assert_eq!((report.ignored, report.classes), (5, vec![("a".to_owned(), 1000)]), "counted by the classes of now");
        assert_eq!((kept.version, kept.split_key, is_new), (1, SplitKey(vec![1; 32]), false));
        assert_eq!(format!("{:?}", SplitKey(vec![77; 32])), "SplitKey(sealed)");
    }

    fn what_was_not_counted_is_not_counted_in_a_copy(db) {
        let contest = Contest::new(db);
        let (from, by) = (contest.competition(), contest.host);
        let copy = |slug: &'static str| {
            let (from, settings) = (from.clone(), Settings { slug: slug.parse().unwrap(), ..settings() });
            let copy = write(db, move |c| cloning::copy(c, &from, &settings, by, noon())).unwrap();
            read(db, |c| solutions::in_use(c, copy.id)).unwrap().report().unwrap()
        };
        assert_eq!(copy("counted"), Some(solutions::Report::default()));
        // As a version from before rows were counted.
        write(db, |c| {
            diesel::sql_query("UPDATE solutions SET rows_ignored = NULL, classes = NULL").execute(c)?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
        assert_eq!(copy("uncounted"), None);
    }

    fn a_solution_changes_only_while_there_are_no_entries(db) {
        let contest = Contest::new(db);
        let id = contest.id;
        let new = |n| NewSolution {
            sha256: content(n), split_key: SplitKey(vec![3; 32]), rows_all: 10, rows_public: 3, rows_private: 7,
            report: Some(solutions::Report::default()),
        };
        let second = new(100);
        let (added, is_new) = write(db, move |c| solutions::add(c, id, &second, noon())).unwrap();
        assert_eq!((added.version, is_new), (2, true));
        assert_eq!(read(db, |c| solutions::in_use(c, id)), Some(added));
        let ada = contest.join("Ada");
        contest.submit(ada.user, 1, noon()).unwrap();
        let third = new(101);
        let answer = write(db, move |c| solutions::add(c, id, &third, noon()));
        assert!(matches!(answer, Err(SolutionError::InUse { version: 2, entries: 1 })), "{answer:?}");
    }

    fn pages_are_replaced_by_name_and_language(db) {
        let contest = Contest::new(db);
        let id = contest.id;
        write(db, move |c| {
            pages::save(c, id, (&text("overview"), Language::En), &text("old"), None, None, noon())?;
            pages::save(c, id, (&text("overview"), Language::Ko), &text("한국어"), None, None, noon())?;
            pages::save(c, id, (&text("overview"), Language::En), &text("new"), Some(at("2026-12-03T00:00:00Z")), None, noon())
        })
        .unwrap();
        let all = read(db, |c| pages::list(c, id));
        assert_eq!(all.iter().map(|p| p.markdown.as_str()).collect::<Vec<_>>(), ["new", "한국어"]);
        assert!(!all[0].is_visible(at("2026-12-02T23:59:59.999999Z")));
        assert!(all[0].is_visible(at("2026-12-03T00:00:00Z")));
        let one = read(db, |c| pages::find(c, id, &text("overview"), Language::Ko));
        assert_eq!(one.unwrap().markdown, text("한국어"));
    }

    fn a_teams_events_are_for_that_team(db) {
        let contest = Contest::new(db);
        let id = contest.id;
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let before = read(db, events::latest);
        write(db, move |c| {
            let payload = serde_json::json!({ "id": 1 });
            events::append(c, Audience::Team(id, ada.team), EventKind::SubmissionChanged, &payload, noon())?;
            events::append(c, Audience::Everybody(id), EventKind::ThreadCreated, &payload, noon())
        })
        .unwrap();
        let seen = |team| read(db, |c| events::since_for(c, id, team, before, 10)).len();
        assert_eq!((seen(None), seen(Some(bob.team)), seen(Some(ada.team))), (1, 1, 2));
    }

    fn event_ids_never_go_back_even_when_old_events_are_forgotten(db) {
        let contest = Contest::new(db);
        let id = contest.id;
        let append = move |c: &mut podium_store::Conn| {
            events::append(c, Audience::Everybody(id), EventKind::PostCreated, &serde_json::json!({}), noon())
        };
        write(db, append).unwrap();
        write(db, append).unwrap();
        let newest = read(db, events::latest);
        write(db, |c| events::forget(c, at("2027-01-01T00:00:00Z"))).unwrap();
        assert_eq!(read(db, |c| events::since(c, EventId(0), 10)).len(), 1, "the newest stays");
        write(db, append).unwrap();
        assert!(read(db, events::latest) > newest);
    }
}
