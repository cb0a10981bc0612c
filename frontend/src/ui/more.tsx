import { useText } from '../i18n/text-provider.tsx'
import { Button } from './button.tsx'
import styles from './more.module.css'

/** The button under a list that has a next page. */
export function More({
  list,
  centred,
}: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown }
  /** Under a list without a frame, whose left edge says nothing. */
  centred?: boolean
}) {
  const t = useText()
  if (!list.hasNextPage) return null
  return (
    <div className={centred ? styles.centred : undefined}>
      <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t.common.more}
      </Button>
    </div>
  )
}
