// The machine itself, as checks see it.
import { lookup } from 'node:dns/promises'
import { accessSync, constants, readFileSync, statfsSync, statSync } from 'node:fs'
import type { Machine } from './machine.ts'
import { handshake, reach } from './system-connections.ts'
import { tryWrite } from './system-files.ts'
import { get } from './system-http.ts'
import { bind, fileInUse, holder } from './system-ports.ts'
import { timeService } from './system-time.ts'

/** The real one; nothing is held between calls. */
export function systemMachine(): Machine {
  return {
    now: Date.now,
    resolve: async (name) => (await lookup(name, { all: true })).map((entry) => entry.address),
    reach,
    handshake,
    get,
    bind,
    holder,
    disk(dir) {
      const { bavail, bsize, blocks } = statfsSync(dir)
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
    },
    tryWrite,
    stat(path) {
      const found = statSync(path, { throwIfNoEntry: false })
      if (found === undefined) return null
      return {
        ...{ mode: found.mode & 0o777, uid: found.uid, size: found.size },
        ...{ isDirectory: found.isDirectory(), changedAt: found.mtimeMs },
      }
    },
    unreadable(path) {
      try {
        accessSync(path, constants.R_OK)
        return null
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? (error as Error).message
      }
    },
    read: (path) => readFileSync(path, 'utf8'),
    inUse: fileInUse,
    timeService,
    sysctl(name) {
      try {
        return readFileSync(`/proc/sys/${name}`, 'utf8').trim()
      } catch {
        return undefined
      }
    },
    uid: process.getuid?.(),
  }
}
