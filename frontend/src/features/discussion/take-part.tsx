import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { competitionQuery, meQuery } from '../../api/queries.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { TextLink } from '../../ui/text-link.tsx'
import styles from './take-part.module.css'

/** Shows its children to those who may write, and to the others what they have to do first. */
export function TakePart({ slug, children }: { slug: string; children: ReactNode }) {
  const discussion = useDiscussionText()
  const user = useQuery(meQuery).data?.user
  const competition = useQuery(competitionQuery(slug)).data
  if (user === undefined || !competition) return null
  if (user === null) {
    return (
      <p className={styles.text}>
        <TextLink to="/sign-in" search={{ next: `/competitions/${slug}/discussion` }}>
          {discussion.signIn}
        </TextLink>
      </p>
    )
  }
  if (!competition.membership && !competition.is_host && user.role !== 'admin') {
    return (
      <p className={styles.text}>
        <TextLink to="/competitions/$slug/rules" params={{ slug }}>
          {discussion.join}
        </TextLink>
      </p>
    )
  }
  return children
}
