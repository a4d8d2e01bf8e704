// The whole way on screen: a fault in the simulated site reaches the open console of a real collector through a real agent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, openBrowser, signIn } from '../support/browser.ts'
import { freePorts } from '../support/free-ports.ts'
import { ADMIN_PASSWORD, type Installation, startInstallation } from '../support/installation.ts'
import { requireProgram } from '../support/programs.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite } from '../support/virtual-site/virtual-site.ts'
import { buildConsole } from './build-console.ts'

const executable = requireProgram('chromium') as string

describe.skipIf(!executable)('console of a real collector (chromium)', () => {
  let site: VirtualSite
  let installation: Installation
  let browser: Browser

  beforeAll(async () => {
    await buildConsole()
    const [trapPort] = (await freePorts(1)) as [number]
    const trapsTo = { host: '127.0.0.1', port: trapPort }
    site = createVirtualSite({ devices: SMALL_SITE, trapsTo })
    await site.start()
    const devices = site.asAgentDevices({ intervalMs: 3000, timeoutMs: 1000 })
    const agentConfig = { inputs: { traps: trapsTo } }
    installation = await startInstallation({
      ...{ broker: 'embedded' as const, ports: { trapPort }, devices: devices as never, agentConfig },
    })
    browser = await openBrowser({ executable })
  })
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await installation?.stop()
    await site?.stop()
  })

  it('shows a cut link as an alarm and as an incident without a reload, acknowledged by keyboard', async () => {
    const { page } = browser
    const long = { timeout: 60_000 }
    await signIn(page, installation.api.base, 'admin', ADMIN_PASSWORD)
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    // the site may have a grumble of its own; this alarm is the one that was not there
    const row = page.locator('[role=row][data-alarm]', { hasText: /is down|link.?down/i }).first()
    expect(await row.count()).toBe(0)
    await site.fault('link-down')
    await row.waitFor(long)
    await row.getByRole('checkbox').check()
    await page.keyboard.press('a')
    await page.getByRole('textbox', { name: 'Note' }).fill('Seen')
    await page.keyboard.press('Control+Enter')
    await page.locator('[role=row]', { hasText: 'Acked' }).first().waitFor(long)
    await page.goto(`${installation.api.base}/incidents`)
    await page.locator('tbody a').first().click()
    await page.locator('[data-evidence]').first().waitFor(long)
    await site.clear('link-down')
    await page.locator('[data-kind=alarm-cleared]').first().waitFor(long)
  })

  it('draws what was measured', async () => {
    const { page } = browser
    await page.goto(`${installation.api.base}/devices`)
    await page.locator('tbody a').first().click()
    await page.locator('[data-chart] canvas').waitFor({ timeout: 60_000 })
    expect(browser.complaints).toEqual([])
  })
})
