import { useState } from 'react'
import { urls } from '../../api/client.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { siteUrl } from '../../lib/base-path.ts'
import { Command } from '../../ui/command.tsx'
import { Segments } from '../../ui/segments.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import styles from './take-commands.module.css'

/** Lines that fetch the data and send an entry from where there is no browser: a terminal, or a notebook. */
export function TakeCommands({ slug, file }: { slug: string; file: string | undefined }) {
  const t = useText()
  const [tool, setTool] = useState<Tool>('podium')
  const commands = commandsOf(slug, file)[tool]
  return (
    <details className={styles.details}>
      <summary>{t.data.commandLine}</summary>
      <div className={styles.body}>
        <Segments
          label={t.data.commandLine}
          value={tool}
          options={[
            ['podium', 'podium'],
            ['curl', 'curl'],
            ['python', 'Python'],
          ]}
          onChange={setTool}
        />
        <p>{t.data.commandAll}</p>
        <Command text={commands.all} label={t.data.commandAll} />
        {commands.file && (
          <>
            <p>{t.data.commandFile}</p>
            <Command text={commands.file} label={t.data.commandFile} />
          </>
        )}
        {commands.submit && (
          <>
            <p>{t.data.commandSubmit}</p>
            <Command text={commands.submit} label={t.data.commandSubmit} />
          </>
        )}
        <p>
          {t.data.commandLineText} <TextLink to="/account">{t.shell.account}</TextLink>
        </p>
      </div>
    </details>
  )
}

type Tool = 'podium' | 'curl' | 'python'

/** All data, the file that is open, and an entry, with each tool. */
function commandsOf(
  slug: string,
  file: string | undefined,
): Record<Tool, { all: string; file?: string | undefined; submit?: string }> {
  const site = siteUrl()
  const archive = new URL(urls.archive(slug), site).href
  const bearer = '-H "Authorization: Bearer $PODIUM_TOKEN"'
  const competition = `--to ${site} --competition ${slug}`
  return {
    podium: {
      all: `podium download ${competition}`,
      file: file && `podium download ${competition} ${quoted(file)}`,
      submit: `podium submit submission.csv ${competition}`,
    },
    curl: {
      all: `curl -fOJ ${bearer} ${archive}\nunzip ${slug}.zip -d ${slug}`,
      file: file && `curl -fOJ ${bearer} ${new URL(urls.file(slug, file), site).href}`,
      submit: `curl --fail-with-body ${bearer} -F file=@submission.csv ${new URL(urls.submissions(slug), site).href}`,
    },
    python: {
      all: [
        'import io, os, urllib.request, zipfile',
        `ask = urllib.request.Request("${archive}")`,
        'ask.add_header("Authorization", f"Bearer {os.environ[\'PODIUM_TOKEN\']}")',
        'with urllib.request.urlopen(ask) as answer:',
        `    zipfile.ZipFile(io.BytesIO(answer.read())).extractall("${slug}")`,
      ].join('\n'),
    },
  }
}

/** A word of a shell. */
const quoted = (word: string) => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
