import ChevronLeft from 'lucide-react/icons/chevron-left'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import styles from './all-threads.module.css'

/** The way back to the list, on a line of its own above the title of a page. */
export function AllThreads({ slug }: { slug: string }) {
  const discussion = useDiscussionText()
  return (
    <div className={styles.back}>
      <ButtonLink
        to="/competitions/$slug/discussion"
        params={{ slug }}
        kind="plain"
        small
        icon={<ChevronLeft aria-hidden="true" />}
      >
        {discussion.allThreads}
      </ButtonLink>
    </div>
  )
}
