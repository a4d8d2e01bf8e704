// A shift at the real thing: a new installation led to its first agent, and people who work on alarms and incidents of a
// simulated site, heard by a real agent, kept by a real collector. One installation for all of it but the first steps.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentDetail, IncidentRow } from '#shared/http/incidents.ts'
import { rowsOfCsv } from '../../web/src/ui/csv.ts'
import { type Browser, goTo, openBrowser, type Person, signIn } from '../support/browser.ts'
import { freePorts } from '../support/free-ports.ts'
import { ADMIN_PASSWORD, type Installation, startInstallation } from '../support/installation.ts'
import { type NewCollector, startNewCollector } from '../support/new-collector.ts'
import { CHROMIUM } from '../support/open-console.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'
import { buildConsole } from '../system/build-console.ts'

const LONG = { timeout: 60_000 }
const PASSWORD = 'a night shift password'
const NEW_PASSWORD = 'a sentence of my own'

/** A log line raises it at once, and it opens no incident: what becomes of it is people's work. */
const DOORS = {
  rules: [
    {
      id: 'door-open',
      title: { en: 'Door open', 'zh-CN': 'Door open' },
      condition: {
        type: 'event-match',
        match: { kind: 'log', pattern: 'Door (?P<door>[a-z0-9-]+) opened' },
        clear: { kind: 'log', pattern: 'Door (?P<door>[a-z0-9-]+) closed' },
      },
      ...{ severity: 'minor', alarmType: 'env.door', resource: 'door:{{door}}' },
      text: { en: 'Door {{door}} stands open', 'zh-CN': 'Door {{door}} stands open' },
    },
  ],
}

/** A way out of the folder, a script, a formula, and letters that turn round what follows. */
const HOSTILE_NAME = '../=1+1 <img src=x onerror=alert(1)>\u202egnp.html'
const EVERY_BYTE = Buffer.from(Array.from({ length: 1024 }, (_, i) => (i * 7) & 255))
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe.skipIf(!CHROMIUM)('work at the console of a real collector (chromium)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-live-work-'))
  let site: VirtualSite
  let installation: Installation
  let fresh: NewCollector
  let browser: Browser
  let page: Page
  /** A colleague with a browser of their own. */
  let other: Person
  let base: string
  let logsTo: { host: string; port: number }

  beforeAll(async () => {
    await buildConsole()
    const [trapPort, syslogUdpPort] = (await freePorts(2)) as [number, number]
    const trapsTo = { host: '127.0.0.1', port: trapPort }
    logsTo = { host: '127.0.0.1', port: syslogUdpPort }
    site = createVirtualSite({
      devices: [
        { id: 'access-1', model: 'access-switch', logStyle: 'cisco' },
        // its ports are its own: those of what has something silent behind it would be explained by that
        { id: 'core-1', model: 'core-switch' },
        { id: 'floor-1', name: 'Floor switch', model: 'access-switch' },
        { id: 'desk-1', name: 'Desk switch', model: 'access-switch' },
      ],
      ...{ trapsTo, logsTo, network: '127.0.48' },
    })
    await site.start()
    const behind: Record<string, string[]> = { 'floor-1': ['core-1'], 'desk-1': ['floor-1'] }
    const devices = site
      .asAgentDevices({ intervalMs: 2000, timeoutMs: 2000 })
      .map((device) => ({ ...device, parents: behind[device.id] ?? [] }))
    mkdirSync(join(dir, 'rules.d'))
    writeFileSync(join(dir, 'rules.d', 'doors.yaml'), stringify(DOORS))
    ;[installation, fresh, browser] = await Promise.all([
      startInstallation({
        broker: 'embedded' as const,
        ports: { trapPort, syslogUdpPort },
        devices: devices as never,
        collectorConfig: { rulesDir: join(dir, 'rules.d') },
      }),
      startNewCollector(),
      openBrowser({ executable: CHROMIUM }),
    ])
    base = installation.api.base
    page = browser.page
    // long before it is looked at: what hangs behind a switch that is silent
    for (const id of ['floor-1', 'desk-1']) site.device(id).setBehaviour('silent')
    await installation.api.post('/api/v1/users', { name: 'wei', role: 'noc', password: PASSWORD })
    other = await browser.person()
    await Promise.all([signIn(page, base, 'admin', ADMIN_PASSWORD), signIn(other.page, base, 'wei', PASSWORD)])
  }, 180_000)
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await fresh?.[Symbol.asyncDispose]()
    await installation?.stop()
    await site?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const open = (path: string, on: Page = page) => goTo(on, base, path)
  const dialog = (on: Page = page) => on.locator('[role=dialog]')
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: typeof name === 'string' })
  const field = (name: string, within: Page | Locator = page) =>
    within.getByLabel(new RegExp(`^${RegExp.escape(name)}( \\*)?$`)).and(within.locator('input, select, textarea'))
  const row = (text: string | RegExp, on: Page = page) => on.locator('[role=row][data-alarm]', { hasText: text })
  const told = (of: { complaints: string[] } = browser) =>
    of.complaints.splice(0).filter((l) => !/ERR_|40[019]|50\d|404.*\/alarms\/board\//.test(l))
  const say = async (what: string) => site.device('access-1').sendLog(logsTo, 188, `%DOOR-4-STATE: ${what}`)
  const openDoors = async (...names: readonly string[]) => {
    for (const name of names) await say(`Door ${name} opened`)
    await until(async () => (await doors(names)).length === names.length, { timeoutMs: 30_000, what: 'the doors' })
  }
  const alarms = () => installation.api.all<AlarmRow>('/api/v1/alarms?all=true')
  const doors = async (names: readonly string[]) =>
    (await alarms()).filter((a) => names.some((name) => a.resource === `door:${name}`))

  describe('first steps of an empty installation', () => {
    let person: Person
    let p: Page
    beforeAll(async () => {
      person = await browser.person({ anyCertificate: true })
      p = person.page
    })
    const step = (name: string, state: string) => p.locator(`[data-step=${name}][data-state=${state}]`)

    it('refuses wrong passwords, and goes on after a good one where it was left', async () => {
      await p.goto(`${fresh.base}/`)
      await p.locator('input[name=user]').fill('admin')
      await p.locator('input[name=password]').fill('not it')
      await p.keyboard.press('Enter')
      await p.getByText('User or password is wrong').waitFor(LONG)
      await p.locator('input[name=password]').fill(fresh.madePassword)
      await p.keyboard.press('Enter')
      await p.waitForURL(/\/welcome/)
      await field('Present password', p).fill('not it')
      await field('New password', p).fill('short')
      await p.getByText('At least 8 characters.', { exact: true }).waitFor()
      expect(await button('Change password', p).isDisabled()).toBe(true)
      await field('New password', p).fill(NEW_PASSWORD)
      await field('New password again', p).fill(`${NEW_PASSWORD}?`)
      await p.getByText('The two are not the same.').waitFor()
      await field('New password again', p).fill(NEW_PASSWORD)
      await button('Change password', p).click()
      await p.getByText('This is not your present password.').waitFor(LONG)
      await field('Present password', p).fill(fresh.madePassword)
      await button('Change password', p).click()
      await p.getByText('The password is changed').waitFor(LONG)
      // language and zone hold at once, and over a reload
      await p.getByText('简体中文', { exact: true }).click()
      await p.locator('html[lang=zh-CN]').waitFor()
      await p.reload()
      await p.locator('html[lang=zh-CN]').waitFor()
      await p.getByText('English', { exact: true }).click()
      await p.getByLabel("Times in this browser's zone").uncheck()
      await p.getByLabel('Time zone').fill('Europe/Berlin')
      await button('Next', p).click()
      await field("Customer's name", p).waitFor()
      expect(told(person)).toEqual([])
    })

    it('makes the first customer and site, keeps them over a reload, and refuses a name that is taken', async () => {
      await p.reload()
      await field("Customer's name", p).fill('Acme Ltd')
      await field("Site's name", p).fill('Head office')
      expect(await field('Time zone', p).inputValue()).toBe('Europe/Berlin')
      await button('Make site', p).click()
      await p.waitForURL(/site=head-office/)
      await p.reload()
      await button('Back', p).click()
      await p.getByText('There already: Head office').waitFor(LONG)
      await field("Site's name", p).fill('Head office again')
      await field('Id', p).fill('head-office')
      await button('Make site', p).click()
      await p.getByText(/there is a site "head-office"|There is a site “head-office”/i).waitFor(LONG)
      expect(await field("Site's name", p).inputValue()).toBe('Head office again')
      // nothing more is needed: the way on is open
      await p.goto(`${fresh.base}/welcome`)
      await button('Make token', p).waitFor(LONG)
      expect(told(person)).toEqual([])
    })

    it('sees the agent arrive that the shown command brings in, and says what comes next', async () => {
      await button('Make token', p).click()
      await p.locator('[data-install=enrol] pre').waitFor(LONG)
      // the token itself is gone with the page: another is made
      await p.reload()
      await p.getByText('The token was shown when it was made').waitFor(LONG)
      await button('Make another token', p).click()
      await button('Make token', p).click()
      const command = (await p.locator('[data-install=enrol] pre').textContent()) ?? ''
      const typed = fresh.type(command)
      const shown = p.locator('[data-step=asked] [data-fingerprint]')
      await shown.waitFor(LONG)
      const fingerprint = (await shown.getAttribute('data-fingerprint')) ?? ''
      await until(() => hexOf(typed.output()).includes(fingerprint), { timeoutMs: 30_000, what: typed.output() })
      await button('Approve', p).click()
      await button('Approve', dialog(p)).click()
      await step('certificate', 'done').waitFor(LONG)
      expect(await typed.code, typed.output()).toBe(0)
      fresh.startAgent()
      await step('contact', 'done').waitFor(LONG)
      await button('Done', p).click()
      await p.getByText('The first agent is here').waitFor(LONG)
      await p.getByRole('link', { name: /^Add devices of the site/ }).click()
      await p.waitForURL(/\/sites\/head-office/)
      await p.getByText('No devices yet').waitFor(LONG)
      await p.getByText('Let the agent look for them, add the first one by hand').waitFor()
      expect(told(person)).toEqual([])
    })

    it('lets nobody into the first steps without a session, and has nothing left to ask after them', async () => {
      await using late = await browser.person({ anyCertificate: true })
      await late.page.goto(`${fresh.base}/welcome`)
      await late.page.waitForURL(/\/login/)
      await late.page.locator('input[name=user]').fill('admin')
      await late.page.locator('input[name=password]').fill(NEW_PASSWORD)
      await late.page.keyboard.press('Enter')
      await late.page.getByText('The first agent is here').waitFor(LONG)
      expect(await late.page.locator('main input').count()).toBe(0)
      await person.context.close()
      await fresh[Symbol.asyncDispose]()
    })
  })

  describe('current alarms', () => {
    it('keeps a view, begins with it, and shares it and its address with a colleague', async () => {
      await openDoors('rack-1', 'rack-2', 'rack-3', 'gate-1')
      await open('/alarms')
      await button(/^Minor/).click()
      await page.getByRole('searchbox', { name: /^Search text/ }).fill('rack')
      await page.waitForURL(/q=rack/)
      await row('gate-1').waitFor({ ...LONG, state: 'detached' })
      await button('Raised').click()
      await button('Saved views').click()
      await page.getByRole('menuitem', { name: 'Save what is on screen' }).click()
      await field('Name', dialog()).fill('Rack doors')
      await dialog().getByLabel('Share it').check()
      await dialog().getByLabel('Begin with it').check()
      await button('Save', dialog()).click()
      await dialog().waitFor({ ...LONG, state: 'detached' })
      const mine = await idsOn(page)
      expect(mine.length).toBe(3)

      // as a link somebody sent
      await open(new URL(page.url()).pathname + new URL(page.url()).search, other.page)
      await row('rack-3', other.page).waitFor(LONG)
      expect(await idsOn(other.page)).toEqual(mine)
      // and from the menu
      await open('/alarms', other.page)
      await row('gate-1', other.page).waitFor(LONG)
      await button('Saved views', other.page).click()
      await other.page
        .getByRole('menuitemcheckbox', { name: /^Rack doors\s*from admin/ })
        .or(other.page.getByRole('menuitem', { name: /^Rack doors\s*from admin/ }))
        .click()
      await row('gate-1', other.page).waitFor({ ...LONG, state: 'detached' })
      expect(await idsOn(other.page)).toEqual(mine)

      await open('/alarms')
      await button('Rack doors').waitFor(LONG)
      await row('gate-1').waitFor({ ...LONG, state: 'detached' })
      expect(await idsOn(page)).toEqual(mine)
      await installation.api.put('/api/v1/alarm-views/default', { view: null })
      expect([...told(), ...told(other)]).toEqual([])
    })

    it('acknowledges all that a filter finds, with their count and how far it is', async () => {
      const names = Array.from({ length: 24 }, (_, i) => `hall-${i + 1}`)
      await openDoors(...names)
      await open('/alarms?q=hall')
      await page.getByText('24', { exact: true }).first().waitFor(LONG)
      await page.getByRole('checkbox', { name: 'Select all' }).check()
      await page.getByText('24 selected').waitFor()
      await button('Acknowledge').click()
      await field('Note', dialog()).fill('Painters at work')
      await button('Acknowledge 24 alarms', dialog()).click()
      await dialog().getByText('24 done, 0 refused').waitFor(LONG)
      expect(await dialog().getByRole('progressbar').getAttribute('value')).toBe('24')
      await page.keyboard.press('Enter')
      await dialog().waitFor({ ...LONG, state: 'detached' })
      await page
        .locator('[data-alarm][data-status=new]')
        .first()
        .waitFor({ ...LONG, state: 'detached' })
      for (const alarm of await doors(names))
        expect(alarm).toMatchObject({ operatorState: 'ack', ackBy: 'admin', ackNote: 'Painters at work' })
      expect(told()).toEqual([])
    })

    it('shelves until a time of the reader, where it is found again; assigns; changes a severity', async () => {
      const p = other.page
      await open('/preferences', p)
      await p.getByLabel("Times in this browser's zone").uncheck()
      await p.getByLabel('Time zone').fill('America/Lima')
      await until(async () => (await p.locator('[data-zone-now]').textContent())?.startsWith(lima(Date.now(), 10)))
      await open('/alarms?q=rack', p)
      const end = Math.ceil(Date.now() / 60_000) * 60_000 + 7_200_000
      await row('rack-1', p).getByRole('checkbox').check()
      await button('Shelve', p).click()
      await button('Until …', dialog(p)).click()
      await dialog(p).getByLabel('Until …').and(dialog(p).locator('input')).fill(lima(end, 16).replace(' ', 'T'))
      await dialog(p)
        .getByText(`Comes back by itself at ${lima(end, 16)}`)
        .waitFor()
      await dialog(p).getByRole('button', { name: 'Shelve', exact: true }).click()
      await row('rack-1', p).waitFor({ ...LONG, state: 'detached' })
      const shelved = await until(async () => (await doors(['rack-1'])).find((a) => a.operatorState === 'shelved'))
      expect(shelved.shelvedUntil).toBe(end)
      await button(/^Shelved/, p).click()
      await row('rack-1', p)
        .getByText(`until ${lima(end, 16).slice(11)}`)
        .or(row('rack-1', p).getByText(/^until /))
        .first()
        .waitFor(LONG)
      await button(/^Active/, p).click()

      await row('rack-2', p).getByRole('checkbox').check()
      await button('Assign', p).click()
      expect(await field('Owner', dialog(p)).inputValue()).toBe('wei')
      await dialog(p).getByRole('button', { name: 'Assign', exact: true }).click()
      await row('rack-2', p).getByText('wei').waitFor(LONG)
      await row('rack-3', p).getByRole('checkbox').check()
      await button('More', p).click()
      await p.getByRole('menuitem', { name: 'Change severity' }).click()
      await dialog(p)
        .getByRole('radio', { name: /Critical/ })
        .click()
      await dialog(p).getByRole('button', { name: 'Change severity', exact: true }).click()
      await p.locator('[data-alarm][data-severity=critical]', { hasText: 'rack-3' }).waitFor(LONG)
      // the other one sees both, by owner and by severity
      await open('/alarms?q=rack&owner=wei')
      await row('rack-2').waitFor(LONG)
      expect(await page.locator('[data-alarm]').count()).toBe(1)
      await open('/alarms?q=rack&severity=critical')
      await row('rack-3').waitFor(LONG)
      expect([...told(), ...told(other)]).toEqual([])
    })

    it('holds still under the hand, says how many are new, and lets them in', async () => {
      await open('/alarms?q=late')
      await openDoors('late-1')
      await row('late-1').waitFor(LONG)
      const grid = page.locator('[role=grid]')
      await grid.hover()
      await page.mouse.move(600, 300)
      // the hand stays on it however long the next one takes
      await row('late-1').getByRole('checkbox').check()
      await openDoors('late-2')
      await button('1 new').waitFor(LONG)
      expect(await row('late-2').count()).toBe(0)
      await button('1 new').click()
      await row('late-2').waitFor(LONG)
      expect(told()).toEqual([])
    })

    it('saves what is seen as CSV, and finds in the history what is over', async () => {
      await open('/alarms?q=rack&sort=device')
      await row('rack-2').waitFor(LONG)
      const [saved] = await Promise.all([page.waitForEvent('download'), button(/^Save \d+ alarms? as CSV/).click()])
      const [head, ...rows] = rowsOfCsv(readFileSync(await saved.path(), 'utf8')).map((line) => line.cells)
      const seen = await page.locator('[role=columnheader]').allTextContents()
      const ids = await idsOn(page)
      expect(rows.length).toBe(ids.length)
      for (const name of ['Severity', 'State', 'Site', 'Device', 'Text', 'Owner']) {
        const [at, there] = [seen.findIndex((s) => s.trim() === name), (head ?? []).indexOf(name)]
        expect([name, at >= 0, there >= 0]).toEqual([name, true, true])
        expect(rows.map((cells) => cells[there])).toEqual(await cellsOn(page, at + 1))
      }

      await say('Door gate-1 closed')
      await until(async () => (await doors(['gate-1'])).every((a) => a.isCleared))
      await open('/history')
      await page.getByRole('searchbox').fill('gate-1')
      const past = page.locator('tbody tr', { hasText: 'gate-1' })
      await past.first().waitFor(LONG)
      await field('State').selectOption({ label: 'Ended' })
      await past.first().waitFor(LONG)
      expect(await page.locator('tbody tr').count()).toBe(1)
      await field('State').selectOption({ label: 'Still there' })
      await page.getByText('Nothing in the history matches').waitFor(LONG)
      expect(told()).toEqual([])
    })

    it('folds what hangs behind a silent switch under it', async () => {
      await open('/alarms?q=switch')
      const cause = row('Floor switch does not answer')
      // it takes its rule so long to be sure
      await cause.getByText('+1').click({ timeout: 120_000 })
      await page.locator('[data-depth="1"]', { hasText: 'Desk switch does not answer' }).waitFor(LONG)
      await cause.getByText('+1').click()
      await row('Desk switch').waitFor({ ...LONG, state: 'detached' })
      await open('/alarms?view=suppressed')
      await row('Desk switch').waitFor(LONG)
      expect(told()).toEqual([])
    })

    it('makes an incident of alarms, and puts another into it', async () => {
      await openDoors('lab-1', 'lab-2', 'lab-3')
      await open('/alarms?q=lab-')
      for (const name of ['lab-1', 'lab-2']) await row(name).getByRole('checkbox').check()
      await button('Incident').click()
      await field('Title', dialog()).fill('Laboratory stands open')
      await button('Open incident', dialog()).click()
      await page.getByText(/Incident #\d+ is open/).waitFor(LONG)
      await row('lab-1').locator('a[href^="/incidents/"]').waitFor(LONG)
      const number = (await row('lab-1').locator('a[href^="/incidents/"]').textContent()) ?? ''
      await row('lab-3').getByRole('checkbox').check()
      await button('Incident').click()
      await dialog().getByRole('radio', { name: 'Existing incident' }).click()
      await dialog()
        .getByRole('radio', { name: /Laboratory stands open/ })
        .click()
      await button('Join', dialog()).click()
      await page.getByText(`1 alarm is in incident ${number} now`).waitFor(LONG)
      await row('lab-3').getByText(number).waitFor(LONG)
      await row('lab-3').locator('a[href^="/incidents/"]').click()
      await page.getByText('Laboratory stands open').first().waitFor(LONG)
      await page.getByText('Alarms (3)').waitFor(LONG)
      await page.locator('[data-kind=alarms-in]').first().waitFor(LONG)
      expect(told()).toEqual([])
    })
  })

  describe('incidents', () => {
    let mine: string
    const incidentOf = (id: string) => installation.api.get<IncidentDetail>(`/api/v1/incidents/${id}`)
    const byHand = (title: string) =>
      installation.api.post<IncidentDetail>('/api/v1/incidents', { title, site: 'hq', take: false, note: '' })

    it('opens one by hand, which stands on the table with its clock and on the board', async () => {
      await open('/incidents')
      await button('Open incident').click()
      await field('Title', dialog()).fill('Lift machine room is hot')
      await field('Site', dialog()).selectOption({ label: 'Head office · Acme Ltd' })
      await field('Device', dialog()).selectOption({ label: 'access-1' })
      await field('What was reported', dialog()).fill('Janitor called')
      await button('Open incident', dialog()).click()
      await page.waitForURL(/\/incidents\/./)
      mine = new URL(page.url()).pathname.split('/').at(-1) ?? ''
      await page.getByText('Janitor called').waitFor(LONG)
      await open('/incidents')
      const line = page.locator(`tbody tr[data-row="${mine}"]`)
      await line.getByRole('cell', { name: 'admin', exact: true }).waitFor(LONG)
      const at = (await page.locator('thead th').allTextContents()).findIndex((head) => head.trim() === 'SLA')
      expect((await line.locator('td').nth(at).textContent())?.trim()).toMatch(/\d/)
      await open('/incidents?as=board')
      const card = page.locator('article', { hasText: 'Lift machine room is hot' })
      await card.waitFor(LONG)
      await button(/^Move incident/, card).click()
      await page.getByRole('menuitem', { name: 'On site' }).click()
      const column = page.getByRole('region', { name: 'On site', exact: true })
      await column.getByText('Lift machine room is hot').waitFor(LONG)
      expect(told()).toEqual([])
    })

    it('keeps a note with files, which a colleague gets back as they were', async () => {
      await open(`/incidents/${mine}`, other.page)
      await open(`/incidents/${mine}`)
      await page.locator('input[type=file]').setInputFiles([
        { name: HOSTILE_NAME, mimeType: 'text/html', buffer: EVERY_BYTE },
        { name: 'rack.png', mimeType: 'image/png', buffer: PICTURE },
      ])
      await button('Take back rack.png').waitFor(LONG)
      await page.getByPlaceholder('Add what you found').fill('Fan stands still, see picture')
      await button('Add note').click()
      const note = other.page.locator('[data-kind=note]', { hasText: 'Fan stands still' })
      await note.waitFor(LONG)
      const links = note.locator('a[download]')
      const [saved] = await Promise.all([other.page.waitForEvent('download'), links.first().click()])
      expect(readFileSync(await saved.path()).equals(EVERY_BYTE)).toBe(true)
      // what is shown and saved is a plain name: no way out of a folder, no turned letters
      for (const name of [saved.suggestedFilename(), (await links.first().textContent()) ?? ''])
        expect(name).not.toMatch(/[\u202e/\\<>"|]|\.\./)
      const picture = note.locator('img')
      await picture.scrollIntoViewIfNeeded()
      const width = () => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
      await until(async () => (await width()) === 1, { timeoutMs: 30_000, what: 'the picture' })
      const [image] = await Promise.all([other.page.waitForEvent('download'), links.last().click()])
      expect(readFileSync(await image.path()).equals(PICTURE)).toBe(true)
      expect([...told(), ...told(other)]).toEqual([])
    })

    it('gives it to somebody at another tier, and shows who was faster when two do so', async () => {
      await open(`/incidents/${mine}`)
      await button('Assign, tier').click()
      await field('Assignee', dialog()).selectOption('wei')
      await field('Support tier', dialog()).selectOption('2')
      await button('Save', dialog()).click()
      await dialog().waitFor({ ...LONG, state: 'detached' })
      await page.locator('main header').getByText('Tier 2').waitFor(LONG)

      await open(`/incidents/${mine}`, other.page)
      for (const on of [page, other.page]) {
        await button('Assign, tier', on).click()
        await field('Support tier', dialog(on)).waitFor()
      }
      await field('Support tier', dialog(other.page)).selectOption('3')
      await button('Save', dialog(other.page)).click()
      await dialog(other.page).waitFor({ ...LONG, state: 'detached' })
      await field('Support tier', dialog()).selectOption('4')
      await field('Note on tier and urgency', dialog()).fill('The maker has to come')
      await button('Save', dialog()).click()
      await dialog().getByText('Somebody was faster: it is in tier 3 now.').waitFor(LONG)
      expect(await field('Note on tier and urgency', dialog()).inputValue()).toBe('The maker has to come')
      await button('Save', dialog()).click()
      await dialog().waitFor({ ...LONG, state: 'detached' })
      expect(await incidentOf(mine)).toMatchObject({ tier: 4, assignee: 'wei' })
      await other.page.getByText('The maker has to come').waitFor(LONG)
      expect([...told(), ...told(other)]).toEqual([])
    })

    it('links two, and merges two with all that belongs to them', async () => {
      const beside = await byHand('Water below the raised floor')
      await open(`/incidents/${mine}`)
      await button('Link').first().click()
      await dialog().getByPlaceholder('Number, or words of the title').fill('raised floor')
      await dialog()
        .getByRole('radio', { name: /Water below/ })
        .check()
      await button('Link', dialog()).click()
      await dialog().waitFor({ ...LONG, state: 'detached' })
      await page.getByRole('link', { name: /Water below the raised floor/ }).waitFor(LONG)
      await open(`/incidents/${beside.id}`)
      await page.getByRole('link', { name: /Lift machine room is hot/ }).waitFor(LONG)

      await openDoors('pit-1', 'pit-2')
      const ids = (await doors(['pit-1', 'pit-2'])).map((a) => a.id)
      const twin = await installation.api.post<IncidentDetail>('/api/v1/incidents', {
        ...{ title: 'Lift pit stands open', alarms: ids, take: false, note: 'Called twice' },
      })
      await open(`/incidents/${twin.id}`)
      await button('More actions').click()
      await page.getByRole('menuitem', { name: 'Merge into another' }).click()
      await dialog().getByPlaceholder('Number, or words of the title').fill('machine room')
      await dialog()
        .getByRole('radio', { name: /Lift machine room/ })
        .check()
      await dialog().getByText(`#${twin.number} is closed and points at`).waitFor()
      await button('Merge into another', dialog()).click()
      await page.waitForURL(new RegExp(`/incidents/${mine}$`))
      await page.locator(`[data-alarm="${ids[0]}"]`).waitFor(LONG)
      await page.locator(`[data-alarm="${ids[1]}"]`).waitFor(LONG)
      await page.getByText('Called twice').first().waitFor(LONG)
      await page.locator('[data-kind=merged]').getByText(`#${twin.number}`).first().waitFor(LONG)
      await open(`/incidents/${twin.id}`)
      await page.getByText('It is closed: it was merged into').waitFor(LONG)
      await page.locator(`main a[href="/incidents/${mine}"]`).first().waitFor()
      expect(told()).toEqual([])
    })

    it('is resolved with a word although alarms stand, and closed', async () => {
      await open(`/incidents/${mine}`)
      await button('Resolve').click()
      await dialog().getByText('2 of its alarms still stand.').waitFor(LONG)
      await field('What ended it', dialog()).selectOption('workaround')
      await field('Note', dialog()).fill('Fan from the shelf')
      await button('Resolve', dialog()).click()
      await dialog().waitFor({ ...LONG, state: 'detached' })
      await page.locator('[data-kind=resolved]').getByText('Fan from the shelf').waitFor(LONG)
      await page.locator('main').getByRole('button', { name: 'Close', exact: true }).click()
      await dialog().locator('button[type=submit]').click()
      await dialog().waitFor({ ...LONG, state: 'detached' })
      await button('Open a follow-up').waitFor(LONG)
      expect(await incidentOf(mine)).toMatchObject({ state: 'closed', resolution: 'workaround' })
      const open_ = await installation.api.get<{ items: IncidentRow[] }>('/api/v1/incidents?open=true')
      expect(open_.items.some((one) => one.id === mine)).toBe(false)
      expect(told()).toEqual([])
    })
  })

  it('counts on the overview what a fault of the site brings and takes, without a reload', async () => {
    await open('/overview')
    await page.evaluate(() => Object.assign(globalThis, { stays: true }))
    const tile = page.locator('[data-severity=major] b')
    const count = async () => Number(await tile.first().textContent())
    await tile.first().waitFor(LONG)
    const before = await count()
    const worst = page.locator('a', { hasText: 'Head office' }).first()
    await site.fault('link-down')
    await until(async () => (await count()) > before, { timeoutMs: 60_000, what: 'the counter to rise' })
    expect(await worst.getAttribute('title')).toMatch(/Major/)
    await site.clear('link-down')
    const link = async () => (await alarms()).filter((a) => a.alarmType === 'link.down' && !a.isCleared)
    await until(async () => (await link()).length === 0, { timeoutMs: 60_000, what: 'the link to be up' })
    const ids = (await alarms()).filter((a) => a.alarmType === 'link.down').map((a) => a.id)
    await installation.api.post('/api/v1/alarms/actions', { action: 'acknowledge', ids, note: '' })
    await until(async () => (await count()) === before, { timeoutMs: 60_000, what: 'the counter to fall' })
    expect(await page.evaluate(() => 'stays' in globalThis)).toBe(true)
    expect(told()).toEqual([])
  })

  it('shows right times, ages and freshness on a computer whose clock is five hours off', async () => {
    const p = await other.context.newPage()
    await p.addInitScript(() => {
      const Right = Date
      const off = 5 * 3_600_000
      globalThis.Date = new Proxy(Right, {
        construct: (of, args) => (args.length === 0 ? new Right(Right.now() + off) : Reflect.construct(of, args)),
        get: (of, key) => (key === 'now' ? () => Right.now() + off : Reflect.get(of, key)),
      })
    })
    await p.goto(`${base}/alarms?q=lab-1`)
    const clock = p.getByText(/The clock of this computer is (5h|4h 59m).* ahead/)
    await clock.waitFor(LONG)
    await button('Close', clock.locator('..')).click()
    await clock.waitFor({ state: 'detached' })
    const [alarm] = await doors(['lab-1'])
    const shown = row('lab-1', p).locator('time').first()
    expect(Date.parse((await shown.getAttribute('datetime')) ?? '')).toBe(alarm?.raisedAt)
    // wei's zone
    expect(await shown.textContent()).toBe(lima(alarm?.raisedAt ?? 0, 19).slice(11))
    const age = await row('lab-1', p).locator('[role=gridcell]').nth(4).textContent()
    expect(age).toMatch(/^\d+(s|m \d+s)$/)
    expect(await p.getByText(/Connection lost|Nothing comes/).count()).toBe(0)
    for (const path of ['/agents', '/overview', '/devices/hq.access-1', '/history', '/incidents']) {
      await open(path, p)
      expect(await p.locator('main').textContent(), path).not.toMatch(/\b[45]h \d\dm\b|silent for/)
    }
    await open('/alarms?q=lab-1', p)
    await row('lab-1', p).getByRole('checkbox').check()
    await button('Shelve', p).click()
    await button('15 min', dialog(p)).click()
    await dialog(p).getByRole('button', { name: 'Shelve', exact: true }).click()
    const shelved = await until(async () => (await doors(['lab-1'])).find((a) => a.operatorState === 'shelved'))
    const left = (shelved.shelvedUntil ?? 0) - Date.now()
    expect(left).toBeGreaterThan(5 * 60_000)
    expect(left).toBeLessThanOrEqual(15 * 60_000 + 2000)
    await p.close()
    expect(told(other)).toEqual([])
  })

  describe('what is typed', () => {
    let incident: string
    const signInAgain = async () => {
      await page.locator('[role=dialog] input[type=password]').fill(ADMIN_PASSWORD)
      await page.keyboard.press('Enter')
      await page.locator('[role=dialog] input[type=password]').waitFor({ ...LONG, state: 'detached' })
    }
    /** All that a filter finds, and a note typed. */
    const aboutToAcknowledge = async (q: string, note: string) => {
      await open(`/alarms?q=${q}`)
      await row(q).first().waitFor(LONG)
      await page.getByRole('checkbox', { name: 'Select all' }).check()
      await button('Acknowledge').click()
      await field('Note', dialog()).fill(note)
    }
    const acknowledged = async (name: string, note: string) =>
      until(async () => (await doors([name])).every((a) => a.ackNote === note), { timeoutMs: 30_000, what: note })

    it('of an incident and of an acknowledgement survives the end of the session', async () => {
      incident = (
        await installation.api.post<IncidentDetail>('/api/v1/incidents', {
          ...{ title: 'Cellar is dark', site: 'hq', take: false, note: '' },
        })
      ).id
      await open(`/incidents/${incident}`)
      await page.getByPlaceholder('Add what you found').fill('The lamp is there')
      await browser.context.clearCookies()
      await button('Add note')
        .click({ timeout: 3000 })
        .catch(() => undefined)
      await signInAgain()
      expect(await page.getByPlaceholder('Add what you found').inputValue()).toBe('The lamp is there')
      await button('Add note').click()
      await page.locator('[data-kind=note]', { hasText: 'The lamp is there' }).waitFor(LONG)

      await openDoors('yard-1', 'yard-2')
      await aboutToAcknowledge('yard-', 'The gardener')
      await browser.context.clearCookies()
      await page.keyboard.press('Control+Enter')
      await signInAgain()
      expect(await field('Note', dialog()).inputValue()).toBe('The gardener')
      await button('Acknowledge 2 alarms', dialog()).click()
      await dialog().getByText('2 done, 0 refused').waitFor(LONG)
      await acknowledged('yard-2', 'The gardener')
      await page.keyboard.press('Escape')
      expect(told()).toEqual([])
    })

    it('stays while the collector is away, and is sent when it is back', async () => {
      await openDoors('well-1', 'well-2')
      const beside = await browser.context.newPage()
      await open(`/incidents/${incident}`, beside)
      await beside.getByPlaceholder('Add what you found').fill('A lamp was brought')
      await aboutToAcknowledge('well-', 'The plumber')
      await installation.collector.kill()
      await page.getByText(/Connection lost. Data from/).waitFor(LONG)
      await page.keyboard.press('Control+Enter')
      await page.getByText('The collector does not answer').first().waitFor(LONG)
      await button('Add note', beside).click()
      await beside.getByText('The collector does not answer').first().waitFor(LONG)
      await installation.collector.start()
      for (const on of [page, beside]) await on.getByText(/Connection lost/).waitFor({ ...LONG, state: 'detached' })
      expect(await field('Note', dialog()).inputValue()).toBe('The plumber')
      expect(await beside.getByPlaceholder('Add what you found').inputValue()).toBe('A lamp was brought')
      await button('Add note', beside).click()
      await beside.locator('[data-kind=note]', { hasText: 'A lamp was brought' }).waitFor(LONG)
      // its list went with the collector: it may be that this is said first, and what there is now is shown
      const [done, faster] = [dialog().getByText('2 done, 0 refused'), page.getByText('Somebody else was faster')]
      await button('Acknowledge 2 alarms', dialog()).click()
      await done.or(faster).first().waitFor(LONG)
      if ((await done.count()) === 0) await button('Acknowledge 2 alarms', dialog()).click()
      await done.waitFor(LONG)
      await acknowledged('well-1', 'The plumber')
      await beside.close()
      expect(told()).toEqual([])
    })
  })
})

/** Alarms in sight. */
function idsOn(page: Page): Promise<string[]> {
  return page.locator('[data-alarm]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-alarm') ?? ''))
}

/** Hex digits of a text without what parts them. */
function hexOf(text: string): string {
  return text.toLowerCase().replace(/(?<=[0-9a-f]{2})[ :](?=[0-9a-f]{2})/g, '')
}

/** Local time in Lima, the first `length` characters of `2026-11-22 09:30:00`. */
function lima(at: number, length: number): string {
  return new Date(at - 5 * 3_600_000).toISOString().replace('T', ' ').slice(0, length)
}

interface Cell {
  readonly textContent: string | null
  cloneNode(deep: boolean): Cell
  querySelectorAll(selector: string): Iterable<{ remove(): void }>
}

/** What a column of the alarm list says, without marks that only draw. */
function cellsOn(page: Page, nth: number): Promise<string[]> {
  return page.locator(`[data-alarm] > [role=gridcell]:nth-child(${nth})`).evaluateAll((cells) =>
    cells.map((cell) => {
      const copy = (cell as unknown as Cell).cloneNode(true)
      for (const mark of copy.querySelectorAll('[aria-hidden=true]')) mark.remove()
      return (copy.textContent ?? '').trim().replace(/^–$/, '')
    }),
  )
}
