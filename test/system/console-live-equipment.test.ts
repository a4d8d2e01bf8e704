// Places and equipment on screen, the whole way: a collector, agents that joined it and a simulated site, all real; what
// somebody enters in the console is what is watched, and what happens at the site is what the console shows.
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, goTo, openBrowser, signIn } from '../support/browser.ts'
import { type EnrolledSite, startEnrolledSite } from '../support/enrolled-site.ts'
import { freePorts } from '../support/free-ports.ts'
import { ADMIN_PASSWORD } from '../support/installation.ts'
import { joinByCommand } from '../support/joined-agent.ts'
import { CHROMIUM } from '../support/open-console.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'
import { xlsxBytes } from '../support/xlsx-bytes.ts'
import { buildConsole } from './build-console.ts'
import { WIRED_SITE } from './wired-site.ts'

const LONG = { timeout: 60_000 }

describe.skipIf(!CHROMIUM)('places and equipment of a real collector (chromium)', () => {
  let site: VirtualSite
  let whole: EnrolledSite
  let browser: Browser
  let page: Page
  let base: string
  let [snmpPort, syslogPort] = [0, 0]

  beforeAll(async () => {
    await buildConsole()
    ;[snmpPort, syslogPort] = (await freePorts(2)) as [number, number]
    site = createVirtualSite({ devices: WIRED_SITE, network: '127.0.62', port: snmpPort })
    await site.start()
    // a device of its own makes the network around it one that may be swept
    whole = await startEnrolledSite({ devices: [{ id: 'camera', name: 'Camera', address: '127.0.62.9', icmp: {} }] })
    base = whole.api.base
    browser = await openBrowser({ executable: CHROMIUM, anyCertificate: true })
    page = browser.page
    await signIn(page, base, 'admin', ADMIN_PASSWORD)
  }, 180_000)
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await whole?.[Symbol.asyncDispose]()
    await site?.stop()
  })

  const open = (path: string, on = page) => goTo(on, base, path)
  const dialog = (on: Page = page) => on.locator('[role=dialog]')
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: typeof name === 'string' })
  const field = (name: string, within: Page | Locator = page) =>
    within.getByLabel(new RegExp(`^${RegExp.escape(name)}( \\*)?$`)).and(within.locator('input, select, textarea'))
  const gone = () => dialog().waitFor({ ...LONG, state: 'detached' })
  /** What the pages complained about beside what was refused on purpose. */
  const told = (of = browser.complaints) => of.splice(0).filter((line) => !/status of 4(00|09)/.test(line))

  it('makes a customer and a site, shows them where they belong, changes them, and says where and why one cannot be', async () => {
    await open('/customers')
    await button('New customer').click()
    await field("Customer's name", dialog()).fill('Nord Stahl')
    await field('Id', dialog()).fill('acme')
    await button('Make customer', dialog()).click()
    await dialog().getByText('There is a customer "acme" already').waitFor(LONG)
    await field('Id', dialog()).fill('Nord Stahl')
    await button('Make customer', dialog()).click()
    await dialog().locator('.mantine-InputWrapper-error').first().waitFor(LONG)
    await field('Id', dialog()).fill('nord-stahl')
    await button('Make customer', dialog()).click()
    await page.waitForURL(/\/customers\/nord-stahl$/)
    await page.getByText('No sites yet').waitFor(LONG)

    await open('/sites')
    await button('New site').click()
    await field('Customer', dialog()).selectOption('nord-stahl')
    await field("Site's name", dialog()).fill('Werk 1')
    await field('Time zone', dialog()).fill('Europe/Atlantis')
    await button('Make site', dialog()).click()
    await dialog().locator('.mantine-InputWrapper-error').first().waitFor(LONG)
    await field('Time zone', dialog()).fill('Europe/Berlin')
    await button('Make site', dialog()).click()
    await page.waitForURL(/\/sites\/werk-1/)
    await button('Change site').click()
    await field("Site's name", dialog()).fill('Werk Nord')
    await button('Save', dialog()).click()
    await page.getByRole('heading', { name: 'Werk Nord' }).first().waitFor(LONG)
    await gone()
    await open('/sites')
    const row = page.locator('[data-row=werk-1]')
    await row.getByText('Werk Nord').waitFor(LONG)
    await row.getByText('Nord Stahl').click()
    await page.waitForURL(/\/customers\/nord-stahl$/)
    await page.getByText('Werk Nord').first().waitFor(LONG)
    await button('Change customer').click()
    await field("Customer's name", dialog()).fill('Nord Stahl AG')
    await button('Save', dialog()).click()
    await page.getByRole('heading', { name: 'Nord Stahl AG' }).first().waitFor(LONG)
    // who has sites stays
    expect(await button('Remove customer').count()).toBe(0)
    await open('/customers')
    await page.locator('[data-row=nord-stahl]').getByText('Nord Stahl AG').waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)
})
