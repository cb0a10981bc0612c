//! Every GET of the API's description, with each id, page, file and query that a test has: for tests that search all
//! answers for what may not be in them.

use std::io::{Cursor, Read as _};

use actix_web::http::Method;

use crate::contest::SLUG;
use crate::harness::{Answer, Client};

/// What stands in the place of each parameter.
pub struct Values<'a> {
    pub parameters: &'a [(&'a str, &'a [&'a str])],
}

/// An address and the operation it belongs to.
pub struct Address {
    pub operation: String,
    pub path: String,
}

/// All addresses of the description. Operations with an optional `bracket` come without and with it; streams, which never
/// end, are left out.
pub fn addresses(values: &Values<'_>) -> Vec<Address> {
    let of = |name: &str| values.parameters.iter().find(|(known, _)| *known == name).map(|(_, values)| *values);
    let document = serde_json::to_value(podium_server::app::openapi()).unwrap();
    let mut addresses = Vec::new();
    for (operation, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() || operation.ends_with("/events") {
            continue;
        }
        let mut paths = vec![operation.replace("{slug}", SLUG)];
        let none = Vec::new();
        for parameter in item["get"]["parameters"].as_array().unwrap_or(&none) {
            let (name, is_required) = (parameter["name"].as_str().unwrap(), parameter["required"] == true);
            let given =
                || of(name).unwrap_or_else(|| panic!("{operation} wants '{name}', which this test does not give"));
            paths = match parameter["in"].as_str() {
                Some("path") if name == "slug" => paths,
                Some("path") => {
                    let place = format!("{{{name}}}");
                    paths.iter().flat_map(|path| given().iter().map(|value| path.replace(&place, value))).collect()
                }
                _ if is_required => {
                    paths.iter().flat_map(|path| given().iter().map(|value| with(path, name, value))).collect()
                }
                _ if name == "bracket" => {
                    let narrowed =
                        |path: &String| given().iter().map(|value| with(path, name, value)).collect::<Vec<_>>();
                    paths.iter().flat_map(|path| std::iter::once(path.clone()).chain(narrowed(path))).collect()
                }
                _ => paths,
            };
        }
        addresses.extend(paths.into_iter().map(|path| Address { operation: operation.clone(), path }));
    }
    addresses
}

fn with(path: &str, name: &str, value: &str) -> String {
    format!("{path}{}{name}={value}", if path.contains('?') { '&' } else { '?' })
}

/// Asks as this person. No question is answered by an error of the server.
pub async fn read(reader: &Client<'_>, address: &Address) -> Answer {
    let answer = reader.send(reader.request(Method::GET, &address.path)).await;
    assert!(answer.status.as_u16() < 500, "{}", address.path);
    answer
}

/// What an answer says: its headers and its text, or the names and texts of the files in it.
pub fn text(answer: &Answer) -> String {
    let mut text = format!("{:?}\n", answer.headers);
    match zip::ZipArchive::new(Cursor::new(&answer.body[..])) {
        Ok(mut files) => {
            for n in 0..files.len() {
                let mut file = files.by_index(n).unwrap();
                text += &file.name().unwrap();
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                text += &String::from_utf8_lossy(&bytes);
            }
        }
        Err(_) => text += &answer.text(),
    }
    text
}
