//! The HTTP server: routes, access rules, jobs and the embedded front end.
