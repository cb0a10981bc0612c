import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { meQuery, siteQuery } from '../../api/queries.ts'
import type { User } from '../../api/types.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { inSite } from '../../lib/base-path.ts'
import { readCookie } from '../../lib/cookies.ts'

/** What follows after signing in: everything is asked for again as that person, and the reader goes on where they were. */
export function useEnter(next: string | undefined) {
  const client = useQueryClient()
  const router = useRouter()
  const { setLanguage } = useWords()
  return async (me: { user?: User | null; accepted?: { slug: string } | null }) => {
    client.setQueryData(meQuery.queryKey, me as never)
    if (me.user && !readCookie('lang')) await setLanguage(me.user.language)
    void client.invalidateQueries({ queryKey: siteQuery.queryKey })
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
    // An invitation that came with a sign-up leads to what it is for.
    const to = me.accepted ? `/competitions/${me.accepted.slug}` : ownAddress(next)
    // The browser's history has whole addresses, the router's links do not.
    router.history.push(inSite(to))
  }
}

/** Only addresses of this site: anything else could send a person who just signed in to a copy of the page. */
export function ownAddress(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/'
}
