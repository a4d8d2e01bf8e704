// Whether a time service keeps the clock: timedatectl says what the kernel knows; without it files of the usual services do.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'

const TIMESYNCD_MARK = '/run/systemd/timesync/synchronized'
const ASK_MS = 3_000

export async function timeService(): Promise<'synchronised' | 'not-synchronised' | 'unknown'> {
  const said = await new Promise<string>((resolve) => {
    execFile('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: ASK_MS }, (error, stdout) =>
      resolve(error ? '' : stdout.trim()),
    )
  })
  if (said === 'yes') return 'synchronised'
  if (said === 'no') return 'not-synchronised'
  return existsSync(TIMESYNCD_MARK) ? 'synchronised' : 'unknown'
}
