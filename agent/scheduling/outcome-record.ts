// Writes down how each poll ended: the status and duration series, and an event when the outcome changes.
import { outcomeCode, POLL_OUTCOMES, type PollOutcome } from '#shared/domain/poll-outcome.ts'
import { POLL_STATUS_METRIC } from '#shared/domain/sample.ts'
import type { Poller, PollResult, Recorder } from '../inputs/input.ts'

export const POLL_DURATION_METRIC = 'poll.duration'

export interface OutcomeRecord {
  /** `at` is wall ms of the end of the poll. Returns true when the outcome is another than before. */
  note(result: PollResult, at: number, durationMs: number): boolean
  readonly last: PollOutcome | undefined
}

const STATES = Object.fromEntries(POLL_OUTCOMES.map((outcome, code) => [String(code), outcome]))

/** The record of one poller. The resource is what the poller says it checked (`tcp:22`), else its input (`snmp`). */
export function createOutcomeRecord(poller: Poller, recorder: Recorder): OutcomeRecord {
  let last: PollOutcome | undefined
  let resource = ''
  let status = 0
  let duration = 0
  return {
    get last() {
      return last
    },
    note(result, at, durationMs) {
      if (poller.unrecorded === true) {
        const changed = last !== result.outcome && last !== undefined
        last = result.outcome
        return changed
      }
      const about = result.resource || resource || poller.input
      if (about !== resource) {
        resource = about
        const common = { device: poller.device, resource }
        status = recorder.series({ ...common, metric: POLL_STATUS_METRIC, unit: '', kind: 'state', states: STATES })
        duration = recorder.series({ ...common, metric: POLL_DURATION_METRIC, unit: 's', kind: 'gauge' })
      }
      recorder.sample(status, at, outcomeCode(result.outcome))
      recorder.sample(duration, at, durationMs / 1000)
      const before = last
      last = result.outcome
      if (before === last || (before === undefined && last === 'ok')) return before !== last
      recorder.event({
        kind: 'check',
        at,
        device: poller.device,
        input: poller.input,
        resource,
        outcome: last,
        before: before ?? null,
        ...(result.detail === undefined ? {} : { detail: result.detail.slice(0, 512) }),
      })
      return true
    },
  }
}
