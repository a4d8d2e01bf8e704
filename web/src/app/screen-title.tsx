// A screen names itself; the header and the browser tab show it.
import { useEffect, useSyncExternalStore } from 'react'
import css from './shell.module.css'

let shown = ''
const listeners = new Set<() => void>()

/** Sets the title for as long as the screen is mounted. */
export function ScreenTitle({ title }: { title: string }) {
  useEffect(() => {
    shown = title
    document.title = title === '' ? 'Outrider' : `${title} · Outrider`
    for (const listener of listeners) listener()
  }, [title])
  return null
}

export function TitleSlot() {
  const title = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => shown,
  )
  return <h1 className={`${css.title} one-line`}>{title}</h1>
}
