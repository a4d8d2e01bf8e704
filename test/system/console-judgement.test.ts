// What people do about rules, windows, messages and causes, in a real browser. What judges and tells is played
// (console-scenario/judgement.ts): whatever the console asks must be what the API takes.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WindowRow } from '#shared/http/maintenance.ts'
import { type PlayedJudgement, playJudgement, UNTRIED } from '../support/console-scenario/judgement.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { ADMIN_PASSWORD } from '../support/test-api.ts'
import { until } from '../support/until.ts'

describe.skipIf(!CHROMIUM)('console: judgement (chromium)', () => {
  let console: OpenConsole
  let judgement: PlayedJudgement
  let page: Page
  let { open, dialog, button, field } = {} as OpenConsole

  beforeAll(async () => {
    console = await openConsole(async (context, api) => {
      judgement = await playJudgement(context, api.alarms)
    })
    ;({ page, open, dialog, button, field } = console)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const ruleOf = (id: string) =>
    judgement.rules().find((row) => row.id === id)?.rule as unknown as Record<string, unknown>
  const conditionOf = (id: string) => ruleOf(id).condition as unknown as Record<string, unknown>
  const selects = (what: string) => page.locator(`[data-selects=${what}][data-busy=false]`).waitFor()
  const savedLast = (what: string) => judgement.saved.filter(([of]) => of === what).at(-1)?.[1]

  describe('rules', () => {
    it('finds rules by words, origin and mode, with the alarms each has now', async () => {
      await open('/rules')
      await page.locator('[data-row=device-unreachable]').getByText('3', { exact: true }).waitFor()
      await page.getByText('acme/backups.yaml:12').waitFor()
      await field('Mode').selectOption('shadow')
      await page.getByText('1 rule', { exact: true }).waitFor()
      await field('Mode').selectOption('')
      await page.getByPlaceholder('Search name, alarm, metric').fill('disk')
      await page.locator('[data-row=link-down]').waitFor({ state: 'detached' })
      await page.locator('[data-row=disk-full]').click()
      await page.waitForURL(/\/rules\/disk-full/)
    })

    it('shows what a rule selects while it is written, and asks twice before one that selects nothing', async () => {
      await open('/rules/disk-full')
      await selects('some')
      await page.getByText('2 would be a fault now').waitFor()
      await field('Above').fill('95')
      await page.getByText('1 would be a fault now').waitFor()
      await field('Above').fill('9 5')
      await page.getByText('A number', { exact: true }).waitFor()
      // what only the collector knows stands at the field as soon as it is typed
      await field('Above').fill('2000')
      await page.getByText('a percentage is at most 100').waitFor()
      await field('Above').fill('95')
      await field('Sites').fill('nowhere')
      await selects('nothing')
      await button('Save').click()
      await page.getByText('it could never raise an alarm').waitFor()
      expect(conditionOf('disk-full').above).toBe(90)
      await field('Sites').fill('hq')
      await selects('some')
      await button('Save').click()
      await page.getByText('Rule disk-full is saved').waitFor()
      expect(conditionOf('disk-full')).toMatchObject({ above: 95, clear: 85 })
      await page.getByText('not saved').waitFor({ state: 'detached' })
    })

    it('is the same rule as form and as YAML', async () => {
      await open('/rules/disk-full')
      await page.getByText('YAML', { exact: true }).click()
      const text = page.getByRole('textbox', { name: 'YAML' })
      const yaml = await text.inputValue()
      expect(yaml).toContain('for: 5m')
      await text.fill(yaml.replace(/above: \d+/, 'above: [1'))
      await page.getByText('Cannot be read').waitFor()
      await text.fill(yaml.replace(/above: \d+/, 'above: 93'))
      await page.getByText('Form', { exact: true }).click()
      expect(await field('Above').inputValue()).toBe('93')
      await field('Alarm type').fill('wrong.name')
      await button('Save').click()
      await page.getByText('no such alarm type').waitFor()
      await field('Alarm type').fill('storage.high')
      await button('Save').click()
      await until(() => conditionOf('disk-full').above === 93)
    })

    it('makes a new one: what is missing is said, the id is chosen, it asks for a reason to page untried', async () => {
      await open('/rules')
      await page.getByRole('link', { name: 'New rule' }).click()
      await button('Save').click()
      await page.getByText('1 to 63 of a-z, 0-9 and -').waitFor()
      await field('Title (English)').fill('Battery hot')
      await field('Id').fill('battery-hot')
      await field('Metric').fill('env.temperature')
      await field('Above').fill(String(UNTRIED))
      await field('Alarm type').fill('env.temperature')
      await field('Text (English)').fill('{{device}}: {{value}}')
      await selects('everything')
      await button('Save').click()
      await page.getByText('selects all equipment of all customers. Press again').waitFor()
      await button('Save all the same').click()
      const untested = page.locator('[data-untested]')
      await untested.getByLabel('Why it may page untried').fill('agreed with the plant')
      await button('Save all the same').click()
      await page.waitForURL(/\/rules\/battery-hot/)
      expect(ruleOf('battery-hot')).toMatchObject({ title: 'Battery hot', severity: 'minor' })
    })

    it('shows both sides when two people change one rule, and keeps what each wants kept', async () => {
      await open('/rules/disk-full')
      await field('Above').fill('80')
      await field('Must hold for').fill('10m')
      judgement.changeRule('disk-full', (row) => ({
        ...row,
        version: 'theirs',
        rule: { ...row.rule, severity: 'critical', condition: { ...conditionOf('disk-full'), above: 97 } },
      }))
      await button('Save').click()
      const differences = dialog().locator('[data-conflict] li')
      await differences.first().waitFor()
      expect(await differences.evaluateAll((all) => all.map((li) => li.getAttribute('data-by')))).toEqual([
        ...['both', 'mine', 'theirs'],
      ])
      // back to the form: nothing that was typed is gone
      await button('Back to the form', dialog()).click()
      expect(await field('Must hold for').inputValue()).toBe('10m')
      await button('Save').click()
      await differences.first().getByText('theirs', { exact: true }).click()
      await button('Save the choice', dialog()).click()
      await dialog().waitFor({ state: 'detached' })
      expect(ruleOf('disk-full')).toMatchObject({ severity: 'critical', for: '10m' })
      expect(conditionOf('disk-full').above).toBe(97)
    })

    it('loses nothing typed when the session ends or the collector is away', async () => {
      await open('/rules/disk-full')
      await field('Above').fill('88')
      await field('Told apart by').fill('{{resource}}')
      const path = /\/api\/v1\/rules\/disk-full$/
      await page.route(path, (route) => (route.request().method() === 'PUT' ? route.abort() : route.fallback()))
      await button('Save').click()
      await page.getByText('The collector does not answer').first().waitFor()
      await page.unroute(path)
      await page.route(path, (route) =>
        route.request().method() === 'PUT' ? route.fulfill({ status: 401, json: {} }) : route.fallback(),
      )
      await button('Save').click()
      await dialog().locator('input[type=password]').fill(ADMIN_PASSWORD)
      await page.unroute(path)
      await dialog().locator('button[type=submit]').click()
      await dialog().waitFor({ state: 'detached' })
      expect(await field('Above').inputValue()).toBe('88')
      await button('Save').click()
      await until(() => conditionOf('disk-full').above === 88)
      expect(ruleOf('disk-full').qualifier).toBe('{{resource}}')
      console.browser.complaints.splice(0)
    })

    it('asks before what is written is left behind', async () => {
      await open('/rules/disk-full')
      await field('Above').fill('70')
      await page.locator('nav').getByText('Devices').click()
      await button('Stay', dialog()).click()
      expect(await field('Above').inputValue()).toBe('70')
      await page.getByText('Back-test', { exact: true }).click()
      await page.getByText('as you have written it, saved or not').waitFor()
      await page.locator('nav').getByText('Devices').click()
      await button('Leave', dialog()).click()
      await page.waitForURL(/\/devices/)
    })

    it('leaves files alone: their rules are changed here only in their place, or copied', async () => {
      await open('/rules/link-down')
      expect(await field('Metric').isDisabled()).toBe(true)
      await button('Change here').click()
      await page.getByText('The file is never written').waitFor()
      await field('Must hold for').fill('1m')
      await selects('some')
      await button('Save').click()
      await button("Back to the file's rule").waitFor()
      expect(judgement.rules().find((row) => row.id === 'link-down')).toMatchObject({
        ...{ origin: 'database', replaces: { origin: 'built-in' } },
      })
      await page.getByRole('link', { name: 'Copy' }).click()
      await page.waitForURL(/\/rules\/add\?from=link-down/)
      await until(async () => (await field('Id').inputValue()) === 'link-down-copy')
    })

    it('judges otherwise for some devices', async () => {
      await open('/rules/cpu-high?part=overrides')
      await button('New override').click()
      await field('Devices', dialog()).fill('hq.core-*')
      await field('Severity', dialog()).selectOption('critical')
      await button('Save', dialog()).click()
      await until(() => savedLast('overrides') !== undefined)
      expect(savedLast('overrides')).toMatchObject({
        overrides: [{ selector: { devices: ['hq.core-*'] }, severity: 'critical' }],
        version: 'v-cpu-high-1',
      })
    })

    it('tries a rule on the past: progress, cancel, alarms per day by customer, what it would have missed', async () => {
      await open('/rules/disk-full?part=back-test')
      await page.getByText('The rule has changed since this was tried.').waitFor()
      await page.getByText('7 days', { exact: true }).click()
      await button('Start').click()
      await page.locator('[data-back-test=running]').waitFor()
      judgement.goOn(0.6)
      await page.locator('[role=progressbar][aria-valuenow="60"]').waitFor()
      await button('Cancel').click()
      await page.locator('[data-back-test=cancelled]').waitFor()
      await button('Start').click()
      await page.locator('[data-back-test=running]').waitFor()
      judgement.goOn(1)
      await page.locator('[data-back-test-result]').waitFor()
      const test = judgement.backTests.at(-1)
      expect(((test?.to ?? 0) - (test?.from ?? 0)) / 86_400_000).toBeCloseTo(7)
      await page.locator('[data-day-bars] svg[role=img]').waitFor()
      await page.getByText('Missed real incidents (1)').waitFor()
      await page.getByRole('link', { name: '#1031' }).waitFor()
      await page.getByText('22m 00s earlier').waitFor()
    })

    it('shows what a rule in shadow would have done', async () => {
      await open('/rules/traffic-unusual?part=shadow')
      await page.locator('[data-shadow]').getByText('37', { exact: true }).waitFor()
    })
  })

  describe('maintenance', () => {
    it('is made in three clicks from a device', async () => {
      await open('/devices/hq.core-sw1')
      await button('Maintenance').click()
      await button('4 h', dialog()).click()
      await button('Make window', dialog()).click()
      await dialog().waitFor({ state: 'detached' })
      expect(judgement.windows()[0]).toMatchObject({
        ...{ title: 'Maintenance of Core switch 1', selector: { devices: ['hq.core-sw1'] }, durationMinutes: 240 },
        ...{ zone: 'Asia/Shanghai', rrule: null, behaviour: 'no-page' },
      })
    })

    it('from an alarm is about the part, from a site about all of it in its own zone', async () => {
      await open('/alarms?alarm=a-03')
      await button('Maintenance', dialog()).click()
      const form = page.locator('[data-window-form]')
      expect(await field('Components', form).inputValue()).toBe('if:GigabitEthernet0/7')
      await open('/sites/port')
      await button('Maintenance').click()
      expect(await field('Sites', form).inputValue()).toBe('port')
      await form.locator('th', { hasText: 'Europe/Berlin' }).waitFor()
      // the reader sits elsewhere
      await form.getByText('Yours: Asia/Shanghai').waitFor()
    })

    it('shows both sides when two people change one window', async () => {
      await open('/maintenance')
      await page.locator('[data-row=w-2]').click()
      const form = page.locator('[data-window-form]')
      await field('Who answers for it', form).fill('mona')
      await page.evaluate(async () => {
        const at = '/api/v1/maintenance-windows'
        const { items } = (await (await fetch(at)).json()) as { items: WindowRow[] }
        const { version, title: _title, ...row } = items.find((one) => one.id === 'w-2') as WindowRow
        const { note, enabled, selector, behaviour, start, zone, durationMinutes, rrule } = row
        const kept = { note, enabled, selector, behaviour, start, zone, durationMinutes, rrule }
        const window = { ...kept, owner: 'lena', title: 'Backup of the yard and the gate' }
        const headers = { 'content-type': 'application/json', 'x-requested-with': 'outrider' }
        await fetch(`${at}/w-2`, { method: 'PUT', headers, body: JSON.stringify({ version, window }) })
      })
      await button('Save', form).click()
      const differences = page.locator('[data-conflict] li')
      await differences.first().waitFor()
      expect(await differences.locator('b').allTextContents()).toEqual(['Who answers for it', 'Title'])
      await button('Save the choice').click()
      await form.waitFor({ state: 'detached' })
      expect(judgement.windows().find((one) => one.id === 'w-2')).toMatchObject({
        ...{ owner: 'mona', title: 'Backup of the yard and the gate' },
      })
    })

    it('repeats: the next five in both zones, warnings before it is kept, what the collector refuses at its field', async () => {
      await open('/maintenance')
      await button('New window').click()
      const form = page.locator('[data-window-form]')
      await form.locator('[data-window-preview=everything]').waitFor({ state: 'hidden' })
      await field('Title', form).fill('Every Sunday')
      await form.locator('[data-window-preview=everything]').getByText('all equipment of all customers').waitFor()
      await field('Devices', form).fill('nowhere.*')
      await form.locator('[data-window-preview=nothing]').waitFor()
      await field('Devices', form).fill('hq.core-*')
      await form.locator('[data-window-preview=some]').waitFor()
      await form.getByLabel('Time zone').fill('America/New_York')
      await form.getByLabel('Repeats', { exact: true }).selectOption('weekly')
      await button('Sun', form).click()
      await until(async () => (await form.locator('[data-window-preview] tbody tr').count()) === 5)
      await form.getByLabel('Repeats', { exact: true }).selectOption('custom')
      await form.getByLabel('By own rule').fill('FREQ=HOURLY')
      await form
        .getByText(/Correct what is named|DAILY or slower/)
        .first()
        .waitFor()
      await form.getByLabel('Repeats', { exact: true }).selectOption('monthly-weekday')
      await form.getByLabel('Which of the month').selectOption('-1')
      await button('Make window', form).click()
      await form.waitFor({ state: 'detached' })
      expect(judgement.windows()[0]).toMatchObject({ zone: 'America/New_York' })
      expect(judgement.windows()[0]?.rrule).toMatch(/^FREQ=MONTHLY;BYDAY=-1/)
      console.browser.complaints.splice(0)
    })

    it('ends now, lasts longer, is found when it is over', async () => {
      await open('/maintenance')
      const row = page.locator('[data-row=w-1]')
      const end = judgement.windows().find((one) => one.id === 'w-1')?.active?.end ?? 0
      await button('Longer: Core switch firmware', row).click()
      await page.getByRole('menuitem', { name: '1 h longer' }).click()
      await until(() => judgement.windows().find((one) => one.id === 'w-1')?.active?.end === end + 3_600_000)
      await button('End now', row).click()
      await row.waitFor({ state: 'detached' })
      await page.getByLabel('Past ones, too').check()
      await row.getByText('Over').first().waitFor()
    })

    it('lists what is held back by what holds it, why and until when', async () => {
      await open('/maintenance?view=suppressed')
      await page.getByRole('button', { name: /^Maintenance\s*1$/ }).click()
      const row = page.locator('[data-row=a-05]')
      await row.getByRole('link', { name: 'Core switch firmware' }).waitFor()
      expect(await page.locator('tbody tr').count()).toBe(1)
      await row.getByText('Power supply 2 has failed').click()
      await page.waitForURL(/\/alarms\?.*alarm=a-05/)
    })

    it('says which alarms repeat others', async () => {
      await open('/maintenance?view=inhibitions')
      await page.locator('[data-row=line-hall-power]').click()
      await field('Title', dialog()).fill('Power of the hall')
      await button('Save', dialog()).click()
      await dialog().waitFor({ state: 'detached' })
      expect(savedLast('inhibition')).toMatchObject({ version: 4, inhibition: { title: 'Power of the hall' } })
      await page.locator('[data-row=interface-under-device]').click()
      await field('Title', dialog()).waitFor()
      expect(await button('Save', dialog()).count()).toBe(0)
    })
  })

  describe('notifications', () => {
    it("show a test's real answer", async () => {
      await open('/notifications?view=channels')
      await button('Test of harbor-hook').click()
      await dialog().locator('[data-channel-test=false]').getByText('ECONNREFUSED').waitFor()
      await button('Close', dialog().locator('[data-channel-test]')).click()
      await button('Test of duty-wecom').click()
      await dialog().locator('[data-channel-test=true]').getByText('"errmsg":"ok"').waitFor()
    })

    it('keep secrets of channels to themselves and say what is wrong at the field', async () => {
      await open('/notifications?view=channels')
      await button('Change duty-wecom').click()
      const secret = dialog().locator('input[type=password]')
      expect(await secret.inputValue()).toBe('')
      await button('Save', dialog()).click()
      await dialog().waitFor({ state: 'detached' })
      expect(savedLast('channel')).toMatchObject({ version: 3, secrets: {} })
      await button('New channel').click()
      await field('Id', dialog()).fill('duty-mail')
      await button('Save', dialog()).click()
      await dialog().getByText('Needed').first().waitFor()
      await dialog().getByLabel('Mail server').fill('smtp.acme.example')
      await field('From', dialog()).fill('nobody')
      await field('To', dialog()).fill('a@acme.example')
      await button('Save', dialog()).click()
      await dialog().getByText('an address', { exact: true }).waitFor()
      await field('From', dialog()).fill('noc@acme.example')
      await button('Save', dialog()).click()
      await dialog().waitFor({ state: 'detached' })
      expect(savedLast('channel')).toMatchObject({
        ...{ version: 0, settings: { id: 'duty-mail', kind: 'email', server: { host: 'smtp.acme.example' } } },
      })
      console.browser.complaints.splice(0)
    })

    it('go on routes by customer, severity and hours; who would be told is tried', async () => {
      await open('/notifications')
      await page.locator('[data-row=harbor-office]').getByText('Mon–Fri 08:30–18:00').waitFor()
      await button('New route').click()
      await field('Id', dialog()).fill('night')
      await dialog().getByLabel('From severity').selectOption('major')
      await button('Another recipient', dialog()).click()
      await dialog().getByLabel('Only at these hours').check()
      await field('Until', dialog()).fill('25:00')
      await button('Save', dialog()).click()
      await dialog().getByText('Days and times like').waitFor()
      await field('Until', dialog()).fill('06:00')
      await button('Save', dialog()).click()
      await dialog().waitFor({ state: 'detached' })
      expect(savedLast('route')).toMatchObject({
        version: 0,
        route: {
          ...{ id: 'night', order: 110, match: { severityAtLeast: 'major' }, to: [{ channel: 'mail-noc' }] },
          hours: { zone: 'site', windows: [{ from: '08:30', to: '06:00' }] },
        },
      })
      await button('Who would be told?').click()
      await dialog().locator('[data-tried] li').nth(2).waitFor()
      await dialog().getByText('harbor-hook').waitFor()
    })

    it('log every message with its answer, or why it was not sent', async () => {
      await open('/notifications?view=log')
      await page.getByText('The template failed').filter({ visible: true }).waitFor()
      await field('State').selectOption('failed')
      await page.getByText('invalid webhook url').filter({ visible: true }).waitFor()
      await until(async () => (await page.locator('tbody tr').count()) === 1)
    })
  })

  it('an alarm says who was told and why not, what was decided, and what holds it back', async () => {
    await open('/alarms?alarm=a-05')
    const told = dialog().locator('[data-told] li')
    await told.nth(3).waitFor()
    expect(await told.evaluateAll((all) => all.map((li) => li.getAttribute('data-code')))).toEqual([
      ...['sent', 'sent', 'outside-hours', 'no-route'],
    ])
    const trace = dialog().locator('[data-trace] li')
    await dialog().locator('[data-trace] [data-decision=suppress]').getByText('Maintenance').waitFor()
    await trace.last().locator('summary').click()
    await trace.last().getByText('polls').waitFor()
    await open('/alarms?view=all&alarm=a-11')
    await dialog().locator('[data-held=cause]').getByText('until the cause is over').waitFor()
    await open('/alarms?alarm=a-03')
    await dialog().getByText('It flaps').waitFor()
  })

  it('an incident has its cause first, and an alarm that does not belong to it is moved out', async () => {
    await open('/incidents/inc-1042')
    await page.locator('[data-cause=a-01]').getByText('Line 7 switch does not answer').waitFor()
    await page.locator('[data-symptoms="4"] [data-alarm=s-3]').getByText('On probation').waitFor()
    await page.getByLabel('Choose: PLC 71 does not answer').check()
    await button('Move 1 alarm …').click()
    await dialog().getByLabel('Where to').selectOption('inc-1041')
    await dialog().getByLabel('Note').fill('its own power')
    await button('Move', dialog()).click()
    await dialog().waitFor({ state: 'detached' })
    expect(savedLast('regroup')).toEqual({ alarms: ['s-1'], to: 'inc-1041', note: 'its own power' })
  })

  it('a site shows what depends on what, with the cause marked; by keyboard, too', async () => {
    await open('/sites/plant-2?part=dependencies')
    await page.locator('[data-picture] [data-verdict=cause]').waitFor()
    expect(await page.locator('[data-picture] [data-verdict=symptom]').count()).toBe(3)
    await page.getByText('depend on each other in a circle').waitFor()
    await page.locator('[data-node="plant-2.line-sw-7"]').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/devices\/plant-2.line-sw-7/)
  })

  it.each([
    ['noc', true],
    ['viewer', false],
  ] as const)('lets %s see it, and asks for nothing that role may not have', async (role, plans) => {
    await using other = await console.person({ role })
    const on = other.page
    await playJudgement(other.context, console.api.alarms)
    const refused: string[] = []
    on.on('request', (request) => {
      const path = new URL(request.url()).pathname
      if (/^\/api.*(preview|channels|notification)/.test(path) && !plans) refused.push(path)
    })
    await open('/rules/disk-full', on)
    expect(await button('Save', on).count()).toBe(0)
    await open('/maintenance', on)
    expect(await button('New window', on).count()).toBe(plans ? 1 : 0)
    await open('/devices/hq.core-sw1', on)
    expect(await button('Maintenance', on).count()).toBe(plans ? 1 : 0)
    await open('/incidents/inc-1042', on)
    expect(await on.locator('[data-alarm] input[type=checkbox]').count()).toBe(plans ? 5 : 0)
    await open('/notifications', on)
    expect(await button('New route', on).count()).toBe(0)
    expect(refused).toEqual([])
    expect(other.complaints).toEqual([])
  })
})
