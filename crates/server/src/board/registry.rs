//! The boards of all competitions: made from the store on first use, kept current by the feed of events.
//!
//! Owns which boards are in memory and the bytes of their pages. One way leads in: a committed change makes an event,
//! `live::feed` reads it and calls [`Boards::apply`], which reads the team's row anew. So a board can be applied the same
//! change twice, in any order, by several processes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use podium_bundle::Manifest;
use podium_store::competitions::{Competition, Released};
use podium_store::ranking::Ties;
use podium_store::teams::Team;
use podium_store::types::{CompetitionId, EventId, SubmissionId, TeamId, UtcTime};
use podium_store::{Conn, Db, StoreError, competitions, events, results, solutions, standings, teams};
use tokio::sync::OnceCell;

use super::closing::ClosingBoard;
use super::page::{Heading, Page, Part, Phase, ZoneView};
use super::{Board, NewRow, Row};
use crate::api::competitions::{DirectionView, TextView};

/// Pages kept of one version of a board; they go with the version.
const MAX_PAGES: usize = 1_024;

/// Why there is no board.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored document is not what this program writes.
    #[error("a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
}

/// All boards. Clones share them.
#[derive(Debug, Clone)]
pub struct Boards {
    db: Db,
    /// Competitions that everybody may see. A slug is never given to another competition and nothing is unpublished, so
    /// an entry stays true, and a page of a public board needs no query at all.
    published: Arc<RwLock<HashMap<String, CompetitionId>>>,
    boards: Arc<Mutex<Made>>,
}

/// Boards that were made or are being made.
type Made = HashMap<CompetitionId, Arc<OnceCell<Arc<LiveBoard>>>>;

impl Boards {
    /// None in memory yet.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, published: Arc::default(), boards: Arc::default() }
    }

    /// A competition's board, made from the store when nobody asked before.
    ///
    /// # Errors
    /// See [`BoardError`].
    pub async fn get(&self, competition: CompetitionId) -> Result<Arc<LiveBoard>, BoardError> {
        let cell = Arc::clone(self.lock().entry(competition).or_default());
        let load = || async {
            let read = move |conn: &mut Conn| LiveBoard::load(conn, competition);
            self.db.read::<_, BoardError, _>(read).await.map(Arc::new)
        };
        cell.get_or_try_init(load).await.cloned()
    }

    /// The published competition of this name, if somebody has asked for it before.
    #[must_use]
    pub fn published(&self, slug: &str) -> Option<CompetitionId> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).get(slug).copied()
    }

    /// Remembers that everybody may see a competition.
    pub fn remember_published(&self, slug: &str, competition: CompetitionId) {
        self.published.write().unwrap_or_else(PoisonError::into_inner).insert(slug.to_owned(), competition);
    }

    /// Drops a board, so that it is made anew: the solution, the metric or the dates changed.
    pub fn forget(&self, competition: CompetitionId) {
        self.lock().remove(&competition);
    }

    /// Reads the rows of changed teams anew. A board that nobody asked for stays unmade; one that is being made is waited
    /// for, because its reading may have begun before the change. Returns whether the board is in memory.
    ///
    /// # Errors
    /// See [`BoardError`]; the board is dropped then, so that it cannot stay behind.
    pub async fn apply(
        &self,
        competition: CompetitionId,
        version: EventId,
        changed: Vec<TeamId>,
    ) -> Result<bool, BoardError> {
        if !self.lock().contains_key(&competition) {
            return Ok(false);
        }
        let board = self.get(competition).await?;
        let heading = board.read().heading.clone();
        let read = move |conn: &mut Conn| {
            changed.into_iter().map(|team| Ok((team, row(conn, competition, team, &heading)?))).collect()
        };
        let rows: Result<Vec<(TeamId, Option<Row>)>, BoardError> = self.db.read(read).await;
        match rows {
            Ok(rows) => {
                board.apply(version, rows);
                Ok(true)
            }
            Err(error) => {
                self.forget(competition);
                Err(error)
            }
        }
    }

    /// The private board of all teams or of a bracket, which asks for the proof that it is out; made once for each version
    /// of the public one.
    ///
    /// # Errors
    /// See [`BoardError`].
    pub async fn closing(
        &self,
        competition: Competition,
        released: Released,
        bracket: Option<u16>,
    ) -> Result<Arc<ClosingBoard>, BoardError> {
        let live = self.get(competition.id).await?;
        let version = live.read().version;
        let whole = match live.kept_closing(version, None) {
            Some(kept) => kept,
            None => {
                let public = Arc::clone(&live);
                let read = move |conn: &mut Conn| ClosingBoard::load(conn, competition.id, &released, None, &public);
                let made = Arc::new(self.db.read::<_, BoardError, _>(read).await?);
                live.keep_closing(version, None, &made);
                made
            }
        };
        if bracket.is_none() {
            return Ok(whole);
        }
        if let Some(kept) = live.kept_closing(version, bracket) {
            return Ok(kept);
        }
        let made = Arc::new(whole.of(bracket, &live));
        live.keep_closing(version, bracket, &made);
        Ok(made)
    }

    fn lock(&self) -> MutexGuard<'_, Made> {
        self.boards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One competition's board with its heading and its written pages.
#[derive(Debug)]
pub struct LiveBoard {
    state: RwLock<State>,
    pages: Mutex<HashMap<(Phase, Part), Arc<Page>>>,
    /// The private boards with the version they were made at, once they are out: of all and of the brackets asked for.
    closing: Mutex<(EventId, Closing)>,
}

/// Private boards by bracket.
type Closing = HashMap<Option<u16>, Arc<ClosingBoard>>;

/// What a reader of a board sees.
#[derive(Debug)]
pub struct State {
    /// The event that changed it last.
    pub version: EventId,
    /// What stands above the rows.
    pub heading: Heading,
    /// The rows in order.
    pub board: Board,
}

impl LiveBoard {
    /// A board that was made elsewhere, as in a benchmark.
    #[must_use]
    pub fn new(state: State) -> Self {
        let closing = Mutex::new((state.version, HashMap::new()));
        Self { state: RwLock::new(state), pages: Mutex::default(), closing }
    }

    fn load(conn: &mut Conn, competition: CompetitionId) -> Result<Self, BoardError> {
        Self::load_from(conn, competition, |conn| {
            let mut rows = Vec::new();
            standings::for_each(conn, competition, |standing| rows.push(standing))?;
            Ok(rows)
        })
    }

    /// The board as of another instant: not shared, not kept current.
    ///
    /// # Errors
    /// See [`BoardError`].
    pub fn load_as_of(conn: &mut Conn, competition: &Competition, as_of: UtcTime) -> Result<Self, BoardError> {
        Self::load_from(conn, competition.id, |conn| standings::as_of(conn, competition, as_of))
    }

    fn load_from(
        conn: &mut Conn,
        competition: CompetitionId,
        read: impl FnOnce(&mut Conn) -> Result<Vec<standings::Standing>, StoreError>,
    ) -> Result<Self, BoardError> {
        // Before the rows: a change between the two reads is in the rows, and its event is applied once more.
        let version = events::latest(conn)?;
        let heading = heading(conn, competition)?;
        let mut found: HashMap<TeamId, (Team, Vec<String>)> =
            teams::all(conn, competition)?.into_iter().map(|team| (team.id, (team, Vec::new()))).collect();
        for (team, member) in teams::all_members(conn, competition)? {
            if let Some((_, members)) = found.get_mut(&team) {
                members.push(member.name.into_string());
            }
        }
        let standings = read(conn)?;
        let mut also: HashMap<SubmissionId, Vec<Option<f64>>> = HashMap::new();
        if !heading.also.is_empty() {
            for score in results::scores_of_best(conn, &standings)? {
                if let Some(place) = heading.also.iter().position(|metric| metric == score.metric.as_str()) {
                    let values = also.entry(score.submission_id).or_insert_with(|| vec![None; heading.also.len()]);
                    values[place] = score.value.map(podium_store::types::Finite::get);
                }
            }
        }
        let mut rows = Vec::with_capacity(found.len());
        for standing in standings {
            if let Some((team, members)) = found.get(&standing.team_id) {
                let also = also.remove(&standing.submission_id).unwrap_or_else(|| vec![None; heading.also.len()]);
                rows.push(row_of(&standing, team, members, &heading, also));
            }
        }
        let board = Board::new(rows).sharing_ranks(heading.rules.ties == Ties::Shared);
        Ok(Self::new(State { version, heading, board }))
    }

    /// The state to read; hold it briefly.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of a page. Written on the first call after a change.
    ///
    /// # Errors
    /// Never for rows with finite scores.
    pub fn page(&self, part: Part, now: UtcTime) -> Result<Arc<Page>, serde_json::Error> {
        let phase = self.read().heading.phase(now);
        let pages = || self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = pages().get(&(phase, part)) {
            return Ok(Arc::clone(page));
        }
        // The state stays locked until the page is kept, so that no change can come between.
        let state = self.read();
        let page = Arc::new(Page::write(&state.board, state.version.0, &state.heading, phase, part)?);
        let mut pages = pages();
        if pages.len() >= MAX_PAGES {
            pages.clear();
        }
        pages.insert((phase, part), Arc::clone(&page));
        Ok(page)
    }

    fn apply(&self, version: EventId, rows: Vec<(TeamId, Option<Row>)>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for (team, row) in rows {
            match row {
                Some(row) => state.board.put(row),
                None => state.board.remove(team.0),
            }
        }
        state.version = state.version.max(version);
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn kept_closing(&self, version: EventId, bracket: Option<u16>) -> Option<Arc<ClosingBoard>> {
        let closing = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        closing.1.get(&bracket).filter(|_| closing.0 == version).cloned()
    }

    fn keep_closing(&self, version: EventId, bracket: Option<u16>, board: &Arc<ClosingBoard>) {
        let mut closing = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        if closing.0 != version {
            *closing = (version, HashMap::new());
        }
        closing.1.insert(bracket, Arc::clone(board));
    }
}

fn heading(conn: &mut Conn, competition: CompetitionId) -> Result<Heading, BoardError> {
    let competition = competitions::get(conn, competition)?;
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str())?;
    let rows = solutions::in_use(conn, competition.id)?.map(|solution| {
        let scored = (solution.rows_public + solution.rows_private).max(1);
        (solution.rows_public as f64 / scored as f64, u64::try_from(solution.rows_public).unwrap_or(0))
    });
    Ok(Heading {
        rules: competition.board_rules(),
        metric: competition.metric.into_string(),
        direction: if competition.higher_is_better { DirectionView::Maximize } else { DirectionView::Minimize },
        zones: manifest
            .board
            .zones
            .iter()
            .map(|zone| ZoneView {
                name: TextView { en: zone.name.en.clone(), ko: zone.name.ko_or_en().to_owned() },
                through: zone.through,
            })
            .collect(),
        dates: competition.dates,
        brackets: manifest.brackets.into_iter().map(|bracket| bracket.name).collect(),
        also: manifest.task.show.iter().map(ToString::to_string).collect(),
        public_share: rows.map(|(share, _)| share),
        public_rows: rows.map(|(_, rows)| rows),
    })
}

fn row(
    conn: &mut Conn,
    competition: CompetitionId,
    team: TeamId,
    heading: &Heading,
) -> Result<Option<Row>, BoardError> {
    let also = &heading.also;
    let Some(standing) = standings::find(conn, competition, team)? else { return Ok(None) };
    let Some(found) = teams::find(conn, team)? else { return Ok(None) };
    let members: Vec<String> =
        teams::members(conn, team)?.into_iter().map(|member| member.name.into_string()).collect();
    let scores = if also.is_empty() { Vec::new() } else { results::scores(conn, &[standing.submission_id])? };
    let also = also
        .iter()
        .map(|metric| {
            let score = scores.iter().find(|score| score.metric.as_str() == metric)?;
            score.value.map(podium_store::types::Finite::get)
        })
        .collect();
    Ok(Some(row_of(&standing, &found, &members, heading, also)))
}

fn row_of(
    standing: &standings::Standing,
    team: &Team,
    members: &[String],
    heading: &Heading,
    also: Vec<Option<f64>>,
) -> Row {
    Row::from(NewRow {
        team: standing.team_id.0,
        name: team.name.as_str(),
        members,
        bracket: team.bracket.as_ref().and_then(|bracket| heading.bracket(bracket.as_str())),
        is_benchmark: team.is_benchmark,
        score: standing.score.get(),
        sort_key: standing.sort_key.get(),
        standard_error: standing.standard_error.map(podium_store::types::Finite::get),
        also,
        entries: u32::try_from(standing.entries).unwrap_or(u32::MAX),
        best_at: standing.best_at.micros(),
        last_at: standing.last_at.micros(),
    })
}
