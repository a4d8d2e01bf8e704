import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import { isWriting } from './go-keys.ts'
import { patient } from './patient.ts'
import css from './shell.module.css'

const KeyboardSheet = lazy(async () => ({
  default: (await patient(() => import('./keyboard-sheet.tsx'))).KeyboardSheet,
}))

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
