import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BELOW } from '../ui/typed-input.tsx'
import { isSame } from './draft.ts'
import { fromYaml, shortYamlOf } from './yaml-text.ts'

export interface YamlInputProps {
  readonly label: string
  readonly value: unknown
  readonly description?: string
  readonly placeholder?: string
  readonly error?: string | undefined
  readonly disabled?: boolean
  readonly required?: boolean
  onChange(value: unknown): void
}

/** A part with a shape of its own, as YAML. What cannot be read stays in the box and changes nothing. */
export function YamlInput({ value, error, onChange, ...rest }: YamlInputProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState<string>()
  const read = typed === undefined ? undefined : fromYaml(typed)
  const isBad = read !== undefined && 'problem' in read
  const stays = typed !== undefined && read !== undefined && ('problem' in read || isSame(read.value, value))
  const isEmpty = value !== null && typeof value === 'object' && Object.keys(value).length === 0
  return (
    <Textarea
      {...rest}
      autosize
      minRows={1}
      maxRows={18}
      inputWrapperOrder={BELOW}
      classNames={{ input: 'mono' }}
      value={stays ? typed : isEmpty ? '' : shortYamlOf(value)}
      error={isBad ? t('rule.unreadable', { line: read.line }) : error}
      onChange={(event) => {
        const text = event.currentTarget.value
        const next = fromYaml(text)
        setTyped(text)
        if (!('problem' in next)) onChange(next.value)
      }}
    />
  )
}
