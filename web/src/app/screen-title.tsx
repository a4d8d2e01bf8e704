// A screen names itself; the header and the browser tab show it.
import { Link } from '@tanstack/react-router'
import { useEffect, useSyncExternalStore } from 'react'
import css from './shell.module.css'

/** The list that what is shown stands in. */
export interface Section {
  readonly label: string
  readonly to: '/devices' | '/sites' | '/customers' | '/agents' | '/rules'
}

interface Shown {
  readonly title: string
  readonly section: Section | undefined
}

let shown: Shown = { title: '', section: undefined }
const listeners = new Set<() => void>()

/** Sets the title for as long as the screen is mounted. `within`, `to`: the way back to its list. */
export function ScreenTitle({ title, within, to }: { title: string; within?: string; to?: Section['to'] }) {
  useEffect(() => {
    shown = { title, section: within === undefined || to === undefined ? undefined : { label: within, to } }
    document.title = title === '' ? 'Outrider' : `${title} · Outrider`
    for (const listener of listeners) listener()
  }, [title, within, to])
  return null
}

export function TitleSlot() {
  const { title, section } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => shown,
  )
  return (
    <div className={css.titles}>
      {section === undefined ? null : (
        <>
          <Link to={section.to} search={{}} className={css.section}>
            {section.label}
          </Link>
          <span className={css.slash} aria-hidden="true">
            /
          </span>
        </>
      )}
      <h1 className={`${css.title} one-line`}>{title}</h1>
    </div>
  )
}
