// Adding agents and keeping sites in a real browser against the real API and the real book of sites; enrolment and the
// agents are played (console-scenario). The whole way with real programs: console-enrol.test.ts.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceRow } from '#shared/http/inventory.ts'
import type { ConsoleApi } from '../support/console-scenario/console-api.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'
import { until } from '../support/until.ts'

describe.skipIf(!CHROMIUM)('console: agents and sites (chromium)', () => {
  let console: OpenConsole
  let api: ConsoleApi
  let page: Page
  let { open, dialog } = {} as OpenConsole

  beforeAll(async () => {
    console = await openConsole()
    ;({ api, page, open, dialog } = console)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const newestToken = () => api.joining.tokens()[0] as ReturnType<typeof api.joining.tokens>[number]
  const step = (name: string, state: string) => page.locator(`[data-step=${name}][data-state=${state}]`)

  it('brings an agent in: token once, commands, request, approval, certificate, contact, first sample', async () => {
    await open('/agents')
    await page.getByRole('link', { name: 'Add agent' }).click()
    await page.getByLabel('Site', { exact: true }).selectOption('hq')
    await page.getByText('8 h', { exact: true }).click()
    await page.waitForURL(/site=hq.*minutes=480/)
    await page.getByRole('button', { name: 'Make token' }).click()
    await page.waitForURL(/token=/)
    const token = newestToken()
    expect(token).toMatchObject({ site: 'hq', uses: 1, preApproved: false, state: 'open' })
    expect(Math.round((token.expiresAt - token.createdAt) / 60_000)).toBe(480)
    const shown = (await page.locator('[data-token] pre').textContent()) ?? ''
    expect(shown).toMatch(new RegExp(`^ot1\\.${token.id}\\.`))
    expect(page.url()).not.toContain(shown.split('.')[2])
    expect(await page.locator('[data-install=enrol] pre').textContent()).toContain(`--token ${shown}`)
    await page.getByText('Offline', { exact: true }).click()
    await page.locator('[data-install=get]', { hasText: 'install.sh' }).waitFor()
    await page.locator('[data-install=enrol]', { hasText: shown }).waitFor()
    await step('asked', 'current').waitFor()

    const request = api.joining.asks(token.id, { host: 'hq-mon02', remoteAddress: '198.51.100.20' })
    await step('asked', 'done').getByText('hq-mon02').waitFor()
    const pairs = request.fingerprint.replaceAll(':', '')
    await page.locator(`[data-step=asked] [data-fingerprint="${pairs}"]`).waitFor()
    // the badge in the navigation counts the one of the scenario, too
    await page.locator('nav [title*="2 agents wait for approval"]').waitFor()

    await page.getByRole('button', { name: 'Approve' }).click()
    await dialog().locator(`[data-fingerprint="${pairs}"]`).waitFor()
    await dialog().getByLabel('Agent id (optional)').fill('HQ!')
    await dialog().getByRole('button', { name: 'Approve' }).click()
    await dialog().getByText('An agent id is 8 to 64 of a-z, 0-9 and -').last().waitFor()
    await dialog().getByLabel('Agent id (optional)').fill('agent-hq-0001')
    await dialog().getByRole('button', { name: 'Approve' }).click()
    await dialog().getByText('There is an agent agent-hq-0001 already.').waitFor()
    await dialog().getByLabel('Agent id (optional)').fill('agent-hq-0002')
    await dialog().getByRole('button', { name: 'Approve' }).click()
    await step('certificate', 'done').getByRole('link', { name: 'agent-hq-0002' }).waitFor()
    await step('contact', 'current').waitFor()
    api.arrives('agent-hq-0002')
    await step('contact', 'done').waitFor()
    await step('sample', 'current').getByText('It watches no devices yet').waitFor()
    api.arrives('agent-hq-0002', { ...(api.devices[0] as DeviceRow), id: 'hq.new-1', name: 'New switch' })
    await step('sample', 'done').getByText('New switch').waitFor()
    await page.getByText('The agent works:').waitFor()

    await page.reload()
    await page.getByText('cannot be shown again').waitFor()
    expect(await page.content()).not.toContain(shown)
    await step('sample', 'done').waitFor()
    await page.getByText('The agent works:').getByRole('link', { name: 'agent-hq-0002' }).click()
    await page.getByRole('heading', { name: 'agent-hq-0002' }).last().waitFor()
    expect(console.browser.complaints.filter((c) => !c.includes('409') && !c.includes('404'))).toEqual([])
    console.browser.complaints.splice(0)
  })

  it('makes a token by keyboard alone', async () => {
    await open('/agents/add?site=plant-2')
    await page.getByLabel('Site', { exact: true }).focus()
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      if (await page.getByRole('button', { name: 'Make token' }).evaluate((element) => element.matches(':focus'))) break
    }
    await page.keyboard.press('Enter')
    await page.locator('[data-token]').waitFor()
    expect(newestToken().site).toBe('plant-2')
  })

  it('makes customer and site on the way, with an id from a name', async () => {
    await open('/agents/add')
    await page.getByRole('button', { name: 'New site' }).click()
    await dialog().getByLabel('Customer', { exact: true }).selectOption({ label: 'New customer …' })
    await dialog().getByLabel("Customer's name").fill('Nord Stahl')
    await dialog().getByLabel("Site's name").fill('Werk Süd 1')
    expect(await dialog().getByLabel(/^Id/).inputValue()).toBe('werk-sud-1')
    await dialog().getByLabel('Time zone').fill('Europe/Atlantis')
    await dialog().getByRole('button', { name: 'Make site' }).click()
    await dialog().locator('.mantine-InputWrapper-error').first().waitFor()
    await dialog().getByLabel('Time zone').fill('Europe/Berlin')
    await dialog().getByRole('button', { name: 'Make site' }).click()
    await page.waitForURL(/site=werk-sud-1/)
    expect(await page.getByLabel('Site', { exact: true }).inputValue()).toBe('werk-sud-1')
    expect(api.kept.places.site('werk-sud-1')).toMatchObject({ customer: 'nord-stahl', timeZone: 'Europe/Berlin' })
    await open('/sites/werk-sud-1')
    await page.getByRole('button', { name: 'Remove site' }).click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await page.waitForURL(/\/sites$/)
    await page.getByText('Plant 2 Suzhou').waitFor()
    expect(api.kept.places.site('werk-sud-1')).toBeUndefined()
  })

  it.each(['with', 'without'] as const)('copies the command %s a clipboard of the browser', async (clipboard) => {
    await using other = await console.person()
    const on = other.page
    await other.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await open('/agents/add', on)
    await on.getByRole('button', { name: 'Make token' }).click()
    const block = on.locator('[data-install=enrol]')
    const command = await block.locator('pre').textContent()
    // as in a page that came over plain HTTP
    if (clipboard === 'without')
      await on.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    await block.getByRole('button', { name: 'Copy' }).click()
    await block.getByRole('button', { name: 'Copied' }).waitFor()
    await open('/sites', on)
    const box = on.getByPlaceholder('Search name, customer')
    await box.focus()
    await on.keyboard.press('Control+V')
    expect(await box.inputValue()).toBe(command)
  })

  it('lists requests with their fingerprints and rejects one with a reason', async () => {
    await open('/agents')
    await page.getByText(/agents? waits? for approval/).waitFor()
    await page.getByRole('button', { name: 'Review' }).click()
    await page.waitForURL(/view=requests/)
    const card = page.locator('[data-request=r-plant]')
    await card.getByRole('button', { name: 'Reject' }).click()
    expect(await dialog().getByRole('button', { name: 'Reject' }).isDisabled()).toBe(true)
    await dialog().getByLabel('Reason').fill('Nobody is there today')
    await dialog().getByRole('button', { name: 'Reject' }).click()
    await card.waitFor({ state: 'detached' })
    expect(api.joining.requests().find((row) => row.id === 'r-plant')?.state).toBe('rejected')
  })

  it('revokes a token', async () => {
    await open('/agents?view=tokens')
    await page.locator('[data-row=h3n8c5v1zt]').getByRole('button', { name: 'Revoke the token of' }).click()
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await page.locator('[data-row=h3n8c5v1zt]').getByText('Revoked').waitFor()
  })

  it('shows a quarantined identity with its reason, releases it, and revokes it only when its name is typed', async () => {
    await open('/agents')
    await page.locator('[data-row=agent-port-0001]').getByText('Quarantined').waitFor()
    await open('/agents/agent-port-0001')
    await page.getByText('two programs use this identity').waitFor()
    await page.getByText(/d \d+h left/).waitFor()
    await page.getByRole('button', { name: 'Release' }).click()
    await dialog().getByLabel('Reason').fill('The copy is deleted')
    await dialog().getByRole('button', { name: 'Release' }).click()
    await page.getByText('two programs use this identity').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Revoke' }).click()
    await dialog().getByLabel('Reason').fill('Machine was sold')
    const revoke = dialog().getByRole('button', { name: 'Revoke' })
    expect(await revoke.isDisabled()).toBe(true)
    await dialog().getByLabel('Type agent-port-0001').fill('agent-port-0001')
    await revoke.click()
    await page.getByText('this agent is cut off for good').waitFor()
    expect(api.joining.identity('agent-port-0001')).toMatchObject({ state: 'revoked', reason: 'Machine was sold' })
  })

  it('tells what an agent could not use, and sends again', async () => {
    await open('/agents/agent-plant-2-0001')
    await page.getByText('There is no other device "cell-gate".').waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('on its way').waitFor()
  })

  it('adds, changes and removes a device, and says who keeps each', async () => {
    await open('/sites/hq')
    await page.locator('[data-row=file-srv]').getByText("site's file").waitFor()
    expect(await page.locator('[data-row=file-srv] button').count()).toBe(0)
    await page.getByRole('button', { name: 'Add device' }).click()
    await dialog().getByLabel('Name', { exact: true }).fill('Door controller')
    await dialog()
      .getByLabel(/^Address/)
      .fill('not an address')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().getByText('An IP address or a host name').waitFor()
    await dialog()
      .getByLabel(/^Address/)
      .fill('10.1.0.99')
    await dialog().getByLabel('SNMP with credentials').selectOption('core-v3')
    await dialog().getByLabel('TCP ports').fill('443 22')
    // what only the collector knows stands at its field, too
    await dialog().getByLabel('Reached through').fill('door-controller')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().getByText('A device cannot be its own parent').waitFor()
    await dialog().getByLabel('Reached through').fill('')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.locator('[data-row=door-controller]').getByText('collector', { exact: true }).waitFor()
    expect(api.kept.book.device('hq', 'door-controller')?.device).toMatchObject({
      ...{ name: 'Door controller', address: '10.1.0.99', snmp: { credentials: 'core-v3' }, icmp: {} },
      tcp: [{ port: 443 }, { port: 22 }],
    })
    await page.getByRole('button', { name: 'Change Door controller' }).click()
    await dialog().getByLabel('TCP ports').fill('')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await until(() => api.kept.book.device('hq', 'door-controller')?.device.tcp === undefined)
    await page.getByRole('button', { name: 'Remove Door controller' }).click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await page.locator('[data-row=door-controller]').waitFor({ state: 'detached' })
  })

  it('imports pasted lines: first what would become of each, then the good ones', async () => {
    await open('/sites/hq')
    await page.getByRole('button', { name: 'Import' }).click()
    await dialog().getByRole('textbox', { name: 'Rows' }).fill('just\nwords')
    await dialog().getByText('No column is called').waitFor()
    const lines = [
      'Name;Address;Credentials;Room',
      'Gate;10.1.0.9;core-v3;1.02',
      'Barrier;10.1.0.10;nobody;',
      ';bad one;;',
    ]
    await dialog().getByRole('textbox', { name: 'Rows' }).fill(lines.join('\n'))
    await dialog().getByText('Not used: Room').waitFor()
    await dialog().getByRole('button', { name: 'Check' }).click()
    await dialog().getByText('There are no credentials').waitFor()
    expect(api.kept.book.device('hq', 'gate')).toBeUndefined()
    await dialog().getByRole('button', { name: 'Import 1 device' }).click()
    await dialog().getByText('1 of 3 rows are in.').waitFor()
    expect(api.kept.book.device('hq', 'gate')?.device.address).toBe('10.1.0.9')
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click()
    await page.locator('[data-row=gate]').waitFor()
  })

  it('takes secrets in and never shows them again', async () => {
    const seen: string[] = []
    page.on('response', (response) => {
      if (response.url().includes('/api/'))
        void response.text().then(
          (text) => seen.push(text),
          () => undefined,
        )
    })
    await open('/sites/hq?part=credentials')
    await page.getByRole('button', { name: 'Add credentials' }).click()
    await dialog().getByLabel('Name').fill('cams')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().getByText('Needed').waitFor()
    await dialog().getByLabel('Community').fill('s3cret-of-the-cameras')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page
      .locator('[data-row=cams]')
      .getByText(/Community: set/)
      .waitFor()
    await page.getByRole('button', { name: 'Change cams' }).click()
    expect(await dialog().getByLabel('Community').inputValue()).toBe('')
    expect(await dialog().getByLabel('Community').getAttribute('placeholder')).toContain('stays as it is')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Remove core-v3' }).click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialog()
      .getByText(/Devices that use these credentials/)
      .waitFor()
    await page.keyboard.press('Escape')
    expect(seen.length).toBeGreaterThan(3)
    expect(seen.join()).not.toContain('s3cret-of-the-cameras')
    expect(await page.content()).not.toContain('s3cret-of-the-cameras')
  })

  it('keeps settings of a site and finds them again', async () => {
    await open('/sites/plant-2?part=settings')
    await page.getByLabel('SNMP every (seconds)').fill('0')
    await page.getByText('This cannot be').waitFor()
    await page.getByLabel('SNMP every (seconds)').fill('45')
    await page.getByLabel('SNMP traps').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('it is on its way to the agents').waitFor()
    expect(api.kept.book.settings('plant-2')?.settings).toMatchObject({
      ...{ defaults: { snmp: { intervalMs: 45_000 } }, inputs: { traps: { port: 162 } } },
    })
    await page.reload()
    await until(async () => (await page.getByLabel('SNMP every (seconds)').inputValue()) === '45')
  })

  it.each([
    ['noc', true],
    ['viewer', false],
  ] as const)('lets %s look but not change', async (role, looks) => {
    await using other = await console.person({ role })
    const on = other.page
    await open('/agents', on)
    await on.getByText('agent-hq-0001').waitFor()
    expect(await on.getByText('Tokens', { exact: true }).count()).toBe(looks ? 1 : 0)
    expect(await on.getByRole('link', { name: 'Add agent' }).count()).toBe(0)
    await open('/agents/add', on)
    await on.getByText('Only administrators can do this').waitFor()
    await open('/agents/agent-hq-0001', on)
    await on.getByText('Serial number').waitFor()
    expect(await on.getByRole('button', { name: 'Revoke' }).count()).toBe(0)
    await open('/sites/hq', on)
    await on.getByText('File server').waitFor()
    expect(await on.getByText('Credentials', { exact: true }).count()).toBe(looks ? 1 : 0)
    expect(await on.getByRole('button', { name: 'Add device' }).count()).toBe(0)
    await on.getByText('You see this read-only').waitFor()
    if (looks) await open('/sites/hq?part=settings', on)
    // nothing was asked for that this role may not have
    expect(other.complaints).toEqual([])
  })
})
