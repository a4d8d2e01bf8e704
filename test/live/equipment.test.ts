// Places and equipment on screen, the whole way: a collector, agents that joined it and a simulated site, all real; what
// somebody enters in the console is what is watched, and what happens at the site is what the console shows.
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SiteDependencies } from '#shared/http/cause.ts'
import { type Browser, goTo, openBrowser, settled, signIn } from '../support/browser.ts'
import { type EnrolledSite, startEnrolledSite } from '../support/enrolled-site.ts'
import { freePorts } from '../support/free-ports.ts'
import { ADMIN_PASSWORD } from '../support/installation.ts'
import { joinByCommand } from '../support/joined-agent.ts'
import { CHROMIUM } from '../support/open-console.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'
import { WIRED_SITE } from '../support/virtual-site/wired-site.ts'
import { xlsxBytes } from '../support/xlsx-bytes.ts'
import { buildConsole } from '../system/build-console.ts'

const LONG = { timeout: 60_000 }
const UNTIL = { timeoutMs: LONG.timeout }

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
    page.setDefaultTimeout(LONG.timeout)
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

  it('has an agent join by the command it shows, live where somebody else looks, and cuts it off', async () => {
    await using other = await browser.person({ anyCertificate: true })
    await other.context.addCookies(await browser.context.cookies())
    await open('/agents', other.page)
    await open('/agents/add?site=werk-1')
    await button('Make token').click()
    await using joined = joinByCommand((await page.locator('[data-install=enrol] pre').textContent()) ?? '', whole.dir)
    const shown = page.locator('[data-step=asked] [data-fingerprint]')
    await shown.waitFor(LONG)
    const fingerprint = (await shown.getAttribute('data-fingerprint')) ?? 'none'
    await until(() => joined.said().replaceAll(/[ :]/g, '').toLowerCase().includes(fingerprint), {
      what: `the fingerprint at the site: ${joined.said()}`,
    })
    await button('Approve').click()
    await field('Agent id (optional)', dialog()).fill('agent-werk-1')
    await button('Approve', dialog()).click()
    expect(await joined.code, joined.said()).toBe(0)
    const row = other.page.locator('[data-row=agent-werk-1]')
    await joined.start()
    await row.getByText('Online').waitFor(LONG)
    await page.locator('[data-step=contact][data-state=done]').waitFor(LONG)
    await page.locator('[data-step=sample][data-state=current]').getByText('It watches no devices yet').waitFor(LONG)

    await row.getByRole('link', { name: 'agent-werk-1' }).click()
    await button('Revoke', other.page).click()
    await field('Reason', dialog(other.page)).fill('The box was stolen')
    await dialog(other.page).getByLabel('Type agent-werk-1').fill('agent-werk-1')
    await button('Revoke', dialog(other.page)).click()
    await other.page.getByText('this agent is cut off for good').waitFor(LONG)
    await open('/agents')
    await page.locator('[data-row=agent-werk-1]').getByText('Revoked').waitFor(LONG)
    expect([...told(), ...told(other.complaints)]).toEqual([])
  }, 120_000)

  it('keeps settings and credentials of a site, and its agent uses them', async () => {
    await open('/sites/hq?part=settings')
    await field('SNMP every (seconds)').fill('1')
    await field('SNMP waits (seconds)').fill('1')
    await field('SNMP repeats').fill('1')
    await field('SNMP traps').check()
    await field('Trap port').fill(String(whole.trapPort))
    await field('Syslog over UDP').check()
    await field('Syslog UDP port').fill(String(syslogPort))
    await button('Save').click()
    await page.locator('[data-agent]').getByText('in use', { exact: true }).waitFor(LONG)
    await open('/sites/hq?part=credentials')
    await button('Add credentials').click()
    await field('Name', dialog()).fill('servers')
    await field('Version', dialog()).selectOption('v3')
    await field('User', dialog()).fill('outrider')
    await field('Authentication', dialog()).selectOption('sha256')
    await field('Authentication key', dialog()).fill('simulated-auth-key')
    await field('Encryption', dialog()).selectOption('aes')
    await field('Encryption key', dialog()).fill('simulated-priv-key')
    await button('Save', dialog()).click()
    await gone()
    await page
      .locator('[data-row=servers]')
      .getByText(/Authentication key: set/)
      .waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)

  it('tries a device at its site before it is kept: the failing step with what to do, then each step, then it is watched', async () => {
    await open('/sites/hq')
    await button('Add device').click()
    await field('Name', dialog()).fill('Access 1')
    await field('Address', dialog()).fill(site.device('access-1').address)
    await field('SNMP with credentials', dialog()).selectOption({ label: 'New credentials…' })
    await field('Keep them as', dialog()).fill('switches')
    // the loopback network answers pings of whatever is cut off
    await field('Ping', dialog()).uncheck()
    await field('SNMP port', dialog()).fill(String(snmpPort))
    await dialog().locator('input[type=password]').fill('publik')
    await button('Test', dialog()).click()
    const step = (name: string, state: string) => dialog().locator(`[data-step=${name}][data-state=${state}]`)
    await step('snmp', 'failed').first().getByText('check the community').waitFor(LONG)
    await button('Save anyway', dialog()).waitFor(LONG)
    await dialog().locator('input[type=password]').fill('public')
    await button('Test again', dialog()).click()
    await dialog().getByText('The device can be watched.').waitFor(LONG)
    for (const name of ['snmp', 'identity', 'profile', 'values']) await step(name, 'ok').first().waitFor(LONG)
    await step('identity', 'ok').getByText('FDO2402W1').waitFor(LONG)
    await button('Save', dialog()).click()
    await gone()
    const row = page.locator('[data-row=access-1]')
    await row.getByText('Up', { exact: true }).waitFor(LONG)
    await row.getByRole('link', { name: 'Access 1' }).click()
    await page.waitForURL(/\/devices\/hq\.access-1/)
    expect(told()).toEqual([])
  }, 120_000)

  it('has filled the page of the device: state, ports, sensors, why its profile fits, neighbours and the unit', async () => {
    await open('/devices/hq.access-1')
    await page.locator('header').getByText('Up', { exact: true }).first().waitFor(LONG)
    await open('/devices/hq.access-1?part=interfaces')
    await page
      .locator('[data-row="if:Gi0/1"], [data-row="if:GigabitEthernet0/1"]')
      .getByText(/bit\/s/)
      .first()
      .waitFor(LONG)
    await open('/devices/hq.access-1?part=sensors')
    await page.locator('tr', { hasText: 'Inlet' }).getByText('31').first().waitFor(LONG)
    await open('/devices/hq.access-1?part=inventory')
    await page.getByText('FDO2402W1').first().waitFor(LONG)
    await page.locator('tr', { hasText: 'core-1' }).getByText('LLDP').waitFor(LONG)
    await open('/devices/hq.access-1?part=diagnosis')
    await page.getByText('1.3.6.1.4.1.9').first().waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)

  it('sweeps the network of the site, says how far it is, and makes devices of what answered', async () => {
    await open('/sites/hq?part=discovery')
    await button('Look for devices').click()
    await dialog().getByLabel('Where to look').fill('127.0.62.0/29')
    await dialog().getByText('Pace, ports and exceptions').click()
    await field('SNMP port', dialog()).fill(String(snmpPort))
    await field('Wait for an answer (seconds)', dialog()).fill('0.5')
    await field('TCP ports', dialog()).fill('')
    await button('Start', dialog()).click()
    await gone()
    await page.locator('[data-sweep=done]').getByText('6 / 6').waitFor(LONG)
    for (const name of ['core-1', 'ups-1']) await page.getByLabel(`Choose ${name}`).check()
    await button('Add 2 devices').click()
    await button('Add 2 devices', dialog()).click()
    await dialog().getByText('2 of 2 are devices now.').waitFor(LONG)
    await page.keyboard.press('Escape')
    await gone()
    await page.getByLabel('Choose core-1').waitFor({ ...LONG, state: 'detached' })
    await page.getByText('Known', { exact: true }).click()
    await page.locator('tbody tr', { hasText: 'access-1' }).first().waitFor(LONG)
    await open('/sites/hq')
    for (const id of ['core-1', 'ups-1'])
      await page.locator(`[data-row=${id}]`).getByText('Up', { exact: true }).waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)

  it('imports devices from CSV and Excel: first what would become of each row, then the good ones', async () => {
    await open('/sites/hq')
    await button('Import').click()
    const csv = [
      'name,address,credentials,SNMP port,ping',
      `Access 2,${site.device('access-2').address},switches,${snmpPort},no`,
    ]
    csv.push('Door,nowhere at all,nobody,99999,', 'Lift,127.0.62.7,switches,many,')
    const file = { name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.join('\n')) }
    await dialog().locator('input[type=file]').setInputFiles(file)
    await button('Check', dialog()).click()
    const refused = dialog().locator('[data-import-result] tbody tr')
    await refused.nth(0).getByText('Write an IP address').waitFor(LONG)
    await refused.nth(1).getByText('Write one port number').waitFor(LONG)
    expect(await refused.locator('td').first().textContent()).toBe('3')
    expect(await whole.api.get('/api/v1/sites/hq/config/devices')).not.toMatchObject({
      items: [{ device: { id: 'access-2' } }],
    })
    await button('Import 1 device', dialog()).click()
    await dialog().getByText('1 of 3 rows are in.').waitFor(LONG)
    await page.keyboard.press('Escape')
    await gone()

    await button('Import').click()
    const rows = [
      ['IP address', 'Name', 'Credentials', 'SNMP port'],
      [site.device('server-1').address, 'Server 1', 'servers', snmpPort],
    ]
    const buffer = xlsxBytes({ Notes: [['read me']], Devices: rows })
    await dialog().locator('input[type=file]').setInputFiles({ name: 'devices.xlsx', mimeType: '', buffer })
    await button('Check', dialog()).click()
    await button('Import 1 device', dialog()).click()
    await dialog().getByText('1 of 1 rows are in.').waitFor(LONG)
    await page.keyboard.press('Escape')
    await gone()
    for (const id of ['access-2', 'server-1'])
      await page.locator(`[data-row=${id}]`).getByText('Up', { exact: true }).waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)

  it('draws the site by what its switches tell, and shows the cause when the uplink is cut', async () => {
    await open('/sites/hq?part=links')
    await page
      .locator('tbody tr', { hasText: 'core-1' })
      .filter({ hasText: 'Access 1' })
      .getByText('LLDP')
      .waitFor(LONG)
    await page
      .locator('tbody tr', { hasText: 'Access 1' })
      .filter({ hasText: 'Access 2' })
      .getByText('LLDP')
      .waitFor(LONG)
    await open('/sites/hq')
    await button('Change Access 1').click()
    await field('Reached through', dialog()).fill('core-1')
    await button('Save', dialog()).click()
    await gone()
    await open('/sites/hq?part=topology')
    await page.locator('[data-map] canvas').first().waitFor(LONG)
    const cut = { core: site.device('core-1'), access: site.device('access-1'), behind: site.device('access-2') }
    const uplink = cut.core.ports[1]
    if (uplink === undefined) throw new Error('the core has an uplink')
    uplink.operUp = false
    cut.access.setBehaviour('silent')
    cut.behind.setBehaviour('silent')
    await until(async () => (await verdicts()) === 'hq.access-1 symptom, hq.access-2 symptom', {
      timeoutMs: 60_000,
      what: 'both switches to be symptoms',
    })
    const panel = page.locator('[data-node-panel]')
    const look = async (name: string) => {
      await page.getByRole('combobox', { name: 'Find a device' }).fill(name)
      await page.keyboard.press('Enter')
    }
    // what changed at the site comes by itself
    await look('Access 2')
    await panel.getByText('Symptom', { exact: true }).waitFor(LONG)
    await panel.getByText('Caused by').locator('..').getByRole('button', { name: 'Access 1' }).first().click()
    await panel.and(page.locator('[data-node-panel="hq.access-1"]')).getByText('dead').first().waitFor(LONG)
    await panel.getByText('Caused by').locator('..').getByRole('button', { name: 'core-1' }).first().waitFor(LONG)
    await panel.getByRole('link', { name: 'its cause' }).click()
    await dialog()
      .getByText(/XGigabitEthernet0\/0\/2 is down/)
      .first()
      .waitFor(LONG)
    await page.keyboard.press('Escape')
    uplink.operUp = true
    cut.access.setBehaviour('normal')
    cut.behind.setBehaviour('normal')
    await open('/sites/hq?part=topology')
    await look('Access 2')
    await panel.getByText('Up', { exact: true }).waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)

  const verdicts = async () => {
    const { nodes } = await whole.api.get<SiteDependencies>('/api/v1/sites/hq/dependencies')
    const bad = nodes.filter(({ verdict }) => verdict !== 'well')
    return bad
      .map(({ id, verdict }) => `${id} ${verdict}`)
      .sort()
      .join(', ')
  }

  it('shows a log line as it comes and finds it, and makes a definition of a trap nobody knew, which then raises an alarm', async () => {
    const access = site.device('access-1')
    const trapsTo = { host: '127.0.0.1', port: whole.trapPort }
    const fan = (state: number) =>
      access.sendTrap(trapsTo, {
        oid: '1.3.6.1.4.1.52432.2.1.0.4',
        varbinds: [
          ['1.3.6.1.4.1.52432.2.1.1.0', { type: 'Integer', value: 2 }],
          ['1.3.6.1.4.1.52432.2.1.2.0', { type: 'Integer', value: state }],
        ],
      })
    await open('/events')
    await page.mouse.move(5, 5)
    await access.sendLog({ host: '127.0.0.1', port: syslogPort }, 189, '%SYS-5-CONFIG_I: Configured by ops on vty0')
    await fan(2)
    const line = page.locator('tbody tr', { hasText: 'Configured by ops on vty0' })
    await line.first().getByText('Access 1').first().waitFor(LONG)
    await page.getByPlaceholder('Search text, OID, message name').fill('ops on vty0')
    await page.waitForURL(/q=ops/)
    await page.locator('tbody tr', { hasText: '52432' }).waitFor({ ...LONG, state: 'detached' })
    await line.first().getByRole('button').click()
    await dialog().getByText('SYS-5-CONFIG_I').first().waitFor(LONG)
    await page.keyboard.press('Escape')
    await gone()

    await open('/events?view=unknown')
    await page.getByRole('link', { name: '1.3.6.1.4.1.52432.2.1.0.4', exact: true }).click()
    await field('Name').fill('ACME-MIB::fanFailed')
    await field('What it says').fill('Fan {{value1}} is in state {{value2}}')
    await page.getByText('Raises', { exact: true }).click()
    await field('Type of fault').fill('env.fan')
    await field('Part of the device').fill('fan:{{value1}}')
    await button('Try it').click()
    await page.locator('[data-preview]').getByText('Fan 2 is in state 2').first().waitFor(LONG)
    await button('Save').click()
    await page.getByText('No unknown traps').waitFor(LONG)
    await open('/alarms')
    await fan(3)
    await page.locator('[role=row][data-alarm]', { hasText: 'Fan 2 is in state 3' }).waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)

  it('draws what was measured over any time: presets, drawn over, entered, and one without a measurement', async () => {
    await open('/devices/hq.access-1?part=charts&metric=if.in.octets&resource=if:GigabitEthernet0/1')
    const over = page.locator('[data-chart] .u-over')
    // 125,000 octets a second, as the simulated port counts them; whatever holes the cut has left
    const reads = async (what: RegExp) => {
      const box = await over.boundingBox()
      if (box === null) return false
      await page.mouse.move(box.x + box.width - 4, box.y + 40)
      await page.mouse.move(box.x + box.width - 2, box.y + 40)
      return what.test((await over.textContent()) ?? '')
    }
    await over.waitFor(LONG)
    await until(() => reads(/(0\.9\d*|1(\.[01]\d*)?) Mbit\/s/), { ...UNTIL, what: 'the rate of the port' })
    for (const [name, hours] of [
      ['1 h', 1],
      ['7 d', 168],
      ['30 d', 720],
    ] as const) {
      await page.getByText(name, { exact: true }).click()
      await page.waitForURL((url) => url.searchParams.get('hours') === String(hours))
      await settled(page)
      await over.waitFor(LONG)
    }
    const others = page.getByLabel('Add from')
    await others.selectOption('hq.core-1')
    await button('Add line').click()
    await page.locator('[data-line]', { hasText: 'core-1' }).waitFor(LONG)
    const chart = await until(() => over.boundingBox(), { ...UNTIL, what: 'the chart' })
    await page.mouse.move(chart.x + chart.width / 2, chart.y + 60)
    await page.mouse.down()
    await page.mouse.move(chart.x + chart.width - 10, chart.y + 60, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/from=\d+.*to=\d+/)
    await settled(page)
    await page.locator('[data-chart] canvas').waitFor(LONG)
    await button('Up to now').click()
    await page.waitForURL((url) => !url.searchParams.has('from'))
    await button('From – until').click()
    await field('From').fill('2026-01-05T10:00')
    await field('Until').fill('2026-01-05T09:00')
    await page.getByText('Until must come at least a minute after from').waitFor(LONG)
    await field('Until').fill('2026-01-05T11:30')
    await button('Show').click()
    await page.waitForURL(/from=1767578400000/)
    await page.getByText('No samples in this range').waitFor(LONG)
    expect(told()).toEqual([])
  }, 120_000)
})
