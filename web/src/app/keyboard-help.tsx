import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import { isWriting } from './go-keys.ts'
import { allWords } from './i18n.ts'
import { patient } from './patient.ts'
import css from './shell.module.css'

/** Says words that the first list does not need. */
const KeyboardSheet = lazy(async () => {
  const [sheet] = await patient(() => Promise.all([import('./keyboard-sheet.tsx'), allWords()]))
  return { default: sheet.KeyboardSheet }
})

export function KeyboardHelp() {
  const { t } = useTranslation()
  const [opened, { open, close }] = useDisclosure(false)
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      // wherever a keyboard has it, with shift or without
      if (event.key === '?' && !isWriting(event.target)) open()
    }
    document.documentElement.addEventListener('keydown', hear)
    return () => document.documentElement.removeEventListener('keydown', hear)
  }, [open])
  return (
    <>
      <ActionIcon
        className={css.wideOnly}
        aria-label={t('keys.title')}
        title={`${t('keys.title')} (?)`}
        size="md"
        onClick={open}
      >
        <Icon name="keyboard" />
      </ActionIcon>
      {opened ? (
        <Suspense>
          <KeyboardSheet onClose={close} />
        </Suspense>
      ) : null}
    </>
  )
}
