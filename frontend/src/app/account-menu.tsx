import { Menu } from '@base-ui/react/menu'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import Check from 'lucide-react/icons/check'
import Settings from 'lucide-react/icons/settings-2'
import { endCurrentSession, updateMe } from '../api/client.ts'
import { meQuery } from '../api/queries.ts'
import type { Language, User } from '../api/types.ts'
import { useWords } from '../i18n/text-provider.tsx'
import { setTheme, type Theme, useTheme } from '../lib/theme.ts'
import { Avatar } from '../ui/avatar.tsx'
import styles from './account-menu.module.css'

const languages: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['ko', '한국어'],
]
const themes: readonly Theme[] = ['system', 'light', 'dark']

/** Language and theme for everybody; account and sign-out for who is signed in. */
export function AccountMenu({ user, onShortcuts }: { user: User | null; onShortcuts(): void }) {
  const { t, language, setLanguage } = useWords()
  const theme = useTheme()
  const client = useQueryClient()
  const navigate = useNavigate()

  const choose = (chosen: Language) => {
    void setLanguage(chosen)
    if (user)
      void updateMe({ language: chosen }).then(
        (me) => client.setQueryData(meQuery.queryKey, me),
        () => {},
      )
  }
  const signOut = useMutation({
    mutationFn: endCurrentSession,
    onSuccess: async () => {
      await navigate({ to: '/' })
      client.setQueryData(meQuery.queryKey, { user: null })
      await client.resetQueries({
        predicate: ({ queryKey }) => queryKey[0] !== 'me' && queryKey[0] !== 'site',
      })
    },
  })

  return (
    <Menu.Root>
      <Menu.Trigger className={styles.trigger} aria-label={t.shell.menu} title={t.shell.menu}>
        {user ? <Avatar name={user.name} /> : <Settings aria-hidden="true" />}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={styles.positioner} align="end" sideOffset={6}>
          <Menu.Popup className={styles.popup}>
            {user && (
              <>
                <Menu.Item className={styles.item} onClick={() => void navigate({ to: '/account' })}>
                  <span className={styles.who}>
                    <strong>{user.name}</strong>
                    <span>{t.shell.account}</span>
                  </span>
                </Menu.Item>
                {user.role === 'admin' && (
                  <Menu.Item className={styles.item} onClick={() => void navigate({ to: '/admin' })}>
                    <span className={styles.text}>{t.shell.admin}</span>
                  </Menu.Item>
                )}
                <Menu.Separator className={styles.line} />
              </>
            )}
            <Menu.Group>
              <Menu.GroupLabel className={styles.label}>{t.shell.language}</Menu.GroupLabel>
              <Menu.RadioGroup value={language} onValueChange={choose}>
                {languages.map(([code, name]) => (
                  <Menu.RadioItem key={code} value={code} className={styles.item} lang={code}>
                    <Menu.RadioItemIndicator className={styles.mark}>
                      <Check aria-hidden="true" />
                    </Menu.RadioItemIndicator>
                    <span className={styles.text}>{name}</span>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Group>
            <Menu.Separator className={styles.line} />
            <Menu.Group>
              <Menu.GroupLabel className={styles.label}>{t.shell.theme}</Menu.GroupLabel>
              <Menu.RadioGroup value={theme} onValueChange={setTheme}>
                {themes.map((name) => (
                  <Menu.RadioItem key={name} value={name} className={styles.item}>
                    <Menu.RadioItemIndicator className={styles.mark}>
                      <Check aria-hidden="true" />
                    </Menu.RadioItemIndicator>
                    <span className={styles.text}>{t.shell.themes[name]}</span>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Group>
            <Menu.Separator className={styles.line} />
            <Menu.Item className={styles.item} onClick={onShortcuts}>
              <span className={styles.text}>{t.shortcuts.title}</span>
            </Menu.Item>
            {user && (
              <>
                <Menu.Separator className={styles.line} />
                <Menu.Item className={styles.item} onClick={() => signOut.mutate()}>
                  <span className={styles.text}>{t.shell.signOut}</span>
                </Menu.Item>
              </>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
