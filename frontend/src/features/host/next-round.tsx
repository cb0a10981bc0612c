import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { manifestQuery } from '../../api/hosting.ts'
import { isRevealed } from '../../api/is-revealed.ts'
import { cloneCompetition } from '../../api/running.ts'
import type { Competition } from '../../api/types.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { localOf } from '../../lib/zone.ts'
import { TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Step } from './ending-step.tsx'
import styles from './host.module.css'

/** A copy of the competition with dates and an address of its own. */
export function NextRound({ competition }: { competition: Competition }) {
  const running = useRunningText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { slug, zone, title } = competition
  const manifest = useQuery(manifestQuery(slug)).data
  const length = Date.parse(competition.ends_at) - Date.parse(competition.starts_at)
  const start = Math.max(Date.now(), Date.parse(competition.ends_at)) + 7 * 86_400_000
  return (
    <Step isDone={false} title={running.nextRound}>
      <p className={styles.muted}>{running.nextRoundText}</p>
      <div className={styles.actions}>
        <FormDialog
          small
          title={running.cloneTitle}
          text={running.cloneText}
          action={running.clone}
          fields={(fault) => (
            <>
              <TextField
                label={running.titleEn}
                name="title"
                required
                defaultValue={title.en}
                error={fault('title')}
              />
              <TextField
                label={running.titleKo}
                name="title_ko"
                lang="ko"
                optional
                defaultValue={manifest?.title.ko ?? ''}
              />
              <TextField
                label={running.address}
                name="slug"
                required
                autoComplete="off"
                spellCheck={false}
                pattern="[a-z0-9\-]{2,63}"
                hint={running.addressHint}
                defaultValue={`${slug}-2`.slice(-63)}
                error={fault('slug')}
              />
              <TextField
                label={running.startIn(zone)}
                name="start"
                type="datetime-local"
                required
                defaultValue={localOf(new Date(start), zone)}
                error={fault('dates.start')}
              />
              <TextField
                label={running.endIn(zone)}
                name="end"
                type="datetime-local"
                required
                defaultValue={localOf(new Date(start + length), zone)}
                error={fault('dates.end')}
              />
              {isRevealed(competition.state) && (
                <TextField
                  label={running.qualified}
                  hint={running.qualifiedHint}
                  name="qualified"
                  type="number"
                  min={1}
                  optional
                  error={fault('qualified')}
                />
              )}
            </>
          )}
          onSubmit={async (value) => {
            const [ko, qualified] = [value('title_ko'), value('qualified')]
            const made = await cloneCompetition(slug, {
              slug: value('slug'),
              title: { en: value('title'), ...(ko && { ko }) },
              start: `${value('start')}:00`,
              end: `${value('end')}:00`,
              ...(qualified && { qualified: Number(qualified) }),
            })
            void client.invalidateQueries({ queryKey: ['competitions'] })
            await navigate({ to: '/competitions/$slug/host', params: { slug: made.slug } })
          }}
        >
          {running.clone}
        </FormDialog>
      </div>
    </Step>
  )
}
