import { useQuery } from '@tanstack/react-query'
import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleX from 'lucide-react/icons/circle-x'
import { type ChecklistItem, checklistQuery, type ItemStatus } from '../../api/hosting.ts'
import type { Language } from '../../api/types.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
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
        {grouped(list.data.items).map((points) => (
          <Points
            key={`${points[0].status}/${points[0].code}/${points[0].file}`}
            slug={slug}
            points={points}
          />
        ))}
      </ul>
    </>
  )
}

type Group = [ChecklistItem, ...ChecklistItem[]]

/** Points of one kind in one file stand together: five open questions of a page are one thing to do. */
export function grouped(items: readonly ChecklistItem[]): Group[] {
  const groups = new Map<string, Group>()
  for (const item of items) {
    const key = [item.status, item.code, item.file].join('/')
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}

const icons = { red: CircleX, yellow: CircleAlert, green: CircleCheck }
const tones = { red: styles.open, yellow: styles.doubt, green: styles.done }

function Points({ slug, points }: { slug: string; points: Group }) {
  const { t, language } = useWords()
  const host = useHostText()
  const [first] = points
  const { status, code, file } = first
  const Icon = icons[status]
  const place = placeOf(first)
  const page = place?.search?.page
  const titles: Record<string, string> = t.competition.tabs
  const where = page
    ? host.checklist.page(titles[page] ?? page, place.search?.language ?? 'en')
    : file !== 'competition.toml' && file
  return (
    <li className={styles.check}>
      <Icon className={tones[status]} aria-label={host.checklist.statuses[status]} />
      <div className={styles.points}>
        <p className={styles.checkTitle}>
          {host.checklist.titles[code] ?? code}
          {where && <span className={styles.muted}> · {where}</span>}
        </p>
        <ul className={points.length > 1 ? styles.bullets : undefined}>
          {points.map((point) => (
            <li
              key={`${point.line}/${point.text.en}`}
              className={styles.muted}
              lang={point.question ? place?.search?.language : undefined}
            >
              {point.line && file !== 'competition.toml' && !page ? `${t.submit.line(point.line)}: ` : ''}
              {point.question ?? sentence(pick(point.text, language))}
            </li>
          ))}
        </ul>
      </div>
      {place && (
        <ButtonLink to={addressOf(place.section)} params={{ slug }} search={place.search ?? {}} small>
          {host.sections[place.section]}
        </ButtonLink>
      )}
    </li>
  )
}

/** English sentences begin in lower case, because they often stand after a place; names of files stay as they are. */
export const sentence = (text: string) =>
  text.replace(/^[a-z]+(?=[ ,;:])/, (word) => word.charAt(0).toUpperCase() + word.slice(1))

/** A suspicion that labels can be guessed: the host has to say why it is none before publishing. */
export const mayTellLabels = ({ status, code }: ChecklistItem) =>
  status === 'yellow' && ['leak', 'same_file', 'labels_in_data'].includes(code)

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
