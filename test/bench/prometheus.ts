// Prometheus as the peer of the rules bench: the same series with the same values in its head block, the same ten rules in one
// group, evaluated again and again; CPU of its process with the rules less CPU without.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'
import { cpuSecondsOf, startPinned } from './machine.ts'
import { METRICS, partValue, RULES, STEP_MS } from './rules-fleet.ts'

export interface Prometheus {
  /** CPU seconds of one evaluation of all rules. */
  measure(seconds: number): Promise<{ readonly perEvaluation: number; readonly evaluations: number }>
  /** Alerts that are pending or firing, by rule. */
  alerts(): Promise<Map<string, number>>
  stop(): Promise<void>
}

/** Minutes of history that rules look back on, and some more. */
export const ROUNDS = 16

/** Starts it and fills it with the fleet's history, up to now. */
export async function startPrometheus(program: string, size: number): Promise<Prometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-prometheus-'))
  const [port] = (await freePorts(1)) as [number]
  const base = `http://127.0.0.1:${port}`
  const start = Date.now() - (ROUNDS - 1) * STEP_MS
  let round = -1
  const exporter = createServer((request, response) => {
    if (request.url !== '/metrics' || round + 1 >= ROUNDS) return void response.writeHead(404).end()
    round++
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(exposition(size, round, start + round * STEP_MS))
  })
  await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve))
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`
  const config = (withRules: boolean, scrapes: boolean) =>
    writeFileSync(
      join(dir, 'prometheus.yml'),
      configText(withRules, scrapes ? target : undefined, size > 50_000 ? 4 : 1),
    )
  config(false, true)
  writeFileSync(join(dir, 'rules.yml'), rulesText())
  const child = startPinned(
    [
      ...[program, `--config.file=${dir}/prometheus.yml`, `--storage.tsdb.path=${dir}/data`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--web.enable-lifecycle', '--log.level=error'],
    ],
    'all',
    { GOMAXPROCS: '1' },
  )
  const stop = async () => {
    await child.stop()
    exporter.close()
    rmSync(dir, { recursive: true, force: true })
  }
  const reload = async (withRules: boolean) => {
    config(withRules, false)
    const answer = await fetch(`${base}/-/reload`, { method: 'POST' })
    if (!answer.ok) throw new Error(`prometheus does not take its configuration: ${await answer.text()}`)
  }
  const iterations = async (): Promise<number> => {
    const text = await (await fetch(`${base}/metrics`)).text()
    return Number(/^prometheus_rule_group_iterations_total\{.*\} (\S+)$/m.exec(text)?.[1] ?? 0)
  }
  try {
    await until(
      () =>
        fetch(`${base}/-/ready`).then(
          (r) => r.ok,
          () => false,
        ),
      { timeoutMs: 30_000, everyMs: 50 },
    )
    await until(() => round + 1 >= ROUNDS, { timeoutMs: 240_000, everyMs: 100, what: 'prometheus to scrape' })
    await until(async () => (await count(base, 'count(capacity)')) >= size / METRICS.length, {
      ...{ timeoutMs: 60_000, everyMs: 200, what: 'the last round to be there' },
    })
    await reload(true)
    await until(async () => (await iterations()) >= 2, { timeoutMs: 60_000, everyMs: 100, what: 'an evaluation' })
  } catch (error) {
    await stop()
    throw error
  }

  async function usedIn(seconds: number): Promise<{ cpu: number; evaluations: number }> {
    const [cpu, before] = [cpuSecondsOf(child.pid), await iterations()]
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    return { cpu: cpuSecondsOf(child.pid) - cpu, evaluations: (await iterations()) - before }
  }

  return {
    async measure(seconds) {
      await reload(true)
      await until(async () => (await iterations()) >= 1, { timeoutMs: 60_000, everyMs: 50 })
      const on = await usedIn(seconds)
      await reload(false)
      const off = await usedIn(seconds)
      return { perEvaluation: Math.max(0, on.cpu - off.cpu) / on.evaluations, evaluations: on.evaluations }
    },
    async alerts() {
      const found = new Map<string, number>()
      for (const { id } of RULES) found.set(id, await count(base, `count(ALERTS{alertname="${id}"})`))
      return found
    },
    stop,
  }
}

async function count(base: string, query: string): Promise<number> {
  const answer = await (await fetch(`${base}/api/v1/query?query=${encodeURIComponent(query)}`)).json()
  const { data } = answer as { data?: { result: { value: [number, string] }[] } }
  return Number(data?.result[0]?.value[1] ?? 0)
}

/** Every line with its own time: history comes in faster than it happened, and nothing goes stale when it ends. */
function exposition(size: number, round: number, at: number): string {
  const lines: string[] = []
  const parts = Math.floor(size / METRICS.length)
  for (const metric of METRICS) {
    lines.push(`# TYPE ${metric} ${metric === 'errors' ? 'counter' : 'gauge'}`)
    for (let part = 0; part < parts; part++) {
      const labels = `site="site-${Math.floor(part / 200)}",device="d${Math.floor(part / 40)}",resource="part:${part}"`
      lines.push(`${metric}{${labels}} ${partValue(part, metric, round)} ${at}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function configText(withRules: boolean, target: string | undefined, seconds: number): string {
  const scrape = target
    ? `scrape_configs: [{ job_name: fleet, scrape_interval: ${seconds}s, scrape_timeout: ${seconds}s, static_configs: [{ targets: ['${target}'] }] }]\n`
    : ''
  return `global: { evaluation_interval: 1s }\n${withRules ? 'rule_files: [rules.yml]\n' : ''}${scrape}`
}

function rulesText(): string {
  const rules = RULES.map(({ id, promql, forMinutes }) =>
    JSON.stringify({ alert: id, expr: promql, for: `${forMinutes}m`, labels: { severity: 'minor' } }),
  )
  return `groups: [{ name: fleet, rules: [${rules.join(', ')}] }]\n`
}
