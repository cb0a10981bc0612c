import { useQuery } from '@tanstack/react-query'
import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleX from 'lucide-react/icons/circle-x'
import { type ChecklistItem, checklistQuery, type ItemStatus } from '../../api/hosting.ts'
import type { Language } from '../../api/types.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Bones, ErrorState } from '../../ui/state.tsx'
import styles from './host.module.css'
import { addressOf, type Section } from './sections.ts'

/** What keeps a competition from being published and what is doubtful, each with the place where it is mended. */
export function Checklist({ slug }: { slug: string }) {
  const host = useHostText()
  const list = useQuery(checklistQuery(slug))
  if (list.isPending) return <Bones rows={4} tall />
  if (!list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  const count = (status: ItemStatus) => list.data.items.filter((item) => item.status === status).length
  return (
    <>
      <p role="status">{host.checklist.summary(count('red'), count('yellow'))}</p>
      <ul className={styles.frame}>
        {list.data.items.map((item) => (
          <Item key={`${item.code}/${item.file}/${item.line}/${item.text}`} slug={slug} item={item} />
        ))}
      </ul>
    </>
  )
}

const icons = { red: CircleX, yellow: CircleAlert, green: CircleCheck }
const tones = { red: styles.open, yellow: styles.doubt, green: styles.done }

function Item({ slug, item }: { slug: string; item: ChecklistItem }) {
  const { language } = useWords()
  const host = useHostText()
  const Icon = icons[item.status]
  const place = placeOf(item)
  const title = host.checklist.titles[item.code]
  return (
    <li className={styles.check}>
      <Icon className={tones[item.status]} aria-label={host.checklist.statuses[item.status]} />
      <div>
        {title && <p className={styles.checkTitle}>{title}</p>}
        {/* The sentence names places and values; the server writes it in English, beginning in lower case after a place. */}
        {(language === 'en' || item.status !== 'green') && (
          <p className={styles.muted} lang="en">
            {item.text.charAt(0).toUpperCase() + item.text.slice(1)}
          </p>
        )}
        {item.file && (
          <p className={styles.muted}>
            <code>{item.line ? `${item.file}:${item.line}` : item.file}</code>
          </p>
        )}
      </div>
      {place && (
        <ButtonLink to={addressOf(place.section)} params={{ slug }} search={place.search ?? {}} small>
          {host.sections[place.section]}
        </ButtonLink>
      )}
    </li>
  )
}

interface Place {
  section: Section
  search?: { page?: string; language?: Language }
}

/** Where a point is mended, by its file in the folder, and in the manifest by what kind of fault it is. */
export function placeOf({
  code,
  file,
  status,
}: Pick<ChecklistItem, 'code' | 'file' | 'status'>): Place | undefined {
  if (status === 'green') return undefined
  const page = file?.match(/^([^/]+?)(?:\.(en|ko))?\.md$/)
  if (page) {
    // A page that lacks its translation is named by the one that is there.
    const language = code === 'missing_translation' ? 'ko' : page[2] === 'ko' ? 'ko' : 'en'
    return { section: 'pages', search: { page: page[1] ?? 'overview', language } }
  }
  if (file && file !== 'competition.toml') return { section: 'files' }
  switch (code) {
    case 'bad_date':
      return { section: 'dates' }
    case 'bad_metric':
    case 'classes_differ':
    case 'small_split':
      return { section: 'task' }
    case 'missing_file':
      return { section: 'files' }
    default:
      return { section: 'words' }
  }
}
