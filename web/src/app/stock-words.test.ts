// What ships has words in both languages: every metric and state of the stock profiles, every alarm type of the stock rules.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readLocale } from '../../locale-parts.ts'

const root = new URL('../../../', import.meta.url)
const words = { en: locale('en'), 'zh-CN': locale('zh-CN') }

describe.each(['en', 'zh-CN'] as const)('words in %s', (language) => {
  it('exist for every metric of the stock profiles', () => {
    const metrics = found('shared/profiles/stock/', (node) => node['x-outrider']?.metric)
    expect(metrics.length).toBeGreaterThan(20)
    expect(metrics.filter((name) => typeof at(words[language].metric, name) !== 'string')).toEqual([])
  })

  it('exist for every state of the stock profiles', () => {
    const states = found('shared/profiles/stock/', (node) =>
      // mappings without a metric name rows, they are no states
      node['x-outrider']?.class === 'state' ? Object.values(node.mapping ?? {}).map(String) : [],
    )
    expect(states.length).toBeGreaterThan(10)
    expect(states.filter((name) => typeof at(words[language].stateLabel, name) !== 'string')).toEqual([])
  })

  it('exist for every alarm type of the stock rules', () => {
    const types = found('collector/rules/stock/', (node) => node.alarmType)
    expect(types.length).toBeGreaterThan(10)
    expect(types.filter((name) => typeof at(words[language].alarmType, name) !== 'string')).toEqual([])
  })
})

type Node = Record<string, unknown> & {
  readonly 'x-outrider'?: { readonly metric?: string; readonly class?: string }
  readonly mapping?: Record<string, unknown>
  readonly alarmType?: string
}

/** What `pick` finds in any object of the YAML files of a folder, each once. */
function found(folder: string, pick: (node: Node) => string | string[] | undefined): string[] {
  const all = new Set<string>()
  const walk = (value: unknown) => {
    if (value === null || typeof value !== 'object') return
    const picked = Array.isArray(value) ? undefined : pick(value as Node)
    for (const one of picked === undefined ? [] : [picked].flat()) all.add(one)
    for (const inner of Object.values(value)) walk(inner)
  }
  const files = readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.yaml'))
  for (const file of files) walk(parse(readFileSync(new URL(folder + file, root), 'utf8')))
  return [...all]
}

function locale(language: string): Record<string, Record<string, unknown>> {
  return readLocale(language) as Record<string, Record<string, unknown>>
}

function at(tree: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], tree)
}
