//! What the check of a database says.

use diesel::RunQueryDsl;
use podium_store::competitions::Settings;
use podium_store::{StoreError, both, integrity};

use crate::contest::{Contest, noon, read, settings, write};
use crate::{audit, receipts};

both! {
    fn faults_beyond_those_that_are_listed_are_counted(db) {
        let contest = Contest::with(db, Settings { entries_per_day: 100, ..settings() });
        let player = contest.join("Bob");
        for n in 0..25 {
            contest.submit(player.user, n, noon()).unwrap();
        }
        audit::fill(db, 23);
        assert_eq!(read(db, |c| integrity::check(c, noon())).count, 0);
        audit::disarm(db);
        receipts::disarm(db);
        write(db, |c| {
            diesel::sql_query("UPDATE audit SET subject = 'x'").execute(c)?;
            diesel::sql_query("UPDATE submissions SET bytes = bytes + 1").execute(c)?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
        let found = read(db, |c| integrity::check(c, noon()));
        assert_eq!(found.count, 23 + 25);
        for (of, more) in [("audit log: ", "audit log: and 3 more"), ("receipts: ", "receipts: and 5 more")] {
            let lines: Vec<_> = found.faults.iter().filter(|fault| fault.starts_with(of)).collect();
            assert_eq!((lines.len(), lines[20].as_str()), (21, more));
        }
    }
}
