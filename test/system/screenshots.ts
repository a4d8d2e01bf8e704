// npm run screenshots -- DIR [PART-OF-NAME]: every screen in both languages and both themes at 1440 px, the main ones at
// 375 px.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { type BrowserOptions, openBrowser, signIn } from '../support/browser.ts'
import { type ConsoleApi, startConsoleApi } from '../support/console-scenario/console-api.ts'
import { requireProgram } from '../support/programs.ts'
import { ADMIN_PASSWORD } from '../support/test-api.ts'

type Shot = readonly [name: string, path: string, prepare?: (page: Page) => Promise<unknown>]

const WIDE: readonly Shot[] = [
  ['alarms', '/alarms'],
  ['alarms-selected', '/alarms', selectTwo],
  ['alarm-panel', '/alarms?alarm=a-02'],
  ['acknowledge', '/alarms', (page) => dialogBy(page, 'a')],
  ['shelve', '/alarms', (page) => dialogBy(page, 's')],
  ['alarms-shelved', '/alarms?view=shelved'],
  ['incidents', '/incidents'],
  ['incident', '/incidents/inc-1042'],
  ['diagnostic', '/incidents/inc-1042', diagnosticDialog],
  ['devices', '/devices'],
  ['device', '/devices/hq.acc-sw-3f', chartDrawn],
  ['device-ups', '/devices/hq.ups-a', chartDrawn],
  ['agents', '/agents'],
]
const PHONE: readonly Shot[] = [
  ['alarms', '/alarms'],
  ['alarm-panel', '/alarms?alarm=a-01'],
  ['incidents', '/incidents'],
  ['incident', '/incidents/inc-1042'],
  ['devices', '/devices'],
  ['device', '/devices/hq.acc-sw-3f'],
  ['agents', '/agents'],
]
const FIRST_DAY: readonly Shot[] = [
  ['empty-alarms', '/alarms'],
  ['empty-incidents', '/incidents'],
  ['empty-devices', '/devices'],
  ['empty-agents', '/agents'],
]

const chromium = requireProgram('chromium')
const [target, only] = process.argv.slice(2)
if (target === undefined) throw new Error('say where to: npm run screenshots -- DIR')
if (chromium === undefined) console.log('skipped: chromium is missing')
else await takeAll(resolve(target), chromium)

async function takeAll(dir: string, executable: string): Promise<void> {
  mkdirSync(dir, { recursive: true })
  const consoleDir = fileURLToPath(new URL('../../web/dist', import.meta.url))
  await using full = await startConsoleApi({ consoleDir })
  await using empty = await startConsoleApi({ consoleDir, empty: true })
  for (const language of ['en', 'zh-CN'] as const)
    for (const scheme of ['light', 'dark'] as const) {
      const name = (width: number) => (shot: string) => join(dir, `${shot}-${language}-${scheme}-${width}.png`)
      const as = { executable, language, scheme }
      await take(full, as, WIDE, name(1440))
      await take(full, { ...as, width: 375, height: 812 }, PHONE, name(375))
      if (scheme === 'light') await take(empty, as, FIRST_DAY, name(1440))
    }
}

async function take(
  api: ConsoleApi,
  options: BrowserOptions,
  shots: readonly Shot[],
  fileOf: (shot: string) => string,
): Promise<void> {
  const wanted = shots.filter(([name]) => only === undefined || fileOf(name).includes(only))
  if (wanted.length === 0) return
  await using browser = await openBrowser(options)
  const { page } = browser
  await page.goto(`${api.address}/login`)
  await page.locator('input[name=user]').waitFor()
  await page.screenshot({ path: fileOf('login') })
  await signIn(page, api.address, 'admin', ADMIN_PASSWORD)
  for (const [name, path, prepare] of wanted) {
    await page.goto(api.address + path)
    await settled(page)
    await prepare?.(page)
    await page.screenshot({ path: fileOf(name), animations: 'disabled' })
    console.log(fileOf(name))
  }
  for (const complaint of new Set(browser.complaints)) console.log(`  complaint: ${complaint}`)
}

/** Nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('[data-screen]').waitFor()
  await page.waitForLoadState('load')
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}

async function chartDrawn(page: Page): Promise<void> {
  await page.locator('[data-chart] canvas').waitFor({ timeout: 10_000 })
}

async function selectTwo(page: Page): Promise<void> {
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
}

async function dialogBy(page: Page, key: string): Promise<void> {
  await selectTwo(page)
  await page.keyboard.press(key)
  await page.locator('textarea').first().waitFor()
  await settled(page)
}

async function diagnosticDialog(page: Page): Promise<void> {
  await page
    .locator('header button')
    .filter({ hasText: /diagnostic|诊断/ })
    .first()
    .click()
  await page.locator('[role=dialog] select').waitFor()
  await settled(page)
}
