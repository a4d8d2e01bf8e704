// Tabs of a page: one line that scrolls on a phone; arrow keys go along it.
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import css from './part-tabs.module.css'

const PART_ID = 'part-of-page'

export interface TabsProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly of: readonly { readonly value: T; readonly label: string; readonly count?: number | undefined }[]
  onChange(value: T): void
}

/** The part that is shown is `PartOfPage`. */
export function PartTabs<T extends string>({ label, value, of, onChange }: TabsProps<T>) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>(`[data-tab="${value}"]`)
    if (tab && row.current) row.current.scrollLeft = tab.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2
  }, [value])
  function go(event: KeyboardEvent) {
    const at = of.findIndex((one) => one.value === value)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: of.length - 1 }[event.key]
    const next = to === undefined ? undefined : of[(to + of.length) % of.length]
    if (next === undefined) return
    event.preventDefault()
    onChange(next.value)
    row.current?.querySelector<HTMLElement>(`[data-tab="${next.value}"]`)?.focus()
  }
  return (
    <div className={css.tabs} role="tablist" aria-label={label} ref={row} onKeyDown={go}>
      {of.map((one) => (
        <button
          key={one.value}
          type="button"
          role="tab"
          className={css.tab}
          data-tab={one.value}
          aria-selected={one.value === value}
          aria-controls={PART_ID}
          tabIndex={one.value === value ? 0 : -1}
          onClick={() => onChange(one.value)}
        >
          {one.label}
          {one.count === undefined ? null : <span className={`${css.count} num`}>{one.count}</span>}
        </button>
      ))}
    </div>
  )
}

export function PartOfPage(props: {
  readonly label: string
  readonly className?: string | undefined
  children: ReactNode
}) {
  return (
    <div role="tabpanel" id={PART_ID} aria-label={props.label} className={props.className}>
      {props.children}
    </div>
  )
}
