// The whole way on screen: a simulated site, a real agent, a real collector, and people at its console. One installation, one
// browser; who else is needed has a context of their own.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { type Browser, goTo, openBrowser, type Person, settled, signIn } from '../support/browser.ts'
import { freePorts } from '../support/free-ports.ts'
import { ADMIN_PASSWORD, type Installation, startInstallation } from '../support/installation.ts'
import { CHROMIUM } from '../support/open-console.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite } from '../support/virtual-site/virtual-site.ts'
import { buildConsole } from './build-console.ts'

const LONG = { timeout: 60_000 }
const PASSWORD = 'a night shift password'
const RULE = {
  id: 'ups-load',
  title: { en: 'UPS carries much', 'zh-CN': 'UPS carries much' },
  selector: { sites: ['hq'] },
  condition: { type: 'threshold', metric: 'ups.output.load', above: 80, clear: 70 },
  // a rule that may page must have been tried on the past; this one may not
  ...{ severity: 'minor', alarmType: 'power.load', shadow: true },
  text: { en: '{{device}} at {{value}} %', 'zh-CN': '{{device}} {{value}} %' },
}

describe.skipIf(!CHROMIUM)('console of a real collector (chromium)', () => {
  let site: VirtualSite
  let installation: Installation
  let browser: Browser
  let page: Page
  let base: string
  /** Between the first person's browser and the collector. */
  let wire: TcpProxy
  let direct: string
  let sink: Server
  const messages: string[] = []

  beforeAll(async () => {
    await buildConsole()
    const [trapPort] = (await freePorts(1)) as [number]
    const trapsTo = { host: '127.0.0.1', port: trapPort }
    site = createVirtualSite({ devices: SMALL_SITE, trapsTo })
    await site.start()
    sink = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (part) => messages.push(part))
      request.on('end', () => response.end('{"taken":"as it is"}'))
    })
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`
    installation = await startInstallation({
      broker: 'embedded' as const,
      ports: { trapPort },
      devices: site.asAgentDevices({ intervalMs: 3000, timeoutMs: 1000 }) as never,
      agentConfig: { inputs: { traps: trapsTo } },
      collectorConfig: {
        notify: { channels: [{ kind: 'webhook', id: 'duty', url, secret: 'a-shared-secret', allowPrivate: true }] },
      },
    })
    direct = installation.api.base
    wire = await startTcpProxy({ host: '127.0.0.1', port: installation.ports.http })
    base = `http://127.0.0.1:${wire.port}`
    browser = await openBrowser({ executable: CHROMIUM })
    page = browser.page
    await signIn(page, base, 'admin', ADMIN_PASSWORD)
  }, 180_000)
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await wire?.stop()
    await installation?.stop()
    await site?.stop()
    await new Promise((resolve) => sink?.close(resolve) ?? resolve(undefined))
  })

  const open = (path: string) => goTo(page, base, path)
  const dialog = (on: Page = page) => on.locator('[role=dialog]')
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: typeof name === 'string' })
  const field = (name: string, within: Page | Locator = page) =>
    within.getByLabel(new RegExp(`^${RegExp.escape(name)}( \\*)?$`)).and(within.locator('input, select, textarea'))
  const linkDown = (on: Page = page) => on.locator('[role=row][data-alarm]', { hasText: /GigabitEthernet\S+ is down/i })
  const colleague = async (): Promise<Person> => {
    const names = (await installation.api.get<{ items: { name: string }[] }>('/api/v1/users')).items.map((u) => u.name)
    if (!names.includes('wei'))
      await installation.api.post('/api/v1/users', { name: 'wei', role: 'admin', password: PASSWORD })
    const person = await browser.person()
    await signIn(person.page, direct, 'wei', PASSWORD)
    return person
  }
  /** What the browser noted while nobody answered is no complaint about the console. */
  const told = (of: { complaints: string[] } = browser) =>
    of.complaints.splice(0).filter((l) => !/ERR_|40[19]|50\d/.test(l))

  it('two people see a cut link come, taken by keyboard, and go by the rule: over and acknowledged', async () => {
    await using other = await colleague()
    expect(await linkDown().count()).toBe(0)
    await site.fault('link-down')
    // a trap before the first poll knows its port by number only; the alarm to act on is the one with the port's name
    const row = linkDown().first()
    await row.waitFor(LONG)
    await linkDown(other.page).first().waitFor(LONG)
    await row.getByRole('checkbox').check()
    await page.keyboard.press('a')
    await page.getByRole('textbox', { name: 'Note' }).fill('Seen')
    await page.keyboard.press('Control+Enter')
    await row.getByText('Acked').waitFor(LONG)
    const theirs = linkDown(other.page).first()
    await theirs.getByText('Acked').waitFor(LONG)
    await theirs.getByText('admin').waitFor()
    await site.clear('link-down')
    await row.waitFor({ ...LONG, state: 'detached' })
    await theirs.waitFor({ ...LONG, state: 'detached' })
    const id = (await installation.api.all<AlarmRow>('/api/v1/alarms?all=true')).find((a) => a.ackNote === 'Seen')
    expect(id).toMatchObject({ isCleared: true, operatorState: 'ack', ackBy: 'admin' })
    expect(told(other)).toEqual([])
  }, 120_000)

  it('has an incident of it, with evidence, who was told and why, and its end', async () => {
    await open('/incidents')
    const incidents = await installation.api.all<{ id: string; title: string }>('/api/v1/incidents')
    const mine = incidents.find((one) => /is down/i.test(one.title)) ?? incidents[0]
    await open(`/incidents/${mine?.id}`)
    await page.locator('[data-evidence]').first().waitFor(LONG)
    await page.locator('[data-kind=alarm-cleared]').first().waitFor(LONG)
    await until(() => messages.some((body) => /is down/i.test(body)), { timeoutMs: 30_000, what: 'a message' })
    const alarms = await installation.api.all<AlarmRow>('/api/v1/alarms?all=true')
    const alarm = alarms.find((a) => a.ackNote === 'Seen')
    await open(`/alarms?view=all&alarm=${alarm?.id}`)
    await dialog().locator('[data-trace] li').first().waitFor(LONG)
    await dialog().locator('[data-told] li').first().waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)

  it('misses nothing while its stream is cut: what came and went meanwhile stands as the collector has it', async () => {
    await using other = await colleague()
    await open('/alarms')
    const before = await idsOn(page)
    wire.cut()
    await page.getByText(/Connection lost. Data from/).waitFor(LONG)
    await site.fault('power-loss')
    await site.fault('cpu-high')
    await other.page
      .locator('[data-alarm]', { hasText: /battery/i })
      .first()
      .waitFor(LONG)
    // somebody works meanwhile
    const [first] = await idsOn(other.page)
    await installation.api.post('/api/v1/alarms/actions', { action: 'acknowledge', ids: [first], note: 'meanwhile' })
    expect(await idsOn(page)).toEqual(before)
    await wire.restore()
    await page.getByText('Connection lost').waitFor({ ...LONG, state: 'detached' })
    const same = async () => {
      const { items } = await installation.api.get<{ items: { id: string }[] }>('/api/v1/alarms/board?limit=200')
      const [shown, theirs] = [await idsOn(page), items.map((row) => row.id)]
      return shown.length > 0 && [...shown].sort().join() === theirs.sort().join()
    }
    await until(same, { timeoutMs: 30_000, what: 'the table to be what the collector has' })
    await page.locator(`[data-alarm="${first}"]`).getByText('Acked').waitFor(LONG)
    await site.clear('power-loss')
    await site.clear('cpu-high')
    expect(told()).toEqual([])
  }, 120_000)

  it('makes a rule that says what it selects, and shows both sides when two people change it', async () => {
    await installation.api.post('/api/v1/rules', { rule: RULE })
    await using other = await colleague()
    await open('/rules/ups-load')
    await page.locator('[data-selects=some][data-busy=false]').waitFor(LONG)
    await goTo(other.page, direct, '/rules/ups-load')
    await field('Above').fill('85')
    await field('Above', other.page).fill('90')
    await button('Save', other.page).click()
    await until(async () => (await conditionOf()).above === 90, { timeoutMs: 20_000, what: "the other's change" })
    await button('Save').click()
    await dialog().locator('[data-conflict] li').first().waitFor(LONG)
    await button('Back to the form', dialog()).click()
    expect(await field('Above').inputValue()).toBe('85')
    await button('Save').click()
    await dialog().locator('[data-conflict] li').first().waitFor(LONG)
    await button('Save the choice', dialog()).click()
    await dialog().waitFor({ ...LONG, state: 'detached' })
    expect([...told(), ...told(other)]).toEqual([])
  }, 120_000)

  it('keeps what was typed in a rule when the session ends under it, and saves it after signing in', async () => {
    await open('/rules/ups-load')
    await field('Above').fill('88')
    await browser.context.clearCookies()
    // what is read in the background may notice first
    await button('Save')
      .click({ timeout: 3000 })
      .catch(() => undefined)
    await dialog().locator('input[type=password]').fill(ADMIN_PASSWORD)
    await dialog().locator('button[type=submit]').click()
    await dialog().waitFor({ ...LONG, state: 'detached' })
    expect(await field('Above').inputValue()).toBe('88')
    await button('Save').click()
    await until(async () => (await conditionOf()).above === 88, { timeoutMs: 20_000, what: 'the change' })
    expect(told()).toEqual([])
  }, 120_000)

  const conditionOf = async () =>
    (await installation.api.get<{ rule: { condition: { above: number } } }>('/api/v1/rules/ups-load')).rule.condition

  it('holds the alarms of a device in a window made in three clicks, and says so where they are', async () => {
    await open('/devices/hq.access-1')
    await button('Maintenance').click()
    await button('4 h', dialog()).click()
    await button('Make window', dialog()).click()
    await dialog().waitFor({ ...LONG, state: 'detached' })
    await site.fault('link-down')
    await open('/maintenance?view=suppressed')
    const held = page.locator('[data-row]', { hasText: /is down/i })
    await held.first().waitFor(LONG)
    await open('/maintenance')
    await page.locator('[data-row]', { hasText: 'Maintenance of' }).first().waitFor(LONG)
    await site.clear('link-down')
    expect(told()).toEqual([])
  }, 120_000)

  it("shows a channel's real answer, and every message that was sent", async () => {
    await open('/notifications?view=channels')
    await button('Test of duty').click()
    await dialog().locator('[data-channel-test=true]').getByText('taken').waitFor(LONG)
    await page.keyboard.press('Escape')
    await open('/notifications?view=log')
    await page.locator('tbody tr').first().waitFor(LONG)
    expect(told()).toEqual([])
  }, 60_000)

  it('draws what was measured, and what depends on what', async () => {
    await open('/devices')
    await page.locator('tbody a').first().click()
    await page.locator('[data-chart] canvas').first().waitFor(LONG)
    await open('/sites/hq?part=dependencies')
    expect(told()).toEqual([])
  }, 60_000)

  it('opens every screen, and asks nothing that is refused', { timeout: 120_000 }, async () => {
    const first = async (list: string) =>
      (await installation.api.get<{ items: { id: string }[] }>(`/api/v1/${list}?limit=1`)).items[0]?.id ?? ''
    const [device, incident] = [await first('devices'), await first('incidents')]
    const parts = (of: string, names: readonly string[]) => names.map((name) => `${of}?part=${name}`)
    told()
    for (const path of [
      ...['/overview', '/alarms', '/history', '/incidents', '/incidents?as=board', `/incidents/${incident}`, '/events'],
      ...['/events?view=unknown', '/events?view=definitions', '/devices', `/devices/${device}`, '/sites', '/sites/hq'],
      ...parts(`/devices/${device}`, ['interfaces', 'sensors', 'charts', 'events', 'inventory', 'diagnosis']),
      ...parts('/sites/hq', ['topology', 'links', 'dependencies', 'discovery', 'credentials', 'settings', 'profiles']),
      ...[
        '/customers',
        '/agents',
        '/agents?view=requests',
        '/agents?view=tokens',
        '/agents/add',
        '/rules',
        '/rules/link-down',
      ],
      ...parts('/rules/link-down', ['overrides', 'back-test', 'shadow', 'evaluations']),
      ...['/maintenance', '/maintenance?view=suppressed', '/maintenance?view=inhibitions', '/notifications'],
      ...['/notifications?view=channels', '/notifications?view=log', '/wallboards', '/users', '/users?view=roles'],
      ...['/users?view=failed', '/tokens', '/audit', '/health'],
    ]) {
      await open(path)
      await settled(page)
      expect(await page.locator('main [role=alert]').allTextContents(), path).toEqual([])
      // of a rule that was never tried on the past there is no back-test
      expect(
        browser.complaints.splice(0).filter((line) => !/404.*\/back-test$/.test(line)),
        path,
      ).toEqual([])
    }
  })

  it('makes a token that works until it is revoked, and an account that may only look; both are in the audit log', async () => {
    await open('/tokens')
    await button('Make a token').click()
    await field('What it is for', dialog()).fill('Grafana')
    await button('Make', dialog()).click()
    const token = String(await dialog().locator('pre').first().textContent()).trim()
    const asked = () => fetch(`${direct}/api/v1/alarms`, { headers: { authorization: `Bearer ${token}` } })
    expect((await asked()).status).toBe(200)
    await button('I have kept it', dialog()).click()
    await page.locator('tr', { hasText: 'Grafana' }).getByRole('button').last().click()
    await button('Revoke', dialog()).click()
    await until(async () => (await asked()).status === 401)

    await open('/users')
    await button('Add a user').click()
    await field('User', dialog()).fill('looker')
    await field('Role', dialog()).selectOption('viewer')
    await button('Add', dialog()).click()
    const password = String(await dialog().locator('pre').first().textContent()).trim()
    await using looker = await browser.person()
    await signIn(looker.page, direct, 'looker', password)
    await looker.page.locator('[role=row][data-alarm]').first().waitFor(LONG)
    expect(await looker.page.locator('a[href="/users"]').count()).toBe(0)
    expect(await looker.page.locator('[role=row] input[type=checkbox]').count()).toBe(0)
    await page.keyboard.press('Escape')

    await open('/audit')
    await page.getByText('Grafana').first().waitFor()
    await page.getByText('looker').first().waitFor()
    await button('Check the chain').click()
    await page.getByText(/Whole: \d+ entries, none changed/).waitFor(LONG)
    expect(told()).toEqual([])
  })

  it('shows a wall what stands, without a session, until its link is revoked', async () => {
    const { id, token } = await installation.api.post<{ id: string; token: string }>('/api/v1/kiosks', {
      name: 'Control room',
      customers: null,
    })
    await using wall = await browser.person({ width: 1920, height: 1080 })
    await wall.page.goto(`${direct}/kiosk/map#token=${token}`)
    await wall.page.locator('[data-board=map][data-stale=false]').waitFor(LONG)
    expect(wall.page.url()).not.toContain(token)
    await installation.api.remove(`/api/v1/kiosks/${id}`)
    await wall.page.getByText('This link is not valid, or not any more').waitFor(LONG)
  })

  it('says that the collector is away, opens another screen meanwhile, and goes on by itself when it is back', async () => {
    // the console fetches the rest of itself in the background
    await page.waitForFunction(() => {
      const fetched = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
      const last = Math.max(...fetched.filter((e) => /\.(js|css)$/.test(e.name)).map((e) => e.responseEnd))
      return fetched.some((e) => e.name.includes('events-screen')) && performance.now() - last > 3000
    })
    await open('/devices')
    await installation.collector.kill()
    await page.getByText(/Connection lost. Data from/).waitFor(LONG)
    await page.locator('a[href="/events"]').last().click()
    await page.getByText('The collector does not answer').first().waitFor(LONG)
    await installation.collector.start()
    await page.locator('tbody tr').first().waitFor(LONG)
    await page.getByText(/Connection lost/).waitFor({ ...LONG, state: 'detached' })
    expect(told()).toEqual([])
  }, 120_000)
})

/** Alarms in sight. */
function idsOn(page: Page): Promise<string[]> {
  return page.locator('[data-alarm]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-alarm') ?? ''))
}
