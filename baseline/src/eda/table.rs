//! What was found, as text for a terminal.

use std::fmt;

use super::{Analysis, Light};

/// Of longer lists the first so many are shown.
const SHOWN: usize = 12;

impl fmt::Display for Analysis<'_> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let competition = self.competition;
        writeln!(
            out,
            "{}: {} photographs to learn from, {} to predict; '{}' -> '{}'",
            competition.folder.display(),
            competition.train.len(),
            competition.test.len(),
            competition.id,
            competition.target
        )?;
        self.classes(out)?;
        self.sizes_and_light(out)?;
        self.twice(out)?;
        self.hints_found(out)
    }
}

impl Analysis<'_> {
    fn classes(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let competition = self.competition;
        let (total, most) = (competition.train.len(), self.counts.iter().max().copied().unwrap_or(1).max(1));
        writeln!(
            out,
            "\nClasses: {}, the largest {:.1} times the smallest. Always the largest scores accuracy {:.3}, macro-F1 {:.3}.",
            self.counts.len(),
            self.imbalance(),
            most as f64 / total as f64,
            2.0 * most as f64 / (most + total) as f64 / self.counts.len() as f64,
        )?;
        let width = competition.class_names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let mut order: Vec<usize> = (0..self.counts.len()).collect();
        order.sort_by_key(|&class| std::cmp::Reverse(self.counts[class]));
        for &class in &order {
            let count = self.counts[class];
            writeln!(
                out,
                "  {:<width$}  {count:>6}  {:>5.1} %  {}",
                competition.class_names[class],
                100.0 * count as f64 / total as f64,
                "█".repeat((30 * count).div_ceil(most)),
            )?;
        }
        Ok(())
    }

    fn sizes_and_light(&self, out: &mut fmt::Formatter) -> fmt::Result {
        writeln!(out, "\nSizes: {} different                 train    test", self.sizes.len())?;
        for ((width, height), train, test) in self.sizes.iter().take(SHOWN) {
            writeln!(out, "  {:<28}  {train:>7} {test:>7}", format!("{width} x {height}"))?;
        }
        if self.sizes.len() > SHOWN {
            writeln!(out, "  and {} more", self.sizes.len() - SHOWN)?;
        }
        writeln!(out, "\nLight (0 to 1)         red   green    blue   without colour")?;
        for (side, light) in [("train", &self.train_light), ("test", &self.test_light)] {
            let Light { mean, std, grey, count, .. } = light;
            writeln!(out, "  {side:<8} mean     {:.4}  {:.4}  {:.4}   {grey} of {count}", mean[0], mean[1], mean[2])?;
            writeln!(out, "           std      {:.4}  {:.4}  {:.4}", std[0], std[1], std[2])?;
        }
        let shift = (self.train_light.mean[1] - self.test_light.mean[1]).abs() / self.train_light.between.max(1e-9);
        writeln!(out, "  test differs from train by {shift:.2} standard deviations between photographs")
    }

    fn twice(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let places = self.places();
        writeln!(out, "\nTwice: {} groups with exactly the same pixels", self.exact.len())?;
        for group in self.exact.iter().take(SHOWN) {
            let names: Vec<String> = group.iter().map(|&at| self.name(at)).collect();
            writeln!(out, "  {}", names.join("  "))?;
        }
        writeln!(
            out,
            "  {} pairs nearly the same: {} in train with the same label, {} with different labels, {} across train and \
             test, {} in test",
            self.near.len(),
            places.same_label,
            places.other_label,
            places.across,
            places.in_test
        )?;
        for pair in self.near.iter().take(SHOWN) {
            writeln!(out, "  {:.3}  {}  {}", pair.correlation, self.name(pair.first), self.name(pair.second))?;
        }
        Ok(())
    }

    fn hints_found(&self, out: &mut fmt::Formatter) -> fmt::Result {
        if self.hints.is_empty() {
            return writeln!(out, "\nHints: nothing gives a label away");
        }
        writeln!(out, "\nHints:")?;
        for hint in &self.hints {
            writeln!(out, "  ! {}\n    {}", hint.title, hint.evidence)?;
        }
        Ok(())
    }

    /// Side, id and label of a photograph.
    pub(super) fn name(&self, at: usize) -> String {
        let photo = self.photo(at);
        let label = photo.label.map(|label| format!(" ({})", self.competition.class_names[label])).unwrap_or_default();
        format!("{} {}{label}", self.side(at), photo.id)
    }
}
