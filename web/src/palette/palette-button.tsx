// The way into the palette: a key from everywhere, a box in the header. The palette itself is fetched when it is wanted.
import { UnstyledButton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { allWords } from '../app/i18n.ts'
import { patient } from '../app/patient.ts'
import { Icon } from '../ui/icons.tsx'
import css from './palette-button.module.css'

const Palette = lazy(async () => {
  const [{ Palette }] = await patient(() => Promise.all([import('./palette.tsx'), allWords()]))
  return { default: Palette }
})

const KEY = /Mac|iP(hone|ad)/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'

export function PaletteButton() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const [typed, setTyped] = useState('')
  const close = () => {
    setOpened(false)
    setTyped('')
  }
  const open = () => setOpened(true)
  // also while something is typed elsewhere
  useHotkeys([['mod+K', () => (opened ? close() : isWriting() ? undefined : open())]], [], true)
  return (
    <>
      <UnstyledButton
        className={css.button}
        onClick={open}
        aria-label={`${t('shell.findHint')} ${KEY}`}
        aria-haspopup="dialog"
      >
        <Icon name="search" size={15} />
        <span className={css.hint}>{t('shell.findHint')}</span>
        <kbd className={css.key}>{KEY}</kbd>
      </UnstyledButton>
      {opened ? (
        <Suspense fallback={<EarlyBox typed={typed} onType={setTyped} onLeave={close} />}>
          <Palette typed={typed} onType={setTyped} onClose={close} />
        </Suspense>
      ) : null}
    </>
  )
}

/** The way elsewhere would lose it. */
const isWriting = () => document.querySelector('[role=dialog] [data-written=true]') !== null

/** Takes what is typed until the palette is there: the screen below must not hear it as its own keys. */
function EarlyBox(props: { typed: string; onType(typed: string): void; onLeave(): void }) {
  const { t } = useTranslation()
  return (
    <input
      className="sr-only"
      data-passing
      // biome-ignore lint/a11y/noAutofocus: the palette was asked for
      autoFocus
      aria-label={t('shell.find')}
      value={props.typed}
      onChange={(event) => props.onType(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onLeave()
      }}
    />
  )
}
