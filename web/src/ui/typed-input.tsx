import { Textarea, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'

export interface TypedInputProps {
  readonly label: string
  /** Said to those who do not see what stands beside it. */
  readonly unseen?: boolean
  readonly value: unknown
  readonly description?: ReactNode
  readonly error?: ReactNode
  readonly placeholder?: string | undefined
  readonly required?: boolean
  readonly disabled?: boolean
  readonly mono?: boolean
  readonly lines?: number
  readonly list?: string | undefined
  /** Value to text and back. What `read` makes of a text need not be written as it was typed: the typed text stays. */
  write(value: unknown): string
  read(text: string): unknown
  onChange(value: unknown): void
}

/** A text box for something that is not a text: what is typed stays as it is while it means the value. */
export function TypedInput(props: TypedInputProps) {
  const { value, write, read, onChange, mono, lines, error, placeholder, list } = props
  const [typed, setTyped] = useState<string>()
  const text = typed !== undefined && JSON.stringify(read(typed)) === JSON.stringify(value) ? typed : write(value)
  const shared = {
    ...(props.unseen ? { 'aria-label': props.label } : { label: props.label }),
    description: props.description,
    required: props.required === true,
    disabled: props.disabled === true,
    inputWrapperOrder: BELOW,
    value: text,
    onChange: (event: { currentTarget: { value: string } }) => {
      setTyped(event.currentTarget.value)
      onChange(read(event.currentTarget.value))
    },
    ...(error ? { error } : {}),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(mono ? { classNames: { input: 'mono' } } : {}),
  }
  if (lines !== undefined) return <Textarea autosize minRows={lines} maxRows={24} {...shared} />
  return <TextInput {...shared} {...(list === undefined ? {} : { list })} />
}

/** So that fields with and without a hint stand in one line. */
export const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

export const TEXT = {
  write: (value: unknown) => (value === undefined ? '' : String(value)),
  read: (text: string) => text,
}

/** What is no number stays a text, for the collector or the form to refuse. */
export const NUMBER = {
  write: (value: unknown) => (value === undefined || value === null ? '' : String(value)),
  read: (text: string) => {
    const plain = text.trim()
    const number = Number(plain)
    return plain === '' ? undefined : Number.isFinite(number) ? number : plain
  },
}
