import { useEffect, useState } from 'react'

/**
 * What stands in a search box, and how to set it. `onSearch` is called when the typing pauses for `pauseMs`; not when
 * the reader has meanwhile followed a link, whose screen may still be on its way: a search would lead back.
 */
export function useTypedSearch(
  q: string | undefined,
  onSearch: (q: string | undefined) => void,
  pauseMs: number,
): readonly [string, (typed: string) => void] {
  const [typed, setTyped] = useState(q ?? '')
  useEffect(() => setTyped(q ?? ''), [q])
  useEffect(() => {
    if (typed === (q ?? '')) return
    const { pathname } = window.location
    const timer = setTimeout(() => {
      if (window.location.pathname === pathname) onSearch(typed === '' ? undefined : typed)
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [typed, q, onSearch, pauseMs])
  return [typed, setTyped]
}
