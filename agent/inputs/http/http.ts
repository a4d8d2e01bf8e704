// Does a web page answer as it should, how fast, and when does its certificate expire.
import type { AgentDevice } from '../../devices/device.ts'
import { checkHttp, type HttpAnswer } from '../../protocols/http/http.ts'
import type { Poller, PollResult, Recorder } from '../input.ts'

export interface HttpPollerDeps {
  readonly device: AgentDevice
  readonly recorder: Recorder
  /** Wall ms. */
  readonly wall: () => number
}

type Check = NonNullable<AgentDevice['http']>[number]

/** One for each URL of the device's file. Without `expectStatus` every status below 400 is as it should be. */
export function createHttpPollers({ device, recorder, wall }: HttpPollerDeps): readonly Poller[] {
  return (device.http ?? []).map((check) => {
    const resource = httpResource(check.url)
    const base = { device: device.id, resource }
    const states = { 0: 'down', 1: 'up' }
    const up = recorder.series({ ...base, metric: 'http.up', unit: '', kind: 'state', states })
    const status = recorder.series({ ...base, metric: 'http.status', unit: '', kind: 'gauge' })
    const time = recorder.series({ ...base, metric: 'http.time', unit: 'ms', kind: 'gauge' })
    const days = check.url.startsWith('https:')
      ? recorder.series({ ...base, metric: 'tls.days-left', unit: 'd', kind: 'gauge' })
      : null
    const poll: Poller['poll'] = async (signal) => {
      const answer = await checkHttp(check, signal, wall)
      const result = judge(answer, check, resource)
      if (result.outcome === 'cancelled') return result
      const at = wall()
      recorder.sample(up, at, result.outcome === 'ok' ? 1 : 0)
      if (answer.outcome === 'ok') {
        recorder.sample(status, at, answer.status)
        recorder.sample(time, at, answer.timeMs)
      }
      if (days !== null && answer.tlsDaysLeft !== null) recorder.sample(days, at, answer.tlsDaysLeft)
      return result
    }
    const { intervalMs, timeoutMs } = check
    return { input: 'http', device: device.id, intervalMs, deadlineMs: timeoutMs + 1000, poll }
  })
}

function judge(answer: HttpAnswer, check: Check, resource: string): PollResult {
  if (answer.outcome !== 'ok') return { outcome: answer.outcome, detail: answer.detail, resource }
  const { status } = answer
  const fine = check.expectStatus.length > 0 ? check.expectStatus.includes(status) : status < 400
  return fine ? { outcome: 'ok', resource } : { outcome: 'refused', detail: `status ${status}`, resource }
}

/** `http:` with host and path: no query, which may carry secrets. */
export function httpResource(url: string): string {
  if (!URL.canParse(url)) return 'http:?'
  const { host, pathname } = new URL(url)
  return `http:${host}${pathname}`.slice(0, 256)
}
