//! What holds for the whole site: what administrators chose, and above it what the operator's configuration fixes.
//!
//! The configuration wins, because whoever has the server's machine answers for it: a setting that stands there is shown
//! to administrators and cannot be changed by them. It is read anew where it is needed, one row by its key, so that a
//! change holds at once on every server of the site.

use podium_store::site_settings::{self, Creators, SignUp, SiteSettings};
use podium_store::types::{CompetitionId, Text, UserRole};
use podium_store::users::{self, User};
use podium_store::{StoreError, participants};

use crate::app::AppState;
use crate::config::Config;
use crate::problem::{ApiError, ApiResult, Code};

impl AppState {
    /// What holds for the site now.
    pub async fn site(&self) -> ApiResult<SiteSettings> {
        let chosen = self.db.read::<_, StoreError, _>(site_settings::find).await?;
        Ok(above(&self.config, chosen))
    }
}

/// The configuration laid over what administrators chose.
pub fn above(config: &Config, chosen: SiteSettings) -> SiteSettings {
    let sign_up = config.sign_up.map(|open| if open { SignUp::Open } else { SignUp::Closed });
    SiteSettings {
        name: config.name.as_deref().map_or(chosen.name, Text::lossy),
        sign_up: sign_up.unwrap_or(chosen.sign_up),
        second_factor_required: config.second_factor_required.unwrap_or(chosen.second_factor_required),
        ..chosen
    }
}

/// What administrators chose, when they send `new`: where the configuration stands above them, what they chose `before`,
/// which holds again when it is taken out of the configuration.
pub fn chosen(config: &Config, new: SiteSettings, before: SiteSettings) -> SiteSettings {
    SiteSettings {
        name: if config.name.is_some() { before.name } else { new.name },
        sign_up: if config.sign_up.is_some() { before.sign_up } else { new.sign_up },
        second_factor_required: match config.second_factor_required {
            Some(_) => before.second_factor_required,
            None => new.second_factor_required,
        },
        ..new
    }
}

/// The names of the settings that stand in the configuration.
pub fn fixed(config: &Config) -> Vec<&'static str> {
    let fixed = [
        ("name", config.name.is_some()),
        ("sign_up", config.sign_up.is_some()),
        ("second_factor_required", config.second_factor_required.is_some()),
    ];
    fixed.into_iter().filter(|(_, is_fixed)| *is_fixed).map(|(name, _)| name).collect()
}

/// Refuses an account that has yet to prove an address of the site's domains, where only such people sign up: signing up
/// takes any address, this is where it must be theirs. Whom hosts have let in has nothing to prove.
pub async fn require_proved(state: &AppState, user: &User, competition: CompetitionId) -> ApiResult<()> {
    let site = state.site().await?;
    let is_proved = |email: &Text| user.email_verified_at.is_some() && users::is_within(email.as_str(), &site.domains);
    if site.sign_up != SignUp::Domains
        || user.role != UserRole::Participant
        || user.email.as_ref().is_some_and(is_proved)
    {
        return Ok(());
    }
    let id = user.id;
    let found = state.db.read::<_, StoreError, _>(move |conn| participants::find(conn, competition, id)).await?;
    match found {
        Some(row) if row.state.is_admitted() => Ok(()),
        _ => Err(ApiError::from(Code::WrongDomain).with("domains", site.domains)),
    }
}

/// Refuses an account that may not create competitions.
pub async fn require_creator(state: &AppState, user: &User) -> ApiResult<()> {
    match (state.site().await?.creators, user.role) {
        (_, UserRole::Admin) | (Creators::Everybody, _) | (Creators::Hosts, UserRole::Host) => Ok(()),
        (Creators::Hosts, UserRole::Participant) => Err(Code::HostOnly.into()),
        (Creators::Admins, _) => {
            Err(ApiError::new(Code::HostOnly, "On this site only administrators create competitions."))
        }
    }
}
