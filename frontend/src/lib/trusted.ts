/**
 * The only place where a string becomes markup. The page's policy is `require-trusted-types-for 'script'`, so nothing
 * else can. What comes here was rendered and sanitised by the server.
 */

interface TrustedPolicy {
  createHTML(html: string): string
}

interface TrustedTypesHolder {
  trustedTypes?: {
    createPolicy(name: string, rules: { createHTML(html: string): string }): TrustedPolicy
  }
}

let policy: TrustedPolicy | undefined

/** Marks HTML that the server made as fit for `innerHTML`. */
export function trustServerHtml(html: string): string {
  policy ??= (globalThis as TrustedTypesHolder).trustedTypes?.createPolicy('podium', {
    createHTML: (text) => text,
  }) ?? { createHTML: (text) => text }
  return policy.createHTML(html)
}
