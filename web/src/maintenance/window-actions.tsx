import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WindowRow } from '#shared/http/maintenance.ts'
import { send } from '../api/client.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { useSay } from '../ui/say.ts'
import css from './maintenance.module.css'
import { windowPath } from './maintenance-queries.ts'

const LONGER_MINUTES = [30, 60, 240] as const

/** What can be done to a window from the list. */
export function WindowActions({ row, onChange, onAgain }: { row: WindowRow; onChange(): void; onAgain(): void }) {
  const { t } = useTranslation()
  const say = useSay()
  const queries = useQueryClient()
  const [removing, setRemoving] = useState(false)
  const act = useMutation({
    mutationFn: ({ what, body }: { what: 'end' | 'extend'; body?: unknown }) =>
      send('POST', `${windowPath(row.id)}/${what}`, body),
    onSuccess: (_answer, { what }) => say.done(t(`maintenance.done.${what}`, { title: row.title })),
    onError: say.failure,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['maintenance'] })
      void queries.invalidateQueries({ queryKey: ['suppressed'] })
    },
  })
  const { active } = row
  const word = t(active ? 'maintenance.extend' : 'maintenance.actions')
  const entries: MenuEntry[] = [
    ...(active
      ? LONGER_MINUTES.map((minutes) => ({
          key: `longer-${minutes}`,
          label: t('maintenance.longer', { length: minutes < 60 ? `${minutes} min` : `${minutes / 60} h` }),
          onSelect: () => act.mutate({ what: 'extend', body: { until: active.end + minutes * 60_000 } }),
        }))
      : []),
    { key: 'change', label: t('maintenance.change'), icon: 'edit', divided: active !== null, onSelect: onChange },
    { key: 'again', label: t('maintenance.again'), icon: 'copy', onSelect: onAgain },
    { key: 'remove', label: t('remove.do'), icon: 'trash', onSelect: () => setRemoving(true) },
  ]
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the row below from opening
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps the row below from opening
    <div className={css.rowButtons} onClick={(event) => event.stopPropagation()}>
      {active ? (
        <Button
          size="compact-xs"
          variant="default"
          loading={act.isPending && act.variables.what === 'end'}
          onClick={() => act.mutate({ what: 'end' })}
        >
          {t('maintenance.endNow')}
        </Button>
      ) : null}
      <MenuButton
        target={
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${word}: ${row.title}`}
            rightSection={<Icon name="open" size={11} />}
          >
            {word}
          </Button>
        }
        entries={entries}
      />
      {removing ? (
        <ConfirmDialog
          title={t('remove.title', { name: row.title })}
          hint={t('maintenance.removeHint')}
          label={t('remove.do')}
          queryKey={['maintenance']}
          run={() => send('DELETE', `${windowPath(row.id)}?version=${row.version}`)}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </div>
  )
}
