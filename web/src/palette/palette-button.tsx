// The way into the palette: a key from everywhere, a box in the header. The palette itself is fetched when it is wanted.
import { UnstyledButton } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { allWords } from '../app/i18n.ts'
import { Icon } from '../ui/icons.tsx'
import css from './palette-button.module.css'

const Palette = lazy(async () => {
  const [{ Palette }] = await Promise.all([import('./palette.tsx'), allWords()])
  return { default: Palette }
})

const isApple = /Mac|iP(hone|ad)/.test(navigator.userAgent)

export function PaletteButton() {
  const { t } = useTranslation()
  const [opened, { toggle, open, close }] = useDisclosure(false)
  // also while something is typed elsewhere
  useHotkeys([['mod+K', toggle]], [], true)
  return (
    <>
      <UnstyledButton className={css.button} onClick={open} aria-label={t('shell.find')} aria-haspopup="dialog">
        <Icon name="search" size={15} />
        <span className={css.hint}>{t('shell.findHint')}</span>
        <kbd className={css.key}>{isApple ? '⌘K' : 'Ctrl K'}</kbd>
      </UnstyledButton>
      {opened ? (
        <Suspense>
          <Palette onClose={close} />
        </Suspense>
      ) : null}
    </>
  )
}
