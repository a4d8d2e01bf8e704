// MQTT 3.1.1 packets by hand, right or wrong as the attacker likes: a client library would refuse to send half of them.

export interface Will {
  readonly topic: string | Buffer
  readonly payload: string
  readonly qos?: number
  readonly retain?: boolean
}

export interface ConnectWish {
  readonly clientId: string | Buffer
  readonly username?: string
  readonly password?: string
  readonly will?: Will
  readonly keepalive?: number
  readonly clean?: boolean
  readonly level?: number
}

/** A packet: first byte, remaining length, body. */
export function packet(first: number, ...parts: readonly (Buffer | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts)
  const length: number[] = []
  let rest = body.length
  do {
    const digit = rest % 128
    rest = Math.floor(rest / 128)
    length.push(rest > 0 ? digit | 128 : digit)
  } while (rest > 0)
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

export function connectPacket(wish: ConnectWish): Buffer {
  const { username, password, will } = wish
  const flags =
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    (will ? 0x04 | ((will.qos ?? 0) << 3) | (will.retain ? 0x20 : 0) : 0) |
    (wish.clean === false ? 0 : 0x02)
  const level = wish.level ?? 4
  return packet(
    0x10,
    text(level === 3 ? 'MQIsdp' : 'MQTT'),
    Buffer.from([level, flags]),
    number16(wish.keepalive ?? 60),
    level === 5 ? Buffer.from([0]) : Buffer.alloc(0),
    text(wish.clientId),
    ...(will ? [...(level === 5 ? [Buffer.from([0])] : []), text(will.topic), text(will.payload)] : []),
    ...(username === undefined ? [] : [text(username)]),
    ...(password === undefined ? [] : [text(password)]),
  )
}

export interface PublishWish {
  readonly qos?: number
  readonly retain?: boolean
  readonly duplicate?: boolean
  readonly id?: number
}

export function publishPacket(topic: string | Buffer, payload: string | Uint8Array, wish: PublishWish = {}): Buffer {
  const qos = wish.qos ?? 0
  const first = 0x30 | (wish.duplicate ? 8 : 0) | (qos << 1) | (wish.retain ? 1 : 0)
  const id = qos > 0 ? number16(wish.id ?? 1) : Buffer.alloc(0)
  return packet(first, text(topic), id, typeof payload === 'string' ? Buffer.from(payload) : payload)
}

export const subscribePacket = (filter: string | Buffer, qos: number, id = 1): Buffer =>
  packet(0x82, number16(id), text(filter), Buffer.from([qos]))

export const unsubscribePacket = (filter: string | Buffer, id = 2): Buffer => packet(0xa2, number16(id), text(filter))

export function text(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([number16(bytes.length), bytes])
}

export const number16 = (value: number): Buffer => Buffer.from([(value >> 8) & 255, value & 255])

export interface Frame {
  /** Packet type, 1 to 14. */
  readonly type: number
  readonly flags: number
  readonly body: Buffer
}

/** Cuts what comes from a broker into packets. */
export function createFrames(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let waiting = Buffer.alloc(0)
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk])
    for (;;) {
      let length = 0
      let at = 1
      for (let shift = 0; ; shift += 7) {
        const byte = waiting[at++]
        if (byte === undefined) return
        length += (byte & 127) << shift
        if (byte < 128) break
      }
      if (waiting.length < at + length) return
      const first = waiting[0] as number
      const body = waiting.subarray(at, at + length)
      waiting = waiting.subarray(at + length)
      onFrame({ type: first >> 4, flags: first & 15, body })
    }
  }
}

/** Topic of a PUBLISH, and its payload. */
export function readPublish({ flags, body }: Frame): { topic: string; payload: Buffer; id: number | undefined } {
  const end = 2 + body.readUInt16BE(0)
  const qos = (flags >> 1) & 3
  return {
    topic: body.subarray(2, end).toString('utf8'),
    payload: body.subarray(end + (qos > 0 ? 2 : 0)),
    id: qos > 0 ? body.readUInt16BE(end) : undefined,
  }
}
