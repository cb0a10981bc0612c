//! Data files and folders.

use podium_store::data_files::{self, FolderItem, NewDataFile, Total};
use podium_store::{Db, both};

use crate::contest::{Contest, at, content, noon, read, text, write};

fn file(path: &str, number: u64) -> NewDataFile {
    NewDataFile { path: text(path), bytes: 10, sha256: content(number), visible_from: None }
}

fn put(contest: &Contest<'_>, new: NewDataFile) -> bool {
    let id = contest.id;
    write(contest.db, move |c| data_files::put(c, id, &new, noon())).unwrap()
}

fn names(db: &Db, contest: &Contest<'_>, folder: &str, limit: usize) -> Vec<String> {
    let id = contest.id;
    let mut names = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = read(db, |c| data_files::list(c, id, folder, after.as_deref(), limit, None));
        let Some(last) = page.last() else { return names };
        after = Some(last.cursor());
        names.extend(page.iter().map(|item| match item {
            FolderItem::File(file) => file.path.to_string(),
            FolderItem::Folder { path, files } => format!("{path}/ ({files})"),
        }));
    }
}

both! {
    fn the_same_bytes_at_the_same_path_are_unchanged(db) {
        let contest = Contest::new(db);
        assert!(put(&contest, file("train.csv", 1)));
        assert!(!put(&contest, file("train.csv", 1)));
        assert!(put(&contest, file("train.csv", 2)));
        let id = contest.id;
        let all = read(db, |c| data_files::all(c, id));
        assert_eq!(all.iter().map(|f| (f.path.as_str(), f.sha256)).collect::<Vec<_>>(), [("train.csv", content(2))]);
        assert!(write(db, move |c| data_files::delete(c, id, &text("train.csv"))).unwrap().is_some());
        assert!(write(db, move |c| data_files::delete(c, id, &text("train.csv"))).unwrap().is_none());
    }

    fn folders_list_their_own_items_on_every_size_of_page(db) {
        let contest = Contest::new(db);
        // '-' and '.' sort before '/', '0' after it.
        let paths = ["a", "img-2/x.png", "img.zip", "img/1.png", "img/2.png", "img/deep/3.png", "img0", "z.csv", "한글.csv"];
        for (n, path) in paths.iter().enumerate() {
            put(&contest, file(path, n as u64));
        }
        for limit in 1..=10 {
            assert_eq!(
                names(db, &contest, "", limit),
                ["a", "img-2/ (1)", "img.zip", "img/ (3)", "img0", "z.csv", "한글.csv"],
                "{limit} a page"
            );
            assert_eq!(names(db, &contest, "img", limit), ["img/1.png", "img/2.png", "img/deep/ (1)"]);
            assert_eq!(names(db, &contest, "img/deep/", limit), ["img/deep/3.png"]);
            assert!(names(db, &contest, "nowhere", limit).is_empty());
        }
    }

    fn a_file_that_is_not_out_yet_is_neither_listed_nor_counted(db) {
        let contest = Contest::new(db);
        let id = contest.id;
        put(&contest, file("train.csv", 1));
        let later = NewDataFile { visible_from: Some(at("2026-12-08T00:00:00Z")), ..file("baseline/model.csv", 2) };
        put(&contest, later);
        let before = at("2026-12-07T23:59:59.999999Z");
        let seen = |at| read(db, |c| data_files::list(c, id, "", None, 10, at)).len();
        assert_eq!((seen(Some(before)), seen(Some(at("2026-12-08T00:00:00Z"))), seen(None)), (1, 2, 2));
        assert_eq!(read(db, |c| data_files::total(c, id, Some(before))), Total { files: 1, bytes: 10 });
        assert_eq!(read(db, |c| data_files::total(c, id, None)), Total { files: 2, bytes: 20 });
    }
}
