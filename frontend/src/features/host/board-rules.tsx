import type { Manifest } from '../../api/hosting.ts'
import { useAccessText } from '../../i18n/access/use-access-text.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { BothLanguages } from './both-languages.tsx'
import styles from './host.module.css'

type Board = NonNullable<Manifest['board']>
type Zone = Board['zones'][number]

/** How equal scores rank, what is shown of teams, and the marked parts of the leaderboard. */
export function BoardRules({ board, onChange }: { board: Board; onChange(board: Board): void }) {
  const access = useAccessText()
  const { zones } = board
  const change = (at: number, part: Partial<Zone>) =>
    onChange({ ...board, zones: zones.map((zone, index) => (index === at ? { ...zone, ...part } : zone)) })
  return (
    <div className={styles.group}>
      <div className={styles.pair}>
        <Select
          label={access.ties}
          value={board.ties}
          options={(['earlier_first', 'shared'] as const).map(
            (name) => [name, access.tieRules[name]] as const,
          )}
          onChange={(event) => onChange({ ...board, ties: event.target.value as Board['ties'] })}
        />
        <Select
          label={access.shownNames}
          value={board.names}
          options={(['real', 'team', 'hidden'] as const).map(
            (name) => [name, access.nameRules[name]] as const,
          )}
          onChange={(event) => onChange({ ...board, names: event.target.value as Board['names'] })}
        />
      </div>
      {zones.map((zone, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name that is being typed is no identity
        <fieldset key={at} className={styles.card}>
          <legend>{access.zoneNumber(at + 1)}</legend>
          <div className={styles.pair}>
            <BothLanguages
              label={access.titleEn}
              labelKo={access.titleKo}
              value={zone.name}
              onChange={(name) => change(at, { name })}
            />
            <TextField
              label={access.throughRank}
              type="number"
              min={1}
              value={String(zone.through)}
              onChange={(event) => change(at, { through: Math.max(1, Number(event.target.value)) })}
            />
          </div>
          <div>
            <Button
              kind="plain"
              small
              onClick={() => onChange({ ...board, zones: zones.filter((_, index) => index !== at) })}
            >
              {access.removeZone(at + 1)}
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button
          onClick={() =>
            onChange({
              ...board,
              zones: [...zones, { name: { en: '' }, through: (zones.at(-1)?.through ?? 0) + 3 }],
            })
          }
        >
          {access.addZone}
        </Button>
      </div>
    </div>
  )
}
