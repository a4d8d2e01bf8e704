// Places in a real browser: the overview as it changes, customers, and the picture of a site by hand, keys and table.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playEquipment } from '../support/console-scenario/equipment.ts'
import { playJudgement } from '../support/console-scenario/judgement.ts'
import { campus } from '../support/console-scenario/site-map.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { until } from '../support/until.ts'

describe.skipIf(!CHROMIUM)('console: places (chromium)', () => {
  let console: OpenConsole
  let page: Page
  let { open, button, dialog, field, api } = {} as OpenConsole

  beforeAll(async () => {
    console = await openConsole(async (context, played) => {
      await playEquipment(context)
      await playJudgement(context, played.alarms)
    })
    ;({ page, open, button, dialog, field, api } = console)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const tile = (severity: string) => page.locator(`[data-severity=${severity}]`)

  it('counts what stands, follows it without a reload, and leads to it', async () => {
    await open('/overview')
    await tile('critical').getByText('2', { exact: true }).waitFor()
    const [worst] = api.alarms().filter((alarm) => alarm.perceivedSeverity === 'critical')
    if (worst === undefined) throw new Error('the scenario has a critical alarm')
    api.put({ ...worst, id: 'a-new', resource: 'if:x', text: 'one more' })
    await tile('critical').getByText('3', { exact: true }).waitFor()
    await page.getByRole('img', { name: /raised, .* cleared; .* stand now/ }).waitFor()
    await page.locator('[data-chart] canvas').waitFor()
    await page.getByText('7 d', { exact: true }).click()
    await page.waitForURL(/hours=168/)
    await tile('critical').click()
    await page.waitForURL(/\/alarms\?severity=/)
    await page.getByText('one more').first().waitFor()
    api.put({ ...worst, id: 'a-new' }, false)
  })

  it('says since when it is quiet, once nothing stands', async () => {
    const before = api.alarms()
    await open('/overview')
    for (const alarm of before) api.put(alarm, false)
    await page.getByText('All is well').waitFor()
    await page.getByText('No alarm stands since').waitFor()
    for (const alarm of before) api.put(alarm)
    await tile('critical').waitFor()
    expect(console.browser.complaints).toEqual([])
  })

  it('makes, renames and removes a customer', async () => {
    await open('/customers')
    await button('New customer').click()
    await field("Customer's name", dialog()).fill('Delta Works')
    await button('Make customer', dialog()).click()
    await page.waitForURL(/\/customers\/delta-works$/)
    await page.getByText('No sites yet').waitFor()
    await button('Change customer').click()
    await field("Customer's name", dialog()).fill('Delta Works AG')
    await button('Save', dialog()).click()
    await page.getByRole('heading', { name: 'Delta Works AG' }).first().waitFor()
    await button('Remove customer').click()
    await button('Remove', dialog()).click()
    await page.waitForURL(/\/customers$/)
    await page.getByText('Harbor Logistics').waitFor()
    expect(api.kept.places.customer('delta-works')).toBeUndefined()
  })

  it('shows the cause of a fault in the picture of a site, by keys and as a table', async () => {
    await open('/sites/plant-2?part=topology')
    await page.locator('[data-map="11"] canvas').first().waitFor()
    const panel = page.locator('[data-node-panel]')
    await page.getByRole('combobox', { name: 'Find a device' }).fill('line 7')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await panel.getByText('Cause', { exact: true }).waitFor()
    await panel.getByText('Line 7 switch does not answer').waitFor()
    const picture = page.getByRole('application')
    await picture.focus()
    await page.keyboard.press('ArrowDown')
    await panel.getByText('Symptom').waitFor()
    expect(await panel.getAttribute('data-node-panel')).toBe('plant-2.plc-71')
    await panel.getByRole('button', { name: 'Line 7 switch' }).first().click()
    expect(await panel.getAttribute('data-node-panel')).toBe('plant-2.line-sw-7')
    await picture.focus()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await page.getByText('Table', { exact: true }).click()
    const first = page.locator('tbody tr').first()
    await first.getByText('Line 7 switch').waitFor()
    expect(await first.textContent()).toContain('Critical')
    expect(console.browser.complaints).toEqual([])
  })

  it('leaves devices where people put them, whatever changes meanwhile', async () => {
    await using person = await console.person()
    const large = campus('hq', 120, Date.now())
    await person.context.route(/\/sites\/hq\/links$/, (route) => route.fulfill({ json: large.links }))
    await person.context.route(/\/sites\/hq\/dependencies$/, (route) => route.fulfill({ json: large.dependencies }))
    await open('/sites/hq?part=topology', person.page)
    await person.page.locator('[data-map="121"] canvas').first().waitFor()
    const remembered = () => person.page.evaluate(() => globalThis.localStorage.getItem('outrider-site-maps') ?? '')
    const box = await person.page.locator('[data-map]').boundingBox()
    if (box === null) throw new Error('no picture')
    const before = await remembered()
    await person.page.getByRole('combobox').fill('acc-1')
    await person.page.keyboard.press('Enter')
    await person.page.locator('[data-node-panel="hq.acc-1"]').waitFor()
    const beside = await person.page.locator('[data-map]').boundingBox()
    if (beside === null) throw new Error('no picture')
    await person.page.getByRole('application').focus()
    await person.page.keyboard.press('Escape')
    await person.page.locator('[data-node-panel]').waitFor({ state: 'detached' })
    // what was looked for stands in the middle, of the picture as it was before the panel came beside it or with that
    const drag = async (x: number, y: number) => {
      await person.page.mouse.move(x, y)
      await person.page.mouse.down()
      await person.page.mouse.move(x + 60, y + 40, { steps: 4 })
      await person.page.mouse.up()
      return until(async () => (await remembered()) !== before, { timeoutMs: 5_000 }).catch(() => false)
    }
    const hit =
      (await drag(box.x + box.width / 2, box.y + box.height / 2)) ||
      // nothing was there: the picture itself went along
      (await drag(beside.x + beside.width / 2 + 60, beside.y + beside.height / 2 + 40))
    expect(hit).toBe(true)
    const after = await remembered()
    const moved = (JSON.parse(after).hq as [string, number, number][]).filter(([id, atX, atY]) => {
      const was = (JSON.parse(before).hq as [string, number, number][]).find((row) => row[0] === id)
      return was?.[1] !== atX || was?.[2] !== atY
    })
    expect(moved.map(([id]) => id)).toEqual(['hq.acc-1'])
    for (const node of large.links.nodes.slice(40, 60)) Object.assign(node, { worst: 'major', openAlarms: 1 })
    await open('/sites/hq?part=topology', person.page)
    await person.page.locator('[data-map="121"] canvas').first().waitFor()
    expect(await remembered()).toBe(after)
    expect(person.complaints).toEqual([])
  })

  it('shows who only looks what is watched, not how it is set up', async () => {
    await using person = await console.person({ role: 'viewer' })
    await open('/sites/plant-2', person.page)
    await person.page.getByText('Topology', { exact: true }).waitFor()
    expect(await person.page.getByText('Credentials', { exact: true }).count()).toBe(0)
  })
})
