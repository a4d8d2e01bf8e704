import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to sockets which ask for none (Linux: from 32768 on): between the choice and the start
 * of the program that takes the port, no socket of another test can get it by chance.
 */
const FIRST = 10_000
const BLOCK = 100
const BLOCKS = 220
/** Each process chooses in a block of its own, so that tests which run at once do not meet. */
let next = FIRST + (process.pid % BLOCKS) * BLOCK

/** `count` ports of 127.0.0.1 that are free for TCP and UDP right now, and that this process has not been given lately. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let tried = 0; ports.length < count; tried++) {
    if (tried === BLOCK * BLOCKS) throw new Error(`fewer than ${count} free ports from ${FIRST} on`)
    const port = next
    next = FIRST + ((next + 1 - FIRST) % (BLOCK * BLOCKS))
    if (await isFree(port)) ports.push(port)
  }
  return ports
}

async function isFree(port: number): Promise<boolean> {
  const tcp = createServer()
  const udp = createSocket('udp4')
  const free = await Promise.all([
    new Promise<boolean>((resolve) => {
      tcp.once('error', () => resolve(false))
      tcp.listen(port, '127.0.0.1', () => resolve(true))
    }),
    new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false))
      udp.bind(port, '127.0.0.1', () => resolve(true))
    }),
  ])
  await Promise.all([
    new Promise((resolve) => tcp.close(resolve)),
    new Promise<void>((resolve) => udp.close(() => resolve())),
  ])
  return free.every((one) => one)
}
