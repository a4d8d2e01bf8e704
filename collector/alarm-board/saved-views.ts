// Saved views: who sees which, who may change them. One user's own are nobody else's business; shared ones go to those who may
// see all that they are about.

import type { SavedView, SaveView, ViewList } from '#shared/http/alarm-views.ts'
import type { Role } from '#shared/http/session.ts'

export interface StoredView extends SavedView {
  /** Customers one must see to see it when it is shared; null: all of them. */
  readonly audience: readonly string[] | null
}

export type ViewWrite =
  | { readonly kind: 'put'; readonly view: StoredView }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'default'; readonly user: string; readonly view: string | null }

export interface ViewStore {
  views(): StoredView[]
  defaults(): { readonly user: string; readonly view: string }[]
}

export interface Viewer {
  readonly user: string
  readonly role: Role
  readonly customers: readonly string[] | null
}

type Refused = { readonly ok: false; readonly code: 'not-found' | 'conflict' | 'bad-request'; readonly message: string }
type Done<T> = ({ readonly ok: true } & T) | Refused

export interface SavedViews {
  list(who: Viewer): ViewList
  /** `about`: the customers its filters name. */
  save(
    id: string | undefined,
    draft: SaveView,
    about: readonly string[],
    who: Viewer,
  ): Promise<Done<{ view: SavedView }>>
  remove(id: string, who: Viewer): Promise<Done<object>>
  setDefault(id: string | null, who: Viewer): Promise<Done<object>>
}

export interface SavedViewsOptions {
  readonly store: ViewStore
  /** Writes in one transaction with its audit entry. */
  readonly commit: (writes: readonly ViewWrite[], audit: ViewAudit | undefined) => Promise<void>
  readonly newId: () => string
  readonly now: () => number
}

export interface ViewAudit {
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

const MOST_OWN = 100

export function createSavedViews({ store, commit, newId, now }: SavedViewsOptions): SavedViews {
  let loaded: { readonly views: Map<string, StoredView>; readonly defaults: Map<string, string> } | undefined
  const all = () => {
    loaded ??= {
      views: new Map(store.views().map((view) => [view.id, view])),
      defaults: new Map(store.defaults().map(({ user, view }) => [user, view])),
    }
    return loaded
  }
  /** One after the other, so that what was checked still holds when it is written. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
  const visible = (who: Viewer) => [...all().views.values()].filter((view) => maySee(view, who))
  const no = (code: Refused['code'], message: string): Refused => ({ ok: false, code, message })

  /** The view when it may be changed. */
  function own(id: string, who: Viewer): StoredView | Refused {
    const view = all().views.get(id)
    if (view === undefined || !maySee(view, who)) return no('not-found', 'there is no such view')
    if (view.owner !== who.user && who.role !== 'admin') return no('conflict', `only ${view.owner} may change it`)
    return view
  }

  async function save(
    ...[id, draft, about, who]: Parameters<SavedViews['save']>
  ): Promise<Done<{ readonly view: SavedView }>> {
    const before = id === undefined ? undefined : own(id, who)
    if (before !== undefined && 'ok' in before) return before
    if (before !== undefined && draft.version !== before.version)
      return no('conflict', 'somebody has changed it meanwhile')
    if (draft.shared && !MAY_SHARE.has(who.role)) return no('bad-request', 'you may keep views for yourself only')
    const owner = before?.owner ?? who.user
    const theirs = [...all().views.values()].filter((view) => view.owner === owner)
    if (before === undefined && theirs.length >= MOST_OWN) return no('conflict', `at most ${MOST_OWN} views`)
    if (theirs.some((view) => view.id !== id && view.name === draft.name))
      return no('conflict', `${owner === who.user ? 'you have' : `${owner} has`} a view of this name already`)
    const { version: _, ...rest } = draft
    const view: StoredView = {
      ...rest,
      id: before?.id ?? newId(),
      owner,
      version: (before?.version ?? 0) + 1,
      updatedAt: now(),
      audience: about.length > 0 ? [...new Set(about)] : who.customers,
    }
    const detail = { name: view.name, shared: view.shared, search: view.search }
    const isShared = view.shared || before?.shared === true
    const audit = { actor: who.user, action: 'alarm-view.save', subject: view.id, detail }
    await commit([{ kind: 'put', view }], isShared ? audit : undefined)
    all().views.set(view.id, view)
    return { ok: true, view: shown(view) }
  }

  async function remove(id: string, who: Viewer): Promise<Done<object>> {
    const view = own(id, who)
    if ('ok' in view) return view
    const audit = { actor: who.user, action: 'alarm-view.delete', subject: id, detail: { name: view.name } }
    await commit([{ kind: 'delete', id }], view.shared ? audit : undefined)
    all().views.delete(id)
    return { ok: true }
  }

  async function setDefault(id: string | null, who: Viewer): Promise<Done<object>> {
    if (id !== null && !visible(who).some((view) => view.id === id)) return no('not-found', 'there is no such view')
    await commit([{ kind: 'default', user: who.user, view: id }], undefined)
    if (id === null) all().defaults.delete(who.user)
    else all().defaults.set(who.user, id)
    return { ok: true }
  }

  return {
    list(who) {
      const items = visible(who).sort((a, b) => a.name.localeCompare(b.name))
      const chosen = all().defaults.get(who.user)
      return { items: items.map(shown), default: items.some((view) => view.id === chosen) ? (chosen ?? null) : null }
    },
    save: (...wish) => inTurn(() => save(...wish)),
    remove: (...wish) => inTurn(() => remove(...wish)),
    setDefault: (...wish) => inTurn(() => setDefault(...wish)),
  }
}

/** Who works here. */
const MAY_SHARE: ReadonlySet<Role> = new Set(['admin', 'noc', 'desk', 'engineer'])

function maySee({ owner, shared, audience }: StoredView, { user, role, customers }: Viewer): boolean {
  if (owner === user) return true
  // names of views are words among ourselves
  if (!shared || role === 'customer') return false
  return customers === null || (audience?.every((customer) => customers.includes(customer)) ?? false)
}

const shown = ({ audience: _, ...view }: StoredView): SavedView => view
