// The revocation list as a file for a broker that is not ours, and the signal to read it again.
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Logger } from 'pino'

export interface RevocationFileOptions {
  readonly file: string
  /** Where Mosquitto wrote its process id; undefined: something else has it read the list. */
  readonly pidFile: string | undefined
  /** The list as it should be now, PEM. */
  readonly list: () => Promise<string>
  readonly log: Logger
}

export interface RevocationFile {
  /** Writes the list soon; resolves when what was revoked before this call is in the file. Never rejects. */
  write(): Promise<boolean>
}

/** OpenSSL prefers the list with the later second; of two made in one second it may keep the first. */
const BETWEEN_LISTS_MS = 1100

export function createRevocationFile({ file, pidFile, list, log }: RevocationFileOptions): RevocationFile {
  let last: Promise<boolean> | undefined
  let next: Promise<boolean> | undefined
  const pause = () => new Promise((resolve) => setTimeout(resolve, BETWEEN_LISTS_MS))
  const once = async (): Promise<boolean> => {
    try {
      const text = await list()
      const fresh = `${file}.new`
      writeFileSync(fresh, text)
      // the broker runs as another user, whatever our umask; a list of serial numbers is no secret
      chmodSync(fresh, 0o644)
      renameSync(fresh, file)
      if (pidFile !== undefined) signal(pidFile)
      return true
    } catch (error) {
      log.error({ err: error, file }, 'the revocation list could not be written or told; the broker keeps the old one')
      return false
    }
  }
  const start = (): Promise<boolean> => {
    const mine = once()
    last = mine.then(async (written) => {
      await pause()
      last = undefined
      return written
    })
    return mine
  }
  return {
    write() {
      if (!last) return start()
      next ??= last.then(() => {
        next = undefined
        return start()
      })
      return next
    },
  }
}

/** Throws when the file names no process called mosquitto: a stale number may belong to anybody. */
function signal(pidFile: string): void {
  const pid = Number(readFileSync(pidFile, 'utf8').trim())
  if (!Number.isInteger(pid) || pid < 2) throw new Error(`${pidFile} holds no process id`)
  const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  if (name !== 'mosquitto') throw new Error(`process ${pid} of ${pidFile} is ${name}, not mosquitto`)
  process.kill(pid, 'SIGHUP')
}
