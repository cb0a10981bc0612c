//! What is to be done now and then without anybody asking: reminders, and forgetting what has been kept long enough.
//!
//! | What | Kept |
//! |---|---|
//! | events for pages that come back | 7 days |
//! | attempts that count towards limits | 1 day |
//! | links in mails | 7 days after their end |
//! | mails that were sent or given up | 30 days |
//! | sessions that ended | 90 days, so that a browser is known when it comes back |
//! | notifications | `retention_days` |

use std::time::Duration;

use chrono::TimeDelta;
use podium_store::{Conn, StoreError, events, limits, mails, notifications, one_time_links, reminders, sessions};

use crate::app::AppState;

/// How long a listener may have been away and still resume.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(7);
const LINKS_KEPT: TimeDelta = TimeDelta::days(7);
const MAILS_KEPT: TimeDelta = TimeDelta::days(30);
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(90);
/// How often deadlines are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// Looks between two times of forgetting.
const FORGET_EVERY: u32 = 60;

/// Does the chores until shutdown.
pub async fn run(state: &AppState) {
    let work = async {
        let mut looks = 0_u32;
        loop {
            if let Err(error) = remind(state).await {
                tracing::warn!(%error, "reminders could not be sent");
            }
            if looks.is_multiple_of(FORGET_EVERY)
                && let Err(error) = forget(state).await
            {
                tracing::warn!(%error, "what is old could not be forgotten");
            }
            looks = looks.wrapping_add(1);
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        () = state.shutdown.cancelled() => {}
        () = work => {}
    }
}

/// Tells people of deadlines that are near and of results that came out; how many competitions.
///
/// # Errors
/// The database failed.
pub async fn remind(state: &AppState) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let told = state.db.write::<_, StoreError, _>(move |conn| {
        Ok(reminders::remind(conn, now)? + reminders::announce_results(conn, now)?)
    });
    let told = told.await?;
    if told > 0 {
        tracing::info!(competitions = told, "told of deadlines and results");
        state.live.wake();
    }
    Ok(told)
}

/// Forgets what has been kept long enough.
///
/// # Errors
/// The database failed.
pub async fn forget(state: &AppState) -> Result<(), StoreError> {
    let now = state.clock.now();
    let told_kept = TimeDelta::days(state.config.retention_days.into());
    let forget = move |conn: &mut Conn| {
        Ok([
            ("events", events::forget(conn, now.plus(-EVENTS_KEPT))?),
            ("attempts", limits::forget(conn, now)?),
            ("links", one_time_links::forget(conn, now.plus(-LINKS_KEPT))?),
            ("mails", mails::forget(conn, now.plus(-MAILS_KEPT))?),
            ("sessions", sessions::forget(conn, now.plus(-SESSIONS_KEPT))?),
            ("notifications", notifications::forget(conn, now.plus(-told_kept))?),
        ])
    };
    for (what, count) in state.db.write_soft::<_, StoreError, _>(forget).await? {
        if count > 0 {
            tracing::info!(what, count, "forgot what was kept long enough");
        }
    }
    Ok(())
}
