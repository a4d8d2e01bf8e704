// What is around every screen: the way to everything by keyboard, how somebody wants the console, a session that ends in the
// middle of a form, a computer whose clock is wrong, and the first steps of a new installation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceRow } from '#shared/http/inventory.ts'
import { type ConsoleApi, startConsoleApi } from '../support/console-scenario/console-api.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { ADMIN_PASSWORD } from '../support/test-api.ts'
import { until } from '../support/until.ts'

describe.skipIf(!CHROMIUM)('around the screens (chromium)', () => {
  let console: OpenConsole
  let fresh: ConsoleApi
  beforeAll(async () => {
    console = await openConsole()
    fresh = await startConsoleApi({ consoleDir: console.consoleDir, empty: true })
  })
  afterAll(async () => {
    await fresh?.[Symbol.asyncDispose]()
    await console?.[Symbol.asyncDispose]()
  })

  it('leads anywhere by keyboard alone, and no key reaches the screen below', async () => {
    const { page } = console
    await console.open('/alarms')
    await page.locator('[data-alarm]').first().waitFor()
    // typed at once: the palette may still be on its way
    await page.keyboard.press('Control+k')
    await page.keyboard.type('core switch')
    await page
      .getByRole('option', { name: /^Core switch 1/ })
      .first()
      .waitFor()
    expect(await console.dialog().count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/devices\/hq\.core-sw1/)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('zzz nothing')
    await page.getByText('Nothing is called').waitFor()
    await page.keyboard.press('Escape')
    await console.dialog().waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.waitForURL(/\/incidents$/)
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Acknowledge', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('asks before what is written in a dialog is lost by a slip, and lets go of what is not', async () => {
    await using person = await console.person()
    const { page } = person
    await console.open('/overview', page)
    await page.getByRole('link', { name: 'Sites', exact: true }).click()
    await console.button('New site', page).click()
    await console.dialog(page).waitFor()
    await page.keyboard.press('Escape')
    await console.dialog(page).waitFor({ state: 'detached' })
    await console.button('New site', page).click()
    await console.field("Site's name", page).fill('Harbour')
    const asked = page.getByRole('dialog', { name: 'Leave without saving?' })
    for (const slip of [() => page.keyboard.press('Escape'), () => page.goBack()]) {
      await slip()
      await asked.waitFor()
      await console.button('Stay', asked).click()
      await asked.waitFor({ state: 'detached' })
      expect(await console.field("Site's name", page).inputValue()).toBe('Harbour')
    }
    // the way to another screen does not open over it
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    await console.button('Leave', asked).click()
    await console.dialog(page).waitFor({ state: 'detached' })
  })

  it('begins when it is asked to, after a collector that could not say who is there', async () => {
    await using person = await console.person()
    const { page, context } = person
    await context.route('**/api/v1/session', (route) => route.fulfill({ status: 500, body: '' }))
    await page.goto(`${console.api.address}/overview`)
    await console.button('Try again', page).waitFor()
    await context.unroute('**/api/v1/session')
    await console.button('Try again', page).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor({ timeout: 10_000 })
  })

  it('offers somebody who only looks nothing that they may not do', async () => {
    const { page } = await console.person({ role: 'viewer' })
    await console.open('/alarms', page)
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: 'Agents' }).waitFor()
    await page.getByRole('option', { name: 'Change my password' }).waitFor()
    for (const name of ['Add an agent', 'Audit', 'Notifications'])
      expect(await page.getByRole('option', { name, exact: true }).count(), name).toBe(0)
  })

  it('keeps zone, colours and language with the account', async () => {
    const { page } = await console.person({ role: 'noc' })
    await console.open('/preferences', page)
    await page.getByLabel("Times in this browser's zone").uncheck()
    await page.getByLabel('Time zone').fill('America/Lima')
    await until(async () => apart(await page.locator('[data-zone-now]').textContent(), -5) < 5_000)
    await page.getByText('Without red and green').click()
    await page.getByText('Dark', { exact: true }).click()
    const both = 'html[data-palette=colour-blind][data-mantine-color-scheme=dark]'
    await page.locator(both).waitFor()
    const elsewhere = await console.person({ role: 'noc' })
    await console.open('/alarms', elsewhere.page)
    await elsewhere.page.locator(both).waitFor()
    await until(async () => apart(await elsewhere.page.locator('header .num').first().textContent(), -5) < 5_000)
  })

  it('keeps every field of a form when the session ends under it, reads on after it, and sends when asked again', async () => {
    const { page, context } = await console.person()
    await console.open('/sites', page)
    await console.button('New site', page).click()
    await page.getByLabel("Site's name").fill('Harbour office')
    await console.field('Time zone', console.dialog(page)).fill('Europe/Berlin')
    await context.clearCookies()
    await console.button('Make site', page).click()
    const over = page.getByRole('dialog', { name: /Your session has ended/ })
    await over.locator('input[name=password]').fill(ADMIN_PASSWORD)
    await page.keyboard.press('Enter')
    await over.waitFor({ state: 'detached' })
    expect(await page.getByLabel("Site's name").inputValue()).toBe('Harbour office')
    expect(await console.field('Time zone', console.dialog(page)).inputValue()).toBe('Europe/Berlin')
    await console.button('Make site', page).click()
    await page.waitForURL(/\/sites\/harbour-office/)
    // keys go to the screen once no dialog is over it
    await console.dialog(page).waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'Harbour office', level: 1 }).waitFor()

    // a list that was asked for meanwhile comes by itself
    await context.clearCookies()
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.waitForURL(/\/devices/)
    await over.locator('input[name=password]').fill(ADMIN_PASSWORD)
    await page.keyboard.press('Enter')
    await page.locator('[data-row="hq.core-sw1"]').waitFor()
  })

  it('says by how much the clock of the computer is wrong, and shows right times all the same', async () => {
    const { page, context } = await console.person()
    await context.addInitScript(() => {
      const right = Date.now.bind(Date)
      Date.now = () => right() - 432_000
    })
    await console.open('/alarms', page)
    await page.getByText(/The clock of this computer is 7m 1\ds behind/).waitFor()
    await until(async () => apart(await page.locator('header .num').first().textContent(), 8) < 5_000)
  })

  it('leads a new installation from the first sign-in to an agent that is heard, left and come back to', async () => {
    const { page } = await console.browser.person({})
    await page.goto(`${fresh.address}/`)
    await page.locator('input[name=user]').fill('admin')
    await page.locator('input[name=password]').fill(ADMIN_PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/welcome/)
    await page.getByRole('link', { name: 'Leave for now' }).click()
    await page.waitForURL(/\/overview/)
    await page.getByText('this installation has no site').waitFor()
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel("Customer's name").fill('Acme Ltd')
    await page.getByLabel("Site's name").fill('Head office')
    await page.getByRole('button', { name: 'Make site' }).click()
    await page.getByRole('button', { name: 'Make token' }).click()
    await page.locator('[data-install=enrol] pre').waitFor()
    const { searchParams } = new URL(page.url())
    fresh.joining.asks(searchParams.get('token') as string, { host: 'office-mon01' })
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('dialog').getByLabel('Agent id (optional)').fill('agent-office-1')
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await page.locator('[data-step=certificate][data-state=done]').waitFor()
    fresh.arrives('agent-office-1', { ...(console.api.devices[0] as DeviceRow), id: 'head-office.one' })
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('The first agent is here').waitFor()
    await page.getByRole('link', { name: /^Add devices of the site/ }).click()
    await page.waitForURL(/\/sites\/head-office/)

    // a second sign-in leads where every other does
    const again = await console.browser.person({})
    await again.page.goto(`${fresh.address}/`)
    await again.page.locator('input[name=user]').fill('admin')
    await again.page.locator('input[name=password]').fill(ADMIN_PASSWORD)
    await again.page.keyboard.press('Enter')
    await again.page.waitForURL(/\/overview/)
  })
})

/** ms between a written time, in a zone so many hours from UTC, and now. */
function apart(text: string | null, hours: number): number {
  const at = Date.parse(`${(text ?? '').trim().slice(0, 19).replace(' ', 'T')}Z`) - hours * 3_600_000
  return Math.abs(at - Date.now())
}
