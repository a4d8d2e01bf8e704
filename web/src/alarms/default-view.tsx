import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { AlarmSearch } from './alarm-view.ts'
import { searchOf, viewsQuery } from './view-queries.ts'

/** Opens the view that somebody begins with, once, while nothing else was asked. */
export function DefaultView(props: {
  search: AlarmSearch
  onView(search: AlarmSearch): void
  onColumns(ids: readonly string[] | null): void
}) {
  const { search, onView, onColumns } = props
  const list = useQuery(viewsQuery).data
  const isDone = useRef(false)
  useEffect(() => {
    if (list === undefined || isDone.current) return
    isDone.current = true
    const view = list.items.find((one) => one.id === list.default)
    if (view === undefined || Object.keys(search).length > 0) return
    onView(searchOf(view))
    if (view.columns !== null) onColumns(view.columns)
  }, [list, search, onView, onColumns])
  return null
}
