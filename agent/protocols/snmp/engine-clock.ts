// What we believe about the clocks of engines that send us notifications, so that a captured message cannot be played
// back (RFC 3414 3.2 step 7b), and an exact copy inside the window neither. State is per sender address and engine:
// cloned devices share an engine id.

export interface SenderState {
  readonly address: string
  /** Engine id in hex. */
  readonly engineId: string
  boots: number
  /** Latest engine time seen, seconds. */
  time: number
}

export interface EngineClocks {
  /** Judges an authentic message; remembers it when it is fresh. `now` is monotonic ms, `known` a sender of our inventory. */
  judge(m: AuthenticMessage, now: number): 'fresh' | 'replay' | 'duplicate' | 'foreign-engine'
  /** States worth keeping over a restart. */
  states(): readonly SenderState[]
  readonly size: number
}

export interface AuthenticMessage {
  readonly address: string
  readonly known: boolean
  /** Engine id as one character per byte. */
  readonly engine: string
  readonly boots: number
  readonly time: number
  readonly digest: Uint8Array
}

interface Clocked extends SenderState {
  seenAt: number
  /** From before our restart: how long ago is not known, so nothing older than it is believed. */
  restored: boolean
}

const WINDOW_SECONDS = 150
/** Cheap crystals drift; without this allowance a device that traps once a month would lock itself out for good. */
const DRIFT = 0.001
const MAX_SENDERS = 8192
const DIGEST_SLOTS = 65536

/** Builds the table, filled with what a former run saved. */
export function createEngineClocks(saved: readonly SenderState[]): EngineClocks {
  const senders = new Map<string, Clocked>()
  const owner = new Map<string, string>()
  const digests = new Uint32Array(DIGEST_SLOTS * 2)
  for (const s of saved.slice(-MAX_SENDERS)) {
    const engine = Buffer.from(s.engineId, 'hex').toString('latin1')
    senders.set(`${s.address} ${engine}`, { ...s, seenAt: 0, restored: true })
    owner.set(engine, s.address)
  }

  function judge(m: AuthenticMessage, now: number) {
    if (!m.known) {
      // A stranger that holds a captured message of one of our devices has that device's engine id.
      const first = owner.get(m.engine)
      if (first !== undefined && first !== m.address) return 'foreign-engine'
    }
    const id = `${m.address} ${m.engine}`
    const s = senders.get(id)
    if (s !== undefined && !isTimely(s, m, now)) return 'replay'
    if (isCopy(m.digest)) return 'duplicate'
    if (s === undefined) remember(id, m, now)
    else if (m.boots > s.boots || m.time > s.time || s.restored) {
      s.boots = m.boots
      s.time = m.time
      s.seenAt = now
      s.restored = false
    }
    return 'fresh'
  }

  function isTimely(s: Clocked, m: AuthenticMessage, now: number): boolean {
    if (m.boots !== s.boots) return m.boots > s.boots && m.boots !== 0x7fffffff
    if (s.restored) return m.time >= s.time
    const elapsed = Math.max(0, now - s.seenAt) / 1000
    return m.time >= s.time + elapsed - WINDOW_SECONDS - elapsed * DRIFT
  }

  function remember(id: string, m: AuthenticMessage, now: number): void {
    if (senders.size >= MAX_SENDERS) {
      const oldest = senders.keys().next()
      if (!oldest.done) senders.delete(oldest.value)
    }
    const { address, boots, time, engine } = m
    const engineId = Buffer.from(engine, 'latin1').toString('hex')
    senders.set(id, { address, engineId, boots, time, seenAt: now, restored: false })
    if (m.known) owner.set(engine, address)
  }

  /** A bounded memory of digests: a slot is overwritten by the next digest that falls into it. */
  function isCopy(digest: Uint8Array): boolean {
    if (digest.length < 12) return false
    const view = new DataView(digest.buffer, digest.byteOffset)
    const slot = (view.getUint32(0) % DIGEST_SLOTS) * 2
    const a = view.getUint32(4)
    const b = view.getUint32(8)
    if (digests[slot] === a && digests[slot + 1] === b) return true
    digests[slot] = a
    digests[slot + 1] = b
    return false
  }

  return {
    judge,
    states: () =>
      [...senders.values()].map(({ address, engineId, boots, time }) => ({ address, engineId, boots, time })),
    get size() {
      return senders.size
    },
  }
}
