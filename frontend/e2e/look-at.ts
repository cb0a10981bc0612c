import type { Page } from '@playwright/test'
import { expectReachableByTab } from './by-keyboard.ts'
import { expect, expectAccessible, expectNoSidewaysScroll } from './journey.ts'

/** Opens each page, has axe look at it, walks it by Tab if wanted, and tries the widths of phones and a tablet. */
export async function lookAt(page: Page, paths: string[], { byTab }: { byTab: boolean }) {
  for (const path of paths) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(path)
    await page.locator('main :is(h1, p)').first().waitFor()
    // Grey bars say that something is still on its way.
    await expect(page.locator('main [role=status][aria-label]')).toHaveCount(0)
    await expectAccessible(page, path)
    if (byTab) await expectReachableByTab(page, path)
    for (const width of [320, 390, 768]) {
      await page.setViewportSize({ width, height: 800 })
      await expectNoSidewaysScroll(page, `${path} at ${width}`)
    }
  }
}
