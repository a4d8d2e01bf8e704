import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** `count` ports of 127.0.0.1 that are free for TCP and UDP right now. Programs started next should take them soon. */
export async function freePorts(count: number): Promise<number[]> {
  const held: { port: number; release: () => void }[] = []
  while (held.length < count) {
    const tcp = createServer()
    const port = await new Promise<number>((resolve, reject) => {
      tcp.once('error', reject)
      tcp.listen(0, '127.0.0.1', () => resolve((tcp.address() as { port: number }).port))
    })
    const udp = createSocket('udp4')
    const free = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false))
      udp.bind(port, '127.0.0.1', () => resolve(true))
    })
    const release = () => {
      tcp.close()
      if (free) udp.close()
    }
    if (free) held.push({ port, release })
    else release()
  }
  for (const one of held) one.release()
  return held.map((one) => one.port)
}
