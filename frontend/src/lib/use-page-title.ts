import { useEffect } from 'react'

/** Names the browser's tab: `Leaderboard · Solar cells · Podium`. */
export function usePageTitle(...parts: (string | undefined)[]): void {
  const title = [...parts.filter(Boolean), 'Podium'].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
