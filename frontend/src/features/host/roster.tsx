import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createRoster } from '../../api/desk.ts'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery } from '../../api/queries.ts'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { siteUrl } from '../../lib/base-path.ts'
import { readCsv, saveFile, writeCsv } from '../../lib/csv.ts'
import { Button } from '../../ui/button.tsx'
import { Command } from '../../ui/command.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Note } from '../../ui/state.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import { FaultsNote } from './faults-note.tsx'
import styles from './host.module.css'

/** People of a roster whose links are listed; all of them are in the file. */
const shown = 50

/** A CSV of people in, a CSV of one-time links out: for rooms without mail. */
export function Roster({ slug }: { slug: string }) {
  const desk = useDeskText()
  const client = useQueryClient()
  const fields = useQuery(competitionQuery(slug)).data?.fields ?? []
  const [file, setFile] = useState<File>()
  const send = useMutation({
    mutationFn: async (roster: File) => {
      const [head = [], ...rows] = readCsv(await createRoster(slug, roster))
      const at = head.indexOf('link')
      // A server without a public address of its own gives paths.
      return [
        head,
        ...rows.map((row) => row.map((value, column) => (column === at ? absolute(value) : value))),
      ]
    },
    onSuccess: () => {
      setFile(undefined)
      void client.invalidateQueries({ queryKey: ['participants', slug] })
    },
  })
  const problem = send.error ? asProblem(send.error) : undefined
  const [head = [], ...rows] = send.data ?? []
  const [name, link] = [head.indexOf('name'), head.indexOf('link')]
  const columns = ['name', 'email', 'team', ...fields.map((field) => field.name)]
  return (
    <div className={styles.group}>
      <Command label={desk.rosterColumns} text={columns.join(',')} />
      <FileDrop
        file={file}
        title={desk.dropRoster}
        text={desk.dropRosterText}
        error={undefined}
        disabled={send.isPending}
        onChange={setFile}
      />
      {problem && <FaultsNote problem={problem} by="line" />}
      <div>
        <Button
          kind="primary"
          busy={send.isPending}
          disabled={!file}
          onClick={() => file && send.mutate(file)}
        >
          {desk.sendRoster}
        </Button>
      </div>
      {send.data && (
        <>
          <Note tone="good" title={desk.rosterMade(rows.length)} alert>
            <p>{desk.rosterMadeText}</p>
            <Button onClick={() => saveFile(`${slug}-links.csv`, writeCsv(send.data))}>
              {desk.saveLinks}
            </Button>
          </Note>
          <Table label={desk.links} columns={[{ name: desk.name }, { name: desk.link, kind: 'line' }]}>
            {rows.slice(0, shown).map((row) => (
              <tr key={row[link]}>
                <Cell head>{row[name]}</Cell>
                <Cell kind="line">
                  <Command label={desk.linkFor(row[name] ?? '')} text={row[link] ?? ''} />
                </Cell>
              </tr>
            ))}
          </Table>
          {rows.length > shown && <p className={styles.muted}>{desk.moreLinks(rows.length - shown)}</p>}
        </>
      )}
    </div>
  )
}

const absolute = (link: string) => (link.startsWith('/') ? `${siteUrl()}${link}` : link)
