use std::pin::Pin;

use futures_util::{FutureExt, StreamExt};

use super::*;

const SOLAR: CompetitionId = CompetitionId(1);
const ANN: UserId = UserId(5);
const TEAM: TeamId = TeamId(9);

type Frames = Pin<Box<dyn Stream<Item = Bytes>>>;

fn hub() -> Live {
    Live::new(CancellationToken::new())
}

fn listen(live: &Live, team: Option<TeamId>) -> Frames {
    Box::pin(live.subscribe(SOLAR, team, Some(ANN)).frames(Vec::new()))
}

fn send(live: &Live, id: i64, team: Option<TeamId>) {
    live.send(SOLAR, team, EventId(id), frame(EventId(id), "submission.changed", "{\"id\":1}"));
}

/// What is there without waiting.
fn ready(frames: &mut Frames) -> Option<Option<String>> {
    frames.next().now_or_never().map(|frame| frame.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()))
}

fn ids(frames: &mut Frames) -> Vec<i64> {
    let mut ids = Vec::new();
    while let Some(Some(frame)) = ready(frames) {
        ids.push(frame.strip_prefix("id: ").unwrap().split('\n').next().unwrap().parse().unwrap());
    }
    ids
}

#[tokio::test]
async fn an_event_reaches_everybody_in_the_form_of_the_standard() {
    let live = hub();
    let (mut first, mut second) = (listen(&live, None), listen(&live, Some(TEAM)));
    send(&live, 7, None);
    let expected = Some(Some("id: 7\nevent: submission.changed\ndata: {\"id\":1}\n\n".to_owned()));
    assert_eq!(ready(&mut first), expected);
    assert_eq!(ready(&mut second), expected);
}

#[tokio::test]
async fn a_teams_events_reach_only_its_members() {
    let live = hub();
    let (mut member, mut rival, mut guest) =
        (listen(&live, Some(TEAM)), listen(&live, Some(TeamId(10))), listen(&live, None));
    send(&live, 1, Some(TEAM));
    send(&live, 2, None);
    assert_eq!(ids(&mut member), [1, 2]);
    assert_eq!(ids(&mut rival), [2]);
    assert_eq!(ids(&mut guest), [2]);
}

#[tokio::test]
async fn missed_events_come_first_and_none_comes_twice() {
    let live = hub();
    let listener = live.subscribe(SOLAR, None, None);
    send(&live, 3, None);
    send(&live, 4, None);
    let missed = (2..=3).map(|id| (EventId(id), frame(EventId(id), "x", "{}"))).collect();
    let mut frames: Frames = Box::pin(listener.frames(missed));
    assert_eq!(ids(&mut frames), [2, 3, 4]);
}

#[tokio::test]
async fn other_competitions_are_not_heard() {
    let live = hub();
    let mut frames = listen(&live, None);
    live.send(CompetitionId(2), None, EventId(1), frame(EventId(1), "x", "{}"));
    assert_eq!(ready(&mut frames), None);
}

#[tokio::test]
async fn a_listener_that_is_too_slow_is_closed() {
    let live = hub();
    let mut frames = listen(&live, None);
    (0..=BACKLOG as i64).for_each(|id| send(&live, id + 1, None));
    assert_eq!(ready(&mut frames), Some(None));
}

#[tokio::test]
async fn the_streams_of_an_account_close_when_its_rights_change() {
    let live = hub();
    let mut own = listen(&live, Some(TEAM));
    let mut other: Frames = Box::pin(live.subscribe(SOLAR, Some(TEAM), Some(UserId(6))).frames(Vec::new()));
    live.disconnect(ANN);
    send(&live, 1, Some(TEAM));
    assert_eq!(ready(&mut own), Some(None));
    assert_eq!(ids(&mut other), [1]);
}

#[tokio::test]
async fn shutdown_ends_every_stream() {
    let shutdown = CancellationToken::new();
    let live = Live::new(shutdown.clone());
    let mut frames = listen(&live, None);
    assert_eq!(ready(&mut frames), None);
    shutdown.cancel();
    assert_eq!(ready(&mut frames), Some(None));
}

#[tokio::test(start_paused = true)]
async fn silence_is_broken_every_fifteen_seconds() {
    let live = hub();
    let mut frames = listen(&live, None);
    let start = tokio::time::Instant::now();
    for round in 1..=3 {
        assert_eq!(frames.next().await.unwrap(), KEEP_ALIVE_FRAME);
        assert_eq!(start.elapsed().as_secs(), 15 * round);
    }
}

#[tokio::test]
async fn a_channel_without_listeners_is_forgotten() {
    let live = hub();
    drop(listen(&live, None));
    send(&live, 1, None);
    assert!(live.0.channels.lock().unwrap().is_empty());
}
