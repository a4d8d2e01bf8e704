// A language is a folder of files, one for each room of the console, and comes to the browser in parts: what the first list and
// what is around it say, all the rest, which follows, and what a wall says: `locales/en.json?part=first`, `later`, `kiosk`.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** Top-level keys that the first list and what is around it need. Whatever is not here waits for another screen or a dialog. */
const FIRST: ReadonlySet<string> = new Set([
  ...[
    'severity',
    'status',
    'view',
    'viewTitle',
    'flag',
    'suppressed',
    'column',
    'source',
    'nav',
    'navGroup',
    'navCount',
    'shell',
  ],
  ...[
    'language',
    'theme',
    'role',
    'connection',
    'keys',
    'signIn',
    'missing',
    'time',
    'duration',
    'alarms',
    'alarm',
    'alarmType',
  ],
  ...['alarmColumn', 'alarmCategory', 'alarmView'],
  ...['alarmAction', 'action', 'deviceState', 'failure', 'port', 'copy', 'presence'],
])

const LOCALES = fileURLToPath(new URL('src/app/locales', import.meta.url))
/** All that is said on a wall; the console may say the same words. */
const KIOSK: ReadonlySet<string> = new Set(['kiosk', 'duration', 'severity', 'deviceState', 'alarmType'])

const PART = /^(.*\/locales\/([\w-]+))\.json\?part=(first|later|kiosk)$/

/**
 * All words of a language (`en`, `zh-CN`) as one tree. Throws when two of its files say the same key.
 */
export function readLocale(language: string): Record<string, unknown> {
  const words: Record<string, unknown> = {}
  for (const file of filesOf(join(LOCALES, language)))
    for (const [key, value] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)) {
      if (key in words) throw new Error(`${file}: "${key}" is in another file of ${language} already`)
      words[key] = value
    }
  return words
}

export function localeParts(): Plugin {
  return {
    name: 'locale-parts',
    enforce: 'pre',
    resolveId(id, importer) {
      return PART.test(id) && importer !== undefined ? resolve(dirname(importer), id) : null
    },
    load(id) {
      const [, folder, language, part] = PART.exec(id) ?? []
      if (folder === undefined || language === undefined) return null
      for (const file of filesOf(folder)) this.addWatchFile(file)
      const isWanted = (key: string) =>
        part === 'kiosk' ? KIOSK.has(key) : key !== 'kiosk' && FIRST.has(key) === (part === 'first')
      const wanted = Object.entries(readLocale(language)).filter(([key]) => isWanted(key))
      return {
        code: `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(wanted)))})`,
        moduleType: 'js',
      }
    },
  }
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name))
