import { connectTcp } from '../../protocols/tcp/tcp.ts'
import { ActionFailed, type Runner } from '../runner.ts'

export const runTcp: Runner<'tcp'> = async (device, args, _deps, signal) => {
  const { outcome, timeMs, detail } = await connectTcp(device.address, args.port, args.timeoutMs, signal)
  if (outcome === 'cancelled') throw new ActionFailed('stopped before there was an answer')
  return { port: args.port, state: outcome === 'ok' ? 'open' : outcome, timeMs, ...(detail ? { detail } : {}) }
}
