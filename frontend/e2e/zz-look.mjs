// usage: node zz-look.mjs OUT user lang theme width path...
import { chromium } from '@playwright/test'

const [out, user, lang, theme, width, ...paths] = process.argv.slice(2)
const base = 'http://localhost:18080'
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const context = await browser.newContext({
  baseURL: base,
  viewport: { width: Number(width), height: Number(width) < 500 ? 844 : 900 },
  deviceScaleFactor: 1,
})
await context.addCookies([
  { name: 'lang', value: lang, url: base },
  { name: 'theme', value: theme, url: base },
])
if (user !== '-') {
  const r = await context.request.post('/api/v1/sessions', {
    data: {
      login: user,
      password:
        user === 'host' || user === 'admin' ? 'walks-through-the-orchard' : 'seven quiet walnut trees',
    },
    headers: { origin: base },
  })
  if (!r.ok()) console.log(await r.text())
}
const page = await context.newPage()
page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(m.text()))
for (const path of paths) {
  await page.goto(path)
  await page.waitForLoadState('networkidle').catch(() => {})
  await page.waitForTimeout(400)
  await page.screenshot({
    path: `${out}/${path.replaceAll(/[^a-z0-9]+/gi, '_')}-${lang}-${theme}-${width}.png`,
    fullPage: process.env.FULL === '1',
  })
}
await browser.close()
