//! The two schemas are one schema.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use podium_store::testing::{Kind, TestDb};
use podium_store::{Conn, Db, StoreError};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(db: &Db, sql: &'static str) -> BTreeSet<String> {
    let lines: Vec<Line> =
        db.read_blocking(|c: &mut Conn| diesel::sql_query(sql).load(c).map_err(StoreError::from)).unwrap();
    lines.into_iter().map(|l| l.line).collect()
}

/// `table.column family [null]`. The families are those of diesel's `table!`.
fn columns(db: &Db, sql: &'static str) -> BTreeSet<String> {
    let columns: Vec<Column> =
        db.read_blocking(|c: &mut Conn| diesel::sql_query(sql).load(c).map_err(StoreError::from)).unwrap();
    columns
        .into_iter()
        .map(|c| {
            let kind = c.kind.to_lowercase();
            // SQLite's only 64-bit key type is called INTEGER.
            let family = match kind.as_str() {
                "integer" if c.name == "id" => "bigint",
                "bigint" | "integer" | "text" | "boolean" => &kind,
                "blob" | "bytea" => "binary",
                "double" | "double precision" => "double",
                "timestamp" | "timestamp without time zone" => "timestamp",
                other => panic!("{}.{}: a type outside the table of types: {other}", c.owner, c.name),
            };
            format!("{}.{} {family}{}", c.owner, c.name, if c.nullable { " null" } else { "" })
        })
        .collect()
}

fn pair() -> (TestDb, TestDb) {
    (TestDb::new(Kind::Sqlite), TestDb::new(Kind::Postgres))
}

#[test]
fn both_databases_have_the_same_columns() {
    let (sqlite, postgres) = pair();
    let of_sqlite = columns(
        &sqlite,
        "SELECT m.name AS owner, c.name AS name, c.type AS kind, (c.\"notnull\" = 0 AND c.pk = 0) AS nullable
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    );
    let of_postgres = columns(
        &postgres,
        "SELECT table_name::text AS owner, column_name::text AS name, data_type::text AS kind,
                is_nullable = 'YES' AS nullable
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%'",
    );
    assert_eq!(of_sqlite, of_postgres);
    assert!(of_sqlite.len() > 150, "only {} columns were found", of_sqlite.len());
}

#[test]
fn both_databases_have_the_same_unique_keys() {
    let (sqlite, postgres) = pair();
    let of_sqlite = lines(
        &sqlite,
        "SELECT m.name || '(' || (SELECT group_concat(k.name, ',' ORDER BY k.seqno) FROM pragma_index_info(i.name) k)
                || ')' AS line
         FROM sqlite_master m JOIN pragma_index_list(m.name) i
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND i.\"unique\" = 1
         UNION ALL
         SELECT m.name || '(id)' FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND c.name = 'id' AND c.pk = 1",
    );
    let of_postgres = lines(
        &postgres,
        "SELECT t.relname || '(' || (SELECT string_agg(a.attname, ',' ORDER BY k.place)
                                     FROM unnest(i.indkey::int[]) WITH ORDINALITY k(number, place)
                                     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ')' AS line
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace AND t.relname NOT LIKE '\\_\\_%'",
    );
    assert_eq!(of_sqlite, of_postgres);
    assert!(of_sqlite.contains("submissions(competition_id,accepted_at)"), "{of_sqlite:#?}");
}

#[test]
fn both_databases_have_the_same_foreign_keys() {
    let (sqlite, postgres) = pair();
    let of_sqlite = lines(
        &sqlite,
        "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || coalesce(f.\"to\", 'id') || ' '
                || f.on_delete AS line
         FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    );
    let of_postgres = lines(
        &postgres,
        "SELECT t.relname || '.' || a.attname || ' -> ' || o.relname || '.' || b.attname || ' '
                || CASE f.confdeltype WHEN 'a' THEN 'NO ACTION' ELSE f.confdeltype::text END AS line
         FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = f.conkey[1]
         JOIN pg_attribute b ON b.attrelid = o.oid AND b.attnum = f.confkey[1]
         WHERE f.contype = 'f' AND t.relnamespace = current_schema()::regnamespace",
    );
    assert_eq!(of_sqlite, of_postgres);
    assert!(of_sqlite.len() > 25, "{of_sqlite:#?}");
}

#[test]
fn both_databases_have_the_same_indexes() {
    let (sqlite, postgres) = pair();
    let of_sqlite = lines(
        &sqlite,
        "SELECT tbl_name || '.' || name AS line FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    );
    let of_postgres = lines(
        &postgres,
        "SELECT t.relname || '.' || x.relname AS line
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
         WHERE NOT i.indisunique AND t.relnamespace = current_schema()::regnamespace",
    );
    assert_eq!(of_sqlite, of_postgres);
}

#[test]
fn every_table_that_names_a_stored_file_is_looked_at_by_the_check_of_files() {
    let named = lines(
        &TestDb::new(Kind::Sqlite),
        "SELECT m.name AS line FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.name = 'sha256'",
    );
    // A new one gets a query in `stored_files::all`, or its files rot unnoticed.
    // Agreements name a document by its digest; its text is a page. Receipts repeat what their entry names.
    let known = ["agreements", "data_files", "post_images", "receipts", "solutions", "submissions"].map(str::to_owned);
    assert_eq!(named, BTreeSet::from(known));
}

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    let names = |folder: &str| -> BTreeSet<_> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(folder);
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn migrations_go_up_down_and_up_again() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let db = TestDb::unmigrated(kind);
        assert!(db.needs_migration().unwrap());
        let first = db.migrate().unwrap();
        assert!(!first.is_empty());
        assert!(!db.needs_migration().unwrap());
        assert!(db.migrate().unwrap().is_empty(), "nothing is left to do");
        assert_eq!(db.revert_all().unwrap().len(), first.len());
        assert_eq!(db.migrate().unwrap(), first);
    }
}
