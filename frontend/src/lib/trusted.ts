/**
 * The only place where a string becomes markup. The page's policy is `require-trusted-types-for 'script'`, so nothing
 * else can. What comes here was rendered and sanitised by the server.
 */
import { basePath } from './base-path.ts'

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
export function trustServerHtml(html: string, base = basePath): string {
  policy ??= (globalThis as TrustedTypesHolder).trustedTypes?.createPolicy('podium', {
    createHTML: (text) => text,
  }) ?? { createHTML: (text) => text }
  const trusted = policy.createHTML(html)
  return base ? policy.createHTML(below(trusted, base)) : trusted
}

/** The same text with `base` in front of the pictures and links that begin at the site's root. */
function below(html: string, base: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  for (const name of ['href', 'src']) {
    for (const element of body.querySelectorAll(`[${name}^="/"]:not([${name}^="//"])`)) {
      element.setAttribute(name, `${base}${element.getAttribute(name)}`)
    }
  }
  return body.innerHTML
}
