// The disk: takes writes, syncs in time, has room for what the outbox may hold.
import type { Finding } from '#shared/doctor/doctor.ts'
import type { AgentCheck } from '../doctor.ts'
import type { MessageId } from '../words.ts'

const SLOW_SYNC_MS = 100
/** Records still get in and out with this. */
const LEAST_BYTES = 64 * 2 ** 20

export const diskCheck: AgentCheck = {
  name: 'disk',
  async run({ config, machine, inspectOutbox }) {
    const dir = config.dataDir
    const folder = machine.stat(dir)
    if (folder === null) return [{ id: 'folder-missing', params: { dir } }]
    if (!folder.isDirectory) return [{ id: 'folder-is-file', params: { dir } }]
    const found: Finding<MessageId>[] = []
    try {
      const ms = Math.round(await machine.tryWrite(dir))
      found.push(
        ms > SLOW_SYNC_MS ? { id: 'disk-slow', params: { dir, ms } } : { id: 'folder-good', params: { dir, ms } },
      )
    } catch (error) {
      const problem = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      found.push({ id: 'folder-not-writable', params: { dir, problem } })
    }
    if (machine.uid !== undefined && folder.uid !== machine.uid)
      found.push({ id: 'folder-other-user', params: { dir, owner: folder.uid, user: machine.uid } })
    const { resultMegabytes, eventMegabytes, telemetryMegabytes } = config.outbox
    const quota = resultMegabytes + eventMegabytes + telemetryMegabytes
    const used = megabytes(inspectOutbox()?.bytes ?? 0)
    const { freeBytes } = machine.disk(dir)
    const room = { dir, free: megabytes(freeBytes), quota, needed: Math.max(0, quota - used) }
    if (freeBytes < LEAST_BYTES) found.push({ id: 'disk-full', params: room })
    else if (room.free < room.needed) found.push({ id: 'disk-low', params: room })
    else found.push({ id: 'disk-good', params: room })
    return found
  },
}

const megabytes = (bytes: number): number => Math.floor(bytes / 2 ** 20)
