// Runs the collector, and starts it anew when other containers bring settings or change theirs. The file a person mounts
// is read at each start only: half an edit must not stop anything.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Places } from './places.ts'

const LOOK_MS = 1000

/** Resolves with the collector's exit code when it ends by itself or by SIGTERM or SIGINT. */
export async function follow(places: Places): Promise<number> {
  let child: ChildProcess | undefined
  let ending = false
  let again = false
  let additions = ''
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      ending = true
      child?.kill(signal)
    })
  const timer = setInterval(() => {
    if (ending || again || child === undefined || textsOf(additionsIn(places)) === additions) return
    console.log('The settings changed: the collector starts anew')
    again = true
    child.kill('SIGTERM')
  }, LOOK_MS)
  try {
    for (;;) {
      again = false
      additions = textsOf(additionsIn(places))
      const file = settingsInUse(places)
      writeFileSync(file, mergedSettings(places), { mode: 0o600 })
      child = spawn(places.collector, ['run', '--config', file, '--data', places.data], { stdio: 'inherit' })
      const code = await ended(child)
      if (ending || !again) return code
    }
  } finally {
    clearInterval(timer)
  }
}

/** Where the settings in use lie. */
export const settingsInUse = ({ temporary }: Pick<Places, 'temporary'>) => join(temporary, 'collector.yaml')

/**
 * Additions, names and the mounted file as one YAML text. Objects are merged, lists joined; of other values the later one
 * stands, and the person's file is the last.
 */
export function mergedSettings(places: Pick<Places, 'settings' | 'additions' | 'names'>): string {
  const files = [...additionsIn(places), ...(existsSync(places.settings) ? [places.settings] : [])]
  const parts = files.map((file) => parse(readFileSync(file, 'utf8')) as unknown)
  const names = places.names.length === 0 ? {} : { enrolment: { names: places.names } }
  return stringify([names, ...parts].reduce(merged, {}))
}

function additionsIn({ additions }: Pick<Places, 'additions'>): string[] {
  const names = existsSync(additions) ? readdirSync(additions).filter((name) => /\.ya?ml$/.test(name)) : []
  return names.sort().map((name) => join(additions, name))
}

const textsOf = (files: readonly string[]) => files.map((file) => readFileSync(file, 'utf8')).join('\n')

function merged(a: unknown, b: unknown): unknown {
  if (b === null || b === undefined) return a
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
  if (!isObject(a) || !isObject(b)) return b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...keys].map((key) => [key, merged(a[key], b[key])]))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1)))
  })
}

/** Whether the collector answers at the port of its settings. Its certificate need not name this address. */
export async function isHealthy(places: Places): Promise<boolean> {
  const { http = {} } = parse(readFileSync(settingsInUse(places), 'utf8')) as {
    http?: { port?: number; tls?: unknown }
  }
  const url = `${http.tls ? 'https' : 'http'}://127.0.0.1:${http.port ?? 8080}/healthz`
  if (http.tls) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  return fetch(url, { signal: AbortSignal.timeout(4000) }).then(
    (answer) => answer.ok,
    () => false,
  )
}
