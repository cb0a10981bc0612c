use super::*;

fn meta(step: u64) -> Meta {
    Meta {
        experiment: Experiment::load("fast", &[]).unwrap(),
        fold: 0,
        classes: vec!["a".into(), "b".into()],
        normalisation: Normalisation { mean: vec![0.1, 0.2, 0.3], std: vec![1.0 / 3.0; 3] },
        size: [32, 32],
        machine: Machine { device: "Cpu".into(), threads: 1, instructions: "avx2".into() },
        progress: Progress {
            step,
            running: Running { loss: 0.1 + 0.2, photographs: 7, confusion: vec![1, 2, 3, 4] },
            plateau: Plateau { factor: 1.0 / 3.0, best: Some(0.7), waited: 2 },
            ..Progress::default()
        },
    }
}

fn tensors(value: f32) -> Tensors {
    BTreeMap::from([("w".to_owned(), Tensor::from_slice(&[value, 2.0]))])
}

#[test]
fn numbers_come_back_to_the_bit() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("last");
    save(&folder, &meta(3), &[(WEIGHTS, &tensors(0.1))], |_| Ok(())).unwrap();
    save(&folder, &meta(4), &[(WEIGHTS, &tensors(0.3))], |_| Ok(())).unwrap();
    let checkpoint = Checkpoint::open(&folder).unwrap();
    assert_eq!(checkpoint.meta, meta(4));
    assert!(checkpoint.tensors(WEIGHTS).unwrap()["w"].equal(&Tensor::from_slice(&[0.3f32, 2.0])));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_kill_between_the_renames_leaves_the_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("last");
    save(&folder, &meta(3), &[(WEIGHTS, &tensors(0.1))], |_| Ok(())).unwrap();
    fs::rename(&folder, dir.path().join("last.old")).unwrap();
    assert_eq!(Checkpoint::open(&folder).unwrap().meta.progress.step, 3);
    // And writing goes on from there.
    save(&folder, &meta(4), &[(WEIGHTS, &tensors(0.1))], |_| Ok(())).unwrap();
    assert_eq!(Checkpoint::open(&folder).unwrap().meta.progress.step, 4);
}

#[test]
fn a_fault_while_writing_leaves_the_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("last");
    save(&folder, &meta(3), &[(WEIGHTS, &tensors(0.1))], |_| Ok(())).unwrap();
    let fault = |_: &Path| Err(CheckpointError::None("full".into()));
    save(&folder, &meta(4), &[], fault).unwrap_err();
    assert_eq!(Checkpoint::open(&folder).unwrap().meta.progress.step, 3);
}

#[test]
fn another_folder_is_refused_in_words() {
    let error = Checkpoint::open(Path::new("nowhere")).unwrap_err().to_string();
    assert!(error.contains("is not a checkpoint"), "{error}");
}
