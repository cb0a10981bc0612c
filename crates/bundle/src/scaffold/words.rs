//! What a new folder says: `competition.toml` with its comments, the pages from their templates.

use podium_scoring::columns::Kind;

use super::Plan;
use super::guess::{Choice, Columns};
use super::survey::{ColumnFacts, Survey};
use crate::document::QUESTION;
use crate::folder::DATA_DIR;
use crate::manifest::{Limits, Split};
use crate::rules::fold;

/// Columns that the dictionary of a new folder lists for a file.
const DICTIONARY_MAX: usize = 60;

/// What the example in a folder without files predicts.
pub(super) fn example_choice() -> Choice {
    Choice {
        kind: Kind::Labels,
        metric: "f1_macro",
        show: vec!["accuracy"],
        classes: Some(vec!["no".to_owned(), "yes".to_owned()]),
        positive: None,
        kind_reason: "it is the most frequent one".to_owned(),
        metric_reason: "it counts each class the same, the rare ones too",
    }
}

pub(super) fn ranking_choice() -> Choice {
    Choice {
        kind: Kind::Ranking,
        metric: "ndcg@10",
        show: vec!["mrr@10"],
        classes: None,
        positive: None,
        kind_reason: "the answers have a column 'relevance'".to_owned(),
        metric_reason: "the first places count most, and more relevant items count more",
    }
}

/// A text as a TOML string.
fn string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn strings<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", texts.into_iter().map(string).collect::<Vec<_>>().join(", "))
}

/// What the host said, else a question.
fn or_question(said: Option<&String>, question: &str) -> String {
    said.map_or_else(|| string(&format!("{QUESTION} {question}")), |text| string(text))
}

/// `competition.toml`.
pub(super) fn manifest(plan: &Plan) -> String {
    let choice = &plan.choice;
    let limits = Limits::default();
    let mut text = format!(
        "\
# A competition of Podium. `podium check` says what is missing, `podium publish` puts it on a site.
# Replace every text that begins with \"{QUESTION}\".

slug = {slug}                       # the name in its address
title = {{ en = {title} }}      # and ko = \"…\"
summary = {{ en = {summary} }}
licence = {licence}

[dates]                       # local to the zone; the quota day is a calendar day of this zone
zone = {zone}
start = {start}
end = {end}
private_release = \"host\"      # or a date, or a number of hours after the end

[task]
kind = {kind:20}   # {kind_reason}
",
        slug = string(&plan.slug),
        title = string(&plan.title),
        summary = or_question(plan.summary.as_ref(), "what is to be done, in one sentence?"),
        licence = or_question(plan.licence.as_ref(), "what may people do with the data? For example CC-BY-4.0"),
        zone = string(&plan.zone),
        start = plan.start,
        end = plan.end,
        kind = string(choice.kind.name()),
        kind_reason = choice.kind_reason,
    );
    if let Some(columns) = &plan.columns {
        text += &format!("id = {}\n", string(&columns.id));
        match columns.targets.as_slice() {
            _ if choice.kind == Kind::Ranking => {}
            [one] => text += &format!("target = {}\n", string(one)),
            several => text += &format!("target = {}\n", strings(several.iter().map(String::as_str))),
        }
    } else {
        text += "id = \"id\"\ntarget = \"label\"\n";
    }
    if let Some(classes) = &choice.classes {
        text += &format!("classes = {}\n", strings(classes.iter().map(String::as_str)));
    }
    if let Some(positive) = &choice.positive {
        text += &format!("positive = {}          # the class whose probability is predicted\n", string(positive));
    }
    text += &format!(
        "\
metric = {metric:18}   # {reason}
show = {show}

[split]
public = {public}                  # share of the rows for the public leaderboard; the others decide

[limits]
entries_per_day = {entries}
finals = {finals}
team_size = {team}
file_bytes = {bytes}
",
        metric = string(choice.metric),
        reason = choice.metric_reason,
        show = strings(choice.show.iter().copied()),
        public = Split::default().public,
        entries = limits.entries_per_day,
        finals = limits.finals,
        team = limits.team_size,
        bytes = limits.file_bytes,
    );
    let files = [("train.csv", &plan.given.train), ("test.csv", &plan.given.test)];
    if files.iter().any(|(_, given)| given.is_some()) {
        text += "\n# The data dictionary: the Data page shows it, `podium check` compares it with the files.\n";
    }
    for (file, given) in files {
        if let (Some((_, survey)), Some(columns)) = (given, &plan.columns) {
            let others = if file == "test.csv" { plan.given.train.as_ref().map(|(_, train)| train) } else { None };
            text += &dictionary(file, survey, others, columns, choice);
        }
    }
    text
}

fn dictionary(file: &str, survey: &Survey, train: Option<&Survey>, columns: &Columns, choice: &Choice) -> String {
    let is_target = |column: &&ColumnFacts| columns.targets.iter().any(|target| fold(target) == fold(&column.name));
    let mut text = String::new();
    for column in survey.columns.iter().take(DICTIONARY_MAX) {
        let is_target = is_target(&column);
        if file == "test.csv" && (is_target || super::guess::RESERVED.contains(&fold(&column.name).as_str())) {
            continue;
        }
        let meaning = if fold(&column.name) == fold(&columns.id) {
            "identifies the row".to_owned()
        } else if is_target {
            "what is to be predicted".to_owned()
        } else if train.is_some_and(|train| train.column(&column.name).is_some()) {
            "as in train.csv".to_owned()
        } else {
            format!("{QUESTION} what is '{}', in which unit?", column.name)
        };
        text += &format!(
            "\n[[columns]]\nfile = {}\nname = {}\nmeaning = {}\n",
            string(file),
            string(&column.name),
            string(&meaning)
        );
        if is_target && choice.classes.is_some() && choice.kind != Kind::Multilabel {
            text += "values = \"classes\"\n";
        }
    }
    text
}

/// A page from its template.
pub(super) fn page(plan: &Plan, page: &str, language: &str) -> String {
    let template = match (page, language) {
        ("overview", "ko") => include_str!("../../templates/overview.ko.md"),
        ("overview", _) => include_str!("../../templates/overview.md"),
        ("data", "ko") => include_str!("../../templates/data.ko.md"),
        ("data", _) => include_str!("../../templates/data.md"),
        (_, "ko") => include_str!("../../templates/rules.ko.md"),
        _ => include_str!("../../templates/rules.md"),
    };
    let is_ko = language == "ko";
    let limits = Limits::default();
    let explanation = plan.metric().map(|metric| metric.explanation());
    let explanation = explanation.map(|both| if is_ko { both.ko } else { both.en }).unwrap_or_default();
    let (input, output) = if is_ko { facts_ko(plan) } else { facts_en(plan) };
    let percent = (Split::default().public * 100.0).round();
    template
        .replace("{title}", &plan.title)
        .replace("{metric}", plan.choice.metric)
        .replace("{metric_explanation}", &explanation)
        .replace("{input_facts}", &input)
        .replace("{output_facts}", &output)
        .replace("{files}", &file_table(plan, is_ko))
        .replace("{entries_per_day}", &limits.entries_per_day.to_string())
        .replace("{finals}", &limits.finals.to_string())
        .replace("{public_percent}", &percent.to_string())
        .replace("{zone}", &plan.zone)
}

fn facts_en(plan: &Plan) -> (String, String) {
    let rows = |given: &Option<(String, Survey)>| given.as_ref().map(|(_, survey)| survey.rows);
    let input = match (rows(&plan.given.train), rows(&plan.given.test)) {
        (Some(train), Some(test)) => format!("There are {train} rows to learn from and {test} rows to predict."),
        (None, Some(test)) => format!("There are {test} rows to predict."),
        (Some(train), None) => format!("There are {train} rows to learn from."),
        (None, None) => String::new(),
    };
    let output = plan.columns.as_ref().map_or_else(String::new, |columns| {
        let id = &columns.id;
        let target = columns.targets.join("`, `");
        match plan.choice.kind {
            Kind::Labels => format!("A submission has the columns `{id}` and `{target}`: one class for each row."),
            Kind::Probability => {
                format!("A submission has the columns `{id}` and `{target}`: a probability for each row.")
            }
            Kind::Probabilities => format!("A submission has `{id}` and a column for each class, its probability."),
            Kind::Numbers => format!("A submission has the columns `{id}` and `{target}`: numbers for each row."),
            Kind::Ranking => format!("A submission has `{id}` and `items`: the items of each query, best first."),
            Kind::Multilabel => {
                format!("A submission has the columns `{id}` and `{target}`: labels parted by spaces for each row.")
            }
        }
    });
    (input, output)
}

fn facts_ko(plan: &Plan) -> (String, String) {
    let rows = |given: &Option<(String, Survey)>| given.as_ref().map(|(_, survey)| survey.rows);
    let input = match (rows(&plan.given.train), rows(&plan.given.test)) {
        (Some(train), Some(test)) => format!("학습용 {train}행과 예측할 {test}행이 있습니다."),
        (None, Some(test)) => format!("예측할 {test}행이 있습니다."),
        (Some(train), None) => format!("학습용 {train}행이 있습니다."),
        (None, None) => String::new(),
    };
    let output = plan.columns.as_ref().map_or_else(String::new, |columns| {
        let id = &columns.id;
        let target = columns.targets.join("`, `");
        match plan.choice.kind {
            Kind::Labels => format!("제출 파일에는 `{id}`, `{target}` 열이 있고, 행마다 클래스 하나를 적습니다."),
            Kind::Probability => format!("제출 파일에는 `{id}`, `{target}` 열이 있고, 행마다 확률을 적습니다."),
            Kind::Probabilities => format!("제출 파일에는 `{id}` 열과 클래스마다 확률 열이 하나씩 있습니다."),
            Kind::Numbers => format!("제출 파일에는 `{id}`, `{target}` 열이 있고, 행마다 숫자를 적습니다."),
            Kind::Ranking => format!("제출 파일에는 `{id}`, `items` 열이 있고, 좋은 항목부터 차례로 적습니다."),
            Kind::Multilabel => format!("제출 파일에는 `{id}`, `{target}` 열이 있고, 라벨을 빈칸으로 나눠 적습니다."),
        }
    });
    (input, output)
}

fn file_table(plan: &Plan, is_ko: bool) -> String {
    let mut rows = Vec::new();
    let hidden = |name: &str| {
        plan.columns.as_ref().is_some_and(|columns| columns.targets.iter().any(|target| fold(target) == fold(name)))
            || super::guess::RESERVED.contains(&fold(name).as_str())
    };
    for (file, given, is_test) in [("train.csv", &plan.given.train, false), ("test.csv", &plan.given.test, true)] {
        if let Some((_, survey)) = given {
            let columns = survey.columns.iter().filter(|column| !(is_test && hidden(&column.name))).count();
            rows.push((file, survey.rows.to_string(), columns.to_string()));
        }
    }
    if rows.is_empty() {
        return if is_ko {
            format!("참가자가 받을 파일을 `{DATA_DIR}/`에 넣고, 여기에서 하나씩 설명해 주세요.")
        } else {
            format!("Put what participants get into `{DATA_DIR}/`, and describe each file here.")
        };
    }
    let header = if is_ko { "| 파일 | 행 | 열 |" } else { "| File | Rows | Columns |" };
    let mut table = format!("{header}\n|---|---:|---:|\n");
    for (file, count, columns) in rows {
        table += &format!("| `{file}` | {count} | {columns} |\n");
    }
    table + "| `sample_submission.csv` | | |"
}

/// Header and constant values of a sample submission: the most frequent class, a probability of one half, the mean.
pub(super) fn constant_answer(plan: &Plan, columns: &Columns) -> (Vec<String>, Vec<String>) {
    let choice = &plan.choice;
    let answers = plan.given.solution.as_ref().or(plan.given.test.as_ref());
    let facts = |target: &str| answers.and_then(|(_, survey)| survey.column(target));
    let mut header = vec![columns.id.clone()];
    let mut values = Vec::new();
    match choice.kind {
        Kind::Probabilities => {
            let classes = choice.classes.clone().unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "a number of classes")]
            let even = 1.0 / classes.len().max(1) as f64;
            for class in classes {
                header.push(class);
                values.push(format!("{even:.6}"));
            }
        }
        Kind::Ranking => {
            header.push("items".to_owned());
            let first = facts("item").and_then(|items| items.values.keys().next().cloned()).unwrap_or_default();
            values.push(first);
        }
        kind => {
            for target in &columns.targets {
                header.push(target.clone());
                values.push(match (kind, facts(target)) {
                    (Kind::Probability, _) => "0.5".to_owned(),
                    // The mean of what train shows, not of the answers: the sample is public.
                    (Kind::Numbers, labels) => {
                        let train = plan.given.train.as_ref().and_then(|(_, train)| train.column(target));
                        train.or(labels).map_or_else(
                            || "0".to_owned(),
                            |column| {
                                if train.is_some() { mean_text(column) } else { "0".to_owned() }
                            },
                        )
                    }
                    (_, Some(labels)) => most_frequent(plan, target, labels),
                    (_, None) => choice.classes.iter().flatten().next().cloned().unwrap_or_default(),
                });
            }
        }
    }
    (header, values)
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows")]
fn mean_text(column: &ColumnFacts) -> String {
    let mean = column.sum / column.filled.max(1) as f64;
    if mean.abs() >= 1e-3 && mean.abs() < 1e15 { format!("{mean:.4}") } else { format!("{mean:e}") }
}

/// From train where there is one: which class is most frequent among the answers is the host's secret.
fn most_frequent(plan: &Plan, target: &str, labels: &ColumnFacts) -> String {
    let train = plan.given.train.as_ref().and_then(|(_, train)| train.column(target));
    match train {
        Some(train) => {
            let most = train.values.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
            most.map(|(name, _)| name.clone()).unwrap_or_default()
        }
        None => labels.values.keys().next().cloned().unwrap_or_default(),
    }
}
