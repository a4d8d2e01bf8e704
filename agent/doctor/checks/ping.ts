// By which means this agent can ping: the programs it uses, and what forbids the better ones.
import type { AgentCheck } from '../doctor.ts'

export const pingCheck: AgentCheck = {
  name: 'ping',
  async run({ ping, machine, config }, signal) {
    const answer = await ping(signal)
    if (answer.problem !== undefined) return [{ id: 'ping-broken', params: { by: answer.by, problem: answer.problem } }]
    if (answer.by === 'fping') return [{ id: 'ping-good', params: { by: answer.by } }]
    const devices = config.devices.filter((device) => device.icmp !== undefined).length
    if (answer.by === 'ping')
      return [{ id: devices > 50 ? 'ping-slow' : 'ping-good', params: { by: answer.by, devices } }]
    const range = machine.sysctl('net/ipv4/ping_group_range') ?? '?'
    return [{ id: 'ping-by-tcp', params: { devices, range: range.replaceAll(/\s+/g, ' ') } }]
  },
}
