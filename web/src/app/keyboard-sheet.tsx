import { Kbd } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog.tsx'

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

export function KeyboardSheet({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} title={t('keys.title')} size="sm">
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
    </Dialog>
  )
}
