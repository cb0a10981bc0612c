import { useText } from '../i18n/text-provider.tsx'
import { Button } from './button.tsx'

/** The button under a list that has a next page. */
export function More({
  list,
}: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown }
}) {
  const t = useText()
  if (!list.hasNextPage) return null
  return (
    <div>
      <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t.common.more}
      </Button>
    </div>
  )
}
