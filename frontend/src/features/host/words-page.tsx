import { getRouteApi } from '@tanstack/react-router'
import type { ManifestColumn } from '../../api/hosting.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState } from '../../ui/state.tsx'
import { licences } from './choices.ts'
import styles from './host.module.css'
import { withLanguage } from './manifest-text.ts'
import { isQuestion } from './questions.ts'
import { ManifestSaveBar } from './save-bar.tsx'
import { useManifest } from './use-manifest.ts'

const route = getRouteApi('/competitions/$slug')

/** Title, summary and licence, and what each column means. A question of the template shows as what to answer. */
export function WordsPage() {
  const t = useText()
  const host = useHostText()
  const { slug } = route.useParams()
  const form = useManifest(slug)
  const { manifest } = form
  if (form.loading.isPending) return <Bones rows={6} tall />
  if (!manifest) return <ErrorState error={form.loading.error} onRetry={() => void form.loading.refetch()} />
  const columns = manifest.columns ?? []
  const changeColumn = (at: number, meaning: ManifestColumn['meaning']) =>
    form.change({ columns: columns.map((column, index) => (index === at ? { ...column, meaning } : column)) })
  const both = (name: 'title' | 'summary', language: 'en' | 'ko') => ({
    value: isQuestion(manifest[name][language]) ? '' : (manifest[name][language] ?? ''),
    onChange: (event: { target: { value: string } }) =>
      form.change({ [name]: withLanguage(manifest[name], language, event.target.value) }),
  })
  return (
    <>
      <Panel title={host.sections.words}>
        <div className={styles.pair}>
          <TextField label={host.titleEn} {...both('title', 'en')} />
          <TextField label={host.titleKo} optional lang="ko" {...both('title', 'ko')} />
        </div>
        <div className={styles.pair}>
          <TextField label={host.summaryEn} hint={host.summaryHint} {...both('summary', 'en')} />
          <TextField label={host.summaryKo} optional lang="ko" {...both('summary', 'ko')} />
        </div>
        <TextField
          label={host.licence}
          hint={host.licenceHint}
          list="licences"
          autoComplete="off"
          value={isQuestion(manifest.licence) ? '' : manifest.licence}
          onChange={(event) => form.change({ licence: event.target.value })}
        />
        <datalist id="licences">
          {licences.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </Panel>
      <Panel title={host.columns}>
        <p className={styles.muted}>{host.columnsText}</p>
        <div className={styles.frame}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t.data.column}</th>
                <th scope="col">{host.meaningEn}</th>
                <th scope="col">{host.meaningKo}</th>
              </tr>
            </thead>
            <tbody>
              {columns.map((column, at) => (
                <tr key={`${column.file}/${column.name}`}>
                  <th scope="row">
                    <code>{column.name}</code>
                    <p className={styles.muted}>{column.file}</p>
                  </th>
                  {(['en', 'ko'] as const).map((language) => (
                    <td key={language}>
                      <TextField
                        label={`${column.file}, ${column.name}: ${language === 'en' ? host.meaningEn : host.meaningKo}`}
                        hideLabel
                        lang={language}
                        placeholder={
                          language === 'en' && isQuestion(column.meaning.en) ? host.meaningQuestion : ''
                        }
                        value={isQuestion(column.meaning[language]) ? '' : (column.meaning[language] ?? '')}
                        onChange={(event) =>
                          changeColumn(at, withLanguage(column.meaning, language, event.target.value))
                        }
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <ManifestSaveBar slug={slug} section="words" form={form} />
    </>
  )
}
