import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  creators,
  type Settings,
  type SettingsDocument,
  saveSettings,
  settingsQuery,
  signUps,
} from '../../api/admin.ts'
import { asProblem } from '../../api/problem.ts'
import { siteQuery } from '../../api/queries.ts'
import { useAdminText } from '../../i18n/admin/use-admin-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Select, TextArea, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './admin.module.css'

/** What holds for the whole site. What the server's configuration says is shown and cannot be changed here. */
export function SettingsPage() {
  const settings = useQuery(settingsQuery)
  if (settings.isPending) return <Bones rows={6} tall />
  if (!settings.data) return <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />
  return <Form known={settings.data} />
}

function Form({ known }: { known: Settings }) {
  const t = useText()
  const admin = useAdminText()
  const client = useQueryClient()
  const { fixed, updated_at, updated_by, ...document } = known
  const [changed, setChanged] = useState<SettingsDocument>()
  // As it is typed: a comma at the end would be lost if the list were written again at each key.
  const [domains, setDomains] = useState(document.domains.join(', '))
  const settings = changed ?? document
  const change = (part: Partial<SettingsDocument>) => setChanged({ ...settings, ...part })
  const save = useMutation({
    mutationFn: saveSettings,
    onSuccess: (saved) => {
      client.setQueryData(settingsQuery.queryKey, saved)
      setChanged(undefined)
      for (const queryKey of [siteQuery.queryKey, ['audit', '']]) void client.invalidateQueries({ queryKey })
    },
  })
  const problem = save.error ? asProblem(save.error) : undefined
  const fault = (name: string) => t.fieldText(problem?.field(name))
  const isFixed = (name: string) => fixed.includes(name)
  const hint = (name: string, otherwise?: string) => (isFixed(name) ? admin.fixed : otherwise)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate(settings)
  }
  return (
    <form className={styles.form} onSubmit={send} noValidate>
      <Panel title={admin.site}>
        <div className={styles.pair}>
          <TextField
            label={admin.siteName}
            value={settings.name}
            maxLength={60}
            disabled={isFixed('name')}
            hint={hint('name')}
            error={fault('name')}
            onChange={(event) => change({ name: event.target.value })}
          />
          <TextField
            label={admin.contact}
            value={settings.contact}
            maxLength={200}
            optional
            hint={admin.contactHint}
            error={fault('contact')}
            onChange={(event) => change({ contact: event.target.value })}
          />
        </div>
        <div className={styles.pair}>
          <TextArea
            label={admin.bannerEn}
            rows={2}
            optional
            maxLength={500}
            hint={admin.bannerHint}
            error={fault('banner.en') ?? fault('banner')}
            value={settings.banner.en}
            onChange={(event) => change({ banner: { ...settings.banner, en: event.target.value } })}
          />
          <TextArea
            label={admin.bannerKo}
            rows={2}
            lang="ko"
            optional
            maxLength={500}
            error={fault('banner.ko')}
            value={settings.banner.ko}
            onChange={(event) => change({ banner: { ...settings.banner, ko: event.target.value } })}
          />
        </div>
      </Panel>
      <Panel title={admin.rights}>
        <div className={styles.pair}>
          <Select
            label={admin.signUp}
            value={settings.sign_up}
            disabled={isFixed('sign_up')}
            hint={hint('sign_up')}
            error={fault('sign_up')}
            options={signUps.map((name) => [name, admin.signUps[name]] as const)}
            onChange={(event) => change({ sign_up: event.target.value as SettingsDocument['sign_up'] })}
          />
          {settings.sign_up === 'domains' && (
            <TextField
              label={admin.domains}
              placeholder="example.org, example.ac.kr"
              spellCheck={false}
              autoComplete="off"
              hint={admin.domainsHint}
              error={fault('domains')}
              value={domains}
              onChange={(event) => {
                setDomains(event.target.value)
                const list = event.target.value
                  .split(/[\s,;]+/)
                  .map((domain) => domain.trim().toLowerCase().replace(/^@/, ''))
                change({ domains: list.filter(Boolean) })
              }}
            />
          )}
          <Select
            label={admin.creators}
            value={settings.creators}
            error={fault('creators')}
            options={creators.map((name) => [name, admin.creatorKinds[name]] as const)}
            onChange={(event) => change({ creators: event.target.value as SettingsDocument['creators'] })}
          />
        </div>
        <div>
          <Checkbox
            label={admin.factorRequired}
            checked={settings.second_factor_required}
            disabled={isFixed('second_factor_required')}
            error={fault('second_factor_required')}
            onChange={(event) => change({ second_factor_required: event.target.checked })}
          />
          <p className={styles.muted}>{hint('second_factor_required', admin.factorRequiredText)}</p>
        </div>
      </Panel>
      {problem && problem.errors.length === 0 && <ProblemNote error={problem} />}
      <div className={styles.actions}>
        <Button kind="primary" type="submit" busy={save.isPending}>
          {admin.save}
        </Button>
        <p role="status" className={styles.muted}>
          {save.isSuccess && !changed
            ? t.common.saved
            : updated_at && (
                <RelativeTime at={updated_at}>
                  {(when) => admin.changed(when, updated_by?.name ?? '')}
                </RelativeTime>
              )}
        </p>
      </div>
    </form>
  )
}
