use super::*;
use crate::random::Random;

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|id| format!("photo-{id}")).collect()
}

/// Unbalanced: class k has about a k-th of the photographs.
fn labels(count: usize) -> Vec<usize> {
    let mut random = Random::new(&[4]);
    (0..count).map(|_| [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][random.below(10)]).collect()
}

fn spread(assigned: &[Option<usize>], folds: usize, of: impl Fn(usize) -> bool) -> (usize, usize) {
    let counts: Vec<usize> =
        (0..folds).map(|fold| (0..assigned.len()).filter(|&at| assigned[at] == Some(fold) && of(at)).count()).collect();
    (*counts.iter().min().unwrap(), *counts.iter().max().unwrap())
}

#[test]
fn every_photo_validates_exactly_once_and_folds_are_equal() {
    let (ids, labels) = (ids(103), labels(103));
    let photos = Photos { ids: &ids, labels: &labels, groups: None };
    let config = Config::KFold { folds: 5, seed: 1 };
    let mut seen = vec![0; 103];
    for fold in 0..5 {
        let fold = config.fold(photos, fold).unwrap();
        assert_eq!(fold.train.len() + fold.validation.len(), 103);
        assert!([20, 21].contains(&fold.validation.len()));
        for photo in fold.validation {
            assert!(!fold.train.contains(&photo));
            seen[photo] += 1;
        }
    }
    assert_eq!(seen, vec![1; 103]);
}

#[test]
fn stratified_folds_have_every_class_evenly() {
    let (ids, labels) = (ids(203), labels(203));
    let photos = Photos { ids: &ids, labels: &labels, groups: None };
    let assigned = Config::Stratified { folds: 4, seed: 1 }.assign(photos).unwrap();
    for class in 0..3 {
        let (least, most) = spread(&assigned, 4, |photo| labels[photo] == class);
        assert!(most - least <= 1, "class {class}: {least} to {most}");
    }
    let (least, most) = spread(&assigned, 4, |_| true);
    assert!(most - least <= 1, "{least} to {most}");
}

#[test]
fn a_hold_out_takes_its_share_of_every_class() {
    let (ids, labels) = (ids(200), labels(200));
    let photos = Photos { ids: &ids, labels: &labels, groups: None };
    let fold = Config::HoldOut { share: 0.2, seed: 1 }.fold(photos, 0).unwrap();
    for class in 0..3 {
        let all = labels.iter().filter(|&&label| label == class).count();
        let held = fold.validation.iter().filter(|&&photo| labels[photo] == class).count();
        assert_eq!(held, (all as f64 * 0.2).round() as usize);
    }
}

#[test]
fn the_order_of_rows_does_not_matter_and_the_seed_does() {
    let (ids, labels) = (ids(60), labels(60));
    let reversed_ids: Vec<String> = ids.iter().rev().cloned().collect();
    let reversed_labels: Vec<usize> = labels.iter().rev().copied().collect();
    for kind in ["hold-out", "k-fold", "stratified"] {
        let config = |seed| match kind {
            "hold-out" => Config::HoldOut { share: 0.25, seed },
            "k-fold" => Config::KFold { folds: 3, seed },
            _ => Config::Stratified { folds: 3, seed },
        };
        let photos = Photos { ids: &ids, labels: &labels, groups: None };
        let assigned = config(7).assign(photos).unwrap();
        let mut other =
            config(7).assign(Photos { ids: &reversed_ids, labels: &reversed_labels, groups: None }).unwrap();
        other.reverse();
        assert_eq!(assigned, other, "{kind}");
        assert_ne!(assigned, config(8).assign(photos).unwrap(), "{kind}");
    }
}

#[test]
fn no_group_is_in_two_folds() {
    let (ids, labels) = (ids(300), labels(300));
    let mut random = Random::new(&[9]);
    let groups: Vec<usize> = (0..300).map(|_| random.below(40)).collect();
    let photos = Photos { ids: &ids, labels: &labels, groups: Some(&groups) };
    let by = GroupBy::Column("visit".to_owned());
    for config in [
        Config::Group { folds: 5, group: by.clone(), seed: 1 },
        Config::StratifiedGroup { folds: 5, group: by.clone(), seed: 1 },
    ] {
        let assigned = config.assign(photos).unwrap();
        for group in 0..40 {
            let mut folds: Vec<_> = (0..300).filter(|&at| groups[at] == group).map(|at| assigned[at]).collect();
            folds.dedup();
            assert!(folds.len() <= 1, "{config:?}, group {group}: {folds:?}");
        }
        let (least, most) = spread(&assigned, 5, |_| true);
        assert!(least >= 45 && most <= 75, "{config:?}: {least} to {most}");
    }
}

#[test]
fn stratified_groups_spread_a_class_better_than_groups_alone() {
    // Every group has one class, the hard case.
    let ids = ids(400);
    let mut random = Random::new(&[11]);
    let class_of: Vec<usize> = (0..50).map(|_| usize::from(random.chance(0.2))).collect();
    let groups: Vec<usize> = (0..400).map(|_| random.below(50)).collect();
    let labels: Vec<usize> = groups.iter().map(|&group| class_of[group]).collect();
    let photos = Photos { ids: &ids, labels: &labels, groups: Some(&groups) };
    let by = GroupBy::Column("visit".to_owned());
    let uneven = |config: Config| {
        let (least, most) = spread(&config.assign(photos).unwrap(), 5, |photo| labels[photo] == 1);
        most - least
    };
    let alone = uneven(Config::Group { folds: 5, group: by.clone(), seed: 3 });
    let stratified = uneven(Config::StratifiedGroup { folds: 5, group: by, seed: 3 });
    assert!(stratified < alone, "{stratified} against {alone}");
}

#[test]
fn where_nothing_belongs_together_stratified_groups_are_stratified() {
    let (ids, labels) = (ids(100), labels(100));
    let groups: Vec<usize> = (0..100).collect();
    let photos = Photos { ids: &ids, labels: &labels, groups: Some(&groups) };
    let grouped = Config::StratifiedGroup { folds: 5, group: GroupBy::NearDuplicates, seed: 3 };
    assert_eq!(grouped.assign(photos).unwrap(), Config::Stratified { folds: 5, seed: 3 }.assign(photos).unwrap());
}

#[test]
fn what_belongs_together_but_lies_apart_is_found() {
    let assigned = [Some(0), Some(0), Some(1), None];
    assert_eq!(crossing(&assigned, &[vec![0, 1], vec![1, 2, 3]]), [(1, 2), (1, 3), (2, 3)]);
}

#[test]
fn impossible_splits_say_what_is_possible() {
    let (ids, labels) = (ids(3), vec![0, 1, 0]);
    let groups = [0, 0, 1];
    let photos = Photos { ids: &ids, labels: &labels, groups: Some(&groups) };
    let message = |config: Config, fold| config.fold(photos, fold).unwrap_err().to_string();
    assert_eq!(
        message(Config::KFold { folds: 4, seed: 0 }, 0),
        "split.folds = 4: there must be at least 2, and no more than the 3 photographs"
    );
    assert_eq!(
        message(Config::KFold { folds: 2, seed: 0 }, 2),
        "fold 2 does not exist: the split has 2, counted from 0"
    );
    let by = GroupBy::NearDuplicates;
    assert_eq!(message(Config::Group { folds: 3, group: by, seed: 0 }, 0), "there are 2 groups, too few for 3 folds");
    assert!(message(Config::HoldOut { share: 1.0, seed: 0 }, 0).contains("between 0 and 1"));
}

#[test]
fn the_file_names_every_kind() {
    for text in [
        "kind = 'hold-out'\nshare = 0.2\nseed = 1",
        "kind = 'k-fold'\nfolds = 5\nseed = 1",
        "kind = 'stratified'\nfolds = 5\nseed = 1",
        "kind = 'group'\nfolds = 5\ngroup = { column = 'patient' }\nseed = 1",
        "kind = 'stratified-group'\nfolds = 5\ngroup = 'near-duplicates'\nseed = 1",
    ] {
        toml::from_str::<Config>(text).unwrap();
    }
    let error = toml::from_str::<Config>("kind = 'stratified'\nfolds = 5\nseed = 1\nshuffle = true").unwrap_err();
    assert!(error.to_string().contains("unknown field `shuffle`"), "{error}");
}

/// 40 photographs of blocks of random colours, and of each a second one that differs in one pixel: `shop` says so.
fn twins(dir: &std::path::Path) -> Competition {
    let mut rows = "id,label,shop\n".to_owned();
    std::fs::create_dir(dir.join("images")).unwrap();
    for pair in 0..40u64 {
        let mut random = Random::new(&[pair]);
        let colours: Vec<[u8; 3]> = (0..64).map(|_| std::array::from_fn(|_| random.next() as u8)).collect();
        let mut picture =
            ::image::RgbImage::from_fn(32, 32, |x, y| ::image::Rgb(colours[(y / 4 * 8 + x / 4) as usize]));
        for twin in ["a", "b"] {
            picture.save(dir.join(format!("images/{pair}{twin}.png"))).unwrap();
            picture.put_pixel(3, 3, ::image::Rgb([9; 3]));
            rows += &format!("{pair}{twin},{},{pair}\n", ["cat", "dog"][random.below(2)]);
        }
    }
    std::fs::write(dir.join("train.csv"), rows).unwrap();
    std::fs::write(dir.join("test.csv"), "id,shop\n0a,0\n").unwrap();
    Competition::open(dir, crate::competition::Columns::default()).unwrap()
}

#[test]
fn folds_that_part_near_duplicates_say_how_many_and_what_keeps_them_together() {
    let dir = tempfile::tempdir().unwrap();
    let competition = twins(dir.path());
    let of = |config: Config| Folds::of(&competition, &config).unwrap();
    let torn = of(Config::Stratified { folds: 4, seed: 7 });
    assert!(torn.parted.len() > 20, "{:?}", torn.parted);
    let warning = torn.warning().unwrap();
    assert!(warning.starts_with(&format!("{} of the 80 photographs", 2 * torn.parted.len())), "{warning}");
    let cure = warning.split('"').nth(1).unwrap();
    let cure: toml::Table = toml::from_str(&format!("split={cure}")).unwrap();
    let cure: Config = cure["split"].clone().try_into().unwrap();
    assert_eq!(cure, Config::StratifiedGroup { folds: 4, group: GroupBy::NearDuplicates, seed: 7 });
    assert_eq!(of(cure).warning(), None);
    assert_eq!(of(Config::Group { folds: 4, group: GroupBy::Column("shop".to_owned()), seed: 7 }).warning(), None);
}

#[test]
fn of_a_hold_out_only_the_photographs_that_validate_count() {
    let dir = tempfile::tempdir().unwrap();
    let held = Folds::of(&twins(dir.path()), &Config::HoldOut { share: 0.25, seed: 1 }).unwrap();
    let warning = held.warning().unwrap();
    assert!(warning.starts_with(&format!("{} of the 20 photographs", held.parted.len())), "{warning}");
    assert!(warning.contains("folds=4"), "{warning}");
}
