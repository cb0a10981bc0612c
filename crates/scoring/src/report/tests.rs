use super::*;
use crate::columns::Kind;
use crate::spec::Task;

fn report() -> Report {
    let mut task = Task::new(Kind::Labels, "accuracy".parse().unwrap());
    task.show = vec!["f1_macro".parse().unwrap()];
    let solution = "id,label,Usage\na,0,Public\nb,1,Private\nc,1,Private\nd,0,Private\n";
    let solution = Solution::from_reader(solution.as_bytes(), &task, None).unwrap();
    score("id,label\na,0\nb,0\nc,1\nd,0\n".as_bytes(), &solution, &Limits::default()).unwrap()
}

#[test]
fn what_is_private_does_not_show_before_it_is_revealed() {
    let text = format!("{:?}", report());
    assert!(text.contains("sealed"));
    assert!(!text.contains("0.75") && !text.contains("0.66"), "{text}");
}

#[test]
fn metrics_stand_in_the_order_of_the_task() {
    let json = serde_json::to_string(&report().reveal()).unwrap();
    assert!(
        json.starts_with("{\"metrics\":{\"accuracy\":{\"all\":0.75,\"public\":1.0,\"private\":0.6666666666666666,"),
        "{json}"
    );
    assert!(json.contains("\"f1_macro\""));
    assert!(json.ends_with("\"rows\":4,\"notices\":[]}"), "{json}");
}
