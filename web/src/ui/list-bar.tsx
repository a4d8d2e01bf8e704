// The bar above a list: a search box and what else the list needs.
import { TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { type ReactNode, useRef } from 'react'
import { Icon } from './icons.tsx'
import css from './list-bar.module.css'
import { useTypedSearch } from './typed-search.ts'

export interface ListSearchProps {
  readonly q: string | undefined
  readonly placeholder: string
  onSearch(q: string | undefined): void
}

export function ListBar({ children, ...search }: ListSearchProps & { children?: ReactNode }) {
  return (
    <div className={css.bar}>
      {children}
      <ListSearch {...search} />
    </div>
  )
}

/** Searches when the typing pauses; the key / leads there, Esc out of it. */
export function ListSearch({ q, placeholder, onSearch }: ListSearchProps) {
  const [typed, setTyped] = useTypedSearch(q, onSearch, 250)
  const box = useRef<HTMLInputElement>(null)
  useHotkeys([['/', () => box.current?.focus()]])
  return (
    <TextInput
      ref={box}
      className={css.search ?? ''}
      type="search"
      placeholder={placeholder}
      aria-label={placeholder}
      leftSection={<Icon name="search" size={14} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}
