// 5,000 devices, 50,000 open alarms and 100 changes a second at a real collector: does the table stay fluid under hands that
// scroll and type, does the list answer in time, does the page's memory stay where it is, and is the table right at the end?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { stringify } from 'yaml'
import { openBrowser, settled, signIn } from '../support/browser.ts'
import {
  ADMIN_PASSWORD,
  AGENT_ID,
  AGENT_PASSWORD,
  type Installation,
  startInstallation,
} from '../support/installation.ts'
import { requireProgram } from '../support/programs.ts'
import { startSiteAgent } from '../support/site-agent.ts'
import { until } from '../support/until.ts'
import { buildConsole } from '../system/build-console.ts'
import { askLists } from './console-scale/answers.ts'
import { type Fleet, putFleet, SCALE_AGENT, SCALE_RULES } from './console-scale/fleet.ts'
import { heapOf, scrollAndType, takeLongTasks, watchLongTasks } from './console-scale/hands.ts'
import type { Proof, ProofContext } from './proof-kind.ts'

/** 95 of 100 long tasks while hands are at it. */
const LONG_TASK_MS = 100
const ANSWER_MS = 300
/** What the heap may grow by from the first minutes to the last ones. */
const HEAP_GROWTH = 0.1

export const consoleScale: Proof = {
  name: 'console-scale',
  title: '5,000 devices, 50,000 alarms, 100 changes/s: the table is fluid, the list answers, memory is flat; minutes',
  rounds: 10,
  unavailable: () => (requireProgram('chromium') ? undefined : 'there is no chromium'),
  async run(context) {
    const { brisk, rounds, progress } = context
    const size = brisk ? { devices: 100, alarms: 1000 } : { devices: 5000, alarms: 50_000 }
    const dir = mkdtempSync(join(tmpdir(), 'outrider-console-scale-'))
    let installation: Installation | undefined
    try {
      await buildConsole()
      const rulesDir = join(dir, 'rules.d')
      mkdirSync(rulesDir)
      writeFileSync(join(rulesDir, 'scale.yaml'), stringify(SCALE_RULES))
      const agents = [
        { id: AGENT_ID, site: 'hq', password: AGENT_PASSWORD },
        { id: SCALE_AGENT, site: 'hq', password: 'secret' },
      ]
      installation = await startInstallation({ broker: 'embedded', collectorConfig: { rulesDir, agents } })
      const agent = await startSiteAgent({ dir, brokerPort: installation.ports.broker, id: SCALE_AGENT })
      try {
        const began = performance.now()
        const fleet = await putFleet(agent, { ...size, random: context.random })
        const stood = await standingIn(installation)
        progress(`${stood} alarms stand after ${Math.round((performance.now() - began) / 1000)} s`)
        return await watch(context, installation, fleet, { ...size, stood, minutes: brisk ? 0 : rounds })
      } finally {
        await agent.stop()
      }
    } finally {
      await installation?.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

interface Counted {
  readonly devices: number
  readonly alarms: number
  /** Alarms that the collector has. */
  readonly stood: number
  readonly minutes: number
}

async function watch(context: ProofContext, installation: Installation, fleet: Fleet, counted: Counted) {
  const { progress } = context
  await using browser = await openBrowser({ executable: requireProgram('chromium') as string })
  const { page } = browser
  await watchLongTasks(page)
  await signIn(page, installation.api.base, 'admin', ADMIN_PASSWORD)
  await settled(page)
  await until(async () => (await rowsOf(page)) >= counted.alarms, { timeoutMs: 60_000, what: 'all rows in the table' })
  const firstTasks = await takeLongTasks(page)
  const asking = new AbortController()
  const answers = askLists(installation.api, asking.signal, 400)
  const began = performance.now()
  const churn = fleet.churn(100)
  const tasks: number[] = []
  const heaps: number[] = []
  const rounds = counted.minutes === 0 ? 1 : counted.minutes
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await takeLongTasks(page)
    await scrollAndType(page, counted.minutes === 0 ? 4 : 30)
    const long = await takeLongTasks(page)
    tasks.push(...long)
    // the rest of the minute nobody touches it
    const rest = counted.minutes === 0 ? 0 : 60_000 - (performance.now() - start)
    await page.waitForTimeout(Math.max(0, rest))
    heaps.push(await heapOf(page))
    progress(
      `${round + 1}: ${long.length} long tasks, worst ${worst(long)} ms, heap ${megabytes(heaps.at(-1) ?? 0)} MB`,
    )
  }
  const changes = churn.stop()
  const seconds = (performance.now() - began) / 1000
  asking.abort()
  const { all, slowest } = await answers
  await fleet.told()
  const right = await untilRight(page, installation, fleet)
  const growth = growthOf(heaps)
  const [task, answer] = [percentile(tasks, 0.95), percentile(all, 0.95)]
  const ok =
    task < LONG_TASK_MS &&
    answer < ANSWER_MS &&
    growth <= HEAP_GROWTH &&
    right.wrong.length === 0 &&
    browser.complaints.length === 0 &&
    counted.stood >= counted.alarms &&
    changes / seconds > 95
  return {
    ok,
    devices: counted.devices,
    alarms: counted.stood,
    changesPerSecond: Math.round(changes / seconds),
    longTaskMs: { count: tasks.length, p95: Math.round(task), worst: worst(tasks) },
    firstLoad: { longTasks: firstTasks.length, worst: worst(firstTasks) },
    answerMs: { count: all.length, p95: Math.round(answer), worst: worst(all), slowest },
    heapMb: {
      first: megabytes(heaps[0] ?? 0),
      last: megabytes(heaps.at(-1) ?? 0),
      growth: Math.round(growth * 1000) / 1000,
    },
    ...right,
    complaints: browser.complaints.slice(0, 5),
    limits: { LONG_TASK_MS, ANSWER_MS, HEAP_GROWTH },
  }
}

/** Rows that the table says it has. */
async function rowsOf(page: Page): Promise<number> {
  return Number(await page.locator('[role=grid]').getAttribute('aria-rowcount')) - 1
}

interface BoardNumbers {
  readonly total: number
  readonly counts: Readonly<Record<string, number>>
}
const board = ({ api }: Installation) => api.get<BoardNumbers>('/api/v1/alarms/board?limit=1')

async function standingIn(installation: Installation): Promise<number> {
  const { counts } = await board(installation)
  return Object.values(counts).reduce((sum, n) => sum + n, 0)
}

/** Nothing changes any more: what the table's counters say must be what the collector says. */
async function untilRight(page: Page, installation: Installation, fleet: Fleet) {
  let wrong: string[] = []
  const look = async () => {
    const { counts } = await board(installation)
    const shown = await page.locator('[role=toolbar] button[aria-pressed] b').allTextContents()
    const said = shown.map((text) => Number(text.replaceAll(/\D/g, '')))
    wrong = Object.entries(counts)
      .filter(([severity, n]) => severity !== 'indeterminate' && !said.includes(n))
      .map(([severity, n]) => `${severity}: ${n} at the collector, the counters show ${said.join(' ')}`)
    return wrong.length === 0
  }
  await until(look, { timeoutMs: 15_000, everyMs: 250 }).catch(() => undefined)
  return { wrong, standing: fleet.standing() }
}

/** From the mean of the first third of the heaps (the first minute aside) to that of the last third. */
function growthOf(heaps: readonly number[]): number {
  const rest = heaps.length > 3 ? heaps.slice(1) : heaps
  const third = Math.max(1, Math.floor(rest.length / 3))
  const mean = (part: readonly number[]) => part.reduce((sum, n) => sum + n, 0) / part.length
  return rest.length < 2 ? 0 : mean(rest.slice(-third)) / mean(rest.slice(0, third)) - 1
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}

const worst = (values: readonly number[]) => Math.round(Math.max(0, ...values))
const megabytes = (bytes: number) => Math.round(bytes / 104_857.6) / 10
