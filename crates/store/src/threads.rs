//! Discussion: threads and their posts.
