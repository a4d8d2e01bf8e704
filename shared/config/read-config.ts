// YAML text in, a checked value or every problem at once out: each with file, line, column, path and the nearest key.
// Pure: environment and files are asked through `secrets`.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { z } from 'zod'

export interface ConfigProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Dotted path, '' for the whole file. */
  readonly path: string
  readonly message: string
}

export interface SecretSource {
  /** Value of an environment variable. */
  env(name: string): string | undefined
  /** Text of a file; throws when it cannot be read. */
  file(path: string): string
}

export type ConfigResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

const MAX_TEXT = 4 * 1024 * 1024

/** Reads and checks one file. An empty text is `{}`. Never throws. */
export function readConfig<S extends z.ZodType>(
  text: string,
  schema: S,
  options: { readonly file: string; readonly secrets: SecretSource },
): ConfigResult<z.output<S>> {
  const { file } = options
  if (text.length > MAX_TEXT) return { ok: false, problems: [atStart(file, `larger than ${MAX_TEXT} characters`)] }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  if (document.errors.length > 0)
    return {
      ok: false,
      problems: document.errors.map((e) => {
        const at = lines.linePos(e.pos[0])
        return { file, line: at.line, column: at.col, path: '', message: e.message.split('\n')[0] ?? 'bad YAML' }
      }),
    }
  const where = (path: readonly PropertyKey[]) => positionOf(document.contents, path, lines)
  const problems: ConfigProblem[] = []
  let raw: unknown
  try {
    raw = document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (error) {
    return { ok: false, problems: [atStart(file, (error as Error).message)] }
  }
  const resolved = resolveSecrets(raw, [], options.secrets, (path, message) =>
    problems.push({ file, ...where(path), path: dotted(path), message }),
  )
  const parsed = schema.safeParse(resolved)
  if (!parsed.success)
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys')
        for (const key of issue.keys) {
          const path = [...issue.path, key]
          const near = nearestKey(key, knownKeys(schema, issue.path))
          const message = near ? `unknown key; did you mean "${near}"?` : 'unknown key'
          problems.push({ file, ...where(path), path: dotted(path), message })
        }
      else problems.push({ file, ...where(issue.path), path: dotted(issue.path), message: issue.message })
    }
  problems.sort((a, b) => a.line - b.line || a.column - b.column)
  return parsed.success && problems.length === 0 ? { ok: true, value: parsed.data } : { ok: false, problems }
}

/** One line per problem: `file:line:col: path: message`. */
export function printProblem(p: ConfigProblem): string {
  return `${p.file}:${p.line}:${p.column}: ${p.path ? `${p.path}: ` : ''}${p.message}`
}

/** The key a person probably meant: at most two edits away (Levenshtein), or undefined. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const scored = known.map((k) => ({ k, d: distance(key.toLowerCase(), k.toLowerCase()) }))
  scored.sort((a, b) => a.d - b.d)
  const best = scored[0]
  return best && best.d <= Math.max(2, Math.floor(key.length / 3)) ? best.k : undefined
}

function resolveSecrets(
  value: unknown,
  path: PropertyKey[],
  source: SecretSource,
  problem: (path: PropertyKey[], message: string) => void,
): unknown {
  if (Array.isArray(value)) return value.map((v, i) => resolveSecrets(v, [...path, i], source, problem))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
  const [key, name] = entries[0] ?? []
  if (entries.length === 1 && typeof name === 'string' && (key === 'fromEnv' || key === 'fromFile')) {
    const text = key === 'fromEnv' ? source.env(name) : readOrUndefined(source, name)
    if (text !== undefined && text !== '') return text
    problem(
      path,
      key === 'fromEnv' ? `environment variable ${name} is not set` : `file ${name} cannot be read or is empty`,
    )
    return 'unresolved'
  }
  return Object.fromEntries(entries.map(([k, v]) => [k, resolveSecrets(v, [...path, k], source, problem)]))
}

function readOrUndefined(source: SecretSource, path: string): string | undefined {
  try {
    return source.file(path).replace(/\r?\n$/, '')
  } catch {
    return undefined
  }
}

function positionOf(
  root: Node | null,
  path: readonly PropertyKey[],
  lines: LineCounter,
): { line: number; column: number } {
  let node: Node | null | undefined = root
  let offset = root?.range?.[0] ?? 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node)) {
      node = node.items[Number(step)] as Node | undefined
      offset = node?.range?.[0] ?? offset
    } else break
  }
  const at = lines.linePos(offset)
  return { line: Math.max(1, at.line), column: Math.max(1, at.col) }
}

interface Shaped {
  readonly def: {
    readonly type: string
    readonly shape?: Record<string, Shaped>
    readonly innerType?: Shaped
    readonly in?: Shaped
    readonly element?: Shaped
    readonly valueType?: Shaped
    readonly options?: readonly Shaped[]
  }
}

function knownKeys(schema: unknown, path: readonly PropertyKey[]): string[] {
  let nodes = unwrap(schema as Shaped)
  for (const step of path)
    nodes = nodes.flatMap((n) => {
      const next = n.def.shape?.[String(step)] ?? n.def.element ?? n.def.valueType
      return next ? unwrap(next) : []
    })
  return nodes.flatMap((n) => Object.keys(n.def.shape ?? {}))
}

function unwrap(schema: Shaped): Shaped[] {
  const inner = schema.def.innerType ?? schema.def.in
  if (inner) return unwrap(inner)
  return schema.def.options ? schema.def.options.flatMap(unwrap) : [schema]
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
    row = next
  }
  return row[b.length] as number
}

const dotted = (path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${String(step)}` : String(step)),
    '',
  )

const atStart = (file: string, message: string): ConfigProblem => ({ file, line: 1, column: 1, path: '', message })
