//! What the charts beside the public leaderboard are drawn from: how several teams' scores got better, and how all scores
//! are spread.
//!
//! Shows nothing that the public leaderboard does not show or has not shown.

use actix_web::{HttpResponse, get, web};
use podium_store::types::TeamId;
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::closing::{HistoryView, history, shows_history};
use crate::app::AppState;
use crate::auth::extract::Seen;
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::score_text::ScoreText;

/// Most teams whose histories come at once: a screen of rows.
const MOST_TEAMS: usize = 50;
/// Bars of the distribution: few enough to be told apart on a phone.
const BINS: usize = 30;

/// Whose histories.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoriesQuery {
    /// Up to 50 numbers of teams, as on the leaderboard, parted by commas.
    #[param(example = "3,14")]
    teams: String,
}

/// Histories of teams.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryList {
    /// In the order in which they were asked for; teams that are not there, or whose names are hidden, are left out.
    items: Vec<HistoryView>,
}

/// Shows how the public scores of several teams got better
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), HistoriesQuery),
    responses((status = 200, body = HistoryList), Problem)
)]
#[get("/competitions/{slug}/leaderboard/histories")]
pub(crate) async fn list_histories(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<HistoriesQuery>,
) -> ApiResult<web::Json<HistoryList>> {
    let mut asked: Vec<TeamId> = Vec::new();
    for number in query.teams.split(',').filter(|number| !number.is_empty()) {
        let number = number
            .parse()
            .map_err(|_| ApiError::new(Code::InvalidRequest, "'teams' must be numbers of teams, parted by commas."))?;
        if !asked.contains(&TeamId(number)) {
            asked.push(TeamId(number));
        }
    }
    if asked.len() > MOST_TEAMS {
        return Err(ApiError::new(Code::InvalidRequest, format!("'teams' holds at most {MOST_TEAMS} numbers.")));
    }
    let now = state.clock.now();
    asked.retain(|team| shows_history(&seen, *team, now));
    let read = move |conn: &mut Conn| {
        let histories = asked.into_iter().filter_map(|team| history(conn, &seen.competition, team, now).transpose());
        histories.collect::<Result<Vec<_>, StoreError>>()
    };
    Ok(web::Json(HistoryList { items: state.db.read(read).await? }))
}

/// How the public scores of all teams are spread.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Distribution {
    /// Bars of the same width, from the lowest score to the highest; none without teams.
    bins: Vec<ScoreBin>,
}

/// Teams with a score in a range.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ScoreBin {
    /// Where the range begins.
    from: ScoreText,
    /// Where it ends; the score itself belongs to the next range, except at the last.
    to: ScoreText,
    /// How many teams.
    teams: usize,
}

/// Shows how the public scores of all teams are spread
///
/// Outliers do not squeeze the rest: the range ends where a score lies farther outside the middle half than three times
/// its width, and the teams beyond count in the bar at that end.
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path)),
    responses((status = 200, body = Distribution), Problem)
)]
#[get("/competitions/{slug}/leaderboard/distribution")]
pub(crate) async fn find_distribution(state: web::Data<AppState>, seen: Seen) -> ApiResult<HttpResponse> {
    let live = state.boards.get(seen.competition.id).await?;
    // 100,000 rows take some milliseconds.
    let work = tokio::task::spawn_blocking(move || {
        let state = live.read();
        let ranked = state.board.all().rows().into_iter().filter(|placed| placed.rank.is_some());
        Distribution { bins: bins(ranked.map(|placed| placed.row.score).collect()) }
    });
    Ok(HttpResponse::Ok().json(work.await.map_err(ApiError::internal)?))
}

/// Bars of one width over the scores.
fn bins(mut scores: Vec<f64>) -> Vec<ScoreBin> {
    scores.sort_unstable_by(f64::total_cmp);
    let (Some(&lowest), Some(&highest)) = (scores.first(), scores.last()) else { return Vec::new() };
    let quarter = |part: usize| scores.get(scores.len() * part / 4).copied().unwrap_or(highest);
    let (lower, upper) = (quarter(1), quarter(3));
    let reach = 3.0 * (upper - lower);
    // Where half of the teams have one score, the middle half says nothing about the rest.
    let (from, to) =
        if reach > 0.0 { (lowest.max(lower - reach), highest.min(upper + reach)) } else { (lowest, highest) };
    if from >= to {
        return vec![ScoreBin { from: ScoreText(from), to: ScoreText(to), teams: scores.len() }];
    }
    let count = BINS.min(scores.len().max(5));
    #[expect(clippy::cast_precision_loss, reason = "at most 30")]
    let edge = |bin: usize| from + (to - from) * bin as f64 / count as f64;
    let mut bins: Vec<ScoreBin> =
        (0..count).map(|bin| ScoreBin { from: ScoreText(edge(bin)), to: ScoreText(edge(bin + 1)), teams: 0 }).collect();
    for score in scores {
        let bin = (0..count).find(|bin| score < edge(bin + 1)).unwrap_or(count - 1);
        bins[bin].teams += 1;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(scores: &[f64]) -> Vec<usize> {
        bins(scores.to_vec()).into_iter().map(|bin| bin.teams).collect()
    }

    #[test]
    fn every_team_stands_in_one_bar() {
        let scores: Vec<f64> = (0..1_000).map(|row| f64::from(row % 97) / 97.0).collect();
        let bins = bins(scores);
        assert_eq!(bins.len(), BINS);
        assert_eq!(bins.iter().map(|bin| bin.teams).sum::<usize>(), 1_000);
        assert_eq!((bins[0].from.0, bins[BINS - 1].to.0), (0.0, 96.0 / 97.0));
    }

    #[test]
    fn one_far_score_does_not_squeeze_the_others_into_one_bar() {
        let mut scores: Vec<f64> = (0..100).map(|row| 0.8 + f64::from(row) / 1_000.0).collect();
        scores.push(-1e6);
        let counts = counts(&scores);
        assert_eq!(counts.iter().sum::<usize>(), 101);
        assert!(counts.iter().filter(|teams| **teams > 0).count() > 10, "{counts:?}");
    }

    #[test]
    fn one_score_is_one_bar_and_no_score_is_none() {
        assert_eq!(counts(&[0.5, 0.5]), [2]);
        assert_eq!(counts(&[]), [0_usize; 0]);
    }
}
