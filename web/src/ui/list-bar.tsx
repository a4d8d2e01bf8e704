// The bar above a list: its views, a search box, what narrows it, and at the right what is done with it.
import { TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icons.tsx'
import css from './list-bar.module.css'
import { useTypedSearch } from './typed-search.ts'

export interface ListSearchProps {
  readonly q: string | undefined
  readonly placeholder: string
  onSearch(q: string | undefined): void
}

export interface ListBarProps extends ListSearchProps {
  readonly children?: ReactNode
  /** What narrows the list; on a phone it stays folded until it is wanted. */
  readonly filters?: ReactNode
  /** How many of them are set. */
  readonly filtersSet?: number
  /** Stands at the right: files, making something new. */
  readonly actions?: ReactNode
}

export function ListBar({ children, filters, filtersSet = 0, actions, ...search }: ListBarProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <div className={css.bar}>
      {children}
      <ListSearch {...search} />
      {filters === undefined ? null : (
        <>
          <button type="button" className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="filter" size={14} />
            {filtersSet > 0 ? t('listBar.filtersSet', { count: filtersSet }) : t('listBar.filters')}
          </button>
          <div className={css.filters} data-open={open}>
            {filters}
          </div>
        </>
      )}
      {actions === undefined || actions === null ? null : <div className={css.actions}>{actions}</div>}
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
