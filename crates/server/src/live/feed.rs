//! From the events table to the boards and the open pages, in the order of commits.
//!
//! Owns the one task that follows the table. Changes of a board go to [`Boards`] at once and to listeners at most twice a
//! second a board: with 10,000 of them each event costs 100 ms of CPU, and nobody reads faster.

use std::collections::HashMap;
use std::time::Duration;

use podium_store::events::{self, Event, EventKind};
use podium_store::types::{CompetitionId, EventId, TeamId};
use podium_store::{Db, StoreError};
use serde::Deserialize;
use tokio::time::Instant;

use super::{Live, Message, frame};
use crate::board::registry::Boards;

/// Events read at once.
const BATCH: i64 = 500;
/// Longest wait between two looks: other processes do not ring.
const LOOK: Duration = Duration::from_secs(1);
/// Least time between two notices of one board.
const NOTICE: Duration = Duration::from_millis(500);

/// Follows the events until shutdown. A failing database is tried again.
pub async fn run(db: Db, live: Live, boards: Boards) {
    let shutdown = live.0.shutdown.clone();
    let follow = async {
        let mut feed = Feed::new(db, live, boards, None);
        loop {
            if let Err(error) = feed.look().await {
                tracing::warn!(%error, "cannot follow the events; trying again");
                tokio::time::sleep(LOOK).await;
            }
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = follow => {}
    }
}

/// The place in the table up to which events were passed on.
pub struct Feed {
    db: Db,
    live: Live,
    boards: Boards,
    /// The last event that was passed on; what happened before the start is in the boards and pages already.
    last: Option<EventId>,
    notices: HashMap<CompetitionId, Notice>,
}

/// What the listeners of a board are to be told, and when it is time.
struct Notice {
    is_due: bool,
    not_before: Instant,
}

impl Feed {
    /// A feed that goes on after `last`, or begins with what happens from now on.
    #[must_use]
    pub fn new(db: Db, live: Live, boards: Boards, last: Option<EventId>) -> Self {
        Self { db, live, boards, last, notices: HashMap::new() }
    }

    /// Passes on what is new, at most one batch; whether there was anything.
    ///
    /// # Errors
    /// The database failed; what was not passed on comes next time.
    pub async fn catch_up(&mut self) -> Result<bool, StoreError> {
        let after = match self.last {
            Some(last) => last,
            None => *self.last.insert(self.db.read::<_, StoreError, _>(events::latest).await?),
        };
        let new: Vec<Event> = self.db.read::<_, StoreError, _>(move |conn| events::since(conn, after, BATCH)).await?;
        let is_new = !new.is_empty();
        self.pass_on(new).await;
        self.give_notices();
        Ok(is_new)
    }

    /// Passes on what is new, or waits until there may be something.
    async fn look(&mut self) -> Result<(), StoreError> {
        let live = self.live.clone();
        // Before the query: whatever is rung from here on is not missed.
        let rung = live.0.wake.notified();
        if !self.catch_up().await? {
            let next = self.notices.values().filter(|notice| notice.is_due).map(|notice| notice.not_before).min();
            let until = next.unwrap_or_else(|| Instant::now() + LOOK).min(Instant::now() + LOOK);
            tokio::select! {
                () = rung => {}
                () = tokio::time::sleep_until(until) => {}
            }
        }
        Ok(())
    }

    async fn pass_on(&mut self, new: Vec<Event>) {
        // The boards first: whoever hears of a score finds it on the board.
        for (competition, (version, teams)) in changed_boards(&new) {
            if let Err(error) = self.boards.apply(competition, version, teams).await {
                tracing::warn!(%error, %competition, "the board is made anew on the next read");
            }
            let notice = self.notices.entry(competition);
            notice.or_insert_with(|| Notice { is_due: true, not_before: Instant::now() }).is_due = true;
        }
        for event in new {
            self.last = Some(event.id);
            if let Some(user) = event.user_id {
                let frame = frame(event.id, event.kind.as_str(), event.payload.as_str());
                self.live.send_to(user, Message::Event { id: event.id, team: None, frame });
            } else if let (Some(competition), true) =
                (event.competition_id, event.kind != EventKind::LeaderboardChanged)
            {
                let bytes = frame(event.id, event.kind.as_str(), event.payload.as_str());
                self.live.send(competition, event.team_id, event.id, bytes);
            }
        }
    }

    fn give_notices(&mut self) {
        let Some(last) = self.last else { return };
        let now = Instant::now();
        self.notices.retain(|competition, notice| {
            if notice.not_before > now {
                return true;
            }
            if !notice.is_due {
                return false;
            }
            self.live.send(*competition, None, last, leaderboard_frame(last));
            *notice = Notice { is_due: false, not_before: now + NOTICE };
            true
        });
    }
}

/// Which teams of which boards changed, and the event that says so last.
fn changed_boards(events: &[Event]) -> HashMap<CompetitionId, (EventId, Vec<TeamId>)> {
    #[derive(Deserialize)]
    struct Changed {
        team: TeamId,
    }
    let mut changed: HashMap<CompetitionId, (EventId, Vec<TeamId>)> = HashMap::new();
    for event in events.iter().filter(|event| event.kind == EventKind::LeaderboardChanged) {
        let Some(competition) = event.competition_id else { continue };
        let (version, teams) = changed.entry(competition).or_insert((event.id, Vec::new()));
        *version = event.id;
        match serde_json::from_str(event.payload.as_str()) {
            Ok(Changed { team }) if !teams.contains(&team) => teams.push(team),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, event = %event.id, "an event cannot be read"),
        }
    }
    changed
}

/// Says that a board changed; which rows did is not worth telling, since pages are cheap.
#[must_use]
pub fn leaderboard_frame(version: EventId) -> bytes::Bytes {
    frame(version, EventKind::LeaderboardChanged.as_str(), &format!("{{\"version\":{version}}}"))
}
