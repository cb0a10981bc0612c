//! The table of problem codes. One row makes the enum, the OpenAPI schema, the front end's union and `docs/errors.md`.

use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! codes {
    ($($variant:ident $code:literal $status:ident $title:literal $explanation:literal)+) => {
        /// Which problem it is; the names are stable and what programs switch on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $(#[doc = $explanation] $variant,)+
        }

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// A few words that name the problem.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// One or two sentences: what it means and what to do.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)+ }
            }
        }
    };
}

codes! {
    // The request itself.
    InvalidRequest "invalid_request" BAD_REQUEST "Request not understood"
        "The address or the body does not fit what this operation takes."
    InvalidInput "invalid_input" UNPROCESSABLE_ENTITY "Values not accepted"
        "One or more values are not accepted; `errors` names each field and says what is wanted."
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "Kind of content not accepted"
        "The operation does not take this kind of content or encoding."
    PayloadTooLarge "payload_too_large" PAYLOAD_TOO_LARGE "Too large"
        "The body is larger than this operation takes."
    RequestTimeout "request_timeout" REQUEST_TIMEOUT "Upload stopped"
        "The body came too slowly or stopped arriving. Send it again."
    NotFound "not_found" NOT_FOUND "Not found"
        "There is nothing at this address, or it is not visible to you."
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "Method not allowed"
        "This address exists, but does not take this method."

    // Who is asking.
    SignInRequired "sign_in_required" UNAUTHORIZED "Sign-in required"
        "Sign in, or send an API token as `Authorization: Bearer pdm_…`."
    InvalidCredential "invalid_credential" UNAUTHORIZED "Credential not valid"
        "The session or token that came with the request is not valid any more. Sign in again, or make a new token."
    SignInFailed "sign_in_failed" UNAUTHORIZED "Sign-in failed"
        "The name and the password do not belong together."
    TooManyAttempts "too_many_attempts" TOO_MANY_REQUESTS "Too many attempts"
        "Too many failed attempts. Wait, then try again."
    HttpsRequired "https_required" FORBIDDEN "Use https"
        "The request came by plain http, on which everybody on its way can read a token. Send it to the https address."
    CrossSite "cross_site" FORBIDDEN "Request from another site"
        "The request changes something but was not sent by this site's own pages."
    SessionRequired "session_required" FORBIDDEN "Not with a token"
        "API tokens cannot do this. Sign in with the browser."
    TokenScope "token_scope" FORBIDDEN "Token does not allow this"
        "The token lacks the scope that this operation needs."
    SecondFactorRequired "second_factor_required" UNAUTHORIZED "Code required"
        "The password is right. Also send the code that your authenticator app shows, or a recovery code."
    SecondFactorWrong "second_factor_wrong" UNAUTHORIZED "Code not right"
        "The code is not right, or was used before. Wait for the next one; look whether the clock of your device is right."
    SecondFactorNeeded "second_factor_needed" FORBIDDEN "Second factor needed"
        "This site wants a second factor of hosts and administrators. Set one up on your account page."
    ConfirmRequired "confirm_required" FORBIDDEN "Password needed again"
        "Changing an account needs the password again, when it was last given more than 15 minutes ago."
    AdminOnly "admin_only" FORBIDDEN "Administrators only"
        "Only administrators of this site may do this."
    HostOnly "host_only" FORBIDDEN "Hosts only"
        "Only the competition's hosts may do this; to create competitions, ask an administrator to make you a host."
    OwnerOnly "owner_only" FORBIDDEN "For the owner"
        "Only the owner of the competition may do this."
    NotAMember "not_a_member" FORBIDDEN "Join first"
        "Join the competition first: accept its rules on the Rules tab."
    SignUpClosed "sign_up_closed" FORBIDDEN "Sign-up is closed"
        "This site does not take new accounts. Ask its administrator."
    InviteNeeded "invite_needed" FORBIDDEN "By invitation"
        "On this site people sign up with an invitation: open the link that the host of a competition sent you."
    SetupDone "setup_done" CONFLICT "Already set up"
        "The site has an administrator; the setup link works only once."
    SetupCode "setup_code" FORBIDDEN "Setup code not valid"
        "The setup code is the one that the server printed at its last start."

    // Accounts.
    NameTaken "name_taken" CONFLICT "Name taken"
        "Someone has this name, or one that reads the same. Choose another."
    EmailTaken "email_taken" CONFLICT "Address taken"
        "Another account has proved this e-mail address. Sign in with that one, or give another address."
    WrongPassword "wrong_password" FORBIDDEN "Wrong password"
        "The current password is not right."
    NoSecondFactor "no_second_factor" CONFLICT "No second factor"
        "The account has no second factor, or none that was begun to be set up."
    SecondFactorSetUp "second_factor_set_up" CONFLICT "Second factor set up"
        "The account has a second factor. Remove it first."
    DocumentChanged "document_changed" CONFLICT "Text changed"
        "The text changed since you read it. Read it again, then agree."
    AgreementRequired "agreement_required" FORBIDDEN "Agreement needed"
        "The data of this competition is for those who agreed to its data agreement. Read it, then agree."
    LinkInvalid "link_invalid" CONFLICT "Link not valid"
        "The link was used, has expired or was replaced by a newer one. Ask for another."
    MailOff "mail_off" CONFLICT "No mail"
        "This site sends no mail. Ask an administrator for a link to set your password."
    LastAdmin "last_admin" CONFLICT "Last administrator"
        "The site needs at least one active administrator."

    // Competitions.
    CompetitionNotRunning "competition_not_running" CONFLICT "Not running"
        "The competition takes no entries now."
    AlreadyMember "already_member" CONFLICT "Already joined"
        "You have joined this competition already."
    RulesChanged "rules_changed" CONFLICT "Rules changed"
        "The rules changed since you read them. Read them again, then join."
    TeamNameTaken "team_name_taken" CONFLICT "Team name taken"
        "Another team of this competition has this name, or one that reads the same."
    SlugTaken "slug_taken" CONFLICT "Competition address taken"
        "There is a competition with this address. Choose another."
    InvalidManifest "invalid_manifest" UNPROCESSABLE_ENTITY "Manifest not accepted"
        "The competition's description has faults; `errors` lists all of them."
    NotReady "not_ready" UNPROCESSABLE_ENTITY "Not ready to publish"
        "Something is missing before the competition can be published; `errors` lists all of it."
    EntryDeadlinePassed "entry_deadline_passed" CONFLICT "Entry deadline passed"
        "People could join this competition until its entry deadline; those who have joined go on."
    Locked "locked" CONFLICT "Cannot change now"
        "This part of the competition cannot change any more, because entries depend on it."
    SolutionInUse "solution_in_use" CONFLICT "Solution in use"
        "Entries have been scored with the present solution; it cannot be replaced."

    RescoreRefused "rescore_refused" CONFLICT "Rescoring cannot go on"
        "The rescoring is not complete, is decided already, or another one is open."
    NotRevealed "not_revealed" CONFLICT "Not out yet"
        "The private leaderboard is not out yet."

    // Teams and participants.
    InviteOnly "invite_only" FORBIDDEN "By invitation"
        "Only invited people can join this competition. Ask its host for an invitation."
    WrongDomain "wrong_domain" FORBIDDEN "Other address needed"
        "Only people whose account has an e-mail address of certain domains can join; `domains` lists them."
    ParticipationRefused "participation_refused" FORBIDDEN "Not let in"
        "The competition's hosts have decided that you do not take part. Write to them if this is a mistake."
    AskedAlready "asked_already" CONFLICT "Asked already"
        "This was asked before and is not decided yet."
    NotTheLeader "not_the_leader" FORBIDDEN "For the leader"
        "Only the leader of the team may do this."
    TeamsFixed "teams_fixed" CONFLICT "Teams are fixed"
        "Teams do not change any more; `until` says since when."
    TeamHasEntries "team_has_entries" CONFLICT "Team has sent entries"
        "Nobody leaves or changes a team that has sent an entry. Two teams can merge instead, if both leaders want to."
    TeamTooLarge "team_too_large" CONFLICT "Team too large"
        "The team would have more members than the competition allows."
    TooManyEntries "too_many_entries" CONFLICT "Too many entries together"
        "Both teams together have sent more entries than one team could have sent so far; `entries` and `allowed` count them."
    TeamUnfit "team_unfit" CONFLICT "Not with this team"
        "Reference entries of hosts, disqualified teams and one's own team cannot be joined or merged with."
    TeamDisqualified "team_disqualified" FORBIDDEN "Team disqualified"
        "The competition's hosts have disqualified the team; it sends no entries."
    InviteEnded "invite_ended" GONE "Invitation over"
        "The invitation has expired, was used, declined or revoked. Ask for a new one."
    TooManyInvites "too_many_invites" CONFLICT "Too many invitations"
        "The team has too many open invitations. Revoke one first."
    BothSides "both_sides" CONFLICT "Host or participant"
        "Nobody is both host and participant of a competition."
    LastOfTeam "last_of_team" CONFLICT "Last of the team"
        "The entries of the team would belong to nobody. Disqualify the team instead; that can be undone."
    NothingToDo "nothing_to_do" CONFLICT "So already"
        "It is in this state already, or in one from which this is not possible."

    // Submissions.
    SubmissionInvalid "submission_invalid" UNPROCESSABLE_ENTITY "File refused"
        "The file does not fit; `errors` lists what to repair. Nothing was spent."
    DuplicateSubmission "duplicate_submission" CONFLICT "Same file again"
        "Your team has sent exactly this file already. Nothing was spent; send with `force=true` to enter it again."
    QuotaUsed "quota_used" TOO_MANY_REQUESTS "No entries left today"
        "Your team has used its entries of today; `resets_at` says when there are new ones."
    TooManyRefused "too_many_refused" TOO_MANY_REQUESTS "Too many refused files"
        "Your team has sent too many files that were refused today. Check the file before sending it."
    KeyReused "key_reused" CONFLICT "Key used before"
        "The Idempotency-Key was sent with another file. Make a new key for each file."
    NotAFinal "not_a_final" CONFLICT "Cannot be a final"
        "An entry that was refused, failed or was withdrawn cannot count in the end."
    FinalsFull "finals_full" CONFLICT "Finals are chosen"
        "Your team has chosen as many entries as count in the end; take one of them back first."
    NotWithdrawable "not_withdrawable" CONFLICT "Cannot be withdrawn"
        "This entry cannot be withdrawn in its present state."

    // Files.
    RangeNotSatisfiable "range_not_satisfiable" RANGE_NOT_SATISFIABLE "No such part"
        "The file has no bytes in the range that was asked for."
    UploadBroken "upload_broken" BAD_REQUEST "Upload broken off"
        "The upload ended before it was complete, or is not in the form that this operation takes. Send it again."
    UploadDamaged "upload_damaged" UNPROCESSABLE_ENTITY "Arrived damaged"
        "The file that arrived is not the one whose SHA-256 was announced. Send it again."
    NoPreview "no_preview" UNPROCESSABLE_ENTITY "No preview"
        "This file cannot be shown as a table or a picture. It can be downloaded."

    // Discussion.
    ThreadLocked "thread_locked" CONFLICT "Thread locked"
        "A host has locked this thread; it takes no new posts."
    OwnPost "own_post" CONFLICT "Your own post"
        "Nobody votes for their own post."
    ReportedBefore "reported_before" CONFLICT "Reported before"
        "You reported this post already; the hosts look at it."
    NotTheAuthor "not_the_author" FORBIDDEN "Not yours"
        "Only the author and the competition's hosts may change this."

    // The server.
    Busy "busy" SERVICE_UNAVAILABLE "Busy"
        "The server has more to do than it can take in. Try again in a moment."
    DatabaseUnavailable "database_unavailable" SERVICE_UNAVAILABLE "Database not available"
        "The database does not answer at present. Try again in a moment; nothing was changed."
    StorageFull "storage_full" INSUFFICIENT_STORAGE "Storage full"
        "The server has no room left for files. Its administrator has to make some."
    Internal "internal" INTERNAL_SERVER_ERROR "Something broke"
        "The server failed. The request id names the failure in its log."
}

/// The table as Markdown, `docs/errors.md`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Problems\n\nEvery answer with a status of 400 and above is `application/problem+json`: `type`, `title`, \
         `status`, `code`, `detail`, `request_id`, and where there are several faults `errors`.\nPrograms switch on \
         `code`. Written by `podium docs errors`.\n\n| Code | Status | Title | Meaning |\n|---|---|---|---|\n",
    );
    for code in Code::ALL {
        text += &format!(
            "| <a id=\"{0}\"></a>`{0}` | {1} | {2} | {3} |\n",
            code.as_str(),
            code.status().as_u16(),
            code.title(),
            code.explanation()
        );
    }
    text
}

/// The table as a page, where the `type` of every problem leads. Without style: the site's policy allows only files.
pub fn html() -> String {
    let mut text = String::from("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Problems</title>\n");
    text += "<h1>Problems</h1>\n<dl>\n";
    for code in Code::ALL {
        let (name, status) = (code.as_str(), code.status().as_u16());
        text += &format!("<dt id=\"{name}\"><code>{name}</code> ({status}) {}</dt>\n", code.title());
        text += &format!("<dd>{}</dd>\n", code.explanation());
    }
    text + "</dl>\n</html>\n"
}
