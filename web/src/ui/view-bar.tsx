import { SegmentedControl } from '@mantine/core'
import css from './view-bar.module.css'

/** The parts of a screen, above it: one is shown. */
export function ViewBar<V extends string>(props: {
  readonly label: string
  readonly value: V
  readonly of: readonly { readonly value: V; readonly label: string }[]
  onChange(view: V): void
}) {
  return (
    <div className={css.views}>
      <SegmentedControl
        size="xs"
        aria-label={props.label}
        value={props.value}
        onChange={(next) => props.onChange(next as V)}
        data={props.of.map(({ value, label }) => ({ value, label }))}
      />
    </div>
  )
}
