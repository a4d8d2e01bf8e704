// Every screen of the router, in both themes and both sets of severity colours, both languages,
// wide and narrow: no serious finding of axe, nothing that only a mouse can do, nothing wider than the window. Two pages walk
// through all of them.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faintIn, mouseOnly, overflowOf, seriousFindings, smallTargets } from '../support/accessibility.ts'
import type { Person } from '../support/browser.ts'
import { playEquipment } from '../support/console-scenario/equipment.ts'
import { playJudgement } from '../support/console-scenario/judgement.ts'
import { CHROMIUM, type OpenConsole, openConsole } from '../support/open-console.ts'

const UNKNOWN = '/events?view=unknown&oid=1.3.6.1.4.1.52432.2.1.0.4'

/** Addresses of routes with something to fill in, and views that a route's bare address does not show. */
const ADDRESSES = [
  ...['/alarms?alarm=a-05', '/incidents/inc-1042', UNKNOWN, '/events?view=definitions', '/devices/hq.acc-sw-3f'],
  ...['/devices/hq.ups-a', '/agents?view=requests', '/agents?view=tokens', '/agents/add?token=k7m2p9x4wq'],
  ...['/agents/agent-hq-0001', '/agents/agent-plant-2-0001', '/sites/hq', '/sites/plant-2'],
  ...['/sites/hq?part=discovery&sweep=10.0.0.0/24', '/sites/hq?part=links', '/sites/hq?part=credentials'],
  ...['/sites/hq?part=settings', '/sites/hq?part=profiles', '/sites/plant-2?part=dependencies'],
  ...['/rules/disk-full', '/rules/link-down?part=overrides', '/rules/disk-full?part=back-test'],
  ...['/rules/traffic-unusual?part=shadow', '/rules/disk-full?part=evaluations', '/maintenance?past=true'],
  ...['/maintenance?view=suppressed', '/maintenance?view=inhibitions', '/notifications?view=channels'],
  ...[
    '/devices/hq.acc-sw-3f?part=interfaces',
    '/devices/hq.acc-sw-3f?part=charts&with=%5B%22hq.core-sw1%20cpu.load%20%22%5D',
  ],
  ...[
    '/devices/hq.acc-sw-3f?part=sensors',
    '/devices/hq.acc-sw-3f?part=inventory',
    '/devices/hq.acc-sw-3f?part=diagnosis',
  ],
  ...[
    '/notifications?view=log',
    '/customers/acme',
    '/sites/plant-2?part=topology',
    '/incidents?as=board',
    '/an-address-nobody-has',
  ],
]

/** What opens over a screen: the screen, what opens it, what then stands there. */
const DIALOGS: readonly (readonly [path: string, open: (page: Page) => Promise<unknown>, stands: string])[] = [
  ['/maintenance', (page) => page.locator('[data-row=w-2]').click(), '[data-window-preview]'],
  ['/notifications', (page) => page.locator('[data-row=harbor-office]').click(), '[data-route-form]'],
  ['/sites/hq', (page) => page.locator('[data-row=web-1] button').first().click(), '[role=dialog] textarea >> nth=0'],
]

/** Screens that show all colours that palettes differ in: severities, states, lines of charts. */
const COLOURFUL = /^\/(alarms|overview|history|incidents|devices|sites\/plant-2\?part=topology|rules|agents)/

/** Some fifty screens, on a machine that does other things too. */
const LONG = { timeout: 400_000 }

describe.skipIf(!CHROMIUM)('console: accessibility (chromium)', () => {
  let console: OpenConsole

  beforeAll(async () => {
    console = await openConsole(play)
  })
  afterAll(() => console?.[Symbol.asyncDispose]())

  const play = async (context: Person['context'], api: OpenConsole['api'] = console.api) => {
    await playEquipment(context)
    await playJudgement(context, api.alarms)
  }

  it.each([
    // each theme once for every screen; what is colourful also the other way round, and in the other palette, by its contrast
    ['light', 1280, 'en', 'dark', 'normal'],
    ['dark', 375, 'zh-CN', 'light', 'colour-blind'],
  ] as const)(
    'has no serious finding on any screen (%s, %i px, %s)',
    LONG,
    async (scheme, width, language, other, palette) => {
      await using person = await console.person({ scheme, width, language })
      const { page } = person
      await play(person.context)
      const findings: string[] = []
      const looked = async (what: string) => {
        for (const finding of await seriousFindings(page)) findings.push(`${what}: ${finding}`)
        for (const finding of COLOURFUL.test(what) ? await faintIn(page, other, palette) : [])
          findings.push(`${what}, ${other}, ${palette}: ${finding}`)
        for (const element of await mouseOnly(page)) findings.push(`${what}: only by mouse: ${element}`)
        const tooWide = await overflowOf(page)
        if (tooWide > 0) findings.push(`${what}: ${tooWide} px too wide`)
        if (width < 768)
          for (const one of await smallTargets(page)) findings.push(`${what}: too small for a finger: ${one}`)
      }
      await console.open('/alarms', page)
      const routes = await routesOf(page)
      const seen = new Set<string>()
      for (const path of [...routes.filter((route) => !route.includes('$')), ...ADDRESSES]) {
        await console.open(path, page)
        seen.add(await routeOf(page))
        await looked(path)
      }
      for (const [path, opened, stands] of DIALOGS) {
        await console.open(path, page)
        await opened(page)
        await page.locator(stands).waitFor()
        await looked(`${path} ${stands}`)
      }
      expect(findings).toEqual([])
      expect(person.complaints).toEqual([])
      expect(
        routes.filter((route) => !seen.has(route)),
        'routes without an address in ADDRESSES',
      ).toEqual([])
    },
  )
})

interface RoutesOnPage {
  readonly __TSR_ROUTER__: {
    readonly routesById: Record<string, { readonly fullPath: string; readonly children?: unknown }>
    readonly state: { readonly matches: readonly { readonly fullPath: string }[] }
  }
}

/** Paths of all screens that stand in the console's frame, as the router has them. */
async function routesOf(page: Page): Promise<string[]> {
  const paths = await page.evaluate(() =>
    Object.values((globalThis as unknown as RoutesOnPage).__TSR_ROUTER__.routesById)
      .filter((route) => route.children === undefined)
      .map((route) => route.fullPath),
  )
  return [...new Set(paths)].filter(
    (path) => !WITHOUT_FRAME.some((out) => path === out || (out !== '/' && path.startsWith(`${out}/`))),
  )
}

/** `/` leads elsewhere; the others stand alone and are looked at by themselves. */
const WITHOUT_FRAME = ['/', '/login', '/kiosk', '/welcome'] as const

function routeOf(page: Page): Promise<string> {
  return page.evaluate(
    () => (globalThis as unknown as RoutesOnPage).__TSR_ROUTER__.state.matches.at(-1)?.fullPath ?? 'none',
  )
}
