use super::*;

#[test]
fn a_log_goes_on_behind_what_the_checkpoint_knows() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.jsonl");
    let mut log = Log::open(&path, 0).unwrap();
    log.line(&[("step", 1.0), ("train/loss", 0.5)]).unwrap();
    let known = log.sync().unwrap();
    log.line(&[("step", 2.0), ("train/loss", f64::NAN)]).unwrap();
    drop(log);
    let mut log = Log::open(&path, known).unwrap();
    log.line(&[("step", 2.0), ("train/loss", 0.25)]).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, "{\"step\":1,\"train/loss\":0.5}\n{\"step\":2,\"train/loss\":0.25}\n");
}
