//! Code in colours: syntect's hundreds of scopes mapped to eight classes, because its own output is eight times the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use comrak::adapters::SyntaxHighlighterAdapter;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// The classes; a front end gives them colours.
pub(super) const CLASSES: [&str; 8] =
    ["keyword", "string", "number", "comment", "function", "type", "operator", "punctuation"];

/// Code of one text that is coloured, in bytes: about 30 ms. The rest is shown plain.
const BUDGET: usize = 24 * 1024;
/// Longer lines are data rather than code, and slow.
const LONGEST_LINE: usize = 500;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// Scope prefixes and their classes; of several that fit, the longest counts.
static RULES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    [
        ("comment", "comment"),
        ("string", "string"),
        ("constant.character", "string"),
        ("constant.numeric", "number"),
        ("constant.language", "number"),
        ("constant", "number"),
        ("keyword.operator", "operator"),
        ("keyword", "keyword"),
        ("storage.type", "type"),
        ("storage", "keyword"),
        ("storage.type.function", "keyword"),
        ("storage.type.class", "keyword"),
        ("entity.name.function", "function"),
        ("entity.name.tag", "keyword"),
        ("entity.name", "type"),
        ("entity.other.inherited-class", "type"),
        ("support.function", "function"),
        ("support", "type"),
        ("variable.function", "function"),
        ("variable.language", "keyword"),
        ("punctuation.definition.string", "string"),
        ("punctuation.definition.comment", "comment"),
        ("punctuation", "punctuation"),
    ]
    .into_iter()
    .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, class)))
    .collect()
});

/// Colours the code of one text.
#[derive(Default)]
pub(super) struct Highlighter {
    used: AtomicUsize,
}

impl SyntaxHighlighterAdapter for Highlighter {
    fn write_highlighted(&self, out: &mut dyn fmt::Write, lang: Option<&str>, code: &str) -> fmt::Result {
        let name = lang.and_then(|lang| lang.split([' ', ',', '{']).next()).filter(|name| !name.is_empty());
        let fits = self.used.fetch_add(code.len(), Ordering::Relaxed) + code.len() <= BUDGET
            && code.lines().all(|line| line.len() <= LONGEST_LINE);
        match name.filter(|_| fits).and_then(|name| SYNTAXES.find_syntax_by_token(name)) {
            Some(syntax) => match highlight(syntax, code) {
                Some(html) => out.write_str(&html),
                None => comrak::html::escape(out, code),
            },
            None => comrak::html::escape(out, code),
        }
    }

    fn write_pre_tag(&self, out: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        out.write_str("<pre>")
    }

    fn write_code_tag(&self, out: &mut dyn fmt::Write, _: HashMap<&'static str, Cow<'_, str>>) -> fmt::Result {
        out.write_str("<code>")
    }
}

fn highlight(syntax: &SyntaxReference, code: &str) -> Option<String> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut spans = Spans { html: String::with_capacity(code.len() * 2), ..Spans::default() };
    for line in code.split_inclusive('\n') {
        let mut at = 0;
        for (position, operation) in state.parse_line(line, &SYNTAXES).ok()? {
            spans.write(class_of(&stack), line.get(at..position)?);
            at = position;
            stack.apply(&operation).ok()?;
        }
        spans.write(class_of(&stack), line.get(at..)?);
    }
    Some(spans.finish())
}

/// Joins neighbours of the same class.
#[derive(Default)]
struct Spans<'a> {
    html: String,
    open: Option<&'static str>,
    /// Blanks have no colour: they go inside a span only between two parts of it.
    blanks: Vec<&'a str>,
}

impl<'a> Spans<'a> {
    fn write(&mut self, class: Option<&'static str>, text: &'a str) {
        if text.trim().is_empty() {
            self.blanks.push(text);
            return;
        }
        if class != self.open {
            self.close();
        }
        self.html.extend(self.blanks.drain(..));
        if let (Some(class), None) = (class, self.open) {
            self.html.push_str("<span class=\"");
            self.html.push_str(class);
            self.html.push_str("\">");
            self.open = Some(class);
        }
        // Writing to a string does not fail.
        let _ = comrak::html::escape(&mut self.html, text);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html.extend(self.blanks);
        self.html
    }
}

/// The innermost scope that has a class; strings and comments win over what is inside them.
fn class_of(stack: &ScopeStack) -> Option<&'static str> {
    let of = |scope: &Scope| {
        let fits = RULES.iter().filter(|(prefix, _)| prefix.is_prefix_of(*scope));
        fits.max_by_key(|(prefix, _)| prefix.len()).map(|(_, class)| *class)
    };
    let scopes = stack.as_slice();
    let whole = scopes.iter().find_map(|scope| of(scope).filter(|class| matches!(*class, "comment" | "string")));
    whole.or_else(|| scopes.iter().rev().find_map(of))
}
