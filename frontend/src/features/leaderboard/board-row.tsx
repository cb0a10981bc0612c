import Medal from 'lucide-react/icons/medal'
import { memo } from 'react'
import type { Standing } from '../../api/types.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Hidden } from '../../ui/hidden.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './board.module.css'

/** Widths, shared by the board and by the pinned row, which is a table of its own. */
export function Columns({ also }: { also: number }) {
  return (
    <colgroup>
      <col className={styles.colRank} />
      <col />
      <col className={styles.colScore} />
      <col className={styles.colError} />
      {also > 0 && <col className={styles.colAlso} />}
      <col className={styles.colEntries} />
      <col className={styles.colLast} />
    </colgroup>
  )
}

export function Head({ metric, also }: { metric: string; also: string[] }) {
  const t = useText()
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className={styles.number}>
          {t.board.rank}
        </th>
        <th scope="col">{t.board.team}</th>
        <th scope="col" className={styles.number} title={metric}>
          {t.board.score}
        </th>
        <th scope="col" className={`${styles.number} ${styles.error}`}>
          {t.board.error}
        </th>
        {also[0] && (
          <th scope="col" className={`${styles.number} ${styles.also}`} title={also[0]}>
            <span className={styles.metric}>{also[0]}</span>
          </th>
        )}
        <th scope="col" className={`${styles.number} ${styles.entries}`}>
          {t.board.entries}
        </th>
        <th scope="col" className={`${styles.number} ${styles.last}`}>
          {t.board.last}
        </th>
      </tr>
    </thead>
  )
}

interface RowProps {
  row: Standing
  /** Place in the whole board from 0; none for the pinned copy. */
  index: number | undefined
  isMine: boolean
  isTarget: boolean
  hasMoved: boolean
  /** Its place among neighbours with the same score. */
  tie: 'first' | 'middle' | 'last' | undefined
}

export const BoardRow = memo(function BoardRow({ row, index, isMine, isTarget, hasMoved, tie }: RowProps) {
  const { t, language } = useWords()
  const number = (value: number) => formatNumber(value, language)
  const names = [
    isMine && styles.mine,
    isTarget && styles.target,
    hasMoved && styles.moved,
    row.is_benchmark && styles.baseline,
    tie && styles[`tie-${tie}`],
  ]
  const others = row.members.filter((name) => name !== row.team)
  const first = row.also[0]
  return (
    <tr
      className={names.filter(Boolean).join(' ') || undefined}
      aria-rowindex={index === undefined ? undefined : index + 2}
    >
      <td className={styles.rank}>
        {row.rank != null && row.rank <= 3 && (
          <span className={styles[`medal${row.rank}`]} title={t.board.medals[row.rank]}>
            <Medal aria-hidden="true" />
          </span>
        )}
        {row.rank == null ? (
          <span aria-hidden="true">–</span>
        ) : (
          <a
            href={`?rank=${row.rank}`}
            data-rank={row.rank}
            data-item
            className={styles.rankLink}
            aria-label={t.board.rankLink(number(row.rank), row.team)}
          >
            {number(row.rank)}
          </a>
        )}
      </td>
      <th scope="row" className={styles.team} title={[row.team, ...others].join(', ')}>
        <span className={styles.name}>{row.team}</span>{' '}
        {others.length > 0 && <span className={styles.members}>{others.join(', ')}</span>}{' '}
        {isMine && <Badge tone="solid">{t.common.you}</Badge>}
        {row.is_benchmark && <Badge>{t.board.benchmark}</Badge>}
      </th>
      <td className={styles.score}>{row.score}</td>
      <td className={styles.error}>
        {row.standard_error ? (
          <>
            <span aria-hidden="true">±</span>
            {row.standard_error}
          </>
        ) : (
          <Hidden>{t.common.none}</Hidden>
        )}
      </td>
      {first && <td className={styles.also}>{first.score ?? '–'}</td>}
      <td className={styles.entries}>{number(row.entries)}</td>
      <td className={styles.last}>{row.last_at && <RelativeTime at={row.last_at} />}</td>
    </tr>
  )
})
