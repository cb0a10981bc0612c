import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { mailSettingsQuery, updateMailSettings } from '../../api/mail.ts'
import { siteQuery } from '../../api/queries.ts'
import type { User } from '../../api/types.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { Checkbox } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import styles from './account-page.module.css'

/** Which kinds of notices are mailed too. A tick counts at once; the bell has all of them in any case. */
export function MailSettings({ user }: { user: User }) {
  const accounts = useAccountsText()
  const client = useQueryClient()
  const sendsMail = useQuery(siteQuery).data?.mail_enabled
  const settings = useQuery(mailSettingsQuery)
  const choose = useMutation({
    mutationFn: updateMailSettings,
    onSuccess: (answer) => client.setQueryData(mailSettingsQuery.queryKey, answer),
  })
  const isOn = (topic: string, is_on: boolean) =>
    choose.isPending && choose.variables.topic === topic ? choose.variables.is_on : is_on
  const topics = accounts.topics as Partial<Record<string, string>>
  return (
    <Panel title={accounts.mailTitle} narrow>
      <p className={styles.muted}>{accounts.mailText}</p>
      {sendsMail === false && <Note tone="neutral">{accounts.mailOff}</Note>}
      {sendsMail && !user.email_verified && (
        <Note tone="warn">{user.email ? accounts.mailUnverified : accounts.mailNoAddress}</Note>
      )}
      {settings.isPending && <Bones rows={5} />}
      {settings.isError && <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.data && (
        <fieldset className={styles.choices}>
          <legend className={styles.legend}>{accounts.mailTitle}</legend>
          {settings.data.items.map(({ topic, is_on, is_optional }) => (
            <Checkbox
              key={topic}
              label={`${topics[topic] ?? topic}${is_optional ? '' : ` (${accounts.mailAlways})`}`}
              checked={isOn(topic, is_on)}
              disabled={!is_optional}
              onChange={(event) => choose.mutate({ topic, is_on: event.target.checked })}
            />
          ))}
        </fieldset>
      )}
      {choose.error && <ProblemNote error={choose.error} />}
    </Panel>
  )
}
