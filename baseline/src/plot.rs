//! Pictures of a run, as SVG text: it needs no font, keeps names in any script and goes into an HTML page as it is.
//! Charts of lines are here; [`confusion`] and [`sheet`] draw the matrix and the photographs. Decides nothing about what
//! is plotted.

use plotters::prelude::*;
use plotters::style::RelativeSize;

pub mod confusion;
pub mod learning;
pub mod sheet;

/// A line in a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name in the legend.
    pub name: String,
    /// Places by rising x; what is not finite is left out.
    pub points: Vec<(f64, f64)>,
}

/// Lines over one pair of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Above it.
    pub title: String,
    /// Below the horizontal axis.
    pub x: String,
    /// What the lines show.
    pub lines: Vec<Line>,
    /// Both axes from 0 to 1, for rates; else the ends of the data.
    pub unit: bool,
}

/// A drawing that failed. Text is written to memory, so this is a fault of the charts themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chart cannot be drawn: {0}")]
pub struct PlotError(String);

/// Colours that people with any colour vision tell apart (Okabe and Ito).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];
/// Of one chart.
const SIZE: (u32, u32) = (480, 320);
/// Lines that a legend can hold.
const LEGEND: usize = 12;

/// Charts beside each other, two in a row.
///
/// # Errors
/// [`PlotError`]
pub fn charts(charts: &[Chart]) -> Result<String, PlotError> {
    let columns = charts.len().clamp(1, 2);
    let rows = charts.len().div_ceil(columns).max(1);
    let mut svg = String::new();
    {
        let area =
            SVGBackend::with_string(&mut svg, (SIZE.0 * columns as u32, SIZE.1 * rows as u32)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        for (place, chart) in area.split_evenly((rows, columns)).iter().zip(charts) {
            chart.draw(place)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

fn failed(error: impl std::fmt::Display) -> PlotError {
    PlotError(error.to_string())
}

impl Chart {
    fn draw(&self, area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Result<(), PlotError> {
        let across = self.ends(|point| point.0, 0.0);
        let along = self.ends(|point| point.1, 0.05);
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 15))
            .margin(10)
            .x_label_area_size(36)
            .y_label_area_size(52)
            .build_cartesian_2d(across, along)
            .map_err(failed)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(RGBColor(225, 225, 225))
            .x_desc(&self.x)
            .x_label_formatter(&tick)
            .draw()
            .map_err(failed)?;
        for (line, &colour) in self.lines.iter().zip(COLOURS.iter().cycle()) {
            let points: Vec<(f64, f64)> = line.points.iter().copied().filter(is_finite).collect();
            // One point makes no line, for example after the first epoch.
            if let &[only] = &points[..] {
                chart.draw_series([Circle::new(only, 3, colour.filled())]).map_err(failed)?;
            }
            let drawn = chart.draw_series(LineSeries::new(points, colour.stroke_width(2))).map_err(failed)?;
            if self.lines.len() <= LEGEND {
                drawn
                    .label(&line.name)
                    .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
            }
        }
        if self.lines.len() <= LEGEND && !self.lines.is_empty() {
            let mut legend = chart.configure_series_labels();
            // Where curves of rates are least; others fall or rise to the right.
            let place = if self.unit { SeriesLabelPosition::LowerRight } else { SeriesLabelPosition::MiddleRight };
            let legend = legend.position(place).background_style(WHITE.mix(0.8)).border_style(RGBColor(200, 200, 200));
            legend.legend_area_size(RelativeSize::Width(0.05).min(22)).draw().map_err(failed)?;
        }
        Ok(())
    }

    /// The least and the largest value, with a share of the span as room at both sides.
    fn ends(&self, of: impl Fn(&(f64, f64)) -> f64, room: f64) -> std::ops::Range<f64> {
        if self.unit {
            return 0.0..1.0;
        }
        let values = || self.lines.iter().flat_map(|line| &line.points).filter(|point| is_finite(point)).map(&of);
        let (low, high) =
            values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            0.0..1.0
        } else if low == high {
            low - 0.5..high + 0.5
        } else {
            low - room * (high - low)..high + room * (high - low)
        }
    }
}

/// A number at an axis; epochs are counted in whole ones.
fn tick(value: &f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn is_finite(point: &(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

/// Text as it may stand in SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
