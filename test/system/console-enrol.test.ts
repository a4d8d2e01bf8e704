// From the first sign-in to a watched device with real programs: an administrator makes a site and a token in the browser,
// the command the console shows is typed as it is, the request is approved by its fingerprint, the agent comes online, a
// device added in the console is measured, and a revoked agent is cut off.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Browser, openBrowser, signIn } from '../support/browser.ts'
import { type Child, ROOT, startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { CHROMIUM } from '../support/open-console.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'
import { buildConsole } from './build-console.ts'

const PASSWORD = 'correct-horse-battery'
const LONG = { timeout: 60_000 }
const SHIPPED_FILE = '/etc/outrider/agent.yaml'

describe.skipIf(!CHROMIUM)('an agent added in the console of a real collector (chromium)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-console-enrol-'))
  const agentFile = join(dir, 'agent.yaml')
  const children: Child[] = []
  let site: VirtualSite
  let collector: Child
  let base: string
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    await buildConsole()
    site = createVirtualSite({ devices: [{ id: 'access-1', model: 'access-switch' }], network: '127.0.47' })
    await site.start()
    const [http, plain, secure, health] = (await freePorts(4)) as [number, number, number, number]
    base = `https://127.0.0.1:${http}`
    const settings = {
      dataDir: join(dir, 'collector'),
      http: { host: '127.0.0.1', port: http, tls: 'own' },
      broker: { embedded: { host: '127.0.0.1', port: plain, tls: { host: '127.0.0.1', port: secure } } },
      enrolment: { names: ['127.0.0.1'] },
    }
    writeFileSync(join(dir, 'collector.yaml'), stringify(settings))
    writeFileSync(agentFile, stringify({ dataDir: join(dir, 'agent'), health: { port: health } }))
    mkdirSync(join(dir, 'bin'))
    shim('sudo', 'shift 2; exec "$@"')
    shim('outrider-agent', `cd '${ROOT}' && exec '${process.execPath}' agent/main.ts "$@"`)
    collector = startChild(['node', 'collector/main.ts', 'run', '--config', join(dir, 'collector.yaml')], {
      env: { OUTRIDER_ADMIN_PASSWORD: PASSWORD },
    })
    children.push(collector)
    browser = await openBrowser({ executable: CHROMIUM, anyCertificate: true, width: 1280 })
    page = browser.page
    await until(
      () =>
        page.goto(`${base}/login`).then(
          () => true,
          () => false,
        ),
      {
        timeoutMs: 60_000,
        what: `the collector:\n${collector.output().slice(-3000)}`,
      },
    )
    browser.complaints.splice(0)
    await signIn(page, base, 'admin', PASSWORD)
  }, 180_000)

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await Promise.all(children.map((child) => child.stop()))
    await site?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const dialog = () => page.locator('[role=dialog]')
  const step = (name: string, state: string) => page.locator(`[data-step=${name}][data-state=${state}]`)
  let typed: ReturnType<typeof type>

  it('joins by the command the console shows, approved by its fingerprint', { timeout: 180_000 }, async () => {
    await page.goto(`${base}/agents`)
    await page.getByRole('link', { name: 'Add agent' }).first().click()
    await page.getByText('There is no site yet').waitFor(LONG)
    await page.getByRole('button', { name: 'New site' }).click()
    await dialog().getByLabel("Customer's name").fill('Acme Ltd')
    await dialog().getByLabel("Site's name").fill('Head office')
    await dialog().getByRole('button', { name: 'Make site' }).click()
    await page.waitForURL(/site=head-office/)
    await page.getByRole('button', { name: 'Make token' }).click()
    const command = (await page.locator('[data-install=enrol] pre').textContent()) ?? ''
    expect(command).toContain(`enrol ${base} --token ot1.`)
    await step('asked', 'current').waitFor(LONG)

    typed = type(command.replace(SHIPPED_FILE, agentFile))
    const shown = page.locator('[data-step=asked] [data-fingerprint]')
    await shown.waitFor(LONG)
    const fingerprint = (await shown.getAttribute('data-fingerprint')) ?? ''
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/)
    // what the person at the site reads out is what the operator sees
    await until(() => hexOf(typed.output()).includes(fingerprint), { timeoutMs: 30_000, what: typed.output() })
    await page.getByRole('button', { name: 'Approve' }).click()
    await dialog().getByLabel('Agent id (optional)').fill('agent-office-1')
    await dialog().getByRole('button', { name: 'Approve' }).click()
    await step('certificate', 'done').getByRole('link', { name: 'agent-office-1' }).waitFor(LONG)
    expect(await typed.code, typed.output()).toBe(0)

    children.push(startChild(['node', 'agent/main.ts', 'run', '--config', agentFile]))
    await step('contact', 'done').waitFor(LONG)
    await step('sample', 'current').getByText('It watches no devices yet').waitFor(LONG)
  })

  it('watches a device that is added in the console, with credentials only the agent can open', {
    timeout: 180_000,
  }, async () => {
    const [device] = site.asAgentDevices()
    const snmp = device?.snmp as { community?: unknown; port?: number } | undefined
    await page.getByRole('link', { name: 'Add devices' }).click()
    await page.locator('[data-agent=agent-office-1]').waitFor(LONG)
    await page.getByRole('tab', { name: /^Credentials/ }).click()
    await page.getByRole('button', { name: 'Add credentials' }).click()
    await dialog().getByLabel(/^Name/).fill('switches')
    await dialog()
      .getByLabel('Community')
      .fill(`${snmp?.community ?? 'public'}`)
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page
      .locator('[data-row=switches]')
      .getByText(/Community: set/)
      .waitFor(LONG)
    await page.getByRole('tab', { name: /^Devices/ }).click()
    await page.getByRole('button', { name: 'Add device' }).first().click()
    await dialog().getByLabel(/^Name/).fill('Access switch')
    await dialog()
      .getByLabel(/^Address/)
      .fill(device?.address ?? '')
    await dialog().getByLabel('SNMP with credentials').selectOption('switches')
    await dialog()
      .getByLabel('SNMP port')
      .fill(`${snmp?.port ?? 161}`)
    await dialog().getByLabel('SNMP every (seconds)').fill('2')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.locator('[data-agent=agent-office-1]').getByText('in use', { exact: true }).waitFor(LONG)
    const row = page.locator('[data-row=access-switch]')
    await row.getByText('collector', { exact: true }).waitFor(LONG)
    await row.getByText('Up', { exact: true }).waitFor(LONG)
    await page.goBack()
    await step('sample', 'done').getByText('Access switch').waitFor(LONG)
    await page.getByText('The agent works:').waitFor(LONG)
  })

  it('is cut off within seconds when it is revoked', { timeout: 120_000 }, async () => {
    await page.getByText('The agent works:').getByRole('link').click()
    await page.getByText(/d \d+h left/).waitFor(LONG)
    await page.getByRole('button', { name: 'Revoke' }).click()
    await dialog()
      .getByLabel(/^Reason/)
      .fill('The machine was stolen')
    await dialog().getByLabel('Type agent-office-1').fill('agent-office-1')
    const agent = children.at(-1) as Child
    const before = agent.output().length
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('this agent is cut off for good').waitFor(LONG)
    await until(() => agent.output().slice(before).includes('no link to the broker'), {
      timeoutMs: 10_000,
      what: `the agent to be cut off:\n${agent.output().slice(before)}`,
    })
    expect(browser.complaints).toEqual([])
  })

  /** Runs a shell command on a machine whose sudo and outrider-agent are shims to this project. */
  function type(command: string) {
    const env = { ...process.env, PATH: `${join(dir, 'bin')}:${process.env.PATH}`, LANG: 'C.UTF-8' }
    const child: ChildProcess = spawn('sh', ['-c', command], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    child.stdout?.on('data', (bytes: Buffer) => (text += bytes))
    child.stderr?.on('data', (bytes: Buffer) => (text += bytes))
    const code = new Promise<number | null>((resolve) => child.on('exit', resolve))
    return { code, output: () => text }
  }

  function shim(name: string, script: string): void {
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
})

/** Hex digits of a text without what parts them. */
function hexOf(text: string): string {
  return text.toLowerCase().replace(/(?<=[0-9a-f]{2})[ :](?=[0-9a-f]{2})/g, '')
}
