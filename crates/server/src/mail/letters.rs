//! What mail says, in the reader's language: plain text, so that nothing in it is fetched or run. Names and titles are
//! looked up when the mail is sent; what the reader may not see any more is not written.

use podium_store::mails::{Letter as Kind, Outgoing};
use podium_store::notifications::NotificationKind as K;
use podium_store::one_time_links::{self, Purpose};
use podium_store::types::{CompetitionId, Language, UserState};
use podium_store::users::User;
use podium_store::{Conn, competitions, notifications, users};

use super::links;
use crate::api::notifications::{NotificationView, Resolver};
use crate::app::AppState;
use crate::auth::extract::CurrentUser;
use crate::problem::{ApiError, ApiResult};

/// A mail that is ready to be sent.
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Where one click switches this kind of mail off.
    pub unsubscribe: Option<String>,
}

/// Writes the mail; none when there is nothing to say any more.
pub async fn compose(state: &AppState, mail: &Outgoing) -> ApiResult<Option<Letter>> {
    let site = state.config.site_url().unwrap_or_default();
    match (&mail.letter, mail.user) {
        (Kind::Invitation { competition, path, language }, _) => {
            invitation(state, *competition, &format!("{site}{path}"), *language).await
        }
        (Kind::VerifyEmail, Some(user)) => verification(state, mail, user, &site).await,
        (Kind::PasswordReset, Some(user)) => reset(state, user, &site).await,
        (Kind::Notification, Some(_)) => notification(state, mail, &site).await,
        (Kind::VerifyEmail | Kind::PasswordReset | Kind::Notification, None) => Ok(None),
    }
}

async fn active(state: &AppState, id: podium_store::types::UserId) -> ApiResult<Option<User>> {
    let user = state.db.read::<_, ApiError, _>(move |conn| Ok(users::find(conn, id)?)).await?;
    Ok(user.filter(|user| user.state == UserState::Active && user.deleted_at.is_none()))
}

async fn verification(
    state: &AppState,
    mail: &Outgoing,
    id: podium_store::types::UserId,
    site: &str,
) -> ApiResult<Option<Letter>> {
    // Changed again since, or proved already.
    let unproved = |user: &User| user.email.as_ref() == Some(&mail.address) && user.email_verified_at.is_none();
    let Some(user) = active(state, id).await?.filter(unproved) else { return Ok(None) };
    let address = mail.address.clone();
    let look = move |conn: &mut Conn| Ok::<_, ApiError>(users::find_by_address(conn, address.as_str())?);
    if let Some(owner) = state.db.read(look).await? {
        return Ok(Some(known(&user, &owner, state.site().await?.name.as_str(), site)));
    }
    let (secret, hash) = links::secret()?;
    let (now, address) = (state.clock.now(), mail.address.clone());
    let issue = move |conn: &mut Conn| {
        let valid = one_time_links::VERIFY_VALID;
        one_time_links::issue(conn, id, Purpose::VerifyEmail, hash, Some(&address), valid, now)
    };
    state.db.write::<_, podium_store::StoreError, _>(issue).await?;
    let link = format!("{site}/verify-email#token={secret}");
    let (name, site_name) = (user.name, state.site().await?.name);
    Ok(Some(match user.language {
        Language::En => Letter::plain(
            format!("Confirm your address for {site_name}"),
            format!(
                "Hello {name},\n\nplease confirm that this address is yours:\n\n{link}\n\nThe link works once, for three \
                 days. If you did not give this address at {site_name}, ignore this mail: nothing else will be sent.\n"
            ),
        ),
        Language::Ko => Letter::plain(
            format!("{site_name} 이메일 주소를 확인해 주세요"),
            format!(
                "{name} 님, 안녕하세요.\n\n아래 링크를 열어 이 주소가 본인의 것임을 확인해 주세요.\n\n{link}\n\n링크는 3일 \
                 동안 한 번만 쓸 수 있습니다. {site_name}에 이 주소를 입력한 적이 없다면 이 메일을 무시하세요. 더 이상 메일을 \
                 보내지 않습니다.\n"
            ),
        ),
    }))
}

/// To somebody who has an account, about another one that was made with their address, in place of the link that would
/// prove it: whoever made it learns nothing.
fn known(new: &User, owner: &User, site_name: &str, site: &str) -> Letter {
    let (name, known) = (&new.name, &owner.name);
    match owner.language {
        Language::En => Letter::plain(
            format!("You have an account at {site_name} already"),
            format!(
                "Hello {known},\n\nsomebody gave your address for the account \"{name}\" at {site_name}. The address belongs \
                 to your account \"{known}\" and stays there.\n\nIf it was you: sign in as \"{known}\", or set a new password \
                 if you forgot it:\n\n{site}/forgot-password\n\nIf it was not you, ignore this mail. Nobody was told that \
                 you have an account.\n"
            ),
        ),
        Language::Ko => Letter::plain(
            format!("{site_name}에 이미 계정이 있습니다"),
            format!(
                "{known} 님, 안녕하세요.\n\n{site_name}에서 누군가 \"{name}\" 계정에 회원님의 이메일 주소를 입력했습니다. 이 \
                 주소는 회원님의 계정 \"{known}\"에 그대로 남아 있습니다.\n\n직접 입력하셨다면 \"{known}\"(으)로 로그인하시거나, \
                 비밀번호를 잊었다면 아래에서 다시 설정해 주세요.\n\n{site}/forgot-password\n\n본인이 아니라면 이 메일을 \
                 무시하세요. 회원님에게 계정이 있다는 사실은 아무에게도 알리지 않았습니다.\n"
            ),
        ),
    }
}

async fn reset(state: &AppState, id: podium_store::types::UserId, site: &str) -> ApiResult<Option<Letter>> {
    let Some(user) = active(state, id).await?.filter(|user| user.email_verified_at.is_some()) else { return Ok(None) };
    let (secret, hash) = links::secret()?;
    let now = state.clock.now();
    let issue = move |conn: &mut Conn| {
        one_time_links::issue(conn, id, Purpose::PasswordReset, hash, None, one_time_links::RESET_VALID, now)
    };
    state.db.write::<_, podium_store::StoreError, _>(issue).await?;
    let link = format!("{site}/reset-password#token={secret}");
    let (name, site_name) = (user.name, state.site().await?.name);
    Ok(Some(match user.language {
        Language::En => Letter::plain(
            format!("Set a new password for {site_name}"),
            format!(
                "Hello {name},\n\nsomebody, we hope you, asked to set a new password for your account. This link does \
                 it:\n\n{link}\n\nIt works once, for 30 minutes, and signs you out everywhere. If it was not you, ignore \
                 this mail: your password stays.\n"
            ),
        ),
        Language::Ko => Letter::plain(
            format!("{site_name} 비밀번호 재설정"),
            format!(
                "{name} 님, 안녕하세요.\n\n비밀번호를 다시 설정해 달라는 요청을 받았습니다. 아래 링크에서 설정할 수 \
                 있습니다.\n\n{link}\n\n링크는 30분 동안 한 번만 쓸 수 있으며, 설정하면 모든 기기에서 로그아웃됩니다. 요청하지 \
                 않았다면 이 메일을 무시하세요. 비밀번호는 그대로 유지됩니다.\n"
            ),
        ),
    }))
}

async fn invitation(state: &AppState, id: CompetitionId, link: &str, language: Language) -> ApiResult<Option<Letter>> {
    let competition = state.db.read::<_, ApiError, _>(move |conn| Ok(competitions::get(conn, id)?)).await?;
    let site_name = state.site().await?.name;
    Ok(Some(match language {
        Language::En => Letter::plain(
            format!("You are invited to {}", competition.title_en),
            format!(
                "Hello,\n\nyou are invited to the competition \"{}\" on {site_name}. To take part, open this \
                 link:\n\n{link}\n\nIt is meant for you alone. If you do not want to take part, ignore this mail.\n",
                competition.title_en
            ),
        ),
        Language::Ko => Letter::plain(
            format!("{} 대회에 초대합니다", competition.title_ko),
            format!(
                "안녕하세요.\n\n{site_name}에서 열리는 \"{}\" 대회에 초대합니다. 참가하려면 아래 링크를 \
                 여세요.\n\n{link}\n\n이 링크는 본인만 사용할 수 있습니다. 참가하지 않으려면 이 메일을 무시하세요.\n",
                competition.title_ko
            ),
        ),
    }))
}

async fn notification(state: &AppState, mail: &Outgoing, site: &str) -> ApiResult<Option<Letter>> {
    let (Some(id), Some(user), now) = (mail.notification, mail.user, state.clock.now()) else { return Ok(None) };
    let look = move |conn: &mut Conn| {
        let Some(user) = users::find(conn, user)? else { return Ok(None) };
        let Some(row) = notifications::find(conn, id)?.filter(|row| row.user_id == user.id) else { return Ok(None) };
        let is_lost = row.about.read().map_err(ApiError::internal)?;
        let reader = CurrentUser::reader(user);
        let view = Resolver::new(&reader, now).view(conn, row)?;
        // About a competition that the reader does not see any more.
        let is_lost = is_lost.competition.is_some() && view.competition.is_none();
        Ok::<_, ApiError>((!is_lost).then_some((reader.user, view)))
    };
    let Some((user, view)) = state.db.read(look).await? else { return Ok(None) };
    if user.state != UserState::Active {
        return Ok(None);
    }
    let said = said(&view, user.language);
    let topic = view.kind.topic();
    let token = topic.is_optional().then(|| state.mail_key.unsubscribe(user.id, topic)).transpose()?;
    let mut body = match user.language {
        Language::En => format!("Hello {},\n\n{said}\n", user.name),
        Language::Ko => format!("{} 님, 안녕하세요.\n\n{said}\n", user.name),
    };
    if let Some(path) = path(&view) {
        body += &format!("\n{site}{path}\n");
    }
    if !topic.is_optional() {
        body += match user.language {
            Language::En => "\nIf it was not you, change your password at once and tell an administrator.\n",
            Language::Ko => "\n본인이 한 일이 아니라면 바로 비밀번호를 바꾸고 관리자에게 알려 주세요.\n",
        };
    }
    if let Some(token) = &token {
        body += &match user.language {
            Language::En => format!("\n-- \nNo more mail of this kind: {site}/unsubscribe#token={token}\n"),
            Language::Ko => format!("\n-- \n이런 메일을 더 받지 않으려면: {site}/unsubscribe#token={token}\n"),
        };
    }
    let title = view.competition.as_ref().map(|competition| match user.language {
        Language::En => competition.title.en.clone(),
        Language::Ko => competition.title.ko.clone(),
    });
    let about = match title {
        Some(title) => title,
        None => state.site().await?.name.into_string(),
    };
    let subject = format!("[{about}] {said}");
    let unsubscribe = token.map(|token| format!("{site}/api/v1/mail/unsubscribe?token={token}"));
    Ok(Some(Letter { subject, body, unsubscribe }))
}

/// Where a notification leads, from the site's root.
fn path(view: &NotificationView) -> Option<String> {
    let Some(competition) = &view.competition else { return Some("/account".to_owned()) };
    let base = format!("/competitions/{}", competition.slug);
    Some(match (&view.thread, view.kind) {
        (Some(thread), _) => match view.post_id {
            Some(post) => format!("{base}/discussion/{}#post-{post}", thread.id),
            None => format!("{base}/discussion/{}", thread.id),
        },
        (None, K::EntryScored | K::EntryInvalid | K::EntryFailed) => format!("{base}/submit"),
        (None, K::ScoresReleased | K::Rescored) => format!("{base}/leaderboard"),
        (None, K::RulesChanged) => format!("{base}/rules"),
        (None, _) => base,
    })
}

/// The one sentence of a notification.
fn said(view: &NotificationView, language: Language) -> String {
    let en = language == Language::En;
    let somebody = if en { "Somebody" } else { "누군가" };
    let actor = view.actor.as_ref().map_or(somebody, |actor| actor.name.as_str());
    let team = view.team.as_ref().map_or(if en { "a team" } else { "팀" }, |team| team.name.as_str());
    let thread = view.thread.as_ref().map_or(if en { "a thread" } else { "글" }, |thread| thread.title.as_str());
    let entry = view.submission.as_ref().map_or(String::new(), |entry| format!("#{}", entry.number));
    match (view.kind, en) {
        (K::Announcement, true) => format!("Announcement: {thread}"),
        (K::Announcement, false) => format!("공지: {thread}"),
        (K::Reply, true) => format!("{actor} replied in \"{thread}\"."),
        (K::Reply, false) => format!("{actor} 님이 \"{thread}\"에 답글을 남겼습니다."),
        (K::Mention, true) => format!("{actor} mentioned you in \"{thread}\"."),
        (K::Mention, false) => format!("{actor} 님이 \"{thread}\"에서 회원님을 언급했습니다."),
        (K::AnswerAccepted, true) => format!("Your answer in \"{thread}\" was accepted."),
        (K::AnswerAccepted, false) => format!("\"{thread}\"의 답변이 채택되었습니다."),
        (K::PostReported, true) => format!("A post in \"{thread}\" was reported."),
        (K::PostReported, false) => format!("\"{thread}\"의 글이 신고되었습니다."),
        (K::PostModerated, true) => format!("A host hid or removed your post in \"{thread}\"."),
        (K::PostModerated, false) => format!("운영자가 \"{thread}\"의 회원님 글을 숨기거나 삭제했습니다."),
        (K::EntryScored, true) => format!("Entry {entry} has its score."),
        (K::EntryScored, false) => format!("제출 {entry}의 점수가 나왔습니다."),
        (K::EntryInvalid, true) => format!("Entry {entry} turned out invalid; it did not count."),
        (K::EntryInvalid, false) => format!("제출 {entry}이(가) 올바르지 않아 횟수에 포함되지 않았습니다."),
        (K::EntryFailed, true) => format!("We failed to score entry {entry}; your slot came back."),
        (K::EntryFailed, false) => {
            format!("시스템 오류로 제출 {entry}을(를) 채점하지 못했습니다. 제출 횟수는 돌려드렸습니다.")
        }
        (K::TeamInvited, true) => format!("{actor} invites you to the team {team}."),
        (K::TeamInvited, false) => format!("{actor} 님이 {team} 팀에 초대했습니다."),
        (K::TeamRequested, true) => format!("{actor} would like to join {team}."),
        (K::TeamRequested, false) => format!("{actor} 님이 {team} 팀에 들어오고 싶어 합니다."),
        (K::TeamJoined, true) => format!("{actor} is in the team {team} now."),
        (K::TeamJoined, false) => format!("{actor} 님이 {team} 팀에 합류했습니다."),
        (K::TeamLeft, true) => format!("{actor} left the team {team}."),
        (K::TeamLeft, false) => format!("{actor} 님이 {team} 팀을 떠났습니다."),
        (K::TeamChanged, true) => format!("The team {team} has another name or leader."),
        (K::TeamChanged, false) => format!("{team} 팀의 이름이나 팀장이 바뀌었습니다."),
        (K::MergeRequested, true) => format!("{team} would like to merge with your team."),
        (K::MergeRequested, false) => format!("{team} 팀이 병합을 요청했습니다."),
        (K::MergeDeclined, true) => format!("{team} declined to merge."),
        (K::MergeDeclined, false) => format!("{team} 팀이 병합을 거절했습니다."),
        (K::TeamMerged, true) => format!("Your teams are one now: {team}."),
        (K::TeamMerged, false) => format!("두 팀이 {team} 팀으로 합쳐졌습니다."),
        (K::CompetitionInvited, true) => "You are invited to a competition.".to_owned(),
        (K::CompetitionInvited, false) => "대회에 초대되었습니다.".to_owned(),
        (K::ParticipationRequested, true) => format!("{actor} asks to take part."),
        (K::ParticipationRequested, false) => format!("{actor} 님이 참가를 신청했습니다."),
        (K::ParticipationApproved, true) => "You may take part now.".to_owned(),
        (K::ParticipationApproved, false) => "참가가 승인되었습니다.".to_owned(),
        (K::ParticipationDeclined, true) => "The hosts did not let you take part.".to_owned(),
        (K::ParticipationDeclined, false) => "참가가 승인되지 않았습니다.".to_owned(),
        (K::ParticipantRemoved, true) => "The hosts removed you from the competition.".to_owned(),
        (K::ParticipantRemoved, false) => "운영자가 회원님을 대회에서 제외했습니다.".to_owned(),
        (K::Disqualified, true) => format!("The team {team} was disqualified."),
        (K::Disqualified, false) => format!("{team} 팀이 실격되었습니다."),
        (K::Requalified, true) => format!("The disqualification of {team} was undone."),
        (K::Requalified, false) => format!("{team} 팀의 실격이 취소되었습니다."),
        (K::Granted, true) => format!("A host changed what {team} may send beyond the rules."),
        (K::Granted, false) => format!("주최자가 {team} 팀에 규칙 외로 허용되는 제출을 바꾸었습니다."),
        (K::HostChanged, true) => "Your role as a host changed.".to_owned(),
        (K::HostChanged, false) => "운영자 권한이 바뀌었습니다.".to_owned(),
        (K::DeadlineSoon, true) => "The competition ends within 24 hours. Look which entries would count.".to_owned(),
        (K::DeadlineSoon, false) => "대회가 24시간 안에 끝납니다. 최종 제출을 확인하세요.".to_owned(),
        (K::RulesChanged, true) => "Dates, limits or rules changed.".to_owned(),
        (K::RulesChanged, false) => "일정, 제한 또는 규칙이 바뀌었습니다.".to_owned(),
        (K::Rescored, true) => "Entries were scored anew; ranks may have changed.".to_owned(),
        (K::Rescored, false) => "제출이 다시 채점되었습니다. 순위가 바뀌었을 수 있습니다.".to_owned(),
        (K::ScoresReleased, true) => "The final results are out.".to_owned(),
        (K::ScoresReleased, false) => "최종 결과가 공개되었습니다.".to_owned(),
        (K::NextRound, true) => "The next round is open.".to_owned(),
        (K::NextRound, false) => "다음 라운드가 열렸습니다.".to_owned(),
        (K::PasswordChanged, true) => "Your password was changed.".to_owned(),
        (K::PasswordChanged, false) => "비밀번호가 변경되었습니다.".to_owned(),
        (K::EmailChanged, true) => "The e-mail address of your account was changed.".to_owned(),
        (K::EmailChanged, false) => "계정의 이메일 주소가 변경되었습니다.".to_owned(),
        (K::SecondFactorChanged, true) => {
            "The second factor of your account changed, or a recovery code was used.".to_owned()
        }
        (K::SecondFactorChanged, false) => "계정의 2단계 인증이 변경되었거나 복구 코드가 사용되었습니다.".to_owned(),
        (K::TokenCreated, true) => "An API token was made for your account.".to_owned(),
        (K::TokenCreated, false) => "계정에 API 토큰이 만들어졌습니다.".to_owned(),
        (K::NewSignIn, true) => "Somebody signed in to your account with a new browser.".to_owned(),
        (K::NewSignIn, false) => "새로운 브라우저에서 계정에 로그인했습니다.".to_owned(),
        (K::RoleChanged, true) => "The role of your account changed.".to_owned(),
        (K::RoleChanged, false) => "계정의 권한이 변경되었습니다.".to_owned(),
        (K::ResetIssued, true) => "An administrator made a link with which your password can be set anew.".to_owned(),
        (K::ResetIssued, false) => "관리자가 비밀번호를 다시 설정할 수 있는 링크를 만들었습니다.".to_owned(),
    }
}

impl Letter {
    fn plain(subject: String, body: String) -> Self {
        Self { subject, body, unsubscribe: None }
    }
}
