//! The fuzz target's check over its corpus, the catalogues of files, and mutations of them.

use std::path::Path;

use proptest::prelude::*;

use crate::{golden_csv, reader_cases};

#[path = "../../fuzz/check.rs"]
mod check;

#[test]
fn the_corpus_of_the_fuzz_target_is_replayed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/read");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 20);
    for file in files {
        check::check(&std::fs::read(file).unwrap());
    }
    for case in golden_csv::cases().into_iter().chain(reader_cases::cases()) {
        check::check(&case.content);
    }
}

/// Parts of files, so that random sequences of them come far into the reader.
fn part() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "id",
        "label",
        ",",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\"\"",
        "\\\"",
        " ",
        "\t",
        ";",
        "a001",
        "a002",
        "a003",
        "0",
        "1",
        "2",
        "0.5",
        "-0",
        "1e400",
        "nan",
        "[1]",
        "query",
        "items",
        "q1",
        "d1 d2",
        "p0,p1,p2",
        "\u{feff}",
        "\u{200b}",
        "이미지 1",
        "\0",
        "\u{1a}",
        "id,label\n",
        "id,p0,p1,p2\n",
        "id,value\n",
        "query,items\n",
        "id,labels\n",
        "image,state\n",
        "1,234",
        "2024-01-04",
    ];
    prop_oneof![
        8 => prop::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check::check(&bytes);
    }

    #[test]
    fn any_sequence_of_parts_gets_an_answer(parts in prop::collection::vec(part(), 0..60)) {
        check::check(&parts.concat());
    }
}
