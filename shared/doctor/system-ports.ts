// Local ports and files: free, or in whose hands. Linux tells through /proc; elsewhere less is known.
import { createSocket } from 'node:dgram'
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { createServer, isIPv6 } from 'node:net'
import type { Bound, Holder } from './machine.ts'

export function bind(kind: 'tcp' | 'udp', host: string, port: number): Promise<Bound> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)
    if (kind === 'tcp') {
      const server = createServer()
      server.once('error', failed)
      server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')))
      return
    }
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      failed(error)
    })
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve('free')))
  })
}

/** The process whose socket is bound to the port, with pid null when this user may not see which; null when none is. */
export function holder(kind: 'tcp' | 'udp', port: number): Holder | null {
  const inodes = new Set(['', '6'].flatMap((v) => inodesOn(`/proc/net/${kind}${v}`, kind, port)))
  if (inodes.size === 0) return null
  for (const pid of processes())
    for (const target of openFiles(pid)) {
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
      if (inode !== undefined && inodes.has(inode)) return { pid, name: readOr(`/proc/${pid}/comm`).trim() }
    }
  return { pid: null, name: '' }
}

/** Whether a lock lies on the file (/proc/locks names device and inode); undefined where the system does not tell. */
export function fileInUse(path: string): boolean | undefined {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined) return false
  const locks = readOr('/proc/locks')
  if (locks === '' && process.platform !== 'linux') return undefined
  return new RegExp(`:${facts.ino} `).test(locks)
}

function inodesOn(table: string, kind: 'tcp' | 'udp', port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return readOr(table)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((f) => f[1]?.endsWith(`:${hex}`) && (kind === 'udp' || f[3] === LISTEN))
    .map((f) => f[9] as string)
}

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A'

function processes(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  } catch {
    return []
  }
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
