//! A receipt is written with its entry, names what was accepted then, and cannot be changed unnoticed.

use diesel::prelude::*;
use podium_store::receipts::{self, Broken, Verified};
use podium_store::submissions::{self, Refusal};
use podium_store::testing::{Kind, TestDb};
use podium_store::types::{Sha256, SubmissionId};
use podium_store::{Conn, StoreError, both};

use crate::contest::{Contest, content, noon, read, text, write};

fn sql(c: &mut Conn, text: &str) -> Result<(), StoreError> {
    diesel::sql_query(text).execute(c)?;
    Ok(())
}

/// Takes the triggers away, as somebody with the database in hand could.
pub(crate) fn disarm(db: &TestDb) {
    let kind = db.kind();
    write(db, move |c| match kind {
        Kind::Sqlite => {
            sql(c, "DROP TRIGGER receipts_are_not_changed")?;
            sql(c, "DROP TRIGGER receipts_are_not_removed")
        }
        Kind::Postgres => sql(c, "DROP TRIGGER receipts_are_not_changed ON receipts"),
    })
    .unwrap();
}

/// What a change looks like to [`receipts::verify`]; the change is undone.
#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error("verified")]
    Verified(Verified),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn faults_after(db: &TestDb, change: &'static str) -> Vec<Broken> {
    let tried = write(db, move |c| -> Result<(), Undone> {
        sql(c, change)?;
        Err(Undone::Verified(receipts::verify(c)?))
    });
    match tried.unwrap_err() {
        Undone::Verified(verified) => verified.faults,
        Undone::Store(error) => panic!("{change}: {error}"),
    }
}

both! {
    fn every_accepted_entry_has_a_receipt_that_names_the_one_before_it(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let first = contest.submit(ada.user, 1, noon()).unwrap().submission;
        let new = contest.new_submission(bob.user, 7);
        let refusal = Refusal { errors: text("[]"), count: 1 };
        let refused = write(db, move |c| submissions::refuse(c, &new, &refusal, noon())).unwrap().submission;
        let second = contest.submit(bob.user, 2, noon()).unwrap().submission;
        let of = |id| read(db, move |c| receipts::find(c, id));

        let receipt = of(first.id).unwrap();
        assert_eq!((receipt.entry, receipt.team, receipt.sha256), (first.id, ada.team, content(1)));
        assert_eq!((receipt.accepted_at, receipt.bytes), (first.accepted_at, first.bytes));
        assert_eq!((receipt.competition.as_str(), receipt.previous), ("solar-cells", Sha256([0; 32])));
        assert_eq!(of(refused.id), None, "nothing was promised");
        assert_eq!(of(second.id).unwrap().previous, receipt.hash());
        assert_eq!(read(db, receipts::verify), Verified { receipts: 2, ..Verified::default() });
    }

    fn a_repeated_request_gets_no_second_receipt(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let mut new = contest.new_submission(ada.user, 1);
        new.idempotency_key = Some(text("once"));
        let (again, late) = (new.clone(), noon().next());
        let first = write(db, move |c| submissions::submit(c, &new, noon())).unwrap();
        let second = write(db, move |c| submissions::submit(c, &again, late)).unwrap();
        assert_eq!((first.submission.id, second.is_replay), (second.submission.id, true));
        assert_eq!(read(db, receipts::verify).receipts, 1);
    }

    fn whatever_is_changed_behind_the_sites_back_breaks_the_receipts(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let ids: Vec<SubmissionId> =
            (1..=4).map(|n| contest.submit(ada.user, n, noon()).unwrap().submission.id).collect();
        assert!(write(db, |c| sql(c, "UPDATE receipts SET bytes = 0")).is_err(), "the database refuses it");
        assert!(write(db, |c| sql(c, "DELETE FROM receipts")).is_err(), "the database refuses it");
        disarm(db);
        let (second, third, last) = (ids[1], ids[2], ids[3]);
        assert_eq!((second.0, last.0), (2, 4));
        for (change, expected) in [
            ("UPDATE submissions SET bytes = 5 WHERE id = 2", vec![Broken::Differs(second)]),
            (
                "UPDATE receipts SET bytes = 5 WHERE submission_id = 2",
                vec![Broken::Differs(second), Broken::NotNext(third)],
            ),
            ("UPDATE receipts SET team_id = 77 WHERE submission_id = 2", vec![Broken::NotNext(third)]),
            (
                "DELETE FROM receipts WHERE submission_id = 2",
                vec![Broken::Missing(second), Broken::NotNext(third)],
            ),
            ("DELETE FROM receipts WHERE submission_id = 4", vec![Broken::Missing(last)]),
        ] {
            assert_eq!(faults_after(db, change), expected, "{change}");
        }
    }
}
