// Every main task without a mouse: signing in, alarms, incidents, equipment, rules, messages, accounts. All the way the focus
// must be seen, must never be lost, and no pointer may stir (support/keyboard.ts). What is behind the screens is played.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'
import { settled } from '../support/browser.ts'
import { type Equipment, playEquipment } from '../support/console-scenario/equipment.ts'
import { alarmOf } from '../support/console-scenario/faults.ts'
import { type PlayedJudgement, playJudgement } from '../support/console-scenario/judgement.ts'
import { type Keyboard, keyboardOf } from '../support/keyboard.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { ADMIN_PASSWORD } from '../support/test-api.ts'
import { until } from '../support/until.ts'

describe.skipIf(!CHROMIUM)('console: by keyboard alone (chromium)', () => {
  let console: OpenConsole
  let equipment: Equipment
  let judgement: PlayedJudgement
  let keys: Keyboard

  beforeAll(async () => {
    console = await openConsole()
    const person = await console.person()
    equipment = await playEquipment(person.context)
    judgement = await playJudgement(person.context, console.api.alarms)
    keys = await keyboardOf(person.page)
    person.page.setDefaultTimeout(60_000)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())
  afterEach(async () => expect(await keys.faults()).toEqual([]))

  const page = () => keys.page
  const dialog = () => console.dialog(page())
  const button = (name: string | RegExp, within: ReturnType<typeof dialog> | ReturnType<typeof page> = page()) =>
    console.button(name, within)
  const field = (name: string, within: ReturnType<typeof dialog> | ReturnType<typeof page> = page()) =>
    console.field(name, within)
  const open = async (path: string) => {
    await console.open(path, page())
    await keys.forget()
  }
  const row = (text: string) => page().locator('[role=row]', { hasText: text })
  const closed = () => dialog().waitFor({ state: 'detached' })
  /** Waits until the focus is on what is called so. */
  const at = (what: string | RegExp) =>
    until(
      async () =>
        typeof what === 'string' ? (await keys.focused()).startsWith(what) : what.test(await keys.focused()),
      {
        timeoutMs: 5000,
        what: `the focus on ${what}`,
      },
    )
  const alarm = (id: string) => console.api.alarms().find((one) => one.id === id) as AlarmRow
  /** Marks an alarm of the list. */
  const mark = async (text: string) => {
    const wanted = page().locator('[data-active=true]', { hasText: text })
    await row(text).waitFor()
    for (let n = 0; n < 20 && (await wanted.count()) === 0; n++) await keys.press('j')
    expect(await wanted.count()).toBe(1)
  }

  it('signs in, leaps over the navigation and goes anywhere by name', async () => {
    await page().context().clearCookies()
    await page().goto(`${console.api.address}/login?to=/alarms`)
    await page().locator('input[name=user]:focus').waitFor()
    await keys.type('admin')
    await keys.press('Tab')
    await keys.type(ADMIN_PASSWORD)
    await keys.press('Enter')
    await row('Line 7').waitFor()
    await page().locator('main:focus').waitFor()
    await page().reload()
    await row('Line 7').waitFor()
    await keys.press('Tab')
    expect(await keys.focused()).toBe('a Skip to content')
    await keys.press('Enter', 'Tab')
    expect(await page().evaluate('document.querySelector("main").contains(document.activeElement)')).toBe(true)
    expect(new URL(page().url()).pathname).toBe('/alarms')
    await row('Line 7').waitFor()
    for (const [word, path] of [
      ['Incidents', '/incidents'],
      ['Audit', '/audit'],
      ['Core switch 1', '/devices/hq.core-sw1'],
      ['Current alarms', '/alarms'],
    ] as const) {
      await keys.press('Control+k')
      await keys.type(word)
      await page()
        .getByRole('option', { selected: true, name: new RegExp(`^${word}`) })
        .waitFor()
      await keys.press('Enter')
      await page().waitForURL((url) => url.pathname === path)
      await settled(page())
      await page().locator('main:focus, main :focus').waitFor()
    }
  })

  it('alarms: takes one with a note, a range onto the shelf; a dialog keeps the focus and gives it back', async () => {
    await open('/alarms')
    await mark('Line 7')
    await at('div Current alarms')
    await keys.press('x', 'a')
    await page().locator('textarea:focus').waitFor()
    // round and round, and never out of it
    for (let n = 0; n < 12; n++) {
      await keys.press('Tab')
      expect(await page().locator('[role=dialog] :focus').count(), await keys.focused()).toBe(1)
    }
    await keys.press('Escape')
    await closed()
    await at('div Current alarms')
    await keys.press('a')
    await page().locator('textarea:focus').waitFor()
    await keys.type('On it')
    await keys.press('Control+Enter')
    await row('Line 7').getByText('Acked').waitFor()
    expect(alarm('a-01')).toMatchObject({ operatorState: 'ack', ackNote: 'On it' })
    await at('div Current alarms')
    await mark('Battery temperature')
    await keys.press('Shift+ArrowDown', 'Shift+K')
    await page().getByText('2 selected').waitFor()
    const chosen = page().locator('[data-alarm][aria-selected=true]')
    const ids = await chosen.evaluateAll((rows) => rows.map((one) => one.getAttribute('data-alarm') ?? ''))
    await keys.press('s')
    await keys.enter(button('4 h', dialog()))
    await keys.enter(button('Shelve 2 alarms', dialog()))
    await row('Battery temperature').waitFor({ state: 'detached' })
    await at('div Current alarms')
    expect(ids.map((id) => alarm(id).operatorState)).toEqual(['shelved', 'shelved'])
  })

  it('alarms: assigns, changes the severity, opens an incident', async () => {
    await open('/alarms')
    await mark('Certificate of')
    await keys.press('e')
    await keys.write(field('Owner', dialog()), 'nora')
    await keys.press('Enter')
    await closed()
    await mark('Certificate of')
    await keys.press('v')
    await keys.enter(page().getByRole('radio', { name: 'Major' }))
    await keys.enter(button('Change severity', dialog()))
    await closed()
    await until(() => alarm('a-07').perceivedSeverity === 'major')
    await mark('Certificate of')
    await keys.press('i')
    await keys.write(field('Title', dialog()), 'Certificates end')
    await keys.press('Enter')
    await page()
      .getByText(/Incident #\d+ is open/)
      .waitFor()
    await at('div Current alarms')
  })

  it('alarms: filters by severity and text, keeps a view, looks at one, saves a CSV', async () => {
    await open('/alarms')
    await keys.enter(button(/^Critical/))
    await page().waitForURL(/severity=/)
    await keys.press('/')
    await keys.type('line')
    await page().waitForURL(/q=line/)
    await keys.press('Escape')
    await at('div Current alarms')
    await keys.enter(button('Saved views'))
    await keys.take('Save what is on screen …')
    await keys.write(field('Name', dialog()), 'Lines')
    await keys.press('Enter')
    await closed()
    await page().waitForURL(/saved=/)
    await at('button Lines')
    const [saved] = await Promise.all([page().waitForEvent('download'), keys.enter(button(/^Save .* as CSV$/))])
    expect(saved.suggestedFilename()).toMatch(/\.csv$/)
    await mark('Line 7')
    await keys.press('Enter')
    await page().waitForURL(/alarm=a-01/)
    await dialog().getByText('Who was told, and why').waitFor()
    await page().locator('[role=dialog] :focus').waitFor()
    await keys.press('Escape')
    await closed()
    await at('div Current alarms')
  })

  it('alarms: one that leaves the list by itself takes no focus with it', async () => {
    const [device] = console.api.devices
    const gone = alarmOf('keys-1', device as DeviceRow, 'critical', 'Fan tray 1 has failed', Date.now())
    console.api.put(gone)
    await open('/alarms')
    await mark('Fan tray 1')
    console.api.put(gone, false)
    await keys.press('Escape')
    await row('Fan tray 1').waitFor({ state: 'detached' })
    await keys.press('j')
    await at('div Current alarms')
  })

  it('incidents: moves a card, takes a note with a file, assigns, resolves, closes', async () => {
    await open('/incidents?as=board')
    const column = (name: string) => page().getByRole('region', { name, exact: true })
    await keys.enter(button('Move incident 1036'))
    await keys.take('In progress')
    await column('In progress').getByText('Line 3 UPS battery').waitFor()
    await page().locator('[data-state=in-progress] button:focus').waitFor()
    await keys.enter(page().getByRole('link', { name: /^Line 3 UPS battery/ }))
    await page().waitForURL(/incidents\/inc-1036/)
    await keys.write(page().getByRole('textbox', { name: 'Note' }), 'Old battery bridged')
    const [chooser] = await Promise.all([page().waitForEvent('filechooser'), keys.enter(button('Attach files'))])
    await chooser.setFiles({ name: 'reading.txt', mimeType: 'text/plain', buffer: Buffer.from('12.1 V') })
    await button('Take back reading.txt').waitFor()
    await keys.enter(button('Add note'))
    await page().locator('[data-kind=note]').getByText('Old battery bridged').waitFor()
    await keys.enter(button('Assign, tier'))
    await keys.choose(field('Support tier', dialog()), '2')
    await keys.enter(button('Save', dialog()))
    await closed()
    await at('button Assign, tier')
    await keys.enter(button('Take it'))
    await button('Take it').waitFor({ state: 'detached' })
    await keys.enter(button('Resolve'))
    await keys.choose(field('What ended it', dialog()), 'worked around')
    await keys.enter(button('Resolve', dialog()))
    await closed()
    await keys.enter(button('Close'))
    await keys.enter(button('Close', dialog().locator('form')))
    await closed()
    await button('Open a follow-up').waitFor()
  })

  it('incidents: links one and merges it', async () => {
    await open('/incidents/inc-1038')
    await keys.enter(button('More actions'))
    await keys.take('Link')
    await page().locator('[role=dialog] input:focus').waitFor()
    await keys.type('1037')
    await keys.turn(dialog().getByRole('radio', { name: /#1037/ }))
    await keys.enter(button('Link', dialog()))
    await closed()
    await at('button More actions')
    await keys.enter(button('More actions'))
    await keys.take('Merge into another')
    await page().locator('[role=dialog] input:focus').waitFor()
    await keys.type('1037')
    await keys.turn(dialog().getByRole('radio', { name: /#1037/ }))
    await keys.enter(button('Merge into another', dialog()))
    await page().waitForURL(/incidents\/inc-1037/)
  })

  it('devices: adds one after a test, imports a list', async () => {
    await open('/sites/hq')
    await keys.enter(button('Add device'))
    await page().locator('[role=dialog] input:focus').waitFor()
    await keys.write(field('Name', dialog()), 'Access switch 4F')
    await keys.write(field('Address', dialog()), '10.1.0.77')
    await keys.choose(field('SNMP with credentials', dialog()), 'core-v3')
    await keys.enter(button('Test', dialog()))
    await dialog().getByText('The device can be watched.').waitFor()
    await keys.enter(button('Save', dialog()))
    await closed()
    await page().locator('[data-row=access-switch-4f]').waitFor()
    await keys.enter(button('Import'))
    const [chooser] = await Promise.all([
      page().waitForEvent('filechooser'),
      keys.enter(button('Choose a file', dialog())),
    ])
    const buffer = Buffer.from('name,address\nGate,10.1.0.9\n')
    await chooser.setFiles({ name: 'gate.csv', mimeType: 'text/csv', buffer })
    await keys.enter(button('Check', dialog()))
    await keys.enter(button('Import 1 device', dialog()))
    await dialog().getByText('1 of 1 rows are in.').waitFor()
    await keys.press('Escape')
    await closed()
    await at('button Import')
  })

  it('devices: opens one from the list, goes along its parts and through time', async () => {
    await open('/devices')
    await keys.press('/')
    await keys.type('3F')
    await page().locator('[data-row="hq.core-sw1"]').waitFor({ state: 'detached' })
    await keys.enter(page().locator('[data-row="hq.acc-sw-3f"]').getByRole('link').first())
    await page().waitForURL(/devices\/hq.acc-sw-3f/)
    await settled(page())
    await keys.to(page().getByRole('tab', { name: 'Overview' }))
    await keys.press('ArrowRight')
    await page().waitForURL(/part=interfaces/)
    await keys.press('ArrowRight', 'ArrowRight')
    await page().waitForURL(/part=charts/)
    await page().locator('[data-chart] canvas').first().waitFor()
    await keys.to(page().getByRole('radiogroup', { name: 'Time shown' }).locator('input:checked'))
    await keys.press('ArrowRight')
    await page().waitForURL(/hours=168/)
  })

  it('maintenance: one that is over by itself leaves the focus on a neighbour', async () => {
    await open('/maintenance')
    const rows = page().locator('tbody tr[data-row]')
    await rows.first().waitFor()
    await keys.to(rows.first().locator('button, a').first())
    const before = await keys.focused()
    await page().evaluate('document.activeElement.closest("tr").remove()')
    await until(async () => (await keys.focused()) !== before && (await keys.focused()) !== 'nothing')
    expect(await page().locator('main tbody :focus').count()).toBe(1)
  })

  it('discovery: sends a sweep off and takes what it found', async () => {
    await open('/sites/hq?part=discovery')
    await keys.enter(button('Look for devices'))
    await keys.write(dialog().getByLabel('Where to look'), '10.9.0.0/24')
    await keys.enter(button('Start', dialog()))
    await until(() => equipment.sweeps()[0]?.state === 'waiting')
    await closed()
    await keys.turn(page().getByLabel('Choose 10.1.0.77'))
    await keys.enter(button('Add 1 device'))
    await keys.enter(button('Add 1 device', dialog()))
    await dialog().getByText('1 of 1 are devices now.').waitFor()
    await keys.press('Escape')
    await closed()
  })

  it('rules and windows: changes a rule, plans work in three steps', async () => {
    await open('/rules/disk-full')
    await keys.write(field('Above'), '95')
    await page().locator('[data-selects=some][data-busy=false]').waitFor()
    await keys.enter(button('Save'))
    await page().getByText('Rule disk-full is saved').waitFor()
    await open('/devices/hq.core-sw1')
    await keys.enter(button('Maintenance'))
    await keys.enter(button('4 h', dialog()))
    await keys.enter(button('Make window', dialog()))
    await closed()
    expect(judgement.windows()[0]).toMatchObject({ selector: { devices: ['hq.core-sw1'] }, durationMinutes: 240 })
    await at('button Maintenance')
  })

  it('messages: tries a channel, puts a route elsewhere in the order', async () => {
    await open('/notifications?view=channels')
    await keys.enter(button('Test of duty-wecom'))
    await dialog().locator('[data-channel-test=true]').waitFor()
    await keys.press('Escape')
    await closed()
    await at('button Test of duty-wecom')
    await open('/notifications')
    await keys.enter(button('Change harbor-office'))
    await keys.write(field('Order', dialog()), '5')
    await keys.enter(button('Save', dialog()))
    await closed()
    expect(judgement.saved.findLast(([of]) => of === 'route')?.[1]).toMatchObject({ route: { order: 5 } })
  })

  it('accounts: makes a user, a token and a link of a wall, and takes the token back', async () => {
    await open('/users')
    await keys.enter(button('Add a user'))
    await keys.write(field('User', dialog()), 'keys')
    await keys.choose(field('Role', dialog()), 'viewer')
    await keys.enter(button('Add', dialog()))
    await keys.enter(button('I have it', dialog()))
    await closed()
    await page().getByText('keys', { exact: true }).first().waitFor()
    await open('/tokens')
    await keys.enter(button('Make a token'))
    await keys.write(field('What it is for', dialog()), 'Graphs')
    await keys.press('Enter')
    await keys.enter(button('I have kept it', dialog()))
    await closed()
    await keys.enter(button('Revoke Graphs'))
    await keys.enter(button('Revoke', dialog()))
    await closed()
    await page().getByText('Graphs').waitFor({ state: 'detached' })
    await open('/wallboards')
    await keys.enter(button('Make a link'))
    await keys.write(field('Name', dialog()), 'Control room')
    await keys.press('Enter')
    await dialog().locator('[data-link-made]').waitFor()
    await keys.enter(button('Done', dialog()))
    await closed()
  })

  it('the picture of a site: from device to device', async () => {
    await open('/sites/plant-2?part=topology')
    await page().locator('[data-map="11"] canvas').first().waitFor()
    await keys.write(page().getByRole('combobox', { name: 'Find a device' }), 'line 7')
    await keys.press('ArrowDown', 'Enter')
    const panel = page().locator('[data-node-panel]')
    await panel.getByText('Cause', { exact: true }).waitFor()
    await keys.to(page().getByRole('application'))
    await keys.press('ArrowDown')
    await panel.getByText('Symptom').waitFor()
    await keys.enter(panel.getByRole('link', { name: 'Open the device' }))
    await page().waitForURL(/\/devices\/plant-2\.plc-71/)
  })

  it('how somebody wants it: theme, language, zone', async () => {
    await open('/preferences')
    await keys.to(page().getByRole('radiogroup', { name: 'Theme' }).locator('input:checked'))
    await keys.press('ArrowRight')
    await until(
      async () => (await page().getByRole('radiogroup', { name: 'Theme' }).locator('input:checked').count()) === 1,
    )
    await keys.turn(page().getByLabel("Times in this browser's zone"))
    await keys.write(page().getByLabel('Time zone'), 'America/Lima')
    await keys.enter(button('Theme'))
    await keys.take('Dark')
    await page().locator('html[data-mantine-color-scheme=dark]').waitFor()
    await at('button Theme')
    await keys.enter(button('Language'))
    await keys.take('简体中文')
    await page().locator('html[lang=zh-CN]').waitFor()
    await at('button 语言')
    await keys.press('Enter')
    await keys.take('English')
    await page().locator('html[lang=en]').waitFor()
    await keys.press('?')
    await page().getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await keys.press('Escape')
    await closed()
  })
})
