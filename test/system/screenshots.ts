// npm run screenshots -- DIR [PATTERN]: every screen of a made-up customer three times: in Chinese, dark, 1440 px wide; in
// English, light, 1440 px; on a phone. Wallboards too. It says which it takes, and which screen has no picture. With --at ADDRESS and OUTRIDER_ADMIN_PASSWORD: of a collector that runs,
// for example the demo, with whatever it shows at the moment. --console DIR: another build of the console.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { type BrowserOptions, openBrowser, signIn } from '../support/browser.ts'
import { type ConsoleApi, startConsoleApi } from '../support/console-scenario/console-api.ts'
import { playEquipment } from '../support/console-scenario/equipment.ts'
import { UNKNOWN_OID } from '../support/console-scenario/equipment-rows.ts'
import { playJudgement } from '../support/console-scenario/judgement.ts'
import { requireProgram } from '../support/programs.ts'
import { ADMIN_PASSWORD } from '../support/test-api.ts'

const LANGUAGES = ['en', 'zh-CN'] as const
const SCHEMES = ['light', 'dark'] as const

type Shot = readonly [name: string, path: string, prepare?: (page: Page) => Promise<unknown>]

const WIDE: readonly Shot[] = [
  ['palette', '/alarms', palette],
  ['keyboard', '/alarms', keyboard],
  ['preferences', '/preferences'],
  ['overview', '/overview', chartDrawn],
  ['customers', '/customers'],
  ['customer', '/customers/acme', chartDrawn],
  ['alarms', '/alarms'],
  ['alarms-selected', '/alarms', selectTwo],
  ['alarm-panel', '/alarms?alarm=a-02'],
  ['acknowledge', '/alarms', (page) => dialogBy(page, 'a')],
  ['shelve', '/alarms', (page) => dialogBy(page, 's')],
  ['alarms-shelved', '/alarms?view=shelved'],
  ['incidents', '/incidents'],
  ['incidents-board', '/incidents?as=board'],
  ['incident', '/incidents/inc-1042'],
  ['diagnostic', '/incidents/inc-1042', diagnosticDialog],
  ['devices', '/devices'],
  ['device', '/devices/hq.acc-sw-3f', chartDrawn],
  ['device-ups', '/devices/hq.ups-a', chartDrawn],
  ['device-limits', '/devices/hq.acc-sw-3f?metric=env.temperature', chartDrawn],
  ['device-interfaces', '/devices/hq.acc-sw-3f?part=interfaces'],
  ['device-sensors', '/devices/hq.acc-sw-3f?part=sensors'],
  ['device-charts', '/devices/hq.acc-sw-3f?part=charts&with=%5B%22hq.core-sw1%20cpu.load%20%22%5D', chartDrawn],
  ['device-events', '/devices/hq.acc-sw-3f?part=events'],
  ['device-inventory', '/devices/hq.acc-sw-3f?part=inventory'],
  ['device-diagnosis', '/devices/hq.acc-sw-3f?part=diagnosis', credentialTest],
  ['device-generic', '/devices/hq.file-srv', (page) => page.locator('[data-generic]').scrollIntoViewIfNeeded()],
  ['events', '/events'],
  ['event', '/events', eventDialog],
  ['unknown-traps', '/events?view=unknown'],
  ['unknown-trap', `/events?view=unknown&oid=${UNKNOWN_OID}.4`, definitionTried],
  ['definitions', '/events?view=definitions'],
  ['agents', '/agents'],
  ['requests', '/agents?view=requests'],
  ['approve', '/agents?view=requests', approveDialog],
  ['tokens', '/agents?view=tokens'],
  ['add-agent', '/agents/add?site=hq'],
  ['joining', '/agents/add?site=hq', makeToken],
  ['joining-asked', '/agents/add?token=k7m2p9x4wq'],
  ['agent', '/agents/agent-hq-0001'],
  ['agent-partly', '/agents/agent-plant-2-0001'],
  ['agent-quarantined', '/agents/agent-port-0001'],
  ['revoke', '/agents/agent-hq-0001', revokeDialog],
  ['sites', '/sites'],
  ['site', '/sites/hq'],
  ['site-plant', '/sites/plant-2'],
  ['site-device', '/sites/hq', deviceDialog],
  ['site-device-tested', '/sites/hq', deviceTested],
  ['site-import', '/sites/hq', importDialog],
  ['site-discovery', '/sites/hq?part=discovery', chooseFirst],
  ['site-discovery-none', '/sites/plant-2?part=discovery'],
  ['site-sweep', '/sites/hq?part=discovery&sweep=10.1.0.0/22', (page) => page.locator('[data-reach]').waitFor()],
  ['site-proposal', '/sites/hq?part=discovery', proposalDialog],
  ['site-topology', '/sites/plant-2?part=topology', mapDrawn],
  ['site-links', '/sites/hq?part=links'],
  ['site-credentials', '/sites/hq?part=credentials'],
  ['site-credential', '/sites/hq?part=credentials', credentialDialog],
  ['site-settings', '/sites/hq?part=settings'],
  ['site-dependencies', '/sites/plant-2?part=dependencies'],
  ['rules', '/rules'],
  ['rule', '/rules/disk-full', previewed],
  ['rule-yaml', '/rules/disk-full', ruleAsYaml],
  ['rule-nothing', '/rules/disk-full', ruleOfNothing],
  ['rule-stock', '/rules/link-down', previewed],
  ['rule-overrides', '/rules/link-down?part=overrides'],
  [
    'rule-back-test',
    '/rules/disk-full?part=back-test',
    (page) => page.locator('[data-day-bars] rect').first().waitFor(),
  ],
  ['rule-shadow', '/rules/traffic-unusual?part=shadow'],
  ['maintenance', '/maintenance?past=true'],
  ['maintenance-new', '/devices/hq.core-sw1', planDialog],
  ['maintenance-repeats', '/maintenance', repeatingDialog],
  ['suppressed', '/maintenance?view=suppressed'],
  ['inhibitions', '/maintenance?view=inhibitions'],
  ['routes', '/notifications'],
  ['route', '/notifications', routeDialog],
  ['channels', '/notifications?view=channels'],
  ['channel', '/notifications?view=channels', channelDialog],
  ['channel-test', '/notifications?view=channels', channelTest],
  ['delivery-log', '/notifications?view=log'],
  ['health', '/health'],
  ['users', '/users'],
  ['user', '/users', userDialog],
  ['user-new', '/users', newUserDialog],
  ['user-password', '/users', madePassword],
  ['user-disable', '/users', disableDialog],
  ['roles', '/users?view=roles', rolesOpened],
  ['failed-sign-ins', '/users?view=failed'],
  ['api-tokens', '/tokens?all=true'],
  ['api-token', '/tokens', madeApiToken],
  ['audit', '/audit'],
  ['audit-entry', '/audit?subject=rule%3Adisk-full', auditEntry],
  ['audit-verified', '/audit', auditVerified],
  ['history', '/history'],
  ['preferences', '/preferences'],
  ['rule-new', '/rules/add'],
  ['wallboards', '/wallboards'],
  ['wallboard-link', '/wallboards', wallboardLink],
]
const PHONE: readonly Shot[] = [
  ['screens', '/alarms', allScreens],
  ['palette', '/alarms', palette],
  ['preferences', '/preferences'],
  ['overview', '/overview'],
  ['customers', '/customers'],
  ['customer', '/customers/acme'],
  ['alarms', '/alarms'],
  ['alarm-panel', '/alarms?alarm=a-01'],
  ['incidents', '/incidents'],
  ['incidents-board', '/incidents?as=board'],
  ['incident', '/incidents/inc-1042'],
  ['devices', '/devices'],
  ['device', '/devices/hq.acc-sw-3f'],
  ['device-interfaces', '/devices/hq.acc-sw-3f?part=interfaces'],
  ['device-charts', '/devices/hq.acc-sw-3f?part=charts', chartDrawn],
  ['device-inventory', '/devices/hq.acc-sw-3f?part=inventory'],
  ['device-diagnosis', '/devices/hq.acc-sw-3f?part=diagnosis', credentialTest],
  ['events', '/events'],
  ['unknown-traps', '/events?view=unknown'],
  ['unknown-trap', `/events?view=unknown&oid=${UNKNOWN_OID}.4`],
  ['agents', '/agents'],
  ['requests', '/agents?view=requests'],
  ['tokens', '/agents?view=tokens'],
  ['joining', '/agents/add?site=hq', makeToken],
  ['joining-asked', '/agents/add?token=k7m2p9x4wq'],
  ['agent', '/agents/agent-hq-0001'],
  ['sites', '/sites'],
  ['site', '/sites/hq'],
  ['site-device', '/sites/hq', deviceDialog],
  ['site-import', '/sites/hq', importDialog],
  ['site-discovery', '/sites/hq?part=discovery', chooseFirst],
  ['site-topology', '/sites/plant-2?part=topology', mapDrawn],
  ['site-links', '/sites/hq?part=links'],
  ['site-credentials', '/sites/hq?part=credentials'],
  ['site-settings', '/sites/hq?part=settings'],
  ['site-dependencies', '/sites/plant-2?part=dependencies'],
  ['rules', '/rules'],
  ['rule', '/rules/disk-full', previewed],
  [
    'rule-back-test',
    '/rules/disk-full?part=back-test',
    (page) => page.locator('[data-day-bars] rect').first().waitFor(),
  ],
  ['maintenance', '/maintenance?past=true'],
  ['maintenance-new', '/devices/hq.core-sw1', planDialog],
  ['suppressed', '/maintenance?view=suppressed'],
  ['routes', '/notifications'],
  ['route', '/notifications', routeDialog],
  ['channels', '/notifications?view=channels'],
  ['delivery-log', '/notifications?view=log'],
  ['health', '/health'],
  ['users', '/users'],
  ['user', '/users', userDialog],
  ['roles', '/users?view=roles'],
  ['api-tokens', '/tokens?all=true'],
  ['audit', '/audit'],
  ['audit-entry', '/audit?subject=rule%3Adisk-full', auditEntry],
]
const FIRST_DAY: readonly Shot[] = [
  ['welcome', '/welcome'],
  ['welcome-place', '/welcome?step=place'],
  ['empty-overview', '/overview'],
  ['empty-customers', '/customers'],
  ['empty-alarms', '/alarms'],
  ['empty-incidents', '/incidents'],
  ['empty-events', '/events'],
  ['empty-devices', '/devices'],
  ['empty-agents', '/agents'],
  ['empty-sites', '/sites'],
  ['empty-add-agent', '/agents/add'],
]

/** Of a collector that runs only what it is known to have. */
const ANYWHERE: readonly Shot[] = [
  ['alarms', '/alarms'],
  ['incidents', '/incidents?view=all'],
  ['incident', '/incidents?view=all', firstRow],
  ['events', '/events'],
  ['unknown-traps', '/events?view=unknown'],
  ['devices', '/devices'],
  ['device', '/devices', firstRow],
  ['agents', '/agents'],
]

const SCREEN = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36'
const BOARDS = ['alarms', 'map', 'counters'] as const

let count = 0
let failed = 0
const began = performance.now()
const chromium = requireProgram('chromium')
const { values, positionals } = parseArgs({
  options: { at: { type: 'string' }, console: { type: 'string' } },
  allowPositionals: true,
})
const [target, only] = positionals
if (target === undefined) throw new Error('say where to: npm run screenshots -- DIR')
if (chromium === undefined) console.log('skipped: chromium is missing')
else if (values.at !== undefined) await takeRunning(resolve(target), chromium, values.at.replace(/\/$/, ''))
else await takeAll(resolve(target), chromium)

async function takeRunning(dir: string, executable: string, address: string): Promise<void> {
  mkdirSync(dir, { recursive: true })
  const password = process.env.OUTRIDER_ADMIN_PASSWORD
  if (password === undefined) throw new Error('say the password of admin in OUTRIDER_ADMIN_PASSWORD')
  for (const language of LANGUAGES)
    for (const scheme of SCHEMES)
      for (const width of [1440, 1024, 375]) {
        const as = { executable, language, scheme, width, height: width < 500 ? 812 : 900 }
        await take({ address, password }, as, ANYWHERE, fileNames(dir, as))
      }
}

async function takeAll(dir: string, executable: string): Promise<void> {
  mkdirSync(dir, { recursive: true })
  const consoleDir = values.console ?? fileURLToPath(new URL('../../web/dist', import.meta.url))
  await using full = await startConsoleApi({ consoleDir })
  await using empty = await startConsoleApi({ consoleDir, empty: true })
  const place = (api: ConsoleApi) => ({ address: api.address, password: ADMIN_PASSWORD, alarms: api.alarms })
  const chinese = { executable, language: 'zh-CN', scheme: 'dark', width: 1440 } as const
  const english = { executable, language: 'en', scheme: 'light', width: 1440 } as const
  const phone = { executable, language: 'zh-CN', scheme: 'light', width: 375, height: 812 } as const
  // what needs no hand at work looks the same way there
  const onPhone = [
    ...PHONE,
    ...WIDE.filter(([name, , prepare]) => prepare === undefined && !PHONE.some((shot) => shot[0] === name)),
  ]
  const wall = await wallAt(full)
  for (const [as, shots] of [
    [chinese, WIDE],
    [english, WIDE],
    [phone, onPhone],
  ] as const)
    await take(place(full), as, shots, fileNames(dir, as))
  await take(place(empty), english, FIRST_DAY, fileNames(dir, english))
  for (const as of [{ ...chinese, width: 1920, height: 1080 }, { ...english, width: 1920, height: 1080 }, phone])
    await takeWall(wall, as, fileNames(dir, as))
  if (failed > 0) process.exitCode = 1
}

/** A link of a wallboard: address of a board in a language and theme. */
async function wallAt(api: ConsoleApi): Promise<(board: string, as: BrowserOptions) => string> {
  const headers = { cookie: await api.api.signIn(), 'x-requested-with': 'outrider' }
  const links: { id: string; token: string }[] = []
  for (const payload of [{ name: 'Control room' }, { name: 'Harbor office', customers: ['harbor'], days: 90 }])
    links.push((await api.api.app.inject({ method: 'POST', url: '/api/v1/kiosks', headers, payload })).json())
  for (const { id, token } of links.slice(0, 1)) {
    const opened = await api.api.app.inject({ url: `/kiosk/alarms?token=${token}`, headers: { 'user-agent': SCREEN } })
    const [cookie] = opened.cookies
    void fetch(`${api.address}/api/v1/kiosk/live?k=${id}&shows=alarms,map`, {
      headers: { cookie: `${cookie?.name}=${cookie?.value}` },
    }).catch(() => undefined)
  }
  api.fillMap(1200)
  return (board, { language, scheme }) =>
    `${api.address}/kiosk/${board}?lang=${language}&theme=${scheme}&rotate=alarms,map,counters#token=${links[0]?.token}`
}

async function takeWall(
  addressOf: (board: string, as: BrowserOptions) => string,
  as: BrowserOptions,
  fileOf: (shot: string) => string,
): Promise<void> {
  const wanted = BOARDS.filter((board) => only === undefined || new RegExp(only).test(fileOf(`wall-${board}`)))
  if (wanted.length === 0) return
  await using browser = await openBrowser(as)
  for (const board of wanted)
    await taken(fileOf(`wall-${board}`), async (path) => {
      await browser.page.goto(addressOf(board, as))
      await browser.page.locator(`[data-board=${board}][data-stale=false]`).waitFor()
      await browser.page.screenshot({ path, animations: 'disabled' })
    })
}

function fileNames(dir: string, as: BrowserOptions): (shot: string) => string {
  return (shot) => join(dir, `${shot}-${as.language}-${as.scheme}-${as.width}.png`)
}

async function take(
  api: { readonly address: string; readonly password: string; readonly alarms?: ConsoleApi['alarms'] },
  options: BrowserOptions,
  shots: readonly Shot[],
  fileOf: (shot: string) => string,
): Promise<void> {
  const wanted = shots.filter(([name]) => only === undefined || new RegExp(only).test(fileOf(name)))
  if (wanted.length === 0) return
  await using browser = await openBrowser(options)
  const { page } = browser
  if (values.at === undefined) await playEquipment(browser.context, { empty: shots === FIRST_DAY })
  if (api.alarms && shots !== FIRST_DAY) await playJudgement(browser.context, api.alarms)
  await page.goto(`${api.address}/login`)
  await page.locator('input[name=user]').waitFor()
  await page.screenshot({ path: fileOf('login') })
  await signIn(page, api.address, 'admin', api.password)
  for (const [name, path, prepare] of wanted)
    await taken(fileOf(name), async (file) => {
      await page.goto(api.address + path)
      await settled(page)
      await prepare?.(page)
      await page.screenshot({ path: file, animations: 'disabled' })
    })
  if (shots === WIDE && only === undefined)
    for (const route of await unseen(page)) console.log(`  no picture of ${route}`)
  for (const complaint of new Set(browser.complaints)) console.log(`  complaint: ${complaint}`)
}

/** Says what is taken and how long it has been; what cannot be taken is said, and the others are. */
async function taken(file: string, take: (file: string) => Promise<void>): Promise<void> {
  count++
  const seconds = Math.round((performance.now() - began) / 1000)
  try {
    await take(file)
    console.log(`${String(count).padStart(4)}  ${String(seconds).padStart(4)} s  ${file}`)
  } catch (error) {
    failed++
    console.log(`${String(count).padStart(4)}  FAILED  ${file}: ${String(error).split('\n')[0]}`)
  }
}

/** Addresses of the router that no shot goes to. */
async function unseen(page: Page): Promise<string[]> {
  const paths = (await page.evaluate(
    'Object.values(__TSR_ROUTER__.routesById).filter((route) => !route.children).map((route) => route.fullPath)',
  )) as string[]
  const shown = WIDE.map(([, path]) => path.split('?')[0] as string)
  return paths.filter((path) => {
    const pattern = new RegExp(`^${path.replace(/\$\w+/g, '[^/]+')}$`)
    return path !== '/' && path !== '/login' && !shown.some((one) => pattern.test(one))
  })
}

/** Nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('[data-screen]').waitFor()
  await page.waitForLoadState('load')
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}

async function chartDrawn(page: Page): Promise<void> {
  await page.locator('[data-chart] canvas').waitFor({ timeout: 10_000 })
}

async function mapDrawn(page: Page): Promise<void> {
  await page.locator('[data-map] canvas').first().waitFor({ timeout: 10_000 })
}

/** Opens what stands first in the table; an empty table stays as it is. */
async function firstRow(page: Page): Promise<void> {
  const link = page.locator('tbody a').first()
  if ((await link.count()) === 0) return
  await link.click()
  await page.waitForURL(/\/(incidents|devices)\/[^?]+/)
  await page.locator('[data-screen] header h2').waitFor()
  await settled(page)
}

async function selectTwo(page: Page): Promise<void> {
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
}

async function dialogBy(page: Page, key: string): Promise<void> {
  await selectTwo(page)
  await page.keyboard.press(key)
  await page.locator('textarea').first().waitFor()
  await settled(page)
}

async function diagnosticDialog(page: Page): Promise<void> {
  await page
    .locator('header button')
    .filter({ hasText: /diagnostic|诊断/ })
    .first()
    .click()
  await page.locator('[role=dialog] select').waitFor()
  await settled(page)
}

async function approveDialog(page: Page): Promise<void> {
  await page.locator('[data-request] button').first().click()
  await page.locator('[role=dialog] [data-fingerprint]').waitFor()
}

async function makeToken(page: Page): Promise<void> {
  await page.locator('[data-screen] form button[type=submit]').click()
  await page.locator('[data-token]').waitFor()
  await settled(page)
}

async function revokeDialog(page: Page): Promise<void> {
  await page
    .locator('header button')
    .filter({ hasText: /Revoke|吊销/ })
    .click()
  await page.locator('[role=dialog] input').first().waitFor()
}

async function deviceDialog(page: Page): Promise<void> {
  await page.locator('[data-row=web-1] button').first().click()
  await page.locator('[role=dialog] textarea').first().waitFor()
}

async function deviceTested(page: Page): Promise<void> {
  await page
    .locator('button')
    .filter({ hasText: /^Add device|^添加设备/ })
    .first()
    .click()
  const dialog = page.locator('[role=dialog]')
  await dialog.locator('input').first().fill('Access switch 4F')
  await dialog.locator('input').nth(1).fill('10.9.9.9')
  await dialog.locator('select').first().selectOption({ index: 1 })
  await dialog
    .locator('button')
    .filter({ hasText: /^Test$|^测试$/ })
    .click()
  await dialog.locator('[data-test-state=done] [role=status]').scrollIntoViewIfNeeded()
}

async function credentialTest(page: Page): Promise<void> {
  await page
    .locator('button')
    .filter({ hasText: /^Test$|^测试$/ })
    .click()
  await page.locator('[data-test-state=done]').waitFor()
}

async function importDialog(page: Page): Promise<void> {
  await page
    .locator('button')
    .filter({ hasText: /Import|批量导入/ })
    .click()
  const text =
    'name,address,credentials,tcp\nGate,10.1.0.9,core-v3,\nBarrier,10.1.0.10,nobody,443\nCamera,not an address,,'
  await page.locator('[role=dialog] textarea').first().fill(text)
  await page
    .locator('[role=dialog] button')
    .filter({ hasText: /^Check|^检查/ })
    .click()
  await page.locator('[data-import-result]').waitFor()
}

async function eventDialog(page: Page): Promise<void> {
  await page.locator('tbody tr button').nth(1).click()
  await page.locator('[role=dialog]').waitFor()
}

async function definitionTried(page: Page): Promise<void> {
  await page.getByText(/^Raises$|^产生告警$/).click()
  await page.locator('input[list]').fill('env.fan')
  await page
    .locator('button')
    .filter({ hasText: /^Try it|^试一试/ })
    .click()
  await page.locator('[data-preview]').scrollIntoViewIfNeeded()
}

async function chooseFirst(page: Page): Promise<void> {
  await page.locator('tbody input[type=checkbox]').first().check()
}

async function proposalDialog(page: Page): Promise<void> {
  await page.locator('tbody button').first().click()
  await page.locator('[role=dialog] form').waitFor()
}

async function credentialDialog(page: Page): Promise<void> {
  await page.locator('[data-row=core-v3] button').first().click()
  await page.locator('[role=dialog] input[type=password]').first().waitFor()
}

async function previewed(page: Page): Promise<void> {
  await page.locator('[data-selects]').waitFor()
  await settled(page)
}

async function ruleAsYaml(page: Page): Promise<void> {
  await page.getByText('YAML', { exact: true }).click()
  await previewed(page)
}

async function ruleOfNothing(page: Page): Promise<void> {
  await page.locator('[data-rule-form] input[list]').nth(1).fill('nowhere')
  await page.locator('[data-selects=nothing]').waitFor()
}

async function planDialog(page: Page): Promise<void> {
  await page
    .locator('header button')
    .filter({ hasText: /Maintenance|维护/ })
    .click()
  await page.locator('[data-window-preview]').waitFor()
}

async function repeatingDialog(page: Page): Promise<void> {
  await page.locator('[data-row=w-2]').click()
  await page.locator('[data-window-preview]').waitFor()
}

async function routeDialog(page: Page): Promise<void> {
  await page.locator('[data-row=harbor-office]').click()
  await page.locator('[data-route-form]').waitFor()
}

async function channelDialog(page: Page): Promise<void> {
  await page.locator('[data-row=duty-wecom] button').nth(1).click()
  await page.locator('[data-channel-form]').waitFor()
}

async function channelTest(page: Page): Promise<void> {
  await page.locator('[data-row=harbor-hook] button').first().click()
  await page.locator('[data-channel-test]').waitFor()
}

async function userDialog(page: Page): Promise<void> {
  await page.locator('[data-row=dieter]').click()
  await page.locator('[data-user-form]').waitFor()
  await settled(page)
}

async function newUserDialog(page: Page): Promise<void> {
  await page
    .locator('[data-screen] button')
    .filter({ hasText: /Add a user|添加用户/ })
    .click()
  await page.locator('[data-user-form] input').first().fill('kai')
}

async function madePassword(page: Page): Promise<void> {
  await page.locator('[data-row=nora] button').last().click()
  await page.getByRole('menuitem').nth(1).click()
  await page.locator('[role=dialog] button[type=submit]').click()
  await page.locator('[data-shown-password]').waitFor()
}

async function disableDialog(page: Page): Promise<void> {
  await page.locator('[data-row=lena] button').last().click()
  await page.getByRole('menuitem').last().click()
  await page.locator('[role=dialog] form').waitFor()
}

async function rolesOpened(page: Page): Promise<void> {
  await page.locator('[data-roles] tbody button').nth(1).click()
}

async function madeApiToken(page: Page): Promise<void> {
  await page
    .locator('[data-screen] button')
    .filter({ hasText: /Make a token|创建令牌/ })
    .first()
    .click()
  await page.locator('[data-token-form] input').first().fill('CMDB import')
  await page.locator('[role=dialog] button[type=submit]').click()
  await page.locator('[data-made-token]').waitFor()
}

async function auditEntry(page: Page): Promise<void> {
  await page.locator('tbody tr').first().click()
  await page.locator('[data-audit-entry] table').waitFor()
}

async function auditVerified(page: Page): Promise<void> {
  await page
    .locator('[data-screen] button')
    .filter({ hasText: /Check the chain|校验链条/ })
    .click()
  await page.locator('[data-verified=true]').waitFor()
}

async function wallboardLink(page: Page): Promise<void> {
  const make = page.locator('button').filter({ hasText: /Make a link|生成链接/ })
  await make.first().click()
  await page.locator('[data-link-form] input').first().fill('Harbor office')
  await page.locator('[data-link-form] button[type=submit]').click()
  await page.locator('[data-link-made] input[type=checkbox]').nth(1).check()
}

async function palette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type('switch')
  await page.locator('[data-palette-box]').waitFor()
  await page.locator('[role=option]', { hasText: 'Core switch 1' }).first().waitFor()
}

async function keyboard(page: Page): Promise<void> {
  await page.keyboard.press('?')
  await page.locator('[role=dialog] kbd').first().waitFor()
}

/** What is behind the last button of the bar. */
async function allScreens(page: Page): Promise<void> {
  await page.locator('nav > button').first().click()
}
