// Who may open how many connections: totals, connections per address, and a pause after wrong passwords.

export interface AdmissionLimits {
  readonly connections: number
  readonly perAddress: number
  /** Wrong passwords one address may send in a minute. */
  readonly failuresPerMinute: number
}

const ADDRESSES_REMEMBERED = 10_000
const MINUTE = 60_000

export interface Admission {
  /** Counts a new connection in, or says why it is turned away. */
  enter(address: string, now: number): string | undefined
  leave(address: string): void
  failed(address: string, now: number): void
  open(): number
}

export function createAdmission(limits: AdmissionLimits): Admission {
  const open = new Map<string, number>()
  const failures = new Map<string, { count: number; until: number }>()
  let total = 0
  return {
    enter(address, now) {
      if (total >= limits.connections) return 'too-many-connections'
      if ((open.get(address) ?? 0) >= limits.perAddress) return 'too-many-from-address'
      const failed = failures.get(address)
      if (failed && now < failed.until && failed.count >= limits.failuresPerMinute) return 'too-many-failures'
      open.set(address, (open.get(address) ?? 0) + 1)
      total++
      return undefined
    },
    leave(address) {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
      total--
    },
    failed(address, now) {
      const entry = failures.get(address)
      if (entry && now < entry.until) entry.count++
      else {
        failures.delete(address)
        failures.set(address, { count: 1, until: now + MINUTE })
      }
      if (failures.size > ADDRESSES_REMEMBERED) failures.delete(failures.keys().next().value as string)
    },
    open: () => total,
  }
}
