// Notes somebody wrote lately, offered again: by user and action, on this device.

const MOST = 5
/** Longer ones are about one case. */
const LONGEST = 80

type Store = Pick<Storage, 'getItem' | 'setItem'>

const keyOf = (user: string) => `outrider-notes:${user}`

/** The latest first; whatever cannot be read is none. */
export function recentNotes(store: Store, user: string, action: string): readonly string[] {
  const of = readAll(store, user)[action]
  return Array.isArray(of) ? of.filter((note): note is string => typeof note === 'string').slice(0, MOST) : []
}

export function keepNote(store: Store, user: string, action: string, note: string): void {
  if (note === '' || note.length > LONGEST || note.includes('\n')) return
  const others = recentNotes(store, user, action).filter((one) => one !== note)
  store.setItem(keyOf(user), JSON.stringify({ ...readAll(store, user), [action]: [note, ...others].slice(0, MOST) }))
}

function readAll(store: Store, user: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(store.getItem(keyOf(user)) ?? '{}')
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
