// One TLS connection to a broker, of the attacker or of the witness.
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { type ConnectWish, connectPacket, createFrames, number16, packet, readPublish } from './mqtt-bytes.ts'

/** Certificate with its key, PEM. */
export interface Shown {
  readonly certificate: string
  readonly key: string
}

export interface Place {
  readonly port: number
  readonly ca: string
}

export interface Party {
  readonly socket: TLSSocket
  /** CONNACK code; undefined while none came. */
  answer(): number | undefined
  /** Everything that was delivered. */
  readonly heard: { readonly topic: string; readonly payload: Buffer }[]
  /** SUBACK codes in order. */
  readonly granted: number[]
  closed(): boolean
  send(...packets: readonly Buffer[]): void
  /** Resolves when signed in ('in') or turned away ('out'); after `ms` with what is so then. */
  settled(ms?: number): Promise<'in' | 'out'>
  /** Ends it without a goodbye: a will is due. */
  drop(): void
}

/** Opens a connection; with `wish` it signs in as soon as TLS stands. Never rejects: a refusal is a closed party. */
export function openParty(
  { port, ca }: Place,
  shown: Shown | undefined,
  wish: ConnectWish | undefined,
  tls: ConnectionOptions = {},
): Party {
  const socket = connect({
    ...{ host: '127.0.0.1', port, ca, servername: 'localhost' },
    ...(shown ? { cert: shown.certificate, key: shown.key } : {}),
    ...tls,
  })
  const heard: Party['heard'] = []
  const granted: number[] = []
  let answer: number | undefined
  let closed = false
  socket.on('error', () => undefined)
  socket.on('close', () => {
    closed = true
  })
  socket.on(
    'data',
    createFrames((frame) => {
      if (frame.type === 2) answer = frame.body[1]
      if (frame.type === 9) granted.push(...frame.body.subarray(2))
      if (frame.type !== 3) return
      const { topic, payload, id } = readPublish(frame)
      heard.push({ topic, payload })
      if (id !== undefined) socket.write(packet(0x40, number16(id)))
    }),
  )
  if (wish) socket.once('secureConnect', () => socket.write(connectPacket(wish)))
  return {
    ...{ socket, heard, granted },
    answer: () => answer,
    closed: () => closed,
    send: (...packets) => void (socket.destroyed || socket.write(Buffer.concat(packets))),
    settled: (ms = 3000) =>
      new Promise((resolve) => {
        const end = performance.now() + ms
        const look = (): void => {
          if (answer === 0) resolve('in')
          else if (closed || answer !== undefined || performance.now() > end) resolve('out')
          else setTimeout(look, 2)
        }
        look()
      }),
    drop: () => void socket.destroy(),
  }
}
