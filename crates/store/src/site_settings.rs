//! What administrators chose for the whole site. Where the operator's configuration says something else, it wins; that is
//! the server's to decide, here is only what was chosen.

use diesel::prelude::*;

use crate::schema::site_settings;
use crate::types::{Json, Text, UserId, UtcTime, words};
use crate::{Conn, StoreError};

/// The only row.
const ROW: i64 = 1;

words! {
    /// Who may make an account.
    SignUp {
        /// Everybody.
        Open = "open",
        /// Who gives an address of certain domains; to take part they prove it.
        Domains = "domains",
        /// Who has a link to a competition, or among its hosts.
        Invite = "invite",
        /// Nobody: hosts and administrators make accounts.
        Closed = "closed",
    }
}

words! {
    /// Who may create competitions, besides administrators.
    Creators {
        /// Everybody with an account.
        Everybody = "everybody",
        /// Accounts with the role of a host.
        Hosts = "hosts",
        /// Nobody.
        Admins = "admins",
    }
}

/// The settings of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteSettings {
    /// Its name.
    pub name: Text,
    /// Who may make an account.
    pub sign_up: SignUp,
    /// Domains of addresses, for [`SignUp::Domains`].
    pub domains: Vec<String>,
    /// Who may create competitions.
    pub creators: Creators,
    /// Whether hosts and administrators need a second factor for what others may not do.
    pub second_factor_required: bool,
    /// What stands above every page, in English; empty for nothing.
    pub banner_en: Text,
    /// The same in Korean; empty for the English one.
    pub banner_ko: Text,
    /// How to reach whoever runs the site; empty for nothing.
    pub contact: Text,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            name: Text::lossy("Podium"),
            sign_up: SignUp::Open,
            domains: Vec::new(),
            creators: Creators::Hosts,
            second_factor_required: false,
            banner_en: Text::lossy(""),
            banner_ko: Text::lossy(""),
            contact: Text::lossy(""),
        }
    }
}

impl SiteSettings {
    /// Every setting by its name, as text, for whoever compares two of them.
    #[must_use]
    pub fn words(&self) -> [(&'static str, String); 8] {
        [
            ("name", self.name.to_string()),
            ("sign_up", self.sign_up.to_string()),
            ("domains", self.domains.join(", ")),
            ("creators", self.creators.to_string()),
            ("second_factor_required", self.second_factor_required.to_string()),
            ("banner.en", self.banner_en.to_string()),
            ("banner.ko", self.banner_ko.to_string()),
            ("contact", self.contact.to_string()),
        ]
    }
}

/// What was chosen, and the defaults where nobody chose anything.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn) -> Result<SiteSettings, StoreError> {
    type Row = (Text, SignUp, Json<Vec<String>>, Creators, bool, Text, Text, Text);
    let row: Option<Row> = site_settings::table
        .find(ROW)
        .select((
            site_settings::name,
            site_settings::sign_up,
            site_settings::domains,
            site_settings::creators,
            site_settings::second_factor_required,
            site_settings::banner_en,
            site_settings::banner_ko,
            site_settings::contact,
        ))
        .first(conn)
        .optional()?;
    let Some((name, sign_up, domains, creators, second_factor_required, banner_en, banner_ko, contact)) = row else {
        return Ok(SiteSettings::default());
    };
    let domains = domains.read().map_err(|e| diesel::result::Error::DeserializationError(e.into()))?;
    Ok(SiteSettings { name, sign_up, domains, creators, second_factor_required, banner_en, banner_ko, contact })
}

/// When the settings were last changed, and by whom; `None` when nobody did.
///
/// # Errors
/// Those of the database.
pub fn changed(conn: &mut Conn) -> Result<Option<(UtcTime, UserId)>, StoreError> {
    let row = site_settings::table.find(ROW).select((site_settings::updated_at, site_settings::updated_by));
    Ok(row.first(conn).optional()?)
}

/// Writes the settings.
///
/// # Errors
/// Those of the database.
pub fn save(conn: &mut Conn, new: &SiteSettings, by: UserId, now: UtcTime) -> Result<(), StoreError> {
    let domains =
        Json::new(&new.domains).map_err(|e| StoreError::Query(diesel::result::Error::SerializationError(e.into())))?;
    diesel::delete(site_settings::table.find(ROW)).execute(conn)?;
    diesel::insert_into(site_settings::table)
        .values((
            site_settings::id.eq(ROW),
            site_settings::name.eq(&new.name),
            site_settings::sign_up.eq(new.sign_up),
            site_settings::domains.eq(domains),
            site_settings::creators.eq(new.creators),
            site_settings::second_factor_required.eq(new.second_factor_required),
            site_settings::banner_en.eq(&new.banner_en),
            site_settings::banner_ko.eq(&new.banner_ko),
            site_settings::contact.eq(&new.contact),
            site_settings::updated_at.eq(now),
            site_settings::updated_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}
