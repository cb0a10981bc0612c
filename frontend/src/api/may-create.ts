import type { Site, User } from './types.ts'

/** Whether somebody may create competitions on this site. */
export function mayCreate(user: User | null | undefined, site: Site | undefined): boolean {
  if (!user) return false
  if (user.role === 'admin') return true
  return site?.creators === 'everybody' || (site?.creators === 'hosts' && user.role === 'host')
}
