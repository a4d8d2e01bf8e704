// What the collector's answer to an ask or a pickup means.
import { z } from 'zod'
import { EnrolmentAnswer } from '#shared/http/enrolment.ts'
import { ApiError } from '#shared/http/error.ts'
import type { Reply } from './bounded-request.ts'
import { type EnrolFault, failed } from './outcome.ts'

export type Read =
  | { readonly ok: true; readonly answer: EnrolmentAnswer }
  | { readonly ok: false; readonly fault: EnrolFault | 'gone'; readonly detail: string }

/** `gone`: there is no such request, or no such page. */
export function readReply(reply: Reply): Read {
  if (!reply.ok) return failed(reply.fault === 'too-large' ? 'no-collector' : reply.fault, reply.code)
  let json: unknown
  try {
    json = JSON.parse(reply.body)
  } catch {
    return failed(reply.status >= 500 ? 'collector-trouble' : 'no-collector', `HTTP ${reply.status}, not JSON`)
  }
  if (reply.status < 300) {
    const answer = EnrolmentAnswer.safeParse(json)
    return answer.success ? { ok: true, answer: answer.data } : failed('no-collector', z.prettifyError(answer.error))
  }
  const { error } = ApiError.safeParse(json).data ?? {}
  if (error === undefined)
    return failed(reply.status >= 500 ? 'collector-trouble' : 'no-collector', `HTTP ${reply.status}`)
  const { message, action, details } = error
  const why = details?.find((one) => one.path === 'token')?.message
  if (why !== undefined && reply.status === 403) {
    const known = (['expired', 'used', 'revoked'] as const).find((one) => one === why)
    return failed(known === undefined ? 'token-unknown' : `token-${known}`, message)
  }
  if (reply.status === 404) return { ok: false, fault: 'gone', detail: message }
  // The key was used before, or cannot be used: the next attempt needs another.
  if (reply.status === 400 || reply.status === 409) return failed('bad-request', message)
  return failed('collector-trouble', `${message}${action === undefined ? '' : ` (${action})`}`)
}
