//! What must hold for any bytes: an answer, no panic, a short and printable list of faults. Used by the fuzz target and by
//! the tests that replay its corpus.

use podium_scoring::columns::Kind;
use podium_scoring::rejection::Refusal;
use podium_scoring::report::score;
use podium_scoring::solution::Solution;
use podium_scoring::spec::Task;
use podium_scoring::table::Limits;

const TASKS: [(Kind, &str, &str); 7] = [
    (Kind::Labels, "f1_macro", "id,label\na001,0\na002,1\na003,2\n"),
    (Kind::Labels, "accuracy", "image,state,Usage\n이미지 1,mask,Public\n\"b, 2\",\"no \"\"mask\"\"\",Private\n"),
    (Kind::Probability, "roc_auc", "id,label,groups\na001,0,g1\na002,1,g1 g2\n"),
    (Kind::Probabilities, "log_loss", "id,label\na001,0\na002,1\na003,2\n"),
    (Kind::Numbers, "rmse", "id,value,weight\na001,0.5,1\na002,1.5,2\n"),
    (Kind::Ranking, "ndcg@10", "query,item,relevance\nq1,d1,1\nq1,d2,2\nq2,d1,1\n"),
    (Kind::Multilabel, "multilabel_f1_macro", "id,labels\na001,x y\na002,\n"),
];

/// Reads the bytes in every way.
///
/// # Panics
/// When an answer is not as it must be.
pub(crate) fn check(bytes: &[u8]) {
    let limits = Limits::default();
    for (kind, metric, solution) in TASKS {
        let Ok(metric) = metric.parse() else { panic!("a task has an unknown metric") };
        let task = Task::new(kind, metric);
        let Ok(solution) = Solution::from_reader(solution.as_bytes(), &task, None) else {
            panic!("a task has an unusable solution")
        };
        match score(bytes, &solution, &limits) {
            Ok(report) => {
                let revealed = report.reveal();
                assert!(
                    revealed.metrics.iter().all(|metric| metric
                        .all
                        .as_ref()
                        .is_ok_and(|estimate| estimate.value.is_finite())
                        || metric.all.is_err())
                );
            }
            Err(refusal) => is_proper(&refusal, &limits),
        }
        if let Err(refusal) = Solution::from_reader(bytes, &task, None) {
            is_proper(&refusal, &limits);
        }
    }
}

fn is_proper(refusal: &Refusal, limits: &Limits) {
    let Refusal::Rejected(rejections) = refusal else { panic!("bytes in memory cannot fail to be read") };
    assert!((1..=limits.listed_errors).contains(&rejections.len()));
    for rejection in rejections {
        assert!(!rejection.message.is_empty() && rejection.message.len() < 4_000);
        assert!(!rejection.message.chars().any(char::is_control));
        assert!(rejection.count > 0);
        assert!(rejection.line.is_none_or(|line| line > 0) && rejection.column.is_none_or(|column| column > 0));
    }
}
