//! Headings with anchors. Ids begin with `h-`, so that a heading cannot take the id of something else.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use comrak::Anchorizer;
use comrak::adapters::{HeadingAdapter, HeadingMeta};
use comrak::nodes::Sourcepos;

use super::Heading;

/// Collects the headings of one text while it is written.
#[derive(Default)]
pub(super) struct Headings(Mutex<(Anchorizer, Vec<Heading>)>);

impl Headings {
    pub(super) fn into_list(self) -> Vec<Heading> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}

impl HeadingAdapter for Headings {
    fn enter(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta, _: Option<Sourcepos>) -> fmt::Result {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = format!("h-{}", seen.0.anchorize(&heading.content));
        write!(out, "<h{} id=\"", heading.level)?;
        comrak::html::escape(out, &id)?;
        out.write_str("\">")?;
        seen.1.push(Heading { level: heading.level, id, text: heading.content.clone() });
        Ok(())
    }

    fn exit(&self, out: &mut dyn fmt::Write, heading: &HeadingMeta) -> fmt::Result {
        write!(out, "</h{}>", heading.level)
    }
}
