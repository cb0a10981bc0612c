//! The routes under `/api/v1`, one module per subject. Views and requests stand beside their handlers.

use utoipa_actix_web::service_config::ServiceConfig;

pub mod accounts;
pub mod me;
pub mod sessions;
pub mod setup;
pub mod site;
pub mod tokens;

/// Every operation of the API. A handler that is not listed here does not exist.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(site::find_site)
        .service(setup::set_up_site)
        .service(accounts::create_user)
        .service(sessions::create_session)
        .service(sessions::end_current_session)
        .service(sessions::list_sessions)
        .service(sessions::end_session)
        .service(me::find_me)
        .service(me::update_me)
        .service(me::change_password)
        .service(tokens::list_tokens)
        .service(tokens::create_token)
        .service(tokens::revoke_token);
}
