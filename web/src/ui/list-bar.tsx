// The bar above a list: a search box and what else the list needs.
import { TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { Icon } from './icons.tsx'
import css from './list-bar.module.css'

export function ListBar(props: {
  q: string | undefined
  placeholder: string
  onSearch(q: string | undefined): void
  children?: ReactNode
}) {
  const { q, onSearch } = props
  const [typed, setTyped] = useState(q ?? '')
  useEffect(() => setTyped(q ?? ''), [q])
  useEffect(() => {
    if (typed === (q ?? '')) return
    const timer = setTimeout(() => onSearch(typed === '' ? undefined : typed), 250)
    return () => clearTimeout(timer)
  }, [typed, q, onSearch])
  return (
    <div className={css.bar}>
      {props.children}
      <TextInput
        className={css.search ?? ''}
        type="search"
        placeholder={props.placeholder}
        aria-label={props.placeholder}
        leftSection={<Icon name="search" size={14} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </div>
  )
}
