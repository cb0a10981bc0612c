import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import X from 'lucide-react/icons/x'
import { downloadsQuery } from '../../api/desk.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { More } from '../../ui/more.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './host.module.css'

const parent = getRouteApi('/competitions/$slug')
const route = getRouteApi('/competitions/$slug/host/downloads')

/** Who fetched which data file and when; of one person, when their name is followed. */
export function DownloadsPage() {
  const { language } = useWords()
  const running = useRunningText()
  const { slug } = parent.useParams()
  const { user } = route.useSearch()
  const navigate = useNavigate()
  const list = useInfiniteQuery(downloadsQuery(slug, user))
  const items = list.data?.pages.flatMap((page) => page.items)
  const who = items?.[0]?.person.name
  return (
    <Panel
      title={running.downloads}
      aside={
        user && (
          <Button
            small
            icon={<X aria-hidden="true" />}
            onClick={() =>
              void navigate({ to: '/competitions/$slug/host/downloads', params: { slug }, search: {} })
            }
          >
            {running.onlyPerson(who ?? String(user))}
          </Button>
        )
      }
    >
      <p className={styles.muted}>{running.downloadsText}</p>
      {list.isPending && <Bones rows={5} tall />}
      {list.isError && !items && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {items?.length === 0 && <EmptyState title={running.noDownloads}>{running.noDownloadsText}</EmptyState>}
      {items && items.length > 0 && (
        <Table
          label={running.downloads}
          columns={[
            { name: running.person },
            { name: running.file },
            { name: running.size, kind: 'number', wide: true },
            { name: running.when, wide: true },
          ]}
        >
          {items.map((download, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries of the log have no number of their own and only grow
            <tr key={at}>
              <Cell head>
                <TextLink
                  to="/competitions/$slug/host/downloads"
                  params={{ slug }}
                  search={{ user: download.person.id }}
                >
                  {download.person.name}
                </TextLink>
                <Aside narrow>
                  <RelativeTime at={download.at} />
                </Aside>
              </Cell>
              <Cell>{download.path === '*' ? running.allFiles : download.path}</Cell>
              <Cell kind="number" wide>
                {formatBytes(download.bytes, language)}
              </Cell>
              <Cell wide>
                <RelativeTime at={download.at} />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <More list={list} />
    </Panel>
  )
}
