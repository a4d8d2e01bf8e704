// The console in a real browser against the real API, guard, live stream and CSP. What an operator does first is done
// here by mouse and by keyboard; the data behind it is made up (console-scenario). A real collector: console-live.test.ts.
import { gzipSync } from 'node:zlib'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'
import { FIRST_LOAD_LIMIT_KB } from '../../web/first-load.ts'
import { signIn } from '../support/browser.ts'
import type { ConsoleApi } from '../support/console-scenario/console-api.ts'
import { startConsoleApi } from '../support/console-scenario/console-api.ts'
import { alarmOf } from '../support/console-scenario/faults.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { ADMIN_PASSWORD } from '../support/test-api.ts'
import { until } from '../support/until.ts'

describe.skipIf(!CHROMIUM)('console (chromium)', () => {
  let console: OpenConsole
  let api: ConsoleApi
  let page: Page
  let open: OpenConsole['open']

  beforeAll(async () => {
    console = await openConsole()
    ;({ api, page, open } = console)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const row = (text: string) => page.locator('[role=row]', { hasText: text })
  const raise = (id: string, text: string, severity: 'critical' | 'minor' = 'critical') => {
    const alarm = alarmOf(id, api.devices[0] as DeviceRow, severity, text, Date.now())
    api.put(alarm)
    return alarm
  }
  it('refuses a wrong password in words, then lets in and goes where the link pointed', async () => {
    await using fresh = await console.browser.person()
    const { page } = fresh
    await page.goto(`${api.address}/incidents/inc-1042`)
    await page.locator('input[name=user]').fill('admin')
    await page.locator('input[name=password]').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('User or password is wrong').waitFor()
    await page.locator('input[name=password]').fill(ADMIN_PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL(/incidents\/inc-1042/)
    await page.getByText('Line 7 switch does not answer', { exact: true }).waitFor()
    // the refused sign-in is the only thing the browser may have noted
    expect(fresh.complaints.filter((c) => !c.includes('401'))).toEqual([])
  })

  it('fetches less than a quarter of a megabyte until the signed-in list stands', async () => {
    await using fresh = await console.browser.person({ language: 'zh-CN' })
    const sizes = new Map<string, Promise<number>>()
    let counting = true
    fresh.page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (!counting || pathname.startsWith('/api/')) return
      sizes.set(
        pathname,
        response.body().then(
          (body) => gzipSync(body).length,
          () => 0,
        ),
      )
    })
    await signIn(fresh.page, api.address, 'admin', ADMIN_PASSWORD)
    await fresh.page.locator('[data-alarm]').first().waitFor()
    counting = false
    const files = await Promise.all([...sizes].map(async ([name, size]) => ({ name, bytes: await size })))
    const kb = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024
    expect(files.length).toBeGreaterThan(5)
    expect(kb).toBeGreaterThan(100)
    const largest = files
      .sort((a, b) => b.bytes - a.bytes)
      .map(({ name, bytes }) => `${name} ${Math.round(bytes / 1024)}`)
    expect(kb, largest.join('\n')).toBeLessThan(FIRST_LOAD_LIMIT_KB)
  })

  it('shows a new alarm without a reload and takes it away when it leaves the list', async () => {
    await open('/alarms')
    const alarm = raise('live-1', 'Fan tray 1 has failed')
    await row('Fan tray 1').waitFor()
    api.put({ ...alarm, text: 'Fan tray 1 is back', isCleared: true, clearedAt: Date.now() })
    await row('Fan tray 1 is back').getByText('Cleared').waitFor()
    api.put(alarm, false)
    await row('Fan tray 1').waitFor({ state: 'detached' })
  })

  it('filters by counters, view and text, and keeps all of it in the address', async () => {
    await open('/alarms')
    await page.getByRole('button', { name: /^Critical/ }).click()
    await page.waitForURL(/severity=/)
    await row('GigabitEthernet0/7').waitFor({ state: 'detached' })
    expect(await page.locator('[data-alarm]').count()).toBe(2)
    await page.keyboard.press('/')
    await page.keyboard.type('battery')
    await page.waitForURL(/q=battery/)
    await row('Line 7').waitFor({ state: 'detached' })
    await page.reload()
    await row('runs on battery').waitFor()
    expect(await page.locator('[data-alarm]').count()).toBe(1)
    await open('/alarms?view=shelved')
    await row('CPU 92').waitFor()
  })

  it('acknowledges by keyboard with a note that everybody sees', async () => {
    await open('/alarms')
    await row('Line 7').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('a')
    await page.getByRole('textbox', { name: 'Note' }).fill('On it')
    await page.keyboard.press('Control+Enter')
    await row('Line 7').getByText('Acked').waitFor()
    expect(api.alarms().find((a) => a.id === 'a-01')).toMatchObject({ operatorState: 'ack', ackNote: 'On it' })
    await using second = await console.person()
    await open('/alarms', second.page)
    await second.page.locator('[role=row]', { hasText: 'Line 7' }).getByText('Acked').waitFor()
    api.put({ ...(api.alarms().find((a) => a.id === 'a-01') as AlarmRow), ackBy: 'wei' })
    await second.page.locator('[role=row]', { hasText: 'Line 7' }).getByText('wei').waitFor()
  })

  it('shelves several with an end, and finds them again', async () => {
    await open('/alarms')
    for (const text of ['Battery temperature', 'Certificate of']) await row(text).getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Shelve', exact: true }).click()
    await page.getByRole('button', { name: '4 h' }).click()
    await page.locator('[role=dialog]').getByRole('button', { name: 'Shelve 2 alarms' }).click()
    await row('Battery temperature').waitFor({ state: 'detached' })
    const until4h = api.alarms().find((a) => a.id === 'a-08')?.shelvedUntil ?? 0
    expect(Math.abs(until4h - Date.now() - 4 * 3_600_000)).toBeLessThan(60_000)
    await page.getByRole('button', { name: /^Shelved/ }).click()
    await row('Battery temperature').waitFor()
  })

  it('shows symptoms below their cause, and acknowledges all that match by keyboard', async () => {
    const suppression = { by: 'cause', holds: 'incident', ref: 'storm-0', why: '', since: 0, until: null } as const
    for (let i = 0; i < 3; i++) raise(`storm-${i}`, `Storm ${i}`)
    const symptom = alarmOf('storm-9', api.devices[0] as DeviceRow, 'minor', 'Hangs on storm 0', Date.now())
    api.put({ ...symptom, suppression })
    await open('/alarms?q=storm')
    await row('Storm 0').getByText('+1').click()
    await page.locator('[data-depth="1"]', { hasText: 'Hangs on storm 0' }).waitFor()
    await row('Storm 0').getByText('+1').click()
    await row('Hangs on').waitFor({ state: 'detached' })
    await page.keyboard.press('*')
    await page.getByText('3 selected').waitFor()
    await page.keyboard.press('a')
    await page.getByRole('textbox', { name: 'Note' }).fill('One storm')
    await page.keyboard.press('Control+Enter')
    await page.getByText('3 done, 0 refused').waitFor()
    await page.keyboard.press('Escape')
    const left = api.alarms().filter((a) => a.id.startsWith('storm-') && a.ackNote !== 'One storm')
    expect(left.map((a) => a.id)).toEqual(['storm-9'])
    for (const one of api.alarms()) if (one.id.startsWith('storm-')) api.put(one, false)
  })

  it('holds still under the hand and lets the new one in on request', async () => {
    await open('/alarms')
    const grid = page.locator('[role=grid]')
    await grid.hover()
    await page.mouse.move(600, 300)
    await page.mouse.move(610, 305)
    raise('live-2', 'Rack door is open')
    await page.getByRole('button', { name: '1 new' }).waitFor()
    expect(await row('Rack door').count()).toBe(0)
    await page.getByRole('button', { name: '1 new' }).click()
    await row('Rack door').waitFor()
  })

  it('says how old the data is while the stream is cut, and misses nothing after it', async () => {
    const { hostname, port } = new URL(api.address)
    const link = await startTcpProxy({ host: hostname, port: Number(port) })
    try {
      const address = `http://127.0.0.1:${link.port}`
      await using other = await console.browser.person()
      await signIn(other.page, address, 'admin', ADMIN_PASSWORD)
      await other.page.locator('[data-alarm]').first().waitFor()
      link.cut()
      await other.page.getByText(/Connection lost. Data from \d\d:\d\d:\d\d, \d+ s old/).waitFor()
      raise('live-3', 'Raised while the console was cut off')
      await link.restore()
      await other.page.locator('[role=row]', { hasText: 'while the console was cut off' }).waitFor()
      await other.page.getByText('Connection lost').waitFor({ state: 'detached' })
    } finally {
      await link.stop()
    }
  })

  it('shows an incident with evidence as tables, takes a note, assigns and runs a diagnostic', async () => {
    await open('/incidents/inc-1042')
    await page.locator('[data-evidence=ping]').getByText('100 %').waitFor()
    await page.locator('[data-evidence=snmp-table]').getByText('down (2)').waitFor()
    await page.getByPlaceholder('Add what you found').fill('Power is back at 14:20')
    await page.getByRole('button', { name: 'Add note' }).click()
    await page.locator('[data-kind=note]').getByText('Power is back at 14:20').waitFor()
    await page.getByRole('button', { name: 'Take it' }).click()
    await page.getByRole('button', { name: 'Take it' }).waitFor({ state: 'detached' })
    const before = await page.locator('[data-evidence=ping]').count()
    await page.getByRole('button', { name: 'Run diagnostic' }).first().click()
    await page.locator('[role=dialog]').getByLabel('Count').fill('0')
    await page.locator('[role=dialog]').getByRole('button', { name: 'Run diagnostic' }).click()
    // the number box keeps to the schema's bounds
    await until(async () => (await page.locator('[data-evidence=ping]').count()) > before, { what: 'the new evidence' })
  })

  it('moves an incident on the board by its menu, and says why it was resolved', async () => {
    await open('/incidents?as=board')
    const column = (name: string) => page.getByRole('region', { name, exact: true })
    await column('On site').getByText('Line 3 UPS battery').waitFor()
    await page.getByRole('button', { name: 'Move incident 1036' }).press('Enter')
    await page.getByRole('menuitem', { name: 'In progress' }).press('Enter')
    await column('In progress').getByText('Line 3 UPS battery').waitFor()
    await page.getByRole('button', { name: 'Move incident 1036' }).click()
    await page.getByRole('menuitem', { name: 'Resolved' }).click()
    await page.locator('[role=dialog]').getByLabel('What ended it').selectOption('workaround')
    await page.locator('[role=dialog]').getByLabel('Note').fill('Old battery bridged')
    await page.locator('[role=dialog]').getByRole('button', { name: 'Resolve' }).click()
    await column('Resolved').getByText('Line 3 UPS battery').click()
    await page.getByText('worked around', { exact: true }).waitFor()
    await page.locator('[data-kind=resolved]').getByText('Old battery bridged').waitFor()
  })

  it('keeps a note that was not sent over a reload, and sends a file with it that is only ever saved', async () => {
    await open('/incidents/inc-1037')
    await page.getByPlaceholder('Add what you found').fill('The spare part has come')
    await page.reload()
    const box = page.getByPlaceholder('Add what you found')
    await until(async () => (await box.inputValue()) === 'The spare part has come', { what: 'the draft' })
    const buffer = Buffer.from('<script>document.title = "owned"</script>')
    await page.locator('input[type=file]').setInputFiles({ name: 'a<b>.html', mimeType: 'text/html', buffer })
    await page.getByText('a_b_.html').waitFor()
    await page.getByRole('button', { name: 'Add note' }).click()
    const link = page.locator('[data-kind=note]').getByRole('link', { name: /a_b_\.html/ })
    await link.waitFor()
    expect(await box.inputValue()).toBe('')
    const [saved] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect(saved.suggestedFilename()).toBe('a_b_.html')
    await page.reload()
    await link.waitFor()
    expect(await box.inputValue()).toBe('')
  })

  it('tells who was slower that somebody else has taken it', async () => {
    await open('/incidents/inc-1038')
    await page.getByRole('button', { name: 'Take it' }).waitFor()
    await page.route('**/api/v1/live', (route) => route.abort())
    await page.route('**/incidents/inc-1038/assign', async (route) => {
      const seen = { assignee: 'admin', from: 'nora' }
      await route.continue({ postData: JSON.stringify(seen) })
    })
    await page.getByRole('button', { name: 'Take it' }).click()
    await page.getByText('Somebody was faster: it is assigned to nobody now.').waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })

  it('merges an incident into another, which then tells both stories', async () => {
    await open('/incidents/inc-1038')
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Merge into another' }).click()
    const dialog = page.locator('[role=dialog]')
    await dialog.getByPlaceholder('Number, or words').fill('1037')
    await dialog.getByRole('radio', { name: /#1037/ }).check()
    await dialog.getByText('#1038 is closed and points at #1037').waitFor()
    await dialog.getByRole('button', { name: 'Merge into another' }).click()
    await page.waitForURL(/incidents\/inc-1037/)
    await page.locator('[data-kind=merged]').getByRole('link', { name: '#1038' }).first().click()
    await page.getByText('It is closed: it was merged into').waitFor()
  })

  it('shows a device: ports with rates, a drawn chart, its events', async () => {
    await open('/devices')
    await page.getByPlaceholder('Search name').fill('3F')
    await page.locator('[data-row="hq.acc-sw-3f"]').getByRole('link').first().click()
    await page.waitForURL(/devices\/hq.acc-sw-3f/)
    await open('/devices/hq.acc-sw-3f?part=interfaces')
    await page.getByText('72.8 Mbit/s').first().waitFor()
    await open('/devices/hq.acc-sw-3f?part=events')
    await page.getByText('IF-MIB::linkDown').first().waitFor()
    await open('/devices/hq.acc-sw-3f?part=charts')
    await page.locator('[data-chart] canvas').first().waitFor()
    await page.getByText('7 d', { exact: true }).click()
    await page.waitForURL(/hours=168/)
  })

  it('follows a link right after something was typed, however late its screen comes', async () => {
    const other = await console.browser.context.newPage()
    const held = Promise.withResolvers<void>()
    await other.route(/device-screen/, async (route) => {
      await held.promise
      await route.continue()
    })
    await other.goto(`${api.address}/devices`)
    const link = other.locator('[data-row="hq.acc-sw-3f"]').getByRole('link').first()
    await link.waitFor()
    await other.getByPlaceholder('Search name').fill('3F')
    await link.click()
    const clicked = Date.now()
    await until(() => Date.now() > clicked + 500)
    held.resolve()
    await other.locator('[data-chart] canvas').waitFor()
    await other.close()
  })

  it('tells what kind of thing each device is by its figures, and how old they are when its site is silent', async () => {
    await open('/devices/hq.ups-a')
    await page.locator('[data-headline="ups.output-source"]').getByText('battery', { exact: true }).waitFor()
    await page.locator('[data-headline="ups.battery.runtime"]').getByText('42m 00s').waitFor()
    await page.locator('[data-headline="ups.battery.charge"]').click()
    await page.waitForURL(/metric=ups.battery.charge/)
    await open('/devices/hq.file-srv')
    await page.locator('[data-headline="storage.used"]', { hasText: '/srv' }).getByText('91 %').waitFor()
    await open('/devices/port.yard-srv')
    await page.getByText('The agent agent-port-0001 is not heard').waitFor()
    await page.locator('[data-headline="cpu.load"][data-stale=true] time').waitFor()
  })

  it('shows absolute times, and the time of the site on hover where that is another', async () => {
    await open('/devices/port.gate-sw')
    const elsewhere = page.locator('header time').first()
    expect(await elsewhere.textContent()).toMatch(/^\d\d(:\d\d:\d\d|-\d\d \d\d:\d\d)$/)
    const onHover = async (time: Locator) => {
      await time.page().mouse.move(0, 0)
      await time.hover()
      return (await time.getAttribute('title')) ?? ''
    }
    await until(async () => (await onHover(elsewhere)).includes('Europe/Berlin'), { what: 'the time of the site' })
    await open('/devices/hq.acc-sw-3f')
    await page.locator('header time').first().waitFor()
    expect(await onHover(page.locator('header time').first())).toMatch(/^2\d{3}-(?![\s\S]*Site:)/)
  })

  it('speaks Chinese at a click and remembers it', async () => {
    await open('/agents')
    await page.getByText('syslog · rate limit').waitFor()
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('menuitem', { name: '简体中文' }).click()
    await page.getByText('时钟偏差').waitFor()
    await page.reload()
    await page.getByText('时钟偏差').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.getByText('Syslog · 限速').waitFor()
    await page.locator('a[href="/alarms"]').last().click()
    await page.locator('[role=row]', { hasText: '链路中断' }).first().waitFor()
    await open('/agents')
    await page.getByRole('button', { name: '语言' }).click()
    await page.getByRole('menuitem', { name: 'English' }).click()
    await page.getByText('Clock offset').waitFor()
  })

  it('keeps what was typed when the session ends under it', async () => {
    await open('/incidents/inc-1041')
    await page.getByPlaceholder('Add what you found').fill('Half a thought')
    await console.browser.context.clearCookies()
    await page.getByRole('button', { name: 'Add note' }).click()
    await page.getByText('Your session has ended').waitFor()
    await page.locator('input[name=password]').fill(ADMIN_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByText('Your session has ended').waitFor({ state: 'detached' })
    expect(await page.getByPlaceholder('Add what you found').inputValue()).toBe('Half a thought')
  })

  it('scrolls through 50,000 alarms with a handful of rows on the page', { timeout: 120_000 }, async () => {
    await using big = await startConsoleApi({
      consoleDir: console.consoleDir,
      more: ({ devices, now }) =>
        Array.from({ length: 50_000 }, (_, i) =>
          alarmOf(`n-${i}`, devices[i % devices.length] as DeviceRow, 'minor', `Number ${i}`, now - i * 1000),
        ),
    })
    await using other = await console.browser.person()
    await signIn(other.page, big.address, 'admin', ADMIN_PASSWORD)
    const grid = other.page.locator('[role=grid]')
    await until(async () => Number(await grid.getAttribute('aria-rowcount')) > 50_000, { timeoutMs: 60_000 })
    expect(await other.page.locator('[data-alarm]').count()).toBeLessThan(100)
    await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await other.page.locator('[data-alarm]', { hasText: 'Number 49999' }).waitFor()
    await other.page.keyboard.press('/')
    await other.page.keyboard.type('49998')
    await until(async () => (await grid.getAttribute('aria-rowcount')) === '2', { timeoutMs: 20_000 })
  })
})
