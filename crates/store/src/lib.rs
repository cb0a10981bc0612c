//! Every SQL statement. Knows no HTTP, no JSON of the API and no file formats.
