// What is fetched before the first list stands has no schemas in it: they weigh more than all the console's own code there.
// Followed through the sources, so that it is known without a build; the size itself is measured by the browser tests.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

it('the first load reaches no schema library', () => {
  const way = wayTo('zod', ['web/src/app/main.tsx', 'web/src/alarms/alarms-screen.tsx'])
  expect(way, 'import types only, or say the few constants again with `satisfies`').toEqual([])
})

it('it would be found', () => {
  expect(wayTo('zod', ['web/src/preferences/preferences-screen.tsx']).at(-1)).toBe('zod')
})

/** Files from one of `starts` to the package, each importing the next when it runs; empty when there is no way. */
function wayTo(target: string, starts: readonly string[]): string[] {
  const before = new Map<string, string | undefined>(starts.map((file) => [file, undefined]))
  for (const file of before.keys())
    for (const next of importsOf(file)) {
      if (before.has(next)) continue
      before.set(next, file)
      if (next === target) return [...wayBack(before, next)].reverse()
    }
  return []
}

function* wayBack(before: ReadonlyMap<string, string | undefined>, from: string): Generator<string> {
  for (let at: string | undefined = from; at !== undefined; at = before.get(at)) yield at
}

/** What a file imports when it runs: files from the root, packages by name. Types and `import()` are not among it. */
function importsOf(file: string): string[] {
  if (!/\.tsx?$/.test(file)) return []
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm)]
    .filter(([, names]) => names === undefined || !onlyTypes(names))
    .map(([, , from]) => from as string)
    .map((from) => {
      if (from.startsWith('#')) return from.slice(1)
      return from.startsWith('.') ? join(dirname(file), from) : from
    })
    .filter((found) => !found.includes('/') || !/\.tsx?$/.test(found) || existsSync(join(root, found)))
}

/** `{ type A, type B }` leaves nothing. */
const onlyTypes = (names: string): boolean =>
  /^\{[^}]*\}$/.test(names.trim()) &&
  names
    .replace(/[{}]/g, '')
    .split(',')
    .every((name) => name.trim() === '' || name.trim().startsWith('type '))
