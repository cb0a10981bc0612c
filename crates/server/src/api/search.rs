//! Finding threads by their words, in Korean and in English.

use std::collections::HashSet;

use actix_web::{get, web};
use podium_store::types::{PostId, ThreadId};
use podium_store::{Conn, search, threads, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::threads::{Reader, ThreadView};
use crate::app::AppState;
use crate::auth::extract::Seen;
use crate::problem::{ApiError, ApiResult, Problem};

/// Threads that are shown at most; whoever does not find theirs among them says more words.
const MOST: usize = 20;
/// Posts that are looked at for them.
const POSTS: usize = 200;
/// Longest query, in characters.
const QUERY_CHARS: usize = 200;
/// Length of an excerpt, in characters.
const EXCERPT_CHARS: usize = 240;

/// A thread that was found, with the place in it.
#[derive(Serialize, ToSchema)]
pub struct FoundView {
    /// The thread.
    thread: ThreadView,
    /// The post that fits best.
    #[schema(value_type = i64)]
    post_id: PostId,
    /// The beginning of the post, as it was written.
    excerpt: String,
}

/// Threads that were found.
#[derive(Serialize, ToSchema)]
pub struct FoundList {
    /// Best first.
    items: Vec<FoundView>,
}

/// What to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, at most 200 characters.
    q: String,
}

/// Finds threads of a competition by their words
///
/// Korean particles and spacing, and English endings, make no difference.
#[utoipa::path(
    tag = "discussion",
    params(("slug" = String, Path), SearchQuery),
    responses((status = 200, body = FoundList), Problem),
)]
#[get("/competitions/{slug}/search")]
pub(crate) async fn search_threads(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<SearchQuery>,
) -> ApiResult<web::Json<FoundList>> {
    let q = query.into_inner().q;
    if q.chars().count() > QUERY_CHARS {
        return Err(ApiError::invalid("q", format!("Use at most {QUERY_CHARS} characters.")));
    }
    let look = move |conn: &mut Conn| {
        let reader = Reader::new(conn, seen)?;
        let mut shown: HashSet<ThreadId> = HashSet::new();
        let mut items = vec![];
        for hit in search::find(conn, reader.competition, &q, POSTS)? {
            if items.len() == MOST || !shown.insert(hit.thread) {
                continue;
            }
            let Some((post, thread)) = threads::find_post(conn, hit.post)? else { continue };
            // Between the look into the index and this one.
            if post.hidden_at.is_some() {
                continue;
            }
            let author = users::find(conn, thread.author_id)?.map(|user| user.name);
            let Some(author) = author else { continue };
            let excerpt = post.markdown.as_str().chars().take(EXCERPT_CHARS).collect();
            items.push(FoundView { thread: reader.thread((thread, author)), post_id: post.id, excerpt });
        }
        Ok::<_, ApiError>(FoundList { items })
    };
    Ok(web::Json(state.db.read(look).await?))
}
