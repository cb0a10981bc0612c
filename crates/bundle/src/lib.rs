//! A competition as a folder: read, check, scaffold. Depends on `podium-scoring` alone.
