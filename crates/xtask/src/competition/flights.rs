//! *Flight delays*: departures from New York in 2013 (nycflights13), with the weather of the scheduled hour.
//!
//! Positive = the flight arrived more than 30 minutes late. Whole days go to one side: sorted by SHA-256 of `flights:`
//! and the date, the first 220 are train, the next 55 public, the last 90 private. Participants get what is known at
//! schedule time. Upstream rows are ordered by the *actual* departure, which would give the answer away; here they are
//! ordered and numbered by schedule.

use std::collections::HashMap;

use anyhow::{Context, Result};

use super::{Folder, Side, columns, expect_counts};
use crate::package;

const FLIGHTS: (&str, &str) =
    ("nycflights13/flights", "b791a2590c9167aa0bd3cb45af3f64101180878cf088c183eae4011e3a654f42");
const WEATHER: (&str, &str) =
    ("nycflights13/weather", "8c4dfd7404d7c56b22836c8502c341452e80d499e488cd1c502076c3bb009af2");

const LATE_MINUTES: i32 = 30;
const TRAIN_DAYS: usize = 220;
const PUBLIC_DAYS: usize = 55;
const WEATHER_COLUMNS: [&str; 9] =
    ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"];
const SCHEDULE_COLUMNS: [&str; 9] =
    ["sched_dep_time", "sched_arr_time", "carrier", "flight", "tailnum", "origin", "dest", "distance", "hour"];

struct Flight {
    date: String,
    /// Scheduled departure as a number, hhmm, by which flights are ordered.
    departure: u32,
    schedule: [String; SCHEDULE_COLUMNS.len()],
    weather: [String; WEATHER_COLUMNS.len()],
    late: bool,
}

pub(super) fn make(folder: &Folder) -> Result<()> {
    let mut flights = read(&weather()?)?;
    let sides = sides(&flights);
    // Carrier, flight number, origin and destination tell apart what leaves in the same minute.
    flights.sort_by(|a, b| (&a.date, a.departure, &a.schedule[2..7]).cmp(&(&b.date, b.departure, &b.schedule[2..7])));

    let known: Vec<&str> = ["id", "date"].into_iter().chain(SCHEDULE_COLUMNS).chain(WEATHER_COLUMNS).collect();
    let mut train = folder.data_table("train.csv", &known.iter().copied().chain(["late"]).collect::<Vec<_>>())?;
    let mut test = folder.data_table("test.csv", &known)?;
    let mut sample = folder.table("sample_submission.csv", &["id", "late"])?;
    let mut solution = folder.table("solution.csv", &["id", "late", "Usage"])?;
    let mut counts = [0_usize; 3];
    for (number, flight) in (1_u32..).zip(&flights) {
        let side = sides[flight.date.as_str()];
        counts[side as usize] += 1;
        let id = format!("f{number:06}");
        let known = [&id, &flight.date].into_iter().chain(&flight.schedule).chain(&flight.weather);
        let late = if flight.late { "1" } else { "0" };
        match side.usage() {
            None => train.write_record(known.map(String::as_str).chain([late]))?,
            Some(usage) => {
                test.write_record(known)?;
                sample.write_record([&id, "0.5"])?;
                solution.write_record([&id, late, usage])?;
            }
        }
    }
    for mut table in [train, test, sample, solution] {
        table.flush()?;
    }
    expect_counts("flights that are train, public, private", counts, [197_543, 49_390, 80_413])
}

/// Origin and hour (UTC) to the weather then and there.
fn weather() -> Result<HashMap<(String, String), [String; WEATHER_COLUMNS.len()]>> {
    let mut table = csv::Reader::from_path(package::table(WEATHER.0, WEATHER.1)?)?;
    let [origin, hour] = columns(&mut table, ["origin", "time_hour"])?;
    let values = columns(&mut table, WEATHER_COLUMNS)?;
    table
        .records()
        .map(|row| {
            let row = row?;
            Ok(((row[origin].to_owned(), row[hour].to_owned()), values.map(|value| row[value].to_owned())))
        })
        .collect()
}

fn read(weather: &HashMap<(String, String), [String; WEATHER_COLUMNS.len()]>) -> Result<Vec<Flight>> {
    let mut table = csv::Reader::from_path(package::table(FLIGHTS.0, FLIGHTS.1)?)?;
    let [year, month, day, departure, delay, origin, hour] =
        columns(&mut table, ["year", "month", "day", "sched_dep_time", "arr_delay", "origin", "time_hour"])?;
    let schedule = columns(&mut table, SCHEDULE_COLUMNS)?;
    let mut flights = Vec::new();
    for row in table.records() {
        let row = row?;
        // Cancelled or diverted: there is no arrival to be late for.
        if row[delay].is_empty() {
            continue;
        }
        let delay: i32 = row[delay].parse().with_context(|| format!("arr_delay '{}'", &row[delay]))?;
        let there = (row[origin].to_owned(), row[hour].to_owned());
        flights.push(Flight {
            date: format!("{}-{:0>2}-{:0>2}", &row[year], &row[month], &row[day]),
            departure: row[departure].parse()?,
            schedule: schedule.map(|column| row[column].to_owned()),
            // An hour without a reading (0.5 % of flights) leaves the cells empty.
            weather: weather.get(&there).cloned().unwrap_or_default(),
            late: delay > LATE_MINUTES,
        });
    }
    Ok(flights)
}

fn sides(flights: &[Flight]) -> HashMap<String, Side> {
    let mut days: Vec<String> = flights.iter().map(|flight| flight.date.clone()).collect();
    days.sort_unstable();
    days.dedup();
    days.sort_by_cached_key(|day| package::key(&format!("flights:{day}")));
    days.into_iter()
        .enumerate()
        .map(|(position, day)| {
            let side = if position < TRAIN_DAYS {
                Side::Train
            } else if position < TRAIN_DAYS + PUBLIC_DAYS {
                Side::Public
            } else {
                Side::Private
            };
            (day, side)
        })
        .collect()
}
