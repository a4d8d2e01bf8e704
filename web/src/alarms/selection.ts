// Which rows are selected: some by hand, or all of a list as it was seen, but for some. Pure.

export type Selection =
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  /** All of the list of this token; `total`: how many it has. */
  | { readonly kind: 'all'; readonly list: string; readonly total: number; readonly except: ReadonlySet<string> }

export const NOTHING: Selection = { kind: 'some', ids: new Set() }

export const countOf = (selection: Selection): number =>
  selection.kind === 'some' ? selection.ids.size : selection.total - selection.except.size

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.kind === 'some' ? selection.ids.has(id) : !selection.except.has(id)

export function withRow(selection: Selection, id: string, on: boolean): Selection {
  const { kind } = selection
  const set = new Set(kind === 'some' ? selection.ids : selection.except)
  if (on === (kind === 'some')) set.add(id)
  else set.delete(id)
  return kind === 'some' ? { kind, ids: set } : { ...selection, except: set }
}

/** All of a list that was made anew stays all of it, by the new token and count. */
export const ofList = (selection: Selection, list: string, total: number): Selection =>
  selection.kind === 'some' || selection.list === list ? selection : { ...selection, list, total }

export const allOf = (list: string, total: number): Selection => ({ kind: 'all', list, total, except: new Set() })
export const someOf = (ids: Iterable<string>): Selection => ({ kind: 'some', ids: new Set(ids) })
