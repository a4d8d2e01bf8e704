// What the console does with equipment, in a real browser: devices from spreadsheets, sweeps and what they propose, links,
// unknown traps, profiles. What agents would tell is played (console-scenario/equipment.ts).
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settled } from '../support/browser.ts'
import type { ConsoleApi } from '../support/console-scenario/console-api.ts'
import { type Equipment, playEquipment } from '../support/console-scenario/equipment.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { until } from '../support/until.ts'
import { xlsxBytes } from '../support/xlsx-bytes.ts'

const TRAP = '1.3.6.1.4.1.52432.2.1.0.4'

describe.skipIf(!CHROMIUM)('console: equipment (chromium)', () => {
  let console: OpenConsole
  let api: ConsoleApi
  let equipment: Equipment
  let page: Page
  let { open, dialog } = {} as OpenConsole

  beforeAll(async () => {
    console = await openConsole(async (context) => {
      equipment = await playEquipment(context)
    })
    ;({ api, page, open, dialog } = console)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const button = (name: string | RegExp, within: Page | Locator = page) => within.getByRole('button', { name })

  it('imports an Excel file: its fullest sheet, what is wrong by row and column, the refused rows as a safe CSV', async () => {
    await open('/sites/hq')
    await button('Import').click()
    const rows = [
      ['Devices of the yard'],
      ['Name', 'IP address', 'Credentials', 'TCP'],
      ['Gate', '10.1.0.9', 'core-v3', 443],
      null,
      ['=cmd|calc', 'nowhere at all', 'nobody', null],
    ]
    const buffer = xlsxBytes({ Notes: [['read me']], Yard: rows })
    await dialog().locator('input[type=file]').setInputFiles({ name: 'yard.xlsx', mimeType: '', buffer })
    expect(await dialog().getByLabel('Sheet').locator('option:checked').textContent()).toContain('Yard')
    await button('Check', dialog()).click()
    const refused = dialog().locator('[data-import-result] tbody tr').first()
    await refused.getByText('Write an IP address such as 10.1.0.5').waitFor()
    expect(await refused.locator('td').first().textContent()).toBe('5')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button('Save 1 refused row', dialog()).click(),
    ])
    const saved = readFileSync(await download.path(), 'utf8')
    expect(saved).toContain("'=cmd|calc,nowhere at all")
    expect(saved.startsWith('\ufeff')).toBe(true)
    await button('Import 1 device', dialog()).click()
    await dialog().getByText('1 of 2 rows are in.').waitFor()
    expect(api.kept.book.device('hq', 'gate')?.device).toMatchObject({ address: '10.1.0.9', tcp: [{ port: 443 }] })
    await page.keyboard.press('Escape')
    expect(console.browser.complaints).toEqual([])
  })

  it('takes a CSV file in GB 18030 that is dropped on it, and names a file it cannot read', async () => {
    await open('/sites/hq')
    await button('Import').click()
    const place = dialog().locator('section').first()
    const drop = async (bytes: readonly number[], name: string) => {
      const file = `new File([new Uint8Array(${JSON.stringify(bytes)})], ${JSON.stringify(name)})`
      const dataTransfer = await page.evaluateHandle(`{ const d = new DataTransfer(); d.items.add(${file}); d }`)
      await place.dispatchEvent('drop', { dataTransfer })
    }
    await drop([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1], 'old.xls')
    await dialog().getByText('old.xls is an old .xls file').waitFor()
    // "name,address" and a name of two characters
    await drop([...Buffer.from('name,address\n'), 0xcc, 0xec, 0xbd, 0xf2, ...Buffer.from(',10.1.0.33\n')], 'gb.csv')
    await dialog().getByText('gb.csv').waitFor()
    await button('Check', dialog()).click()
    await dialog().locator('[data-import-result]').getByText('\u5929\u6d25').waitFor()
    await page.keyboard.press('Escape')
  })

  it('sweeps: how far it reaches and how long it takes are said before, its progress while, and it can be stopped', async () => {
    await open('/sites/hq?part=discovery')
    await button('Look for devices').click()
    const ranges = dialog().getByLabel('Where to look')
    await ranges.fill('10.9.0.0/24\nbackwards')
    await dialog().getByText('is a name: write the address').waitFor()
    expect(await button('Start', dialog()).isDisabled()).toBe(true)
    await ranges.fill('10.9.0.0/24')
    await dialog().locator('[data-reach="254"]').getByText('at most').waitFor()
    await button('printers', dialog()).click()
    await button('core-v3', dialog()).click()
    await button('Try core-v3 earlier', dialog()).click()
    await button('Start', dialog()).click()
    await page.locator('[data-sweep=waiting]').waitFor()
    expect(equipment.sweeps()[0]).toMatchObject({ ranges: ['10.9.0.0/24'], credentials: ['core-v3', 'printers'] })
    equipment.goOn(0.5)
    for (const sweep of equipment.sweeps().slice(0, 1)) api.api.live.publish('sweep', { sweep }, null)
    await page.locator('[data-sweep=running]').getByText('508', { exact: false }).first().waitFor()
    await button('Stop').click()
    await until(() => equipment.sweeps()[0]?.state === 'stopped')
    await page.locator('[data-sweep=stopped]').waitFor()
  })

  it('adds what was found, with its own name, in bulk, or ignores it with a reason', async () => {
    await open('/sites/hq?part=discovery')
    await page.getByText('No profile for sysObjectID').waitFor()
    await button('prn-lobby').click()
    await dialog().getByLabel('Name', { exact: true }).fill('Lobby printer')
    await button('Add device', dialog()).click()
    await dialog().waitFor({ state: 'detached' })
    expect(equipment.proposals().find((row) => row.found.sysName === 'prn-lobby')?.device).toBe('prn-lobby')
    await page.getByLabel('Choose 10.1.0.77').check()
    await button('Ignore').click()
    expect(await button('Ignore', dialog()).isDisabled()).toBe(true)
    await dialog().getByLabel('Reason').fill('A guest')
    await button('Ignore', dialog()).click()
    await page.getByLabel('Choose 10.1.0.77').waitFor({ state: 'detached' })
    await page.getByLabel('Choose all that are shown').check()
    await button('Add 1 device').click()
    await button('Add 1 device', dialog()).click()
    await dialog().getByText('1 of 1 are devices now.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('Nothing new').waitFor()
    await page.getByText('Ignored', { exact: true }).click()
    await page.getByText('A guest').waitFor()
    await page.getByText('Changed', { exact: true }).click()
    await page.getByText('Serial number FOC2731X0AB, was FOC2401X00.').waitFor()
  })

  it('leads from a neighbour nobody knows to a sweep of its address', async () => {
    await open('/devices/hq.acc-sw-3f?part=inventory')
    await page.getByText('Unit replaced').waitFor()
    const stranger = page.locator('tr', { hasText: 'AP-3F-East' })
    await stranger.getByRole('link', { name: 'Look there' }).click()
    expect(await dialog().getByLabel('Where to look').inputValue()).toBe('10.1.2.61')
    await page.keyboard.press('Escape')
    await open('/sites/hq?part=links')
    await page.locator('[data-row=l-1]').getByText('MAC table').waitFor()
    await page.locator('[data-row=l-3]').getByText('feeds rack A').waitFor()
  })

  it('tries a device at its site before it is kept, and says what to do where that fails', async () => {
    await open('/sites/hq')
    await button('Add device').click()
    await dialog().getByLabel('Name', { exact: true }).fill('Access switch 4F')
    await dialog()
      .getByLabel(/^Address/)
      .fill('10.1.0.77')
    await dialog().getByLabel('SNMP with credentials').selectOption({ label: 'New credentials…' })
    await dialog().locator('input[type=password]').fill('wrong')
    await button('Test', dialog()).click()
    await dialog().locator('[data-step=snmp][data-state=failed]').getByText('check the community').waitFor()
    await button('Save anyway', dialog()).waitFor()
    await dialog().locator('input[type=password]').fill('right')
    await dialog().getByText('What is entered was changed since').waitFor()
    await button('Test again', dialog()).click()
    await dialog().getByText('The device can be watched.').waitFor()
    await dialog().locator('[data-step=values]').getByText('214 values').waitFor()
    await page.keyboard.press('Escape')
    await open('/devices/hq.acc-sw-3f?part=diagnosis')
    await page.locator('[data-credential-test]').waitFor()
    await button('Test').click()
    await page.locator('[data-credential-test]').getByText('The device can be watched.').waitFor()
  })

  it('leads along the parts of a device by keyboard, and from an interface to its chart', async () => {
    await open('/devices/hq.acc-sw-3f')
    await page.getByRole('tab', { name: 'Overview' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(/part=interfaces/)
    await page.getByLabel('Only those that are down (1)').check()
    await page.locator('[data-row^="if:"]').nth(1).waitFor({ state: 'detached' })
    expect(await page.locator('[data-row^="if:"]').count()).toBe(1)
    await page.getByLabel('Only those that are down (1)').uncheck()
    await page.locator('[data-row="if:GigabitEthernet0/2"]').getByText('90 %').click()
    await page.waitForURL(/part=charts.*resource=if/)
    await page.locator('[data-chart] canvas').waitFor()
    await page.getByRole('button', { name: 'Add line' }).click()
    await page.waitForURL(/with=/)
    // the line that was added draws the chart anew
    await settled(page)
    const over = page.locator('[data-chart] .u-over')
    const chart = await until(() => over.boundingBox(), { timeoutMs: 10_000, what: 'the chart' })
    await page.mouse.move(chart.x + 200, chart.y + 60)
    await page.mouse.down()
    await page.mouse.move(chart.x + 400, chart.y + 60, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/from=\d+.*to=\d+/)
    await button('Up to now').click()
    await page.waitForURL((url) => !url.search.includes('from='))
  })

  it('finds events by severity and text, and shows all of one', async () => {
    await open('/events')
    await page.getByText('SYS-5-CONFIG_I').first().waitFor()
    await page.getByRole('combobox', { name: 'Severity' }).selectOption({ label: 'Error and worse' })
    await page.getByText('SYS-5-CONFIG_I').first().waitFor({ state: 'detached' })
    await page.waitForURL(/level=3/)
    await page.locator('tbody tr', { hasText: 'IF-MIB::linkDown' }).first().getByRole('button').click()
    await dialog().getByText('ifOperStatus').waitFor()
    await page.keyboard.press('Escape')
  })

  it('makes a definition of an unknown trap after showing what it would have said', async () => {
    await open('/events?view=unknown')
    await page.getByRole('link', { name: TRAP, exact: true }).click()
    await page.getByText('Fan tray 2: rotor blocked').first().waitFor()
    await page.getByLabel('Name', { exact: true }).fill('ACME-MIB::fanFailed')
    await page.getByLabel('What it says').fill('Fan tray {{value1}} failed')
    await page.getByText('Raises', { exact: true }).click()
    await page.getByLabel('Type of fault').fill('Fan')
    expect(await button('Save').isDisabled()).toBe(true)
    await page.getByLabel('Type of fault').fill('env.fan')
    await page.getByLabel('Part of the device').fill('fan:{{value1}}')
    await button('Try it').click()
    await page.locator('[data-preview]').getByText('Of the last 17 traps').waitFor()
    await button('Save').click()
    await page.getByRole('link', { name: TRAP, exact: true }).waitFor({ state: 'detached' })
    expect(equipment.definitions.get(TRAP)).toMatchObject({
      name: 'ACME-MIB::fanFailed',
      alarm: { type: 'raise', alarmType: 'env.fan', resource: 'fan:{{value1}}' },
    })
  })

  it('says of a profile by file and line what is not used, and why one is refused', async () => {
    await open('/sites/hq?part=profiles')
    const good = 'sysobjectid: 1.3.6.1.4.1.9999.*\nnope: 1\nmetrics:\n  - symbol: {OID: 1.3.6.1.2.1.1.3.0, name: up}\n'
    await page.locator('input[type=file]').setInputFiles([
      { name: 'good.yaml', mimeType: '', buffer: Buffer.from(good) },
      { name: 'bad.yaml', mimeType: '', buffer: Buffer.from('metrics: [\n') },
    ])
    await page.locator('[data-refused="bad.yaml"]').getByText('bad.yaml:2').waitFor()
    await page.locator('[data-row="good.yaml"]').getByText('good.yaml:2').waitFor()
    await open('/devices/hq.file-srv')
    await page.locator('[data-generic]').getByRole('link', { name: 'Add a profile for it' }).waitFor()
  })
})
