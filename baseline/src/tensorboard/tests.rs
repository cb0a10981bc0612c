use super::*;

/// The events of a file, with every checksum looked at.
fn read(path: &Path) -> Vec<Event> {
    let bytes = fs::read(path).unwrap();
    let mut rest = bytes.as_slice();
    let mut events = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_at(8);
        let (length_crc, after) = after.split_at(4);
        assert_eq!(length_crc, masked_crc(length).to_le_bytes());
        let size = u64::from_le_bytes(length.try_into().unwrap()) as usize;
        let (event, after) = after.split_at(size);
        let (event_crc, after) = after.split_at(4);
        assert_eq!(event_crc, masked_crc(event).to_le_bytes());
        events.push(Event::decode(event).unwrap());
        rest = after;
    }
    events
}

#[test]
fn the_checksum_is_castagnolis() {
    // The check value of CRC-32C, and RFC 3720's vector of 32 zeros.
    assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
}

#[test]
fn a_file_begins_with_its_version_and_keeps_the_order_of_events() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(&dir.path().join("run"), 1_700_000_000.0, None).unwrap();
    writer.scalar("loss", 3, 1_700_000_001.5, 0.25).unwrap();
    writer.flush().unwrap();
    let events = read(writer.path());
    assert_eq!(events[0].what, Some(What::FileVersion("brain.Event:2".to_owned())));
    let value = Value { tag: "loss".to_owned(), kind: Some(Kind::SimpleValue(0.25)) };
    let summary = What::Summary(Summary { value: vec![value] });
    assert_eq!(events[1], Event { wall_time: 1_700_000_001.5, step: 3, what: Some(summary) });
    assert_eq!(events.len(), 2);
}

#[test]
fn a_resumed_run_writes_a_later_file_that_says_from_which_step() {
    let dir = tempfile::tempdir().unwrap();
    let first = Writer::create(dir.path(), 5.0, None).unwrap();
    let second = Writer::create(dir.path(), 5.0, Some(40)).unwrap();
    assert!(first.path() < second.path());
    let start = &read(second.path())[1];
    assert_eq!((start.step, &start.what), (40, &Some(What::SessionLog(SessionLog { status: 1 }))));
}

#[test]
fn a_histogram_counts_every_finite_value_once() {
    let values = [0.0, 0.5, 1.0, 1.0, f32::NAN, f32::INFINITY];
    let histogram = Histogram::of(&values);
    assert_eq!((histogram.min, histogram.max, histogram.num, histogram.sum), (0.0, 1.0, 4.0, 2.5));
    assert_eq!(histogram.bucket.iter().sum::<f64>(), 4.0);
    assert_eq!((histogram.bucket[0], histogram.bucket[BUCKETS - 1]), (1.0, 2.0));
    assert_eq!(histogram.bucket_limit.len(), histogram.bucket.len());
}

#[test]
fn equal_values_and_no_values_have_a_histogram_too() {
    assert_eq!(Histogram::of(&[2.0; 9]).bucket[0], 9.0);
    assert_eq!(Histogram::of(&[]), Histogram::default());
}
