import { ActionIcon, Kbd, Modal } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import css from './shell.module.css'

const KEYS = [
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['x', 'select'],
  ['a', 'acknowledge'],
  ['s', 'shelve'],
  ['/', 'search'],
  ['Esc', 'release'],
  ['?', 'help'],
] as const

export function KeyboardHelp() {
  const { t } = useTranslation()
  const [opened, { open, close }] = useDisclosure(false)
  useHotkeys([['shift+?', open]], undefined, undefined)
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
      <Modal opened={opened} onClose={close} title={t('keys.title')} size="sm">
        <table style={{ borderSpacing: '0 8px', width: '100%' }}>
          <tbody>
            {KEYS.map(([key, what]) => (
              <tr key={key}>
                <td style={{ width: 90 }}>
                  <Kbd>{key}</Kbd>
                </td>
                <td>{t(`keys.${what}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Modal>
    </>
  )
}
