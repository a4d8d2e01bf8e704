// Finds a device in the picture by its name.
import { TextInput } from '@mantine/core'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import type { MapNode } from './map-model.ts'
import css from './topology.module.css'

const SHOWN = 8

export interface MapSearchProps {
  readonly nodes: readonly MapNode[]
  onChoose(id: string): void
}

export function MapSearch({ nodes, onChoose }: MapSearchProps) {
  const { t } = useTranslation()
  const list = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const wanted = typed.trim().toLowerCase()
  const found =
    wanted === '' ? [] : nodes.filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(wanted)).slice(0, SHOWN)
  const take = (node: MapNode | undefined) => {
    if (node === undefined) return
    setTyped('')
    onChoose(node.id)
  }
  function keys(event: KeyboardEvent) {
    if (event.key === 'Enter') take(found[at] ?? found[0])
    else if (event.key === 'Escape' && typed !== '') setTyped('')
    else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className={css.search}>
      <TextInput
        type="search"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
        placeholder={t('siteMap.search')}
        aria-label={t('siteMap.search')}
        leftSection={<Icon name="search" size={14} />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={keys}
      />
      <div role="listbox" id={list} aria-label={t('siteMap.found')} className={css.found} hidden={wanted === ''}>
        {wanted !== '' && found.length === 0 ? <p>{t('siteMap.notFound')}</p> : null}
        {found.map((node, i) => (
          <button
            key={node.id}
            id={`${list}-${i}`}
            type="button"
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            onClick={() => take(node)}
          >
            {node.name}
          </button>
        ))}
      </div>
    </div>
  )
}
