//! What the state of an entry means, in one sentence and one next action, in both languages.

use chrono::{DateTime, Utc};
use podium_store::competitions::Competition;
use podium_store::submissions::Submission;
use podium_store::types::{SubmissionState, UtcTime};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::competitions::TextView;

/// Where an entry stands, for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusView {
    /// One sentence.
    text: TextView,
    /// What to do next; programs switch on it.
    next: NextStep,
    /// The same in words.
    next_text: TextView,
}

/// What to do about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Nothing: the score comes by itself.
    Wait,
    /// Decide whether it is one of the finals.
    ChooseFinal,
    /// Repair the file and send it again.
    RepairFile,
    /// Send the file again; nothing was spent.
    SendAgain,
    /// Send another entry.
    SendAnother,
    /// Look at the final leaderboard.
    SeeResult,
    /// Wait until the private scores are out.
    AwaitResult,
}

fn both(en: impl Into<String>, ko: impl Into<String>) -> TextView {
    TextView { en: en.into(), ko: ko.into() }
}

impl StatusView {
    /// The status of `row`, which waits behind `before` other entries if it is queued.
    pub(super) fn new(row: &Submission, before: Option<i64>, competition: &Competition, now: UtcTime) -> Self {
        let is_over = competition.dates.ends_at <= now;
        let are_out = competition.dates.are_revealed(now);
        let text = match row.state {
            SubmissionState::Queued => match before {
                Some(0) | None => both("Waiting to be scored: it is next.", "채점 대기 중이며 다음 차례입니다."),
                Some(1) => {
                    both("Waiting to be scored: one entry is before it.", "채점 대기 중이며 앞에 1건이 있습니다.")
                }
                Some(n) => both(
                    format!("Waiting to be scored: {n} entries are before it."),
                    format!("채점 대기 중이며 앞에 {n}건이 있습니다."),
                ),
            },
            SubmissionState::Scoring => both("Being scored.", "채점 중입니다."),
            SubmissionState::Scored if row.is_late => both(
                "Scored. It came after the end, so it is not ranked.",
                "채점되었습니다. 종료 후 제출이므로 순위에는 들어가지 않습니다.",
            ),
            SubmissionState::Scored if competition.dates.is_frozen_out(row.accepted_at, now) => both(
                "Scored. The public leaderboard stands still, so it appears there only with the final result.",
                "채점되었습니다. 공개 리더보드가 동결되어 최종 결과와 함께 표시됩니다.",
            ),
            SubmissionState::Scored if row.chosen_at.is_some() => {
                both("Scored, and chosen as one of your finals.", "채점되었고 최종 제출로 선택되었습니다.")
            }
            SubmissionState::Scored => both("Scored.", "채점되었습니다."),
            SubmissionState::Invalid => both(
                "The file does not fit. Nothing was spent.",
                "파일이 형식에 맞지 않습니다. 제출 횟수는 차감되지 않았습니다.",
            ),
            SubmissionState::PlatformError => both(
                "Podium failed to score it. Nothing was spent, and the administrators have been told.",
                "시스템 문제로 채점하지 못했습니다. 제출 횟수는 차감되지 않았고 관리자에게 알려졌습니다.",
            ),
            SubmissionState::Withdrawn => both(
                "Withdrawn by your team: it does not count, and the entry stays spent.",
                "팀이 철회했습니다. 집계되지 않으며 제출 횟수는 돌려받지 않습니다.",
            ),
        };
        let next = match row.state {
            SubmissionState::Queued | SubmissionState::Scoring => NextStep::Wait,
            SubmissionState::Scored if are_out => NextStep::SeeResult,
            SubmissionState::Scored if is_over => NextStep::AwaitResult,
            SubmissionState::Scored => NextStep::ChooseFinal,
            SubmissionState::Invalid => NextStep::RepairFile,
            SubmissionState::PlatformError => NextStep::SendAgain,
            SubmissionState::Withdrawn => NextStep::SendAnother,
        };
        Self { text, next, next_text: next_text(next, competition) }
    }
}

fn next_text(next: NextStep, competition: &Competition) -> TextView {
    match next {
        NextStep::Wait => {
            both("Nothing to do: the score appears here by itself.", "기다리시면 됩니다. 점수는 자동으로 표시됩니다.")
        }
        NextStep::ChooseFinal => {
            let finals = competition.finals;
            both(
                format!(
                    "Choose up to {finals} entries for the final ranking; empty slots go to your best public scores."
                ),
                format!(
                    "최종 순위에 쓸 제출을 {finals}개까지 선택하세요. 빈 자리는 공개 점수가 가장 높은 제출로 채워집니다."
                ),
            )
        }
        NextStep::RepairFile => {
            both("Repair what is listed and send the file again.", "표시된 문제를 고쳐 다시 제출하세요.")
        }
        NextStep::SendAgain => both("Send the file again.", "파일을 다시 제출하세요."),
        NextStep::SendAnother => both("Send another entry when you like.", "원할 때 다시 제출할 수 있습니다."),
        NextStep::SeeResult => both("See the private leaderboard.", "비공개 리더보드를 확인하세요."),
        NextStep::AwaitResult => match competition.dates.reveals_at() {
            Some(at) => {
                let at: DateTime<Utc> = at.into();
                let at = at.format("%Y-%m-%d %H:%M UTC");
                both(format!("The final result comes out at {at}."), format!("최종 결과는 {at}에 공개됩니다."))
            }
            None => both("The hosts let the final result out.", "최종 결과는 주최자가 공개합니다."),
        },
    }
}
