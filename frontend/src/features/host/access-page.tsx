import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Manifest } from '../../api/hosting.ts'
import { useAccessText } from '../../i18n/access/use-access-text.ts'
import { Select, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState } from '../../ui/state.tsx'
import { BoardRules } from './board-rules.tsx'
import styles from './host.module.css'
import { ManifestSaveBar } from './save-bar.tsx'
import { Brackets, Fields } from './sign-up-fields.tsx'
import { useManifest } from './use-manifest.ts'

const route = getRouteApi('/competitions/$slug')

type Participants = NonNullable<Manifest['participants']>

/** Who finds the competition, who may join, what they are asked, and the groups that have ranks of their own. */
export function AccessPage() {
  const access = useAccessText()
  const { slug } = route.useParams()
  const form = useManifest(slug)
  const { manifest } = form
  if (form.loading.isPending) return <Bones rows={6} tall />
  if (!manifest) return <ErrorState error={form.loading.error} onRetry={() => void form.loading.refetch()} />
  const fields = manifest.fields ?? []
  const brackets = manifest.brackets ?? []
  return (
    <>
      <Panel title={access.whoMayJoin}>
        <Rules
          rules={{ visibility: 'public', admission: 'open', domains: [], ...manifest.participants }}
          onChange={(participants) => form.change({ participants })}
        />
      </Panel>
      <Panel title={access.brackets}>
        <p className={styles.muted}>{access.bracketsText}</p>
        <Brackets brackets={brackets} onChange={(changed) => form.change({ brackets: changed })} />
      </Panel>
      <Panel title={access.fields}>
        <p className={styles.muted}>{access.fieldsText}</p>
        <Fields
          fields={fields}
          brackets={brackets}
          onChange={(changed) => form.change({ fields: changed })}
        />
      </Panel>
      <Panel title={access.boardRules}>
        <BoardRules
          board={{ ties: 'earlier_first', names: 'real', zones: [], ...manifest.board }}
          onChange={(board) => form.change({ board })}
        />
      </Panel>
      <ManifestSaveBar slug={slug} section="access" form={form} />
    </>
  )
}

function Rules({ rules, onChange }: { rules: Participants; onChange(rules: Participants): void }) {
  const access = useAccessText()
  // As it is typed: a comma at the end would be lost if the list were written again at each key.
  const [domains, setDomains] = useState(rules.domains.join(', '))
  return (
    <div className={styles.group}>
      <div className={styles.pair}>
        <Select
          label={access.visibility}
          value={rules.visibility}
          hint={access.visibilityHint}
          options={(['public', 'private'] as const).map((name) => [name, access.visibilities[name]] as const)}
          onChange={(event) =>
            onChange({ ...rules, visibility: event.target.value as Participants['visibility'] })
          }
        />
        <Select
          label={access.admission}
          value={rules.admission}
          options={(['open', 'approval', 'invite'] as const).map(
            (name) => [name, access.admissions[name]] as const,
          )}
          onChange={(event) =>
            onChange({ ...rules, admission: event.target.value as Participants['admission'] })
          }
        />
      </div>
      <TextField
        label={access.domains}
        hint={access.domainsHint}
        optional
        autoComplete="off"
        spellCheck={false}
        placeholder="example.org, example.ac.kr"
        value={domains}
        onChange={(event) => {
          setDomains(event.target.value)
          const list = event.target.value
            .split(/[\s,;]+/)
            .map((domain) => domain.trim().toLowerCase().replace(/^@/, ''))
            .filter(Boolean)
          onChange({ ...rules, domains: list })
        }}
      />
    </div>
  )
}
