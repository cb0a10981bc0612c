/**
 * The path below which the site lies when it shares its host with others; empty at the root. The server writes it into
 * the page. Everything the API calls a path begins at the site's root, so it needs this in front where the browser
 * follows it; the router adds it by itself.
 */
export const basePath: string =
  globalThis.document?.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? ''

/** A path from the site's root as the browser follows it. */
export const inSite = (path: string): string => `${basePath}${path}`

/** The site's address, for commands and links that people copy. */
export const siteUrl = (): string => `${globalThis.location?.origin ?? ''}${basePath}`

/** Where somebody accepts an invitation. Behind the `#`, so that no server's log has the token. */
export const inviteUrl = (token: string): string => `${siteUrl()}/invite#${token}`
