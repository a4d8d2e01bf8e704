// A note that was not sent yet stays in this browser, by incident and user: over a reload and the end of a session.
const PREFIX = 'outrider.note.'
/** Drafts of so many incidents; the oldest make room. */
const MOST = 50

export interface NoteDraft {
  readonly text: string
  readonly at: number
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export function readDraft(store: Store, user: string, incident: string): string {
  return parsed(attempt(() => store.getItem(keyOf(user, incident))))?.text ?? ''
}

/** An empty text forgets it. A browser that keeps nothing loses the draft, not the note form. */
export function keepDraft(store: Store, user: string, incident: string, text: string, now: number): void {
  const key = keyOf(user, incident)
  attempt(() => {
    if (text.trim() === '') return store.removeItem(key)
    store.setItem(key, JSON.stringify({ text, at: now } satisfies NoteDraft))
    forgetOldest(store)
  })
}

/** What stands in the box once `sent` was kept: what was written while it was on its way. */
export function writtenSince(now: string, sent: string): string {
  if (now.startsWith(sent)) return now.slice(sent.length).trimStart()
  return now
}

function forgetOldest(store: Store): void {
  const keys = Array.from({ length: store.length }, (_, i) => store.key(i) ?? '').filter((key) =>
    key.startsWith(PREFIX),
  )
  if (keys.length <= MOST) return
  const aged = keys.map((key) => ({ key, at: parsed(store.getItem(key))?.at ?? 0 })).sort((a, b) => a.at - b.at)
  for (const { key } of aged.slice(0, keys.length - MOST)) store.removeItem(key)
}

function parsed(text: string | null | undefined): NoteDraft | undefined {
  if (text == null) return undefined
  try {
    const draft = JSON.parse(text) as Partial<NoteDraft>
    return typeof draft.text === 'string' ? { text: draft.text, at: Number(draft.at) || 0 } : undefined
  } catch {
    return undefined
  }
}

const keyOf = (user: string, incident: string): string => `${PREFIX}${user}.${incident}`

/** Storage may be full, or not allowed here. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
