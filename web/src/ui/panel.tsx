import { Fragment, type ReactNode } from 'react'
import css from './panel.module.css'

export function Panel(props: {
  title?: string
  aside?: ReactNode
  children: ReactNode
  className?: string | undefined
}) {
  return (
    <section className={`${css.panel} ${props.className ?? ''}`}>
      {props.title === undefined ? null : (
        <header className={css.panelHead}>
          <h2>{props.title}</h2>
          <div>{props.aside}</div>
        </header>
      )}
      {props.children}
    </section>
  )
}

/** Name and value pairs; pairs without a value are left out. `flush`: without a margin of its own. */
export function Facts({ of, flush }: { of: readonly (readonly [string, ReactNode])[]; flush?: boolean }) {
  return (
    <dl className={`${css.facts} ${flush ? css.flush : ''}`}>
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  )
}
