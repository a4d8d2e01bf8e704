// A program of its own: the devices of a proof of sweeps. Says `ready`, and on SIGTERM what it counted, as JSON.
import { once } from 'node:events'
import { startSegment, sweptDevices } from '../../support/swept-segment.ts'
import { addressesFor } from './addresses.ts'

const { prefix, count, small, slowMs, port, silent } = JSON.parse(process.argv[2] as string)
const devices = sweptDevices(count, addressesFor(prefix, small), slowMs)
const segment = await startSegment(devices, port, silent ? '0.0.0.0' : undefined)
console.log('ready')
await once(process, 'SIGTERM')
const to: Record<string, number> = {}
for (const arrival of segment.arrivals) to[arrival.to] = (to[arrival.to] ?? 0) + 1
console.log(JSON.stringify({ requests: segment.arrivals.length, busiestSecond: segment.busiestSecond(), to }))
await segment.stop()
process.exit()
