import type { BoardWindow } from '#shared/http/alarm-board.ts'
import { ApiFailure, get } from '../api/client.ts'

/** A window of a list that was made; undefined when the collector does not keep it any more. */
export async function keptWindow(
  list: string,
  query: { readonly offset: number; readonly limit: number },
  signal: AbortSignal,
): Promise<BoardWindow | undefined> {
  try {
    return await get<BoardWindow>(`/alarms/board/${encodeURIComponent(list)}`, query, signal)
  } catch (failure) {
    if (failure instanceof ApiFailure && failure.code === 'not-found') return undefined
    throw failure
  }
}
