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
  const [tool, setTool] = useState<'shell' | 'python'>('shell')
  const site = siteUrl()
  const archive = new URL(urls.archive(slug), site).href
  const all = {
    shell: `curl -fOJ -H "Authorization: Bearer $PODIUM_TOKEN" ${archive}\nunzip ${slug}.zip -d ${slug}`,
    python: [
      'import io, os, urllib.request, zipfile',
      `ask = urllib.request.Request("${archive}")`,
      'ask.add_header("Authorization", f"Bearer {os.environ[\'PODIUM_TOKEN\']}")',
      'with urllib.request.urlopen(ask) as answer:',
      `    zipfile.ZipFile(io.BytesIO(answer.read())).extractall("${slug}")`,
    ].join('\n'),
  }[tool]
  return (
    <details className={styles.details}>
      <summary>{t.data.commandLine}</summary>
      <div className={styles.body}>
        <Segments
          label={t.data.commandLine}
          value={tool}
          options={[
            ['shell', 'curl'],
            ['python', 'Python'],
          ]}
          onChange={setTool}
        />
        <p>{t.data.commandAll}</p>
        <Command text={all} label={t.data.commandAll} />
        {tool === 'shell' && (
          <>
            {file && (
              <>
                <p>{t.data.commandFile}</p>
                <Command
                  text={`curl -fOJ -H "Authorization: Bearer $PODIUM_TOKEN" ${site}${urls.file(slug, file)}`}
                  label={t.data.commandFile}
                />
              </>
            )}
            <p>{t.data.commandSubmit}</p>
            <Command
              text={`podium submit submission.csv --to ${site} --competition ${slug}`}
              label={t.data.commandSubmit}
            />
          </>
        )}
        <p>
          {t.data.commandLineText} <TextLink to="/account">{t.shell.account}</TextLink>
        </p>
      </div>
    </details>
  )
}
