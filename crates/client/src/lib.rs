//! Typed HTTP client for a Podium server.
