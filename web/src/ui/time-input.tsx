// A moment that somebody types, in the reader's zone.
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { instantOf, wallTime } from './zone.ts'

/** `value` in ms UTC. What is typed stays as it is until it is a moment: of a year, the first digits alone are none that is meant. */
export function TimeInput(props: {
  label: string
  value: number | undefined
  onChange(value: number | undefined): void
}) {
  const [typed, setTyped] = useState<string>()
  const given = props.value === undefined ? '' : wallTime(props.value).slice(0, 16)
  return (
    <TextInput
      type="datetime-local"
      aria-label={props.label}
      title={props.label}
      value={typed ?? given}
      onBlur={() => setTyped(undefined)}
      onChange={(event) => {
        const text = event.currentTarget.value
        const at = instantOf(text)
        const isMeant = at >= 0
        setTyped(isMeant || text === '' ? undefined : text)
        if (isMeant || text === '') props.onChange(isMeant ? at : undefined)
      }}
    />
  )
}
