use std::io::Cursor;

use super::*;

/// A stream that gives `chunk` bytes at a time.
struct Dripping<'a> {
    bytes: Cursor<&'a [u8]>,
    chunk: usize,
}

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.chunk);
        self.bytes.read(&mut buffer[..length])
    }
}

type Records = Vec<(u64, Vec<String>)>;

fn read_from(source: impl Read, limits: Limits, lists: bool) -> (Records, Vec<(Code, Option<u64>)>) {
    let mut faults = Faults::new(&limits);
    let mut table = Table::new(source, limits, lists);
    table.open(&Wanted { header: "id,label".to_owned(), rows: None }, &mut faults).unwrap();
    let mut records = Records::new();
    loop {
        match table.next(&mut faults).unwrap() {
            Next::Record(record) => records.push((record.line, record.values().map(str::to_owned).collect())),
            Next::Unreadable => records.push((0, Vec::new())),
            Next::End => break,
        }
    }
    let rejections = faults.into_rejections();
    (records, rejections.iter().map(|rejection| (rejection.code, rejection.line)).collect())
}

fn read(text: &str) -> (Records, Vec<(Code, Option<u64>)>) {
    read_from(text.as_bytes(), Limits::default(), false)
}

fn row(line: u64, values: &[&str]) -> (u64, Vec<String>) {
    (line, values.iter().map(|value| (*value).to_owned()).collect())
}

#[test]
fn quoted_values_are_unescaped_and_keep_their_line() {
    let (records, faults) = read("a,\"b \"\"c\"\", d\"\n\"x\ny\",\"\"\nlast,1");
    assert_eq!(records, [row(1, &["a", "b \"c\", d"]), row(2, &["x\ny", ""]), row(4, &["last", "1"])]);
    assert!(faults.is_empty());
}

#[test]
fn a_backslash_before_a_closing_quote_is_only_a_backslash() {
    assert_eq!(read("\"C:\\\",1\nb,2\n").0, [row(1, &["C:\\", "1"]), row(2, &["b", "2"])]);
    let (records, faults) = read("\"say \\\"hi\\\"\",1\nb,2\n");
    assert_eq!(records, [row(0, &[]), row(2, &["b", "2"])]);
    assert_eq!(faults, [(Code::BadQuote, Some(1))]);
}

#[test]
fn after_a_broken_quote_the_next_line_is_understood() {
    for broken in ["a\"b,1", "\"a\"b,1", " \"a\",1", "x,y\"z\"w"] {
        let (records, faults) = read(&format!("{broken}\nnext,2\n"));
        assert_eq!(records, [row(0, &[]), row(2, &["next", "2"])], "{broken}");
        assert_eq!(faults, [(Code::BadQuote, Some(1))], "{broken}");
    }
}

#[test]
fn every_line_end_counts_one_line() {
    for (text, lines) in
        [("a\nb\nc", [1, 2, 3]), ("a\r\nb\r\nc\r\n", [1, 2, 3]), ("a\rb\rc\r", [1, 2, 3]), ("a\r\n\rb\nc", [1, 3, 4])]
    {
        let (records, _) = read(text);
        assert_eq!(records.iter().map(|(line, _)| *line).collect::<Vec<_>>(), lines, "{text:?}");
    }
}

#[test]
fn chunks_of_any_size_read_the_same() {
    let text = "id,label\r\n\"a\r\nb\",\"x\"\"y\"\r\nc,d\r\re,\"f\n";
    let whole = read(text);
    for chunk in 1..20 {
        let dripping = Dripping { bytes: Cursor::new(text.as_bytes()), chunk };
        assert_eq!(read_from(dripping, Limits::default(), false), whole, "{chunk}");
    }
}

#[test]
fn records_cross_the_buffer_unharmed() {
    let line = format!("{},{}\r\n", "k".repeat(700), "v".repeat(900));
    let text = line.repeat(2_000);
    let (records, faults) = read(&text);
    assert_eq!(records.len(), 2_000);
    assert!(records.iter().all(|(_, values)| values[0].len() == 700 && values[1].len() == 900));
    assert!(faults.is_empty());
    let macintosh = text.replace("\r\n", "\r");
    assert_eq!(read(&macintosh).0.len(), 2_000);
}

#[test]
fn limits_hold_to_the_byte() {
    let value = |bytes: usize| format!("{},1\n", "a".repeat(bytes));
    assert!(read(&value(1_024)).1.is_empty());
    assert_eq!(read(&value(1_025)).1, [(Code::ValueTooLong, Some(1))]);
    assert_eq!(read(&format!("\"{}\",1\n", "a".repeat(1_025))).1, [(Code::ValueTooLong, Some(1))]);
    let line = |bytes: usize| format!("{}\nnext,1\n", "ab,".repeat(bytes / 3) + &"a".repeat(bytes % 3));
    assert!(read(&line(65_536)).1.is_empty());
    let (records, faults) = read(&line(65_537));
    assert_eq!(faults, [(Code::LineTooLong, Some(1))]);
    assert_eq!(records[1], row(2, &["next", "1"]));
    let (records, faults) = read(&line(1_000_000));
    assert_eq!(faults, [(Code::LineTooLong, Some(1))]);
    assert_eq!(records[1], row(2, &["next", "1"]));
}

#[test]
fn in_a_list_the_limit_of_a_value_is_for_each_item() {
    let list = format!("q,{}\n", "item ".repeat(1_000));
    let limits = Limits::default();
    assert_eq!(read_from(list.as_bytes(), limits, false).1, [(Code::ValueTooLong, Some(1))]);
    assert!(read_from(list.as_bytes(), limits, true).1.is_empty());
    let long_item = format!("q,a {}\n", "i".repeat(1_025));
    assert_eq!(read_from(long_item.as_bytes(), limits, true).1, [(Code::ValueTooLong, Some(1))]);
}

#[test]
fn the_size_limit_is_exact() {
    let text = "id,label\na,1\n";
    let limits = |file_bytes| Limits { file_bytes, ..Limits::default() };
    assert!(read_from(text.as_bytes(), limits(13), false).1.is_empty());
    assert_eq!(read_from(text.as_bytes(), limits(12), false).1, [(Code::FileTooLarge, None)]);
}

#[test]
fn an_endless_line_is_read_in_the_memory_of_the_buffer() {
    let endless = io::repeat(b'a').take(300_000_000);
    let limits = Limits { file_bytes: 50_000_000, ..Limits::default() };
    let mut faults = Faults::new(&limits);
    let mut table = Table::new(endless, limits, false);
    table.open(&Wanted { header: String::new(), rows: None }, &mut faults).unwrap();
    while !matches!(table.next(&mut faults).unwrap(), Next::End) {}
    assert_eq!(table.buffer.capacity(), BUFFER_BYTES);
    assert!(table.read < 51_000_000, "reading stops at the limit of the file");
    let codes: Vec<Code> = faults.into_rejections().iter().map(|rejection| rejection.code).collect();
    assert_eq!(codes, [Code::FileTooLarge, Code::ValueTooLong]);
}

#[test]
fn a_broken_stream_is_no_verdict() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::ConnectionReset, "gone"))
        }
    }
    let limits = Limits::default();
    let mut table = Table::new(b"id,label\na,1\n".chain(Broken), limits, false);
    assert!(table.open(&Wanted { header: String::new(), rows: None }, &mut Faults::new(&limits)).is_err());
}

#[test]
fn what_is_not_plain_is_found_wherever_it_stands() {
    for position in [0, 1, 255, 256, 257, 5_000, 262_140, 262_144, 300_000] {
        let mut text = "ab,cdef\n".repeat(40_000).into_bytes();
        // Line ends stay: a fault must be one of its line.
        let position = if text[position] == b'\n' { position + 1 } else { position };
        let line = (position / 8 + 1) as u64;
        text[position] = 0;
        assert_eq!(
            read_from(text.as_slice(), Limits::default(), false).1,
            [(Code::ControlCharacter, Some(line))],
            "{position}"
        );
        text[position] = 0xff;
        assert_eq!(read_from(text.as_slice(), Limits::default(), false).1, [(Code::NotUtf8, Some(line))], "{position}");
    }
}
