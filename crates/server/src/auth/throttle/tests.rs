use super::*;

fn at(second: i64) -> UtcTime {
    UtcTime::from_micros(1_800_000_000_000_000 + second * 1_000_000).unwrap()
}

fn account(name: &str) -> Vec<Key> {
    vec![Key::Account(name.into())]
}

#[test]
fn ten_failures_within_five_minutes_and_then_a_wait() {
    let throttle = Throttle::new(10);
    for second in 0..10 {
        assert!(throttle.attempt(account("ada"), at(second)).is_ok());
    }
    assert_eq!(throttle.attempt(account("ada"), at(10)).err().unwrap().code(), Code::TooManyAttempts);
    assert!(throttle.attempt(account("bob"), at(10)).is_ok());
    assert!(throttle.attempt(account("ada"), at(299)).is_err());
    // The first failure leaves the window after five minutes, and one place is free.
    assert!(throttle.attempt(account("ada"), at(300)).is_ok());
    assert!(throttle.attempt(account("ada"), at(300)).is_err());
}

#[test]
fn success_does_not_count_and_does_not_forgive() {
    let throttle = Throttle::new(2);
    for second in 0..50 {
        throttle.attempt(account("ada"), at(second)).unwrap().succeeded();
    }
    let _failed = throttle.attempt(account("ada"), at(50)).unwrap();
    throttle.attempt(account("ada"), at(51)).unwrap().succeeded();
    let _failed = throttle.attempt(account("ada"), at(52)).unwrap();
    assert!(throttle.attempt(account("ada"), at(53)).is_err());
}

#[test]
fn guesses_at_the_same_time_each_take_a_place() {
    let throttle = Throttle::new(3);
    let running: Vec<_> = (0..10).filter_map(|_| throttle.attempt(account("ada"), at(0)).ok()).collect();
    assert_eq!(running.len(), 3);
}

#[test]
fn a_refused_attempt_takes_no_place_under_its_other_keys() {
    let throttle = Throttle::new(1);
    let _failed = throttle.attempt(account("ada"), at(0)).unwrap();
    let both = vec![Key::address([10, 0, 0, 1].into()), Key::Account("ada".into())];
    assert!(throttle.attempt(both, at(1)).is_err());
    assert!(throttle.attempt(vec![Key::address([10, 0, 0, 1].into())], at(1)).is_ok());
}

#[test]
fn addresses_of_one_ipv6_network_count_together() {
    let key = |text: &str| Key::address(text.parse().unwrap());
    assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
    assert_ne!(key("10.0.0.1"), key("10.0.0.2"));
}
