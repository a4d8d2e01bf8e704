import { connect, createServer, type Socket } from 'node:net'

export type Direction = 'up' | 'down'

/** One MQTT control packet: type as in MQTT 3.1.1 table 2.1, and its bytes. */
export interface Frame {
  readonly type: number
  readonly bytes: Buffer
}

/** Topic of a PUBLISH, '' for any other packet. */
export function topicOf({ type, bytes }: Frame): string {
  if (type !== 3) return ''
  let at = 1
  while (((bytes[at++] as number) & 0x80) !== 0);
  return bytes.toString('utf8', at + 2, at + 2 + bytes.readUInt16BE(at))
}

/** A relay on 127.0.0.1 to `port` that loses the packets `lose` picks. */
export async function startMqttProxy(port: number, lose: (frame: Frame, direction: Direction) => boolean) {
  const open = new Set<Socket>()
  let lost = 0
  const relay = (from: Socket, to: Socket, direction: Direction) => {
    open.add(from)
    const frames = framesOf((frame) => {
      if (lose(frame, direction)) lost++
      else if (to.writable) to.write(frame.bytes)
    })
    from.on('data', frames)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      to.destroy()
    })
  }
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    relay(client, upstream, 'up')
    relay(upstream, client, 'down')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    lost: () => lost,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function framesOf(onFrame: (frame: Frame) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      let length = 0
      let at = 1
      let shift = 0
      let byte: number
      do {
        if (at >= rest.length) return
        byte = rest[at++] as number
        length |= (byte & 0x7f) << shift
        shift += 7
      } while (byte & 0x80)
      if (rest.length < at + length) return
      const frame = rest.subarray(0, at + length)
      rest = rest.subarray(at + length)
      onFrame({ type: (frame[0] as number) >> 4, bytes: frame })
    }
  }
}
