//! Which tables and columns there are, as the database itself says, and what loading needs besides rows: the last given
//! numbers, and foreign keys that wait for all rows.

use std::fmt::Write as _;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl};

use super::DumpError;
use crate::{Conn, StoreError};

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    /// By name: migrations may have added them in another order on the other database.
    pub(super) columns: Vec<Column>,
    /// The columns of the primary key, in its order.
    key: Vec<String>,
    casts: bool,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Double,
    Bool,
    Text,
    Bytes,
    Time,
}

impl Kind {
    /// The kind of a declared type; a test of the schema holds the list of types.
    fn of(declared: &str) -> Option<Self> {
        Some(match declared.to_ascii_lowercase().as_str() {
            "integer" | "bigint" => Self::Integer,
            "double" | "double precision" => Self::Double,
            "boolean" => Self::Bool,
            "text" => Self::Text,
            "blob" | "bytea" => Self::Bytes,
            "timestamp" | "timestamp without time zone" => Self::Time,
            _ => return None,
        })
    }
}

impl Table {
    /// All rows in the order of the key, the columns in theirs.
    pub(super) fn select(&self) -> String {
        let columns = self.columns.iter().map(|column| match (column.kind, self.casts) {
            // 32-bit numbers have another form on the wire.
            (Kind::Integer, true) => format!("{}::bigint", quoted(&column.name)),
            _ => quoted(&column.name),
        });
        let key = self.key.iter().map(|name| {
            let kind = self.columns.iter().find(|column| column.name == *name).map(|column| column.kind);
            // Text in the order of its bytes, whatever the database's language.
            let order = if self.casts && kind == Some(Kind::Text) { " COLLATE \"C\"" } else { "" };
            quoted(name) + order
        });
        let (columns, key): (Vec<_>, Vec<_>) = (columns.collect(), key.collect());
        format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), quoted(&self.name), key.join(", "))
    }

    /// `DELETE FROM table`, every row.
    pub(super) fn delete(&self) -> String {
        format!("DELETE FROM {}", quoted(&self.name))
    }

    /// `INSERT INTO table (columns)`.
    pub(super) fn insert(&self) -> String {
        let columns = self.columns.iter().map(|column| quoted(&column.name));
        format!("INSERT INTO {} ({})", quoted(&self.name), columns.collect::<Vec<_>>().join(", "))
    }
}

/// Names come from our own migrations; quoting keeps words of SQL apart.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[derive(QueryableByName)]
struct Described {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    declared: String,
    /// Place in the primary key from 1; 0 outside it.
    #[diesel(sql_type = Integer)]
    place: i32,
}

const SQLITE_COLUMNS: &str = r"
    SELECT m.name AS owner, c.name AS name, c.type AS declared, c.pk AS place
    FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\_\_%' ESCAPE '\'
    ORDER BY m.name, c.name";

const POSTGRES_COLUMNS: &str = r#"
    SELECT c.table_name::text AS owner, c.column_name::text AS name, c.data_type::text AS declared,
           coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::int4 AS place
    FROM information_schema.columns c
    JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = current_schema()::regnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = c.column_name
    JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
    WHERE c.table_schema = current_schema() AND c.table_name NOT LIKE '\_\_%'
    ORDER BY c.table_name COLLATE "C", c.column_name COLLATE "C""#;

/// Every table by name, but the one that lists the migrations.
pub(super) fn tables(conn: &mut Conn) -> Result<Vec<Table>, DumpError> {
    let casts = matches!(conn, Conn::Postgresql(_));
    let sql = if casts { POSTGRES_COLUMNS } else { SQLITE_COLUMNS };
    let described: Vec<Described> = diesel::sql_query(sql).load(conn)?;
    let mut tables: Vec<Table> = Vec::new();
    let mut places: Vec<(i32, String)> = Vec::new();
    for Described { owner, name, declared, place } in described {
        if tables.last().is_none_or(|table| table.name != owner) {
            finish_key(&mut tables, &mut places);
            tables.push(Table { name: owner.clone(), columns: Vec::new(), key: Vec::new(), casts });
        }
        let kind = Kind::of(&declared).ok_or_else(|| DumpError::Value {
            table: owner,
            column: name.clone(),
            message: format!("the type {declared} is not one of ours"),
        })?;
        if place > 0 {
            places.push((place, name.clone()));
        }
        if let Some(table) = tables.last_mut() {
            table.columns.push(Column { name, kind });
        }
    }
    finish_key(&mut tables, &mut places);
    Ok(tables)
}

fn finish_key(tables: &mut [Table], places: &mut Vec<(i32, String)>) {
    places.sort();
    if let Some(table) = tables.last_mut() {
        table.key = places.drain(..).map(|(_, name)| name).collect();
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
}

/// Whether the table holds anything.
pub(super) fn has_rows(conn: &mut Conn, table: &Table) -> Result<bool, StoreError> {
    let sql = format!("SELECT 1::bigint AS number FROM {} LIMIT 1", quoted(&table.name));
    let sql = if table.casts { sql } else { sql.replace("::bigint", "") };
    let found: Vec<Number> = diesel::sql_query(sql).load(conn)?;
    Ok(!found.is_empty())
}

/// The last number given to a row of the table; none where rows are not numbered or none was given.
pub(super) fn last_id(conn: &mut Conn, table: &Table) -> Result<Option<i64>, StoreError> {
    if table.key != ["id"] {
        return Ok(None);
    }
    // A row that came with its number, as one of a migration, did not move the counter of PostgreSQL.
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT seq AS number FROM sqlite_sequence WHERE name = ? UNION ALL SELECT max(id) FROM ",
        Conn::Postgresql(_) => {
            "SELECT s.last_value AS number FROM pg_sequences s
             WHERE s.schemaname = current_schema() AND s.sequencename = $1 || '_id_seq' UNION ALL SELECT max(id) FROM "
        }
    };
    let sql = format!("{sql}{}", quoted(&table.name));
    let found: Vec<Number> = diesel::sql_query(sql).bind::<Text, _>(&table.name).load(conn)?;
    Ok(found.into_iter().filter_map(|found| found.number).max().filter(|number| *number > 0))
}

/// Goes on numbering after `last_id`.
pub(super) fn set_last_id(conn: &mut Conn, table: &Table, last_id: i64) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(conn) => {
            // The table has no key to conflict on.
            diesel::sql_query("DELETE FROM sqlite_sequence WHERE name = ?")
                .bind::<Text, _>(&table.name)
                .execute(conn)?;
            diesel::sql_query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
                .bind::<Text, _>(&table.name)
                .bind::<BigInt, _>(last_id)
                .execute(conn)?;
        }
        Conn::Postgresql(conn) => {
            diesel::sql_query("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)")
                .bind::<Text, _>(quoted(&table.name))
                .bind::<BigInt, _>(last_id)
                .execute(conn)?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Constraint {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
}

fn alter_foreign_keys(conn: &mut Conn, how: &str) -> Result<(), StoreError> {
    let constraints: Vec<Constraint> = diesel::sql_query(
        "SELECT t.relname::text AS owner, f.conname::text AS name FROM pg_constraint f
         JOIN pg_class t ON t.oid = f.conrelid
         WHERE f.contype = 'f' AND t.relnamespace = current_schema()::regnamespace",
    )
    .load(conn)?;
    let mut sql = String::new();
    for Constraint { owner, name } in constraints {
        let _ = write!(sql, "ALTER TABLE {} ALTER CONSTRAINT {} {how};", quoted(&owner), quoted(&name));
    }
    Ok(conn.batch_execute(&sql)?)
}

/// Lets rows of this transaction name rows that come later.
pub(super) fn defer_foreign_keys(conn: &mut Conn) -> Result<(), StoreError> {
    if let Conn::Sqlite(conn) = conn {
        return Ok(conn.batch_execute("PRAGMA defer_foreign_keys = ON")?);
    }
    alter_foreign_keys(conn, "DEFERRABLE INITIALLY DEFERRED")
}

/// Checks what [`defer_foreign_keys`] put off, and puts the constraints back.
pub(super) fn check_foreign_keys(conn: &mut Conn) -> Result<(), DumpError> {
    if let Conn::Sqlite(conn) = conn {
        // Deferred keys are checked by the commit, which could not say which row it is.
        let broken: Vec<Constraint> =
            diesel::sql_query("SELECT \"table\" AS owner, parent AS name FROM pragma_foreign_key_check() LIMIT 1")
                .load(conn)?;
        return match broken.first() {
            None => Ok(()),
            Some(Constraint { owner, name }) => Err(DumpError::Damaged {
                line: 0,
                message: format!("a row of '{owner}' names a row of '{name}' that is not there"),
            }),
        };
    }
    conn.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").map_err(|error| DumpError::Damaged {
        line: 0,
        message: format!("a row names another that is not there: {error}"),
    })?;
    Ok(alter_foreign_keys(conn, "NOT DEFERRABLE")?)
}
