import { useText } from '../i18n/text-provider.tsx'
import { usePageTitle } from '../lib/use-page-title.ts'
import { ButtonLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/state.tsx'

/** For addresses that do not exist and for those that the reader may not see: nobody can tell them apart. */
export function NotFound() {
  const t = useText()
  usePageTitle(t.shell.notFound)
  return (
    <EmptyState
      title={t.shell.notFound}
      action={
        <ButtonLink to="/" kind="primary">
          {t.common.backHome}
        </ButtonLink>
      }
    >
      {t.shell.notFoundText}
    </EmptyState>
  )
}
