//! The product asks nothing of the outside: a whole competition in a network namespace that has nothing but a loopback
//! device, where every try to reach further fails and is counted by the kernel.

use std::fs;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use crate::site::Site;

const INSIDE: &str = "PODIUM_TEST_IN_EMPTY_NETWORK";
/// Says that this machine permits no network namespaces, so that nothing can be tested here.
const FORBIDDEN: &str = "PODIUM_TEST_WITHOUT_NAMESPACES";
const NAME: &str = "offline::the_product_works_without_a_network_and_tries_to_reach_nothing";

/// Runs itself again inside the namespace.
#[test]
fn the_product_works_without_a_network_and_tries_to_reach_nothing() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let enter = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "bash", "-c", script]);
        command
    };
    if std::env::var_os(FORBIDDEN).is_some() {
        eprintln!("NOT TESTED: {FORBIDDEN} says that this machine permits no network namespaces");
        return;
    }
    let tried = enter("ip link set lo up").output();
    let is_permitted = tried.as_ref().is_ok_and(|tried| tried.status.success());
    assert!(is_permitted, "no network namespace can be made ({FORBIDDEN}=1 leaves this test out): {tried:?}");
    let again = enter("ip link set lo up && exec \"$0\" --exact \"$1\" --nocapture")
        .arg(std::env::current_exe().unwrap())
        .arg(NAME)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    let wrong = String::from_utf8_lossy(&again.stderr);
    assert!(again.status.success() && said.contains("1 passed"), "{said}\n{wrong}");
}

fn inside() {
    let devices = fs::read_to_string("/proc/net/dev").unwrap();
    let devices: Vec<&str> = devices.lines().skip(2).filter_map(|line| Some(line.split(':').next()?.trim())).collect();
    assert_eq!(devices, ["lo"], "the namespace is not empty");

    let site = Site::start();
    let host = site.publish_example();
    let token = site.join_example("bob");
    let submit = "podium submit --competition grocery-mini groceries/sample_submission.csv --wait --json";
    let printed = site.run(submit, Some(&token)).expect(0);
    assert!(printed.contains("\"state\":\"scored\""), "{printed}");
    let board = site.client(&token).find_leaderboard("grocery-mini", None).unwrap();
    assert_eq!(board.items.len(), 1);
    for path in ["/", "/competitions/grocery-mini", "/docs/errors", "/healthz", "/readyz", "/api/v1/site"] {
        let status = ureq::get(format!("{}{path}", site.url)).config().http_status_as_error(false).build().call();
        // A program that was built without the front end answers pages with 404, and says why.
        assert!(matches!(status.unwrap().status().as_u16(), 200 | 404), "{path}");
    }
    site.run("podium backup --data podium-data --to monday.tar && podium backup --check monday.tar", None).expect(0);
    assert!(!host.is_empty());
    assert_eq!(tries(), 0, "something outside was tried; the log:\n{}", site.log());
    assert!(!site.log().contains("unreachable"), "{}", site.log());

    // The count counts: one try of ours is seen.
    let outside = "192.0.2.1:80".parse().unwrap();
    assert!(TcpStream::connect_timeout(&outside, Duration::from_secs(5)).is_err());
    assert_eq!(tries(), 1);
}

/// Packets and connections of this namespace for which the kernel found no way: IPv4 and IPv6.
fn tries() -> u64 {
    let text = fs::read_to_string("/proc/net/snmp").unwrap();
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| line.starts_with("Ip: ")).map(|line| line.split(' ').collect()).collect();
    let column = rows[0].iter().position(|name| *name == "OutNoRoutes").unwrap();
    let newer = fs::read_to_string("/proc/net/snmp6").unwrap();
    let newer = newer.lines().find_map(|line| line.strip_prefix("Ip6OutNoRoutes")).unwrap();
    rows[1][column].parse::<u64>().unwrap() + newer.trim().parse::<u64>().unwrap()
}
