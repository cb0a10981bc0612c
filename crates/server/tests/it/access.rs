//! Who may call what: one row for each operation of the API, held against every kind of caller in every state of a
//! competition. An operation without a row fails, so a new one does not compile its way past this table.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use podium_store::testing::Kind;
use podium_store::tokens::Scope;
use podium_store::types::{UserId, UserState};
use podium_store::users::{self, AccountError, User};
use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::{Client, TestApp};

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Everybody; nobody's credential is looked at.
    Open,
    /// Everybody; a credential that is not valid is refused.
    Everybody,
    /// Who may see the competition.
    Seen,
    /// Who may see the competition; once it is published nobody's credential is looked at, because everybody gets the
    /// same bytes.
    Board,
    /// Who is signed in.
    SignedIn,
    /// Who is signed in and may see the competition.
    SignedInSeen,
    /// Who joined the competition.
    Member,
    /// Who joined or runs the competition.
    MemberOrHost,
    /// Who runs the competition.
    Host,
    /// The team that sent the submission, and who runs the competition. For others it is not there.
    OwnSubmission,
    /// The author of what the path names, and who runs the competition.
    Author,
    /// Who runs the competition, by an account that may create ones.
    Save,
    /// Accounts that may create competitions.
    Create,
    /// Administrators of the site.
    Admin,
}

use Rule::*;

/// What a program's token needs for a write.
type Needs = Option<Scope>;

/// The table. Bodies are valid, so that what refuses a request is the rule and not the body.
const TABLE: &[(&str, &str, Rule, Needs)] = &[
    ("GET", "/site", Open, None),
    ("GET", "/openapi.json", Open, None),
    ("GET", "/metrics-catalogue", Open, None),
    ("POST", "/setup", Open, None),
    ("POST", "/users", Open, None),
    ("POST", "/sessions", Open, None),
    ("DELETE", "/sessions/current", Everybody, None),
    ("GET", "/me", Everybody, None),
    ("PATCH", "/me", SignedIn, None),
    ("POST", "/me/password", SignedIn, None),
    ("GET", "/me/sessions", SignedIn, None),
    ("DELETE", "/me/sessions/{id}", SignedIn, None),
    ("GET", "/me/tokens", SignedIn, None),
    ("POST", "/me/tokens", SignedIn, None),
    ("DELETE", "/me/tokens/{id}", SignedIn, None),
    ("GET", "/privacy-notice", Open, None),
    ("GET", "/users/{id}", Everybody, None),
    ("GET", "/people/{name}", Everybody, None),
    ("DELETE", "/me", SignedIn, None),
    ("POST", "/me/export", SignedIn, None),
    ("GET", "/me/agreements", SignedIn, None),
    ("POST", "/me/agreements/privacy", SignedIn, None),
    ("POST", "/competitions/{slug}/data-agreement", SignedInSeen, None),
    ("POST", "/competitions/{slug}/rules-agreement", Member, None),
    ("POST", "/password-resets", Open, None),
    ("POST", "/password-resets/redeem", Open, None),
    ("POST", "/email-verifications", Open, None),
    ("POST", "/mail/unsubscribe", Open, None),
    ("POST", "/me/confirm", SignedIn, None),
    ("GET", "/me/second-factor", SignedIn, None),
    ("POST", "/me/second-factor", SignedIn, None),
    ("POST", "/me/second-factor/confirm", SignedIn, None),
    ("POST", "/me/second-factor/recovery-codes", SignedIn, None),
    ("DELETE", "/me/second-factor", SignedIn, None),
    ("POST", "/me/email/verification", SignedIn, None),
    ("GET", "/me/mail-settings", SignedIn, None),
    ("PATCH", "/me/mail-settings", SignedIn, None),
    ("GET", "/me/events", SignedIn, None),
    ("GET", "/me/notifications", SignedIn, None),
    ("POST", "/me/notifications/read", SignedIn, None),
    ("POST", "/markdown", SignedIn, None),
    ("GET", "/competitions", Everybody, None),
    ("GET", "/competitions/{slug}", Seen, None),
    ("POST", "/competitions", Create, Some(Scope::Host)),
    ("PUT", "/competitions/{slug}", Save, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/manifest", Host, None),
    ("POST", "/competitions/{slug}/publish", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/release", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/join", SignedInSeen, None),
    ("GET", "/competitions/{slug}/pages", Seen, None),
    ("PUT", "/competitions/{slug}/pages/{name}/{language}", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/pages/{name}/{language}/source", Host, None),
    ("GET", "/competitions/{slug}/files", Seen, None),
    ("POST", "/competitions/{slug}/files", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/files/all", Host, None),
    ("GET", "/competitions/{slug}/files/{path}", MemberOrHost, None),
    ("DELETE", "/competitions/{slug}/files/{path}", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/preview/{path}", MemberOrHost, None),
    ("GET", "/competitions/{slug}/thumbnails/{path}", MemberOrHost, None),
    ("GET", "/competitions/{slug}/archive.zip", MemberOrHost, None),
    ("GET", "/competitions/{slug}/solution", Host, None),
    ("PUT", "/competitions/{slug}/solution", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/leaderboard", Board, None),
    ("GET", "/competitions/{slug}/leaderboard/mine", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard/search", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard.csv", Seen, None),
    ("GET", "/competitions/{slug}/events", Seen, None),
    ("POST", "/competitions/{slug}/submissions", Member, Some(Scope::Submit)),
    ("GET", "/competitions/{slug}/submissions", Member, None),
    ("GET", "/submissions/{id}", OwnSubmission, None),
    ("GET", "/submissions/{id}/file", OwnSubmission, None),
    ("POST", "/submissions/{id}/withdraw", OwnSubmission, Some(Scope::Submit)),
    ("GET", "/competitions/{slug}/threads", Seen, None),
    ("POST", "/competitions/{slug}/threads", SignedInSeen, None),
    ("GET", "/threads/{id}", Seen, None),
    ("PATCH", "/threads/{id}", Author, None),
    ("DELETE", "/threads/{id}", Author, None),
    ("GET", "/threads/{id}/posts", Seen, None),
    ("POST", "/threads/{id}/posts", SignedInSeen, None),
    ("PUT", "/threads/{id}/accepted", Author, None),
    ("GET", "/competitions/{slug}/write-ups", Seen, None),
    ("GET", "/competitions/{slug}/search", Seen, None),
    ("POST", "/competitions/{slug}/post-images", SignedInSeen, None),
    ("GET", "/competitions/{slug}/post-images/{sha256}", Seen, None),
    ("GET", "/competitions/{slug}/reports", Host, None),
    ("PUT", "/posts/{id}/vote", SignedInSeen, None),
    ("DELETE", "/posts/{id}/vote", SignedInSeen, None),
    ("GET", "/posts/{id}/versions", Seen, None),
    ("POST", "/posts/{id}/reports", SignedInSeen, None),
    ("PUT", "/posts/{id}/moderation", Host, None),
    ("PATCH", "/posts/{id}", Author, None),
    ("DELETE", "/posts/{id}", Author, None),
    ("PATCH", "/submissions/{id}", OwnSubmission, Some(Scope::Submit)),
    ("PUT", "/submissions/{id}/final", OwnSubmission, Some(Scope::Submit)),
    ("DELETE", "/submissions/{id}/final", OwnSubmission, Some(Scope::Submit)),
    ("GET", "/submissions/{id}/scores", OwnSubmission, None),
    ("GET", "/competitions/{slug}/finals", Member, None),
    ("GET", "/competitions/{slug}/changes", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard.json", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard/private", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard/private.csv", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard/history", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard/histories", Seen, None),
    ("GET", "/competitions/{slug}/leaderboard/distribution", Seen, None),
    ("POST", "/competitions/{slug}/clone", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/archive", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/closing-archive.zip", Host, None),
    ("GET", "/competitions/{slug}/rehearsal", Host, None),
    ("GET", "/competitions/{slug}/rehearsal/leaderboard", Host, None),
    ("GET", "/competitions/{slug}/rehearsal/leaderboard/private", Host, None),
    ("GET", "/competitions/{slug}/rescores", Host, None),
    ("POST", "/competitions/{slug}/rescores", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/rescores/{id}", Host, None),
    ("POST", "/competitions/{slug}/rescores/{id}/publish", Host, Some(Scope::Host)),
    ("DELETE", "/competitions/{slug}/rescores/{id}", Host, Some(Scope::Host)),
    ("PATCH", "/competitions/{slug}/rules", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/audit", Host, None),
    ("GET", "/admin/audit", Admin, None),
    ("GET", "/competitions/{slug}/team", Member, None),
    ("PATCH", "/competitions/{slug}/team", Member, None),
    ("POST", "/competitions/{slug}/team/leave", Member, None),
    ("GET", "/competitions/{slug}/team/merges/preview", Member, None),
    ("POST", "/competitions/{slug}/team/merges", Member, None),
    ("POST", "/competitions/{slug}/team/merges/{id}/accept", Member, None),
    ("POST", "/competitions/{slug}/team/merges/{id}/refuse", Member, None),
    ("POST", "/competitions/{slug}/team/invites", Member, None),
    ("DELETE", "/competitions/{slug}/team/invites/{id}", Member, None),
    ("GET", "/competitions/{slug}/teams/looking", MemberOrHost, None),
    ("GET", "/competitions/{slug}/checklist", Host, None),
    ("GET", "/competitions/{slug}/entries", Host, None),
    ("GET", "/competitions/{slug}/entries.zip", Host, None),
    ("GET", "/competitions/{slug}/downloads", Host, None),
    ("GET", "/competitions/{slug}/pages/{name}/{language}/versions", Host, None),
    ("GET", "/competitions/{slug}/pages/{name}/{language}/versions/{version}", Host, None),
    ("GET", "/competitions/{slug}/participants", Host, None),
    ("GET", "/competitions/{slug}/participants.csv", Host, None),
    ("POST", "/competitions/{slug}/participants/invites", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/participants/{id}/{decision}", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/roster", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/invites", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/invites", Host, None),
    ("DELETE", "/competitions/{slug}/invites/{id}", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/teams", Host, None),
    ("PATCH", "/competitions/{slug}/teams/{id}", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/teams/{id}/disqualify", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/teams/{id}/reinstate", Host, Some(Scope::Host)),
    ("POST", "/competitions/{slug}/teams/{id}/grants", Host, Some(Scope::Host)),
    ("DELETE", "/competitions/{slug}/teams/{id}/grants/{grant}", Host, Some(Scope::Host)),
    ("GET", "/competitions/{slug}/hosts", Host, None),
    ("POST", "/competitions/{slug}/hosts", Host, Some(Scope::Host)),
    ("PATCH", "/competitions/{slug}/hosts/{id}", Host, Some(Scope::Host)),
    ("DELETE", "/competitions/{slug}/hosts/{id}", Host, Some(Scope::Host)),
    ("GET", "/me/invites", SignedIn, None),
    ("POST", "/me/invites/{id}/accept", SignedIn, None),
    ("POST", "/me/invites/{id}/decline", SignedIn, None),
    ("POST", "/invites/look", SignedIn, None),
    ("POST", "/invites/accept", SignedIn, None),
    ("GET", "/admin/users", Admin, None),
    ("PATCH", "/admin/users/{id}", Admin, None),
    ("POST", "/admin/users/{id}/password-reset", Admin, None),
    ("DELETE", "/admin/users/{id}/second-factor", Admin, None),
    ("GET", "/admin/settings", Admin, None),
    ("PUT", "/admin/settings", Admin, None),
    ("GET", "/admin/competitions", Admin, None),
    ("GET", "/competitions/{slug}/queue", Host, None),
    ("GET", "/admin/jobs", Admin, None),
    ("POST", "/admin/jobs/{id}/retry", Admin, None),
    ("POST", "/admin/jobs/{id}/cancel", Admin, None),
];

/// Operations that answer 404 or 403 to those who may, because what they name is not there or is no longer possible.
const MAY_MISS: &[(&str, &str)] = &[
    ("POST", "/setup"),
    ("DELETE", "/me/sessions/{id}"),
    ("DELETE", "/me/tokens/{id}"),
    ("GET", "/competitions/{slug}/leaderboard/history"),
    ("GET", "/competitions/{slug}/rescores/{id}"),
    ("POST", "/competitions/{slug}/rescores/{id}/publish"),
    ("DELETE", "/competitions/{slug}/rescores/{id}"),
    ("POST", "/competitions/{slug}/team/merges/{id}/accept"),
    ("POST", "/competitions/{slug}/team/merges/{id}/refuse"),
    ("DELETE", "/competitions/{slug}/team/invites/{id}"),
    ("POST", "/competitions/{slug}/participants/{id}/{decision}"),
    ("GET", "/competitions/{slug}/pages/{name}/{language}/versions/{version}"),
    ("DELETE", "/competitions/{slug}/invites/{id}"),
    ("PATCH", "/competitions/{slug}/teams/{id}"),
    ("POST", "/competitions/{slug}/teams/{id}/disqualify"),
    ("POST", "/competitions/{slug}/teams/{id}/reinstate"),
    ("POST", "/competitions/{slug}/teams/{id}/grants"),
    ("DELETE", "/competitions/{slug}/teams/{id}/grants/{grant}"),
    ("PATCH", "/competitions/{slug}/hosts/{id}"),
    ("DELETE", "/competitions/{slug}/hosts/{id}"),
    ("POST", "/me/invites/{id}/accept"),
    ("POST", "/me/invites/{id}/decline"),
    ("POST", "/invites/look"),
    ("POST", "/invites/accept"),
    ("POST", "/admin/jobs/{id}/retry"),
    ("POST", "/admin/jobs/{id}/cancel"),
];

/// A kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Anonymous,
    Stranger,
    Member,
    OtherTeam,
    Host,
    HostElsewhere,
    Admin,
    Suspended,
    /// The member's program that may read.
    ReadToken,
    /// The host's program that may submit.
    SubmitToken,
    /// The host's program that may host.
    HostToken,
}

const CALLERS: [Caller; 11] = [
    Caller::Anonymous,
    Caller::Stranger,
    Caller::Member,
    Caller::OtherTeam,
    Caller::HostElsewhere,
    Caller::Suspended,
    Caller::ReadToken,
    Caller::SubmitToken,
    Caller::HostToken,
    Caller::Host,
    Caller::Admin,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Draft,
    Running,
    Closed,
}

/// `Ok` when the caller may, else the status and code they must get.
fn expected(rule: Rule, needs: Needs, method: &str, caller: Caller, state: State) -> Result<(), (u16, &'static str)> {
    use Caller as C;
    const SIGN_IN: (u16, &str) = (401, "sign_in_required");
    const GONE: (u16, &str) = (404, "not_found");
    if rule == Open || (rule == Board && state != State::Draft) {
        return Ok(());
    }
    if caller == C::Suspended {
        return Err((401, "invalid_credential"));
    }
    let is_write = method != "GET";
    if is_write {
        match (caller, needs) {
            (C::ReadToken | C::SubmitToken | C::HostToken, None) => return Err((403, "session_required")),
            (C::ReadToken, Some(_)) | (C::SubmitToken, Some(Scope::Host)) | (C::HostToken, Some(Scope::Submit)) => {
                return Err((403, "token_scope"));
            }
            _ => {}
        }
    }
    let is_anonymous = caller == C::Anonymous;
    let is_admin = caller == C::Admin;
    let is_host = matches!(caller, C::Host | C::HostToken | C::SubmitToken | C::Admin);
    // In a draft nobody but the host could join.
    let is_member = matches!(caller, C::Member | C::ReadToken | C::OtherTeam) && state != State::Draft;
    let sees = is_host || state != State::Draft;
    let seen = if sees { Ok(()) } else { Err(GONE) };
    let signed_in = if is_anonymous { Err(SIGN_IN) } else { Ok(()) };
    match rule {
        Open | Everybody => Ok(()),
        SignedIn => signed_in,
        Seen | Board => seen,
        SignedInSeen => signed_in.and(seen),
        Member => signed_in.and(seen).and(if is_member { Ok(()) } else { Err((403, "not_a_member")) }),
        MemberOrHost if is_host || is_member => Ok(()),
        MemberOrHost if is_anonymous => seen.and(Err(SIGN_IN)),
        MemberOrHost => seen.and(Err((403, "not_a_member"))),
        Host => signed_in.and(seen).and(if is_host { Ok(()) } else { Err((403, "host_only")) }),
        Save => signed_in.and(if is_host { Ok(()) } else { Err((403, "host_only")) }),
        Create => signed_in.and(if is_host || caller == C::HostElsewhere { Ok(()) } else { Err((403, "host_only")) }),
        OwnSubmission if matches!(caller, C::Member | C::ReadToken) => Ok(()),
        // Hosts look at entries; only the team takes one back.
        OwnSubmission if is_host && !is_write => Ok(()),
        OwnSubmission if is_host => Err((403, "not_a_member")),
        OwnSubmission => signed_in.and(Err(GONE)),
        Author if is_host || (sees && caller == C::Member) => Ok(()),
        Author => signed_in.and(seen).and(Err((403, "not_the_author"))),
        Admin => signed_in.and(if is_admin { Ok(()) } else { Err((403, "admin_only")) }),
    }
}

/// A competition in one state, with its people and something of everything that paths name.
struct Scene<'a> {
    app: &'a TestApp,
    state: State,
    people: Vec<(Caller, User)>,
    submission: Value,
}

impl<'a> Scene<'a> {
    async fn new(app: &'a TestApp, state: State) -> Scene<'a> {
        let host = if state == State::Draft { contest::draft(app).await } else { contest::published(app).await };
        let mut people = vec![(Caller::Host, host.user.clone().unwrap())];
        for (caller, name) in [(Caller::Member, "member"), (Caller::OtherTeam, "other"), (Caller::Stranger, "stranger")]
        {
            let user = app.user(name).await;
            if state != State::Draft && caller != Caller::Stranger {
                contest::join(&user).await;
            }
            people.push((caller, user.user.unwrap()));
        }
        people.push((Caller::HostElsewhere, app.host("elsewhere").await.user.unwrap()));
        people.push((Caller::Admin, app.admin("root").await.user.unwrap()));
        people.push((Caller::Suspended, app.user("suspended").await.user.unwrap()));
        let mut scene = Scene { app, state, people, submission: Value::Null };
        if state != State::Draft {
            let member = scene.client(Caller::Member).await;
            scene.submission =
                contest::accepted(contest::send(&member, contest::entry(3), contest::Sending::default()).await);
            contest::score(app).await;
        }
        if state == State::Closed {
            app.at("2026-12-22T00:00:00Z");
        }
        scene
    }

    fn person(&self, caller: Caller) -> User {
        self.people.iter().find(|(of, _)| *of == caller).unwrap().1.clone()
    }

    /// The caller with a new session or token each time: some operations end the one they come with.
    async fn client(&self, caller: Caller) -> Client<'a> {
        let of = |who| self.app.sign_in(self.person(who));
        match caller {
            Caller::Anonymous => self.app.anonymous(),
            Caller::ReadToken => of(Caller::Member).await.token(&[Scope::Read]).await,
            Caller::SubmitToken => of(Caller::Host).await.token(&[Scope::Submit]).await,
            Caller::HostToken => of(Caller::Host).await.token(&[Scope::Host]).await,
            Caller::Suspended => {
                let client = of(caller).await;
                set_state(self.app, client.user.as_ref().unwrap().id, UserState::Suspended).await;
                client
            }
            who => of(who).await,
        }
    }

    /// A request of the table, with something that is there for it to act on.
    async fn request(&self, client: &Client<'a>, method: &str, path: &str) -> TestRequest {
        let host = self.client(Caller::Host).await;
        let author = match (self.state, method) {
            (State::Draft, _) => &host,
            _ => &self.client(Caller::Member).await,
        };
        let mut address =
            format!("/api/v1{path}").replace("{slug}", SLUG).replace("{name}", "extra").replace("{language}", "en");
        if path.starts_with("/people/") {
            address = address.replace("/extra", &format!("/{}", self.person(Caller::Stranger).name));
        }
        if path.ends_with("/source") || path.contains("/versions") {
            address = address.replace("/extra/", "/overview/");
        }
        if path.starts_with("/threads") || path.starts_with("/posts") {
            let body = json!({"title": "t", "markdown": "x"});
            let thread = author.post(&format!("/competitions/{SLUG}/threads"), &body).await.expect(201);
            let posts = host.get(&format!("/threads/{}/posts", thread["id"])).await.expect(200);
            let id = if path.starts_with("/posts") { &posts["items"][0]["id"] } else { &thread["id"] };
            address = address.replace("{id}", &id.to_string());
        }
        if path.starts_with("/submissions") {
            address = address.replace("{id}", &self.submission["id"].to_string());
        }
        if path.starts_with("/admin/users") || path.starts_with("/users/") {
            address = address.replace("{id}", &self.person(Caller::Stranger).id.to_string());
        }
        if path.ends_with("/search") {
            address += "?q=x";
        }
        if path.ends_with("/{sha256}") {
            let upload =
                host.request(Method::POST, &format!("/api/v1/competitions/{SLUG}/post-images")).set_payload(PNG);
            let url = host.send(upload).await.expect(201)["url"].as_str().unwrap().to_owned();
            address = url;
        }
        if path == "/mail/unsubscribe" {
            address += "?token=x";
        }
        address = address
            .replace("{id}", "999999")
            .replace("{grant}", "999999")
            .replace("{decision}", "approve")
            .replace("{version}", "999999");
        if method == "DELETE" && path.contains("/files/") {
            contest::upload(&host, SLUG, contest::tar(&[("extra.txt", b"x")])).await.expect(200);
            address = address.replace("{path}", "extra.txt");
        }
        let picture = path.contains("/thumbnails/");
        if picture {
            contest::upload(&host, SLUG, contest::tar(&[("p.png", PNG)])).await.expect(200);
        }
        address = address.replace("{path}", if picture { "p.png" } else { "train.csv" });
        if path.ends_with("/leaderboard/search") {
            address += "?q=m";
        }
        if method == "POST" && path == "/competitions/{slug}/submissions" {
            address += "?check=true";
        }
        if path.contains("/rehearsal") {
            address += "?as_of=2026-12-30T00:00:00Z";
        }
        if path.ends_with("/leaderboard/history") {
            address += "?team=999999";
        }
        if path.ends_with("/leaderboard/histories") {
            address += "?teams=999999";
        }
        if method == "POST" && path.ends_with("/rescores") {
            address += "?reason=x&metric=unknown";
        }
        if path.ends_with("/team/merges/preview") {
            address += "?team=other";
        }
        let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), &address);
        if method == "GET" {
            return request;
        }
        let rules = contest::sha256("# Text");
        match (method, path) {
            ("POST", "/setup") => request.set_json(json!({"code": "0", "name": "x", "password": "x"})),
            ("POST", "/users") => request.set_json(json!({"name": "x", "password": "x"})),
            ("POST", "/sessions") => request.set_json(json!({"login": "member", "password": "x"})),
            ("POST", "/me/password") => request.set_json(json!({"current": "x", "new": "y"})),
            ("POST", "/me/tokens") => request.set_json(json!({"name": "t", "scopes": ["read"]})),
            ("DELETE", "/me") => request.set_json(json!({"password": "x"})),
            (
                "POST",
                "/me/agreements/privacy"
                | "/competitions/{slug}/data-agreement"
                | "/competitions/{slug}/rules-agreement",
            ) => request.set_json(json!({"sha256": rules})),
            ("POST", "/password-resets") => request.set_json(json!({"login": "member"})),
            ("POST", "/password-resets/redeem") => request.set_json(json!({"token": "x", "password": "x"})),
            ("POST", "/email-verifications") => request.set_json(json!({"token": "x"})),
            ("POST", "/me/confirm") => request.set_json(json!({"password": "x"})),
            ("POST", "/me/second-factor/confirm") => request.set_json(json!({"code": "000000"})),
            ("PATCH", "/me/mail-settings") => request.set_json(json!({"topic": "teams", "is_on": true})),
            ("POST", "/me/notifications/read") => request.set_json(json!({"up_to": 1})),
            ("PATCH", "/submissions/{id}") => request.set_json(json!({"note": "x"})),
            // Refused after the rule.
            ("POST", "/competitions/{slug}/clone") => {
                request.set_json(json!({"slug": "-", "start": "2027-01-01T09:00:00", "end": "2027-02-01T09:00:00"}))
            }
            ("PATCH", "/competitions/{slug}/rules") => request.set_json(json!({"reason": "x"})),
            ("POST", "/markdown") => request.set_json(json!({"markdown": "x"})),
            // Refused after the rule, for want of files.
            ("POST", "/competitions") => request
                .insert_header(("content-type", format!("multipart/form-data; boundary={}", contest::BOUNDARY)))
                .set_payload(contest::parts(&[("slug", "fresh"), ("title", "Fresh")], &[])),
            ("PUT", "/competitions/{slug}") => request.set_json(contest::manifest()),
            // Refused after the rule: strangers must stay strangers.
            ("POST", "/competitions/{slug}/join") => {
                request.set_json(json!({"accept_rules": false, "rules_sha256": rules}))
            }
            ("PUT", "/competitions/{slug}/pages/{name}/{language}") | ("PATCH", "/posts/{id}") => {
                request.set_json(json!({"markdown": "x"}))
            }
            ("PUT", "/threads/{id}/accepted") => request.set_json(json!({"post_id": null})),
            ("POST", "/posts/{id}/reports") => request.set_json(json!({"reason": "x"})),
            ("PUT", "/posts/{id}/moderation") => request.set_json(json!({"is_hidden": true})),
            ("POST", "/competitions/{slug}/post-images") => request.set_payload(PNG),
            ("POST", "/threads/{id}/posts") => request.set_json(json!({"markdown": "x"})),
            ("POST", "/competitions/{slug}/threads") => request.set_json(json!({"title": "t", "markdown": "x"})),
            ("POST", "/competitions/{slug}/files") => request
                .insert_header(("content-type", "application/x-tar"))
                .set_payload(contest::tar(&[("more.txt", b"x")])),
            ("PUT", "/competitions/{slug}/solution") => {
                request.insert_header(("content-type", "text/csv")).set_payload(contest::solution())
            }
            ("POST", "/competitions/{slug}/submissions") => request
                .insert_header(("content-type", format!("multipart/form-data; boundary={}", contest::BOUNDARY)))
                .set_payload(contest::form(contest::entry(2).as_bytes(), &contest::Sending::default())),
            ("POST", "/competitions/{slug}/participants/{id}/{decision}") => request.set_json(json!({})),
            ("POST", "/competitions/{slug}/participants/invites") => request.set_json(json!({})),
            // Refused after the rule: an account of the roster would be taken the second time.
            ("POST", "/competitions/{slug}/roster") => {
                request.insert_header(("content-type", "text/csv")).set_payload("name\n")
            }
            ("POST", "/competitions/{slug}/invites") => request.set_json(json!({"uses": 1})),
            ("POST", "/competitions/{slug}/hosts") => request.set_json(json!({"role": "moderator"})),
            ("PATCH", "/competitions/{slug}/hosts/{id}") => request.set_json(json!({"role": "moderator"})),
            ("POST", "/competitions/{slug}/teams/{id}/grants") => {
                request.set_json(json!({"entries": 1, "reason": "x"}))
            }
            ("POST", "/competitions/{slug}/teams/{id}/disqualify" | "/competitions/{slug}/teams/{id}/reinstate") => {
                request.set_json(json!({"reason": "x"}))
            }
            ("POST", "/competitions/{slug}/team/merges") => request.set_json(json!({"team": "other"})),
            ("POST", "/competitions/{slug}/team/invites") => request.set_json(json!({})),
            ("POST", "/invites/look" | "/invites/accept") => request.set_json(json!({"token": "0".repeat(64)})),
            // Refused after the rule.
            ("PUT", "/admin/settings") => request.set_json(json!({
                "name": "", "sign_up": "open", "domains": [], "creators": "hosts", "second_factor_required": false,
                "banner": {"en": "", "ko": ""}, "contact": "",
            })),
            ("PATCH", _) => request.set_json(json!({})),
            _ => request,
        }
    }
}

const PNG: &[u8] = include_bytes!("pixel.png");

async fn set_state(app: &TestApp, id: UserId, state: UserState) {
    let now = app.now();
    let change = move |conn: &mut podium_store::Conn| {
        // The session that was just made stays: that it is not looked at any more is what is tested.
        users::administer(conn, id, None, Some(state), now)
    };
    app.state.db.write::<_, AccountError, _>(change).await.unwrap();
}

const DENIED: [&str; 9] = [
    "sign_in_required",
    "invalid_credential",
    "session_required",
    "token_scope",
    "host_only",
    "admin_only",
    "not_a_member",
    "not_the_author",
    "cross_site",
];

async fn hold(state: State) {
    let app = TestApp::with(Kind::Sqlite, |config| config.posts = 10_000).await;
    let scene = Scene::new(&app, state).await;
    let mut wrong = vec![];
    for (method, path, rule, needs) in TABLE {
        if *rule == OwnSubmission && state == State::Draft {
            continue;
        }
        // Publishing would end the state that is looked at, and is its host's alone.
        let publishes = *path == "/competitions/{slug}/publish" && state == State::Draft;
        for caller in CALLERS {
            // Nor may a team without entries be left: who is in it is looked at afterwards.
            let leaves = *path == "/competitions/{slug}/team/leave" && caller == Caller::OtherTeam;
            let ends_state = publishes || leaves;
            let wanted = expected(*rule, *needs, method, caller, state);
            if wanted.is_ok() && ends_state {
                continue;
            }
            let client = scene.client(caller).await;
            let request = scene.request(&client, method, path).await;
            let response = client.open(request.to_request()).await;
            let status = response.status().as_u16();
            let is_problem = response.headers().get("content-type").is_some_and(|t| t == "application/problem+json");
            let body =
                if is_problem { actix_web::body::to_bytes(response.into_body()).await.unwrap() } else { "{}".into() };
            let problem: Value = serde_json::from_slice(&body).unwrap();
            let code = problem["code"].as_str().unwrap_or("");
            let is_right = match wanted {
                Err(wanted) => (status, code) == wanted,
                Ok(()) if MAY_MISS.contains(&(method, path)) => status < 500 && status != 401,
                Ok(()) => status < 500 && status != 404 && !DENIED.contains(&code),
            };
            if !is_right {
                wrong.push(format!("{method} {path} by {caller:?}: {status} {code}, wanted {wanted:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{state:?}:\n{}", wrong.join("\n"));
}

#[actix_web::test]
async fn the_access_table_holds_for_a_draft() {
    hold(State::Draft).await;
}

#[actix_web::test]
async fn the_access_table_holds_for_a_running_competition() {
    hold(State::Running).await;
}

#[actix_web::test]
async fn the_access_table_holds_after_the_end() {
    hold(State::Closed).await;
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let document = serde_json::to_value(podium_server::app::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let documented: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |m| (m.to_uppercase(), path.clone())))
        .map(|(method, path)| (method, path.strip_prefix("/api/v1").unwrap().to_owned()))
        .collect();
    let listed: BTreeSet<(String, String)> =
        TABLE.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(documented, listed);
}

#[actix_web::test]
async fn an_expired_credential_is_401_on_every_operation_that_looks_at_one() {
    let app = TestApp::with(Kind::Sqlite, |config| config.posts = 10_000).await;
    let scene = Scene::new(&app, State::Running).await;
    let dead = scene.client(Caller::Member).await;
    dead.delete("/sessions/current").await.expect(204);
    let forged = app.anonymous().with_bearer("pdm_00");
    for (method, path, rule, _) in TABLE {
        if matches!(rule, Open | Board) {
            continue;
        }
        for client in [&dead, &forged] {
            let request = scene.request(client, method, path).await;
            client.send(request).await.problem(401, "invalid_credential");
        }
    }
}

#[actix_web::test]
async fn the_second_id_of_a_path_belongs_to_the_first() {
    // Files, pages and solutions are looked up inside the competition of the path.
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let mut other = contest::manifest();
    other["slug"] = json!("other");
    host.put("/competitions/other", &other).await.expect(201);
    host.put("/competitions/other/pages/secret/en", &json!({"markdown": "x"})).await.expect(200);
    contest::upload(&host, "other", contest::tar(&[("secret.txt", b"x")])).await.expect(200);
    host.get(&format!("/competitions/{SLUG}/pages/secret/en/source")).await.problem(404, "not_found");
    host.get(&format!("/competitions/{SLUG}/files/secret.txt")).await.problem(404, "not_found");
    host.get(&format!("/competitions/{SLUG}/preview/secret.txt")).await.problem(404, "not_found");
    host.delete(&format!("/competitions/{SLUG}/files/secret.txt")).await.problem(404, "not_found");
    host.get("/competitions/other/files/train.csv").await.problem(404, "not_found");
}
