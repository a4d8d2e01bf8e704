// How much a browser fetches until the alarm list stands: the entry, the list's screen and one language, each with all it
// imports, gzipped.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export const FIRST_LOAD_LIMIT_KB = 250

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

/** Kilobytes of the built console in `dist` (needs Vite's manifest), for its largest language. */
export function firstLoadKb(dist: string): number {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const languages = Object.keys(manifest).filter(
    (name) => name.startsWith('src/app/locales/') && name.endsWith('?part=first'),
  )
  if (languages.length === 0) throw new Error('the build has no language')
  const totals = languages.map((language) => {
    const files = new Set<string>()
    for (const name of ['index.html', 'src/alarms/alarms-screen.tsx', language]) collect(manifest, name, files)
    return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0)
  })
  return Math.round(Math.max(...totals) / 1024)
}

function collect(manifest: Record<string, Chunk>, name: string, files: Set<string>): void {
  const chunk = manifest[name]
  if (chunk === undefined) throw new Error(`the build has no ${name}`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const style of chunk.css ?? []) files.add(style)
  for (const imported of chunk.imports ?? []) collect(manifest, imported, files)
}
