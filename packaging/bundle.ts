// Source to plain JavaScript: the agent into one file (its thread into a second), the collector into a folder of chunks.
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { type OutputChunk, type Plugin, rolldown } from 'rolldown'
import { ROOT } from './places.ts'

/** Names of npm packages whose code is in a bundle, e.g. `@fastify/static`. */
export type BundledPackages = readonly string[]

export const AGENT_MAIN = 'outrider-agent.mjs'
/** Name the agent asks for (agent/outbox/commit-link.ts). */
export const AGENT_THREAD = 'commit-thread.js'

/** Writes AGENT_MAIN and AGENT_THREAD to `dir`. A warning of the bundler is an error: what it means shows at the customer's. */
export async function bundleAgent(dir: string): Promise<BundledPackages> {
  const main = await bundle({ main: 'agent/main.ts' }, [], {
    file: join(dir, AGENT_MAIN),
    format: 'esm',
    codeSplitting: false,
  })
  // A thread that starts from a text is CommonJS.
  const thread = await bundle({ thread: 'agent/outbox/commit-thread.ts' }, [], {
    file: join(dir, AGENT_THREAD),
    format: 'cjs',
    codeSplitting: false,
  })
  return packagesOf([...main, ...thread])
}

export const COLLECTOR_MAIN = 'lib/outrider-collector.js'

/**
 * Writes COLLECTOR_MAIN with its chunks to `dir`, and beside `lib` what the program reads as files, at the places it has
 * in the source: rules, the built console, the API's documentation pages.
 */
export async function bundleCollector(dir: string): Promise<BundledPackages> {
  const chunks = await bundle({ [basename(COLLECTOR_MAIN, '.js')]: 'collector/main.ts' }, [ownFolder()], {
    dir: join(dir, dirname(COLLECTOR_MAIN)),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    banner: `const ${FOLDER} = import.meta.dirname;`,
  })
  for (const file of dataFilesOf('collector')) copy(file, dir)
  copy('package.json', dir)
  copy('node_modules/@fastify/swagger-ui/static', dir)
  if (!existsSync(join(ROOT, 'web/dist/index.html'))) throw new Error('the console is not built: npm run build:web')
  copy('web/dist', dir)
  return packagesOf(chunks)
}

/** What only containers run (packaging/container): start.js and demo-site.js, into `dir`. */
export async function bundleContainer(dir: string): Promise<void> {
  const input = { start: 'packaging/container/start.ts', 'demo-site': 'packaging/container/demo-site.ts' }
  await bundle(input, [], { dir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' })
}

type Output = NonNullable<Parameters<Awaited<ReturnType<typeof rolldown>>['write']>[0]>

async function bundle(input: Record<string, string>, plugins: Plugin[], output: Output): Promise<OutputChunk[]> {
  const made = await rolldown({
    input,
    plugins,
    cwd: ROOT,
    platform: 'node',
    onLog(level, log) {
      if (level === 'warn') throw new Error(`bundling ${Object.values(input)}: ${log.message}`)
    },
  })
  const { output: parts } = await made.write({ ...output, minify: true, comments: false })
  await made.close()
  return parts.filter((part) => part.type === 'chunk')
}

const FOLDER = 'outriderFolder'

/** Code knows its files by its own folder, which is another one in the bundle. */
function ownFolder(): Plugin {
  return {
    name: 'own-folder',
    transform(code, id) {
      const folder = relative(ROOT, dirname(id))
      const there = `(${FOLDER} + ${JSON.stringify(`/../${folder}`)})`
      if (/\bimport\.meta\.dirname\b/.test(code) && !folder.startsWith('node_modules'))
        return code.replaceAll('import.meta.dirname', there)
      if (folder.startsWith('node_modules') && /\b__dirname\b/.test(code)) return code.replaceAll('__dirname', there)
      return null
    },
  }
}

/** Files a program reads at run time lie beside its code and are no TypeScript. */
function dataFilesOf(top: string): string[] {
  return readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()
}

function copy(path: string, dir: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  cpSync(join(ROOT, path), join(dir, path), { recursive: true, filter: (file) => !/\.map$|\/\.[^/]+$/.test(file) })
}

function packagesOf(chunks: readonly OutputChunk[]): BundledPackages {
  const names = chunks.flatMap((chunk) => chunk.moduleIds).flatMap((id) => packageName(id) ?? [])
  return [...new Set(names)].sort()
}

function packageName(id: string): string | undefined {
  return id
    .split('/node_modules/')
    .at(-1)
    ?.match(/^(?!\/)(@[^/]+\/[^/]+|[^/@][^/]*)\//)?.[1]
}
