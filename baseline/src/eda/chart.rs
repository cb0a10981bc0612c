//! Small plots as SVG, for the report. Colours come from the page.

use std::fmt::Write as _;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 24.0;

/// One bar for each value, from the left; two colours if there are two series.
pub(super) fn histogram(title: &str, labels: [&str; 3], series: &[(&str, Vec<f64>)]) -> String {
    let most = series.iter().flat_map(|(_, values)| values).copied().fold(1e-9, f64::max);
    let bins = series.first().map_or(1, |(_, values)| values.len()).max(1);
    let slot = (WIDTH - LEFT) / bins as f64;
    let bar = slot / series.len().max(1) as f64;
    let mut svg = open(title);
    for (number, (name, values)) in series.iter().enumerate() {
        for (bin, value) in values.iter().enumerate() {
            let tall = (HEIGHT - BOTTOM - 16.0) * value / most;
            let left = LEFT + slot * bin as f64 + bar * number as f64;
            let top = HEIGHT - BOTTOM - tall;
            let width = (bar - 0.5).max(0.5);
            let _ = write!(
                svg,
                r#"<rect class="s{number}" x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{tall:.1}"/>"#
            );
        }
        let _ = write!(
            svg,
            r#"<text class="k{number}" x="{}" y="12">{}</text>"#,
            LEFT + 120.0 * number as f64,
            escape(name)
        );
    }
    axes(&mut svg, labels, &format!("{most:.3}"));
    svg
}

/// Points; each has a series, x and y.
pub(super) fn scatter(title: &str, labels: [&str; 3], names: &[&str], points: &[(usize, f64, f64)]) -> String {
    let most_x = points.iter().map(|point| point.1).fold(1.0, f64::max);
    let most_y = points.iter().map(|point| point.2).fold(1.0, f64::max);
    let mut svg = open(title);
    for &(series, x, y) in points {
        let left = LEFT + (WIDTH - LEFT - 8.0) * x / most_x;
        let top = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 16.0) * y / most_y;
        let _ = write!(svg, r#"<circle class="s{series}" cx="{left:.1}" cy="{top:.1}" r="2.5"/>"#);
    }
    for (number, name) in names.iter().enumerate() {
        let _ = write!(
            svg,
            r#"<text class="k{number}" x="{}" y="12">{}</text>"#,
            LEFT + 120.0 * number as f64,
            escape(name)
        );
    }
    axes(&mut svg, labels, &format!("{most_y:.0}"));
    svg
}

fn open(title: &str) -> String {
    let title = escape(title);
    format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}"><title>{title}</title>"#)
}

/// The axes, with the first and last place of the horizontal one, what it is, and the height of the highest.
fn axes(svg: &mut String, [first, last, meaning]: [&str; 3], most: &str) {
    let base = HEIGHT - BOTTOM;
    let under = HEIGHT - 6.0;
    let _ = write!(
        svg,
        r#"<path class="axis" d="M{LEFT} 16V{base}H{WIDTH}"/><text x="{LEFT}" y="{under}">{}</text><text x="{}" y="{under}" text-anchor="middle">{}</text><text x="{WIDTH}" y="{under}" text-anchor="end">{}</text><text x="{}" y="26" text-anchor="end">{most}</text></svg>"#,
        escape(first),
        (LEFT + WIDTH) / 2.0,
        escape(meaning),
        escape(last),
        LEFT - 4.0,
    );
}

/// Text for HTML and SVG.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
