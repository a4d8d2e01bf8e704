// Builds the console into web/dist when its sources, the shared schemas or the lock file changed. Prints one line.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { FIRST_LOAD_LIMIT_KB, firstLoadKb } from './first-load.ts'

const web = fileURLToPath(new URL('.', import.meta.url))
const root = join(web, '..')
const stamp = join(web, 'dist', '.sources')
const started = performance.now()
const hash = sourcesHash()

if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) console.log('console: up to date')
else {
  // a test run that builds on its way must not leave a development build behind
  process.env.NODE_ENV = 'production'
  await build({ configFile: join(web, 'vite.config.ts'), logLevel: 'warn' })
  writeFileSync(stamp, hash)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const kb = firstLoadKb(join(web, 'dist'))
  console.log(`console: built in ${seconds} s, first load ${kb} of ${FIRST_LOAD_LIMIT_KB} KB gzipped`)
}

function sourcesHash(): string {
  const files = globSync(['web/{src,public}/**/*', 'web/*.{html,ts,json}', 'shared/**/*.ts', 'package-lock.json'], {
    cwd: root,
    withFileTypes: true,
  })
    .filter((file) => file.isFile() && !file.name.includes('.test.'))
    .map((file) => join(file.parentPath, file.name))
    .sort()
  const digest = createHash('sha256')
  for (const file of files) digest.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  return digest.digest('hex')
}
