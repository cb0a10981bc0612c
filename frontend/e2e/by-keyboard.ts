import { expect, type Page } from '@playwright/test'

/**
 * Walks a page by Tab until it is back at its beginning: every control that can be pointed at has to be met, none may hold
 * the focus, and each has to show that it has it (WCAG 2.1.1, 2.1.2, 2.4.7). Of a group of radio buttons one is met, and
 * the arrows lead to the others; what a widget takes out of the order (`tabindex=-1`) is its own business.
 */
export async function expectReachableByTab(page: Page, where: string): Promise<void> {
  const count = await page.evaluate(markControls)
  const unseen = new Set(Array.from({ length: count }, (_, at) => at))
  // From the top, as after a fresh visit; fields that take the focus by themselves are met again at the end.
  await page.evaluate(() => {
    ;(document.activeElement as HTMLElement | null)?.blur()
    getSelection()?.removeAllRanges()
    getSelection()?.collapse(document.body, 0)
  })
  const unmarked: string[] = []
  // Twice around at most: parts that come while we walk have no mark.
  for (let presses = 0; unseen.size > 0 && presses < 2 * count + 20; presses++) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(lookAtFocus)
    if (!focus) continue
    if (!focus.isShown) unmarked.push(focus.element)
    if (focus.mark !== undefined) unseen.delete(focus.mark)
  }
  const missed = await page.evaluate(
    (marks) =>
      marks
        .map((mark) => document.querySelector(`[data-control="${mark}"]`))
        .filter((element) => element?.checkVisibility({ visibilityProperty: true }))
        .map((element) => element?.outerHTML.slice(0, 160)),
    [...unseen],
  )
  expect(missed, `controls of ${where} that Tab does not lead to`).toEqual([])
  expect([...new Set(unmarked)], `controls of ${where} that do not show that they have the focus`).toEqual([])
}

/** Runs in the page: gives each control that Tab should lead to a number, and says how many there are. */
function markControls(): number {
  for (const old of document.querySelectorAll('[data-control]')) old.removeAttribute('data-control')
  const controls =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"], [contenteditable=true]'
  const groups = new Set<string>()
  let count = 0
  for (const element of document.querySelectorAll<HTMLElement>(controls)) {
    const { width, height } = element.getBoundingClientRect()
    const isShown = width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true })
    const isOff = element.matches(':disabled, [tabindex="-1"]') || element.closest('[inert]') !== null
    if (!isShown || isOff) continue
    if (element instanceof HTMLInputElement && element.type === 'radio') {
      const group = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')].filter(
        (radio) => radio.name === element.name && radio.form === element.form,
      )
      const entry = group.find((radio) => radio.checked) ?? group[0]
      if (entry !== element || groups.has(element.name)) continue
      groups.add(element.name)
    }
    element.dataset.control = String(count++)
  }
  return count
}

/** Runs in the page: what has the focus, and whether an outline or a shadow on it or around it says so. */
function lookAtFocus(): { mark?: number; isShown: boolean; element: string } | undefined {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return undefined
  const marked = (part: Element | null) => {
    if (!part) return false
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part)
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
  }
  // A file's or a choice's own field lies unseen above what stands for it; of a date the browser marks the part.
  const isShown =
    element.matches('[type^=date]') ||
    marked(element) ||
    marked(element.parentElement) ||
    marked(element.nextElementSibling)
  const { control } = element.dataset
  return {
    ...(control === undefined ? {} : { mark: Number(control) }),
    isShown,
    element: element.outerHTML.slice(0, 160),
  }
}
