//! The routes under `/api/v1`, one module per subject. Views and requests stand beside their handlers.

use utoipa_actix_web::service_config::ServiceConfig;

pub mod accounts;
pub mod admin;
pub mod audit;
pub mod board_charts;
pub mod checklist;
pub mod cloning;
pub mod closing;
pub mod competitions;
pub mod data_files;
pub mod drafts;
pub mod entries;
pub mod events;
pub mod finals;
pub mod hosts;
pub mod invites;
pub mod keepsakes;
pub mod leaderboard;
pub mod mail;
pub mod me;
pub mod membership;
pub mod metrics;
pub mod notifications;
pub mod oversight;
pub mod pages;
pub mod participants;
pub mod passwords;
pub mod post_images;
pub mod posts;
pub mod privacy;
pub mod profiles;
pub mod publication;
pub mod rehearsal;
pub mod rescores;
pub mod rulings;
pub mod schedule;
pub mod search;
pub mod second_factor;
pub mod sessions;
pub mod setup;
pub mod site;
pub mod site_settings;
pub mod solutions;
pub mod submissions;
pub mod teams;
pub mod threads;
pub mod tokens;

/// Every operation of the API. A handler that is not listed here does not exist.
///
/// The router tries them one by one: what everybody asks for all the time stands first.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(leaderboard::find_leaderboard)
        .service(leaderboard::find_my_standing)
        .service(site::find_site)
        .service(site::find_openapi)
        .service(site_settings::find_settings)
        .service(site_settings::save_settings)
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
        .service(tokens::revoke_token)
        .service(metrics::list_metrics)
        .service(competitions::list_competitions)
        .service(competitions::find_competition)
        .service(drafts::create_draft)
        .service(publication::save_competition)
        .service(publication::find_manifest)
        .service(publication::publish_competition)
        .service(publication::release_scores)
        .service(membership::join_competition)
        .service(teams::find_my_team)
        .service(teams::update_my_team)
        .service(teams::leave_team)
        .service(teams::list_looking_teams)
        .service(teams::merges::preview_merge)
        .service(teams::merges::create_merge)
        .service(teams::merges::accept_merge)
        .service(teams::merges::refuse_merge)
        .service(invites::create_team_invite)
        .service(invites::revoke_team_invite)
        .service(invites::list_my_invites)
        .service(invites::accept_invite)
        .service(invites::decline_invite)
        .service(invites::look_at_invite)
        .service(invites::accept_invite_link)
        .service(participants::list_participants)
        .service(participants::export::export_participants)
        .service(participants::invite_people)
        .service(participants::decide_participant)
        .service(participants::roster::create_roster)
        .service(participants::create_competition_invite)
        .service(participants::list_competition_invites)
        .service(participants::revoke_competition_invite)
        .service(rulings::list_teams)
        .service(rulings::update_team)
        .service(rulings::disqualify_team)
        .service(rulings::reinstate_team)
        .service(rulings::create_grant)
        .service(rulings::revoke_grant)
        .service(checklist::find_checklist)
        .service(entries::list_entries)
        .service(entries::export_entries)
        .service(entries::list_downloads)
        .service(pages::list_page_versions)
        .service(pages::find_page_version)
        .service(hosts::list_hosts)
        .service(hosts::invite_host)
        .service(hosts::update_host)
        .service(hosts::remove_host)
        .service(pages::list_pages)
        .service(pages::save_page)
        .service(pages::find_page_source)
        .service(pages::preview_markdown)
        .service(threads::list_threads)
        .service(threads::create_thread)
        .service(threads::find_thread)
        .service(threads::update_thread)
        .service(threads::delete_thread)
        .service(posts::list_posts)
        .service(posts::create_post)
        .service(posts::update_post)
        .service(posts::delete_post)
        .service(admin::list_users)
        .service(admin::update_user)
        .service(oversight::list_all_competitions)
        .service(oversight::find_queue)
        .service(admin::list_jobs)
        .service(admin::retry_job)
        .service(admin::cancel_job)
        .service(audit::list_competition_audit)
        .service(audit::list_site_audit)
        .service(submissions::create_submission)
        .service(submissions::list_submissions)
        .service(submissions::find_submission)
        .service(submissions::download_submission)
        .service(submissions::withdraw_submission)
        .service(submissions::update_submission)
        .service(finals::find_finals)
        .service(finals::choose_final)
        .service(finals::unchoose_final)
        .service(finals::list_scores)
        .service(closing::find_private_leaderboard)
        .service(closing::export_private_leaderboard)
        .service(closing::export_leaderboard_json)
        .service(closing::find_history)
        .service(board_charts::list_histories)
        .service(board_charts::find_distribution)
        .service(cloning::clone_competition)
        .service(keepsakes::download_closing_archive)
        .service(keepsakes::archive_competition)
        .service(rehearsal::rehearse_competition)
        .service(rehearsal::rehearse_leaderboard)
        .service(rehearsal::rehearse_private_leaderboard)
        .service(rescores::list_rescores)
        .service(rescores::begin_rescore)
        .service(rescores::preview_rescore)
        .service(rescores::publish_rescore)
        .service(rescores::drop_rescore)
        .service(schedule::list_changes)
        .service(schedule::change_rules)
        .service(solutions::find_solution)
        .service(solutions::save_solution)
        .service(data_files::list_files)
        .service(data_files::upload_files)
        .service(data_files::list_all_files)
        .service(data_files::delete_file)
        .service(data_files::download_file)
        .service(data_files::preview_file)
        .service(data_files::find_thumbnail)
        .service(data_files::download_archive)
        .service(leaderboard::search_leaderboard)
        .service(leaderboard::export_leaderboard)
        .service(events::stream_events)
        .service(events::stream_my_events)
        .service(notifications::list_notifications)
        .service(notifications::mark_notifications_read)
        .service(privacy::find_privacy_notice)
        .service(privacy::list_agreements)
        .service(privacy::agree_to_privacy_notice)
        .service(privacy::agree_to_data_agreement)
        .service(privacy::agree_to_rules)
        .service(privacy::export_own_data)
        .service(privacy::delete_me)
        .service(profiles::find_profile)
        .service(profiles::find_person)
        .service(threads::accept_answer)
        .service(threads::list_write_ups)
        .service(posts::vote_for_post)
        .service(posts::take_vote_back)
        .service(posts::list_post_versions)
        .service(posts::report_post)
        .service(posts::list_reports)
        .service(posts::moderate_post)
        .service(post_images::upload_post_image)
        .service(post_images::find_post_image)
        .service(search::search_threads)
        .service(mail::request_verification)
        .service(mail::verify_email)
        .service(mail::list_mail_settings)
        .service(mail::update_mail_settings)
        .service(mail::unsubscribe)
        .service(passwords::request_password_reset)
        .service(passwords::redeem_password_reset)
        .service(passwords::issue_password_reset)
        .service(second_factor::find_second_factor)
        .service(second_factor::begin_second_factor)
        .service(second_factor::confirm_second_factor)
        .service(second_factor::renew_recovery_codes)
        .service(second_factor::remove_second_factor)
        .service(second_factor::reset_second_factor)
        .service(second_factor::confirm_me);
}
