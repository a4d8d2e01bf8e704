import { useEffect, useRef, useState } from 'react'

/** What stands in a search box, what was last asked for, and which questions the address has not answered yet. */
export interface TypedBox {
  readonly typed: string
  readonly asked: string
  readonly open: readonly string[]
}

export const boxOf = (q: string): TypedBox => ({ typed: q, asked: q, open: [] })

/** What is typed is asked for. */
export const told = (box: TypedBox): TypedBox => ({
  ...{ typed: box.typed, asked: box.typed, open: [...box.open.slice(-MOST_OPEN), box.typed] },
})

/** The address says `q`: an answer to what was asked, or somebody went elsewhere. */
export function heard(box: TypedBox, q: string): TypedBox {
  const at = box.open.findIndex((one) => held(one) === held(q))
  return at < 0 ? boxOf(q) : { ...box, open: box.open.slice(at + 1) }
}

const MOST_OPEN = 8
/** An address holds no more of it than about this. */
const held = (text: string) => text.slice(0, 160)

/**
 * What stands in a search box, and how to set it. `onSearch` is called when the typing pauses for `pauseMs`; not when
 * the reader has meanwhile followed a link, whose screen may still be on its way: a search would lead back.
 */
export function useTypedSearch(
  q: string | undefined,
  onSearch: (q: string | undefined) => void,
  pauseMs: number,
): readonly [string, (typed: string) => void] {
  const [box, setBox] = useState(() => boxOf(q ?? ''))
  const [seen, setSeen] = useState(q)
  if (q !== seen) {
    setSeen(q)
    setBox((old) => heard(old, q ?? ''))
  }
  const search = useRef(onSearch)
  search.current = onSearch
  const { typed, asked } = box
  useEffect(() => {
    if (typed === asked) return
    const { pathname } = window.location
    const timer = setTimeout(() => {
      if (window.location.pathname !== pathname) return
      setBox(told)
      search.current(typed === '' ? undefined : typed)
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [typed, asked, pauseMs])
  return [typed, (next) => setBox((old) => ({ ...old, typed: next }))]
}
