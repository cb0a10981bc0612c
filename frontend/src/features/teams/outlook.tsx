import type { ReactNode } from 'react'
import type { Outlook } from '../../api/teams.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import styles from './outlook.module.css'

/**
 * What a change of a team would mean for its size and its quota, before anybody agrees to it: the figures by which the
 * server decides.
 */
export function OutlookBox({
  title,
  outlook,
  merges,
  children,
}: {
  title: string
  outlook: Outlook
  /** Two teams with entries of their own, not one person who brings none. */
  merges?: boolean
  children?: ReactNode
}) {
  const { t, language } = useWords()
  const teams = useTeamsText()
  const number = (value: number) => formatNumber(value, language)
  return (
    <section className={styles.box} aria-label={title}>
      <p className={styles.title}>
        {title}{' '}
        <Badge tone={outlook.is_possible ? 'good' : 'bad'}>
          {outlook.is_possible ? teams.possible : teams.impossible}
        </Badge>
      </p>
      <dl className={styles.facts}>
        <div>
          <dt>{teams.people}</dt>
          <dd>{teams.sizeValue(outlook.people, outlook.team_size)}</dd>
        </div>
        {merges && (
          <div>
            <dt>{teams.entries}</dt>
            <dd>
              {teams.entriesValue(number(outlook.entries), number(outlook.allowed))}
              <span className={styles.muted}> ({teams.allowedFrom(outlook.per_day, outlook.days)})</span>
            </dd>
          </div>
        )}
        <div>
          <dt>{merges ? teams.leftTogether : teams.leftToday}</dt>
          <dd>{teams.leftTodayValue(outlook.left_today, outlook.per_day)}</dd>
        </div>
        {merges && outlook.renumbered > 0 && (
          <div>
            <dt>{teams.renumbered}</dt>
            <dd>{teams.renumberedValue(outlook.renumbered)}</dd>
          </div>
        )}
      </dl>
      {outlook.obstacles.length > 0 && (
        <ul className={styles.obstacles}>
          {outlook.obstacles.map(({ code }) => (
            <li key={code}>{t.problems[code][1]}</li>
          ))}
        </ul>
      )}
      {children && <div className={styles.actions}>{children}</div>}
    </section>
  )
}
