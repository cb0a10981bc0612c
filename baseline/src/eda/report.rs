//! What was found, as one HTML file that needs nothing else: pictures and plots are inside.

use std::fmt::Write as _;

use crate::competition::Photo;
use crate::random::Random;

use super::chart::{self, escape};
use super::sheet::{self, SheetError};
use super::{Analysis, brightness};

/// Pairs of near-duplicates that are shown.
const PAIRS: usize = 24;
/// Bars of a histogram.
const BINS: usize = 32;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#5c6773;--line:#d8dee4;--one:#2563a8;--two:#c2571a}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#15181c;--soft:#9aa5b1;--line:#343b43;--one:#6ba6e8;--two:#ee9a5f}}\
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:64rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}\
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:middle}\
td.n{text-align:right;font-variant-numeric:tabular-nums}td.bar{width:16rem}td.bar i{display:block;height:.8rem;background:var(--one)}\
p.soft,td.soft{color:var(--soft)}img{max-width:100%;height:auto;display:block}svg{width:100%;max-width:40rem}\
svg text{font:11px system-ui,sans-serif;fill:var(--soft)}.s0{fill:var(--one)}.s1{fill:var(--two)}svg .k0{fill:var(--one)}svg .k1{fill:var(--two)}\
circle{opacity:.5}.axis{stroke:var(--line);fill:none}li{margin:.4rem 0}figure{margin:1rem 0}\
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}.pairs figcaption{font-size:.8rem;color:var(--soft)}";

impl Analysis<'_> {
    /// The report, with `per_class` photographs of every class.
    pub fn html(&self, per_class: usize) -> Result<String, SheetError> {
        let competition = self.competition;
        let mut page = String::from("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">");
        page.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        let name = competition.folder.display().to_string();
        let _ = write!(page, "<title>{}: first look</title><style>{STYLE}</style>", escape(&name));
        let _ = write!(
            page,
            "<h1>First look: {}</h1><p>{} photographs to learn from, {} to predict, {} classes.</p>",
            escape(&name),
            competition.train.len(),
            competition.test.len(),
            competition.classes.len()
        );
        self.write_hints(&mut page);
        self.write_classes(&mut page, per_class)?;
        self.write_sizes(&mut page);
        self.write_light(&mut page);
        self.write_twice(&mut page)?;
        page.push_str("</html>\n");
        Ok(page)
    }

    fn write_hints(&self, page: &mut String) {
        page.push_str("<h2>What deserves a look</h2>");
        if self.hints.is_empty() {
            page.push_str(
                "<p>Nothing gives a label away: not the names, the sizes, the order, nor pictures on both sides.</p>",
            );
            return;
        }
        page.push_str("<ul>");
        for hint in &self.hints {
            let _ = write!(page, "<li><strong>{}.</strong> {}</li>", escape(&hint.title), escape(&hint.evidence));
        }
        page.push_str("</ul>");
    }

    fn write_classes(&self, page: &mut String, per_class: usize) -> Result<(), SheetError> {
        let competition = self.competition;
        let most = self.counts.iter().max().copied().unwrap_or(1).max(1);
        let _ = write!(
            page,
            "<h2>Classes</h2><p>The largest is {:.1} times the smallest. Always answering the largest is right in {:.1} %.</p><table>",
            self.imbalance(),
            100.0 * most as f64 / competition.train.len() as f64
        );
        let mut random = Random::new(&[0xEDA]);
        for (class, &count) in self.counts.iter().enumerate() {
            let mut members: Vec<&Photo> =
                competition.train.iter().filter(|photo| photo.label == Some(class)).collect();
            random.shuffle(&mut members);
            members.truncate(per_class);
            let title = escape(&competition.class_names[class]);
            let _ = write!(
                page,
                "<tr><th>{title}</th><td class=\"n\">{count}</td><td class=\"bar\"><i style=\"width:{:.1}%\"></i></td></tr>",
                100.0 * count as f64 / most as f64
            );
            if !members.is_empty() {
                let _ = write!(
                    page,
                    "<tr><td colspan=\"3\"><img alt=\"Examples of {title}\" src=\"{}\"></td></tr>",
                    sheet::address(&members, 8)?
                );
            }
        }
        page.push_str("</table>");
        Ok(())
    }

    fn write_sizes(&self, page: &mut String) {
        let points: Vec<(usize, f64, f64)> = self
            .sizes
            .iter()
            .flat_map(|&((width, height), train, test)| {
                let at = |series, count| (count > 0).then_some((series, width as f64, height as f64));
                [at(0, train), at(1, test)].into_iter().flatten()
            })
            .collect();
        let widest = self.sizes.iter().map(|((width, _), ..)| *width).max().unwrap_or(0).to_string();
        let _ = write!(page, "<h2>Sizes</h2><p>{} different.</p>", self.sizes.len());
        // One size is one point.
        if self.sizes.len() > 1 {
            let ends = ["0", &widest, "width, pixels"];
            page.push_str(&chart::scatter("Width and height", ends, &["train", "test"], &points));
        }
        page.push_str("<table><tr><th>Pixels<th>Train<th>Test</tr>");
        for ((width, height), train, test) in self.sizes.iter().take(20) {
            let _ = write!(page, "<tr><td>{width} x {height}<td class=\"n\">{train}<td class=\"n\">{test}</tr>");
        }
        page.push_str("</table>");
    }

    fn write_light(&self, page: &mut String) {
        let (train, test) = self.fingerprints.split_at(self.competition.train.len());
        let shares = |side: &[crate::duplicates::Fingerprint]| {
            let mut shares = vec![0.0; BINS];
            for fingerprint in side {
                let bin = (brightness(fingerprint) * BINS as f64) as usize;
                shares[bin.min(BINS - 1)] += 1.0 / side.len() as f64;
            }
            shares
        };
        let series = [("train", shares(train)), ("test", shares(test))];
        let _ = write!(
            page,
            "<h2>Light</h2><p>Mean brightness of each photograph. Test should lie where train lies.</p>{}<table>\
             <tr><th><th>Red<th>Green<th>Blue<th>Without colour</tr>",
            chart::histogram("Mean brightness", ["dark", "bright", "mean brightness"], &series)
        );
        for (side, light) in [("Train", &self.train_light), ("Test", &self.test_light)] {
            for (name, [red, green, blue]) in [("mean", light.mean), ("standard deviation", light.std)] {
                let _ = write!(
                    page,
                    "<tr><td>{side}, {name}<td class=\"n\">{red:.4}<td class=\"n\">{green:.4}<td class=\"n\">{blue:.4}\
                     <td class=\"n\">{} of {}</tr>",
                    light.grey, light.count
                );
            }
        }
        page.push_str("</table>");
    }

    fn write_twice(&self, page: &mut String) -> Result<(), SheetError> {
        let places = self.places();
        let _ = write!(
            page,
            "<h2>Twice</h2><p>{} groups with exactly the same pixels. {} pairs nearly the same: {} in train with the same label, \
             {} with different labels, {} across train and test, {} in test.</p><div class=\"pairs\">",
            self.exact.len(),
            self.near.len(),
            places.same_label,
            places.other_label,
            places.across,
            places.in_test
        );
        for pair in self.near.iter().take(PAIRS) {
            let (first, second) = (self.name(pair.first), self.name(pair.second));
            let _ = write!(
                page,
                "<figure><img alt=\"{0} and {1}\" src=\"{2}\"><figcaption>{3:.3}: {0} – {1}</figcaption></figure>",
                escape(&first),
                escape(&second),
                sheet::address(&[self.photo(pair.first), self.photo(pair.second)], 2)?,
                pair.correlation
            );
        }
        page.push_str("</div>");
        Ok(())
    }
}
