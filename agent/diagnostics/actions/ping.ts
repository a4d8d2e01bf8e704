import type { Runner } from '../runner.ts'

export const runPing: Runner<'ping'> = async (device, args, deps, signal) => {
  const { by, sent, rttsMs } = await deps.pinger.ping(device.address, args, signal)
  const received = rttsMs.length
  const sum = rttsMs.reduce((total, rtt) => total + rtt, 0)
  return {
    by,
    sent,
    received,
    lossPercent: sent === 0 ? 100 : Math.round(((sent - received) / sent) * 1000) / 10,
    rttMs:
      received === 0
        ? null
        : { min: Math.min(...rttsMs), avg: Math.round((sum / received) * 1000) / 1000, max: Math.max(...rttsMs) },
  }
}
