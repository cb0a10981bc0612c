use super::*;

fn at(text: &str) -> UtcTime {
    text.parse().unwrap()
}

/// 1 to 21 December, published in November.
fn dates(private_release: PrivateRelease) -> Dates {
    Dates {
        starts_at: at("2026-12-01T00:00:00Z"),
        ends_at: at("2026-12-21T00:00:00Z"),
        private_release,
        joins_until: None,
        merges_until: None,
        freezes_at: None,
        published_at: Some(at("2026-11-20T00:00:00Z")),
        released_at: None,
        archived_at: None,
    }
}

#[test]
fn every_state_begins_exactly_at_its_instant() {
    let dates = dates(PrivateRelease::HoursAfterEnd(24));
    let steps = [
        ("2026-11-19T23:59:59.999999Z", CompetitionState::Draft),
        ("2026-11-20T00:00:00Z", CompetitionState::Scheduled),
        ("2026-11-30T23:59:59.999999Z", CompetitionState::Scheduled),
        ("2026-12-01T00:00:00Z", CompetitionState::Running),
        ("2026-12-20T23:59:59.999999Z", CompetitionState::Running),
        ("2026-12-21T00:00:00Z", CompetitionState::Closed),
        ("2026-12-21T23:59:59.999999Z", CompetitionState::Closed),
        ("2026-12-22T00:00:00Z", CompetitionState::Revealed),
    ];
    for (time, state) in steps {
        assert_eq!(dates.state(at(time)), state, "{time}");
    }
}

#[test]
fn private_scores_never_come_out_before_the_end() {
    let early = dates(PrivateRelease::At(at("2026-12-05T00:00:00Z")));
    assert_eq!(early.reveals_at(), Some(early.ends_at));
    let mut by_host = dates(PrivateRelease::ByHost);
    assert_eq!(by_host.reveals_at(), None);
    by_host.released_at = Some(at("2026-12-10T00:00:00Z"));
    assert_eq!(by_host.reveals_at(), Some(by_host.ends_at));
    assert_eq!(by_host.state(at("2026-12-20T23:59:59Z")), CompetitionState::Running);
}

#[test]
fn an_unpublished_competition_stays_a_draft_whatever_its_dates() {
    let draft = Dates { published_at: None, ..dates(PrivateRelease::HoursAfterEnd(0)) };
    assert_eq!(draft.state(at("2027-01-01T00:00:00Z")), CompetitionState::Draft);
}

#[test]
fn release_is_written_and_read_the_same() {
    for text in ["host", "2026-12-24T09:00:00Z", "0", "72"] {
        assert_eq!(text.parse::<PrivateRelease>().unwrap().to_string(), text);
    }
    assert!("never".parse::<PrivateRelease>().is_err());
    assert!("-1".parse::<PrivateRelease>().is_err());
}
