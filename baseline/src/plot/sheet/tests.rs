use image::Rgb;

use super::*;

#[test]
fn mistakes_come_with_the_surest_first() {
    let predictions = Predictions {
        ids: ["a", "b", "c"].map(str::to_owned).into(),
        classes: ["x", "y"].map(str::to_owned).into(),
        labels: Some(vec![0, 0, 1]),
        probabilities: vec![0.4, 0.6, 0.9, 0.1, 0.95, 0.05],
    };
    let found = mistakes(&predictions);
    assert_eq!(found.iter().map(|mistake| mistake.id.as_str()).collect::<Vec<_>>(), ["c", "a"]);
    assert_eq!(found[0].caption(), "c\nis y\ncalled x (0.95)");
    assert!(mistakes(&Predictions { labels: None, ..predictions }).is_empty());
}

#[test]
fn a_sheet_holds_its_photographs() {
    let tile = |caption: &str| Tile {
        photograph: RgbImage::from_pixel(300, 100, Rgb([9, 9, 9])),
        caption: caption.to_owned(),
    };
    let svg = sheet(&[tile("one\n<two>"), tile("three")]).unwrap();
    assert_eq!(svg.matches("data:image/jpeg;base64,").count(), 2);
    assert!(svg.contains("width=\"160\" height=\"53\"") && svg.contains("&lt;two&gt;"));
    assert!(sheet(&[]).unwrap().contains("<svg"));
}
