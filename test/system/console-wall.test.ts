// A wallboard in a real browser, from the link an administrator makes to the screen that goes dark: what it shows without a
// session, what stays of its secret, and what it says when the collector is away.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceRow } from '#shared/http/inventory.ts'
import type { KioskRow } from '#shared/http/kiosk.ts'
import { seriousFindings } from '../support/accessibility.ts'
import type { Person } from '../support/browser.ts'
import { alarmOf } from '../support/console-scenario/faults.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

describe.skipIf(!CHROMIUM)('wallboards (chromium)', () => {
  let console: OpenConsole
  /** The browser of a screen on a wall: nobody ever signs in there. */
  let wall: Person
  let page: Page
  let link: string

  beforeAll(async () => {
    console = await openConsole()
    wall = await console.browser.person({ width: 1920, height: 1080 })
    page = wall.page
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const links = async (): Promise<KioskRow[]> => {
    const headers = { cookie: await console.api.api.signIn() }
    return (await console.api.api.app.inject({ url: '/api/v1/kiosks', headers })).json().items
  }
  const standing = (board: string, on = page) => on.locator(`[data-board=${board}][data-stale=false]`).waitFor()

  it('are linked to in the console: a name, what they show, and a link seen once', async () => {
    await console.open('/wallboards')
    await console.button('Make a link').click()
    await console.field('Name').fill('Control room')
    await console.dialog().getByRole('button', { name: 'Make a link' }).click()
    const made = console.dialog().locator('[data-link-made]')
    await made.getByLabel('Availability map').check()
    await made.getByLabel('Time zone').fill('Europe/Berlin')
    link = String(await made.locator('pre').textContent())
    expect(link).toMatch(
      /^http:\/\/[^/]+\/kiosk\/alarms\?rotate=alarms:30,map:30&zone=Europe\/Berlin#token=ork_[0-9a-f]{12}_[\w-]{43}$/,
    )
    await console.button('Done', console.dialog()).click()
    await console.page.locator('tr', { hasText: 'Control room' }).getByText('0 connected').waitFor()
    expect(await console.page.content()).not.toContain('ork_')
  })

  it('open without a session, keep no secret in reach, and show what happens', async () => {
    await page.goto(link.replace('rotate=alarms:30,map:30&', ''))
    await standing('alarms')
    await page.getByText('Line 7 switch does not answer').waitFor()
    const [row] = await links()
    expect(new URL(page.url())).toMatchObject({ hash: '', search: `?zone=Europe%2FBerlin&k=${row?.id}` })
    const left = await page.evaluate(
      'JSON.stringify([performance.getEntries(), document.cookie, localStorage, document.body.innerHTML])',
    )
    expect(left).not.toContain(link.split('#token=')[1])
    expect(await page.locator('time').textContent()).toContain('Europe/Berlin')
    console.api.put(alarmOf('wall-1', console.api.devices[0] as DeviceRow, 'critical', 'Fire in rack A1', Date.now()))
    await page.locator('li', { hasText: 'Fire in rack A1' }).getByText('Nobody has it').waitFor()
    await until(async () => (await links())[0]?.screens[0]?.connected === true)
    expect(await seriousFindings(page)).toEqual([])
    await page.goto(`${console.api.address}/kiosk/counters?k=${row?.id}&theme=light`)
    await standing('counters')
    expect(await seriousFindings(page)).toEqual([])
    expect(wall.complaints).toEqual([])
  })

  it('say how old they are when the collector is away, are never green then, and come back by themselves', async () => {
    const { hostname, port } = new URL(console.api.address)
    await using proxy = Object.assign(await startTcpProxy({ host: hostname, port: Number(port) }), {
      [Symbol.asyncDispose]: () => proxy.stop(),
    })
    await page.clock.install()
    await page.goto(`http://127.0.0.1:${proxy.port}/kiosk/map?k=${(await links())[0]?.id}`)
    await standing('map')
    proxy.cut()
    await page.clock.fastForward(20_000)
    const banner = page.getByRole('alert')
    await banner.waitFor()
    expect(await banner.textContent()).toMatch(/Data from \d\d:\d\d:\d\d, [2-9]\d s old/)
    expect(await page.evaluate('getComputedStyle(document.querySelector("main")).filter')).toBe('grayscale(1)')
    await proxy.restore()
    await page.clock.fastForward(10_000)
    await standing('map')
    await banner.waitFor({ state: 'detached' })
  })

  it('load themselves anew when the collector serves another build of the console', async () => {
    const id = (await links())[0]?.id
    let loads = 0
    await page.route(/\/kiosk\/alarms/, async (route) => {
      const response = await route.fetch()
      const body = await response.text()
      loads++
      // the first was built before the upgrade
      const old = body.replace(/(name="console-build" content=")[^"]+/, '$1before')
      await route.fulfill({ response, body: loads === 1 ? old : body })
    })
    await page.goto(`${console.api.address}/kiosk/alarms?k=${id}`)
    // the first, the look whether it can be loaded, and the one that stays
    await until(() => loads === 3)
    await standing('alarms')
    await page.unroute(/\/kiosk\/alarms/)
  })

  it('draw five thousand devices without holding the page up', async () => {
    console.api.fillMap(5000)
    await page.goto(`${console.api.address}/kiosk/map?k=${(await links())[0]?.id}`)
    await standing('map')
    await page.locator('canvas[aria-label*="5000"]').waitFor()
    const longest = Number(await page.evaluate(MOVE_OVER_MAP))
    expect(longest).toBeLessThan(100)
    expect(Number(await page.evaluate('document.querySelectorAll("*").length'))).toBeLessThan(200)
  })

  it('go dark when their link is revoked', async () => {
    await page.goto(`${console.api.address}/kiosk/alarms?k=${(await links())[0]?.id}`)
    await standing('alarms')
    await console.open('/wallboards')
    await console.page.locator('tr', { hasText: 'Control room' }).getByText('1 connected').waitFor()
    await console.button('Revoke Control room').click()
    await console.button('Revoke', console.dialog()).click()
    await page.getByText('This link is not valid, or not any more').waitFor()
    expect(await page.getByText('Line 7 switch').count()).toBe(0)
    await console.page.getByText('No wallboards yet').waitFor()
  })
})

/** What a hand does on the map at a desk; resolves with the longest answer to a movement, ms. */
const MOVE_OVER_MAP = `(async () => {
  const canvas = document.querySelector('canvas')
  const times = []
  for (let i = 0; i < 60; i++) {
    const from = performance.now()
    canvas.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 100 + i * 20, clientY: 300 }))
    times.push(performance.now() - from)
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)]
})()`
