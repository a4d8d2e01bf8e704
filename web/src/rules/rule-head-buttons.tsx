import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RuleRow } from '#shared/http/rules.ts'
import { send } from '../api/client.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { rulePath } from './rule-queries.ts'

export interface RuleHeadButtonsProps {
  readonly row: RuleRow
  readonly may: boolean
  readonly isReplacing: boolean
  onReplace(): void
}

/** Copy it, change it although a file says it, take it away or give the file its say back. */
export function RuleHeadButtons({ row, may, isReplacing, onReplace }: RuleHeadButtonsProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState(false)
  if (!may) return null
  const givesBack = row.replaces !== null
  return (
    <div className={page.buttons}>
      {row.readOnly && !isReplacing ? (
        <Button leftSection={<Icon name="edit" size={13} />} onClick={onReplace}>
          {t('rule.replace')}
        </Button>
      ) : null}
      <Button
        variant="default"
        leftSection={<Icon name="copy" size={13} />}
        renderRoot={(props) => <Link to="/rules/add" search={{ from: row.id }} {...props} />}
      >
        {t('rule.copy')}
      </Button>
      {row.origin === 'database' ? (
        <Button
          variant="default"
          leftSection={<Icon name={givesBack ? 'refresh' : 'trash'} size={13} />}
          onClick={() => setRemoving(true)}
        >
          {t(givesBack ? 'rule.giveBack' : 'remove.do')}
        </Button>
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t(givesBack ? 'rule.giveBackTitle' : 'remove.title', { name: row.id })}
          hint={t(givesBack ? 'rule.giveBackHint' : 'rule.removeHint')}
          label={t(givesBack ? 'rule.giveBack' : 'remove.do')}
          queryKey={['rules']}
          run={() => send('DELETE', rulePath(row.id))}
          onClose={() => setRemoving(false)}
          onDone={() => void navigate({ to: '/rules', search: {} })}
        />
      ) : null}
    </div>
  )
}
