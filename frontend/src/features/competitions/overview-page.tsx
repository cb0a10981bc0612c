import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { competitionQuery, pagesQuery } from '../../api/queries.ts'
import type { Competition, Page } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { formatBytes, formatNumber, formatShare } from '../../lib/format.ts'
import { useMinute } from '../../lib/use-now.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { PageText } from '../../ui/page-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import rail from '../../ui/rail.module.css'
import { RichText } from '../../ui/rich-text.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { Deadline } from '../../ui/time.tsx'
import styles from './overview-page.module.css'

const route = getRouteApi('/competitions/$slug')

/** Pages that other tabs show. */
const elsewhere = new Set(['data', 'rules', 'data-agreement'])

export function OverviewPage() {
  const { t, language } = useWords()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  const pages = useQuery(pagesQuery(slug, language))
  usePageTitle(t.competition.tabs.overview, competition && pick(competition.title, language))
  if (!competition) return null
  const title = pick(competition.title, language)
  const shown = pages.data?.items.filter((page) => !elsewhere.has(page.name)) ?? []

  return (
    <div className={styles.page}>
      <div className={styles.main}>
        {pages.isPending && <Bones rows={8} />}
        {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
        {pages.data && shown.length === 0 && (
          <EmptyState title={t.competition.noPage}>{t.competition.noPageText}</EmptyState>
        )}
        {shown.map((page) => (
          <PageText key={page.name} page={page} title={title} />
        ))}
        <Evaluation competition={competition} />
      </div>
      <aside className={rail.rail}>
        <Contents pages={shown} title={title} />
        <Facts competition={competition} />
        <Timeline competition={competition} />
        <Rounds competition={competition} />
      </aside>
    </div>
  )
}

/** Where the address `#evaluation` leads. */
const evaluationId = 'evaluation'

/** The metric explained by the words that the scoring code keeps beside it. */
function Evaluation({ competition: { task } }: { competition: Competition }) {
  const { t, language } = useWords()
  const example = pick(task.example, language)
  return (
    <div id={evaluationId} className={styles.anchor}>
      <Panel title={t.competition.evaluation} narrow>
        <p>
          <code className={styles.metric}>{task.metric}</code>{' '}
          <span className={styles.muted}>
            {task.direction === 'maximize' ? t.competition.higherIsBetter : t.competition.lowerIsBetter}
          </span>
        </p>
        <RichText html={pick(task.explanation, language)} />
        {example && (
          <details className={styles.example}>
            <summary>{t.competition.example}</summary>
            <RichText html={example} small />
          </details>
        )}
      </Panel>
    </div>
  )
}

function Contents({ pages, title }: { pages: Page[]; title: string }) {
  const t = useText()
  const headings = pages
    .flatMap((page) => page.headings)
    .filter(({ level, text }) => level <= 2 && text !== title)
  return (
    <nav className={rail.box} aria-label={t.competition.onThisPage}>
      <h2 className={rail.boxTitle}>{t.competition.onThisPage}</h2>
      <ul className={styles.contents}>
        {headings.map(({ id, text }) => (
          <li key={id}>
            <a href={`#${id}`}>{text}</a>
          </li>
        ))}
        <li>
          <a href={`#${evaluationId}`}>{t.competition.evaluation}</a>
        </li>
      </ul>
    </nav>
  )
}

function Facts({ competition: { task, split, limits, licence } }: { competition: Competition }) {
  const { t, language } = useWords()
  const number = (value: number) => formatNumber(value, language)
  return (
    <section className={rail.box}>
      <h2 className={rail.boxTitle}>{t.competition.facts}</h2>
      <dl className={styles.facts}>
        <Fact name={t.competition.metric}>
          <code>{task.metric}</code>
          <br />
          <span className={styles.muted}>
            {task.direction === 'maximize' ? t.competition.higherIsBetter : t.competition.lowerIsBetter}
          </span>
        </Fact>
        {task.show.length > 0 && (
          <Fact name={t.competition.alsoShown}>
            <code>{task.show.join(', ')}</code>
          </Fact>
        )}
        {split.public_share != null && (
          <Fact name={t.competition.publicSplit}>
            {split.public_rows != null
              ? t.competition.publicSplitValue(
                  formatShare(split.public_share, language),
                  number(split.public_rows),
                )
              : t.competition.publicShareValue(formatShare(split.public_share, language))}
          </Fact>
        )}
        <Fact name={t.competition.entriesPerDay}>
          {t.competition.entriesPerDayValue(limits.entries_per_day)}
        </Fact>
        <Fact name={t.competition.finals}>{t.competition.entriesPerDayValue(limits.finals)}</Fact>
        <Fact name={t.competition.teamSize}>{t.competition.teamSizeValue(limits.team_size)}</Fact>
        <Fact name={t.competition.fileLimit}>
          {t.competition.fileLimitValue(formatBytes(limits.file_bytes, language))}
        </Fact>
        <Fact name={t.competition.licence}>{licence}</Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className={styles.muted}>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Everything that happens at an instant, in order; what lies behind is muted, and the line says where now is. */
function Timeline({ competition }: { competition: Competition }) {
  const t = useText()
  const now = useMinute()
  const { starts_at, ends_at, joins_until, merges_until, freezes_at, reveals_at, zone } = competition
  const start = Date.parse(starts_at)
  const done = Math.min(1, Math.max(0, (now - start) / (Date.parse(ends_at) - start)))
  const moments: [name: string, at: string | null | undefined][] = [
    [t.competition.starts, starts_at],
    // The end says it already, unless hosts set an earlier day.
    [t.competition.joinsUntil, joins_until === ends_at ? null : joins_until],
    [t.competition.mergesUntil, merges_until === ends_at ? null : merges_until],
    [t.competition.freezes, freezes_at],
    [t.competition.ends, ends_at],
    [t.competition.reveals, reveals_at === ends_at ? null : reveals_at],
  ]
  const known = moments
    .flatMap(([name, at]) => (at ? [{ name, at }] : []))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return (
    <section className={rail.box}>
      <h2 className={rail.boxTitle}>{t.competition.timeline}</h2>
      <div className={styles.track} aria-hidden="true">
        <div className={styles.done} style={{ width: `${done * 100}%` }} />
      </div>
      <dl className={styles.facts}>
        {known.map(({ name, at }) => (
          <Fact key={name} name={name}>
            <span className={Date.parse(at) <= now ? styles.muted : undefined}>
              <Deadline at={at} zone={zone} />
            </span>
          </Fact>
        ))}
        <Fact name={t.competition.zone}>{zone}</Fact>
      </dl>
    </section>
  )
}

/** The round that this one goes on from, and those that go on from it. */
function Rounds({ competition: { previous, next } }: { competition: Competition }) {
  const { t, language } = useWords()
  const rounds = [
    ...(previous ? [{ name: t.competition.roundBefore, round: previous }] : []),
    ...next.map((round) => ({ name: t.competition.roundAfter, round })),
  ]
  if (rounds.length === 0) return null
  return (
    <section className={rail.box}>
      <h2 className={rail.boxTitle}>{t.competition.rounds}</h2>
      <dl className={styles.facts}>
        {rounds.map(({ name, round }) => (
          <Fact key={round.slug} name={name}>
            <TextLink to="/competitions/$slug" params={{ slug: round.slug }}>
              {pick(round.title, language)}
            </TextLink>
          </Fact>
        ))}
      </dl>
    </section>
  )
}
