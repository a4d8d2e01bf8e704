// The agent as one file: the runtime with the bundled program inside (Node's single executable application).
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FLAGS } from '../agent/commands/lean-start.ts'
import { AGENT_MAIN, AGENT_THREAD } from './bundle.ts'
import { alignAddedSegments } from './page-size.ts'
import { ROOT } from './places.ts'
import type { Runtime } from './runtime.ts'

/** Folder of device profiles, under the name the agent asks for (agent/inputs/snmp-poll/profile-files.ts). */
const PROFILES = 'shared/profiles/stock'

/** Writes the program `out`; `bundle` is the folder bundleAgent wrote. */
export function buildExecutable(bundle: string, runtime: Runtime, out: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-executable-'))
  try {
    const output = join(dir, 'program')
    const settings = {
      // The path stands in the executable; a whole one would be of the machine that builds.
      main: AGENT_MAIN,
      mainFormat: 'module',
      executable: runtime.node,
      output,
      disableExperimentalSEAWarning: true,
      // V8 takes compiled code only under the flags it was compiled with, which are not those below.
      useCodeCache: false,
      // DEP0169: url.parse in the MQTT client; only code outside node_modules is told.
      execArgv: [...FLAGS, '--disable-warning=DEP0169'],
      // NODE_OPTIONS of the machine are not meant for this program.
      execArgvExtension: 'none',
      assets: assets(bundle),
    }
    writeFileSync(join(dir, 'settings.json'), JSON.stringify(settings))
    const stdio = ['ignore', 'ignore', 'pipe'] as const
    execFileSync(process.execPath, [`--build-sea=${join(dir, 'settings.json')}`], { cwd: bundle, stdio: [...stdio] })
    writeFileSync(output, alignAddedSegments(readFileSync(output)))
    // Copied in parts, as installers do: what one large write leaves in the page cache is mapped in large pieces, and the
    // program then seems to need 30 MB more until the machine starts anew.
    copyFileSync(output, out)
    chmodSync(out, 0o755)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function assets(bundle: string): Record<string, string> {
  const found: Record<string, string> = { [AGENT_THREAD]: join(bundle, AGENT_THREAD) }
  const files = readdirSync(join(ROOT, PROFILES), { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => /\.ya?ml$/.test(name)).sort())
    found[`${PROFILES}/${file}`] = join(ROOT, PROFILES, file)
  return found
}
