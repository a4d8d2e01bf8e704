// The licences of what a package contains beside our own code.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundledPackages } from './bundle.ts'
import { ROOT, RUNTIME_VERSION } from './places.ts'
import type { Runtime } from './runtime.ts'

/** One text: the runtime, then each package with its licence file, or the name of its licence where it ships none. */
export function licencesOf(packages: BundledPackages, runtime: Runtime): string {
  const ruler = '='.repeat(100)
  const part = (title: string, text: string) => `${ruler}\n${title}\n${ruler}\n\n${text.trim()}\n`
  const parts = packages.flatMap((name) => {
    const dir = join(ROOT, 'node_modules', name)
    if (!existsSync(join(dir, 'package.json'))) return []
    const about = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { version: string; license?: string }
    const file = readdirSync(dir).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
    const text = file === undefined ? `Licence: ${about.license ?? 'not named'}` : readFileSync(join(dir, file), 'utf8')
    return [part(`${name} ${about.version}`, text)]
  })
  return [part(`Node.js ${RUNTIME_VERSION}`, readFileSync(runtime.licence, 'utf8')), ...parts].join('\n')
}
