/** Lists that come page by page. */

/** For `infiniteQueryOptions`: the first page has no cursor; a page without a next one is the last. */
export const paged = {
  initialPageParam: '',
  getNextPageParam: (page: { next?: string | null }) => page.next ?? undefined,
}

/** Without what is empty, because the server refuses what it does not know. */
export const given = <T extends object>(query: T) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '' && value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>
  }
