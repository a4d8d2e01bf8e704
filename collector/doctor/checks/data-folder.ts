// The data folder: there, writable, with room, and its keys read by nobody else.
import { join } from 'node:path'
import type { CollectorCheck } from '../doctor.ts'

const LOW_BYTES = 2 * 2 ** 30
const EMPTY_BYTES = 200 * 2 ** 20
const SLOW_SYNC_MS = 200
/** Files that open everything. */
const SECRET_FILES = [
  'command-key.pem',
  'collector.db',
  'keys/ca.key',
  'keys/seal.key',
  'keys/server.pem',
  'credential-key.pem',
]

export const dataFolderCheck: CollectorCheck = {
  name: 'data folder',
  async run({ config, machine }) {
    const dir = config.dataDir
    const folder = machine.stat(dir)
    if (folder === null) return [{ id: 'folder-missing', params: { dir } }]
    if (!folder.isDirectory) return [{ id: 'folder-is-file', params: { dir } }]
    const found = []
    const { freeBytes } = machine.disk(dir)
    const room = { dir, free: megabytes(freeBytes) }
    if (freeBytes < EMPTY_BYTES) found.push({ id: 'disk-full', params: room } as const)
    else if (freeBytes < LOW_BYTES) found.push({ id: 'disk-low', params: room } as const)
    try {
      const ms = Math.round(await machine.tryWrite(dir))
      if (ms > SLOW_SYNC_MS) found.push({ id: 'disk-slow', params: { dir, ms } } as const)
      else found.push({ id: 'folder-good', params: { ...room, ms } } as const)
    } catch (error) {
      const problem = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      found.push({ id: 'folder-not-writable', params: { dir, problem } } as const)
    }
    if (machine.uid !== undefined && folder.uid !== machine.uid)
      found.push({ id: 'folder-other-user', params: { dir, owner: folder.uid, user: machine.uid } } as const)
    for (const name of SECRET_FILES) {
      const file = machine.stat(join(dir, name))
      if (file === null || (file.mode & 0o077) === 0 || (folder.mode & 0o077) === 0) continue
      found.push({ id: 'file-open-to-others', params: { file: join(dir, name), mode: file.mode.toString(8) } } as const)
    }
    return found
  },
}

const megabytes = (bytes: number): number => Math.floor(bytes / 2 ** 20)
