//! In which language the commands that read a competition folder say what is wrong with it.

use podium_bundle::Language;

/// The reader's language
#[derive(clap::Args)]
pub struct Reader {
    /// Language of what is found [default: that of LC_ALL, LC_MESSAGES or LANG, else en]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<Choice>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Choice {
    /// English
    En,
    /// Korean
    Ko,
}

impl Reader {
    /// What was asked for, else what the locale says.
    pub(crate) fn language(&self) -> Language {
        match self.language {
            Some(Choice::En) => Language::En,
            Some(Choice::Ko) => Language::Ko,
            None => of_locale(|name| std::env::var(name).ok()),
        }
    }
}

/// The language of messages as POSIX finds it: the first of the three variables that holds something decides.
fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    if locale.is_some_and(|locale| locale.starts_with("ko")) { Language::Ko } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(variables: &[(&str, &str)]) -> Language {
        of_locale(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_first_variable_of_the_locale_that_says_something_decides() {
        assert_eq!(said(&[]), Language::En);
        assert_eq!(said(&[("LANG", "ko_KR.UTF-8")]), Language::Ko);
        assert_eq!(said(&[("LANG", "ko_KR.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8")]), Language::En);
        assert_eq!(said(&[("LANG", "de_DE"), ("LC_MESSAGES", "C"), ("LC_ALL", "ko_KR")]), Language::Ko);
        assert_eq!(said(&[("LANG", "ko_KR"), ("LC_ALL", "")]), Language::Ko);
    }
}
