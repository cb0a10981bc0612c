use super::*;

#[test]
fn an_archive_that_was_written_to_its_end_is_never_taken_for_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().join("train.csv");
    std::fs::write(&location, "id,label\n").unwrap();
    let file = LocalFile { path: "train.csv".to_owned(), location, bytes: 9 };
    // The end of the pipe and the word that all is written arrive from another thread: many tries, one outcome.
    for _ in 0..2_000 {
        let mut bytes = Vec::new();
        tar_of(vec![file.clone()], Failure::default()).read_to_end(&mut bytes).unwrap();
        assert!(bytes.len() >= 2 * 512 + 1_024, "{} bytes", bytes.len());
    }
}

#[test]
fn an_archive_whose_file_is_gone_ends_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = LocalFile { path: "gone.csv".to_owned(), location: folder.path().join("gone.csv"), bytes: 9 };
    let failure = Failure::default();
    let error = tar_of(vec![file], Arc::clone(&failure)).read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    assert!(failure.lock().unwrap().is_some());
}
