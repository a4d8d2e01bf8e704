// One box for everything: a screen, a device, an alarm, something to do. By keyboard alone.
import { Modal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import { useFailureWords } from '../ui/notices.tsx'
import css from './palette.module.css'
import { type PaletteEntry, type PaletteGroup, usePaletteGroups } from './palette-entries.ts'
import { useFound } from './use-found.ts'

export interface PaletteProps {
  readonly typed: string
  onType(typed: string): void
  onClose(): void
}

export function Palette({ typed, onType, onClose }: PaletteProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [at, setAt] = useState(0)
  const found = useFound(typed)
  const groups = usePaletteGroups(typed, found)
  const entries = groups.flatMap((group) => group.entries)
  const active = Math.min(at, entries.length - 1)
  const list = useId()

  function choose(entry: PaletteEntry | undefined) {
    if (entry === undefined) return
    onClose()
    entry.run?.()
    if (entry.go) void navigate(entry.go as Parameters<typeof navigate>[0])
  }

  function steer(event: KeyboardEvent) {
    // a word that is still being composed owns these keys
    if (event.nativeEvent.isComposing) return
    const to = targetOf(event.key, active, entries.length)
    if (to !== undefined) setAt(to)
    else if (event.key === 'Enter') choose(entries[active])
    else return
    event.preventDefault()
  }

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="9vh"
      size={620}
      padding={0}
      aria-label={t('palette.title')}
      zIndex={400}
      transitionProps={{ duration: 0 }}
    >
      <div className={css.box}>
        <Icon name="search" size={18} />
        <input
          // at once, not after a transition: the screen below has keys of its own
          // biome-ignore lint/a11y/noAutofocus: the palette was asked for
          autoFocus
          data-autofocus
          data-palette-box
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={entries[active] ? `${list}-${active}` : undefined}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={typed}
          onChange={(event) => {
            onType(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={steer}
        />
        <span className={css.busy} data-on={found.isSearching} aria-hidden="true" />
      </div>
      <Results id={list} groups={groups} active={active} onHover={setAt} onChoose={choose} />
      <Foot typed={typed} isEmpty={entries.length === 0} isSearching={found.isSearching} failure={found.failure} />
    </Modal>
  )
}

/** Where a key leads in a list of `length`; undefined for other keys. */
function targetOf(key: string, active: number, length: number): number | undefined {
  if (length === 0) return undefined
  if (key === 'ArrowDown') return (active + 1) % length
  if (key === 'ArrowUp') return (active - 1 + length) % length
  if (key === 'PageDown') return Math.min(length - 1, active + 8)
  if (key === 'PageUp') return Math.max(0, active - 8)
  return undefined
}

function Results(props: {
  id: string
  groups: readonly PaletteGroup[]
  active: number
  onHover(at: number): void
  onChoose(entry: PaletteEntry): void
}) {
  const { t } = useTranslation()
  const shown = useRef<HTMLDivElement>(null)
  const { active, groups } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is marked
  useEffect(() => {
    shown.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [active])
  let at = -1
  return (
    <div className={css.list} id={props.id} role="listbox" aria-label={t('palette.title')} ref={shown}>
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a listbox has groups, not field sets
        <div key={group.heading} role="group" aria-label={group.heading}>
          <div className={css.heading} aria-hidden="true">
            {group.heading}
          </div>
          {group.entries.map((entry) => {
            at += 1
            const mine = at
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus and names the marked one
              <div
                key={entry.id}
                id={`${props.id}-${mine}`}
                role="option"
                aria-selected={mine === active}
                className={css.entry}
                onPointerMove={() => {
                  if (mine !== active) props.onHover(mine)
                }}
                onClick={() => props.onChoose(entry)}
              >
                <Icon name={entry.icon} />
                <span className="one-line">{entry.label}</span>
                {entry.detail === undefined ? null : <span className={`${css.detail} one-line`}>{entry.detail}</span>}
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}

function Foot(props: { typed: string; isEmpty: boolean; isSearching: boolean; failure: unknown }) {
  const { t } = useTranslation()
  const words = useFailureWords()
  const says = props.failure
    ? words(props.failure).cause
    : props.isEmpty
      ? t(props.isSearching ? 'palette.searching' : 'palette.nothing', { typed: props.typed.trim() })
      : t('palette.keys')
  return (
    <div className={css.foot} role="status">
      {says}
    </div>
  )
}
