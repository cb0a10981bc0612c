//! `podium publish`: brings a site in line with a competition folder. Doing it twice changes nothing the second time,
//! so a competition can live in git and be published by its pipeline.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::Utc;
use podium_bundle::check::{self, Options, Report};
use podium_bundle::dates;
use podium_bundle::folder::{self, LANGUAGES, SAMPLE_FILE, SOLUTION_FILE, STANDARD_PAGES, page_file};
use podium_bundle::{Language, Manifest};
use podium_client::{Client, ClientError, LocalFile, RemoteFile};

use super::check::words;
use super::language::Reader;
use super::remote::{Meter, Site, refused};

/// Publish a competition folder, or bring its changes to the site
#[derive(clap::Args)]
#[command(after_help = "\
Checks the folder first and sends nothing while it has errors. Then it sends what differs: settings, pages, data files
(compared by SHA-256), the solution; data files that the folder no longer has are deleted on the site. Last it makes a
draft visible. Needs PODIUM_TOKEN, a token with the scope host.

Exit status: 0 published; 1 the folder has errors, or the site refused; 2 wrong usage, or the site does not answer.")]
pub struct Args {
    /// The competition folder
    dir: PathBuf,
    #[command(flatten)]
    site: Site,
    /// Leave a new competition a draft, which only its hosts see
    #[arg(long)]
    draft: bool,
    /// Publish although labels may be guessed, because of this reason; it is kept in the site's audit log
    #[arg(long, value_name = "REASON", conflicts_with = "draft")]
    force: Option<String>,
    /// Print JSON: what was done, or the problem
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reader: Reader,
}

/// What publishing did.
#[derive(serde::Serialize)]
struct Done {
    slug: String,
    address: String,
    state: String,
    pages: usize,
    files_stored: u64,
    files_unchanged: u64,
    files_deleted: usize,
    solution_version: i64,
}

impl Done {
    fn words(&self, language: Language) -> String {
        let Self { slug, state, pages, files_stored, files_unchanged, files_deleted, solution_version, .. } = self;
        match language {
            Language::En => format!(
                "{slug} is {state}: {pages} pages, {files_stored} files sent, {files_unchanged} unchanged, \
                 {files_deleted} deleted, solution version {solution_version}"
            ),
            Language::Ko => format!(
                "{slug} ({state}): 페이지 {pages}개, 보낸 파일 {files_stored}개, 그대로인 파일 {files_unchanged}개, 삭제한 파일 \
                 {files_deleted}개, 정답 버전 {solution_version}"
            ),
        }
    }
}

/// A refusal whose faults are in the reader's language, where the site says them in it.
fn in_language(mut error: ClientError, language: Language) -> ClientError {
    if let (ClientError::Problem(problem), Language::Ko) = (&mut error, language) {
        for fault in &mut problem.errors {
            if let Some(korean) = fault.message_ko.take() {
                fault.message = korean;
            }
        }
    }
    error
}

/// Publishes.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if !args.dir.is_dir() {
        anyhow::bail!("there is no folder {}; `podium new` makes one", args.dir.display());
    }
    let language = args.reader.language();
    let client = args.site.signed_in()?;
    let state = match slug_of(&args.dir).map(|slug| client.find_competition(&slug)) {
        None => None, // the check says why
        Some(Ok(competition)) => Some(competition.state),
        Some(Err(ClientError::Problem(problem))) if problem.status == 404 => None,
        Some(Err(error)) => return refused(&error, args.json),
    };
    let is_published = state.is_some_and(|state| state != "draft");
    let report = check::check(&args.dir, Options { now: Utc::now(), is_published });
    if !report.is_publishable() {
        if args.json {
            say!("{}", serde_json::to_string(&report)?)?;
        } else {
            eprint!("{}", words(&report, language));
            eprintln!(
                "podium: {}",
                match language {
                    Language::En => "nothing was sent",
                    Language::Ko => "아무것도 보내지 않았습니다",
                }
            );
        }
        return Ok(ExitCode::from(1));
    }
    if !args.json {
        eprint!("{}", words(&report, language));
    }
    let Some(manifest) = &report.manifest else { anyhow::bail!("the manifest is missing") };
    match send(&client, &args, manifest, &report) {
        Ok(done) if args.json => say!("{}", serde_json::to_string(&done)?)?,
        Ok(done) => say!("{}\n{}", done.words(language), done.address)?,
        Err(error) if args.json => return refused(&error, true),
        Err(error) => return refused(&in_language(error, language), false),
    }
    Ok(ExitCode::SUCCESS)
}

fn slug_of(dir: &Path) -> Option<String> {
    let text = std::fs::read_to_string(dir.join(podium_bundle::document::MANIFEST_FILE)).ok()?;
    let (_, manifest, _) = podium_bundle::document::Document::parse(&text);
    manifest.map(|manifest| manifest.slug)
}

fn send(client: &Client, args: &Args, manifest: &Manifest, report: &Report) -> Result<Done, ClientError> {
    let slug = &manifest.slug;
    let mut competition = client.put_competition(slug, manifest)?;
    let pages = send_pages(client, &args.dir, manifest)?;
    let (stored, unchanged, deleted) = send_files(client, &args.dir, slug, report)?;
    let mut meter = Meter::new("solution");
    let solution = client.put_solution(slug, &args.dir.join(SOLUTION_FILE), &mut |progress| meter.show(progress))?;
    if !args.draft {
        competition = client.publish_competition(slug, args.force.as_deref())?;
    }
    Ok(Done {
        slug: slug.clone(),
        address: format!("{}/competitions/{slug}", client.base()),
        state: competition.state,
        pages,
        files_stored: stored,
        files_unchanged: unchanged,
        files_deleted: deleted,
        solution_version: solution.version,
    })
}

fn send_pages(client: &Client, dir: &Path, manifest: &Manifest) -> Result<usize, ClientError> {
    let extra = manifest.pages.iter().map(|page| page.name.as_str()).filter(|name| !STANDARD_PAGES.contains(name));
    let mut sent = 0;
    for page in STANDARD_PAGES.into_iter().chain(extra) {
        let setting = manifest.pages.iter().find(|setting| setting.name == page).and_then(|page| page.visible_from);
        let zone = manifest.dates.zone().ok();
        let visible_from = setting
            .zip(zone)
            .and_then(|(local, zone)| dates::instant("visible_from", local, zone).ok())
            .map(|instant| instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        for language in LANGUAGES {
            let path = dir.join(page_file(page, language));
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(ClientError::File { path: path.display().to_string(), error }),
            };
            if check::has_questions(&text) {
                continue; // a translation that nobody wrote yet; the check has warned
            }
            client.put_page(&manifest.slug, page, language, &text, visible_from.as_deref())?;
            sent += 1;
        }
    }
    Ok(sent)
}

/// Sends the files that the site has not, and deletes those that the folder has not.
fn send_files(client: &Client, dir: &Path, slug: &str, report: &Report) -> Result<(u64, u64, usize), ClientError> {
    let there = client.list_all_files(slug)?;
    let by_path: HashMap<&str, &RemoteFile> = there.iter().map(|file| (file.path.as_str(), file)).collect();
    let sample = dir.join(SAMPLE_FILE);
    let mut local: Vec<LocalFile> = report
        .files
        .iter()
        .map(|file| LocalFile { path: file.path.clone(), location: file.location.clone(), bytes: file.bytes })
        .collect();
    if local.iter().all(|file| file.path != SAMPLE_FILE) {
        let failed = |error| ClientError::File { path: sample.display().to_string(), error };
        let bytes = std::fs::metadata(&sample).map_err(failed)?.len();
        local.push(LocalFile { path: SAMPLE_FILE.to_owned(), location: sample, bytes });
    }
    let mut changed = Vec::new();
    for file in &local {
        let failed = |error| ClientError::File { path: file.location.display().to_string(), error };
        let is_there = match by_path.get(file.path.as_str()) {
            Some(there) if there.bytes == file.bytes => {
                hex::encode(folder::sha256(&file.location).map_err(failed)?) == there.sha256
            }
            _ => false,
        };
        if !is_there {
            changed.push(file.clone());
        }
    }
    let mut meter = Meter::new("data");
    let uploaded = client.upload_files(slug, &changed, &mut |progress| meter.show(progress))?;
    let gone: Vec<&RemoteFile> =
        there.iter().filter(|file| local.iter().all(|local| local.path != file.path)).collect();
    for file in &gone {
        client.delete_file(slug, &file.path)?;
    }
    let unchanged = (local.len() - changed.len()) as u64 + uploaded.unchanged;
    Ok((uploaded.stored, unchanged, gone.len()))
}
