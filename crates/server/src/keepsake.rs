//! The closing archive of a competition: pages, both leaderboards, every entry's line and what changed, as HTML and CSV in
//! one ZIP that is read without a server, a script or a style sheet.
//!
//! Made after the release only: its caller holds the proof. Holds no hidden label, no e-mail address and no file of a team.

use std::io::{self, Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A page of the competition.
pub struct Leaf {
    /// File name without its ending: `overview`, `overview.ko`.
    pub name: String,
    /// Safe HTML.
    pub html: String,
}

/// A table of the archive: its first row names the columns.
pub struct Table {
    /// File name without its ending.
    pub name: String,
    /// What it is.
    pub title: String,
    /// CSV that no spreadsheet takes for formulas.
    pub csv: Vec<u8>,
}

/// What the archive says about itself.
pub struct Cover {
    /// Title of the competition.
    pub title: String,
    /// Lines of facts: label and value.
    pub facts: Vec<(&'static str, String)>,
}

/// Writes the archive. The same content gives the same bytes.
///
/// # Errors
/// Never for content that fits into memory.
pub fn write(cover: &Cover, leaves: &[Leaf], tables: &[Table]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: String, bytes: &[u8]| -> io::Result<()> {
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default()).unix_permissions(0o644);
        zip.start_file(name, options)?;
        zip.write_all(bytes)
    };
    let mut index = String::from("<ul>\n");
    for leaf in leaves {
        index += &format!("<li><a href=\"{0}.html\">{0}</a></li>\n", escaped(&leaf.name));
        add(format!("{}.html", leaf.name), page(&cover.title, &leaf.html).as_bytes())?;
    }
    for table in tables {
        let (name, title) = (escaped(&table.name), escaped(&table.title));
        index += &format!("<li><a href=\"{name}.html\">{title}</a> (<a href=\"{name}.csv\">CSV</a>)</li>\n");
        add(format!("{}.csv", table.name), &table.csv)?;
        let html = format!("<h1>{title}</h1>\n{}", html_of(&table.csv)?);
        add(format!("{}.html", table.name), page(&cover.title, &html).as_bytes())?;
    }
    index += "</ul>\n<dl>\n";
    for (name, value) in &cover.facts {
        index += &format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(value));
    }
    index += "</dl>\n";
    let index = format!("<h1>{}</h1>\n{index}", escaped(&cover.title));
    add("index.html".to_owned(), page(&cover.title, &index).as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{}</title></head>\n<body>\n{body}\n</body></html>\n",
        escaped(title)
    )
}

fn html_of(csv: &[u8]) -> io::Result<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let mut html = String::from("<table border=\"1\">\n");
    for (line, record) in reader.records().enumerate() {
        let cell = if line == 0 { "th" } else { "td" };
        html += "<tr>";
        for value in &record.map_err(io::Error::other)? {
            html += &format!("<{cell}>{}</{cell}>", escaped(value));
        }
        html += "</tr>\n";
    }
    Ok(html + "</table>\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
