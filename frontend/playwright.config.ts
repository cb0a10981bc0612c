/**
 * Journeys through the built pages on a running server. `cargo xtask test` starts one with a small real competition and
 * sets:
 *
 * - `PODIUM_E2E_URL`: where the server answers, `http://localhost:PORT`
 * - `PODIUM_E2E_SLUG`: a running competition that anybody may join
 * - `PODIUM_E2E_GOOD`: a submission that is accepted
 * - `PODIUM_E2E_BAD`, `PODIUM_E2E_BAD_LINE`: one that is refused, and the line that is at fault
 * - `PODIUM_E2E_PASSWORD`: of the accounts `host` and `admin`
 * - `CHROMIUM`: the browser; `/usr/bin/chromium` without it. Nothing is downloaded.
 *
 * By hand: `PODIUM_E2E_URL=… PODIUM_E2E_SLUG=… … npm run e2e`.
 */
import { defineConfig, devices } from '@playwright/test'

const desktop = { ...devices['Desktop Chrome'], channel: undefined as never }

export default defineConfig({
  testDir: 'e2e',
  forbidOnly: true,
  workers: 1,
  timeout: 90_000,
  // The machine may be compiling beside the journeys.
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env.PODIUM_E2E_URL ?? 'http://localhost:8080',
    actionTimeout: 20_000,
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
  projects: [
    {
      // First: its pictures are of a board that has nobody else.
      name: 'screens',
      testMatch: 'screens.spec.ts',
      snapshotPathTemplate: '{testDir}/../../docs/screens/{arg}{ext}',
      use: desktop,
    },
    { name: 'desktop', testIgnore: 'screens.spec.ts', use: desktop },
  ],
})
