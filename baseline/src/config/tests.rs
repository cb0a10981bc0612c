use super::*;

#[test]
fn every_preset_is_complete_and_survives_being_written() {
    for (name, _) in PRESETS {
        let experiment = Experiment::load(name, &[]).unwrap_or_else(|error| panic!("{error}"));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("experiment.toml");
        fs::write(&path, experiment.to_toml()).unwrap();
        assert_eq!(Experiment::load(&path.display().to_string(), &[]).unwrap(), experiment, "{name}");
        experiment.metric().unwrap();
    }
}

#[test]
fn a_flag_overrides_one_value_wherever_it_is() {
    let set = |text: &str| Experiment::load("finetune", &[text.to_owned()]);
    assert_eq!(set("train.epochs=3").unwrap().train.epochs, 3);
    assert_eq!(set("metric = accuracy").unwrap().metric, "accuracy");
    assert_eq!(set("optimizer.group.0.rate=0.25").unwrap().optimizer.group[0].rate, 0.25);
    assert_eq!(
        set("model.architecture={kind='resnet',layers=18,width=1.0}").unwrap().model.architecture.name(),
        "resnet18"
    );
}

#[test]
fn a_misspelt_key_is_named() {
    let error = |text: &str| Experiment::load("fast", &[text.to_owned()]).unwrap_err().to_string();
    assert!(error("train.epoch=3").contains("epoch"), "{}", error("train.epoch=3"));
    assert!(error("trian.epochs=3").contains("no table 'trian'"));
    assert!(error("train.epochs").contains("key=value"));
    assert!(error("train.epochs=many").contains("epochs"), "{}", error("train.epochs=many"));
}

#[test]
fn a_missing_file_names_the_presets() {
    let error = Experiment::load("fats", &[]).unwrap_err().to_string();
    assert!(error.contains("presets are fast"), "{error}");
}
