import { ActionIcon } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import css from './shell.module.css'

const KeyboardSheet = lazy(async () => ({ default: (await import('./keyboard-sheet.tsx')).KeyboardSheet }))

export function KeyboardHelp() {
  const { t } = useTranslation()
  const [opened, { open, close }] = useDisclosure(false)
  useHotkeys([['shift+?', open]])
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
