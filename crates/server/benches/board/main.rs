//! The leaderboard against its goals: `cargo xtask bench board`, or `cargo bench -p podium-server --bench board`.
//!
//! 100,000 teams. The numbers are CPU time, which neighbours on the machine disturb least; the load average is printed
//! with them. Peers: a GROUP BY over a million submissions on SQLite, measured here; a bare epoll loop that sends a
//! canned answer, measured here; and CTFd's figures as they were recorded on two cores with 10,000 users.
#![expect(unreachable_pub, reason = "a benchmark has no outside")]
#![expect(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout, reason = "a program for developers")]

mod cpu;
mod epoll;
mod group_by;
mod memory;
mod product;

use cpu::Goal;

const TEAMS: usize = 100_000;
const SUBMISSIONS: usize = 1_000_000;
/// CTFd 91ced62d, gunicorn with one gevent worker, SQLite, 10,000 users, 50,000 solves: CPU milliseconds a request.
const CTFD_TOP_50_MS: f64 = 5.0;
const CTFD_BOARD_MS: f64 = 32.5;
const CTFD_COLD_BOARD_MS: f64 = 1_181.0;
const CTFD_RSS_MB: f64 = 128.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--bare-epoll") {
        return epoll::serve();
    }
    // `cargo test` runs it too, without this word: whether the site can still be filled and answers, in a small one.
    if !arguments.iter().any(|argument| argument == "--bench") {
        assert!(product::Site::new(100).page_bytes() > 0);
        return;
    }
    println!("{TEAMS} teams; load average {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let mut goals = Vec::new();
    let memory = memory::measure(TEAMS);
    let group_by = group_by::measure(SUBMISSIONS, TEAMS);
    goals.extend(memory.goals);
    goals.push(Goal::at_least(
        "G14",
        format!("GROUP BY of {SUBMISSIONS} submissions / page from memory"),
        group_by / memory.first_page,
        10_000.0,
        "x",
    ));

    let site = product::Site::new(TEAMS);
    let bare = epoll::measure(site.page_bytes());
    let served = site.measure();
    println!(
        "CPU a request: bare epoll {:.2} µs; page {:.2}; brotli {:.2}; 304 {:.2}; whole 10,000 rows brotli {:.2}",
        bare / 1e3,
        served.page / 1e3,
        served.brotli / 1e3,
        served.not_modified / 1e3,
        served.long / 1e3
    );
    goals.push(Goal::at_least("G17", "bare epoll / cached page", bare / served.page, 0.75, "x"));
    goals.push(Goal::at_most("G17", "dearest page served over cheapest, first to last", served.spread, 1.2, "x"));
    goals.push(Goal::at_least("G18", "CTFd top/50 / page of 50", CTFD_TOP_50_MS * 1e6 / served.page, 400.0, "x"));
    goals.push(Goal::at_least(
        "G18",
        "CTFd board of 10,000 / 10 pages of 1,000",
        CTFD_BOARD_MS * 1e6 / served.long,
        2_000.0,
        "x",
    ));
    goals.push(Goal::at_least(
        "G18",
        "CTFd cold board / the same cold",
        CTFD_COLD_BOARD_MS * 1e6 / served.cold,
        200.0,
        "x",
    ));
    goals.push(Goal::at_most(
        "G22",
        format!("RSS with the board loaded (CTFd: {CTFD_RSS_MB} MB)"),
        served.resident / 1e6,
        40.0,
        "MB",
    ));
    for goal in &goals {
        goal.print();
    }
}
