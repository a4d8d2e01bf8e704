// How long the list takes to answer while everything changes: what the table asks for, as fast as it can be asked.
import type { ApiClient } from '../../support/api-client.ts'

const QUESTIONS = [
  '/api/v1/alarms/board?limit=100',
  '/api/v1/alarms/board?limit=100&severity=critical&sort=raised',
  '/api/v1/alarms/board?limit=100&q=unit%20123',
  '/api/v1/alarms/board?limit=100&view=all&sort=device&dir=asc',
  '/api/v1/alarms/facets',
  '/api/v1/alarms?limit=500',
  '/api/v1/devices?limit=200&q=unit',
] as const

export interface Answers {
  readonly all: readonly number[]
  /** The slowest of each question, ms. */
  readonly slowest: Readonly<Record<string, number>>
}

/** Asks each question in turn, one at a time, and a window in the middle of each list, until `signal` aborts. */
export async function askLists(api: ApiClient, signal: AbortSignal, everyMs: number): Promise<Answers> {
  const all: number[] = []
  const slowest: Record<string, number> = {}
  const ask = async <T>(name: string, path: string): Promise<T> => {
    const began = performance.now()
    const answer = await api.get<T>(path)
    const ms = performance.now() - began
    all.push(ms)
    slowest[name] = Math.round(Math.max(slowest[name] ?? 0, ms))
    return answer
  }
  for (let i = 0; !signal.aborted; i++) {
    const question = QUESTIONS[i % QUESTIONS.length] as string
    const page = await ask<{ list?: string; total?: number }>(question, question)
    if (page.list !== undefined) {
      const offset = Math.floor((page.total ?? 0) / 2)
      await ask('a window', `/api/v1/alarms/board/${page.list}?offset=${offset}&limit=100`)
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  return { all, slowest }
}
