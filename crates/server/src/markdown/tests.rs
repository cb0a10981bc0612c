use super::*;

fn html(source: &str) -> String {
    render(source, Some("solar-cells")).unwrap().html
}

#[test]
fn math_becomes_mathml_inline_and_display() {
    let text = html("A $\\frac{1}{2}$ and\n\n$$\\sum_{i=1}^n x_i$$");
    assert!(text.contains("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"), "{text}");
    assert!(text.contains("<math display=\"block\">"), "{text}");
    assert!(!text.contains("style="), "{text}");
}

#[test]
fn math_that_is_not_understood_is_shown_with_the_reason() {
    let text = html("$\\nosuchcommand{<b>}$");
    assert!(text.contains("<span class=\"math-error\"><code>\\nosuchcommand{&lt;b&gt;}</code>"), "{text}");
}

#[test]
fn money_is_not_math() {
    assert_eq!(html("It costs $5 and then $10 more."), "<p>It costs $5 and then $10 more.</p>\n");
}

#[test]
fn code_gets_few_classes_and_keeps_its_text() {
    let text = html("```python\ndef score(x):  # <b>\n    return \"a\" + str(1)\n```");
    assert!(text.contains("<span class=\"comment\"># &lt;b&gt;"), "{text}");
    assert!(text.contains("<span class=\"function\">score</span>"), "{text}");
    assert!(text.contains("<span class=\"keyword\">return</span>"), "{text}");
    assert!(text.contains("<span class=\"string\">\"a\"</span>"), "{text}");
    let known = text.split("class=\"").skip(1).all(|rest| code::CLASSES.contains(&rest.split('"').next().unwrap()));
    assert!(known, "{text}");
    assert_eq!(html("```nosuch\n<x>\n```"), "<pre><code>&lt;x&gt;\n</code></pre>\n");
}

#[test]
fn headings_have_anchors_of_their_own() {
    let rendered = render("# Overview\n\n## A *b* `c`\n\n## A *b* `c`\n\n# 데이터", None).unwrap();
    let ids: Vec<_> = rendered.headings.iter().map(|h| (h.level, h.id.as_str(), h.text.as_str())).collect();
    assert_eq!(
        ids,
        [(1, "h-overview", "Overview"), (2, "h-a-b-c", "A b c"), (2, "h-a-b-c-1", "A b c"), (1, "h-데이터", "데이터")]
    );
    for heading in &rendered.headings {
        assert!(rendered.html.contains(&format!("id=\"{}\"", heading.id)), "{}", rendered.html);
    }
}

#[test]
fn pictures_come_from_the_competitions_own_files() {
    assert_eq!(
        html("![cell](images/cell 1.png)"),
        "<p>![cell](images/cell 1.png)</p>\n",
        "blanks need angle brackets in Markdown"
    );
    let own = "<img src=\"/api/v1/competitions/solar-cells/files/images/cell%201.png\" alt=\"cell\">";
    assert!(html("![cell](<images/cell 1.png>)").contains(own));
    assert!(html("![cell](./images/cell%201.png)").contains(own));
    for elsewhere in [
        "https://evil.example/a.png",
        "//evil.example/a.png",
        "/api/v1/sessions",
        "../../me",
        "a/../../b",
        "data:image/svg+xml,x",
        "\\\\evil.example\\a.png",
        "%2e%2e/a",
    ] {
        let text = html(&format!("![x](<{elsewhere}>)"));
        assert!(!text.contains("<img"), "{text}");
    }
    assert!(!render("![x](a.png)", None).unwrap().html.contains("<img"));
}

#[test]
fn tables_tasks_footnotes_and_strikethrough_work() {
    let text = html("| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\nx[^1] ~~y~~\n\n[^1]: note");
    for part in [
        "<th align=\"center\">a</th>",
        "<td align=\"right\">2</td>",
        "type=\"checkbox\"",
        "<del>y</del>",
        "id=\"fn-1\"",
        "href=\"#fn-1\"",
        "id=\"fnref-1\"",
        "href=\"#fnref-1\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn emphasis_works_beside_korean_particles() {
    assert!(html("**굵게(bold)**는 된다").contains("<strong>굵게(bold)</strong>"));
}

#[test]
fn links_lead_to_the_web_to_mail_or_within_the_site() {
    for safe in ["https://a.example/?b=1&c=2", "http://a.example", "mailto:a@b.c", "/competitions/x", "#h-data"] {
        assert!(html(&format!("[x](<{safe}>)")).contains("href=\""), "{safe}");
    }
    for unsafe_ in ["//evil.example", "javascript:alert(1)", "data:text/html,x", "vbscript:x"] {
        assert!(!html(&format!("[x](<{unsafe_}>)")).contains("href="), "{unsafe_}");
    }
    assert!(!is_safe_link("/\\evil.example"));
    assert!(html("[x](</\\evil.example>)").contains("href=\"/%5Cevil.example\""));
    assert!(html("[x](https://a.example)").contains("rel=\"nofollow noopener ugc\""));
}

#[test]
fn too_long_and_too_deep_are_refused_and_hostile_texts_take_little_time() {
    assert_eq!(render(&"a".repeat(LONGEST + 1), None).unwrap_err(), MarkdownError::TooLong(LONGEST + 1));
    assert!(render(&"a ".repeat(LONGEST / 2), None).is_ok());
    assert_eq!(render(&">".repeat(1000), None).unwrap_err(), MarkdownError::TooDeep);
    let hostile = [
        "[".repeat(LONGEST),
        "*a ".repeat(LONGEST / 3),
        "`".repeat(LONGEST),
        "![](".repeat(LONGEST / 4),
        "<".repeat(LONGEST),
        "$".repeat(LONGEST),
        "$$a".repeat(LONGEST / 3),
        format!("${}$", "{".repeat(LONGEST - 10)),
        format!("${}$", "\\sqrt{".repeat(5000)),
        "- ".repeat(LONGEST / 2),
        "a\n".repeat(LONGEST / 2),
        "| ".repeat(LONGEST / 2),
        format!("```python\n{}\n```", "((((".repeat(LONGEST / 5)),
        format!("```js\n{}\n```", "/*\n".repeat(LONGEST / 5)),
        "[^a]".repeat(LONGEST / 4) + "\n\n[^a]: x",
    ];
    for source in &hostile {
        let began = std::time::Instant::now();
        let _ = render(source, Some("x"));
        // Debug builds are about twenty times slower than what serves.
        assert!(began.elapsed().as_secs() < 10, "{}… took {:?}", &source[..10], began.elapsed());
    }
}

/// Texts that have run scripts or fetched from elsewhere in other renderers. Nothing of them may come out as a tag,
/// attribute or address that does something.
#[test]
fn nothing_of_the_corpus_comes_out_alive() {
    for source in include_str!("xss.txt").split("\n----\n").filter(|source| !source.trim().is_empty()) {
        let text = html(source);
        let bare = text.to_lowercase();
        let tags: Vec<&str> = bare.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or("")).collect();
        for tag in &tags {
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or("");
            let known = TEXT_TAGS.contains(&name) || MATH_TAGS.contains(&name);
            assert!(known, "<{tag}> from {source:?} in {text}");
            let outside_quotes: String = tag.split('"').step_by(2).collect();
            for attribute in outside_quotes.split_whitespace().skip(1).filter_map(|part| part.strip_suffix('=')) {
                let known = !attribute.starts_with("on")
                    && !["style", "srcset", "formaction", "xlink:href"].contains(&attribute);
                assert!(known, "{attribute} from {source:?} in {text}");
            }
            for (at, _) in tag.match_indices("href=\"").chain(tag.match_indices("src=\"")) {
                let value = tag[at..].split('"').nth(1).unwrap_or("");
                let safe = value.starts_with("/api/v1/competitions/") || is_safe_link(value);
                assert!(safe, "{value} from {source:?} in {text}");
            }
        }
    }
}
