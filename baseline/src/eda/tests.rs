use std::fs;

use ::image::{Rgb, RgbImage};
use tempfile::TempDir;

use super::*;
use crate::competition::Columns;
use crate::random::Random;

/// A competition of blocks of random colours: no two alike.
struct Made {
    dir: TempDir,
    train: Vec<(String, String)>,
    test: Vec<String>,
}

impl Made {
    fn new() -> Self {
        Self { dir: TempDir::new().unwrap(), train: Vec::new(), test: Vec::new() }
    }

    fn picture(seed: u64, side: u32) -> RgbImage {
        let colours: Vec<Rgb<u8>> = {
            let mut random = Random::new(&[seed]);
            (0..64).map(|_| Rgb([random.next() as u8, random.next() as u8, random.next() as u8])).collect()
        };
        RgbImage::from_fn(side, side, |x, y| colours[(y * 8 / side * 8 + x * 8 / side) as usize])
    }

    fn save(&self, id: &str, picture: &RgbImage) {
        let path = self.dir.path().join(format!("images/{id}.png"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        picture.save(path).unwrap();
    }

    fn train(&mut self, id: &str, label: &str, picture: &RgbImage) {
        self.save(id, picture);
        self.train.push((id.to_owned(), label.to_owned()));
    }

    fn test(&mut self, id: &str, picture: &RgbImage) {
        self.save(id, picture);
        self.test.push(id.to_owned());
    }

    fn open(&self) -> Competition {
        let rows: String = self.train.iter().map(|(id, label)| format!("{id},{label}\n")).collect();
        fs::write(self.dir.path().join("train.csv"), format!("id,label\n{rows}")).unwrap();
        fs::write(self.dir.path().join("test.csv"), format!("id\n{}\n", self.test.join("\n"))).unwrap();
        Competition::open(self.dir.path(), Columns::default()).unwrap()
    }
}

fn titles(analysis: &Analysis) -> Vec<String> {
    analysis.hints.iter().map(|hint| hint.title.clone()).collect()
}

/// 60 photographs whose label nothing tells.
fn honest() -> Made {
    let mut made = Made::new();
    let mut random = Random::new(&[3]);
    for seed in 0..60 {
        let label = ["cat", "dog"][random.below(2)];
        made.train(&format!("{:016x}", Random::new(&[seed]).next()), label, &Made::picture(seed, 32));
    }
    made.test("zzz", &Made::picture(999, 32));
    made
}

#[test]
fn data_without_leaks_give_no_hint() {
    let competition = honest().open();
    // The folder is gone: what is analysed must be read before.
    assert!(Analysis::of(&competition, 0.97).is_err());
    let made = honest();
    let competition = made.open();
    let analysis = Analysis::of(&competition, 0.97).unwrap();
    assert_eq!(titles(&analysis), Vec::<String>::new());
    assert_eq!(analysis.sizes, [((32, 32), 60, 1)]);
    assert_eq!(analysis.counts.iter().sum::<usize>(), 60);
    assert!(analysis.to_string().contains("nothing gives a label away"));
}

#[test]
fn the_same_picture_on_both_sides_is_found() {
    let mut made = honest();
    made.train("first", "cat", &Made::picture(500, 32));
    made.test("again", &Made::picture(500, 32));
    let competition = made.open();
    let analysis = Analysis::of(&competition, 0.97).unwrap();
    assert!(titles(&analysis).contains(&"The same picture is on both sides".to_owned()), "{:?}", titles(&analysis));
    assert_eq!(analysis.places().across, 1);
}

#[test]
fn the_same_picture_with_two_labels_is_found() {
    let mut made = honest();
    made.train("first", "cat", &Made::picture(500, 32));
    made.train("second", "dog", &Made::picture(500, 32));
    let competition = made.open();
    let analysis = Analysis::of(&competition, 0.97).unwrap();
    assert!(titles(&analysis).contains(&"The same picture has different labels".to_owned()));
    assert_eq!(analysis.places().other_label, 1);
}

#[test]
fn labels_that_size_row_and_name_tell_are_found() {
    let mut made = Made::new();
    for seed in 0..80u64 {
        let cat = seed < 40;
        let id = format!("{}_{seed}", if cat { "cat" } else { "dog" });
        made.train(&id, if cat { "cat" } else { "dog" }, &Made::picture(seed, if cat { 32 } else { 40 }));
    }
    made.test("zzz", &Made::picture(999, 32));
    let competition = made.open();
    let analysis = Analysis::of(&competition, 0.97).unwrap();
    for title in [
        "The order of rows tells the label",
        "The name tells the label",
        "The picture's size tells the label",
        "Files are called after their class",
    ] {
        assert!(titles(&analysis).contains(&title.to_owned()), "{title} not in {:?}", titles(&analysis));
    }
}

#[test]
fn near_duplicates_that_folds_would_part_are_counted_with_the_way_out() {
    let mut made = honest();
    for seed in 0..20 {
        let mut picture = Made::picture(700 + seed, 32);
        made.train(&format!("{seed}a"), "cat", &picture);
        picture.put_pixel(3, 3, Rgb([9, 9, 9]));
        made.train(&format!("{seed}b"), "cat", &picture);
    }
    let competition = made.open();
    let analysis = Analysis::of(&competition, 0.97).unwrap();
    assert_eq!(analysis.places().same_label, 20);
    assert!(analysis.parted_by_folds > 5);
    assert!(analysis.to_string().contains("stratified-group"));
}

#[test]
fn the_report_is_one_file_that_needs_nothing_else() {
    let mut made = honest();
    made.train("<script>", "a&b", &Made::picture(501, 32));
    let competition = made.open();
    let html = Analysis::of(&competition, 0.97).unwrap().html(4).unwrap();
    assert_eq!(html.matches("<img").count(), 3 + html.matches("<figure>").count());
    assert_eq!(html.matches("src=\"data:image/jpeg;base64,").count(), html.matches("<img").count());
    assert!(!html.contains("http") && !html.contains("<script"));
    assert!(html.contains("a&amp;b"));
}
