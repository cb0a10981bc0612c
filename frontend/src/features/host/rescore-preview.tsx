import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dropRescore, isWhole, type Move, publishRescore, rescoreQuery } from '../../api/running.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import styles from './host.module.css'
import { Moved } from './moved.tsx'

/** Rows drawn at once; a board of 100,000 teams comes whole, and nobody reads it to its end. */
const step = 200

/** An open rescoring as a difference of ranks, and the two ways out of it. */
export function Preview({ slug, id }: { slug: string; id: number }) {
  const { t, language } = useWords()
  const running = useRunningText()
  const client = useQueryClient()
  const preview = useQuery(rescoreQuery(slug, id))
  const [board, setBoard] = useState<'public' | 'private'>('public')
  const end = useMutation({
    mutationFn: (way: 'publish' | 'drop') =>
      way === 'publish' ? publishRescore(slug, id) : dropRescore(slug, id),
    onSuccess: () => {
      for (const key of ['rescores', 'board', 'competition', 'entries', 'manifest', 'changes', 'rehearsal'])
        void client.invalidateQueries({ queryKey: [key, slug] })
      void client.invalidateQueries({ queryKey: ['scores'] })
    },
  })
  if (preview.isPending) return <Bones rows={6} tall />
  if (!preview.data) return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
  const { rescore, moved, public: shown, private: hidden } = preview.data
  const number = (value: number) => formatNumber(value, language)
  const whole = isWhole(rescore)
  return (
    <Panel title={running.previewTitle}>
      <dl className={styles.facts}>
        <dt>{running.solution}</dt>
        <dd>{running.version(number(rescore.version))}</dd>
        <dt>{running.metric}</dt>
        <dd>
          <code>{rescore.metric}</code>
        </dd>
        <dt>{running.reason}</dt>
        <dd>{rescore.reason}</dd>
      </dl>
      {whole ? (
        <p className={styles.adviser} role="status">
          {running.teamsMove(number(moved), number(shown.length))}
        </p>
      ) : (
        <div className={styles.group} role="status">
          <p>{running.scored(number(rescore.done), number(rescore.entries))}</p>
          <Progress
            label={running.scoreAgain}
            value={rescore.entries ? rescore.done / rescore.entries : undefined}
          />
        </div>
      )}
      <Note tone="neutral">
        <p>{running.publishText}</p>
        <div className={styles.actions}>
          <Confirm
            kind="danger"
            title={running.publishAsk}
            text={running.publishAskText(number(moved))}
            action={running.publish}
            disabled={!whole}
            onConfirm={() => end.mutate('publish')}
          >
            {running.publish}
          </Confirm>
          <Confirm
            title={running.dropAsk}
            text={running.dropAskText}
            action={running.drop}
            onConfirm={() => end.mutate('drop')}
          >
            {running.drop}
          </Confirm>
        </div>
        {end.error && <ProblemNote error={end.error} />}
      </Note>
      {hidden && (
        <Segments
          label={t.competition.tabs.leaderboard}
          value={board}
          options={[
            ['public', running.publicBoard],
            ['private', running.privateBoard],
          ]}
          onChange={setBoard}
        />
      )}
      <Moves key={board} moves={board === 'private' && hidden ? hidden : shown} isWhole={whole} />
    </Panel>
  )
}

function Moves({ moves, isWhole }: { moves: Move[]; isWhole: boolean }) {
  const { t, language } = useWords()
  const running = useRunningText()
  const [all, setAll] = useState(false)
  const [most, setMost] = useState(step)
  const rows = all ? moves : moves.filter(({ before, after }) => before !== after)
  const rank = (value: number | null | undefined) => (value == null ? '–' : formatNumber(value, language))
  return (
    <>
      <Checkbox
        label={running.alsoUnmoved}
        checked={all}
        onChange={(event) => setAll(event.target.checked)}
      />
      {rows.length === 0 ? (
        <EmptyState title={isWhole ? running.nobodyMoves : running.nobodyMovesYet} />
      ) : (
        <Table
          label={running.previewTitle}
          columns={[
            { name: running.team },
            { name: running.rankBefore, kind: 'number' },
            { name: running.rankAfter, kind: 'number' },
            { name: running.change },
            { name: running.scoreBefore, kind: 'number', wide: true },
            { name: running.scoreAfter, kind: 'number', wide: true },
          ]}
        >
          {rows.slice(0, most).map((move) => (
            <tr key={move.team_id}>
              <Cell head>{move.team}</Cell>
              <Cell kind="number">{rank(move.before)}</Cell>
              <Cell kind="number">{rank(move.after)}</Cell>
              <Cell>
                <Moved before={move.before} after={move.after} />
              </Cell>
              <Cell kind="number" wide>
                {move.score_before ?? '–'}
              </Cell>
              <Cell kind="number" wide>
                {move.score_after ?? '–'}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      {rows.length > most && (
        <div>
          <Button onClick={() => setMost(most + step)}>{t.common.more}</Button>
        </div>
      )}
    </>
  )
}
