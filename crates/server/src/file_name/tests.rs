use super::*;

#[test]
fn names_are_cleaned_before_they_are_shown() {
    for (given, kept) in [
        ("sub.csv", "sub.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\제출.csv", "제출.csv"),
        ("x.csv\0.exe", "x.csv.exe"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie: x.csv"),
        ("evil\u{202e}vsc.exe", "evilvsc.exe"),
        ("CON", "_CON"),
        ("com1.csv", "_com1.csv"),
        ("command.csv", "command.csv"),
        ("..", "submission.csv"),
        ("", "submission.csv"),
        ("\u{1112}\u{1161}\u{11ab}.csv", "한.csv"),
    ] {
        assert_eq!(clean(given, "submission.csv"), kept, "{given:?}");
    }
}

#[test]
fn long_names_are_cut_and_keep_their_ending() {
    let cleaned = clean(&format!("{}.csv", "가".repeat(1_500)), "x");
    assert!(cleaned.len() <= MAX_NAME && cleaned.ends_with("가.csv"), "{cleaned}");
    assert!(clean(&"x".repeat(4_096), "x").len() <= MAX_NAME);
    assert!(clean(&format!("a.{}", "b".repeat(4_096)), "x").len() <= MAX_NAME);
}

#[test]
fn data_paths_stay_inside_their_folder() {
    assert_eq!(data_path("./train/사진 1.png").as_deref(), Ok("train/사진 1.png"));
    for outside in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".", "a/.", " a", "a /b"] {
        assert!(matches!(data_path(outside), Err(PathError::Outside(_))), "{outside:?}");
    }
    for odd in ["a\\b", "C:x", "a\0b", "a\nb", "a\u{202e}b", "a?b"] {
        assert!(matches!(data_path(odd), Err(PathError::Characters(_))), "{odd:?}");
    }
    assert!(matches!(data_path(&"a/".repeat(40)), Err(PathError::TooLong(_))));
    assert!(matches!(data_path(&"a".repeat(600)), Err(PathError::TooLong(_))));
}

#[test]
fn the_header_carries_any_name_and_nothing_else() {
    assert_eq!(attachment("a b.csv"), "attachment; filename=\"a b.csv\"");
    assert_eq!(
        attachment("x\";y=\"z.csv"),
        "attachment; filename=\"x_;y=_z.csv\"; filename*=UTF-8''x%22%3By%3D%22z.csv"
    );
    assert_eq!(attachment("답.csv"), "attachment; filename=\"_.csv\"; filename*=UTF-8''%EB%8B%B5.csv");
    assert_eq!(attachment("a\r\nX: y"), "attachment; filename=\"aX: y\"");
}
