import css from './quiet.module.css'

/** What fills a board that has nothing to show. `stale`: it is not known whether there is nothing. */
export function Quiet(props: { sign?: string; words: string; more?: string; stale: boolean }) {
  return (
    <div className={css.quiet} data-stale={props.stale}>
      {props.sign === undefined ? null : (
        <span className={css.sign} aria-hidden="true">
          {props.sign}
        </span>
      )}
      <p className={css.words}>{props.words}</p>
      {props.more === undefined ? null : <span className={css.more}>{props.more}</span>}
    </div>
  )
}
