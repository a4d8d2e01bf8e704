// Names of devices: each must lead to an address. Only with --devices.
import { isIP } from 'node:net'
import type { Finding } from '#shared/doctor/doctor.ts'
import type { AgentCheck } from '../doctor.ts'
import type { MessageId } from '../words.ts'

const AT_ONCE = 16

export const deviceCheck: AgentCheck = {
  name: 'devices',
  deadlineMs: 60_000,
  async run({ config, devices, machine }, signal) {
    if (!devices) return [{ id: 'devices-not-asked', params: { count: config.devices.length } }]
    const named = config.devices.filter((device) => !isIP(device.address))
    const bad: Finding<MessageId>[] = []
    const queue = [...named]
    const worker = async () => {
      for (let device = queue.shift(); device !== undefined && !signal.aborted; device = queue.shift()) {
        const { id, address } = device
        try {
          await machine.resolve(address)
        } catch (error) {
          const problem = (error as NodeJS.ErrnoException).code ?? String(error)
          bad.push({ id: 'device-unknown-name', params: { device: id, address, problem } })
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, named.length) }, worker))
    const count = config.devices.length
    return bad.length === 0 ? [{ id: 'devices-good', params: { count, named: named.length } }] : bad
  },
}
