//! *Lecturers*: InstEval, 73,421 marks that students of ETH Zurich gave to their lecturers (1 to 5, anonymous).
//!
//! Of each student's marks the 40 % with the smallest SHA-256 of `lecturers:`, student, `:` and lecturer are hidden.
//! Queries are the students with at least five hidden marks; half of them, by the hash of `lecturers:` and the student,
//! are public. Hidden marks of the other students are left out altogether.

use std::collections::BTreeMap;

use anyhow::Result;

use super::solar::two_fifths;
use super::{Folder, columns, expect_counts};
use crate::package;

const RATINGS: (&str, &str) = ("lme4/InstEval", "13498ab015df1c2c2af465d13965cca0e91868029b0e4328557b3c709cddf476");
const LEAST_HIDDEN: usize = 5;
/// What is known of a mark besides who gave it to whom: the columns' names upstream and here.
const UPSTREAM: [&str; 4] = ["studage", "lectage", "service", "dept"];
const CONTEXT: [&str; 4] = ["student_semester", "lecture_age", "service", "department"];

struct Rating {
    lecturer: u32,
    context: [String; CONTEXT.len()],
    mark: String,
}

pub(super) fn make(folder: &Folder) -> Result<()> {
    let mut public: Vec<u32> = Vec::new();
    let mut students = read()?;
    let mut hidden: BTreeMap<u32, Vec<Rating>> = BTreeMap::new();
    for (&student, ratings) in &mut students {
        ratings.sort_by_cached_key(|rating| package::key(&format!("lecturers:{student}:{}", rating.lecturer)));
        let kept = ratings.split_off(two_fifths(ratings.len()));
        let mut taken = std::mem::replace(ratings, kept);
        if taken.len() >= LEAST_HIDDEN {
            taken.sort_by_key(|rating| rating.lecturer);
            hidden.insert(student, taken);
            public.push(student);
        }
        ratings.sort_by_key(|rating| rating.lecturer);
    }
    public.sort_by_cached_key(|student| package::key(&format!("lecturers:{student}")));
    public.truncate(hidden.len() / 2);

    let known: Vec<&str> = ["student", "lecturer"].into_iter().chain(CONTEXT).collect();
    let mut train = folder.data_table("train.csv", &known.iter().copied().chain(["mark"]).collect::<Vec<_>>())?;
    let mut marks = 0;
    for (student, ratings) in &students {
        for rating in ratings {
            let (student, lecturer) = (student.to_string(), rating.lecturer.to_string());
            train.write_record([student, lecturer].iter().chain(&rating.context).chain([&rating.mark]))?;
            marks += 1;
        }
    }
    let mut test = folder.data_table("test.csv", &known)?;
    let mut sample = folder.table("sample_submission.csv", &["student", "items"])?;
    let mut solution = folder.table("solution.csv", &["student", "lecturer", "mark", "Usage"])?;
    let mut pairs = 0;
    for (student, ratings) in &hidden {
        let usage = if public.contains(student) { "Public" } else { "Private" };
        let student = student.to_string();
        let lecturers: Vec<String> = ratings.iter().map(|rating| rating.lecturer.to_string()).collect();
        for (rating, lecturer) in ratings.iter().zip(&lecturers) {
            test.write_record([&student, lecturer].into_iter().chain(&rating.context))?;
            solution.write_record([&student, lecturer, &rating.mark, usage])?;
            pairs += 1;
        }
        sample.write_record([&student, &lecturers.join(" ")])?;
    }
    for mut table in [train, test, sample, solution] {
        table.flush()?;
    }
    expect_counts(
        "marks to learn from, students to rank for, hidden marks, public students",
        [marks, hidden.len(), pairs, public.len()],
        [44_082, 2_348, 27_251, 1_174],
    )
}

fn read() -> Result<BTreeMap<u32, Vec<Rating>>> {
    let mut table = csv::Reader::from_path(package::table(RATINGS.0, RATINGS.1)?)?;
    let [student, lecturer, mark] = columns(&mut table, ["s", "d", "y"])?;
    let context = columns(&mut table, UPSTREAM)?;
    let mut students: BTreeMap<u32, Vec<Rating>> = BTreeMap::new();
    for row in table.records() {
        let row = row?;
        students.entry(row[student].parse()?).or_default().push(Rating {
            lecturer: row[lecturer].parse()?,
            context: context.map(|column| row[column].to_owned()),
            mark: row[mark].to_owned(),
        });
    }
    Ok(students)
}
