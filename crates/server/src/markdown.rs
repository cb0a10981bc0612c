//! Markdown to HTML that is safe to show: pages, posts and their preview go through the same [`render`].
//!
//! comrak (no raw HTML) -> math to MathML, code to spans of eight classes -> ammonia. Pictures come only from the
//! competition's own files, so that opening a page tells no other server. Nothing here trusts the stage before it: what
//! ammonia does not list does not come out.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::UrlRelative;
use comrak::nodes::{AstNode, NodeLink, NodeValue};
use comrak::options::Plugins;
use comrak::{Arena, Options};
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

mod code;
mod heading;

/// Longest source, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// Longest formula, in bytes.
const LONGEST_MATH: usize = 4096;
/// Deepest nesting of quotes, lists, emphasis and formulas.
const DEEPEST: usize = 64;

/// Why a text cannot be rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MarkdownError {
    /// Longer than [`LONGEST`].
    #[error("the text has {0} bytes; at most 65536 are possible")]
    TooLong(usize),
    /// Deeper than 64 levels.
    #[error("the text is nested more than 64 levels deep")]
    TooDeep,
}

/// A rendered text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Rendered {
    /// Safe HTML.
    pub html: String,
    /// Its headings, for a table of contents.
    pub headings: Vec<Heading>,
}

/// A heading of a rendered text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor.
    pub id: String,
    /// Its text, without markup.
    pub text: String,
}

/// Renders `source`. Pictures are looked up in the files of the competition `slug`; without one there are none.
/// Takes about a millisecond, with code some tens: call it on a blocking thread.
pub fn render(source: &str, slug: Option<&str>) -> Result<Rendered, MarkdownError> {
    if source.len() > LONGEST {
        return Err(MarkdownError::TooLong(source.len()));
    }
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, source, &OPTIONS);
    for node in root.descendants() {
        if node.ancestors().nth(DEEPEST + 1).is_some() {
            return Err(MarkdownError::TooDeep);
        }
        replace(node, slug);
    }
    let headings = heading::Headings::default();
    let code = code::Highlighter::default();
    let mut plugins = Plugins::default();
    plugins.render.heading_adapter = Some(&headings);
    plugins.render.codefence_syntax_highlighter = Some(&code);
    let mut html = String::new();
    // Writing to a string does not fail; what comrak wrote until then would be sanitised all the same.
    let _ = comrak::format_html_with_plugins(root, &OPTIONS, &mut html, &plugins);
    let html = SANITIZER.clean(&html).to_string();
    Ok(Rendered { html, headings: headings.into_list() })
}

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.extension.cjk_friendly_emphasis = true;
    options
});

/// Turns math into MathML and pictures into those of the competition.
fn replace<'a>(node: &'a AstNode<'a>, slug: Option<&str>) {
    let mut data = node.data.borrow_mut();
    let new = match &data.value {
        NodeValue::Math(math) => {
            let display = if math.display_math { MathDisplay::Block } else { MathDisplay::Inline };
            NodeValue::Raw(mathml(&math.literal, display))
        }
        NodeValue::Image(link) => match slug.and_then(|slug| picture(slug, &link.url)) {
            Some(url) => NodeValue::Image(Box::new(NodeLink { url, title: link.title.clone() })),
            // A picture of elsewhere becomes a link to it.
            None => NodeValue::Link(link.clone()),
        },
        _ => return,
    };
    data.value = new;
}

/// LaTeX as MathML; what is not understood is shown as it was written, with the reason.
fn mathml(latex: &str, display: MathDisplay) -> String {
    static CONVERTER: LazyLock<Option<LatexToMathML>> =
        LazyLock::new(|| LatexToMathML::new(MathCoreConfig::default()).ok());
    let converted = match CONVERTER.as_ref() {
        // The converter is recursive: too deep a formula would end the process.
        Some(_) if latex.len() > LONGEST_MATH || nesting(latex) > DEEPEST => {
            Err("the formula is too long or too deep".into())
        }
        Some(converter) => converter.convert_with_local_state(latex, display).map_err(|error| error.error_message()),
        None => Err("there is no converter".into()),
    };
    match converted {
        Ok(result) => result.mathml,
        Err(reason) => {
            let (source, reason) = (escaped(latex), escaped(&reason));
            format!(r#"<span class="math-error"><code>{source}</code> <span>{reason}</span></span>"#)
        }
    }
}

/// An upper bound of how deep a formula is nested: brackets and environments that are open together, and the longest
/// run of commands (`\sqrt\sqrt…`), each of which may take the next as its argument.
fn nesting(latex: &str) -> usize {
    let (mut open, mut run, mut deepest) = (0_usize, 0_usize, 0_usize);
    let mut rest = latex;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => {
                let name = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
                match name {
                    "left" | "begin" => open += 1,
                    "right" | "end" => open = open.saturating_sub(1),
                    _ => run += 1,
                }
                // A symbol such as `\{` is a command of one character.
                let symbol = rest.chars().next().filter(|_| name.is_empty()).map_or(0, char::len_utf8);
                rest = rest.get(name.len() + symbol..).unwrap_or_default();
            }
            '{' | '[' | '(' => open += 1,
            '}' | ']' | ')' => (open, run) = (open.saturating_sub(1), 0),
            '^' | '_' => run += 1,
            c if c.is_whitespace() => {}
            _ => run = 0,
        }
        deepest = deepest.max(open + run);
    }
    deepest
}

const SEGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

/// Address of a picture among the competition's files: `images/a.png` but not `//host/a.png`, `../a.png`, `data:…`.
fn picture(slug: &str, url: &str) -> Option<String> {
    let path = percent_encoding::percent_decode_str(url).decode_utf8().ok()?;
    let path = path.strip_prefix("./").unwrap_or(&path);
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    if path.contains(['\\', ':']) || path.chars().any(char::is_control) || !path.split('/').all(is_plain) {
        return None;
    }
    if let Some(digest) = path.strip_prefix("post-images/")
        && digest.len() == 64
        && digest.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return Some(format!("/api/v1/competitions/{slug}/post-images/{digest}"));
    }
    Some(format!("/api/v1/competitions/{slug}/files/{}", utf8_percent_encode(path, SEGMENT)))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let _ = comrak::html::escape(&mut out, text);
    out
}

const MATH_TAGS: [&str; 26] = [
    "math",
    "menclose",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];
const MATH_ATTRIBUTES: [&str; 20] = [
    "accent",
    "accentunder",
    "display",
    "displaystyle",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "rspace",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];
const TEXT_TAGS: [&str; 35] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "div",
    "s",
    "b",
    "i",
];

static SANITIZER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let attributes = [
        ("a", vec!["href", "title"]),
        ("img", vec!["src", "alt", "title"]),
        ("input", vec!["checked", "disabled"]),
        ("ol", vec!["start"]),
        ("td", vec!["align"]),
        ("th", vec!["align"]),
    ];
    let mut tag_attributes: HashMap<_, HashSet<_>> =
        attributes.into_iter().map(|(tag, names)| (tag, names.into_iter().collect())).collect();
    for tag in MATH_TAGS {
        tag_attributes.insert(tag, MATH_ATTRIBUTES.into_iter().collect());
    }
    let classes = [
        ("span", ["math-error"].into_iter().chain(code::CLASSES).collect()),
        ("sup", HashSet::from(["footnote-ref"])),
        ("section", HashSet::from(["footnotes"])),
        ("a", HashSet::from(["footnote-backref"])),
    ];
    let mut sanitizer = ammonia::Builder::empty();
    sanitizer
        .tags(TEXT_TAGS.into_iter().chain(MATH_TAGS).collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(tag_attributes)
        .tag_attribute_values(HashMap::from([("input", HashMap::from([("type", HashSet::from(["checkbox"]))]))]))
        // Whatever asks for input is a task's box, and boxes cannot be ticked here.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .generic_attributes(HashSet::from(["id"]))
        .allowed_classes(classes.into_iter().collect())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("nofollow noopener ugc"))
        .attribute_filter(|tag, name, value| {
            let is_kept = match (tag, name) {
                ("a", "href") => is_safe_link(value),
                ("img", "src") => value.starts_with("/api/v1/competitions/"),
                // Ids of ours only: a page's own elements and globals cannot be taken over.
                (_, "id") => ["h-", "fn-", "fnref-"].iter().any(|prefix| value.starts_with(prefix)),
                _ => true,
            };
            is_kept.then(|| value.into())
        });
    sanitizer
});

/// Links lead to the web, to mail, within the page or within the site.
fn is_safe_link(url: &str) -> bool {
    let within_site = url.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    let hidden = url.chars().any(|c| c.is_control());
    !hidden
        && (within_site
            || url.starts_with('#')
            || ["http://", "https://", "mailto:"]
                .iter()
                .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))))
}

#[cfg(test)]
mod tests;
