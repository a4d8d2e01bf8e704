// The whole way on screen: a fault in the simulated site reaches the open console of a real collector through a real agent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, openBrowser, signIn } from '../support/browser.ts'
import { freePorts } from '../support/free-ports.ts'
import { ADMIN_PASSWORD, type Installation, startInstallation } from '../support/installation.ts'
import { CHROMIUM } from '../support/open-console.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite } from '../support/virtual-site/virtual-site.ts'
import { buildConsole } from './build-console.ts'

describe.skipIf(!CHROMIUM)('console of a real collector (chromium)', () => {
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
    browser = await openBrowser({ executable: CHROMIUM })
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
    // the site may have a grumble of its own; this alarm is the one that was not there. A trap before the first poll knows
    // its port by number only; the alarm to act on is the one with the port's name
    const row = page.locator('[role=row][data-alarm]', { hasText: /GigabitEthernet\S+ is down/i }).first()
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

  it('says that the collector is away, opens another screen meanwhile, and goes on by itself when it is back', async () => {
    const { page } = browser
    const long = { timeout: 60_000 }
    await page.goto(`${installation.api.base}/devices`)
    await page.locator('tbody a').first().waitFor(long)
    // the console fetches the rest of itself in the background
    await page.waitForFunction(() => {
      const fetched = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
      const last = Math.max(...fetched.filter((e) => /\.(js|css)$/.test(e.name)).map((e) => e.responseEnd))
      return fetched.some((e) => e.name.includes('agents-screen')) && performance.now() - last > 3000
    })
    await installation.collector.kill()
    await page.getByText(/Connection lost. Data from/).waitFor(long)
    await page.locator('a[href="/agents"]').last().click()
    await page.getByText('The collector does not answer').waitFor(long)
    await installation.collector.start()
    await page.getByText('agent-hq-0001').waitFor(long)
    await page.getByText(/Connection lost/).waitFor({ ...long, state: 'detached' })
    // what the browser noted while nobody answered is no complaint about the console
    const told = browser.complaints.splice(0).filter((line) => !/ERR_|50\d/.test(line))
    expect(told).toEqual([])
  })

  it('draws what was measured', async () => {
    const { page } = browser
    await page.goto(`${installation.api.base}/devices`)
    await page.locator('tbody a').first().click()
    await page.locator('[data-chart] canvas').waitFor({ timeout: 60_000 })
    expect(browser.complaints).toEqual([])
  })
})
