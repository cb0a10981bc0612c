//! Who may take part and what they are asked: `[participants]`, `[[brackets]]` and `[[fields]]` of the manifest, their
//! rules, and the reading of a person's answers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::finding::Code;
use crate::manifest::Manifest;
use crate::rules::{Faults, is_name, stands_twice};
use crate::sentence::Sentence;
use crate::text::Text;

/// Most sign-up fields: a form that people finish.
const FIELDS_MAX: usize = 12;
/// Longest answer, in characters.
const ANSWER_CHARS: usize = 200;

/// `[participants]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Participants {
    /// Who finds the competition.
    pub visibility: Visibility,
    /// Who may join without being let in by a host.
    pub admission: Admission,
    /// Only accounts with an e-mail address of these domains, or below them, may join; invited people may anyway.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
}

impl Participants {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Who finds a competition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Hosts, participants and invited people.
    Private,
}

/// Who may join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Admission {
    /// Whoever sees the competition.
    #[default]
    Open,
    /// Hosts decide on each request.
    Approval,
    /// Invited people.
    Invite,
}

/// Who reads a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PageAudience {
    /// Everybody who sees the competition.
    #[default]
    Everybody,
    /// Participants and hosts.
    Participants,
    /// Hosts.
    Hosts,
}

impl PageAudience {
    pub(crate) fn is_everybody(&self) -> bool {
        *self == Self::Everybody
    }

    /// The word in manifests and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Participants => "participants",
            Self::Hosts => "hosts",
        }
    }
}

/// `[[brackets]]`: a group of teams with ranks of its own, such as students.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bracket {
    /// Its name in addresses: lower-case letters, digits and hyphens.
    pub name: String,
    /// What people read.
    pub title: Text,
}

/// `[[fields]]`: something that people are asked when they join. Only hosts see the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// Its name in the answers: lower-case letters, digits and hyphens.
    pub name: String,
    /// The question.
    pub label: Text,
    /// Whether an answer is needed.
    #[serde(default = "yes")]
    pub required: bool,
    /// The answers to choose from; a line of text where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

fn yes() -> bool {
    true
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What people read; the value unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Text>,
    /// The bracket of whoever chooses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bracket: Option<String>,
}

/// A person's answers, as the manifest reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// By the name of the field; trimmed, only fields that were answered.
    pub values: BTreeMap<String, String>,
    /// The bracket that they say.
    pub bracket: Option<String>,
}

/// Why an answer is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// Needed and not there.
    Missing {
        /// The field.
        field: String,
        /// Its question.
        label: Text,
    },
    /// Not one of the choices.
    NotAChoice {
        /// The field.
        field: String,
        /// As given.
        value: String,
        /// What there is.
        choices: Vec<String>,
    },
    /// Too long, or with line breaks.
    NotALine {
        /// The field.
        field: String,
    },
    /// Nobody asked.
    Unknown {
        /// The field.
        field: String,
    },
}

impl AnswerFault {
    /// The name of the field.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field, .. }
            | Self::NotAChoice { field, .. }
            | Self::NotALine { field }
            | Self::Unknown { field } => field,
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Missing { label, .. } => Sentence::new(
                format!("please answer '{}'", label.en),
                format!("답해 주십시오: ‘{}’.", label.ko_or_en()),
            ),
            Self::NotAChoice { value, choices, .. } => {
                let choices = choices.join(", ");
                Sentence::new(
                    format!("'{value}' is not one of: {choices}"),
                    format!("‘{value}’: 다음 중 하나를 골라 주십시오: {choices}."),
                )
            }
            Self::NotALine { .. } => Sentence::new(
                format!("write one line of at most {ANSWER_CHARS} characters"),
                format!("{ANSWER_CHARS}자 이하의 한 줄로 적어 주십시오."),
            ),
            Self::Unknown { field } => {
                Sentence::new(format!("there is no field '{field}'"), format!("‘{field}’ 질문이 없습니다."))
            }
        }
    }
}

/// Whether this can stand after the `@` of an address.
#[must_use]
pub fn is_domain(domain: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    domain.contains('.') && domain.split('.').all(is_part)
}

impl Manifest {
    /// Reads a person's answers to the sign-up fields.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn read_answers(&self, given: &BTreeMap<String, String>) -> Result<Answers, Vec<AnswerFault>> {
        let mut faults: Vec<AnswerFault> = given
            .keys()
            .filter(|name| !self.fields.iter().any(|field| field.name == **name))
            .map(|field| AnswerFault::Unknown { field: field.clone() })
            .collect();
        let mut answers = Answers::default();
        for field in &self.fields {
            let name = field.name.clone();
            let value = given.get(&field.name).map_or("", |value| value.trim());
            if value.is_empty() {
                if field.required {
                    faults.push(AnswerFault::Missing { field: name, label: field.label.clone() });
                }
                continue;
            }
            if field.choices.is_empty() {
                if value.chars().count() > ANSWER_CHARS || value.chars().any(char::is_control) {
                    faults.push(AnswerFault::NotALine { field: name });
                    continue;
                }
            } else if let Some(choice) = field.choices.iter().find(|choice| choice.value == value) {
                // The first field that says a bracket decides.
                answers.bracket = answers.bracket.or_else(|| choice.bracket.clone());
            } else {
                let choices = field.choices.iter().map(|choice| choice.value.clone()).collect();
                faults.push(AnswerFault::NotAChoice { field: name, value: value.to_owned(), choices });
                continue;
            }
            answers.values.insert(name, value.to_owned());
        }
        if faults.is_empty() { Ok(answers) } else { Err(faults) }
    }

    pub(crate) fn participation(&self, faults: &mut Faults) {
        for (i, domain) in self.participants.domains.iter().enumerate() {
            if !is_domain(domain) {
                let message = Sentence::new(
                    format!("'{domain}' is not a domain; write what stands after the @, like 'example.org'"),
                    format!("‘{domain}’: 도메인이 아닙니다. ‘example.org’처럼 @ 뒤에 오는 부분을 적어 주십시오."),
                );
                faults.error(format!("participants.domains[{i}]"), Code::BadValue, message);
            }
        }
        for (i, page) in self.pages.iter().enumerate() {
            if page.name == "rules" && page.audience != PageAudience::Everybody {
                let message = Sentence::new(
                    "people read the rules before they take part; leave the audience out",
                    "규칙은 참가하기 전에 읽는 페이지입니다. audience 설정을 빼 주십시오.",
                );
                faults.error(format!("pages[{i}].audience"), Code::BadValue, message);
            }
            if page.name == "rules" && page.visible_from.is_some() {
                let message = Sentence::new(
                    "people agree to the rules when they join, and are told when they change; leave visible_from out",
                    "규칙은 참가할 때 동의하는 페이지이며 바뀌면 알림을 보냅니다. visible_from 설정을 빼 주십시오.",
                );
                faults.error(format!("pages[{i}].visible_from"), Code::BadValue, message);
            }
        }
        let mut names = BTreeSet::new();
        for (i, bracket) in self.brackets.iter().enumerate() {
            faults.name(&format!("brackets[{i}].name"), &bracket.name, !names.insert(&bracket.name));
            if bracket.title.en.trim().is_empty() {
                let message =
                    Sentence::new("the title is empty; write one", "영어 제목이 비어 있습니다. 적어 주십시오.");
                faults.error(format!("brackets[{i}].title"), Code::BadValue, message);
            }
        }
        if self.fields.len() > FIELDS_MAX {
            let message = Sentence::new(
                format!("{} fields are more than {FIELDS_MAX}; ask less", self.fields.len()),
                format!("질문이 {}개입니다. {FIELDS_MAX}개 이하로 줄여 주십시오.", self.fields.len()),
            );
            faults.error("fields", Code::BadValue, message);
        }
        let mut asked = BTreeSet::new();
        for (i, field) in self.fields.iter().enumerate() {
            faults.name(&format!("fields[{i}].name"), &field.name, !asked.insert(&field.name));
            if field.label.en.trim().is_empty() {
                let message =
                    Sentence::new("the question is empty; write one", "영어 질문이 비어 있습니다. 적어 주십시오.");
                faults.error(format!("fields[{i}].label"), Code::BadValue, message);
            }
            let mut values = BTreeSet::new();
            for (j, choice) in field.choices.iter().enumerate() {
                let key = format!("fields[{i}].choices[{j}]");
                if choice.value.trim() != choice.value || choice.value.is_empty() {
                    let message = Sentence::new(
                        "a choice needs a value without blanks around it",
                        "선택지의 값은 비워 둘 수 없으며 앞뒤에 공백을 둘 수 없습니다.",
                    );
                    faults.error(format!("{key}.value"), Code::BadValue, message);
                } else if !values.insert(&choice.value) {
                    faults.error(format!("{key}.value"), Code::BadValue, stands_twice(&choice.value));
                }
                if let Some(bracket) = &choice.bracket
                    && !names.contains(bracket)
                {
                    let message = Sentence::new(
                        format!("there is no bracket '{bracket}'; declare it under [[brackets]]"),
                        format!("‘{bracket}’ 부문이 없습니다. [[brackets]]에 추가해 주십시오."),
                    );
                    faults.error(format!("{key}.bracket"), Code::BadValue, message);
                }
            }
        }
    }
}

impl Faults {
    fn name(&mut self, key: &str, name: &str, is_repeated: bool) {
        if !is_name(name) || name.len() > 63 {
            let message = Sentence::new(
                format!("'{name}' is no name; write lower-case letters, digits and hyphens"),
                format!("‘{name}’: 이름으로 쓸 수 없습니다. 영문 소문자, 숫자, 하이픈으로 적어 주십시오."),
            );
            self.error(key, Code::BadValue, message);
        } else if is_repeated {
            self.error(key, Code::BadValue, stands_twice(name));
        }
    }
}
