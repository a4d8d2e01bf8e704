import type { Runner } from '../runner.ts'

export const runPollNow: Runner<'poll-now'> = async (device, _args, deps, signal) => {
  const polls = await deps.pollNow(device, signal)
  return { polls: polls.slice(0, 64).map((p) => ({ ...p, ...(p.detail ? { detail: p.detail.slice(0, 512) } : {}) })) }
}
