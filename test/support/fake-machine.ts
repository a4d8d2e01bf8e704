// A machine on which all is well, for doctors in tests; each test breaks what it is about.
import type { Machine } from '#shared/doctor/machine.ts'

/** Sunday noon in March. */
export const NOON = Date.UTC(2026, 2, 15, 4)

const GB = 2 ** 30

export function fakeMachine(parts: Partial<Machine> = {}): Machine {
  return {
    now: () => NOON,
    resolve: async () => ['192.0.2.7'],
    reach: async () => ({ ok: true }),
    handshake: async () => ({ ok: true, distrust: null, protocol: 'TLSv1.3', certificate: '' }),
    get: async () => ({ status: 200, headers: {}, body: '{"ok":true,"reasons":[]}' }),
    bind: async () => 'free',
    holder: () => null,
    disk: () => ({ freeBytes: 100 * GB, totalBytes: 200 * GB }),
    tryWrite: async () => 3,
    stat: (path) => ({ mode: 0o600, uid: 7, size: 1, isDirectory: !/\.\w+$/.test(path), changedAt: NOON }),
    unreadable: () => null,
    read: () => {
      throw coded('ENOENT')
    },
    inUse: () => false,
    timeService: async () => 'synchronised',
    sysctl: () => undefined,
    uid: 7,
    ...parts,
  }
}

export const coded = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code })
